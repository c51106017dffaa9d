#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: headers.py ROOT COMPILER [OPTION ...]: each header compiles when it is the only one included, without a
precompiled header. Minutes rather than seconds, since Asio's are long: .ci/run calls it, ctest does not."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tree import Tree, report

OPTIONS = ("-std=c++20", "-fsyntax-only", "-x", "c++", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror",
           "-DTOML_HEADER_ONLY=1", "-DTOML_EXCEPTIONS=0", "-DSIGNGATE_SOURCE_DIR=\"\"",
           "-DBOOST_ASIO_SEPARATE_COMPILATION", "-DBOOST_BEAST_SEPARATE_COMPILATION", "-DBOOST_ASIO_NO_DEPRECATED")


def compile_alone(tree, command, header):
    """What the compiler says of the header first of all, or nothing."""
    result = subprocess.run([*command, "-I", str(tree.root), "-I", str(tree.root / "tests"), "-"],
                            input=f'#include "{header}"\n', capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return None
    first = re.search(r"^.*\berror: .*$", result.stderr, re.MULTILINE)
    return f"{header}: {first.group(0) if first else result.stderr.strip()}"


def violations(tree, command):
    headers = [name for name in tree.files(".hpp") if not name.startswith("conf/")]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = pool.map(lambda header: compile_alone(tree, command, header), headers)
        return len(headers), [line for line in found if line]


if __name__ == "__main__":
    report("self-contained headers", *violations(Tree(sys.argv[1]), [*sys.argv[2:], *OPTIONS]))
