# SPDX-License-Identifier: Apache-2.0
"""Pages whose links to private media leave signed: each link is verified by `signgate verify`, the rest of the page is
byte for byte the origin's."""

import html
import re
import time

from harness import main
from rewriting import EDGE, PAGE, RewritingTest, SIGNED, SIGNED_URL, signed_urls


class Pages(RewritingTest):
    def test_every_private_link_is_signed_and_verifies(self):
        self.origin.on("/page", self.page())
        got = self.gateway.get("/page")
        urls = signed_urls(got.body)
        self.assertEqual([re.sub(r"[?&]Expires=.*", "", url.removeprefix(EDGE)) for url in urls], SIGNED)
        for url in urls:
            self.assertTrue(url.startswith(EDGE), url)
            self.assertRegex(url, r"[?&]Expires=\d+&Signature=[A-Za-z0-9~_-]+&Key-Pair-Id=KRSA$")
            verdict = self.verify(url)
            self.assertEqual((verdict.returncode, verdict.stdout.strip()), (0, "allowed"), f"{url}: {verdict.stderr}")

    def test_the_rest_of_the_page_stays_byte_for_byte(self):
        self.origin.on("/page", self.page())
        got = SIGNED_URL.sub(b"@", self.gateway.get("/page").body)
        links = re.compile(rb"(?:https://media\.example\.com|(?<=[\"'(= ]))/media/private/"
                           rb"(?:p|1|2|css|unquoted|s|poster|style|lazy|svg)\.jpg|/media/private/(?:v\.mp4|doc\.pdf)"
                           rb"|/media/private/a\.jpg\?w=1&amp;h=2|https://media\.example\.com/private/(?:og|l)\.jpg"
                           rb"|https://MEDIA\.example\.com:443/private/\.\./private/dots\.jpg"
                           rb"|https://d111111abcdef8\.cloudfront\.net/private/edge\.jpg")
        expected, count = links.subn(b"@", PAGE)
        self.assertEqual(count, len(SIGNED))
        # A value without quotes gets them: a signed URL holds `=`.
        expected = expected.replace(b"SRC=@", b'SRC="@"')
        self.assertEqual(got.decode("latin-1"), expected.decode("latin-1"))

    def test_a_signed_link_is_encoded_for_its_attribute(self):
        self.origin.on("/page", self.page(b'<img src="/media/private/x.jpg?a=1&amp;b=2#f">'))
        body = self.gateway.get("/page").body
        self.assertRegex(body, rb'^<img src="' + EDGE.encode() + rb'x\.jpg\?a=1&amp;b=2&amp;Expires=\d+&amp;Signature='
                               rb'[\w~-]+&amp;Key-Pair-Id=KRSA#f">$')

    def test_what_was_signed_can_be_denied(self):
        self.origin.on("/page", self.page(b'<img src="/media/private/x.jpg">'))
        url, = signed_urls(self.gateway.get("/page").body)
        self.assertEqual(self.verify(url).returncode, 0)
        for denied in (self.verify(url.replace("x.jpg", "y.jpg")), self.verify(url, at="2099-01-01T00:00:00Z"),
                       self.verify(url, key="ec"), self.verify(re.sub(r"Expires=\d", "Expires=9", url))):
            self.assertEqual((denied.returncode, denied.stdout), (1, ""))
            self.assertIn("AccessDenied", denied.stderr)

    def test_a_link_lives_as_long_as_its_rule_says(self):
        self.origin.on("/page", self.page(b'<img src="/media/private/x.jpg">'))
        url, = signed_urls(self.gateway.get("/page").body)
        now = int(time.time())
        expires = int(re.search(r"Expires=(\d+)", url).group(1))
        self.assertGreaterEqual(expires, now + 3600 - 60)
        self.assertLessEqual(expires, now + 3600 + 900 + 60)

    def test_the_same_link_is_signed_the_same_way(self):
        self.origin.on("/page", self.page(b'<img src="/media/private/x.jpg"><a href="/media/private/x.jpg">'))
        first, second = signed_urls(self.gateway.get("/page").body)
        self.assertEqual(first, second)

    def test_a_link_already_signed_is_signed_afresh(self):
        self.origin.on("/page", self.page(b'<img src="/media/private/x.jpg">'))
        old, = signed_urls(self.gateway.get("/page").body)
        stale = re.sub(r"Expires=\d+", "Expires=1000000000", old)
        self.origin.on("/page", self.page(f'<img src="{html.escape(stale)}">'.encode()))
        url, = signed_urls(self.gateway.get("/page").body)
        self.assertEqual(url.count("Signature="), 1)
        self.assertEqual(self.verify(url).returncode, 0)

    def test_links_of_other_rules_and_routes_stay(self):
        page = b'<img src="/media/private/x.jpg"><video src="/films/1.mp4"></video>'
        self.origin.on("/films-page", self.page(page))
        body = self.gateway.get("/films-page").body
        url, = signed_urls(body)
        self.assertTrue(url.startswith("https://d222222abcdef8.cloudfront.net/films/1.mp4?Expires="))
        self.assertIn(b'<img src="/media/private/x.jpg">', body)
        self.assertEqual(self.verify(url, key="ec").returncode, 0)
        self.origin.on("/unsigned/page", self.page(page, fields=[("ETag", '"x"'), ("Accept-Ranges", "bytes")]))
        got = self.gateway.get("/unsigned/page")
        self.assertEqual((got.body, got.get("Content-Length")), (page, str(len(page))))
        self.assertEqual((got.get("ETag"), got.get("Accept-Ranges")), ('"x"', "bytes"))

    def which_are_signed(self, path, links):
        """The links of a page of these that leave with a signature; each other one leaves as it came."""
        tags = [f'<img src="{html.escape(link)}">' for link in links]
        self.origin.on(path, self.page("\n".join(tags).encode()))
        sent = self.gateway.get(path).body.decode().split("\n")
        self.assertEqual(len(sent), len(tags))
        signed = [link for link, got in zip(links, sent) if "Signature=" in got]
        self.assertEqual([got for got in sent if "Signature=" not in got],
                         [tag for tag, link in zip(tags, links) if link not in signed])
        return signed

    def test_a_rule_within_a_rule_is_signed_by_its_own_routes_alone(self):
        deep = "https://d333333abcdef8.cloudfront.net/n/deep/a.jpg"
        outer = ["/nest/a.jpg", "https://d333333abcdef8.cloudfront.net/n/a.jpg", "/nest/inner.jpg"]
        inner = ["/nest/inner/a.jpg", "https://d444444abcdef8.cloudfront.net/a.jpg", "/deep/a.jpg", deep]
        # By the link they are of the outer rule; where they lead, or how an origin reads them, they are not.
        neither = ["/nest/deep/a.jpg", "/nest/%64eep/a.jpg", "/nest//deep/a.jpg", "/nest/deep%2Fa.jpg",
                   "/nest/%69nner/a.jpg"]
        links = outer + inner + neither
        self.assertEqual(self.which_are_signed("/outer-page", links), outer)
        self.assertEqual(self.which_are_signed("/inner-page", links), inner)

    def test_no_link_becomes_a_pattern_in_a_custom_policy(self):
        plain = ["/custom/a.jpg", "/custom/a.jpg?w=1&h=2", "/custom/a.jpg?17", "/custom/%2A.jpg"]
        patterns = ["/custom/*", "/custom/a*.jpg", "/custom/a.jpg?w=*", "/custom/a.jpg?w=1?", "/custom/a.jpg??",
                    "https://d555555abcdef8.cloudfront.net/c/*", "/custom/guarded?a.jpg", "/custom/guarde?/a.jpg",
                    "/custom/x/?./guarded/a.jpg", "/custom/a?/../guarded/a.jpg"]
        self.assertEqual(self.which_are_signed("/custom-page", plain + patterns), plain)
        # A canned policy is matched as it is written.
        links = ["/media/private/*", "/media/private/a.jpg?w=1?"]
        self.assertEqual(self.which_are_signed("/page", links), links)

    def test_what_is_not_html_stays(self):
        for kind in ("text/plain", "application/octet-stream", "image/png", "text/htmlx"):
            self.origin.on("/page", self.page(content_type=kind, fields=[("ETag", '"x"'), ("Accept-Ranges", "bytes")]))
            got = self.gateway.get("/page")
            self.assertEqual((got.body, got.get("Content-Length"), got.get("ETag")), (PAGE, str(len(PAGE)), '"x"'), kind)

    def test_relative_links_and_base(self):
        self.origin.on("/media/index.html", self.page(b'<img src="private/x.jpg"><img src="./private/../private/y.jpg">'))
        urls = signed_urls(self.gateway.get("/media/index.html").body)
        self.assertEqual([url.partition("?")[0] for url in urls], [EDGE + "x.jpg", EDGE + "y.jpg"])
        self.origin.on("/page", self.page(b'<base href="https://media.example.com/private/"><img src="z.jpg">'))
        urls = signed_urls(self.gateway.get("/page").body)
        self.assertEqual([url.partition("?")[0] for url in urls], [EDGE + "z.jpg"])

    def test_head(self):
        self.origin.on("/page", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\nETag: \"x\"\r\n\r\n")
        with self.gateway.client() as client:
            got = client.get("/page", method="HEAD")
            self.assertEqual((got.status, got.get("Content-Length")), (200, None))
            self.assertEqual(client.get("/next").status, 200)

    def test_error_pages_of_the_origin_are_pages_too(self):
        self.origin.on("/page", self.page(b'<img src="/media/private/x.jpg">', status="404 Not Found"))
        got = self.gateway.get("/page")
        self.assertEqual((got.status, len(signed_urls(got.body))), (404, 1))

    def test_a_page_with_very_many_links(self):
        page = b"".join(b'<img src="/media/private/%d.jpg">\n' % (i % 100) for i in range(5000))
        self.origin.on("/page", self.page(page, chunked=True))
        urls = signed_urls(self.gateway.get("/page").body)
        self.assertEqual(len(urls), 5000)
        self.assertEqual([url[len(EDGE):].partition(".")[0] for url in urls], [str(i % 100) for i in range(5000)])


if __name__ == "__main__":
    main()
