# SPDX-License-Identifier: Apache-2.0
"""botocore_signer.py LINKS KEY KEY_PAIR_ID EXPIRES ROUNDS SECONDS: signs the URLs in the file LINKS, one a line, over and
over with botocore's CloudFrontSigner and an RSA key, and prints one JSON object with what each round took and some of the
URLs. botocore leaves the signature itself to its caller: here it is cryptography's, with SHA-1, the only digest it has a
form of URL for. Each pass over the list expires a second later than the one before, the first at EXPIRES."""

import datetime
import json
import sys
import time

import botocore
import cryptography
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

KEPT = 64


def load_links(path):
    with open(path, encoding="utf-8") as file:
        return file.read().split()


def load_key(path):
    with open(path, "rb") as file:
        return serialization.load_pem_private_key(file.read(), password=None)


def main():
    links, key = load_links(sys.argv[1]), load_key(sys.argv[2])
    first_expiry, rounds, seconds = int(sys.argv[4]), int(sys.argv[5]), float(sys.argv[6])
    pkcs1, sha1 = padding.PKCS1v15(), hashes.SHA1()
    signer = CloudFrontSigner(sys.argv[3], lambda message: key.sign(message, pkcs1, sha1))
    kept, latencies, made = [""] * KEPT, [], 0

    def run_round():
        nonlocal made
        cpu_before = time.process_time()
        start = before = time.perf_counter_ns()
        end = start + int(seconds * 1e9)
        first = made
        while before < end:
            passes, place = divmod(made, len(links))
            expires = datetime.datetime.fromtimestamp(first_expiry + passes, datetime.timezone.utc)
            kept[made % KEPT] = signer.generate_presigned_url(links[place], date_less_than=expires)
            after = time.perf_counter_ns()
            latencies.append(after - before)
            before = after
            made += 1
        return {"count": made - first, "seconds": (before - start) / 1e9,
                "cpu_seconds": time.process_time() - cpu_before}

    run_round()
    latencies.clear()
    measured = [run_round() for _ in range(rounds)]
    python = ".".join(str(part) for part in sys.version_info[:3])
    print(json.dumps({
        "signer": f"botocore {botocore.__version__}, cryptography {cryptography.__version__}, Python {python}",
        "openssl": backend.openssl_version_text().split()[1],
        "hash": "SHA1",
        "rounds": measured,
        "latencies_ns": latencies,
        "samples": [url for url in kept if url],
    }))


main()
