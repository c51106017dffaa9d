# SPDX-License-Identifier: Apache-2.0
"""bench/compare.sh, soak.sh and slow.sh as a shell sees them: wrong usage is one, and the comparison's short form measures."""

import shutil
import subprocess
import unittest
from pathlib import Path

from harness import PATIENCE, binary, main

FOLDER = Path(__file__).resolve().parents[2] / "bench"
NEEDED = ("nginx", "haproxy", "wrk", "curl", "openssl", "taskset")


def run_script(name, *arguments):
    return subprocess.run(["bash", FOLDER / name, *map(str, arguments)], capture_output=True, text=True, timeout=2 * PATIENCE,
                          check=False)


class BenchScripts(unittest.TestCase):
    def test_wrong_usage(self):
        for name, wrong in (("compare.sh", (("--seconds", "x"), ("--parts", "requests,all"), ("--cases", "small,"), ("--only",), ("--what",))),
                            ("soak.sh", (("--seconds", "0"), ("--connections",), ("--binary", "/none"), ("--what",))),
                            ("slow.sh", (("--timeout", "21"), ("--connections", "x"), ("--binary", "/none"), ("--what",)))):
            for arguments in wrong:
                got = run_script(name, *arguments)
                self.assertEqual((got.returncode, got.stdout), (2, ""), (name, arguments, got.stderr))
                self.assertTrue(got.stderr.startswith(f"{name}: "), got.stderr)
            self.assertIn(f"usage: bench/{name}", run_script(name, "--help").stdout)

    def test_each_part_has_its_table(self):
        missing = [tool for tool in NEEDED if shutil.which(tool) is None and shutil.which(tool, path="/usr/sbin") is None]
        if missing:
            self.skipTest(f"not installed: {', '.join(missing)}")
        got = run_script("compare.sh", "--binary", binary(), "--only", "signgate", "--cases", "small", "--logs", "off", "--seconds", 1,
                         "--rounds", 1, "--rate", 50, "--idle", 20, "--connections", 4)
        self.assertEqual(got.returncode, 0, got.stderr)
        cost, percentiles = r"[\d.]+ \([\d.]+ to [\d.]+\) \| -", r"[\d.]+ \| [\d.]+ \| [\d.]+"
        self.assertRegex(got.stdout, rf"\n\| 12 bytes \| off \| signgate \| \d+ \| \d+ \| {cost} \| 0 \| {percentiles} \|\n")
        for kind in ("without TLS", "TLS 1.3, whole handshake", "TLS 1.3, resumed"):
            self.assertRegex(got.stdout, rf"\n\| {kind} \| signgate \| [1-9]\d* \| \d+ \| {cost} \| {percentiles} \|\n")
        self.assertRegex(got.stdout, rf"\n\| 12 bytes \| 50 \| signgate \| {percentiles} \| - \| \d+ \| 0 \|\n")
        self.assertRegex(got.stdout, r"\n\| signgate \| -?[\d.]+ KiB \|\n")
        for waiting in (0, 20):
            self.assertRegex(got.stdout, rf"\n\| 12 bytes \| {waiting} \| signgate \| [1-9]\d* \| \d+ \| {cost} \| 0 \| {percentiles} \|\n")


if __name__ == "__main__":
    main()
