# SPDX-License-Identifier: Apache-2.0
"""unsign = "on": an editor saves a page that he got through the gateway, and the application stores no signature."""

import html
import json
import re
import urllib.parse

from harness import Client, GatewayTest, answer, main, signgate, wait_until

CONFIGURATION = """
worker_processes = 1
[admin]
listen = ["127.0.0.1:0"]
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
client_max_body_size = 200000
unsign = "on"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos", "films"]
[[server.route]]
location = "/streamed"
proxy_pass = "http://origin"
proxy_request_buffering = "off"
proxy_pass_trailers = "on"
[[server.route]]
location = "/old"
proxy_pass = "http://origin"
proxy_request_buffering = "off"
proxy_http_version = "1.0"
[[server.route]]
location = "/untouched"
proxy_pass = "http://origin"
unsign = "off"
[[server.route]]
location = "/fails"
proxy_pass = "http://@DOWN@"
unsign = "off"
error_page = ["502 = @backup"]
[[server.route]]
location = "/fails/first"
proxy_pass = "http://@DOWN@"
error_page = ["502 = @untouched"]
[[server.route]]
location = "@backup"
proxy_pass = "http://origin"
[[server.route]]
location = "@untouched"
proxy_pass = "http://origin"
unsign = "off"
[[server.route]]
location = "/set"
proxy_pass = "http://origin"
proxy_set_body = "<$request_body>"
[upstream.origin]
server = ["@ORIGIN@"]
[key.KEC]
private_key = "ec/private_key.pem"
[key.KOLD]
private_key = "ec/private_key.pem"
not_after = 2020-01-01
[media.photos]
links = ["/media/"]
target = "https://d111111abcdef8.cloudfront.net/private/"
key = ["KEC", "KOLD"]
[media.films]
links = ["/films/"]
target = "https://d222222abcdef8.cloudfront.net/films/"
key = ["KEC"]
policy = "custom"
"""

PAGE = """<p>caf\u00e9 &amp; more <img src="/media/a.jpg?w=1&amp;h=2#top" alt=x>
<img srcset='/media/1.jpg 1x, /media/2.jpg 2x'> <a href="https://www.example.com/?Expires=1">other</a></p>
"""
SAVED = PAGE.replace('"/media/', '"https://d111111abcdef8.cloudfront.net/private/') \
            .replace("'/media/", "'https://d111111abcdef8.cloudfront.net/private/") \
            .replace(" /media/", " https://d111111abcdef8.cloudfront.net/private/")

HTML = "text/html; charset=utf-8"
FORM = "application/x-www-form-urlencoded"
CHUNKED = "Transfer-Encoding: chunked"


def multipart(parts, boundary="----bnd"):
    body = b"".join(b"--%s\r\n%s\r\n\r\n%s\r\n" % (boundary.encode(), head.encode(), content) for head, content in parts)
    return body + f"--{boundary}--\r\n".encode()


def chunked(body, size=1000, trailers=b""):
    out = b"".join(b"%x\r\n%s\r\n" % (len(body[at:at + size]), body[at:at + size]) for at in range(0, len(body), size))
    return out + b"0\r\n" + trailers + b"\r\n"


class Unsigning(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        (folder / "ec").mkdir()
        signgate("keygen", "--type", "ecdsa-p256", "--out-dir", folder / "ec")

    def setUp(self):
        super().setUp()
        self.origin.on("/page", answer(PAGE.encode(), fields=[("Content-Type", HTML)]))
        self.page = self.gateway.get("/page").body.decode()
        self.assertEqual(self.page.count("Signature="), 3)

    def post(self, path, body, content_type=HTML, fields="", chunks=False, trailers=b""):
        framing = CHUNKED if chunks else f"Content-Length: {len(body)}"
        with self.gateway.client() as client:
            client.send(f"POST {path} HTTP/1.1\r\nHost: gw.test\r\n{framing}\r\nContent-Type: {content_type}\r\n{fields}\r\n")
            client.send(chunked(body, trailers=trailers) if chunks else body)
            self.assertEqual(client.read_answer().status, 200)
            self.assertEqual(client.get("/next").status, 200)
        return self.origin.last(path)

    def assert_arrives(self, body, wanted, content_type=HTML):
        for path, told in (("/held", True), ("/streamed/x", False), ("/old", True)):
            for chunks in (False, True):
                with self.subTest(path=path, chunks=chunks, type=content_type):
                    got = self.post(path, body, content_type, chunks=chunks)
                    self.assertEqual(got.body, wanted)
                    framing = (got.get("Content-Length"), got.get("Transfer-Encoding"))
                    # What arrived whole with its head is at hand whole, whatever the route says.
                    if told or framing[1] is None:
                        self.assertEqual(framing, (str(len(wanted)), None))
                    else:
                        self.assertEqual(framing, (None, "chunked"))

    # ---- kinds of bodies

    def test_a_page_is_saved_without_its_signatures(self):
        self.assertNotIn("Signature=", SAVED)
        self.assert_arrives(self.page.encode(), SAVED.encode())

    def test_so_it_is_in_a_form(self):
        def form(page):
            return urllib.parse.urlencode({"title": "a&b", "body": page, "json": json.dumps({"html": page})}).encode()
        self.assert_arrives(form(self.page), form(SAVED), FORM)

    def test_so_it_is_in_json(self):
        for text in (json.dumps, lambda value: json.dumps(value).replace("/", "\\/").replace("&", "\\u0026").replace("<", "\\u003c")):
            self.assert_arrives(text({"body": self.page, "n": [1, html.unescape(self.page)]}).encode(),
                                text({"body": SAVED, "n": [1, html.unescape(SAVED)]}).encode(), "application/json")

    def test_so_it_is_in_the_text_parts_of_a_multipart_body(self):
        def body(page):
            signed = self.page.encode()
            return multipart([
                ('Content-Disposition: form-data; name="body"', page.encode()),
                ('Content-Disposition: form-data; name="meta"; filename="blob"\r\nContent-Type: application/json',
                 json.dumps({"body": page}).encode()),
                ('Content-Disposition: form-data; name="f"; filename="a.bin"\r\nContent-Type: application/octet-stream',
                 signed + bytes(range(256)) + b"\r\n------bn"),
                ('Content-Disposition: form-data; name="g"; filename="b"', signed)])
        self.assert_arrives(body(self.page), body(SAVED), "multipart/form-data; boundary=----bnd")

    def test_long_bodies_too(self):
        filler = "<p>" + "x https://www.example.com/private/a?Signature=1 " * 700
        body = (filler + self.page) * 4
        self.assert_arrives(body.encode(), ((filler + SAVED) * 4).encode())

    # ---- what stays

    def test_a_body_without_signed_links_arrives_byte_for_byte(self):
        for content_type in (HTML, FORM, "application/json", "multipart/form-data; boundary=----bnd"):
            body = bytes(range(256)) * 100 + b"http://www.example.com/?Signature=1%26%5C" + SAVED.encode()
            self.assert_arrives(body, body, content_type)
        self.assert_arrives(b"", b"")

    def test_what_is_not_text_or_not_ours_arrives_as_it_came(self):
        signed = self.page.encode()
        for content_type in ("image/png", "application/octet-stream", "application/javascript"):
            self.assert_arrives(signed, signed, content_type)
        others = signed.replace(b"KEC", b"KECX")
        self.assert_arrives(others, others)
        self.assertEqual(self.post("/untouched", signed).body, signed)
        self.assert_arrives(signed.replace(b"KEC", b"KOLD"), SAVED.encode())

    def test_what_is_coded_passes_and_is_counted(self):
        signed = self.page.encode()
        before = self.metric('request_bodies_passed_total{reason="coding"}')
        self.assertEqual(self.post("/held", signed, fields="Content-Encoding: gzip\r\n").body, signed)
        wait_until(lambda: self.metric('request_bodies_passed_total{reason="coding"}') == before + 1, "the count")

    def metric(self, name):
        wait_until(lambda: "admin interface on" in self.gateway.log(), "the admin interface")
        with Client(int(re.search(r"admin interface on 127\.0\.0\.1:(\d+)", self.gateway.log()).group(1))) as client:
            text = client.get("/metrics").text()
        return next(int(line.split()[-1]) for line in text.splitlines() if line.startswith("signgate_" + name))

    def test_links_are_counted(self):
        before = self.metric('request_links_total{result="stripped"}')
        self.post("/held", self.page.encode())
        # Workers tell their counts now and then: those of the requests before may come with these.
        wait_until(lambda: self.metric('request_links_total{result="stripped"}') >= before + 3, "the count")

    # ---- where the request goes on elsewhere

    def test_a_body_that_another_route_has_held_is_stripped(self):
        filler = "<p>" + "x https://www.example.com/private/a?Signature=1 " * 700
        for signed, plain in ((self.page, SAVED), ((filler + self.page) * 4, (filler + SAVED) * 4)):
            for chunks in (False, True):
                got = self.post("/fails/x", signed.encode(), fields="Digest: x\r\n", chunks=chunks)
                self.assertEqual(got.body, plain.encode())
                self.assertEqual((got.get("Content-Length"), got.get("Digest")), (str(len(plain.encode())), None))
                got = self.post("/fails/x", plain.encode(), fields="Digest: x\r\n", chunks=chunks)
                self.assertEqual((got.body, got.get("Digest")), (plain.encode(), "x"))
                got = self.post("/fails/first", signed.encode(), fields="Digest: x\r\n", chunks=chunks)
                self.assertEqual((got.body, got.get("Digest")), (plain.encode(), None))

    # ---- around the body

    def test_digests_of_another_body_do_not_go(self):
        names = ("Content-MD5", "Digest", "Content-Digest", "Repr-Digest")
        fields = "".join(f"{name}: x\r\n" for name in names)
        for path, page, wanted in (("/held", self.page, None), ("/held", SAVED, "x"), ("/untouched", self.page, "x")):
            got = self.post(path, page.encode(), fields=fields)
            self.assertEqual([got.get(name) for name in names], [wanted] * 4, path)
        # Of a body that streams nobody knows.
        self.assertIsNone(self.post("/streamed/d", SAVED.encode() * 100, fields=fields).get("Digest"))

    def test_fields_behind_the_body_are_kept_but_for_digests(self):
        seen = []

        def read_trailers(conversation, request):
            body = b"".join(conversation.chunks())
            seen.append((body, conversation.trailers))
            conversation.send(answer(b"done"))
        self.origin.on("/streamed/t", read_trailers)
        self.post("/streamed/t", self.page.encode(), chunks=True, trailers=b"X-Sum: 1\r\nContent-Digest: x\r\n")
        body, trailers = seen[0]
        self.assertEqual(body, SAVED.encode())
        self.assertEqual(trailers, ["X-Sum: 1"])

    def test_the_size_that_counts_is_that_which_came(self):
        link = self.page.split('src="')[1].split('"')[0] + " "
        for path in ("/held", "/streamed/x"):
            for chunks in (False, True):
                body = (link * (200_001 // len(link) + 1)).encode()
                framing = CHUNKED if chunks else f"Content-Length: {len(body)}"
                with self.gateway.client() as client:
                    client.send(f"POST {path} HTTP/1.1\r\nHost: gw.test\r\n{framing}\r\nContent-Type: {HTML}\r\n\r\n")
                    try:
                        client.send(chunked(body) if chunks else body)
                    except OSError:
                        pass
                    self.assertEqual(client.read_answer().status, 413)

    def test_a_client_that_waits_is_told_to_go_on(self):
        body = self.page.encode()
        for path in ("/held", "/streamed/x"):
            with self.gateway.client() as client:
                client.send(f"POST {path} HTTP/1.1\r\nHost: gw.test\r\nContent-Length: {len(body)}\r\n"
                            f"Content-Type: {HTML}\r\nExpect: 100-continue\r\n\r\n")
                self.assertEqual(client.read_head().start_line, "HTTP/1.1 100 Continue")
                client.send(body)
                self.assertEqual(client.read_answer().status, 200)
            self.assertEqual(self.origin.last(path).body, SAVED.encode())

    def test_an_answer_before_the_body_is_read_arrives(self):
        def refuse(conversation, _):
            conversation.send(answer(b"no", status="403 Forbidden", fields=[("Connection", "close")]))
            conversation.finish()
        self.origin.on("/streamed/early", refuse)
        body = b"x" * 199_000
        with self.gateway.client() as client:
            client.send(f"POST /streamed/early HTTP/1.1\r\nHost: gw.test\r\nContent-Length: {len(body)}\r\nContent-Type: {HTML}\r\n\r\n")
            client.send(body[:100_000])
            self.assertEqual(client.read_answer().status, 403)

    def test_what_streams_leaves_at_once(self):
        first = b"text " * 10
        with self.gateway.client() as client:
            def read_some(conversation, _):
                size = int(conversation.read_line(), 16)
                self.assertEqual(conversation.read_exactly(size + 2), first + b"\r\n")
                client.send(self.page.encode())
                rest = b"".join(conversation.chunks())
                self.assertEqual(rest, SAVED.encode())
                conversation.send(answer(b"done"))
            self.origin.on("/streamed/now", read_some)
            client.send(f"POST /streamed/now HTTP/1.1\r\nHost: gw.test\r\nContent-Type: {HTML}\r\n"
                        f"Content-Length: {len(first) + len(self.page.encode())}\r\n\r\n".encode() + first)
            self.assertEqual(client.read_answer().body, b"done")

    def test_a_variable_holds_the_body_without_signatures(self):
        self.assertEqual(self.post("/set", self.page.encode()).body, b"<" + SAVED.encode() + b">")


if __name__ == "__main__":
    main()
