# SPDX-License-Identifier: Apache-2.0
"""`signgate policy eval` as a shell sees it: answers, streams, places, exit statuses."""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import PATIENCE, binary, main, signgate

POLICY = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "OAC", "Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"},
     "Action": "s3:GetObject", "Resource": "arn:aws:s3:::media-bucket/*",
     "Condition": {"StringEquals": {"AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"}}},
    {"Sid": "Foreign", "Effect": "Deny", "Principal": "*",
     "Action": "s3:GetObject", "Resource": "arn:aws:s3:::media-bucket/*",
     "Condition": {"StringNotLike": {"aws:Referer": "https://site.example/*"}}}
  ]
}
"""


def request(referer=None, **members):
    context = {"aws:SourceArn": "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"}
    if referer is not None:
        context["aws:Referer"] = referer
    return {"principal": {"Service": "cloudfront.amazonaws.com"}, "action": "s3:GetObject",
            "resource": "arn:aws:s3:::media-bucket/private/a.jpg", "context": context, **members}


class PolicyEval(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-policy-"))
        self.addCleanup(subprocess.run, ["rm", "-rf", self.folder], check=True)
        self.policy = self.folder / "policy.json"
        self.policy.write_text(POLICY)
        self.requests = self.folder / "requests.json"

    def ask(self, *asked, options=(), lines=False):
        text = "\n".join(map(json.dumps, asked)) if lines or len(asked) == 1 else json.dumps(asked)
        self.requests.write_text(text)
        return signgate("policy", "eval", self.policy, "--request", self.requests, *options)

    def assert_result(self, got, status, stdout="", stderr=""):
        self.assertEqual((got.stdout, got.stderr, got.returncode), (stdout, stderr, status))

    def test_what_is_allowed_goes_to_stdout(self):
        self.assert_result(self.ask(request("https://site.example/")), 0,
                           f'Allow: allowed by "OAC" with StringEquals AWS:SourceArn ({self.policy}:4:5)\n')

    def test_what_is_denied_goes_to_stderr_with_the_reason(self):
        self.assert_result(self.ask(request("https://other.example/?token=SECRET")), 1, stderr=(
            'Deny: denied by "Foreign" for StringNotLike aws:Referer; the request has "https://other.example/?..." '
            f"({self.policy}:9:38)\n"))
        self.assert_result(self.ask(request("https://site.example/", principal="*")), 1, stderr=(
            f'Deny: no Allow applies: "OAC" fails at the principal ({self.policy}:4:52)\n'))

    def test_a_trace_tells_of_every_statement(self):
        self.assert_result(self.ask(request("https://site.example/", action="s3:PutObject"), options=["--trace"]), 1, stderr=(
            f'Deny: no Allow applies: "OAC" fails at the action ({self.policy}:5:16)\n'
            f'  Allow "OAC" fails at the action ({self.policy}:5:16)\n'
            f'  Deny "Foreign" fails at the action ({self.policy}:8:16)\n'))

    def test_several_requests_have_a_line_each(self):
        asked = [request("https://site.example/", name="page"), request()]
        for lines in (False, True):
            got = self.ask(*asked, lines=lines)
            self.assertEqual(got.returncode, 1)
            self.assertRegex(got.stdout, r'^\S+/requests\.json:1:[12]: "page": Allow: allowed by "OAC" .*\n$')
            self.assertRegex(got.stderr, r'^\S+/requests\.json:[12]:\d+: Deny: denied by "Foreign" for .*has none \(.*\)\n$')
        self.assertEqual(self.ask(asked[0], asked[0]).returncode, 0)

    def test_json_is_an_object_a_line(self):
        got = self.ask(request("https://site.example/"), request(), options=["--json", "--trace"])
        self.assertEqual((got.returncode, got.stderr), (1, ""))
        allowed, denied = map(json.loads, got.stdout.splitlines())
        self.assertEqual((allowed["decision"], allowed["outcome"], allowed["statement"]["sid"]), ("Allow", "allow", "OAC"))
        self.assertEqual((denied["decision"], denied["outcome"]), ("Deny", "explicit_deny"))
        self.assertEqual(denied["statement"], {"file": str(self.policy), "index": 2, "sid": "Foreign", "effect": "Deny",
                                               "line": 7, "column": 5})
        self.assertEqual(denied["condition"], {"operator": "StringNotLike", "key": "aws:Referer", "line": 9, "column": 38})
        self.assertEqual([one["applies"] for one in denied["trace"]], [True, True])

    def test_a_set_and_a_variable_are_evaluated(self):
        self.policy.write_text(json.dumps({"Version": "2012-10-17", "Statement": {
            "Sid": "Own", "Effect": "Allow", "Principal": "*", "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::media-bucket/home/${aws:username}/*",
            "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}}}))
        asked = {"principal": {"AWS": "arn:aws:iam::123456789012:user/ada"}, "action": "s3:PutObject",
                 "resource": "arn:aws:s3:::media-bucket/home/ada/x", "context": {"aws:TagKeys": ["b", "a"]}}
        self.assertEqual(self.ask(asked).returncode, 0)
        self.assertEqual(self.ask({**asked, "resource": "arn:aws:s3:::media-bucket/home/ben/x"}).returncode, 1)
        self.assertIn('the request has "a", "c"', self.ask({**asked, "context": {"aws:TagKeys": ["a", "c"]}}).stderr)

    def test_errors_have_their_place(self):
        self.assert_result(self.ask({"principal": "*", "action": "s3:Get*", "resource": "arn:aws:s3:::b"}), 1, stderr=(
            f'{self.requests}:1:30: "s3:Get*" is not the action of a request; one looks like "s3:GetObject"\n'))
        self.policy.write_text(POLICY.replace("StringNotLike", "StringNotLikes"))
        got = self.ask(request())
        self.assertEqual((got.stdout, got.returncode), ("", 1))
        self.assertTrue(got.stderr.startswith(f'{self.policy}:9:20: the condition operator "StringNotLikes" is unknown'))
        got = self.ask(request(), options=["--json"])
        error = json.loads(got.stdout)["error"]
        self.assertEqual((error["file"], error["line"], error["column"], got.returncode, got.stderr),
                         (str(self.policy), 9, 20, 1, ""))

    def test_stdin_and_files_that_are_not_there(self):
        got = subprocess.run([binary(), "policy", "eval", self.policy, "--request", "-"], capture_output=True, text=True,
                             input=json.dumps(request("https://site.example/")), timeout=PATIENCE, check=False)
        self.assertEqual((got.returncode, got.stderr), (0, ""))
        got = signgate("policy", "eval", self.folder / "none.json", "--request", self.requests)
        self.assertEqual((got.returncode, got.stdout), (1, ""))
        self.assertIn("none.json: No such file", got.stderr)

    def test_wrong_usage(self):
        for arguments in ((), ("eval",), ("eval", self.policy), ("eval", "-", "--request", "-"),
                          ("eval", self.policy, "--request", self.requests, "--nonsense")):
            self.assertEqual(signgate("policy", *arguments).returncode, 2, arguments)
        self.assertIn("Exit status: 0 all allowed", signgate("policy", "eval", "--help").stdout)


if __name__ == "__main__":
    main()
