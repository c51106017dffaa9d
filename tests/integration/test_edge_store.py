# SPDX-License-Identifier: Apache-2.0
"""`signgate edge` before a real store, as far as a store of the tests goes: what is asked of it and how it is signed, what
viewers get of its answers, and of its failures."""

import hashlib
import json
import os
import shutil
import signal
import socket
import tempfile
import threading
import unittest
from datetime import datetime, timezone
from pathlib import Path

from certificates import Authority
from edge import Edge
from fake_s3 import ACCESS_KEY, BUCKET, REGION, SECRET_KEY, FakeS3, FakeTlsS3
from harness import Client, is_sanitized, main, signgate
from origin import answer
from sigv4 import signature
from wire import Cut, wait_until

MIB = 1024 * 1024

CONFIGURATION = """
listen = "127.0.0.1:0"
[distribution]
id = "EDFDVBD6EXAMPLE"
[[distribution.behavior]]
path_pattern = "*"
forward_headers = ["Referer"FORWARD]
BEHAVIOR
[bucket]
name = "BUCKET"
endpoint = "ENDPOINT"
region = "REGION"
"""
CREDENTIALS = f'access_key_id = "{ACCESS_KEY}"\nsecret_access_key = "{SECRET_KEY}"\n'


class StoreTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.store = FakeS3()
        self.addCleanup(self.store.stop)

    def tearDown(self):
        self.assertEqual(self.store.faults, [])

    def edge(self, more="", endpoint=None, credentials=CREDENTIALS, forward="", behavior="", **options):
        text = CONFIGURATION.replace("BUCKET", BUCKET).replace("REGION", REGION).replace("FORWARD", forward)
        text = text.replace("BEHAVIOR", behavior)
        text = text.replace("ENDPOINT", endpoint or f"http://127.0.0.1:{self.store.port}")
        edge = Edge(self.folder, {}, {}, configuration=text + credentials + more, **options)
        self.addCleanup(self.end, edge)
        return edge

    def end(self, edge):
        """In good order, and with no word of the secret."""
        if edge.process.poll() is None or edge.reader.is_alive():
            self.assertEqual(edge.stop(), 0, edge.log()[-3000:])
        self.assertNotIn(SECRET_KEY, edge.log())
        self.assertNotIn("Signature=", edge.log())

    def assert_error(self, found, status, reason):
        """An error of CloudFront's own about its origin."""
        self.assertEqual(found.status, status, found.text())
        self.assertEqual(found.get("X-Cache"), "Error from cloudfront")
        self.assertEqual(found.get("Server"), "CloudFront")
        self.assertIn(f"{status} ERROR", found.text())
        self.assertIn(reason, found.get("x-signgate-reason"))


class Requests(StoreTest):
    def test_an_object_comes_from_the_store_once(self):
        self.store.put("a.jpg", b"picture", Cache_Control="max-age=60", x_amz_meta_a="b")
        edge = self.edge()
        first = edge.get("/a.jpg")
        self.assertEqual((first.status, first.body), (200, b"picture"))
        for name, value in {"Content-Type": "image/jpeg", "Cache-Control": "max-age=60", "x-amz-meta-a": "b",
                            "ETag": f'"{hashlib.md5(b"picture").hexdigest()}"', "X-Cache": "Miss from cloudfront",
                            "Server": "FakeS3"}.items():
            self.assertEqual(first.get(name), value, name)
        again = edge.get("/a.jpg")
        self.assertEqual((again.status, again.body, again.get("X-Cache")), (200, b"picture", "Hit from cloudfront"))
        self.assertEqual((len(self.store.seen()), self.store.accepted), (1, 1))

    def test_keys_of_every_kind(self):
        edge = self.edge()
        keys = {"a b.jpg": "/a%20b.jpg", "a+b.jpg": "/a+b.jpg", "é/\u20ac.jpg": "/%C3%A9/%e2%82%ac.jpg", "!'()*,;=:@&$": "/!'()*,;=:@&$",
                "x~y-z._": "/x%7Ey-z._", "deep//two": "/deep//two", "100%": "/100%25", "a%20b": "/a%2520b", "s/h": "/s%2Fh"}
        for key in keys:
            self.store.put(key, key.encode())
        for key, path in keys.items():
            found = edge.get(path)
            self.assertEqual((found.status, found.body), (200, key.encode()), path)

    def test_a_query_is_signed_whatever_its_order(self):
        self.store.put("a.jpg", b"picture")
        edge = self.edge()
        for query in ("b=2&a=1&a=0", "x=a/b:c?d", "response-content-type=text%2fplain", "flag", "a=%C3%A9+b"):
            found = edge.get(f"/a.jpg?{query}")
            self.assertEqual((found.status, found.get("X-Cache")), (200, "Miss from cloudfront"), query)
        self.assertEqual(self.store.accepted, 5)

    def test_the_bucket_is_never_left(self):
        edge = self.edge()
        for path in ("/../other/key", "/a/../../other/key", "/%2e%2e/other/key", "/a%2F..%2F..%2Fother", "/.."):
            found = edge.get(path)
            self.assertGreaterEqual(found.status, 400, path)
        self.assertEqual([each.target for each in self.store.seen() if not each.target.startswith(f"/{BUCKET}/")
                          or ".." in each.target or "%2e" in each.target.lower()], [])

    def test_head(self):
        self.store.put("a.jpg", b"picture")
        edge = self.edge()
        with Client(edge.port) as client:
            found = client.get("/a.jpg", method="HEAD", host=f"127.0.0.1:{edge.port}")
            self.assertEqual((found.status, found.get("Content-Length")), (200, "7"))
            self.assertEqual(client.get("/a.jpg", host=f"127.0.0.1:{edge.port}").body, b"picture")

    def test_what_is_stale_is_asked_for_by_its_tag(self):
        self.store.put("a.jpg", b"picture", Cache_Control="max-age=1")
        edge = self.edge()
        self.assertEqual(edge.get("/a.jpg").get("X-Cache"), "Miss from cloudfront")
        fresh = wait_until(lambda: (found := edge.get("/a.jpg")).get("X-Cache") != "Hit from cloudfront" and found, "its end")
        self.assertEqual((fresh.status, fresh.body, fresh.get("X-Cache")), (200, b"picture", "RefreshHit from cloudfront"))
        self.assertEqual(self.store.last().get("If-None-Match"), fresh.get("ETag"))

    def test_an_object_without_a_date_meets_no_condition_on_it(self):
        self.store.put("a.jpg", b"picture")
        edge = self.edge()
        self.assertIsNone(edge.get("/a.jpg").get("Last-Modified"))
        for _ in range(2):
            found = edge.get("/a.jpg", "If-Modified-Since: Tue, 01 Jan 2030 00:00:00 GMT\r\n")
            self.assertEqual((found.status, found.body), (200, b"picture"))
            part = "Range: bytes=0-2\r\nIf-Range: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
            self.assertEqual(edge.get("/a.jpg", part).status, 200)

    def test_the_clock_that_was_moved_signs_nothing(self):
        self.store.put("a.jpg", b"picture")
        edge = self.edge(options=["--at", "2035-01-01"])
        self.assertEqual(edge.get("/a.jpg").status, 200)

    def test_a_host_by_name(self):
        self.store.put("a.jpg", b"picture")
        self.store.host = f"localhost:{self.store.port}"
        edge = self.edge(endpoint=f"http://localhost:{self.store.port}")
        self.assertEqual(edge.get("/a.jpg").status, 200)

    def test_the_bucket_before_the_hosts_name(self):
        self.store.put("a.jpg", b"picture")
        self.store.host, self.store.base = f"{BUCKET}.localhost:{self.store.port}", "/"
        edge = self.edge('addressing = "virtual"\n', endpoint=f"http://localhost:{self.store.port}")
        self.assertEqual(edge.get("/a.jpg").status, 200)


class Access(StoreTest):
    def test_the_referer_is_judged_by_the_bucket(self):
        self.store.put("a.jpg", b"picture")
        self.store.referer = "https://site.test/"
        edge = self.edge()
        right = edge.get("/a.jpg", "Referer: https://site.test/page\r\n")
        self.assertEqual((right.status, right.body), (200, b"picture"))
        for fields in ("", "Referer: https://evil.test/\r\n"):
            refused = edge.get("/a.jpg", fields)
            self.assertEqual((refused.status, refused.get("Server")), (403, "FakeS3"))
            self.assertIn("<Code>AccessDenied</Code><RequestId>FAKE", refused.text())
            self.assertEqual(refused.get("x-signgate-reason"), "store: it answered 403 AccessDenied")
            kept = edge.get("/a.jpg", fields)
            self.assertEqual((kept.status, kept.body), (403, refused.body))
            self.assertIsNotNone(kept.get("Age"))
        self.assertEqual(len(self.store.seen()), 3)

    def test_a_wrong_secret(self):
        self.store.put("a.jpg", b"picture")
        edge = self.edge(credentials=f'access_key_id = "{ACCESS_KEY}"\nsecret_access_key = "wrong"\n')
        found = edge.get("/a.jpg")
        self.assertEqual(found.status, 403)
        self.assertIn("<Code>SignatureDoesNotMatch</Code>", found.text())
        self.assertEqual(found.get("x-signgate-reason"), "store: it answered 403 SignatureDoesNotMatch")
        wait_until(lambda: "SignatureDoesNotMatch" in edge.log(), "its log line")

    def test_credentials_of_file_and_environment(self):
        self.store.put("a.jpg", b"picture")
        (self.folder / "secret").write_text(SECRET_KEY + "\n")
        named = self.edge(credentials=f'access_key_id = "{ACCESS_KEY}"\nsecret_access_key_file = "secret"\n')
        self.assertEqual(named.get("/a.jpg").status, 200)
        around = self.edge(credentials="", environment={"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY})
        self.assertEqual(around.get("/a.jpg").status, 200)

    def test_an_object_that_is_not_there(self):
        edge = self.edge()
        found = edge.get("/none.jpg")
        self.assertEqual((found.status, found.get("x-signgate-reason")), (404, "store: it answered 404 NoSuchKey"))
        self.assertIn("<Code>NoSuchKey</Code>", found.text())

    def test_signing_behaviors(self):
        viewer = "Authorization: Bearer viewer\r\n"
        path = f"/{BUCKET}/a.jpg"
        for signing, of_viewer, of_none in (("always", "AWS4", "AWS4"), ("never", "Bear", None), ("no-override", "Bear", "AWS4")):
            with self.subTest(signing=signing):
                edge = self.edge(f'signing = "{signing}"\n', forward=', "Authorization"')
                for fields, expected in ((viewer, of_viewer), ("", of_none)):
                    edge.get("/a.jpg", fields)
                    sent = self.store.last(path).get("Authorization")
                    self.assertEqual(sent and sent[:4], expected)
                    self.assertEqual(self.store.last(path).get("x-amz-date") is not None, expected == "AWS4")
        edge = self.edge('signing = "no-override"\n')
        edge.get("/a.jpg", viewer)
        self.assertTrue(self.store.last(path).get("Authorization").startswith("AWS4"), "Authorization is not forwarded")

    def test_signing_parameters_do_not_reach_the_store(self):
        for kind in ("rsa2048", "ecdsa-p256"):
            made = signgate("keygen", "--type", kind, "--out-dir", self.folder / kind)
            self.assertEqual(made.returncode, 0, made.stderr)
        self.store.put("a.jpg", b"picture")
        edge = self.edge(behavior=f'''cookies = "all"
            trusted_keys = {{ K1 = "{self.folder}/rsa2048/public_key.pem", K2 = "{self.folder}/ecdsa-p256/public_key.pem" }}''')
        custom, path = ("--date-greater-than", "1000000000"), f"/{BUCKET}/a.jpg"

        def made_by(command, resource, key, *options):
            kind = {"K1": "rsa2048", "K2": "ecdsa-p256"}[key]
            done = signgate(*command, f"http://127.0.0.1:{edge.port}{resource}", "--key-pair-id", key, "--private-key",
                            f"file://{self.folder / kind}/private_key.pem", "--date-less-than", "4000000000", *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout
        for number, (key, *options) in enumerate((("K1",), ("K1", *custom), ("K1", "--hash-algorithm", "SHA256"),
                                                  ("K1", "--hash-algorithm", "SHA256", *custom), ("K2",), ("K2", *custom))):
            with self.subTest(key=key, options=options):
                signed = made_by(("sign", "--url"), f"/a.jpg?v={number}&own=1", key, *options)
                found = edge.get(signed.removeprefix(f"http://127.0.0.1:{edge.port}"))
                self.assertEqual((found.status, found.get("X-Cache")), (200, "Miss from cloudfront"), found.get("x-signgate-reason"))
                self.assertEqual(self.store.last().target, f"{path}?own=1&v={number}")
                cookies = json.loads(made_by(("sign-cookies", "--resource"), f"/a.jpg?c={number}", key, *options))
                pairs = "; ".join(f"{name}={value}" for name, value in {"own": "1", **cookies}.items())
                found = edge.get(f"/a.jpg?c={number}", f"Cookie: {pairs}\r\n")
                self.assertEqual(found.status, 200, found.get("x-signgate-reason"))
                self.assertEqual(self.store.last().target, f"{path}?c={number}")
                self.assertEqual(self.store.last().get("Cookie"), "own=1")
        self.assertEqual(edge.get("/a.jpg").status, 403)
        self.assertEqual(len(self.store.seen()), 12)

    def test_a_viewer_who_signs_for_the_store(self):
        self.store.put("a.jpg", b"picture")
        edge = self.edge('signing = "no-override"\n', forward=', "Authorization", "x-amz-date", "x-amz-content-sha256"',
                         credentials=f'access_key_id = "{ACCESS_KEY}"\nsecret_access_key = "wrong"\n')
        now, digest = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ"), hashlib.sha256(b"").hexdigest()
        sent = [("Host", self.store.host), ("x-amz-date", now), ("x-amz-content-sha256", digest)]
        names = [name.lower() for name, _ in sent]
        proof = signature(SECRET_KEY, "GET", f"/{BUCKET}/a.jpg", sent, ((now[:8], REGION), names), digest)
        authorization = (f"Authorization: AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{now[:8]}/{REGION}/s3/aws4_request, "
                         f"SignedHeaders={';'.join(sorted(names))}, Signature={proof}\r\n")
        found = edge.get("/a.jpg", authorization + "".join(f"{name}: {value}\r\n" for name, value in sent[1:]))
        self.assertEqual((found.status, found.body), (200, b"picture"), found.get("x-signgate-reason"))
        self.assertEqual(edge.get("/a.jpg").status, 403, "the edge's own secret is wrong")


class Connections(StoreTest):
    def test_one_connection_serves_many_requests(self):
        edge = self.edge()
        for i in range(20):
            self.store.put(f"{i}.jpg", b"picture")
            self.assertEqual(edge.get(f"/{i}.jpg").status, 200)
        self.assertEqual(self.store.connections, 1)

    def test_a_connection_that_was_closed_meanwhile_is_replaced(self):
        for name in "abc":
            self.store.put(f"{name}.jpg", b"picture")
        edge = self.edge()
        self.assertEqual(edge.get("/a.jpg").status, 200)
        self.store.drop_connections()
        self.assertEqual(edge.get("/b.jpg").status, 200)
        self.assertEqual(self.store.connections, 2)

        # It takes the request with it: nothing was answered, so it is asked again.
        def close_at_once(conversation, request):
            self.store.handlers.pop(f"/{BUCKET}/c.jpg")
            conversation.finish()
        self.store.on(f"/{BUCKET}/c.jpg", close_at_once)
        self.assertEqual(edge.get("/c.jpg").status, 200)
        self.assertEqual(len(self.store.seen(f"/{BUCKET}/c.jpg")), 2)

    def test_a_large_object_is_passed_on_as_it_comes(self):
        data = os.urandom(MIB) * 48
        self.store.put("large.bin", data)
        edge = self.edge()
        self.assertEqual(edge.get("/none").status, 404)
        for _ in range(2):
            found = edge.get("/large.bin")
            self.assertEqual((found.status, len(found.body)), (200, len(data)))
            self.assertEqual(hashlib.sha256(found.body).digest(), hashlib.sha256(data).digest())
        part = edge.get("/large.bin", "Range: bytes=1000000-3999999\r\n")
        self.assertEqual((part.status, part.get("Content-Range")), (206, f"bytes 1000000-3999999/{len(data)}"))
        self.assertTrue(part.body == data[1000000:4000000])
        self.assertEqual(edge.get("/none2").status, 404)
        if not is_sanitized():
            status = Path(f"/proc/{edge.process.pid}/status").read_text()
            most = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
            self.assertLess(most, 40 * 1024, "KiB at its most, with a body of 48 MiB")

    def test_a_part_of_a_large_object_is_had_by_its_conditions(self):
        data, changed = os.urandom(2 * MIB), os.urandom(2 * MIB)
        self.store.put("large.bin", data)
        edge = self.edge()
        etag = edge.get("/large.bin").get("ETag")
        part = data[1000:2000]
        for fields, status, body in (
                ("", 206, part),
                (f"If-Range: {etag}\r\n", 206, part),
                ('If-Range: "old"\r\n', 200, data),
                (f"If-None-Match: {etag}\r\n", 304, b""),
                ('If-None-Match: "old"\r\n', 206, part),
                (f"If-Match: {etag}\r\n", 206, part),
                ('If-Match: "old"\r\n', 412, None)):
            with self.subTest(fields=fields):
                found = edge.get("/large.bin", "Range: bytes=1000-1999\r\n" + fields)
                self.assertEqual(found.status, status)
                if body is not None:
                    self.assertTrue(found.body == body)
        # A download that goes on gets no mixture of both.
        self.store.put("large.bin", changed)
        found = edge.get("/large.bin", f"Range: bytes=1000-1999\r\nIf-Range: {etag}\r\n")
        self.assertEqual(found.status, 200)
        self.assertTrue(found.body == changed)

    def test_an_object_that_changes_before_its_part_is_asked_for(self):
        versions = [os.urandom(2 * MIB), os.urandom(2 * MIB)]
        path = f"/{BUCKET}/large.bin"
        edge = self.edge()

        def change(conversation, request):
            if request.get("Range"):
                self.store.put("large.bin", versions[1])
            self.store.judge(conversation, request)
        self.store.on(path, change)
        for number, knows in enumerate((True, False)):
            self.store.knows_if_match = knows
            with self.subTest(knows_if_match=knows):
                self.store.put("large.bin", versions[0])
                etag = edge.get(f"/large.bin?go-on={number}").get("ETag")
                found = edge.get(f"/large.bin?go-on={number}", f"Range: bytes=1000-1999\r\nIf-Range: {etag}\r\n")
                self.assertEqual(found.status, 200)
                self.assertNotEqual(found.get("ETag"), etag)
                self.assertTrue(found.body == versions[1])

                self.store.put("large.bin", versions[0])
                found = edge.get(f"/large.bin?plain={number}", "Range: bytes=1000-1999\r\n")
                self.assertEqual(found.status, 206)
                self.assertEqual(found.get("ETag"), f'"{hashlib.md5(versions[1]).hexdigest()}"')
                self.assertTrue(found.body == versions[1][1000:2000])

    def test_a_viewer_who_leaves_ends_the_transfer(self):
        left = threading.Event()

        def endless(conversation, request):
            conversation.send(f"HTTP/1.1 200 OK\r\nContent-Length: {1 << 40}\r\n\r\n")
            try:
                while True:
                    conversation.send(b"x" * 65536)
            except OSError:
                left.set()
        self.store.on(f"/{BUCKET}/endless", endless)
        edge = self.edge()
        with Client(edge.port) as client:
            client.send(f"GET /endless HTTP/1.1\r\nHost: 127.0.0.1:{edge.port}\r\n\r\n")
            client.read_head()
            client.read_exactly(MIB)
        wait_until(left.is_set, "the edge to leave the store")

    def test_it_ends_while_the_store_is_silent(self):
        asked, over = threading.Event(), threading.Event()

        def silent(conversation, request):
            asked.set()
            over.wait()
        self.store.on(f"/{BUCKET}/a.jpg", silent)
        self.addCleanup(over.set)
        edge = self.edge('read_timeout = "1h"\n')
        with Client(edge.port) as client:
            client.send(f"GET /a.jpg HTTP/1.1\r\nHost: 127.0.0.1:{edge.port}\r\n\r\n")
            wait_until(asked.is_set, "the request")
            self.assertEqual(edge.stop(), 0)


class Failures(StoreTest):
    def test_a_store_that_is_down(self):
        with socket.socket() as down:
            down.bind(("127.0.0.1", 0))
            endpoint = f"127.0.0.1:{down.getsockname()[1]}"
            edge = self.edge(endpoint=f"http://{endpoint}")
            found = edge.get("/a.jpg")
            self.assert_error(found, 502, f"store_unreachable: {endpoint}")
            self.assertIsNone(found.get("Age"))
            kept = edge.get("/a.jpg")
            self.assert_error(kept, 502, f"store_unreachable: {endpoint}")
            self.assertIsNotNone(kept.get("Age"))
            wait_until(lambda: "store_unreachable" in edge.log(), "its log line")

    def test_a_host_that_nobody_knows(self):
        edge = self.edge('connect_timeout = "2s"\n', endpoint="http://no-such-host.invalid")
        found = edge.get("/a.jpg")
        self.assertIn(found.status, (502, 504))
        self.assert_error(found, found.status, "store_unreachable: no-such-host.invalid")

    def test_a_store_that_is_silent(self):
        over = threading.Event()
        self.addCleanup(over.set)

        def silent(conversation, request):
            over.wait()

        def stops(conversation, request):
            conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            over.wait()
        edge = self.edge('read_timeout = "200ms"\n')
        for name, handler in (("silent", silent), ("stops", stops)):
            self.store.on(f"/{BUCKET}/{name}", handler)
            self.assert_error(edge.get(f"/{name}"), 504, "store_unreachable")

    def test_answers_that_are_none(self):
        edge = self.edge()
        for name, data in {"garbage": b"SSH-2.0-x\r\n\r\n", "half": b"HTTP/1.1 200 OK\r\nContent-Le", "nothing": b"",
                           "short": answer(b"x" * 100)[:-1],
                           "two-lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
                           "long-head": b"HTTP/1.1 200 OK\r\nA: " + b"x" * 100000 + b"\r\n\r\n",
                           "switching": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                           "unknown-length": answer(b"x" * (MIB + 1), chunked=True),
                           "long-error": answer(b"x" * (MIB + 1), "500 Internal Server Error")}.items():
            with self.subTest(name=name):
                def handler(conversation, request, data=data):
                    conversation.send(data)
                    conversation.finish()
                self.store.on(f"/{BUCKET}/{name}", handler)
                self.assert_error(edge.get(f"/{name}"), 502, "store_unreachable")

    def test_an_answer_without_a_length(self):
        self.store.on(f"/{BUCKET}/chunked", answer(b"picture", chunked=True))
        found = self.edge().get("/chunked")
        self.assertEqual((found.status, found.body, found.get("Content-Length")), (200, b"picture", "7"))

    def test_a_large_object_that_breaks_off(self):
        def breaks(conversation, request):
            conversation.send(answer(b"x" * (2 * MIB))[:-1])
            conversation.finish()
        self.store.on(f"/{BUCKET}/a.jpg", breaks)
        with self.assertRaises(Cut):
            self.edge().get("/a.jpg")

    def test_an_error_of_the_store(self):
        self.store.on(f"/{BUCKET}/a.jpg", answer("<Error><Code>SlowDown</Code></Error>", "503 Slow Down"))
        found = self.edge().get("/a.jpg")
        self.assertEqual((found.status, found.get("x-signgate-reason")), (503, "store: it answered 503 SlowDown"))


class Tls(StoreTest):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)
        self.secure = FakeTlsS3(self.authority.issue("store", ["localhost"]), "localhost")
        self.addCleanup(self.secure.stop)
        self.secure.put("a.jpg", b"picture")

    def test_a_store_behind_tls(self):
        edge = self.edge('ca_certificate = "ca.pem"\n', endpoint=f"https://localhost:{self.secure.port}")
        self.assertEqual(edge.get("/a.jpg").status, 200)
        self.assertEqual(self.secure.names, ["localhost"])

    def test_a_certificate_of_somebody_else(self):
        other = Authority(self.folder, "other")
        unknown = self.edge('ca_certificate = "other.pem"\n', endpoint=f"https://localhost:{self.secure.port}")
        self.assert_error(unknown.get("/a.jpg"), 502, "store_unreachable")
        misnamed = self.edge('ca_certificate = "ca.pem"\n', endpoint=f"https://127.0.0.1:{self.secure.port}")
        self.assert_error(misnamed.get("/a.jpg"), 502, "store_unreachable")
        self.assertTrue(other.certificate.exists())
        self.assertEqual(self.secure.seen(), [])

    def test_authorities_are_read_again(self):
        Authority(self.folder, "other")
        trusted = self.folder / "trusted.pem"
        trusted.write_bytes((self.folder / "other.pem").read_bytes())
        self.secure.put("b.jpg", b"another")
        edge = self.edge('ca_certificate = "trusted.pem"\n', endpoint=f"https://localhost:{self.secure.port}")
        self.assert_error(edge.get("/a.jpg"), 502, "store_unreachable")
        for text, words in ((b"nobody", "the configuration was not reloaded"),
                            ((self.folder / "ca.pem").read_bytes(), "configuration reloaded")):
            trusted.write_bytes(text)
            edge.process.send_signal(signal.SIGHUP)
            wait_until(lambda words=words: words in edge.log(), words)
        self.assertIn("signgate edge: ca_certificate: ", edge.log())
        self.assertEqual(edge.get("/b.jpg").body, b"another")

    def test_authorities_that_are_not_there(self):
        (self.folder / "bad.toml").write_text(
            CONFIGURATION.replace("BUCKET", BUCKET).replace("REGION", REGION).replace("FORWARD", "")
            .replace("BEHAVIOR", "").replace("ENDPOINT", "https://localhost") + CREDENTIALS + 'ca_certificate = "none.pem"\n')
        done = signgate("edge", "-c", self.folder / "bad.toml")
        self.assertEqual(done.returncode, 1)
        self.assertIn("ca_certificate", done.stderr)


if __name__ == "__main__":
    main()
