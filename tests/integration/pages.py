# SPDX-License-Identifier: Apache-2.0
"""The documents below tests/data/pages with their lists of links, and how a client reads a changed document: every byte that is
not of a listed link has to stand as it did, and what stands in a link's place is decoded as its surroundings ask for."""

import html
import json
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "data" / "pages"
SUFFIX = ".links.json"


def css_unescape(text):
    """CSS Syntax Level 3, section 4.3.7."""
    return re.sub(r"\\(?:([0-9a-fA-F]{1,6})[ \t\n]?|(.))", lambda match: chr(int(match[1], 16)) if match[1] else match[2], text)


DECODERS = {"html": html.unescape, "json": lambda text: json.loads(f'"{text}"', strict=False), "css": css_unescape}


class Page:
    def __init__(self, listing):
        read = json.loads(listing.read_text("utf-8"))
        self.name = listing.name.removesuffix(SUFFIX)
        self.type = read["type"]
        self.path = re.fullmatch(r"http://www\.example\.com(/.*)", read["page"])[1]
        self.body = (FOLDER / self.name).read_bytes()
        self.signed, self.pieces = [], []  # the links, and what stands before, between and behind them
        behind = searched = 0
        for link in read["links"]:
            text = link.get("signed", link.get("stays")).encode()
            place = self.body.index(text, searched)
            searched = place + len(text)
            if "signed" in link:
                self.signed.append(link)
                self.pieces.append(self.body[behind:place])
                behind = searched
        self.pieces.append(self.body[behind:])

    def requests(self, body):
        """What a client asks for in the place of each listed link of `body`: pairs of link and URL."""
        pattern = b"(.+?)".join(map(re.escape, self.pieces))
        found = re.fullmatch(pattern, body, re.DOTALL)
        if not found:
            raise AssertionError(f"more than links was changed in {self.name}: {body.decode(errors='replace')}")
        return [(link, self.request(link, text.decode())) for link, text in zip(self.signed, found.groups())]

    @staticmethod
    def request(link, text):
        for form in link["form"].split():
            text = DECODERS[form](text)
        if not link["signed"].startswith('"'):
            text = text.strip('"')  # a value without quotes gets some
        url, number, fragment = text.partition("#")
        if number + fragment != link.get("fragment", ""):
            raise AssertionError(f"the fragment of {link['signed']} became {fragment}")
        return url


def all_pages():
    return [Page(path) for path in sorted(FOLDER.glob("*" + SUFFIX))]
