#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: make_site.py FOLDER: what the origin serves. text.txt: 1 KiB. page.html: 16 KiB of HTML with 20 links to private
media and 40 others, compressed beside it; the same again below signed/."""

import gzip
import pathlib
import sys

PRIVATE_LINKS = 20
PUBLIC_LINKS = 40
PAGE_SIZE = 16 * 1024


def page():
    words = "light on the water and a boat that waits for the tide ".split(" ")
    parts = ['<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>Album</title></head>\n<body>\n']
    for number in range(PRIVATE_LINKS):
        parts.append(f'<img class="photo" alt="{number}" src="/media/private/albums/7/photo-{number:03}.jpg">\n')
    for number in range(PUBLIC_LINKS):
        parts.append(f'<p><a href="/albums/{number}?page=1&amp;sort=date">Album {number}</a></p>\n')
    tail = "</body></html>\n"
    size = sum(map(len, parts)) + len(tail)
    number = 0
    while size < PAGE_SIZE - 100:
        start = number * 5 % len(words)
        line = f"<p>{number}: {' '.join(words[start:] + words[:start]).strip()}.</p>\n"
        parts.append(line)
        size += len(line)
        number += 1
    filler = PAGE_SIZE - size - len("<!---->\n")
    parts.append(f"<!--{'.' * filler}-->\n")
    return ("".join(parts) + tail).encode()


def main(folder):
    site = pathlib.Path(folder)
    for place in (site, site / "signed"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "text.txt").write_bytes(b"0123456789abcde\n" * 64)
        (place / "page.html").write_bytes(page())
        (place / "page.html.gz").write_bytes(gzip.compress(page(), 6, mtime=0))
        for name in ("page.html", "page.html.gz"):
            # gzip_static wants both of one age.
            (place / name).touch()


if __name__ == "__main__":
    main(sys.argv[1])
