#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: documents.py ROOT: what the documents point at is there: files behind relative links, and scripts that a line of
commands or a table names."""

import posixpath
import re
import sys

from tree import Tree, report

LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s#]+)(?:#[^)\s]*)?\)")
SCRIPT = re.compile(r"(?<![\w/.])((?:conf|tests|bench|\.ci)/[\w./-]*\w)")
URL = re.compile(r"^[a-z]+:")


def violations(tree):
    names = tree.files(".md")
    found = []
    for name in names:
        folder = posixpath.dirname(name)
        for number, line in enumerate(tree.text(name).splitlines(), 1):
            wanted = [posixpath.normpath(posixpath.join(folder, target)) for target in LINK.findall(line)
                      if not URL.match(target)]
            wanted += SCRIPT.findall(line)
            found += [f"{name}:{number}: {path} is not there" for path in wanted
                      if not (tree.root / path).exists()]
    return len(names), found


if __name__ == "__main__":
    report("documents", *violations(Tree(sys.argv[1])))
