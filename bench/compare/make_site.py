#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: make_site.py FOLDER: what the origin serves. small.txt: 12 bytes. text.txt: 1 KiB. page.html: 16 KiB of HTML with
20 links to private media and 40 others, compressed beside it. page64.html: 64 KiB without links to private media,
links64.html with 20 and links128.html, of 128 KiB, with 200 of them. blob.bin: 4 MiB. All of it again below signed/."""

import gzip
import pathlib
import sys

PUBLIC_LINKS = 40
KIB = 1024


def page(page_size, private_links):
    words = "light on the water and a boat that waits for the tide ".split(" ")
    parts = ['<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>Album</title></head>\n<body>\n']
    for number in range(private_links):
        parts.append(f'<img class="photo" alt="{number}" src="/media/private/albums/7/photo-{number:03}.jpg">\n')
    for number in range(PUBLIC_LINKS):
        parts.append(f'<p><a href="/albums/{number}?page=1&amp;sort=date">Album {number}</a></p>\n')
    tail = "</body></html>\n"
    size = sum(map(len, parts)) + len(tail)
    number = 0
    while size < page_size - 100:
        start = number * 5 % len(words)
        line = f"<p>{number}: {' '.join(words[start:] + words[:start]).strip()}.</p>\n"
        parts.append(line)
        size += len(line)
        number += 1
    filler = page_size - size - len("<!---->\n")
    parts.append(f"<!--{'.' * filler}-->\n")
    return ("".join(parts) + tail).encode()


def main(folder):
    site = pathlib.Path(folder)
    for place in (site, site / "signed"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "small.txt").write_bytes(b"hello world\n")
        (place / "text.txt").write_bytes(b"0123456789abcde\n" * 64)
        (place / "blob.bin").write_bytes(bytes(range(256)) * (4 * KIB * KIB // 256))
        for name, size, links in (("page", 16, 20), ("page64", 64, 0), ("links64", 64, 20), ("links128", 128, 200)):
            (place / f"{name}.html").write_bytes(page(size * KIB, links))
        (place / "page.html.gz").write_bytes(gzip.compress(page(16 * KIB, 20), 6, mtime=0))
        for name in ("page.html", "page.html.gz"):
            # gzip_static wants both of one age.
            (place / name).touch()


if __name__ == "__main__":
    main(sys.argv[1])
