#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: headers.py ROOT COMPILER [OPTION ...]: each header compiles when it is the only one included, without a
precompiled header; but what includes Asio, itself or through others, gets Asio precompiled, as that takes most of the
time and brings nothing else. A minute rather than seconds: .ci/run calls it, ctest does not."""

import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tree import Tree, report

OPTIONS = ("-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror",
           "-DTOML_HEADER_ONLY=1", "-DTOML_EXCEPTIONS=0", "-DSIGNGATE_SOURCE_DIR=\"\"",
           "-DBOOST_ASIO_SEPARATE_COMPILATION", "-DBOOST_BEAST_SEPARATE_COMPILATION", "-DBOOST_ASIO_NO_DEPRECATED")
ASIO = "<boost/asio/"


def of_asio(tree, headers):
    """The headers that include Asio, themselves or through others of the tree."""
    included = {name: {what for _, what in tree.includes(name)} for name in headers}
    found = {name for name, whats in included.items() if any(what.startswith(ASIO) for what in whats)}
    while True:
        more = {name for name, whats in included.items() if name not in found
                and any(what[1:-1] in found or f"tests/{what[1:-1]}" in found for what in whats)}
        if not more:
            return found
        found |= more


def precompile(tree, command, folder):
    """Asio alone, as conf/cmake/pch_asio.hpp lists it, precompiled."""
    listed = [what for _, what in tree.includes("conf/cmake/pch_asio.hpp") if what.startswith(ASIO)]
    source = Path(folder, "asio.hpp")
    source.write_text("".join(f"#include {what}\n" for what in listed), encoding="utf-8")
    made = Path(folder, "asio.pch")
    subprocess.run([*command, "-x", "c++-header", str(source), "-o", str(made)], check=True)
    return ["-include-pch", str(made)]


def compile_alone(tree, command, header):
    """What the compiler says of the header first of all, or nothing."""
    result = subprocess.run([*command, "-fsyntax-only", "-x", "c++", "-I", str(tree.root), "-I", str(tree.root / "tests"), "-"],
                            input=f'#include "{header}"\n', capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return None
    first = re.search(r"^.*\berror: .*$", result.stderr, re.MULTILINE)
    return f"{header}: {first.group(0) if first else result.stderr.strip()}"


def violations(tree, command):
    headers = [name for name in tree.files(".hpp") if not name.startswith("conf/")]
    asio = of_asio(tree, headers)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        precompiled = precompile(tree, command, folder)
        found = pool.map(lambda name: compile_alone(tree, command + precompiled if name in asio else command, name), headers)
        return len(headers), [line for line in found if line]


if __name__ == "__main__":
    report("self-contained headers", *violations(Tree(sys.argv[1]), [*sys.argv[2:], *OPTIONS]))
