#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: mirror.py ROOT: tests/unit mirrors the sources. A test stands at its source's path and includes that header
first; every source of the core is reached by a unit test; whatever lies in a test folder is built."""

import re
import sys

from layers import NO_IO, layer_of
from tree import Tree, report

UNIT = "tests/unit/"
# conf/cmake/targets.cmake adds these to what it makes.
BUILT_BY_CMAKE_FUNCTIONS = ("conf/cmake/pch.cpp", "tests/fuzz/replay.cpp")


def implemented_headers(tree, source):
    """The headers of which a source file may hold the work: the one of its name, or else those of its folder that it
    includes (a class whose work is spread over several sources)."""
    named = source[:-len(".cpp")] + ".hpp"
    if tree.exists(named):
        return [named]
    folder = source.rsplit("/", 1)[0]
    quoted = [include[1:-1] for _, include in tree.includes(source) if include[0] == '"']
    return [header for header in quoted if header.rsplit("/", 1)[0] == folder]


def placement_violations(tree, tests):
    for test in tests:
        stem = test[:-len("_test.cpp")]
        header = f"{stem[len(UNIT):]}.hpp"
        if not tree.exists(header) and tree.exists(f"{stem}.hpp"):
            header = f"{stem[len('tests/'):]}.hpp"  # a test of the layer on the data that the helper beside it reads
        elif not tree.exists(header):
            yield f"{test}:1: tests {header}, which is not there"
            continue
        includes = tree.includes(test)
        if not includes or includes[0][1] != f'"{header}"':
            yield f'{test}:1: its first include has to be "{header}"'


def order_violations(tree, sources):
    """A source that includes its own header first shows that the header needs nothing before it."""
    for source in sources:
        header = source[:-len(".cpp")] + ".hpp"
        includes = tree.includes(source)
        if tree.exists(header) and (not includes or includes[0][1] != f'"{header}"'):
            yield f'{source}:1: its first include has to be "{header}"'


def included_by(tree):
    """For each header of the project, the sources and headers that include it."""
    users = {}
    for name in tree.sources():
        for _, include in tree.includes(name):
            users.setdefault(include[1:-1], set()).add(name)
    return users


def coverage_violations(tree, sources, tests):
    """A source of the core has a test that includes its header. One that only files of its own folder include is a
    detail of these: it may be tested through a source beside it that has a test."""
    users = included_by(tree)
    tested = {}
    for test in tests:
        folder = test[len(UNIT):].rsplit("/", 1)[0]
        tested.setdefault(folder, set()).update(include[1:-1] for _, include in tree.includes(test))
    for source in sources:
        if layer_of(source) not in NO_IO:
            continue
        folder = source.rsplit("/", 1)[0]
        reached = tested.get(folder, set())
        headers = implemented_headers(tree, source)

        def is_tested_detail(header):
            others = users.get(header, set()) - {source}
            return (all(user.rsplit("/", 1)[0] == folder for user in others)
                    and any(reached.intersection(implemented_headers(tree, user))
                            for user in others if user.endswith(".cpp")))

        if not reached.intersection(headers) and not any(map(is_tested_detail, headers)):
            yield f"{source}:1: no test in {UNIT}{folder} includes {' or '.join(headers) or 'a header of it'}"


def registered(tree, name):
    """Whether a CMakeLists.txt in the file's folder or above names it."""
    parts = name.split("/")
    for depth in range(len(parts) - 1, 0, -1):
        cmake = "/".join(parts[:depth]) + "/CMakeLists.txt"
        inside = re.escape("/".join(parts[depth:]))
        if tree.exists(cmake) and re.search(rf"(?<![\w/]){inside}(?!\w)", tree.text(cmake)):
            return True
    return False


def violations(tree):
    tests = [name for name in tree.files("_test.cpp") if name.startswith(UNIT)]
    sources = [name for name in tree.sources() if name.endswith(".cpp")]
    found = [f"{name}:1: neither a test, NAME_test.cpp, nor the work of a helper {name[:-4]}.hpp"
             for name in tree.files(".cpp")
             if name.startswith(UNIT) and not name.endswith("_test.cpp") and not tree.exists(name[:-4] + ".hpp")]
    found += placement_violations(tree, tests)
    found += order_violations(tree, sources)
    found += coverage_violations(tree, sources, tests)
    found += [f"{name}:1: no CMakeLists.txt names it, so nothing compiles it"
              for name in tree.files(".cpp")
              if name not in BUILT_BY_CMAKE_FUNCTIONS and not registered(tree, name)]
    return len(tests), found


if __name__ == "__main__":
    report("mirror", *violations(Tree(sys.argv[1])))
