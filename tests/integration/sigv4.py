# SPDX-License-Identifier: Apache-2.0
"""Signature Version 4 once more, straight from AWS's description: to ask a real store as its owner, and for a store of the tests
(fake_s3.py) to judge requests by. It shares nothing with the program."""

import hashlib
import hmac
import http.client
import re
import urllib.parse
from datetime import datetime, timezone

UNRESERVED = "-._~"
AUTHORIZATION = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/,]+)/(\d{8})/([^/,]+)/s3/aws4_request, ?"
                           r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})")


def signature(secret, method, target, fields, signed, payload_hash):
    """Of a request line's target and [(name, value)]; `signed` are the names in small letters. Day and region as in x-amz-date
    and the caller's scope: (day, region)."""
    (day, region), names = signed
    path, _, query = target.partition("?")
    path = urllib.parse.quote(urllib.parse.unquote_to_bytes(path), safe="/" + UNRESERVED)
    pairs = []
    for piece in filter(None, query.split("&")):
        name, _, value = piece.partition("=")
        pairs.append(tuple(urllib.parse.quote(urllib.parse.unquote_to_bytes(text), safe=UNRESERVED) for text in (name, value)))
    values = {name: ",".join(" ".join(value.split()) for each, value in fields if each.lower() == name) for name in names}
    canonical = "\n".join([method, path, "&".join(f"{name}={value}" for name, value in sorted(pairs)),
                           *(f"{name}:{values[name]}" for name in sorted(names)), "", ";".join(sorted(names)), payload_hash])
    text = "\n".join(["AWS4-HMAC-SHA256", values["x-amz-date"], f"{day}/{region}/s3/aws4_request",
                      hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


class S3:
    """Asks a store as its owner, by path."""

    def __init__(self, port, access_key, secret_key, region="us-east-1"):
        self.port, self.access_key, self.secret_key, self.region = port, access_key, secret_key, region

    def request(self, method, target, body=b"", fields=()):
        """(status, body)."""
        now = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        digest = hashlib.sha256(body).hexdigest()
        sent = [("Host", f"127.0.0.1:{self.port}"), ("x-amz-date", now), ("x-amz-content-sha256", digest), *fields]
        names = [name.lower() for name, _ in sent]
        proof = signature(self.secret_key, method, target, sent, ((now[:8], self.region), names), digest)
        scope = f"{now[:8]}/{self.region}/s3/aws4_request"
        sent.append(("Authorization", f"AWS4-HMAC-SHA256 Credential={self.access_key}/{scope}, "
                                      f"SignedHeaders={';'.join(sorted(names))}, Signature={proof}"))
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, body=body, headers=dict(sent))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()
