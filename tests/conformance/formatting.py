#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: formatting.py ROOT: every C++ file is as clang-format 14 (Debian 12's) leaves it. Exit status 77, skipped,
where that version is not to be had: others format differently."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tree import CODE, Tree, report

VERSION = "14"
SKIPPED = 77


def find_clang_format():
    for program in (f"clang-format-{VERSION}", "clang-format"):
        if shutil.which(program):
            text = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
            if re.search(rf"version {VERSION}\.", text):
                return program
    return None


def unformatted(program, tree, names):
    """The places where clang-format would change the files."""
    result = subprocess.run([program, "--dry-run", "--style=file", *names], cwd=tree.root, capture_output=True,
                            text=True, check=False)
    places = re.findall(r"^(\S+:\d+):\d+: (?:warning|error): (.*)$", result.stderr, re.MULTILINE)
    if result.returncode and not places:
        return [result.stderr.strip()]
    first = {}
    for place, _ in places:
        first.setdefault(place.split(":")[0], place)
    return [f"{place}: not as clang-format leaves it" for place in first.values()]


def violations(tree, program):
    names = tree.files(*CODE)
    jobs = os.cpu_count() or 1
    parts = [names[start::jobs] for start in range(jobs)]
    with ThreadPoolExecutor(jobs) as pool:
        found = pool.map(lambda part: unformatted(program, tree, part) if part else [], parts)
        return len(names), sorted(line for lines in found for line in lines)


if __name__ == "__main__":
    clang_format = find_clang_format()
    if clang_format is None:
        print(f"SKIPPED: no clang-format {VERSION} here (Debian package clang-format)")
        sys.exit(SKIPPED)
    report("formatting", *violations(Tree(sys.argv[1]), clang_format))
