# SPDX-License-Identifier: Apache-2.0
"""`signgate policy lint` as a shell sees it: arguments, streams and exit statuses."""

import json
import unittest
from pathlib import Path

from harness import main, signgate

DATA = Path(__file__).resolve().parent.parent / "data" / "lint"


def lint(*arguments):
    return signgate("policy", "lint", *arguments)


class PolicyLint(unittest.TestCase):
    def test_findings_are_status_1(self):
        run = lint(DATA / "referer-no-slash/bad/policy.json")
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("policy.json:27:13: error[referer-no-slash]: ", run.stderr)
        self.assertEqual(run.stdout, "1 file: 1 error\n")

    def test_a_clean_chain_is_status_0(self):
        run = lint(*sorted((DATA / "behavior-unsigned/clean").iterdir()), "--fail-on", "note")
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "2 files: nothing to say\n", ""))

    def test_the_severity_that_fails_is_chosen(self):
        warning = DATA / "referer-path/bad/policy.json"
        self.assertEqual(lint(warning).returncode, 1)
        self.assertEqual(lint(warning, "--fail-on", "error").returncode, 0)

    def test_json_has_all_that_the_text_has(self):
        run = lint("--json", DATA / "referer-no-slash/bad/policy.json")
        self.assertEqual((run.returncode, run.stderr), (1, ""))
        found = json.loads(run.stdout)
        self.assertEqual(len(found), 1)
        self.assertEqual(set(found[0]), {"code", "severity", "file", "line", "column", "message", "why", "mend"})
        self.assertEqual((found[0]["code"], found[0]["line"], found[0]["column"]), ("referer-no-slash", 27, 13))

    def test_codes_are_told(self):
        every = json.loads(lint("--codes", "--json").stdout)
        self.assertGreater(len(every), 80)
        one = lint("--explain", "referer-path")
        self.assertEqual(one.returncode, 0, one.stderr)
        self.assertTrue(one.stdout.startswith("referer-path (warning): "), one.stdout)

    def test_wrong_usage_is_status_2(self):
        for wrong in ([], ["--explain", "no-such-code"], ["--fail-on", "all", "a.json"], ["--codes", "a.json"]):
            self.assertEqual(lint(*wrong).returncode, 2, wrong)


if __name__ == "__main__":
    main()
