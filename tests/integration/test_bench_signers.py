# SPDX-License-Identifier: Apache-2.0
"""bench/signers.sh with nothing but what every machine has: whom it leaves out it names, and wrong usage is one."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import PATIENCE, binary, main

SCRIPT = Path(__file__).resolve().parents[2] / "bench" / "signers.sh"


def run_script(*arguments, **environment):
    """A short run of the script with the programs under test."""
    return subprocess.run(["bash", SCRIPT, "--build", Path(binary()).parent, "--seconds", "0.02", "--rounds", "2", "--links", "20",
                           *map(str, arguments)], capture_output=True, text=True, timeout=2 * PATIENCE, check=False,
                          env={**os.environ, **environment})


class BenchSigners(unittest.TestCase):
    def path_without(self, *programs):
        """A folder with all that the script calls, but these."""
        folder = Path(tempfile.mkdtemp(prefix="signgate-signers-"))
        self.addCleanup(subprocess.run, ["rm", "-rf", folder], check=True)
        for program in ("bash", "sh", "dirname", "mktemp", "rm", "cp", "ln", "mkdir", "env", "cat", "python3", "node", "npm"):
            found = shutil.which(program)
            if program not in programs and found:
                (folder / program).symlink_to(found)
        return str(folder)

    def test_who_is_not_there_is_named_with_the_reason(self):
        reason = "node is not installed (--install)"
        folder = Path(self.path_without("node", "npm"))
        output = folder / "signers.json"
        got = run_script("--types", "ecdsa-p256", "--output", output, PATH=str(folder))
        self.assertEqual(got.returncode, 0, got.stderr)
        self.assertIn(f"signers.sh: SKIPPED: @aws-sdk/cloudfront-signer: {reason}", got.stderr)
        read = json.loads(output.read_text())
        self.assertEqual([run["signer"] for run in read["runs"]], ["signgate"])
        self.assertIn({"signer": "@aws-sdk/cloudfront-signer", "reason": reason}, read["skipped"])
        # It signs no P-256 here, or is not there.
        self.assertTrue(any(each["signer"].startswith("botocore") for each in read["skipped"]), read["skipped"])
        self.assertIn("SKIPPED: botocore", got.stderr)
        self.assertRegex(got.stdout, r"\n\| signgate \| ecdsa-p256 \| SHA256 \| \d+ \| ")

    def test_wrong_usage(self):
        for arguments in (("--types", "dsa"), ("--seconds", "0"), ("--rounds", "x"), ("--links", "0"), ("--node", "/none"),
                          ("--output", ""), ("--what",)):
            got = run_script(*arguments)
            self.assertEqual((got.returncode, got.stdout), (2, ""), arguments)
        self.assertIn("usage: bench/signers.sh", run_script("--help").stdout)


if __name__ == "__main__":
    main()
