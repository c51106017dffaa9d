# SPDX-License-Identifier: Apache-2.0
"""What `signgate policy distribution` writes, given to the AWS CLI that is installed by the commands that were printed: its own
model of the API checks the documents, and a server of a few lines stands for AWS."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree

from harness import PATIENCE, main, signgate

ARN = "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"
BUCKET = "mistonline-test-bucket"


def hindrance():
    if not shutil.which("aws") or subprocess.run(["aws", "--version"], capture_output=True, check=False).returncode != 0:
        return "the AWS CLI is not installed"
    return None


class Aws(ThreadingHTTPServer):
    """Takes what is created, says an id for it, and keeps what it was sent."""

    ROOTS = {"public-key": "PublicKey", "key-group": "KeyGroup", "origin-access-control": "OriginAccessControl",
             "cache-policy": "CachePolicy", "origin-request-policy": "OriginRequestPolicy", "distribution": "Distribution"}

    def __init__(self):
        super().__init__(("127.0.0.1", 0), AwsRequest)
        self.requests = []

    def answer(self, method, path, body):
        self.requests.append((method, path, body))
        what = path.split("/")[-1]
        if method == "POST" and what in self.ROOTS:
            root = self.ROOTS[what]
            return 201, (f'<{root} xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Id>ID-{root}</Id>'
                         f"<ARN>{ARN}</ARN></{root}>")
        return (204, "") if method == "PUT" and path == f"/{BUCKET}?policy" else (404, "")


class AwsRequest(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        if self.headers.get("Expect"):
            self.send_response_only(100)
            self.end_headers()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, text = self.server.answer(self.command, self.path, body.decode())
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    do_PUT = do_POST

    def handle_expect_100(self):
        return True  # do_POST says it

    def log_message(self, *_):
        pass


class CreatedDistributions(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-distributions-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.aws = Aws()
        thread = threading.Thread(target=self.aws.serve_forever)
        thread.start()
        self.addCleanup(self.aws.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(self.aws.shutdown)

    def commands(self, *arguments):
        got = signgate("policy", "distribution", "--bucket", BUCKET, "--region", "eu-central-1", *arguments)
        self.assertEqual(got.returncode, 0, got.stderr)
        warnings = [line for line in got.stderr.splitlines() if "on-miss" not in arguments or "--referer on-miss: " not in line]
        self.assertEqual(warnings, [])
        return got.stdout

    def run_script(self, commands):
        """Runs the commands as they were printed, `aws` being the AWS CLI with the server's address."""
        alone = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        alone.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_PAGER="", AWS_MAX_ATTEMPTS="1",
                     AWS_EC2_METADATA_DISABLED="true", AWS_ACCESS_KEY_ID="AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY="secret",
                     AWS_DEFAULT_REGION="us-east-1", NO_PROXY="127.0.0.1")
        script = f'aws() {{ command aws --endpoint-url http://127.0.0.1:{self.aws.server_port} "$@"; }}\n{commands}'
        done = subprocess.run(["sh", "-e", "-c", script], env=alone, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=8 * PATIENCE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("validation failed", done.stderr)

    def sent(self):
        """What was created: (its kind, its XML without name spaces)."""
        found = []
        for method, path, body in self.aws.requests:
            if method == "POST":
                found.append((path.split("/")[-1], ElementTree.fromstring(re.sub(' xmlns="[^"]*"', "", body))))
        return found

    def test_the_commands_make_a_distribution_of_the_documents(self):
        made = signgate("keygen", "--out-dir", self.folder / "keys")
        self.assertEqual(made.returncode, 0, made.stderr)
        folder = self.folder / "it's here"
        commands = self.commands("--site", "www.example.com", "--www", "--deny-other", "--referer", "on-miss",
                                 "--signed-path", "private/*", "films/*", "--public-path", "icons/*", "--alias",
                                 "media.example.com", "--certificate-arn", "arn:aws:acm:us-east-1:123456789012:certificate/c",
                                 "--public-key", self.folder / "keys" / "public_key.pem", "--out-dir", folder)
        self.run_script(commands)
        sent = self.sent()
        self.assertEqual([kind for kind, _ in sent], list(Aws.ROOTS))
        xml = dict(sent)

        def text(kind, path):
            found = xml[kind].findall(path)
            return [one.text for one in found]

        self.assertEqual(text("public-key", "EncodedKey"), [(self.folder / "keys" / "public_key.pem").read_text()])
        self.assertEqual(text("key-group", "Items/PublicKey"), ["ID-PublicKey"])
        self.assertEqual(text("origin-access-control", "SigningBehavior"), ["always"])
        key = "ParametersInCacheKeyAndForwardedToOrigin/HeadersConfig"
        self.assertEqual(text("cache-policy", f"{key}/HeaderBehavior"), ["none"])
        self.assertEqual(text("origin-request-policy", "HeadersConfig/Headers/Items/Name"), ["Referer"])
        self.assertEqual(text("distribution", "Origins/Items/Origin/OriginAccessControlId"), ["ID-OriginAccessControl"])
        self.assertEqual(text("distribution", "Origins/Items/Origin/DomainName"), [f"{BUCKET}.s3.eu-central-1.amazonaws.com"])
        self.assertEqual(text("distribution", "CacheBehaviors/Items/CacheBehavior/PathPattern"),
                         ["private/*", "films/*", "icons/*"])
        for behavior in ("DefaultCacheBehavior", "CacheBehaviors/Items/CacheBehavior"):
            count = 1 if behavior.startswith("Default") else 3
            self.assertEqual(text("distribution", f"{behavior}/CachePolicyId"), ["ID-CachePolicy"] * count)
            self.assertEqual(text("distribution", f"{behavior}/OriginRequestPolicyId"), ["ID-OriginRequestPolicy"] * count)
            self.assertEqual(text("distribution", f"{behavior}/ViewerProtocolPolicy"), ["redirect-to-https"] * count)
        self.assertEqual(text("distribution", ".//TrustedKeyGroups/Enabled"), ["true", "true", "true", "false"])
        self.assertEqual(text("distribution", ".//TrustedKeyGroups/Items/KeyGroup"), ["ID-KeyGroup"] * 3)
        self.assertEqual(text("distribution", "Aliases/Items/CNAME"), ["media.example.com"])
        self.assertEqual(text("distribution", "ViewerCertificate/ACMCertificateArn"),
                         ["arn:aws:acm:us-east-1:123456789012:certificate/c"])
        method, path, body = self.aws.requests[-1]
        self.assertEqual((method, path), ("PUT", f"/{BUCKET}?policy"))
        allow = json.loads(body)["Statement"][0]
        self.assertEqual(allow["Condition"]["StringEquals"]["AWS:SourceArn"], ARN)
        for _, _, body in self.aws.requests:
            self.assertNotIn("REPLACE_WITH", body)

    def test_the_referer_in_the_cache_key(self):
        self.run_script(self.commands("--site", "www.example.com", "--out-dir", self.folder / "aws"))
        xml = dict(self.sent())
        self.assertNotIn("origin-request-policy", xml)
        headers = xml["cache-policy"].find("ParametersInCacheKeyAndForwardedToOrigin/HeadersConfig")
        self.assertEqual((headers.find("HeaderBehavior").text, headers.find("Headers/Items/Name").text), ("whitelist", "Referer"))
        self.assertIsNone(xml["distribution"].find("DefaultCacheBehavior/OriginRequestPolicyId"))

    def test_no_referer(self):
        self.run_script(self.commands("--out-dir", self.folder / "aws"))
        self.assertEqual([kind for kind, _ in self.sent()],
                         [kind for kind in Aws.ROOTS if kind != "origin-request-policy"])
        self.assertNotIn("Referer", "".join(body for _, _, body in self.aws.requests))

    def test_nothing_is_made_of_what_failed(self):
        self.aws.ROOTS = {}
        commands = self.commands("--out-dir", self.folder / "aws")
        with self.assertRaises(AssertionError):
            self.run_script(commands)
        self.assertEqual([path.split("/")[-1] for _, path, _ in self.aws.requests], ["public-key"])
        self.assertIn("REPLACE_WITH_PUBLIC_KEY_ID", (self.folder / "aws" / "key-group-config.json").read_text())


if __name__ == "__main__":
    main(hindrance)
