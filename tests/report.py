#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: report.py ctest --test-dir DIR ...: runs ctest and tells it in short: how far it is, each failure in full, each
skipped test by name and reason, and at the end `N passed, M failed, K skipped`. A GoogleTest program counts as many
tests as it ran. Exit status 0 only if something ran and nothing failed."""

import pathlib
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

SECONDS_BETWEEN_LINES = 30
SHOWN_BYTES = "1000000"
DONE = re.compile(r"^\s*(\d+)/(\d+) Test\s+#\d+: ")
# ctest also writes `notrun` for a program that is not there: that is a failure.
SKIPS = ("SKIP_RETURN_CODE", "SKIP_REGULAR_EXPRESSION_MATCHED")
REASON = re.compile(r"SKIPPED: (.+)|: Skipped\n(.+)")
# GoogleTest's lines about one test: that it begins, and how it ended.
GTEST = re.compile(r"^\[( RUN      |       OK |  FAILED  |  SKIPPED )\] ([\w./]+)(?:, where .*?)?(?: \(\d+ ms\))?$", re.MULTILINE)
GTEST_ENDS = {"       OK ": "passed", "  FAILED  ": "failed", "  SKIPPED ": "skipped"}


def run(command, junit):
    """Runs ctest, printing a line now and then; returns its status and its last lines, without those of single tests."""
    output = []
    last = time.monotonic()
    with subprocess.Popen([*command, "--output-junit", junit, "--test-output-size-failed", SHOWN_BYTES,
                           "--test-output-size-passed", SHOWN_BYTES],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as ctest:
        for line in ctest.stdout:
            done = DONE.match(line)
            if not done:
                output.append(line)
            elif "***" in line and "***Skipped" not in line:
                print(line.strip(), flush=True)
            elif time.monotonic() - last >= SECONDS_BETWEEN_LINES:
                last = time.monotonic()
                print(f"{done.group(1)} of {done.group(2)} tests are done", flush=True)
    return ctest.returncode, "".join(output[-40:])


def outcome(case):
    """One of `passed`, `failed`, `skipped`, and what is to be said of it."""
    output = case.findtext("system-out") or ""
    status = case.get("status")
    if status == "run":
        return "passed", ""
    skipped = case.find("skipped")
    message = skipped.get("message", "") if skipped is not None else ""
    if status == "disabled":
        return "skipped", "disabled"
    if status == "notrun" and message.startswith(SKIPS):
        reason = REASON.search(output)
        return "skipped", next(filter(None, reason.groups())).strip() if reason else "no reason given"
    failure = case.find("failure")
    if failure is not None:
        message = failure.get("message", "")
    return "failed", f"{output.rstrip()}\n{message}".strip()


def gtest_outcomes(output):
    """The tests that a GoogleTest program tells of, as (name, outcome, what to say); one that began and did not end failed."""
    lines = list(GTEST.finditer(output))
    found = []
    for at, line in enumerate(lines):
        if line.group(1) != " RUN      ":
            continue
        end = lines[at + 1] if at + 1 < len(lines) else None
        ended = end is not None and end.group(2) == line.group(2)
        kind = GTEST_ENDS.get(end.group(1), "failed") if ended else "failed"
        said = output[line.end():end.start() if ended else len(output)].strip()
        if kind == "skipped":
            reason = REASON.search(said)
            said = next(filter(None, reason.groups())).strip() if reason else "no reason given"
        found.append((line.group(2), kind, "" if kind == "passed" else said))
    return found


def read(junit):
    """The tests by outcome: lists of (name, what to say)."""
    results = {"passed": [], "failed": [], "skipped": []}
    for case in ElementTree.parse(junit).getroot().iter("testcase"):
        kind, text = outcome(case)
        name = case.get("name")
        inner = gtest_outcomes(case.findtext("system-out") or "")
        for test, ended, said in inner:
            results[ended].append((f"{name}:{test}", said))
        # Its tests stand for the program; but one that failed without them is a failure of its own.
        if not inner or (kind == "failed" and all(ended != "failed" for _, ended, _ in inner)):
            results[kind].append((name, text))
    return results


def main(command):
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        junit = pathlib.Path(folder, "junit.xml")
        status, ctest_says = run(command, str(junit))
        results = read(junit) if junit.is_file() else {"passed": [], "failed": [], "skipped": []}
    for name, text in results["skipped"]:
        print(f"skipped: {name}: {text}")
    for name, text in results["failed"]:
        print(f"----- failed: {name}\n{text}")
    ran = len(results["passed"]) + len(results["failed"])
    if ran == 0 or (status != 0 and not results["failed"]):
        print(ctest_says.rstrip())
        print("no test ran" if ran == 0 else f"ctest ended with status {status}")
    if results["failed"]:
        print("failed: " + ", ".join(name for name, _ in results["failed"]))
    print(f"{ran} tests ran in {time.monotonic() - started:.0f} s")
    print(", ".join(f"{len(results[kind])} {kind}" for kind in ("passed", "failed", "skipped")))
    return 0 if status == 0 and ran and not results["failed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
