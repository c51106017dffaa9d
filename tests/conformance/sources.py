#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: sources.py ROOT BUILD: no source is forgotten: the build in BUILD compiles each one that is in the tree, alone or
through a file of the build that includes it."""

import json
import re
import sys
from pathlib import Path

from tree import Tree, report

INCLUDED = re.compile(r'^#include "(/[^"]+\.cpp)"$', re.MULTILINE)


def violations(tree, build):
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    built = {Path(entry["file"]).resolve() for entry in entries}
    for made in [path for path in built if path.is_relative_to(build.resolve()) and path.is_file()]:
        built.update(map(Path, INCLUDED.findall(made.read_text(encoding="utf-8"))))
    # What takes libFuzzer's place in a build without it.
    sources = [name for name in tree.files(".cpp") if name != "tests/fuzz/replay.cpp"]
    return len(sources), [f"{name}: the build does not know it" for name in sources if tree.root / name not in built]


if __name__ == "__main__":
    report("sources", *violations(Tree(sys.argv[1]), Path(sys.argv[2])))
