# SPDX-License-Identifier: Apache-2.0
"""`signgate sign` beside `aws cloudfront sign`, whichever version is installed: the same bytes for the same arguments, since
RSA signatures are deterministic, and a refusal where there is one."""

import os
import shutil
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor

from harness import PATIENCE, binary, main
from signing_cases import ADDRESSES, KEY_PAIR_ID, NO_TIMES, SKIPPED, TIMES, URLS, make_key

# It reads no settings of whoever runs the tests, and asks nobody in the net.
ALONE = dict(os.environ, AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_PAGER="",
             AWS_EC2_METADATA_DISABLED="true")


def run(command, arguments):
    done = subprocess.run([*command, *arguments], env=ALONE, stdin=subprocess.DEVNULL, capture_output=True, timeout=4 * PATIENCE,
                          check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class AwsCli(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.key = make_key(cls)

    def arguments(self, url=URLS[0], until="2030-01-01", **more):
        given = {"url": url, "key-pair-id": KEY_PAIR_ID, "private-key": f"file://{self.key}", "date-less-than": until}
        given.update((name.replace("_", "-"), value) for name, value in more.items())
        return [text for name, value in given.items() if value is not None for text in (f"--{name}", value)]

    def both(self, cases):
        """What the two make of each case: (arguments, theirs, ours). Theirs takes half a second to start."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            theirs = list(pool.map(lambda case: run(["aws", "cloudfront", "sign"], case), cases))
        return [(case, their, run([binary(), "sign"], case)) for case, their in zip(cases, theirs)]

    def assert_equal_output(self, cases):
        for case, theirs, ours in self.both(cases):
            with self.subTest(arguments=case):
                self.assertEqual((theirs[0], ours[0]), (0, 0), theirs[2] + ours[2])
                self.assertEqual(ours[1], theirs[1])

    def test_canned_policies(self):
        self.assert_equal_output([self.arguments(url, time) for url, time in zip(URLS, TIMES)])

    def test_custom_policies(self):
        starts = ["2020-01-01", "0", "2029-12-31T23:59:59+00:00", None]
        self.assert_equal_output([self.arguments(url, date_greater_than=starts[i % len(starts)],
                                                 ip_address=ADDRESSES[i % len(ADDRESSES)]) for i, url in enumerate(URLS)])

    def test_an_empty_address_joined_to_its_name(self):
        self.assert_equal_output([[*self.arguments(), "--ip-address="], ["--ip-address=", *self.arguments()]])

    def test_a_start_alone(self):
        self.assert_equal_output([self.arguments(date_greater_than="2029-01-01")])

    def test_times_in_all_their_forms(self):
        cases = {text: self.arguments(until=text) for text in TIMES}
        self.assert_equal_output(list(cases.values()))
        for text, case in cases.items():
            self.assertIn(f"?Expires={TIMES[text]}&", run([binary(), "sign"], case)[1])

    def test_what_is_no_time(self):
        cases = [self.arguments(until=text) for text in NO_TIMES]
        cases += [self.arguments(date_greater_than=text) for text in NO_TIMES]
        self.assert_refused(cases, 2)

    def test_what_is_missing(self):
        self.assert_refused([self.arguments(**{name: None}) for name in ("url", "until", "key_pair_id", "private_key")], 2)

    def test_what_is_no_key(self):
        self.assert_refused([self.arguments(private_key=value) for value in ("no key", "file:///dev/null")], 1)

    def assert_refused(self, cases, status):
        for case, theirs, ours in self.both(cases):
            with self.subTest(arguments=case):
                self.assertNotEqual(theirs[0], 0, theirs[1])
                self.assertEqual((ours[0], ours[1], theirs[1]), (status, "", ""))
                self.assertNotEqual(ours[2], "")


if __name__ == "__main__":
    version = run(["aws"], ["--version"]) if shutil.which("aws") else (1, "", "")
    if version[0] != 0:
        print("SKIPPED: the AWS CLI is not installed")
        raise SystemExit(SKIPPED)
    print(version[1] + version[2], end="", flush=True)
    main()
