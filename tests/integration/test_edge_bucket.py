# SPDX-License-Identifier: Apache-2.0
"""The bucket behind the edge and the cache before it, on raw sockets. What CloudFront and S3 do, row by row:

    what CloudFront and S3 do                               test
    S3's 403: Access Denied, RequestId, HostId              Policy.test_s3_refuses_in_its_own_words
    Referer is removed unless it is forwarded               Policy.test_referer_is_removed_unless_forwarded
    a policy for this distribution's ARN alone              Policy.test_the_arn_counts
    StringLike denies a missing Referer                     Policy.test_missing_referers
    StringNotLike in a Deny denies one as well              Policy.test_missing_referers
    with Null beside it, it lets one through                Policy.test_missing_referers
    StringLikeIfExists in the Allow lets one through        Policy.test_missing_referers
    https://site/* matches what browsers send cross-origin  Policy.test_missing_referers
    s3:ListBucket turns 403 into 404                        Policy.test_a_missing_object
    a hit passes by the bucket policy                       Caching.test_a_hit_passes_by_the_policy
    Referer in the cache key: each is checked               Caching.test_each_referer_is_checked
    Referer forwarded beside the key: checked on a miss     ByDefault.test_a_referer_beside_the_key_is_checked_on_a_miss_alone
    a 403 is cached for 10 s, for all                       ByDefault, Caching.test_errors_are_kept
"""

import hashlib
import json
import shutil
import ssl
import tempfile
import unittest
from pathlib import Path

from edge import Edge
from harness import Client, main
from wire import Wire, wait_until

CONFIGURATION = """
listen = "127.0.0.1:0@SSL@"
[distribution]
id = "EDFDVBD6EXAMPLE"
@DISTRIBUTION@
[[distribution.behavior]]
path_pattern = "keyed/*"
forward_headers = ["Referer"]
[[distribution.behavior]]
path_pattern = "beside/*"
origin_headers = ["Referer"]
[[distribution.behavior]]
path_pattern = "cors/*"
forward_headers = ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"]
allowed_methods = ["GET", "HEAD", "OPTIONS"]
[[distribution.behavior]]
path_pattern = "any/*"
allowed_methods = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
[[distribution.behavior]]
path_pattern = "secure/*"
viewer_protocol_policy = "https-only"
[[distribution.behavior]]
path_pattern = "moved/*"
viewer_protocol_policy = "redirect-to-https"
[[distribution.behavior]]
path_pattern = "queries/*"
query_strings = ["v", "w"]
cookies = ["lang"]
default_ttl = "1m"
[distribution.default_behavior]
query_strings = "none"
[bucket]
name = "bucket"
root = "bucket"
policy = "bucket-policy.json"
[[bucket.object]]
key_pattern = "*.m3u8"
content_type = "application/x-mpegURL"
cache_control = "max-age=2"
[[bucket.object]]
key_pattern = "*"
cache_control = "max-age=60"
[[bucket.cors]]
allowed_origins = ["https://*.example.com"]
allowed_methods = ["GET", "HEAD"]
allowed_headers = ["range", "x-*"]
expose_headers = ["ETag"]
max_age = "10m"
[admin]
listen = "127.0.0.1:0"
"""

SERVICE = {"Service": "cloudfront.amazonaws.com"}
ARN = "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"
LIST = {"Effect": "Allow", "Principal": SERVICE, "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::bucket"}
OBJECTS = {"a.txt": b"hello picture", "keyed/a.txt": b"keyed", "beside/a.txt": b"beside", "cors/a.txt": b"cors",
           "any/a.txt": b"any", "secure/a.txt": b"s", "moved/a.txt": b"m", "queries/a.txt": b"q", "film.m3u8": b"#EXTM3U\n",
           "big.bin": bytes(range(256)) * 8192}
SITE = "Referer: https://www.example.com/\r\n"
MISS, HIT, REFRESHED, ERROR = (f"{what} from cloudfront" for what in ("Miss", "Hit", "RefreshHit", "Error"))


def allow(**conditions):
    statement = {"Sid": "Read", "Effect": "Allow", "Principal": SERVICE, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}
    if conditions:
        statement["Condition"] = {operator: dict([each]) for operator, each in conditions.items()}
    return statement


class BucketTest(unittest.TestCase):
    statements = [allow()]
    distribution = ""
    ssl = ""

    def start(self, statements=None, distribution=None, options=()):
        folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        text = CONFIGURATION.replace("@SSL@", self.ssl).replace("@DISTRIBUTION@", distribution or self.distribution)
        edge = Edge(folder, OBJECTS, {}, configuration=text, options=options,
                    policy=json.dumps({"Version": "2012-10-17", "Statement": statements or self.statements}))
        self.addCleanup(edge.stop)
        edge.folder = folder
        return edge

    def at(self, edge, seconds):
        self.assertEqual(edge.admin(f"/clock?at={1900000000 + seconds}")[0], 200)

    def check(self, found, status, cache=None, age=None):
        self.assertEqual(found.status, status, found.get("x-signgate-reason"))
        if cache:
            self.assertEqual(found.get("X-Cache"), cache)
        if age is not None:
            self.assertEqual(found.get("Age"), age)


class Policy(BucketTest):
    referer = allow(StringLike=("aws:Referer", "https://www.example.com/*"))

    def test_s3_refuses_in_its_own_words(self):
        found = self.start([self.referer]).get("/a.txt", SITE.replace("www", "evil"))
        self.check(found, 403, ERROR)
        self.assertEqual(found.get("Server"), "AmazonS3")
        self.assertEqual(found.get("Content-Type"), "application/xml")
        request, host = found.get("x-amz-request-id"), found.get("x-amz-id-2")
        self.assertRegex(request, "^[0-9A-Z]{16}$")
        self.assertRegex(host, "^[0-9A-Za-z+/]{75}=$")
        self.assertEqual(found.text(), '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access '
                         f"Denied</Message><RequestId>{request}</RequestId><HostId>{host}</HostId></Error>")
        self.assertTrue(found.get("x-signgate-reason").startswith("bucket_policy: "))

    def test_referer_is_removed_unless_forwarded(self):
        edge = self.start([self.referer])
        self.check(edge.get("/keyed/a.txt", SITE), 200)
        found = edge.get("/a.txt", SITE)
        self.check(found, 403)
        self.assertIn("CloudFront removed Referer", found.get("x-signgate-reason"))
        wait_until(lambda: " 403 AccessDenied bucket_policy: " in edge.log(), "the line in the log")

    def test_the_arn_counts(self):
        self.check(self.start([allow(StringEquals=("AWS:SourceArn", ARN))]).get("/a.txt"), 200)
        self.check(self.start([allow(StringEquals=("AWS:SourceArn", ARN + "X"))]).get("/a.txt"), 403)

    def test_missing_referers(self):
        pattern = "https://www.example.com/*"
        deny = {"Sid": "Others", "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}
        not_like = {"StringNotLike": {"aws:Referer": pattern}}
        null = {"Null": {"aws:Referer": "false"}}
        for statements, lets_missing in (
                ([allow(StringLike=("aws:Referer", pattern))], False),
                ([allow(StringLikeIfExists=("aws:Referer", pattern))], True),
                ([allow(), {**deny, "Condition": not_like}], False),
                ([allow(), {**deny, "Condition": {**not_like, **null}}], True),
                ([allow(), {**deny, "Condition": {"StringNotLikeIfExists": not_like["StringNotLike"]}}], False)):
            with self.subTest(statements=statements):
                edge = self.start(statements)
                self.check(edge.get("/keyed/a.txt"), 200 if lets_missing else 403)
                self.check(edge.get("/keyed/a.txt", SITE), 200)
                self.check(edge.get("/keyed/a.txt", "Referer: https://www.example.com/page?x=1\r\n"), 200)
                # Without its slash no browser sends it, and no pattern matches it.
                for other in ("https://www.example.com", "http://www.example.com/", "https://example.com/", "https://evil.example/"):
                    self.check(edge.get("/keyed/a.txt", f"Referer: {other}\r\n"), 403)

    def test_a_missing_object(self):
        found = self.start().get("/no.txt")
        self.check(found, 403, ERROR)
        self.assertIn("<Code>AccessDenied</Code>", found.text())
        found = self.start([allow(), LIST]).get("/no%26.txt")
        self.check(found, 404, ERROR)
        self.assertIn("<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>no&amp;.txt</Key>", found.text())
        head = self.start([allow(), LIST]).get("/no.txt", method="HEAD")
        self.assertEqual((head.status, head.body), (404, b""))


class Objects(BucketTest):
    def test_an_object_has_its_fields(self):
        edge = self.start()
        found = edge.get("/film.m3u8")
        self.check(found, 200, MISS)
        self.assertEqual(found.body, OBJECTS["film.m3u8"])
        expected = {"Server": "AmazonS3", "Content-Type": "application/x-mpegURL", "Cache-Control": "max-age=2",
                    "Accept-Ranges": "bytes", "Via": "1.1 EDFDVBD6EXAMPLE.cloudfront.net (CloudFront)"}
        for name, value in expected.items():
            self.assertEqual(found.get(name), value)
        for name in ("ETag", "Last-Modified", "x-amz-request-id", "x-amz-id-2"):
            self.assertIsNotNone(found.get(name), name)
        self.assertEqual(edge.get("/a.txt").get("Cache-Control"), "max-age=60")

    def test_ranges_and_conditions_from_bucket_and_cache(self):
        edge = self.start()
        etag = edge.get("/a.txt").get("ETag")
        modified = edge.get("/a.txt").get("Last-Modified")
        for purge in (True, False):
            for path, data in (("/a.txt", OBJECTS["a.txt"]), ("/big.bin", OBJECTS["big.bin"])):
                for text, status, part in (("bytes=0-4", 206, data[:5]), ("bytes=-3", 206, data[-3:]), ("bytes=5-", 206, data[5:]),
                                           ("bytes=0-0,2-3", 200, data), ("bytes=99999999-", 416, None), ("lines=1", 200, data)):
                    if purge:
                        edge.admin("/purge")
                    found = edge.get(path, f"Range: {text}\r\n")
                    self.assertEqual(found.status, status, text)
                    if part is not None:
                        self.assertEqual(found.body, part)
            for fields, status in ((f"If-None-Match: {etag}\r\n", 304), ('If-None-Match: "x"\r\n', 200),
                                   (f"If-Modified-Since: {modified}\r\n", 304), ('If-Match: "x"\r\n', 412),
                                   (f"If-Range: {etag}\r\nRange: bytes=0-0\r\n", 206), ('If-Range: "x"\r\nRange: bytes=0-0\r\n', 200)):
                if purge:
                    edge.admin("/purge")
                found = edge.get("/a.txt", fields)
                self.assertEqual(found.status, status, fields)
                if status == 304:
                    self.assertEqual((found.body, found.get("ETag"), found.get("Content-Type")), (b"", etag, None))

    def test_head_tells_what_get_would(self):
        edge = self.start()
        for path in ("/a.txt", "/big.bin"):
            for _ in range(2):
                head, found = edge.get(path, method="HEAD"), edge.get(path)
                self.assertEqual((head.status, head.body), (200, b""))
                for name in ("Content-Length", "ETag", "Content-Type", "Last-Modified"):
                    self.assertEqual(head.get(name), found.get(name))

    def test_methods(self):
        edge = self.start()
        self.check(edge.get("/a.txt", method="OPTIONS"), 403, ERROR)
        self.check(edge.get("/a.txt", "Content-Length: 0\r\n", method="POST"), 403, ERROR)
        found = edge.get("/any/a.txt", "Content-Length: 0\r\n", method="PUT")
        self.check(found, 405, ERROR)
        self.assertIn("<Code>MethodNotAllowed</Code>", found.text())


class ByDefault(BucketTest):
    """How long errors are kept is said nowhere: 10 seconds."""

    def test_a_refusal_is_kept_for_ten_seconds(self):
        edge = self.start([Policy.referer])
        other = SITE.replace("www", "evil")
        self.at(edge, 0)
        first = edge.get("/keyed/a.txt", other)
        self.check(first, 403, ERROR)
        self.assertIsNone(first.get("Age"))
        self.at(edge, 7)
        kept = edge.get("/keyed/a.txt", other)
        self.check(kept, 403, ERROR)
        self.assertIn(int(kept.get("Age")), range(5, 10))
        self.assertEqual(kept.get("x-amz-request-id"), first.get("x-amz-request-id"))
        self.at(edge, 15)
        fresh = edge.get("/keyed/a.txt", other)
        self.check(fresh, 403, ERROR)
        self.assertIsNone(fresh.get("Age"))
        self.assertNotEqual(fresh.get("x-amz-request-id"), first.get("x-amz-request-id"))

    def test_a_referer_beside_the_key_is_checked_on_a_miss_alone(self):
        other = SITE.replace("www", "evil")
        edge = self.start([Policy.referer])
        self.at(edge, 0)
        self.check(edge.get("/beside/a.txt", SITE), 200, MISS)
        self.check(edge.get("/beside/a.txt", other), 200, HIT)
        self.check(edge.get("/beside/a.txt"), 200, HIT)
        edge.admin("/purge")
        self.at(edge, 100)
        self.check(edge.get("/beside/a.txt", other), 403, ERROR)
        self.at(edge, 107)
        kept = edge.get("/beside/a.txt", SITE)
        self.check(kept, 403, ERROR)
        self.assertIsNotNone(kept.get("Age"))
        self.at(edge, 115)
        self.check(edge.get("/beside/a.txt", SITE), 200, MISS)


class Caching(BucketTest):
    distribution = 'error_caching_min_ttl = "10s"'

    def test_a_life_in_the_cache(self):
        edge = self.start(options=("--at", "1900000000"))
        self.at(edge, 0)
        self.check(edge.get("/a.txt"), 200, MISS)
        self.at(edge, 30)
        found = edge.get("/a.txt")
        self.check(found, 200, HIT)
        self.assertIn(int(found.get("Age")), range(29, 35))
        self.at(edge, 100)
        self.check(edge.get("/a.txt"), 200, REFRESHED)
        (edge.folder / "bucket/a.txt").write_bytes(b"changed")
        self.at(edge, 120)
        self.assertEqual(edge.get("/a.txt").body, OBJECTS["a.txt"])
        self.at(edge, 300)
        found = edge.get("/a.txt")
        self.check(found, 200, MISS)
        self.assertEqual(found.body, b"changed")

    def test_a_hit_passes_by_the_policy(self):
        edge = self.start([allow(DateLessThan=("aws:CurrentTime", "2030-03-17T17:47:00Z"))])
        self.at(edge, 0)
        self.check(edge.get("/a.txt"), 200, MISS)
        self.at(edge, 50)  # the policy's date has passed
        self.check(edge.get("/a.txt"), 200, HIT)
        self.at(edge, 500)
        self.check(edge.get("/a.txt"), 403, ERROR)

    def test_each_referer_is_checked(self):
        edge = self.start([Policy.referer])
        self.check(edge.get("/keyed/a.txt", SITE), 200, MISS)
        self.check(edge.get("/keyed/a.txt", SITE), 200, HIT)
        self.check(edge.get("/keyed/a.txt", "Referer: https://evil.example/\r\n"), 403)
        self.check(edge.get("/keyed/a.txt"), 403)

    def test_errors_are_kept(self):
        edge = self.start([allow(), LIST])
        self.at(edge, 0)
        first = edge.get("/late.txt")
        self.check(first, 404, ERROR)
        (edge.folder / "bucket/late.txt").write_bytes(b"late")
        self.at(edge, 5)
        kept = edge.get("/late.txt")
        self.check(kept, 404, ERROR)
        self.assertIsNotNone(kept.get("Age"))
        self.assertEqual((kept.body, kept.get("x-amz-request-id")), (first.body, first.get("x-amz-request-id")))
        self.at(edge, 100)
        self.check(edge.get("/late.txt"), 200, MISS)

    def test_errors_are_kept_as_long_as_is_said(self):
        edge = self.start([allow(), LIST], distribution='error_caching_min_ttl = "0s"')
        self.check(edge.get("/late.txt"), 404)
        (edge.folder / "bucket/late.txt").write_bytes(b"late")
        self.check(edge.get("/late.txt"), 200, MISS)

    def test_the_key_holds_what_is_configured(self):
        edge = self.start()
        for path, fields, cache in (("/queries/a.txt?v=1", "", MISS), ("/queries/a.txt?x=1&v=1", "", HIT),
                                    ("/queries/a.txt?v=2", "", MISS), ("/queries/a.txt?v=1&w=1", "", MISS),
                                    ("/queries/a.txt?v=1", "Cookie: other=1; CloudFront-Policy=x\r\n", HIT),
                                    ("/queries/a.txt?v=1", "Cookie: other=1; lang=de\r\n", MISS),
                                    ("/queries/a.txt?v=1", "Cookie: lang=de\r\n", HIT),
                                    ("/a.txt?x=1", "", MISS), ("/a.txt?x=2", "", HIT), ("/a.txt", "Referer: https://x/\r\n", HIT)):
            self.check(edge.get(path, fields), 200, cache)

    def test_an_origin_that_fails_leaves_what_is_stale(self):
        edge = self.start()
        self.at(edge, 0)
        self.check(edge.get("/a.txt"), 200, MISS)
        self.at(edge, 100)
        edge.admin("/fault?status=503")
        found = edge.get("/a.txt")
        self.check(found, 200, HIT)
        self.assertEqual(edge.admin("/status", "GET")[1]["faults_left"], 0)
        self.at(edge, 200)
        self.check(edge.get("/a.txt"), 200, REFRESHED)


class Faults(BucketTest):
    def test_status_and_purge(self):
        edge = self.start()
        before = edge.admin("/status", "GET")[1]
        self.assertEqual((before["requests"], before["origin_requests"], before["cached_answers"]), (0, 0, 0))
        for path in ("/a.txt", "/film.m3u8", "/queries/a.txt?v=1", "/a.txt"):
            edge.get(path)
        after = edge.admin("/status", "GET")[1]
        self.assertEqual((after["requests"], after["origin_requests"], after["cached_answers"]), (4, 3, 3))
        self.assertEqual(edge.admin("/purge?path=/queries/*"), (200, {"purged": 1}))
        self.assertEqual(edge.admin("/purge?path=/a.txt"), (200, {"purged": 1}))
        self.assertEqual(edge.admin("/purge"), (200, {"purged": 1}))
        self.check(edge.get("/a.txt"), 200, MISS)

    def test_errors_on_demand(self):
        edge = self.start(distribution='error_caching_min_ttl = "0s"')
        edge.admin("/fault?status=503&count=2")
        for _ in range(2):
            found = edge.get("/a.txt")
            self.check(found, 503, ERROR)
            self.assertIn("<Code>SlowDown</Code>", found.text())
            self.assertTrue(found.get("x-signgate-reason").startswith("fault: "))
        self.check(edge.get("/a.txt"), 200, MISS)

    def test_concurrent_misses_ask_once(self):
        edge = self.start()
        edge.admin("/origin-delay?ms=60000")
        clients = [Client(edge.port) for _ in range(5)]
        for client in clients:
            self.addCleanup(client.close)
            client.send("GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n")
        wait_until(lambda: edge.admin("/status", "GET")[1]["requests"] == 5, "the requests")
        self.assertEqual(edge.admin("/status", "GET")[1]["origin_requests"], 1)
        # Whoever waits when it stops is not waited for.
        edge.process.terminate()
        self.assertEqual(edge.process.wait(timeout=60), 0)

    def test_a_slow_origin_answers_all_who_wait(self):
        edge = self.start()
        edge.admin("/origin-delay?ms=500")
        clients = [Client(edge.port) for _ in range(5)]
        for client in clients:
            self.addCleanup(client.close)
            client.send("GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n")
        for client in clients:
            found = client.read_answer()
            self.assertEqual((found.status, found.body), (200, OBJECTS["a.txt"]))
        self.assertEqual(edge.admin("/status", "GET")[1]["origin_requests"], 1)

    def test_what_is_no_call(self):
        edge = self.start()
        for call, method, status in (("/", "GET", 404), ("/clock", "POST", 400), ("/clock?offset=soon", "POST", 400),
                                     ("/clock?offset=200y", "POST", 400), ("/clock?at=never", "POST", 400),
                                     ("/clock?offset=1h", "GET", 405), ("/origin-delay?ms=60001", "POST", 400),
                                     ("/origin-delay?ms=-1", "POST", 400), ("/fault?status=200", "POST", 400),
                                     ("/fault?status=503&count=x", "POST", 400), ("/purge?path=a", "POST", 400), ("/status", "POST", 405)):
            self.assertEqual(edge.admin(call, method)[0], status, call)
        self.assertEqual(edge.admin("/purge", fields="Origin: https://evil.example\r\n")[0], 403)
        status = edge.admin("/status", "GET")[1]
        self.assertEqual((status["clock_offset_ms"], status["origin_delay_ms"], status["faults_left"]), (0, 0, 0))


class Cors(BucketTest):
    origin = "Origin: https://www.example.com\r\n"
    asks = origin + "Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: Range, X-Own\r\n"

    def test_the_buckets_rules(self):
        edge = self.start()
        found = edge.get("/cors/a.txt", self.asks, method="OPTIONS")
        self.check(found, 200)
        for name, value in (("Access-Control-Allow-Origin", "https://www.example.com"), ("Access-Control-Allow-Methods", "GET, HEAD"),
                            ("Access-Control-Allow-Headers", "range, x-own"), ("Access-Control-Max-Age", "600"),
                            ("Access-Control-Expose-Headers", "ETag"), ("Access-Control-Allow-Credentials", "true")):
            self.assertEqual(found.get(name), value)
        for fields, status, code in (("", 400, "BadRequest"), (self.asks.replace("www.example.com", "evil.example"), 403, "AccessForbidden"),
                                     (self.asks.replace("GET", "PUT"), 403, "AccessForbidden"),
                                     (self.asks.replace("X-Own", "Y-Own"), 403, "AccessForbidden")):
            found = edge.get("/cors/a.txt", fields, method="OPTIONS")
            self.check(found, status, ERROR)
            self.assertIn(f"<Code>{code}</Code>", found.text())
            self.assertTrue(found.get("x-signgate-reason").startswith("cors: "))
        found = edge.get("/cors/a.txt", self.origin)
        self.assertEqual((found.status, found.get("Access-Control-Allow-Origin")), (200, "https://www.example.com"))
        # Each Origin is an answer of its own in the cache.
        found = edge.get("/cors/a.txt", "Origin: https://evil.example\r\n")
        self.assertEqual((found.status, found.get("Access-Control-Allow-Origin")), (200, None))
        # A behavior that does not forward Origin hides it from the bucket.
        self.assertIsNone(edge.get("/a.txt", self.origin).get("Access-Control-Allow-Origin"))

    def test_a_response_headers_policy(self):
        edge = self.start(distribution="""access_control_allow_origin = ["https://www.example.com"]
access_control_allow_methods = ["GET"]
access_control_allow_headers = ["Range"]
access_control_expose_headers = ["Age"]
access_control_max_age = "5m"
access_control_allow_credentials = true""")
        found = edge.get("/cors/a.txt", self.asks, method="OPTIONS")
        self.assertEqual((found.get("Access-Control-Allow-Methods"), found.get("Access-Control-Max-Age")), ("GET", "300"))
        found = edge.get("/a.txt", self.origin)
        self.assertEqual((found.get("Access-Control-Allow-Origin"), found.get("Access-Control-Expose-Headers"),
                          found.get("Access-Control-Allow-Credentials"), found.get("Access-Control-Allow-Methods")),
                         ("https://www.example.com", "Age", "true", None))


class Tls(BucketTest):
    ssl = " ssl"

    def get_securely(self, edge, path):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(edge.folder / "edge.pem")
        with Client(edge.port) as client:
            secured = context.wrap_socket(client.sock, server_hostname="localhost")
            wire = Client.__new__(Client)
            Wire.__init__(wire, secured)
            return wire.get(path, "Connection: close\r\n", host=f"localhost:{edge.port}"), secured.getpeercert(True)

    def start(self, *arguments, **options):
        self.ssl = '"\n[tls]\ncertificate = "self-signed"\ncertificate_file = "edge.pem'
        return super().start(*arguments, **options)

    def test_a_self_signed_certificate(self):
        edge = self.start()
        found, certificate = self.get_securely(edge, "/a.txt")
        self.assertEqual((found.status, found.body), (200, OBJECTS["a.txt"]))
        digest = hashlib.sha256(certificate).hexdigest().upper()
        self.assertIn("SHA-256 " + ":".join(digest[i:i + 2] for i in range(0, 64, 2)), edge.log())
        self.assertNotIn("PRIVATE", (edge.folder / "edge.pem").read_text())

    def test_the_protocol_policies(self):
        edge = self.start()
        for path in ("/secure/a.txt", "/moved/a.txt", "/a.txt"):
            self.assertEqual(self.get_securely(edge, path)[0].status, 200, path)
        self.check(edge.get("/a.txt"), 200)
        self.check(edge.get("/secure/a.txt"), 403, ERROR)
        found = edge.get("/moved/a.txt?x=1")
        self.check(found, 301, "Redirect from cloudfront")
        self.assertEqual(found.get("Location"), f"https://127.0.0.1:{edge.port}/moved/a.txt?x=1")
        self.assertEqual(found.get("Server"), "CloudFront")


if __name__ == "__main__":
    main()
