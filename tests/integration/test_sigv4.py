# SPDX-License-Identifier: Apache-2.0
"""Signature Version 4 beside botocore's, which the AWS CLI stands on, over random requests: the same signatures, however a
path or a query was escaped and ordered. SIGNGATE_SEED repeats a run."""

import hashlib
import json
import os
import random
import subprocess
import unittest
from datetime import datetime, timezone
from urllib.parse import quote

from aws_python import IMPORTS, python_with_botocore
from harness import PATIENCE, main

REQUESTS = 3000
UNRESERVED = "abcXYZ019-._~"

# stdin: a list of requests; stdout: [signed headers, signature] of each.
SIGNER = IMPORTS + """
import json, sys
for each in json.load(sys.stdin):
    credentials = botocore.credentials.Credentials(each["id"], each["secret"])
    auth = botocore.auth.S3SigV4Auth(credentials, "s3", each["region"])
    request = botocore.awsrequest.AWSRequest(method=each["method"], url="https://" + each["host"] + each["path"] + each["query"])
    for name, value in each["fields"]:
        request.headers.add_header(name, value)
    request.context["timestamp"] = each["timestamp"]
    text = auth.string_to_sign(request, auth.canonical_request(request))
    print(json.dumps([auth.signed_headers(auth.headers_to_sign(request)), auth.signature(text, request)]))
"""


class SigV4(unittest.TestCase):
    def setUp(self):
        seed = int(os.environ.get("SIGNGATE_SEED", random.SystemRandom().getrandbits(32)))
        print(f"seed {seed}", flush=True)
        self.random = random.Random(seed)

    def text(self, most):
        alphabet = UNRESERVED + " !\"#$%&'()*+,/:;<=>?@[]^{|}é\u20ac"
        return "".join(self.random.choices(alphabet, k=self.random.randrange(most)))

    def escaped(self, text, plain):
        """One of the ways to write it: capitals or small letters, what may stand plainly escaped or not."""
        out = ""
        for byte in text.encode():
            if chr(byte) in plain and byte < 128 and self.random.random() < 0.8:
                out += chr(byte)
            else:
                out += f"%{byte:02x}" if self.random.random() < 0.5 else f"%{byte:02X}"
        return out

    def request(self):
        """One, as botocore is to have it and as ours is."""
        path = "/" + self.text(40)
        query = [(self.text(8), self.text(12)) for _ in range(self.random.randrange(6))]
        host = self.random.choice(["b.s3.amazonaws.com", "127.0.0.1:7480", "s3.eu-central-1.amazonaws.com"])
        second = self.random.randrange(0, 4102444800)
        payload = self.random.choice(["UNSIGNED-PAYLOAD", hashlib.sha256(self.text(9).encode()).hexdigest()])
        theirs = {
            "id": "AKIA" + "".join(self.random.choices("ABC234", k=16)), "secret": self.text(40) + "k", "host": host,
            "region": self.random.choice(["us-east-1", "eu-central-1", "default"]),
            "query": "?" + "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in query) if query else "",
            "method": self.random.choice(["GET", "HEAD", "PUT", "DELETE"]),
            "path": quote(path, safe="/~"),
            "timestamp": datetime.fromtimestamp(second, timezone.utc).strftime("%Y%m%dT%H%M%SZ"),
        }
        fields = [("X-Amz-Date", theirs["timestamp"]), ("X-Amz-Content-SHA256", payload)]
        for name in self.random.sample(["Range", "If-None-Match", "Referer", "x-amz-security-token", "x-amz-meta-a"], 3):
            fields.append((name, self.random.choice(["", "a  b", " \"c\" ", "https://site.example/?a,b", "bytes=0-9"])))
        theirs["fields"] = fields
        sent = [self.escaped(name, UNRESERVED) + "=" + self.escaped(value, UNRESERVED + "=/:@?") for name, value in query]
        self.random.shuffle(sent)
        ours = [theirs["id"], theirs["secret"], theirs["region"], str(second), theirs["method"],
                "/" + self.escaped(path[1:], UNRESERVED + "/!$'()*+,:;=@"), "&".join(sent), payload]
        shuffled = [("Host", host), *fields]
        self.random.shuffle(shuffled)
        for field in shuffled:
            ours.extend(field)
        return theirs, "\x1f".join(ours)

    def test_the_same_signatures(self):
        requests = [self.request() for _ in range(REQUESTS)]
        done = subprocess.run([PYTHON, "-c", SIGNER], input=json.dumps([theirs for theirs, _ in requests]), capture_output=True,
                              text=True, timeout=4 * PATIENCE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        expected = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(expected), REQUESTS)
        done = subprocess.run([os.environ["SIGNGATE_SIGV4_LINES"]], input="".join(ours + "\n" for _, ours in requests),
                              capture_output=True, text=True, timeout=4 * PATIENCE, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        got = done.stdout.splitlines()
        self.assertEqual(len(got), REQUESTS)
        for (theirs, ours), (names, signature), value in zip(requests, expected, got):
            scope = f"{theirs['timestamp'][:8]}/{theirs['region']}/s3/aws4_request"
            self.assertEqual(value, f"AWS4-HMAC-SHA256 Credential={theirs['id']}/{scope},SignedHeaders={names},"
                                    f"Signature={signature}", ours)


if __name__ == "__main__":
    PYTHON = python_with_botocore()
    main(lambda: None if PYTHON else "no Python here has botocore; Debian's awscli does")
