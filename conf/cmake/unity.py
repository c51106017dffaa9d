#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: unity.py SIZE SOURCE ...: which sources can be compiled as one, at most SIZE together: a number for each, separated
by `;`, 0 for one that stays alone. Two go together when neither names what the other keeps in an unnamed namespace, defines
as a macro or brings in by `using`. Taking too many names for such only makes groups smaller."""

import re
import sys
from functools import lru_cache
from pathlib import Path

NOISE = re.compile(r"//[^\n]*|/\*.*?\*/|R\"(\w*)\(.*?\)\1\"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)+'", re.DOTALL)
# Behind `.`, `->` and `::` a name is somebody's, and means what it meant.
IDENTIFIER = re.compile(r"(?<![\w.:>])[A-Za-z_]\w*|(?<=[^-]>)[A-Za-z_]\w*")
# Its end bears a comment, which is a space by then.
UNNAMED = re.compile(r"^namespace \{$(.*?)^\} +$", re.MULTILINE | re.DOTALL)
# Declarations begin in the first column, as .clang-format has them; what follows the name tells it from its type.
DECLARED = re.compile(r"^(?!TEST|using )(?:(?:struct|class|enum class|enum|union) (\w+)|[A-Za-z_\[].*?(?<![:\w])(\w+)\s*[({=;\[])")
BROUGHT_IN = re.compile(r"^(?:#define (\w+)|using (?:[\w:]*::)?(\w+)\s*[=;]|namespace (\w+) =).*$", re.MULTILINE)
OPENED = re.compile(r"^ *using namespace (?!std::[\w:]*literals;)(.*);", re.MULTILINE)


INCLUDED = re.compile(r"^#include \"([^\"]+)\"", re.MULTILINE)
ROOT = Path(__file__).parents[2]


def declared(text):
    return {found[1] or found[2] for found in filter(None, map(DECLARED.match, text.splitlines()))}


@lru_cache(maxsize=None)
def of_header(name):
    """What a header declares, where it is one of this tree."""
    path = next((path for path in (ROOT / name, ROOT / "tests" / name) if path.is_file()), None)
    return declared(NOISE.sub(" ", path.read_text(encoding="utf-8"))) if path else set()


class Source:
    def __init__(self, path):
        text = Path(path).read_text(encoding="utf-8")
        headers = set().union(*map(of_header, INCLUDED.findall(text)))
        text = NOISE.sub(" ", text)
        self.named = set(IDENTIFIER.findall(text)) | headers
        self.opened = set(OPENED.findall(text))
        # The same `using` twice is one.
        self.kept = {name: match[0].strip() for match in BROUGHT_IN.finditer(text) for name in match.groups() if name}
        for block in UNNAMED.findall(text):
            self.kept.update(dict.fromkeys(declared(block), path))

    def spares(self, other):
        return not any(name in other.named and other.kept.get(name) != how for name, how in self.kept.items())


def go_together(one, other):
    return one.opened == other.opened and one.spares(other) and other.spares(one)


def groups(paths, size):
    """The groups of at least two; each source joins the first that it can."""
    made = []
    for path in paths:
        if not Path(path).is_file():  # the build makes it
            continue
        source = Source(path)
        for members in made:
            if len(members) < size and all(go_together(source, member) for _, member in members):
                members.append((path, source))
                break
        else:
            made.append([(path, source)])
    return [[path for path, _ in members] for members in made if len(members) > 1]


if __name__ == "__main__":
    sources = sys.argv[2:]
    number = {path: index for index, members in enumerate(groups(sources, int(sys.argv[1])), 1) for path in members}
    print(";".join(str(number.get(path, 0)) for path in sources), end="")
