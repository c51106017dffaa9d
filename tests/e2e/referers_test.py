# SPDX-License-Identifier: Apache-2.0
"""The Referer that a real browser sends with a request for media, and what the bucket answers that has the policy of
`signgate policy s3` for the site: by the schemes of page and media, their hosts and ports, the page's policies, style sheets
and links.

usage: referers_test.py SIGNGATE
"""

import json
import os
import signal
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))

from certificates import Authority  # noqa: E402
from cookies_test import picture  # noqa: E402
from edge import Edge  # noqa: E402
from harness import Gateway, signgate, wait_until  # noqa: E402
from origin import Origin, answer  # noqa: E402
from webdriver import Browser  # noqa: E402

ARN = "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"

# One port for both schemes.
EDGE = """
listen = "127.0.0.1:0"
[tls]
certificate = "self-signed"
[distribution]
id = "EDFDVBD6EXAMPLE"
[distribution.default_behavior]
forward_headers = ["Referer"]
[[distribution.behavior]]
path_pattern = "private/*"
forward_headers = ["Referer"]
trusted_keys = { K1 = "private.pub" }
[bucket]
name = "media"
root = "bucket"
policy = "bucket-policy.json"
"""

# The site has a port that the policy names, one that it does not, and one for TLS that it names. /open/ and /narrow/ are media
# that the site's own host hands on.
GATEWAY = """
worker_processes = 1
access_log = "off"
[[server]]
listen = ["127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0 ssl"]
ssl_certificate = "site.pem"
ssl_certificate_key = "site.key"
[[server.route]]
location = "/"
proxy_pass = "http://127.0.0.1:{origin}"
sign = ["plain", "secure", "loopback"]
referrer_policy = "off"
[[server.route]]
location = "/open/"
proxy_pass = "http://127.0.0.1:{edge}"
[[server.route]]
location = "/narrow/"
proxy_pass = "http://127.0.0.1:{edge}"
[key.K1]
private_key = "private.key"
[media.plain]
links = ["/plain/"]
target = "http://media.test:{edge}/private/"
key = ["K1"]
[media.secure]
links = ["/secure/"]
target = "https://media.test:{edge}/private/"
key = ["K1"]
[media.loopback]
links = ["/loopback/"]
target = "http://127.0.0.1:{edge}/private/"
key = ["K1"]
"""


def sheet(address):
    """A style sheet that has the page's body painted."""
    return f'body {{ background: url("{address}") }}'


class Referers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="signgate-e2e-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        made = signgate("keygen", "--type", "ecdsa-p256", "--out-dir", cls.folder)
        assert made.returncode == 0, made.stderr
        (cls.folder / "public_key.pem").rename(cls.folder / "private.pub")
        (cls.folder / "private_key.pem").rename(cls.folder / "private.key")
        Authority(cls.folder).issue("site", ["www.site.test"])
        cls.origin = Origin()
        cls.addClassCleanup(cls.origin.stop)
        objects = {f"{name}/a.png": picture(3) for name in ("private", "open", "narrow")}
        cls.edge = Edge(cls.folder, {**objects, "open/site.css": sheet("a.png").encode()}, {}, configuration=EDGE)
        cls.addClassCleanup(cls.edge.stop)
        cls.gateway = Gateway(GATEWAY.format(origin=cls.origin.port, edge=cls.edge.port), cls.folder, listeners=3)
        cls.addClassCleanup(cls.gateway.stop)
        cls.site, cls.unlisted, secure = (f"http://www.site.test:{port}" for _, port in cls.gateway.addresses())
        cls.secure = secure.replace("http:", "https:")
        cls.media = f"http://media.test:{cls.edge.port}"
        cls.take_policy()
        cls.browser = Browser(["--host-resolver-rules=MAP *.test 127.0.0.1", "--ignore-certificate-errors"])
        cls.addClassCleanup(cls.browser.close)

    @classmethod
    def take_policy(cls):
        """The generated policy, and beside it for narrow/* a pattern with a path."""
        hosts = [address.partition("://")[2] for address in (cls.site, cls.secure)]
        hosts.append(hosts[0].replace("www", "xn--bcher-kva"))
        made = signgate("policy", "s3", "--bucket", "media", "--distribution-arn", ARN, "--http",
                        *(word for host in hosts for word in ("--site", host)))
        assert made.returncode == 0, made.stderr
        policy = json.loads(made.stdout)
        every = policy["Statement"][0]
        narrow = json.loads(json.dumps(every))
        narrow.update(Sid="Narrow", Resource="arn:aws:s3:::media/narrow/*")
        narrow["Condition"]["StringLike"]["aws:Referer"] = [cls.site + "/gallery/*"]
        every["Resource"] = ["arn:aws:s3:::media/private/*", "arn:aws:s3:::media/open/*"]
        policy["Statement"].append(narrow)
        (cls.folder / "bucket-policy.json").write_text(json.dumps(policy))
        cls.edge.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "configuration reloaded" in cls.edge.log(), "the policy")

    def setUp(self):
        self.origin.forget()

    def tearDown(self):
        self.assertEqual(self.origin.faults, [])

    def show(self, page, body, *fields):
        """Opens the page with an empty cache, and waits until it has all that it asks for."""
        path = "/" + page.partition("://")[2].partition("/")[2].partition("#")[0].partition("?")[0]
        self.origin.on(path, answer(f'<!doctype html><link rel="icon" href="data:,">{body}'.encode(), fields=[
            ("Content-Type", "text/html"), ("Cache-Control", "no-store"), *fields]))
        self.browser.open("about:blank")  # a page that differs by its fragment is not loaded anew
        self.browser.cdp("Network.clearBrowserCache")
        self.browser.network()
        self.browser.open(page)
        self.browser.wait("the page is complete", "return document.readyState === 'complete'")

    def assert_asked(self, referer, status, name="a.png"):
        """The last request for the file bore this Referer, and met this answer; a 403 is the bucket's."""
        asked = [each for each in self.browser.network() if each["url"].partition("?")[0].endswith("/" + name)][-1]
        self.assertEqual((asked["headers"].get("referer") or None, asked["status"]), (referer, status), asked)
        if status == 403:
            self.assertIn("x-amz-id-2", asked["fields"])
            self.assertRegex(asked["fields"]["x-signgate-reason"], "^bucket_policy: .*aws:Referer")

    def check(self, page, body, referer, status, *fields):
        with self.subTest(page=page, body=body, fields=fields):
            self.show(page, body, *fields)
            self.assert_asked(referer, status)
            if body.startswith("<img"):
                self.assertEqual(self.browser.run("return document.images[0].naturalWidth"), 3 if status == 200 else 0)

    def follow(self):
        """Clicks the page's link."""
        before = self.browser.run("return location.href")
        self.browser.run("document.querySelector('a').click()")
        self.browser.wait("the other page", "return location.href !== arguments[0] && document.readyState === 'complete'", before)

    def test_to_the_same_origin_the_whole_url_but_its_fragment(self):
        page = self.site + "/gallery/one?x=1&y=%C3%A9"
        for name in ("open", "narrow"):
            self.check(page + "#part", f'<img src="/{name}/a.png">', page, 200)
        # A pattern with a path asks for a page below it, also here.
        self.check(self.site + "/other", '<img src="/narrow/a.png">', self.site + "/other", 403)

    def test_to_another_origin_scheme_host_and_port_with_a_slash(self):
        self.check(self.site + "/gallery/one?x=1#part", '<img src="/plain/a.png">', self.site + "/", 200)
        self.check(self.secure + "/gallery/one?x=1#part", '<img src="/secure/a.png">', self.secure + "/", 200)
        # From http to https is no step down.
        self.check(self.site + "/gallery/one", '<img src="/secure/a.png">', self.site + "/", 200)

    def test_no_pattern_with_a_path_matches_from_another_origin(self):
        self.check(self.site + "/gallery/one", f'<img src="{self.media}/narrow/a.png">', self.site + "/", 403)

    def test_a_page_can_have_more_sent(self):
        page, link = self.site + "/gallery/one?x=1", f'src="{self.media}/narrow/a.png"'
        for policy in ("unsafe-url", "no-referrer-when-downgrade"):
            self.check(page + "#part", f"<img {link}>", page, 200, ("Referrer-Policy", policy))
            self.check(page + "#part", f'<img referrerpolicy="{policy}" {link}>', page, 200)

    def test_from_https_to_http_none(self):
        self.show(self.secure + "/gallery/one", '<a href="/plain/a.png">a picture</a>')
        self.follow()
        self.assert_asked(None, 403)
        # It is the scheme that counts: the loopback address is as trustworthy as https, and gets none either.
        self.check(self.secure + "/gallery/one", '<img src="/loopback/a.png">', None, 403)

    def test_chromium_asks_over_https_for_pictures_of_a_page_over_https(self):
        # So the signature, for http, is no longer that of the address.
        self.show(self.secure + "/gallery/one", '<img src="/plain/a.png">')
        asked = self.browser.network()[-1]
        self.assertTrue(asked["url"].startswith(self.media.replace("http:", "https:") + "/private/a.png?"), asked)
        self.assertEqual((asked["headers"].get("referer"), asked["status"]), (self.secure + "/", 403))
        self.assertRegex(asked["fields"]["x-signgate-reason"], "^bad_signature")

    def test_a_style_sheet_is_who_asks(self):
        link = '<link rel="stylesheet" href="{}"><p>text'
        for page, host, status in ((self.site, self.site, 200), (self.site, self.site.replace("www.site", "cdn"), 403)):
            self.origin.on("/style/site.css", answer(sheet("/plain/a.png"), fields=[
                ("Content-Type", "text/css"), ("Cache-Control", "no-store")]))
            self.check(page + "/gallery/one", link.format(host + "/style/site.css"), host + "/", status)
        # To its own host its whole URL, which is none of the site's.
        self.show(self.site + "/gallery/one", link.format(self.media + "/open/site.css"))
        found = self.browser.network()
        self.assertEqual([(each["url"], each["headers"].get("referer"), each["status"]) for each in found[1:]], [
            (self.media + "/open/site.css", self.site + "/", 200),
            (self.media + "/open/a.png", self.media + "/open/site.css", 403)])
        # What a page paints by itself is asked for by the page.
        for body in ('<style>body { background: url("/plain/a.png") }</style>',
                     "<p style=\"background: url('/plain/a.png')\">text"):
            self.check(self.site + "/gallery/one", body, self.site + "/", 200)

    def test_a_link_sends_what_a_picture_sends_unless_it_says_otherwise(self):
        for attributes, referer, status in (("", self.site + "/", 200), ('rel="noopener"', self.site + "/", 200),
                                            ('rel="noreferrer"', None, 403), ('rel="nofollow NoReferrer"', None, 403),
                                            ('referrerpolicy="no-referrer"', None, 403)):
            with self.subTest(attributes):
                self.show(self.site + "/gallery/one", f'<a {attributes} href="/plain/a.png">a picture</a>')
                self.follow()
                self.assert_asked(referer, status)

    def test_a_typed_address_sends_none(self):
        self.show(self.site + "/gallery/one", '<a href="/plain/a.png">a picture</a>')
        self.browser.open(self.browser.run("return document.querySelector('a').href"))
        self.assert_asked(None, 403)

    def test_policies_that_send_none(self):
        page, shown = self.site + "/gallery/one", '<img src="/plain/a.png">'
        for policy in ("no-referrer", "same-origin"):
            self.check(page, shown, None, 403, ("Referrer-Policy", policy))
            self.check(page, f'<img referrerpolicy="{policy}" src="/plain/a.png">', None, 403)
            self.check(page, f'<meta name="referrer" content="{policy}">{shown}', None, 403)
        self.check(page, '<img src="/open/a.png">', page, 200, ("Referrer-Policy", "same-origin"))

    def test_ports_are_part_of_it(self):
        self.check(self.unlisted + "/gallery/one", '<img src="/plain/a.png">', self.unlisted + "/", 403)

    def test_hosts_are_another_with_and_without_www(self):
        bare = self.site.replace("www.", "")
        self.check(bare + "/gallery/one", '<img src="/plain/a.png">', bare + "/", 403)

    def test_hosts_come_in_small_letters_and_punycode(self):
        self.check(self.site.replace("www.site", "WWW.Site") + "/gallery/one", '<img src="/plain/a.png">', self.site + "/", 200)
        self.check(self.site.replace("www", "B\u00fccher") + "/gallery/one", '<img src="/plain/a.png">',
                   self.site.replace("www", "xn--bcher-kva") + "/", 200)


if __name__ == "__main__":
    os.environ["SIGNGATE_BINARY"] = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
