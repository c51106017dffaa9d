# SPDX-License-Identifier: Apache-2.0
"""A store of the tests: S3's answers to GET and HEAD of one bucket, after it has judged each request's Signature Version 4 by
itself (sigv4.py). It is an Origin, so that a test may answer a path in its own way."""

import hashlib
import urllib.parse
from datetime import datetime, timedelta, timezone

from origin import Origin, answer
from sigv4 import AUTHORIZATION, signature
from tls import TlsOrigin

ACCESS_KEY, SECRET_KEY, REGION, BUCKET = "AKIAFAKETESTTEST0001", "aSecretOf/the+tests=", "eu-test-1", "bucket"
SKEW = timedelta(minutes=15)
REASONS = {200: "OK", 206: "Partial Content", 304: "Not Modified", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
           412: "Precondition Failed"}


class Store:
    """What makes an Origin a store. `referer` begins the Referers that may read; None: all may. `knows_if_match` is what S3
    does; other stores do not."""

    def become_store(self, host=None):
        self.host = host or f"127.0.0.1:{self.port}"
        self.base = f"/{BUCKET}/"
        self.objects = {}
        self.referer = None
        self.knows_if_match = True
        self.accepted = 0
        self.handlers = Judging(self.judge)

    def put(self, key, data, **fields):
        fields = {name.replace("_", "-"): value for name, value in fields.items()}
        self.objects[key] = (data, {"Content-Type": "image/jpeg", "ETag": f'"{hashlib.md5(data).hexdigest()}"', **fields})

    def judge(self, conversation, request):
        conversation.read_body(request)
        status, fields, body = self.decide(request)
        number = len(self.requests)
        fields = {"x-amz-request-id": f"FAKE{number:012}", "Server": "FakeS3", **fields}
        if isinstance(body, str):
            fields["Content-Type"] = "application/xml"
            body = (f"<Error><Code>{body}</Code><RequestId>{fields['x-amz-request-id']}</RequestId>"
                    f"<HostId>fake</HostId></Error>").encode()
        data = answer(body, f"{status} {REASONS[status]}", fields.items(), length=status != 304)
        if request.method == "HEAD" and body:
            data = data[:-len(body)]
        conversation.send(data)

    def refusal(self, request):
        """Why the signature is refused, or None."""
        if request.get("Host") != self.host:
            return "WrongHost"
        authorization = request.get("Authorization")
        if authorization is None:
            return "AccessDenied"
        match = AUTHORIZATION.fullmatch(authorization)
        if not match:
            return "AuthorizationHeaderMalformed"
        key, day, region, names, proof = match.groups()
        if key != ACCESS_KEY:
            return "InvalidAccessKeyId"
        if region != REGION:
            return "AuthorizationHeaderMalformed"
        names = names.split(";")
        amazon = [name.lower() for name, _ in request.head.fields if name.lower().startswith("x-amz-")]
        if not {"host", "x-amz-date", *amazon} <= set(names):
            return "AccessDenied"
        stamp = datetime.strptime(request.get("x-amz-date"), "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
        if abs(datetime.now(timezone.utc) - stamp) > SKEW:
            return "RequestTimeTooSkewed"
        expected = signature(SECRET_KEY, request.method, request.target, request.head.fields, ((day, region), names),
                             request.get("x-amz-content-sha256"))
        return None if expected == proof else "SignatureDoesNotMatch"

    def decide(self, request):
        refusal = self.refusal(request)
        if refusal:
            return 403, {}, refusal
        with self.lock:
            self.accepted += 1
        if self.referer and not (request.get("Referer") or "").startswith(self.referer):
            return 403, {}, "AccessDenied"
        path = urllib.parse.unquote(request.target.partition("?")[0])
        found = self.objects.get(path.removeprefix(self.base))
        if not path.startswith(self.base) or found is None:
            return 404, {}, "NoSuchKey"
        data, fields = found
        if self.knows_if_match and request.get("If-Match") not in (None, fields["ETag"]):
            return 412, {}, "PreconditionFailed"
        if request.get("If-None-Match") == fields["ETag"]:
            return 304, {"ETag": fields["ETag"]}, b""
        if request.get("Range"):
            first, last = request.get("Range").removeprefix("bytes=").split("-")
            first, last = int(first), min(int(last or len(data)), len(data) - 1)
            return 206, {**fields, "Content-Range": f"bytes {first}-{last}/{len(data)}"}, data[first:last + 1]
        return 200, fields, data


class Judging(dict):
    """Handlers by path; the store's own judgement for all others."""

    def __init__(self, judge):
        super().__init__()
        self.judge = judge

    def get(self, path, default=None):
        return super().get(path, self.judge)


class FakeS3(Store, Origin):
    def __init__(self):
        super().__init__()
        self.become_store()


class FakeTlsS3(Store, TlsOrigin):
    def __init__(self, certificate, name):
        super().__init__(certificate)
        self.become_store(f"{name}:{self.port}")
