# SPDX-License-Identifier: Apache-2.0
"""A gateway that signs, and a page with a link in every place that may hold one: for the tests of rewriting."""

import html
import re

from harness import GatewayTest, answer, signgate

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
