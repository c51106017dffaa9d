# SPDX-License-Identifier: Apache-2.0
"""How answers end, chunked_transfer_encoding and keepalive_disable, and what logs say of gzip: beside the real nginx."""

import unittest

import reference
from harness import GatewayTest, answer, main, wait_until

TEXT = b"<p>Some words that come again, and again, and again.</p>\n" * 80
MSIE = "User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.0)\r\n"
SAFARI = "User-Agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_6_8) Version/5.1 Safari/534.50\r\n"
CHROME = "User-Agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/100.0 Safari/537.36\r\n"

# location: (keys of the route, body of nginx's location)
PLACES = {
    "/chunked": ("", ""),
    "/unchunked": ('chunked_transfer_encoding = "off"', "chunked_transfer_encoding off;"),
    "/trailers": ('chunked_transfer_encoding = "off"\nadd_trailer = ["X-End $status"]', "chunked_transfer_encoding off;"),
    "/none": ('keepalive_disable = "none"', "keepalive_disable none;"),
    "/safari": ('keepalive_disable = "safari"', "keepalive_disable safari;"),
    "/both": ('keepalive_disable = "msie6 safari"', "keepalive_disable msie6 safari;"),
    "/gzip": ('gzip = "on"', "gzip on;"),
}

FORMAT = "$uri gzip=$gzip_ratio http2=[$http2] cache=$upstream_cache_status"


class FramingTest(GatewayTest):
    configuration = f"""
worker_processes = 1
log_format = {{ own = "{FORMAT}" }}
[[server]]
listen = ["127.0.0.1:0"]
access_log = "access.log own"
""" + "".join(f'[[server.route]]\nlocation = "{path}"\nproxy_pass = "http://@ORIGIN@"\n{keys}\n'
              for path, (keys, _) in PLACES.items())

    def setUp(self):
        super().setUp()
        for path in PLACES:
            self.serve(path)

    def serve(self, path, body=TEXT, **options):
        def handler(conversation, request):
            conversation.read_body(request)
            whole = answer(body, fields=[("Content-Type", "text/html")], **options)
            conversation.send(whole.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if request.method == "HEAD" else whole)
        self.origin.on(path, handler)

    def logged(self, server, path):
        log = server.folder / "access.log"
        return wait_until(lambda: [line for line in log.read_text().splitlines() if line.startswith(path + " ")], path)[-1]


class Framing(FramingTest):
    def test_an_answer_without_a_length_ends_with_the_connection(self):
        self.serve("/unchunked", chunked=True)
        with self.gateway.client() as client:
            client.send("GET /unchunked HTTP/1.1\r\nHost: a\r\n\r\n")
            got = client.read_answer()
            self.assertTrue(client.at_end())
        self.assertEqual((got.chunked, got.get("Connection"), got.get("Content-Length"), got.body), (False, "close", None, TEXT))

    def test_one_with_a_length_keeps_it(self):
        with self.gateway.client() as client:
            for _ in range(2):
                got = client.get("/unchunked")
                self.assertEqual((got.get("Connection"), got.body), (None, TEXT))

    def test_there_are_no_trailers_without_chunks(self):
        got = self.gateway.get("/trailers")
        self.assertEqual((got.get("Content-Length"), got.trailers), (str(len(TEXT)), []))

    def test_the_ratio_of_gzip_is_that_of_the_body(self):
        got = self.gateway.get("/gzip", "Accept-Encoding: gzip\r\n")
        self.assertEqual(got.get("Content-Encoding"), "gzip")
        thousandths = len(TEXT) * 1000 // len(got.body)
        hundredths = thousandths // 10 + (thousandths % 10 > 4)
        self.assertIn(f"gzip={hundredths // 100}.{hundredths % 100:02} ", self.logged(self.gateway, "/gzip"))


@unittest.skipUnless(reference.PROGRAM, "nginx is not installed")
class FramingAsNginx(FramingTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        locations = [f"location {path} {{ proxy_pass http://127.0.0.1:{cls.origin.port}; {body} }}"
                     for path, (_, body) in PLACES.items()]
        cls.nginx = reference.Nginx(f"log_format own '{FORMAT}';", "access_log access.log own; " + " ".join(locations))
        cls.addClassCleanup(cls.nginx.stop)

    def told(self, server, path, fields, method, version):
        with reference.Client(server.port) as client:
            got = client.get(path, fields, method=method, version=version)
        return (got.status, got.chunked, got.get("Connection"), got.get("Content-Length"), got.body)

    def test_the_same_framing(self):
        for path in PLACES:
            for options in ({}, {"chunked": True}):
                self.serve(path, **options)
                for method in ("GET", "HEAD", "POST"):
                    for agent in ("", MSIE, SAFARI, CHROME):
                        for version in ("HTTP/1.1", "HTTP/1.0"):
                            length = "Content-Length: 0\r\n" if method == "POST" else ""
                            ours, theirs = (self.told(server, path, agent + length, method, version)
                                            for server in (self.gateway, self.nginx))
                            # nginx says keep-alive where HTTP/1.1 need not.
                            kept = tuple("keep-alive" if part is None else part for part in ours[2:3])
                            self.assertEqual(ours[:2] + kept + ours[3:], theirs, (path, options, method, agent, version))

    def test_the_same_is_logged(self):
        for path in ("/chunked", "/gzip"):
            for server in (self.gateway, self.nginx):
                server.get(path)
            self.assertEqual(self.logged(self.gateway, path), self.logged(self.nginx, path))
        self.assertEqual(self.logged(self.gateway, "/chunked"), "/chunked gzip=- http2=[] cache=-")


if __name__ == "__main__":
    main()
