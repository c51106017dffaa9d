# SPDX-License-Identifier: Apache-2.0
"""Signs URLs with botocore's CloudFrontSigner and python3-cryptography and says how fast. One task as JSON on standard
input, the figures as JSON on standard output; `--version` prints what there is."""

import datetime
import json
import platform
import sys
import time

import botocore
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

if sys.argv[1:] == ["--version"]:
    print(f"botocore {botocore.__version__} (Python {platform.python_version()})")
    sys.exit()

task = json.load(sys.stdin)
with open(task["key"], "rb") as file:
    key = serialization.load_pem_private_key(file.read(), None)
signer = CloudFrontSigner(task["key_pair_id"], lambda text: key.sign(text, padding.PKCS1v15(), hashes.SHA1()))
urls = task["urls"]
latencies = []


def at(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)


class Work:
    """Goes round the URLs; each round has an expiry of its own."""

    def __init__(self):
        self.index, self.until = 0, task["until"]
        self.expires = at(self.until)

    def round(self, keep):
        """[how many, nanoseconds by the clock, nanoseconds of CPU time], and the last that was made."""
        cpu = time.process_time_ns()
        begin = now = time.perf_counter_ns()
        end = begin + round(task["seconds"] * 1e9)
        count, last = 0, None
        while now < end:
            if self.index == len(urls):
                self.index = 0
                self.until += 1
                self.expires = at(self.until)
            url = urls[self.index]
            self.index += 1
            signed = signer.generate_presigned_url(url, date_less_than=self.expires)
            done = time.perf_counter_ns()
            if keep:
                latencies.append(done - now)
            now = done
            count += 1
            last = [url, self.until, signed]
        return [count, now - begin, time.process_time_ns() - cpu], last


work = Work()
work.round(False)
measured = [work.round(True) for _ in range(task["rounds"])]
sample = [last for _, last in measured]
sample += [[url, work.until, signer.generate_presigned_url(url, date_less_than=work.expires)] for url in task["sample"]]
json.dump({"openssl": backend.openssl_version_text().split()[1], "rounds": [figures for figures, _ in measured],
           "latencies": latencies, "sample": sample}, sys.stdout)
