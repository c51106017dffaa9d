# SPDX-License-Identifier: Apache-2.0
"""`signgate sign` beside botocore's CloudFrontSigner, which the AWS CLI stands on, over thousands of URLs: the same bytes.
SIGNGATE_SEED repeats a run."""

import json
import os
import random
import shutil
import subprocess
import sys
import unittest

from harness import PATIENCE, binary, main
from signing_cases import ADDRESSES, KEY_PAIR_ID, SKIPPED, URLS, make_key

RANDOM_URLS = 400

# stdin: {key, id, tasks: [[urls, until, from, address], ...]}; stdout: a signed URL a line. Run by a Python that has it.
SIGNER = """
import datetime, json, sys
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

task = json.load(sys.stdin)
with open(task["key"], "rb") as file:
    key = serialization.load_pem_private_key(file.read(), None)
signer = CloudFrontSigner(task["id"], lambda text: key.sign(text, padding.PKCS1v15(), hashes.SHA1()))

def at(seconds):
    return None if seconds is None else datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)

for urls, until, start, address in task["tasks"]:
    for url in urls:
        if start is None and address is None:
            print(signer.generate_presigned_url(url, date_less_than=at(until)))
        else:
            policy = signer.build_policy(url, at(until), date_greater_than=at(start), ip_address=address)
            print(signer.generate_presigned_url(url, policy=policy))
"""


def python_with_botocore():
    for python in (sys.executable, "python3", "/usr/bin/python3"):
        if shutil.which(python) and subprocess.run([python, "-c", "import botocore.signers, cryptography"], capture_output=True,
                                                   check=False).returncode == 0:
            return python
    return None


class Botocore(unittest.TestCase):
    def setUp(self):
        seed = int(os.environ.get("SIGNGATE_SEED", random.SystemRandom().getrandbits(32)))
        print(f"seed {seed}", flush=True)
        self.random = random.Random(seed)

    @classmethod
    def setUpClass(cls):
        cls.key = make_key(cls)

    def url(self):
        """Of characters that no signer changes; `'` is one in a path alone."""
        any_of = self.random.choices
        both = "abcXYZ019-._~!$&()+,;=:@/|[]%"
        host = self.random.choice(["d1.cloudfront.net", "media.example.com:8443", "D1.CloudFront.net", "127.0.0.1"])
        url = f"http{self.random.choice(['', 's'])}://{host}/" + "".join(any_of(both + "'", k=self.random.randrange(60)))
        if self.random.randrange(2):
            url += "?" + "".join(any_of(both + "?", k=self.random.randrange(1, 60)))
        return url

    def ours(self, urls, until, start, address):
        more = [] if start is None else ["--date-greater-than", str(start)]
        more += [] if address is None else ["--ip-address", address]
        done = subprocess.run([binary(), "sign", "--url", "-", "--key-pair-id", KEY_PAIR_ID, "--private-key", self.key,
                               "--date-less-than", str(until), *more],
                              input="".join(url + "\n" for url in urls), capture_output=True, text=True, timeout=PATIENCE, check=False)
        # botocore signs these without a word.
        told = [line for line in done.stderr.splitlines() if "warning: a browser asks for" not in line]
        self.assertEqual((done.returncode, told), (0, []))
        return done.stdout.splitlines()

    def test_the_same_bytes(self):
        tasks = []
        for start in (None, 1, 1577836800):
            for address in (None, *filter(None, ADDRESSES)):
                urls = URLS + [self.url() for _ in range(RANDOM_URLS)]
                tasks.append((urls, self.random.randrange(1577836801, 253402300799), start, address))
        done = subprocess.run([PYTHON, "-c", SIGNER], capture_output=True, text=True, timeout=2 * PATIENCE, check=False,
                              input=json.dumps({"key": str(self.key), "id": KEY_PAIR_ID, "tasks": tasks}))
        self.assertEqual(done.returncode, 0, done.stderr)
        theirs = done.stdout.splitlines()
        ours = [line for task in tasks for line in self.ours(*task)]
        self.assertEqual(len(theirs), len(tasks) * (len(URLS) + RANDOM_URLS))
        self.assertEqual(len(ours), len(theirs))
        for our, their in zip(ours, theirs):
            self.assertEqual(our, their)


if __name__ == "__main__":
    PYTHON = python_with_botocore()
    if PYTHON is None:
        print("SKIPPED: no Python here has botocore and cryptography")
        raise SystemExit(SKIPPED)
    main()
