#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes gateway/rewrite/entities_table.inc: HTML's named character references (WHATWG HTML section 13.5).

    python3 conf/generate/html_entities.py > gateway/rewrite/entities_table.inc

Python's html.entities.html5 is that list. Names keep their semicolon; those without one are the legacy forms.
"""
from html.entities import html5

names, texts, rows = "", b"", []
seen = {}
for name in sorted(html5, key=lambda n: n.encode()):
    text = html5[name].encode()
    if text not in seen:
        seen[text] = len(texts)
        texts += text
    rows.append((len(names), len(name), seen[text], len(text)))
    names += name
assert len(names) < 65536 and len(texts) < 65536

print("// Written by conf/generate/html_entities.py; do not edit.")
print("// clang-format off")


def literal(data: bytes) -> str:
    # Octal escapes, always three digits: unlike \x they cannot run into what follows.
    return "".join(chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:03o}" for b in data)


def blob(kind: str, data: bytes) -> None:
    print(f"constexpr char {kind}[] =")
    for i in range(0, len(data), 90):
        end = ";" if i + 90 >= len(data) else ""
        print(f'    "{literal(data[i:i + 90])}"{end}')


blob("entity_names", names.encode())
blob("entity_texts", texts)
print(f"constexpr std::array<EntityRow, {len(rows)}> entity_rows = {{{{")
for i in range(0, len(rows), 5):
    print("    " + " ".join("{%d,%d,%d,%d}," % row for row in rows[i:i + 5]))
print("}};")
print("// clang-format on")
