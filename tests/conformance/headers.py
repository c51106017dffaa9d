#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: headers.py ROOT COMPILER [OPTION ...]: each header compiles when it is the only one included. Most of the time
would go into what it includes, so a few sets of headers, of the system and of the tree, are precompiled, and a header gets
the set that saves most among those of which it includes every member, itself or through others. So nothing is visible to it
that it does not include, and what it includes is checked on its own. A minute or two: .ci/run calls it, ctest does not."""

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import or_
from pathlib import Path

from tree import INCLUDE, Tree, report

OPTIONS = ("-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror",
           "-DTOML_HEADER_ONLY=1", "-DTOML_EXCEPTIONS=0", "-DSIGNGATE_SOURCE_DIR=\"\"",
           "-DBOOST_ASIO_SEPARATE_COMPILATION", "-DBOOST_BEAST_SEPARATE_COMPILATION", "-DBOOST_ASIO_NO_DEPRECATED")
MOST_SETS = 30
OWN = 5
START = 150
LEAST_USES = 2
BEFORE_CODE = re.compile(r"\s*(//.*)?|\s*#\s*pragma\b.*")


def find_header(headers, what):
    """The header of the tree that `"..."` means; None for any other file."""
    return next((name for name in (what[1:-1], f"tests/{what[1:-1]}") if name in headers), None)


def first_includes(tree, headers, name):
    """What the header includes before anything else stands in it, which could define something or ask for it by #if: of that
    it is certain that it is included, and that it could not tell whether it was already. Headers of the tree are paths."""
    found = []
    for line in tree.text(name).splitlines():
        match = INCLUDE.match(line)
        if match:
            what = match[1] if match[1][0] == "<" else find_header(headers, match[1])
            if not what:
                break
            found.append(what)
        elif not BEFORE_CODE.fullmatch(line):
            break
    return found


def all_includes(tree, headers):
    """What each header includes, itself or through others: header to frozenset."""
    first = {name: set(first_includes(tree, headers, name)) for name in headers}
    anywhere = {name: {find_header(headers, what) for _, what in tree.includes(name)} - {None} for name in headers}

    def all_below(name, included):
        reached, waiting = set(), [name]
        while waiting:
            below = included.get(waiting.pop(), set()) - reached
            reached |= below
            waiting += below
        return frozenset(reached)

    # What includes itself, in whatever place, would be precompiled with what it gets, and not be looked at.
    return {name: frozenset() if name in all_below(name, anywhere) else all_below(name, first) for name in headers}


class Costs:
    """What a set of headers costs: how many files it has the compiler read, whichever way their #ifs go. It is a guess, on
    which nothing depends but the time."""

    def __init__(self, tree, command):
        told = subprocess.run([*command, "-E", "-v", "-x", "c++", os.devnull], capture_output=True, text=True, check=True).stderr
        system = re.search(r"<\.\.\.> search.*?:\n((?: .*\n)*)", told)[1].splitlines()
        self._folders = [tree.root, tree.root / "tests", *(Path(line.strip()) for line in system)]
        self._bits = {}  # a file to its bit
        self._below = {}  # a file to those that it includes
        self._own = 0  # the bits of the tree's files
        self._masks = {}  # a header to its files' bits

    def _find(self, name, *first):
        return next((path for path in (folder / name for folder in (*first, *self._folders)) if path.is_file()), None)

    def _look_into(self, file):
        if file not in self._below:
            text = file.read_text(encoding="utf-8", errors="replace")
            found = {self._find(match[1][1:-1], file.parent) for match in INCLUDE.finditer(text)}
            self._below[file] = found - {None}
        return self._below[file]

    def _mask(self, what):
        if what not in self._masks:
            reached = {self._find(what.strip("<>"))} - {None}
            waiting = list(reached)
            while waiting:
                below = self._look_into(waiting.pop()) - reached
                reached |= below
                waiting += below
            self._masks[what] = sum(self._bits.setdefault(file, 1 << len(self._bits)) for file in reached)
            self._own |= sum(self._bits[file] for file in reached if file.is_relative_to(self._folders[0]))
        return self._masks[what]

    def of(self, whats):
        files = reduce(or_, map(self._mask, whats), 0)
        return files.bit_count() + OWN * (files & self._own).bit_count()


def choose(includes, cost):
    """The sets to precompile, the one that saves most first. `includes` is what each header includes, `cost` says what a set of
    that costs."""
    headers = Counter(includes)
    costs = {each: cost(each) for each in {one & other for one in headers for other in headers}}
    users = {each: [header for header in headers if each <= header] for each in costs}
    saved, made = dict.fromkeys(headers, 0), dict.fromkeys(costs, 0)
    chosen = {}

    def gain(each):
        more = sum(headers[header] * max(0, costs[each] - saved[header]) for header in users[each])
        return more - LEAST_USES * (costs[each] - made[each]) - START, sorted(each)

    while len(chosen) < MOST_SETS and costs:
        best = max(costs, key=gain)
        if gain(best)[0] <= 0:
            break
        chosen[best] = best_of(chosen, best, cost)
        saved.update({header: max(saved[header], costs[best]) for header in users[best]})
        made.update({each: max(made[each], costs[best]) for each in costs if best <= each})
    return chosen


def best_of(chosen, included, cost):
    """The one of the chosen sets that saves most of what a header includes; None if none fits."""
    return max((each for each in chosen if each <= included), key=cost, default=None)


def precompile(tree, command, whats, place):
    """Options that have the set precompiled at `place` taken; none if it does not compile, as then one of it will be found."""
    source = place.with_suffix(".hpp")
    source.write_text("".join(f"#include {what}\n" if what[0] == "<" else f'#include "{tree.root / what}"\n'
                              for what in sorted(whats)), encoding="utf-8")
    # Templates that the set itself uses would otherwise be instantiated for each header that loads it.
    result = subprocess.run([*command, "-fpch-instantiate-templates", "-x", "c++-header", "-I", ".", "-I", "tests", str(source),
                             "-o", str(place)], cwd=tree.root, capture_output=True, check=False)
    return ["-include-pch", str(place)] if result.returncode == 0 else []


def compile_alone(tree, command, header):
    """What the compiler says of the header first of all, or nothing."""
    result = subprocess.run([*command, "-fsyntax-only", "-x", "c++", "-I", ".", "-I", "tests", "-"], cwd=tree.root,
                            input=f'#include "{header}"\n', capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return None
    first = re.search(r"^.*\berror: .*$", result.stderr, re.MULTILINE)
    return f"{header}: {first.group(0) if first else result.stderr.strip()}"


def violations(tree, command):
    headers = [name for name in tree.files(".hpp") if not name.startswith("conf/")]
    includes = all_includes(tree, headers)
    costs = Costs(tree, command)
    chosen = choose(includes.values(), costs.of)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        # First come, first served: whoever waits for a set waits for one that is being made.
        made = {whats: pool.submit(precompile, tree, command, whats, Path(folder, f"{number}.pch"))
                for number, whats in enumerate(chosen)}

        def check(name):
            fits = best_of(chosen, includes[name], costs.of)
            return compile_alone(tree, [*command, *made[fits].result()] if fits else command, name)

        return len(headers), [line for line in pool.map(check, headers) if line]


if __name__ == "__main__":
    report("self-contained headers", *violations(Tree(sys.argv[1]), [*sys.argv[2:], *OPTIONS]))
