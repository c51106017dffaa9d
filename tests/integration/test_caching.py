# SPDX-License-Identifier: Apache-2.0
"""What caches are told of rewritten pages, and what is never signed for somebody else."""

import gzip
import re

from harness import GatewayTest, answer, main, signgate

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos"]
[[server.route]]
location = "/bound"
proxy_pass = "http://origin"
sign = ["bound"]
[[server.route]]
location = "/own"
proxy_pass = "http://origin"
sign = ["photos"]
[server.route.proxy_set_header]
Accept-Encoding = ""
If-None-Match = '"mine"'
[upstream.origin]
server = ["@ORIGIN@"]
[key.KRSA]
private_key = "private_key.pem"
[media.photos]
links = ["/media/"]
target = "https://d111111abcdef8.cloudfront.net/m/"
key = ["KRSA"]
[media.vip]
links = ["/media/vip/"]
target = "https://d222222abcdef8.cloudfront.net/vip/"
key = ["KRSA"]
[media.bound]
links = ["/bound-media/"]
target = "https://d333333abcdef8.cloudfront.net/b/"
key = ["KRSA"]
policy = "custom"
ip = "client"
"""

PAGE = b'<img src="/media/a.jpg">'


class Caching(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        made = signgate("keygen", "--out-dir", folder)
        if made.returncode != 0:
            raise AssertionError(made.stderr)

    def page(self, body=PAGE, fields=(), **options):
        return answer(body, fields=[("Content-Type", "text/html"), *fields], **options)

    def test_a_304_tells_nothing_of_bytes_that_were_not_sent(self):
        self.origin.on("/page", self.page(fields=[("ETag", '"v1"')]))
        tag = self.gateway.get("/page").get("ETag")
        self.assertTrue(tag.strip('W/"').startswith("sg1-"), tag)
        self.origin.on("/page", b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\nContent-Length: 46\r\nContent-MD5: abc=\r\n'
                                b"Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n")
        got = self.gateway.get("/page", f"If-None-Match: {tag}\r\n")
        self.assertEqual((got.status, got.get("ETag")), (304, tag))
        for name in ("Content-Length", "Content-MD5", "Last-Modified"):
            self.assertIsNone(got.get(name), name)

    def test_a_304_with_a_signed_link_in_its_head_keeps_the_shorter_life(self):
        self.origin.on("/page", self.page(fields=[("ETag", '"v1"')]))
        tag = self.gateway.get("/page").get("ETag")
        self.origin.on("/page", b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\nCache-Control: max-age=9999999\r\n'
                                b"Link: </media/p.jpg>; rel=preload\r\n\r\n")
        got = self.gateway.get("/page", f"If-None-Match: {tag}\r\n")
        self.assertEqual(got.status, 304)
        self.assertIn("Signature=", got.get("Link"))
        age = int(re.search(r"max-age=(\d+)", got.get("Cache-Control")).group(1))
        self.assertLessEqual(age, 12 * 3600)

    def test_a_page_bound_to_an_address_is_shared_with_nobody(self):
        self.origin.on("/bound", self.page(b'<img src="/bound-media/a.jpg">', fields=[
            ("ETag", '"v1"'), ("Cache-Control", "public, max-age=600")]))
        got = self.gateway.get("/bound", 'If-None-Match: "sg1-x"\r\n')
        self.assertIn(b"Signature=", got.body)
        self.assertIn("private", got.get("Cache-Control"))
        self.assertNotIn("public", got.get("Cache-Control"))
        self.assertIsNone(got.get("ETag"))
        self.assertIsNone(self.origin.last().get("If-None-Match"))

    def test_a_wildcard_in_a_link_gets_no_custom_policy(self):
        body = b'<img src="/bound-media/*"><img src="/bound-media/a.jpg?x=1?y"><img src="/bound-media/ok.jpg?x=1">'
        self.origin.on("/bound", self.page(body))
        got = self.gateway.get("/bound").body
        self.assertTrue(got.startswith(b'<img src="/bound-media/*"><img src="/bound-media/a.jpg?x=1?y"><img src="https:'), got)
        self.assertEqual(got.count(b"Signature="), 1)

    def test_a_rule_within_a_rule_is_not_signed_by_it(self):
        self.origin.on("/page", self.page(b'<img src="/media/vip/x.jpg"><img src="/media/x.jpg">'))
        got = self.gateway.get("/page").body
        self.assertTrue(got.startswith(b'<img src="/media/vip/x.jpg"><img src="https://d111111abcdef8'), got)

    def test_a_page_without_an_address_passes_as_it_is(self):
        packed = gzip.compress(PAGE)
        self.origin.on("/page", self.page(packed, fields=[("Content-Encoding", "gzip")]))
        with self.gateway.client() as client:
            client.send("GET /page HTTP/1.0\r\n\r\n")
            got = client.read_answer()
        self.assertEqual((got.get("Content-Encoding"), got.body), ("gzip", packed))

    def test_what_a_route_sets_stays_as_it_is_set(self):
        self.gateway.get("/own", 'Accept-Encoding: gzip\r\nIf-None-Match: "theirs"\r\n')
        seen = self.origin.last()
        self.assertEqual((seen.all("Accept-Encoding"), seen.all("If-None-Match")), ([], ['"mine"']))

    def test_a_style_element_that_never_ends_passes(self):
        body = b"<style>a{}</" + b"a" * 100_000 + b"</style>"
        for coding, sent in (("identity", body), ("gzip", gzip.compress(body))):
            fields = [] if coding == "identity" else [("Content-Encoding", "gzip")]
            self.origin.on("/page", self.page(sent, fields=fields))
            self.assertEqual(self.gateway.get("/page", "Accept-Encoding: identity\r\n").body, body)


if __name__ == "__main__":
    main()
