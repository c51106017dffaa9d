# SPDX-License-Identifier: Apache-2.0
"""bench/compare.sh, soak.sh, slow.sh and bodies.sh as a shell sees them: wrong usage is one, and short forms measure."""

import shutil
import subprocess
import tempfile
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
                            ("bodies.sh", (("--bodies", "0"), ("--size", "x"), ("--links",), ("--binary", "/none"), ("--what",))),
                            ("slow.sh", (("--timeout", "21"), ("--connections", "x"), ("--binary", "/none"), ("--what",)))):
            for arguments in wrong:
                got = run_script(name, *arguments)
                self.assertEqual((got.returncode, got.stdout), (2, ""), (name, arguments, got.stderr))
                self.assertTrue(got.stderr.startswith(f"{name}: "), got.stderr)
            self.assertIn(f"usage: bench/{name}", run_script(name, "--help").stdout)

    def need(self, *tools):
        missing = [tool for tool in tools if shutil.which(tool) is None and shutil.which(tool, path="/usr/sbin") is None]
        if missing:
            self.skipTest(f"not installed: {', '.join(missing)}")

    def test_long_bodies_are_checked_and_memory_is_told(self):
        self.need("nginx")
        for gzip in ((), ("--gzip",)):
            got = run_script("bodies.sh", "--binary", binary(), "--bodies", 3, "--size", 2, "--links", 5, *gzip)
            self.assertEqual(got.returncode, 0, got.stderr)
            self.assertIn("3 bodies at once, 2 MiB each, 5 links on each 64 KiB", got.stdout)
            self.assertRegex(got.stdout, r"\nresident memory: [1-9][\d.]* MiB idle, before any request; [1-9][\d.]* MiB at most, of \d+ looks; ")
            self.assertRegex(got.stdout, r"\nabove idle: [\d.]+ MiB, \d+ KiB a body\n$")

    def test_bodies_that_are_not_signed_are_wrong(self):
        self.need("nginx")
        with tempfile.TemporaryDirectory() as folder:
            unsigning = Path(folder) / "signgate"
            # The same gateway, whose routes sign nothing.
            unsigning.write_text("#!/bin/sh\n"
                                 "[ \"$1\" = keygen ] || sed -i '/^sign = /d' signgate.toml\n"
                                 f"exec '{binary()}' \"$@\"\n")
            unsigning.chmod(0o755)
            got = run_script("bodies.sh", "--binary", unsigning, "--bodies", 1, "--size", 1)
        self.assertEqual((got.returncode, got.stdout), (1, ""), got.stderr)
        self.assertTrue(got.stderr.startswith("bodies.sh: "), got.stderr)

    def test_each_part_has_its_table(self):
        self.need(*NEEDED)
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
