# SPDX-License-Identifier: Apache-2.0
"""What the checks in this folder share: which files the project consists of, how to read and report."""

import pathlib
import re
import sys

FOLDERS = (".ci", "bench", "conf", "gateway", "policy", "signing", "tests")
CODE = (".cpp", ".hpp")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"][^>"\n]+[>"])', re.MULTILINE)


class Tree:
    """A source tree: paths in and out are relative to its root, with forward slashes."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()

    def files(self, *suffixes):
        """Every file of the project, or those with one of the suffixes, sorted. Build folders are not part of it."""
        found = [path for path in self.root.glob("*") if path.is_file()]
        for folder in FOLDERS:
            found += [path for path in (self.root / folder).rglob("*") if path.is_file()]
        names = (path.relative_to(self.root).as_posix() for path in found if "__pycache__" not in path.parts)
        return sorted(name for name in names if not suffixes or name.endswith(suffixes))

    def sources(self):
        """The sources that ship: the libraries and programs, without their tests."""
        return [name for name in self.files(*CODE) if name.startswith(("gateway/", "policy/", "signing/", "bench/"))]

    def exists(self, name):
        return (self.root / name).is_file()

    def bytes(self, name):
        return (self.root / name).read_bytes()

    def text(self, name):
        return self.bytes(name).decode("utf-8", errors="replace")

    def includes(self, name):
        """(line number, what is included with its brackets or quotes), in order."""
        text = self.text(name)
        return [(text.count("\n", 0, match.start(1)) + 1, match.group(1)) for match in INCLUDE.finditer(text)]


def report(what, checked, violations):
    """Prints each violation and ends the process: 0 if there is none and something was checked."""
    for violation in violations:
        print(violation)
    print(f"{what}: {checked} files checked, {len(violations)} violations")
    sys.exit(1 if violations or not checked else 0)
