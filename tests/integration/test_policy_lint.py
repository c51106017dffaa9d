# SPDX-License-Identifier: Apache-2.0
"""`signgate policy lint` as a shell sees it: arguments, streams and exit statuses."""

import itertools
import json
import shutil
import tempfile
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


class WhatIsWritten(unittest.TestCase):
    """What `policy s3` and `policy distribution` write is not found fault with, but for what they have warned of themselves."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def check(self, written, paths, doubts):
        self.assertEqual(written.returncode, 0, written.stderr)
        for doubt in doubts:
            self.assertIn(doubt, written.stderr)
        run = lint("--json", *paths)
        found = json.loads(run.stdout)
        self.assertEqual({each["code"] for each in found if each["severity"] != "note"}, set(doubts), run.stdout)
        self.assertEqual(run.returncode, 1 if doubts else 0)
        left = [(str(path), number) for path in paths for number, line in enumerate(path.read_text().split("\n"), 1)
                for _ in range(line.count('"REPLACE_WITH_'))]
        told = [(each["file"], each["line"]) for each in found if each["code"] == "placeholder"]
        self.assertEqual(sorted(told), sorted(left))

    def test_bucket_policies(self):
        policy = self.folder / "policy.json"
        for referers, deny, missing, listing, partition in itertools.product(
                ((), ("--site", "www.example.com"), ("--site", "example.com", "--www", "--http"), ("--site", "[2001:db8::1]:8443"),
                 ("--referer", "http?://www.example.com/*", "https://b.example:8443/*")),
                (False, True), (False, True), (False, True), ("aws", "aws-cn", "aws-us-gov")):
            if not referers and (deny or missing):
                continue
            options = [*referers, *["--deny-other"] * deny, *["--allow-missing-referer"] * missing, *["--list-bucket"] * listing]
            with self.subTest(options=options, partition=partition):
                written = signgate("policy", "s3", "--bucket", "mistonline-test-bucket", "--distribution-arn",
                                   f"arn:{partition}:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE", *options)
                policy.write_text(written.stdout)
                self.check(written, [policy], ["referer-missing-allowed"] if missing and (listing or not deny) else [])

    def test_partitions_that_differ(self):
        policy = self.folder / "policy.json"
        arn = "arn:{}:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"
        partitions = {"aws": "eu-central-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
        for own, other in itertools.product(partitions, repeat=2):
            with self.subTest(distribution=own, bucket=other):
                doubts = [] if own == other else ["arn-partition"]
                written = signgate("policy", "s3", "--bucket", "mistonline-test-bucket", "--distribution-arn", arn.format(own),
                                   "--site", "www.example.com", "--partition", other)
                policy.write_text(written.stdout)
                self.check(written, [policy], doubts)
                documents = self.folder / "aws"
                shutil.rmtree(documents, ignore_errors=True)
                written = signgate("policy", "distribution", "--bucket", "mistonline-test-bucket", "--out-dir", documents,
                                   "--site", "www.example.com", "--region", partitions[other], "--distribution-arn", arn.format(own))
                self.check(written, sorted(documents.iterdir()), doubts)

    def test_distributions(self):
        made = signgate("keygen", "--out-dir", self.folder / "keys")
        self.assertEqual(made.returncode, 0, made.stderr)
        documents = self.folder / "aws"
        alias = ("--region", "eu-central-1", "--alias", "media.example.com")
        for referers, shape, known in itertools.product(
                ((), ("--site", "www.example.com", "--www"), ("--site", "www.example.com", "--deny-other", "--allow-missing-referer"),
                 ("--site", "www.example.com", "--referer", "on-miss")),
                (("--region", "eu-central-1"), ("--region", "cn-north-1", "--ipv4-only"),
                 (*alias, "--default-public", "--signed-path", "private/*", "films/*"),
                 (*alias, "--signed-path", "private/*", "--public-path", "css/*", "--certificate-arn",
                  "arn:aws:acm:us-east-1:123456789012:certificate/c")),
                ((), ("--public-key", self.folder / "keys" / "public_key.pem"),
                 ("--public-key-id", "K2JCJMDEHXQW5F", "--origin-access-control-id", "E327GJI25M56DG", "--cache-policy-id", "c1"))):
            options = (*referers, *shape, *known)
            with self.subTest(options=options):
                shutil.rmtree(documents, ignore_errors=True)
                written = signgate("policy", "distribution", "--bucket", "mistonline-test-bucket", "--out-dir", documents, *options)
                # Of a cache policy that is there already lint knows nothing.
                doubts = ["referer-not-in-cache-key"] if "on-miss" in referers and "--cache-policy-id" not in known else []
                self.check(written, sorted(documents.iterdir()), doubts)


if __name__ == "__main__":
    main()
