# SPDX-License-Identifier: Apache-2.0
"""add_trailer: which answers get which fields behind their body; beside nginx where it can judge."""

import gzip
import unittest

import reference
from harness import GatewayTest, answer, main

TRAILERS = ["X-Plain a", "X-Always b always", "X-Variable $arg_v", 'X-Empty ""', "X-Code $status always"]

CONFIGURATION = f"""
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
add_trailer = {TRAILERS!r}
proxy_pass_trailers = "on"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
[[server.route]]
location = "/slow"
proxy_pass = "http://origin"
proxy_buffering = "off"
[[server.route]]
location = "/packed"
proxy_pass = "http://origin"
gzip = "on"
[[server.route]]
location = "/own"
proxy_pass = "http://origin"
add_trailer = ["X-Own $upstream_status"]
[[server.route]]
location = "/r200"
return = "200 hello"
[[server.route]]
location = "/r404"
return = "404"
[[server.route]]
location = "/r204"
return = "204"
[upstream.origin]
server = ["@ORIGIN@"]
"""

LOCATIONS = """
    proxy_http_version 1.1;
    location / {{ proxy_pass http://{origin}; }}
    location /slow {{ proxy_pass http://{origin}; proxy_buffering off; }}
    location /packed {{ proxy_pass http://{origin}; gzip on; }}
    location /own {{ proxy_pass http://{origin}; add_trailer X-Own $upstream_status; }}
    location /r200 {{ return 200 hello; }}
    location /r404 {{ return 404; }}
    location /r204 {{ return 204; }}
"""


class TrailersTest(GatewayTest):
    configuration = CONFIGURATION

    def setUp(self):
        super().setUp()

        def status(conversation, request):
            conversation.read_body(request)
            code = request.get("X-Status") or "200"
            body = b"" if code in ("204", "304") or request.method == "HEAD" else b"body" * 20
            conversation.send(answer(body, f"{code} Said", [("Content-Type", "text/html")],
                                     chunked=request.get("X-Form") == "chunked", length=request.get("X-Form") != "close"
                                     and code not in ("204", "304")))
            if request.get("X-Form") == "close":
                conversation.finish()
        for path in ("/plain", "/slow", "/packed", "/own"):
            self.origin.on(path, status)


class Trailers(TrailersTest):
    def test_they_follow_the_body(self):
        for path in ("/plain?v=1", "/slow?v=1"):
            for form in ("length", "chunked", "close"):
                got = self.gateway.get(path, f"X-Form: {form}\r\n")
                self.assertEqual((got.status, got.body), (200, b"body" * 20), (path, form))
                self.assertEqual(got.trailers, ["X-Plain: a", "X-Always: b", "X-Variable: 1", "X-Code: 200"])
                self.assertIsNone(got.get("Content-Length"))

    def test_a_connection_goes_on_behind_them(self):
        with self.gateway.client() as client:
            for path in ("/plain", "/r200", "/r404", "/own", "/packed", "/r204", "/plain"):
                client.get(path)
            got = client.get("/own")
            self.assertEqual((got.status, got.trailers), (200, ["X-Own: 200"]))

    def test_they_follow_what_is_compressed(self):
        got = self.gateway.get("/packed?v=1", "Accept-Encoding: gzip\r\n")
        self.assertEqual(got.get("Content-Encoding"), "gzip")
        self.assertEqual(gzip.decompress(got.body), b"body" * 20)
        self.assertEqual(got.trailers, ["X-Plain: a", "X-Always: b", "X-Variable: 1", "X-Code: 200"])

    def test_they_follow_those_of_the_upstream(self):
        self.origin.on("/trailed", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n")
        got = self.gateway.get("/trailed", "TE: trailers\r\n")
        self.assertEqual(got.trailers, ["X-Sum: 1", "X-Plain: a", "X-Always: b", "X-Code: 200"])

    def test_a_client_of_the_old_protocol_gets_none(self):
        got = self.gateway.get("/plain", version="HTTP/1.0")
        self.assertEqual((got.body, got.trailers, got.get("Content-Length")), (b"body" * 20, [], "80"))

    def test_a_value_ends_no_line(self):
        got = self.gateway.get("/plain?v=a%0d%0aX-Injected:%20b")
        self.assertFalse([line for line in got.trailers if line.startswith("X-Injected")])


@unittest.skipUnless(reference.PROGRAM, "nginx is not installed")
class TrailersAsNginx(TrailersTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        trailers = " ".join(f"add_trailer {each};" for each in TRAILERS)
        cls.nginx = reference.Nginx(trailers, LOCATIONS.format(origin=f"127.0.0.1:{cls.origin.port}"))
        cls.addClassCleanup(cls.nginx.stop)

    def same(self, path, fields="", **options):
        shown = []
        for side in (self.nginx, self.gateway):
            got = side.get(path, fields, **options)
            shown.append((got.status, got.chunked, got.get("Content-Length") is not None, got.trailers))
        self.assertEqual(shown[1], shown[0], (path, fields, options))

    def test_by_status(self):
        for code in (200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 403, 404, 410, 500, 503):
            for path in ("/plain", "/slow", "/own", "/packed"):
                self.same(path + "?v=1", f"X-Status: {code}\r\n")

    def test_by_form(self):
        for form in ("length", "chunked", "close"):
            for version in ("HTTP/1.1", "HTTP/1.0"):
                self.same("/plain?v=1", f"X-Form: {form}\r\n", version=version)

    def test_of_their_own_answers(self):
        for path in ("/r200", "/r404", "/r204"):
            for method in ("GET", "HEAD"):
                self.same(path + "?v=1", method=method)


if __name__ == "__main__":
    main()
