# SPDX-License-Identifier: Apache-2.0
"""Pages whose links to private media leave signed: each link is verified by `signgate verify`, the rest of the page is
byte for byte the origin's, and the header says what became of it."""

import gzip
import html
import re
import time
import zlib

from harness import Cut, GatewayTest, answer, main, signgate

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
location = "/unsigned/"
proxy_pass = "http://origin"
[upstream.origin]
server = ["@ORIGIN@"]
[key.KRSA]
private_key = "rsa/private_key.pem"
[key.KEC]
private_key = "ec/private_key.pem"
[media.photos]
links = ["/media/private/", "https://media.example.com/private/"]
target = "https://d111111abcdef8.cloudfront.net/private/"
key = ["KRSA"]
ttl = "1h"
window = "15m"
[media.films]
links = ["/films/"]
target = "https://d222222abcdef8.cloudfront.net/films/"
key = ["KEC"]
[[server.route]]
location = "/films-page"
proxy_pass = "http://origin"
sign = ["films"]
# Rules within rules, by their links and by their targets.
[media.outer]
links = ["/nest/"]
target = "https://d333333abcdef8.cloudfront.net/n/"
key = ["KEC"]
[media.inner]
links = ["/nest/inner/"]
target = "https://d444444abcdef8.cloudfront.net/"
key = ["KEC"]
[media.deep]
links = ["/deep/"]
target = "https://d333333abcdef8.cloudfront.net/n/deep/"
key = ["KEC"]
[[server.route]]
location = "/outer-page"
proxy_pass = "http://origin"
sign = ["outer"]
[[server.route]]
location = "/inner-page"
proxy_pass = "http://origin"
sign = ["inner", "deep"]
[media.custom]
links = ["/custom/"]
target = "https://d555555abcdef8.cloudfront.net/c/"
key = ["KRSA"]
policy = "custom"
[media.guarded]
target = "https://d555555abcdef8.cloudfront.net/c/guarded/"
key = ["KRSA"]
[[server.route]]
location = "/custom-page"
proxy_pass = "http://origin"
sign = ["custom"]
"""

EDGE = "https://d111111abcdef8.cloudfront.net/private/"

# Each {link} is private media of the route's rule; everything else has to stay as it is.
PAGE = """<!DOCTYPE html>
<html><head><title>Links: /media/private/not-a-link.jpg</title>
<meta property="og:image" content="https://media.example.com/private/og.jpg">
<meta name="description" content="/media/private/no-link-either.jpg">
<link rel="preload" as="image" href="/media/private/p.jpg" imagesrcset="/media/private/1.jpg 1x, /media/private/2.jpg 2x">
<style>.a { background: url(/media/private/css.jpg) } .b { background: url("/media/public/x.jpg") }</style>
<script>var a = "/media/private/in-script.jpg"; if (1 < 2) document.write('<img src="/media/private/w.jpg">');</script>
</head><body>
<!-- <img src="/media/private/commented.jpg"> -->
<IMG SRC=/media/private/unquoted.jpg alt='a > b'>
<img src="/media/private/a.jpg?w=1&amp;h=2#top" srcset="/media/private/s.jpg 480w, https://media.example.com/private/l.jpg 2x">
<img src='https://MEDIA.example.com:443/private/../private/dots.jpg'>
<img src="https://d111111abcdef8.cloudfront.net/private/edge.jpg">
<video poster="/media/private/poster.jpg"><source src="/media/private/v.mp4"></video>
<div style="background: url('/media/private/style.jpg')" data-src="/media/private/lazy.jpg">caf\xc3\xa9 &amp; more</div>
<svg><image xlink:href="/media/private/svg.jpg"/></svg>
<a href="/media/private/doc.pdf" title="/media/private/title">doc</a>
<img src="/media/public/open.jpg"><img src="/films/1.mp4"><img src="https://media.example.com/other.jpg">
<img src="https://media.example.com.evil.test/private/x.jpg"><img src="data:image/png;base64,AAAA">
<textarea><img src="/media/private/textarea.jpg"></textarea>
</body></html>
""".encode("latin-1")

SIGNED = ["og.jpg", "p.jpg", "1.jpg", "2.jpg", "css.jpg", "unquoted.jpg", "a.jpg?w=1&h=2", "s.jpg", "l.jpg", "dots.jpg",
          "edge.jpg", "poster.jpg", "v.mp4", "style.jpg", "lazy.jpg", "svg.jpg", "doc.pdf"]

# A signed URL as it stands in a page: & may be &amp;.
SIGNED_URL = re.compile(rb"https://d\d+abcdef8\.cloudfront\.net/[^\s\"'<>()#,]*?Expires=\d+&(?:amp;)?Signature=[\w~-]+"
                        rb"&(?:amp;)?Key-Pair-Id=\w+(?:&(?:amp;)?Hash-Algorithm=SHA256)?")


def signed_urls(body):
    return [html.unescape(url.decode()) for url in SIGNED_URL.findall(body)]


class RewritingTest(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        for name, kind in (("rsa", "rsa2048"), ("ec", "ecdsa-p256")):
            (folder / name).mkdir()
            made = signgate("keygen", "--type", kind, "--out-dir", folder / name)
            if made.returncode != 0:
                raise AssertionError(made.stderr)

    def verify(self, url, key="rsa", **options):
        extra = [text for name, value in options.items() for text in (f"--{name}", value)]
        return signgate("verify", url, "--public-key", f"file://{self.folder / key / 'public_key.pem'}", *extra)

    def page(self, body=PAGE, fields=(), content_type="text/html; charset=utf-8", **options):
        return answer(body, fields=[("Content-Type", content_type), *fields], **options)


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


class Streaming(RewritingTest):
    def whole(self, fields=""):
        self.origin.on("/whole", self.page())
        return self.gateway.get("/whole", fields).body

    def assert_same_page(self, path, fields=""):
        """Two pages are the same unless the expiry moved on between them; once more, then."""
        for _ in range(3):
            before, got, after = self.whole(fields), self.gateway.get(path, fields).body, self.whole(fields)
            if before == after:
                break
        self.assertEqual(got, before)

    def test_the_origins_writes_make_no_difference(self):
        for size in (1, 7, 100, 4096):
            def dribble(conversation, _, size=size):
                conversation.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                                  b"Transfer-Encoding: chunked\r\n\r\n")
                for at in range(0, len(PAGE), size):
                    part = PAGE[at:at + size]
                    conversation.send(b"%x\r\n%s\r\n" % (len(part), part))
                conversation.send(b"0\r\n\r\n")
            self.origin.on("/dribble", dribble)
            self.assert_same_page("/dribble")

    def test_a_page_that_ends_with_the_connection(self):
        def until_close(conversation, _):
            conversation.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + PAGE)
            conversation.finish()
        self.origin.on("/until-close", until_close)
        self.assert_same_page("/until-close")

    def test_a_page_cut_short_is_not_ended_as_if_whole(self):
        def cut(conversation, _):
            conversation.send(self.page(fields=[("X-A", "1")])[:-20])
            conversation.finish()
        self.origin.on("/cut", cut)
        for version in ("HTTP/1.1", "HTTP/1.0"):
            with self.subTest(version=version), self.gateway.client() as client:
                with self.assertRaises((Cut, ConnectionResetError)):
                    client.get("/cut", version=version)

    def test_a_corrupt_gzip_page_is_not_ended_as_if_whole(self):
        packed = gzip.compress(PAGE * 20)
        for broken in (packed[:-10], packed[:len(packed) // 2], packed[:100] + b"\xff" * 50 + packed[150:]):
            self.origin.on("/broken", self.page(broken, fields=[("Content-Encoding", "gzip")]))
            for fields in ("", "Accept-Encoding: gzip\r\n"):
                try:
                    got = self.gateway.get("/broken", fields)
                except (Cut, ConnectionResetError):
                    continue
                self.assertEqual(got.status, 502)

    def test_gzip_pages_stay_gzip_pages(self):
        for chunked in (False, True):
            self.origin.on("/gzip", self.page(gzip.compress(PAGE), fields=[("Content-Encoding", "gzip")], chunked=chunked))
            got = self.gateway.get("/gzip", "Accept-Encoding: gzip, deflate, br\r\n")
            self.assertEqual((got.get("Content-Encoding"), got.get("Content-Length")), ("gzip", None))
            self.assertIn("accept-encoding", (got.get("Vary") or "").lower())
            self.assertEqual(len(signed_urls(gzip.decompress(got.body))), len(SIGNED))
            self.assertEqual(SIGNED_URL.sub(b"@", gzip.decompress(got.body)), SIGNED_URL.sub(b"@", self.whole()))

    def test_deflate_pages_are_decoded_too(self):
        self.origin.on("/deflate", self.page(zlib.compress(PAGE), fields=[("Content-Encoding", "deflate")]))
        got = self.gateway.get("/deflate", "Accept-Encoding: deflate\r\n")
        self.assertEqual(got.get("Content-Encoding"), "deflate")
        self.assertEqual(len(signed_urls(zlib.decompress(got.body))), len(SIGNED))

    def test_a_client_that_takes_no_gzip_gets_none(self):
        self.origin.on("/gzip", self.page(gzip.compress(PAGE), fields=[("Content-Encoding", "gzip")]))
        for fields in ("", "Accept-Encoding: identity\r\n", "Accept-Encoding: gzip;q=0\r\n"):
            got = self.gateway.get("/gzip", fields)
            self.assertIsNone(got.get("Content-Encoding"), fields)
            self.assertEqual(len(signed_urls(got.body)), len(SIGNED), fields)

    def test_the_origin_is_asked_for_codings_that_can_be_decoded(self):
        self.gateway.get("/x", "Accept-Encoding: br, zstd, gzip;q=0.5, deflate\r\n")
        asked = self.origin.last().get("Accept-Encoding") or ""
        self.assertIn("gzip", asked)
        self.assertNotRegex(asked, r"br|zstd")
        self.gateway.get("/unsigned/x", "Accept-Encoding: br, zstd\r\n")
        self.assertEqual(self.origin.last().get("Accept-Encoding"), "br, zstd")

    def test_a_coding_that_cannot_be_decoded_passes_untouched(self):
        self.origin.on("/br", self.page(b"\x8b\x01\x80abc\x03", fields=[("Content-Encoding", "br"), ("ETag", '"x"')]))
        got = self.gateway.get("/br", "Accept-Encoding: br\r\n")
        self.assertEqual((got.body, got.get("Content-Encoding"), got.get("ETag")), (b"\x8b\x01\x80abc\x03", "br", '"x"'))


class HeaderFields(RewritingTest):
    def test_what_no_longer_holds_is_gone(self):
        self.origin.on("/page", self.page(fields=[
            ("Content-MD5", "Q2hlY2sgSW50ZWdyaXR5IQ=="), ("Digest", "sha-256=x"), ("Accept-Ranges", "bytes"),
            ("X-Kept", "1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]))
        got = self.gateway.get("/page")
        for name in ("Content-Length", "Content-MD5", "Digest", "Accept-Ranges"):
            self.assertEqual(got.all(name), [], name)
        self.assertTrue(got.chunked)
        self.assertEqual((got.get("X-Kept"), got.all("Set-Cookie")), ("1", ["a=1", "b=2"]))
        self.assertEqual(got.get("Content-Type"), "text/html; charset=utf-8")

    def test_an_http_1_0_client_gets_the_page_until_the_close(self):
        self.origin.on("/page", self.page())
        got = self.gateway.get("/page", version="HTTP/1.0")
        self.assertEqual((got.get("Content-Length"), got.get("Transfer-Encoding")), (None, None))
        self.assertEqual(len(signed_urls(got.body)), len(SIGNED))

    def max_age(self, cache_control, fields="", extra=()):
        own = [("Cache-Control", cache_control)] if cache_control else []
        self.origin.on("/page", self.page(fields=[*own, *extra]))
        got = self.gateway.get("/page", fields)
        value = ", ".join(got.all("Cache-Control"))
        found = re.search(r"(?<!s-)max-?age=(\d+)", value)
        return value, int(found.group(1)) if found else None

    def test_caching_is_capped_by_the_life_of_the_links(self):
        for upstream in ("max-age=86400", "public, max-age=31536000, immutable", "max-age=86400, s-maxage=86400"):
            value, age = self.max_age(upstream)
            self.assertIsNotNone(age, value)
            self.assertLessEqual(age, 3600, value)
            self.assertGreater(age, 0, value)
            self.assertNotIn("immutable", value)
            shared = re.search(r"s-maxage=(\d+)", value)
            if shared:
                self.assertLessEqual(int(shared.group(1)), 3600)
        self.assertEqual(self.max_age("max-age=60")[1], 60)
        self.assertIn("no-store", self.max_age("no-store")[0])

    def test_expires_is_capped_too(self):
        self.origin.on("/page", self.page(fields=[("Expires", "Fri, 01 Jan 2100 00:00:00 GMT")]))
        got = self.gateway.get("/page")
        self.assertNotIn("2100", got.get("Expires") or "")

    def test_a_page_for_somebody_with_credentials_is_private(self):
        for fields in ("Cookie: session=1\r\n", "Authorization: Basic eA==\r\n"):
            value, _ = self.max_age("public, max-age=600", fields)
            self.assertIn("private", value)
            self.assertNotIn("public", value)
        self.assertNotIn("private", self.max_age("public, max-age=600")[0])

    def test_an_etag_goes_to_the_client_and_back(self):
        def page(conversation, request):
            if request.get("If-None-Match") == '"v1"':
                conversation.send(answer(status="304 Not Modified", fields=[("ETag", '"v1"')], length=False))
            else:
                conversation.send(self.page(fields=[("ETag", '"v1"'), ("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")]))
        self.origin.on("/page", page)
        first = self.gateway.get("/page")
        tag = first.get("ETag")
        self.assertRegex(tag, r'^W/"[^"]+"$')
        self.assertIsNone(first.get("Last-Modified"))
        again = self.gateway.get("/page", f"If-None-Match: {tag}\r\n")
        self.assertEqual(self.origin.last().all("If-None-Match"), ['"v1"'])
        self.assertEqual((again.status, again.body, again.get("ETag")), (304, b"", tag))
        listed = self.gateway.get("/page", f'If-None-Match: "other", {tag}, W/"more"\r\n')
        self.assertEqual(listed.status, 304)

    def test_a_weak_etag_of_the_origin(self):
        self.origin.on("/page", self.page(fields=[("ETag", 'W/"v1"')]))
        tag = self.gateway.get("/page").get("ETag")
        self.assertRegex(tag, r'^W/"[^"]+"$')
        self.gateway.get("/page", f"If-None-Match: {tag}\r\n")
        self.assertEqual(self.origin.last().all("If-None-Match"), ['W/"v1"'])

    def test_conditions_that_are_not_of_our_making_stay_behind(self):
        for fields in ('If-None-Match: "v1"\r\n', "If-None-Match: *\r\n", "If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT\r\n",
                       "Range: bytes=0-9\r\n", "Range: bytes=0-9\r\nIf-Range: \"v1\"\r\n",
                       'If-None-Match: W/"sg1-1-x-sv1"\r\n'):
            self.origin.on("/page", self.page(fields=[("ETag", '"v1"')]))
            self.assertEqual(self.gateway.get("/page", fields).status, 200, fields)
            for name in ("If-None-Match", "If-Modified-Since", "Range", "If-Range"):
                self.assertEqual(self.origin.last().all(name), [], fields)
            self.gateway.get("/unsigned/page", fields)
            name, _, value = fields.partition("\r\n")[0].partition(": ")
            self.assertEqual(self.origin.last().get(name), value)

    def test_redirects_to_private_media_are_signed(self):
        for status in ("301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "201 Created"):
            self.origin.on("/go", answer(b"", status=status, fields=[("Location", "/media/private/x.jpg?a=b")]))
            got = self.gateway.get("/go")
            self.assertEqual(got.status, int(status[:3]))
            location = got.get("Location")
            self.assertTrue(location.startswith(EDGE + "x.jpg?a=b&Expires="), location)
            self.assertEqual(self.verify(location).returncode, 0)
        for other in ("/media/public/x", "/films/1.mp4", "https://ex.test/media/private/x.jpg"):
            self.origin.on("/go", answer(b"", status="302 Found", fields=[("Location", other)]))
            self.assertEqual(self.gateway.get("/go").get("Location"), other)

    def test_a_link_header_is_signed(self):
        self.origin.on("/page", self.page(fields=[
            ("Link", "</media/private/x.jpg>; rel=preload; as=image, </style.css>; rel=preload")]))
        value = self.gateway.get("/page").get("Link")
        self.assertRegex(value, r"^<https://d111111abcdef8\.cloudfront\.net/private/x\.jpg\?Expires=\d+&Signature=[\w~-]+"
                                r"&Key-Pair-Id=KRSA>; rel=preload; as=image, </style\.css>; rel=preload$")

    def test_the_referer_of_a_signing_route_arrives_as_it_came(self):
        self.gateway.get("/page", "Referer: https://www.ex.test/a%20b?c#d\r\n")
        self.assertEqual(self.origin.last().all("Referer"), ["https://www.ex.test/a%20b?c#d"])


if __name__ == "__main__":
    main()
