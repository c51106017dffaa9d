#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tests/report.py tells ctest's results as they are: shown on tests of known outcome, run by ctest itself."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

REPORT = pathlib.Path(__file__).resolve().parent.parent / "report.py"


class Report(unittest.TestCase):
    def report(self, *lines):
        """Runs the report over the ctest tests that `lines` define; returns its status and its lines."""
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "CTestTestfile.cmake").write_text("\n".join(lines) + "\n")
            result = subprocess.run([sys.executable, "-B", str(REPORT), "ctest", "--test-dir", folder,
                                     "--no-tests=error"], capture_output=True, text=True, check=False)
        return result.returncode, result.stdout.splitlines()

    def report_said(self, said, status):
        """Runs the report over one test that prints the lines `said`."""
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder, "output")
            output.write_text("\n".join(said) + "\n")
            return self.report(f'add_test(program sh -c "cat {output}; exit {status}")')

    def test_passed_tests_are_only_counted(self):
        status, lines = self.report('add_test(a true)', 'add_test(b true)')
        self.assertEqual(0, status)
        self.assertEqual("2 passed, 0 failed, 0 skipped", lines[-1])
        self.assertEqual(2, len(lines), lines)

    def test_a_failure_is_shown_in_full(self):
        status, lines = self.report('add_test(good true)',
                                    'add_test(bad sh -c "seq 1 20000; echo it broke; exit 1")')
        self.assertEqual(1, status)
        self.assertEqual("1 passed, 1 failed, 0 skipped", lines[-1])
        for expected in ("----- failed: bad", "1", "10000", "it broke", "failed: bad"):
            self.assertIn(expected, lines)

    def test_a_missing_program_is_a_failure(self):
        status, lines = self.report('add_test(good true)', 'add_test(lost /nowhere/to/be/found)')
        self.assertEqual(1, status)
        self.assertEqual("1 passed, 1 failed, 0 skipped", lines[-1])

    def test_a_test_that_takes_too_long_is_a_failure(self):
        status, lines = self.report('add_test(slow sleep 20)', 'set_tests_properties(slow PROPERTIES TIMEOUT 1)')
        self.assertEqual(1, status)
        self.assertEqual("0 passed, 1 failed, 0 skipped", lines[-1])

    def test_a_crash_is_a_failure(self):
        status, lines = self.report('add_test(crash sh -c "kill -SEGV $$")')
        self.assertEqual(1, status)
        self.assertEqual("0 passed, 1 failed, 0 skipped", lines[-1])

    def test_a_skipped_test_is_named_with_its_reason(self):
        status, lines = self.report('add_test(good true)',
                                    'add_test(away sh -c "echo SKIPPED: no browser here; exit 77")',
                                    'set_tests_properties(away PROPERTIES SKIP_RETURN_CODE 77)',
                                    'add_test(data sh -c "echo x_test.cpp:3: Skipped; echo no data")',
                                    'set_tests_properties(data PROPERTIES SKIP_REGULAR_EXPRESSION ": Skipped")')
        self.assertEqual(0, status)
        self.assertIn("skipped: away: no browser here", lines)
        self.assertIn("skipped: data: no data", lines)
        self.assertEqual("1 passed, 0 failed, 2 skipped", lines[-1])

    def test_a_googletest_program_counts_as_many_tests_as_it_ran(self):
        said = ["[==========] Running 4 tests from 1 test suite.",
                "[ RUN      ] Suite.Good", "[       OK ] Suite.Good (0 ms)",
                "[ RUN      ] All/Suite.Away/0", "x_test.cpp:3: Skipped", "no data", "", "[  SKIPPED ] All/Suite.Away/0 (0 ms)",
                "[ RUN      ] Suite.Bad", "x_test.cpp:7: Failure", "it broke", "[  FAILED  ] Suite.Bad, where GetParam() = 7 (3 ms)",
                "[  PASSED  ] 1 test.", "[  SKIPPED ] 1 test, listed below:", "[  SKIPPED ] All/Suite.Away/0",
                "[  FAILED  ] 1 test, listed below:", "[  FAILED  ] Suite.Bad, where GetParam() = 7", " 1 FAILED TEST"]
        status, lines = self.report_said(said, 1)
        self.assertEqual(1, status)
        self.assertEqual("1 passed, 1 failed, 1 skipped", lines[-1])
        for expected in ("----- failed: program:Suite.Bad", "it broke", "failed: program:Suite.Bad",
                         "skipped: program:All/Suite.Away/0: no data"):
            self.assertIn(expected, lines)

    def test_a_googletest_program_that_crashes_fails_by_the_test_it_was_in(self):
        status, lines = self.report_said(["[ RUN      ] Suite.Good", "[       OK ] Suite.Good (0 ms)", "[ RUN      ] Suite.Crash",
                                          "runtime error: it broke"], 134)
        self.assertEqual(1, status)
        self.assertEqual("1 passed, 1 failed, 0 skipped", lines[-1])
        self.assertIn("----- failed: program:Suite.Crash", lines)
        self.assertIn("runtime error: it broke", lines)

    def test_a_googletest_program_that_fails_after_its_tests_is_a_failure(self):
        status, lines = self.report_said(["[ RUN      ] Suite.Good", "[       OK ] Suite.Good (0 ms)", "leaked"], 23)
        self.assertEqual(1, status)
        self.assertEqual("1 passed, 1 failed, 0 skipped", lines[-1])
        self.assertIn("----- failed: program", lines)

    def test_nothing_to_run_is_a_failure(self):
        status, lines = self.report("")
        self.assertEqual(1, status)
        self.assertIn("no test ran", lines)
        self.assertEqual("0 passed, 0 failed, 0 skipped", lines[-1])

    def test_only_skipped_tests_are_a_failure(self):
        status, lines = self.report('add_test(away sh -c "exit 77")',
                                    'set_tests_properties(away PROPERTIES SKIP_RETURN_CODE 77)')
        self.assertEqual(1, status)
        self.assertEqual("0 passed, 0 failed, 1 skipped", lines[-1])


if __name__ == "__main__":
    unittest.main()
