# SPDX-License-Identifier: Apache-2.0
"""Answers compressed on their way: what is, how, and that nothing is held back."""

import gzip
import shutil
import subprocess
import threading
import unittest
import zlib

import reference
from harness import GatewayTest, answer, main
from rewriting import RewritingTest, signed_urls

TEXT = b"".join(b"<p>line %d of a page that compresses</p>\n" % number for number in range(2000))

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
server_name = ["gw.test"]
access_log = "off"
gzip = "on"
gzip_types = ["text/plain", "text/event-stream", "application/json"]
gzip_vary = "on"
gzip_min_length = 100
[[server.route]]
location = "/"
proxy_pass = "http://origin"
[[server.route]]
location = "/all"
proxy_pass = "http://origin"
brotli = "on"
brotli_types = ["text/event-stream"]
zstd = "on"
zstd_comp_level = 3
[[server.route]]
location = "/off"
proxy_pass = "http://origin"
gzip = "off"
[[server.route]]
location = "/proxied"
proxy_pass = "http://origin"
gzip_proxied = ["expired", "no-cache", "no-store", "private", "auth"]
[[server.route]]
location = "/old"
proxy_pass = "http://origin"
gzip_http_version = "1.0"
gzip_disable = ["msie6", "Bad"]
[[server.route]]
location = "/returned"
return = "200 %s"
[[server.route]]
location = "/missing"
return = "404"
gzip_min_length = 20
[upstream.origin]
server = ["@ORIGIN@"]
""" % ("text " * 100)


def decoded(coding, body):
    if coding == "gzip":
        return gzip.decompress(body)
    # The tools of Debian: brotli has a Python module in few places.
    program = {"br": ["brotli", "-dc"], "zstd": ["zstd", "-dcq"]}[coding]
    return subprocess.run(program, input=body, capture_output=True, check=True).stdout


class CompressionTest(GatewayTest):
    configuration = CONFIGURATION

    def serve(self, path, body=TEXT, content_type="text/html", fields=(), **options):
        def handler(conversation, request):
            conversation.read_body(request)
            whole = answer(body, fields=[("Content-Type", content_type), *fields], **options)
            conversation.send(whole.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if request.method == "HEAD" else whole)
        self.origin.on(path, handler)

    def get(self, path, accepted="gzip", fields="", **options):
        return self.gateway.get(path, f"Accept-Encoding: {accepted}\r\n" + fields, **options)


class Compression(CompressionTest):
    def test_a_page_is_compressed(self):
        self.serve("/page", fields=[("ETag", '"a"'), ("Accept-Ranges", "bytes"), ("Content-MD5", "x"),
                                    ("Vary", "Cookie")])
        got = self.get("/page")
        self.assertEqual((got.get("Content-Encoding"), got.get("ETag"), got.all("Vary")),
                         ("gzip", 'W/"a"', ["Cookie", "Accept-Encoding"]))
        self.assertEqual((got.get("Accept-Ranges"), got.get("Content-MD5"), got.get("Content-Length")), (None,) * 3)
        self.assertLess(len(got.body), len(TEXT) // 5)
        self.assertEqual(gzip.decompress(got.body), TEXT)

    def test_framings_of_the_origin(self):
        for options in ({"chunked": True}, {"length": False, "version": "HTTP/1.0"}):
            def handler(conversation, _, options=options):
                conversation.send(answer(TEXT, fields=[("Content-Type", "text/html")], **options))
                conversation.finish()
            self.origin.on("/framed", handler)
            self.assertEqual(gzip.decompress(self.get("/framed").body), TEXT, options)

    def test_an_empty_body(self):
        self.serve("/empty", b"", chunked=True)
        self.assertEqual(gzip.decompress(self.get("/empty").body), b"")

    def test_who_does_not_want_it_does_not_get_it(self):
        self.serve("/page", fields=[("ETag", '"a"')])
        for accepted in ("identity", "br", "gzip;q=0", "*;q=0", "gzip;q=0.1, identity"):
            got = self.get("/page", accepted)
            self.assertEqual((got.get("Content-Encoding"), got.body, got.get("ETag")), (None, TEXT, '"a"'), accepted)
            self.assertEqual(got.get("Vary"), "Accept-Encoding")
        self.assertIsNone(self.gateway.get("/page").get("Content-Encoding"))

    def test_head_says_what_get_would(self):
        self.serve("/page", fields=[("ETag", '"a"')])
        whole, head = self.get("/page"), self.get("/page", method="HEAD")
        for name in ("Content-Encoding", "ETag", "Vary", "Content-Type", "Content-Length"):
            self.assertEqual(head.get(name), whole.get(name), name)

    def test_what_stays_as_it_is(self):
        cases = [({"content_type": "image/png"}, "a type that is not listed"),
                 ({"fields": [("Content-Encoding", "deflate")]}, "a coding already"),
                 ({"fields": [("Cache-Control", "public, no-transform")]}, "no-transform"),
                 ({"body": b"x" * 99}, "too short"),
                 ({"status": "206 Partial Content"}, "a part"),
                 ({"status": "500 Oops"}, "an error")]
        for options, what in cases:
            self.serve("/asis", **options)
            got = self.get("/asis")
            self.assertEqual(got.body, options.get("body", TEXT), what)
            self.assertNotEqual(got.get("Content-Encoding"), "gzip", what)
            self.assertEqual(got.get("Content-Length"), str(len(options.get("body", TEXT))), what)
        self.serve("/off")
        self.assertIsNone(self.get("/off").get("Content-Encoding"))

    def test_the_request_to_the_origin_stays_as_it_is(self):
        self.serve("/page")
        self.get("/page", "gzip, br;q=0.5")
        self.assertEqual(self.origin.last("/page").get("Accept-Encoding"), "gzip, br;q=0.5")

    @unittest.skipUnless(shutil.which("brotli") and shutil.which("zstd"), "brotli or zstd is not installed")
    def test_codings_by_weight(self):
        self.serve("/all")
        for accepted, expected in (("gzip, deflate, br, zstd", "zstd"), ("gzip, br", "br"), ("gzip", "gzip"),
                                   ("gzip, br;q=0.9, zstd;q=0.8", "gzip"), ("br;q=0.1, zstd;q=0", "br")):
            got = self.get("/all", accepted)
            self.assertEqual(got.get("Content-Encoding"), expected, accepted)
            self.assertEqual(decoded(expected, got.body), TEXT, accepted)

    def test_events_are_not_held_back(self):
        go_on = threading.Event()
        decompressor = zlib.decompressobj(31)

        def events(conversation, _):
            conversation.send(answer(fields=[("Content-Type", "text/event-stream")], length=False))
            for number in range(3):
                conversation.send(b"data: %d\n\n" % number)
                if not go_on.wait(60):
                    raise AssertionError("the client never got the event")
                go_on.clear()
            conversation.finish()
        self.origin.on("/events", events)
        with self.gateway.client() as client:
            client.send("GET /events HTTP/1.1\r\nHost: gw.test\r\nAccept-Encoding: gzip\r\n\r\n")
            head = client.read_head()
            self.assertEqual(head.get("Content-Encoding"), "gzip")
            text, chunks = b"", client.chunks()
            for number in range(3):
                while b"data: %d\n\n" % number not in text:
                    text += decompressor.decompress(next(chunks))
                go_on.set()
            for chunk in chunks:
                text += decompressor.decompress(chunk)
        self.assertTrue(decompressor.eof)
        self.assertEqual(text, b"data: 0\n\ndata: 1\n\ndata: 2\n\n")

    def test_the_head_does_not_wait_for_the_body(self):
        go_on = threading.Event()

        def slow(conversation, _):
            conversation.send(answer(fields=[("Content-Type", "text/html")], chunked=True)[:-5])
            go_on.wait(60)
            conversation.send(b"3\r\nabc\r\n0\r\n\r\n")
        self.origin.on("/slow", slow)
        with self.gateway.client() as client:
            client.send("GET /slow HTTP/1.1\r\nHost: gw.test\r\nAccept-Encoding: gzip\r\n\r\n")
            self.assertEqual(client.read_head().get("Content-Encoding"), "gzip")
            go_on.set()
            self.assertEqual(gzip.decompress(b"".join(client.chunks())), b"abc")

    def test_a_body_that_is_cut_is_cut(self):
        def cut(conversation, _):
            conversation.send(answer(TEXT, fields=[("Content-Type", "text/html")])[:-100])
            conversation.finish()
        self.origin.on("/cut", cut)
        with self.gateway.client() as client:
            client.send("GET /cut HTTP/1.1\r\nHost: gw.test\r\nAccept-Encoding: gzip\r\n\r\n")
            client.read_head()
            with self.assertRaises(Exception):
                list(client.chunks())

    def test_connections_go_on(self):
        self.serve("/page")
        with self.gateway.client() as client:
            for _ in range(20):
                got = client.get("/page", "Accept-Encoding: gzip\r\n")
                self.assertEqual(gzip.decompress(got.body), TEXT)

    def test_a_long_body_takes_little_memory(self):
        blocks = 400
        block = TEXT * 2
        sent = []

        def pour(conversation, _):
            conversation.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(blocks):
                conversation.send(b"%x\r\n%s\r\n" % (len(block), block))
                sent.append(len(block))
            conversation.send(b"0\r\n\r\n")
        self.origin.on("/all", pour)
        for accepted in ("gzip", "br", "zstd"):
            self.get("/all", accepted)
        before = self.gateway.memory()
        for accepted in ("gzip", "br", "zstd"):
            self.assertEqual(self.get("/all", accepted).get("Content-Encoding"), accepted)
        self.assertLess(self.gateway.memory("VmHWM") - before, 32 << 20)
        self.assertEqual(sum(sent), 6 * blocks * len(block))

    def test_encoders_leave_no_memory_behind(self):
        self.serve("/all")
        for accepted in ("br", "zstd", "gzip") * 5:
            self.get("/all", accepted)
        before = self.gateway.memory()
        for accepted in ("br", "zstd", "gzip") * 60:
            self.get("/all", accepted)
        self.assertLess(self.gateway.memory() - before, 4 << 20)

    def test_answers_of_our_own(self):
        got = self.get("/returned")
        self.assertEqual((got.get("Content-Encoding"), got.get("Content-Length")), ("gzip", str(len(got.body))))
        self.assertEqual(gzip.decompress(got.body), b"text " * 99 + b"text ")
        self.assertEqual(self.get("/returned", method="HEAD").get("Content-Length"), str(len(got.body)))
        self.assertIn(b"404 Not Found", gzip.decompress(self.get("/missing").body))


class CompressionOfSignedPages(RewritingTest):
    configuration = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
gzip = "on"
gzip_comp_level = 6
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos"]
[upstream.origin]
server = ["@ORIGIN@"]
[key.KRSA]
private_key = "rsa/private_key.pem"
[media.photos]
links = ["/media/"]
target = "https://d111111abcdef8.cloudfront.net/private/"
key = ["KRSA"]
"""

    def test_a_rewritten_page_leaves_compressed(self):
        page = b"".join(b'<img src="/media/%d.jpg">\n' % number for number in range(300))
        self.origin.on("/page", self.page(page))
        got = self.gateway.get("/page", "Accept-Encoding: gzip\r\n")
        self.assertEqual(got.get("Content-Encoding"), "gzip")
        self.assertEqual(len(signed_urls(gzip.decompress(got.body))), 300)
        plain = self.gateway.get("/page")
        self.assertIsNone(plain.get("Content-Encoding"))
        self.assertEqual(len(signed_urls(plain.body)), 300)

    @unittest.skipUnless(shutil.which("brotli") and shutil.which("zstd"), "brotli or zstd is not installed")
    def test_a_page_that_came_compressed_leaves_so_as_the_client_takes_it(self):
        page = b'<img src="/media/a.jpg">' * 50
        writers = {"br": ["brotli", "-c"], "zstd": ["zstd", "-cq"], "gzip": ["gzip", "-c"]}
        readers = {"br": ["brotli", "-dc"], "zstd": ["zstd", "-dcq"], "gzip": ["gzip", "-dc"]}
        for sent, writer in writers.items():
            body = subprocess.run(writer, input=page, capture_output=True, check=True).stdout
            self.origin.on(f"/{sent}", self.page(body, fields=[("Content-Encoding", sent)]))
            for accepted, expected in (("gzip, deflate, br, zstd", sent), ("gzip", "gzip"), ("br;q=0.9, gzip;q=0.1", "br"),
                                       ("zstd", "zstd"), ("*;q=0.5, identity;q=0.1", sent)):
                with self.subTest(sent=sent, accepted=accepted):
                    got = self.gateway.get(f"/{sent}", f"Accept-Encoding: {accepted}\r\n")
                    self.assertEqual(got.get("Content-Encoding"), expected)
                    text = subprocess.run(readers[expected], input=got.body, capture_output=True, check=True).stdout
                    self.assertEqual(len(signed_urls(text)), 50)
            plain = self.gateway.get(f"/{sent}", "Accept-Encoding: identity\r\n")
            self.assertIsNone(plain.get("Content-Encoding"))
            self.assertEqual(len(signed_urls(plain.body)), 50)


@unittest.skipUnless(reference.PROGRAM, "nginx is not installed")
class CompressionAsNginx(CompressionTest):
    """gzip beside nginx: the same answers are compressed, and the same is said of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        origin = f"http://127.0.0.1:{cls.origin.port}"
        common = ("gzip on; gzip_types text/plain text/event-stream application/json; gzip_vary on; gzip_min_length 100;")
        cls.nginx = reference.Nginx(common, " ".join([
            f"location / {{ proxy_pass {origin}; }}", f"location /off {{ proxy_pass {origin}; gzip off; }}",
            f"location /proxied {{ proxy_pass {origin}; gzip_proxied expired no-cache no-store private auth; }}",
            f"location /old {{ proxy_pass {origin}; gzip_http_version 1.0; gzip_disable msie6 Bad; }}"]))
        cls.addClassCleanup(cls.nginx.stop)

    def test_the_same_is_compressed(self):
        requests = ["", "Accept-Encoding: gzip\r\n", "Accept-Encoding: gzip;q=0\r\n", "Accept-Encoding: deflate\r\n",
                    "Accept-Encoding: gzip\r\nVia: 1.1 p\r\n",
                    "Accept-Encoding: gzip\r\nVia: 1.1 p\r\nAuthorization: x\r\n",
                    "Accept-Encoding: gzip\r\nUser-Agent: Mozilla/4.0 (compatible; MSIE 6.0)\r\n",
                    "Accept-Encoding: gzip\r\nUser-Agent: Mozilla/4.0 (compatible; MSIE 6.0; SV1)\r\n",
                    "Accept-Encoding: gzip\r\nUser-Agent: a Bad one\r\n"]
        answers = [{}, {"content_type": "application/json; charset=utf-8"}, {"content_type": "image/png"},
                   {"body": b"x" * 99}, {"body": b"x" * 100}, {"status": "404 Not Found"}, {"status": "500 Oops"},
                   {"status": "201 Made"}, {"chunked": True}, {"fields": [("ETag", '"a"')]}, {"fields": [("ETag", 'W/"a"')]},
                   {"fields": [("Cache-Control", "private")]}, {"fields": [("Cache-Control", "no-store")]},
                   {"fields": [("Expires", "Thu, 01 Jan 1970 00:00:01 GMT")]},
                   {"fields": [("Expires", "Thu, 31 Dec 2037 23:55:55 GMT")]}, {"fields": [("Content-Encoding", "br")]}]
        for path in ("/page", "/off", "/proxied", "/old"):
            for options in answers:
                self.serve(path, **options)
                for fields in requests:
                    for version in ("HTTP/1.1", "HTTP/1.0"):
                        told = []
                        for server in (self.nginx, self.gateway):
                            got = server.get(path, fields, version=version)
                            told.append((got.status, got.get("Content-Encoding"), got.all("Vary"), got.get("ETag"),
                                         got.get("Accept-Ranges"), got.get("Content-Length"),
                                         gzip.decompress(got.body) if got.get("Content-Encoding") == "gzip" else got.body))
                        self.assertEqual(told[0], told[1], (path, options, fields, version))


if __name__ == "__main__":
    main()
