# SPDX-License-Identifier: Apache-2.0
"""The tutorial's commands for AWS, run among its others by the AWS CLI that is installed: it knows each command and option and
checks the documents by its own model of the API. Nobody listens where it then wants to send them."""

import os
import shutil
import socket
import subprocess
import unittest

from harness import main
from test_tutorial import NAME, PORTS, TEXT
from tutorial import Shell, Walk

ARN = "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"

# The place of `aws`: a request that was about to be sent is answered, any other failure stays one.
STAND_IN = """#!/bin/sh
place=$(mktemp -d)
AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_PAGER= AWS_MAX_ATTEMPTS=1 AWS_EC2_METADATA_DISABLED=true \\
  AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=secret AWS_DEFAULT_REGION=us-east-1 \\
  '@AWS@' --endpoint-url http://127.0.0.1:@PORT@ "$@" > "$place/out" 2> "$place/err" < /dev/null
status=$?
if grep -qi 'could not connect to the endpoint' "$place/out" "$place/err"; then
  echo "sent $1 $2" >> @LOG@
  case "$*" in
    *Distribution.ARN*) echo '@ARN@' ;;
    *) echo EXAMPLEID ;;
  esac
  status=0
else
  echo "done $1 $2 $status" >> @LOG@
  cat "$place/out"
  cat "$place/err" >&2
fi
rm -r "$place"
exit $status
"""

SENT = ["sent s3api create-bucket", "sent s3api put-public-access-block", "sent s3 cp",
        "sent cloudfront create-origin-access-control", "sent cloudfront create-cache-policy",
        "sent cloudfront create-distribution", "sent s3api put-bucket-policy", "sent cloudfront create-public-key",
        "sent cloudfront create-key-group", "sent cloudfront get-distribution-config", "sent cloudfront update-distribution",
        "done cloudfront sign 0", "sent s3api put-bucket-policy", "sent cloudfront create-cache-policy",
        "sent cloudfront get-distribution-config", "sent cloudfront update-distribution"]


def hindrance():
    if not shutil.which("aws") or subprocess.run(["aws", "--version"], capture_output=True, check=False).returncode != 0:
        return "the AWS CLI is not installed"
    return None


class TutorialAtAws(unittest.TestCase):
    def setUp(self):
        # Bound and never listening.
        self.closed = socket.socket()
        self.addCleanup(self.closed.close)
        self.closed.bind(("127.0.0.1", 0))

    def shell(self):
        shell = Shell()
        self.addCleanup(shell.close)
        self.log = shell.place / "aws.log"
        text = STAND_IN.replace("@AWS@", os.path.abspath(shutil.which("aws"))).replace("@ARN@", ARN)
        text = text.replace("@PORT@", str(self.closed.getsockname()[1])).replace("@LOG@", str(self.log))
        shell.add_program("aws", text)
        return shell

    def test_the_aws_cli_takes_every_command(self):
        walk = Walk(NAME, TEXT, self.shell(), PORTS)
        walk.follow(with_aws=True)
        self.assertGreaterEqual(walk.counts["sh aws"], 5, walk.counts)
        self.assertEqual(self.log.read_text().splitlines(), SENT)
        for path in (walk.shell.folder / "aws").iterdir():
            self.assertNotIn("REPLACE_WITH", path.read_text(), path.name)

    def test_an_option_or_a_document_that_it_does_not_take_fails(self):
        for command in ("aws cloudfront create-key-group --key-group 1", "aws s3api get-buckets",
                        "aws cloudfront create-key-group --key-group-config Nam=a,Items=b"):
            with self.assertRaisesRegex(AssertionError, "a.md:1: "):
                Walk("a.md", f"```sh aws\n{command}\n```\n", self.shell()).follow(with_aws=True)


if __name__ == "__main__":
    main(hindrance)
