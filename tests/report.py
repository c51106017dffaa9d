#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: report.py ctest --test-dir DIR ...: runs ctest and tells it in short: how far it is, each failure in full, each
skipped test by name and reason, and at the end `N passed, M failed, K skipped`. Exit status 0 only if something ran
and nothing failed."""

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


def run(command, junit):
    """Runs ctest, printing a line now and then; returns its status and its last lines, without those of single tests."""
    output = []
    last = time.monotonic()
    with subprocess.Popen([*command, "--output-junit", junit, "--test-output-size-failed", SHOWN_BYTES,
                           "--test-output-size-passed", "4096"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as ctest:
        for line in ctest.stdout:
            done = DONE.match(line)
            if not done:
                output.append(line)
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


def read(junit):
    """The tests by outcome: lists of (name, what to say)."""
    results = {"passed": [], "failed": [], "skipped": []}
    for case in ElementTree.parse(junit).getroot().iter("testcase"):
        kind, text = outcome(case)
        results[kind].append((case.get("name"), text))
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
