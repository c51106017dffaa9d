#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: sources.py ROOT BUILD: each source passes clang's front end with the options that BUILD, a tree that clang is
configured for, compiles it with. Its precompiled headers have to be built. What a compiler says, it says without making
code, so this takes half of a build's time: .ci/run calls it, ctest does not."""

import json
import os
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tree import report


def front_end(command):
    """The compiler's own command, without its launchers and without output."""
    words = shlex.split(command)
    begin = next(at for at, word in enumerate(words) if re.fullmatch(r"clang(\+\+)?(-\d+)?", Path(word).name))
    words = words[begin:]
    output = words.index("-o")
    del words[output:output + 2]
    return ["-fsyntax-only" if word == "-c" else word for word in words]


def check(entry):
    """What the compiler says of the source, or nothing."""
    result = subprocess.run(front_end(entry["command"]), cwd=entry["directory"], capture_output=True, text=True, check=False)
    return None if result.returncode == 0 and not result.stderr else result.stderr.strip()


def violations(root, build):
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    entries = [entry for entry in entries if not Path(entry["file"]).is_relative_to(build)]
    sources = {entry["file"] for entry in entries}
    missing = {str(path) for folder in ("gateway", "signing", "policy") for path in (root / folder).rglob("*.cpp")} - sources
    if missing:
        return len(sources), [f"{name}: the build does not know it" for name in sorted(missing)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return len(sources), [said for said in pool.map(check, entries) if said]


if __name__ == "__main__":
    report("sources by clang", *violations(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
