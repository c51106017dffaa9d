# SPDX-License-Identifier: Apache-2.0
"""What a page's header lets a real browser fetch: whether a Content-Security-Policy lets private media through is judged as the
browser judges it, and what the gateway makes of a policy lets them through; the Referer that a repaired Referrer-Policy sends;
and a picture whose address stays, by media_redirect.

usage: policies_test.py SIGNGATE
"""

import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))

from cookies_test import picture  # noqa: E402
from edge import Edge  # noqa: E402
from harness import Gateway, signgate  # noqa: E402
from origin import Origin, answer  # noqa: E402
from webdriver import Browser  # noqa: E402

CONFIGURATION = """
worker_processes = 1
access_log = "off"
[[server]]
listen = ["127.0.0.1:0"]
server_name = ["www.site.test"]
[[server.route]]
location = "/as-it-came"
proxy_pass = "http://127.0.0.1:{origin}"
sign = ["photos"]
referrer_policy = "off"
[[server.route]]
location = "/page"
proxy_pass = "http://127.0.0.1:{origin}"
sign = ["photos"]
csp = "extend"
referrer_policy = "repair"
[[server.route]]
location = "/stays/"
media_redirect = "photos"
[key.K1]
private_key = "private_key.pem"
[media.photos]
links = ["/media/"]
target = "http://media.site.test:{edge}/private/"
key = ["K1"]
"""

PAGE = b'<!doctype html><title>page</title><img src="/media/a.png">'

# EDGE stands for the edge's port. What default-src says of films is said by media-src, so that pictures alone are in question.
POLICIES = [
    "img-src *", "img-src http:", "img-src https:", "img-src HTTP:", "img-src data:", "img-src ws:", "img-src", "img-src 'none'",
    "img-src 'none' http:", "img-src 'self'", "img-src 'self' 'unsafe-inline'", "IMG-SRC *; img-src 'none'", "img-src 'none'; img-src *",
    "img-src media.site.test", "img-src media.site.test:EDGE", "img-src media.site.test:*", "img-src MEDIA.site.TEST:EDGE",
    "img-src *.site.test:EDGE", "img-src *.test:*", "img-src site.test:EDGE", "img-src *.media.site.test:EDGE", "img-src *:EDGE",
    "img-src *:*", "img-src media.site.test:80", "img-src https://media.site.test:EDGE", "img-src http://media.site.test:EDGE",
    "img-src http://media.site.test:EDGE/", "img-src http://media.site.test:EDGE/private/", "img-src http://media.site.test:EDGE/private",
    "img-src http://media.site.test:EDGE/other/", "img-src http://*.site.test:EDGE/private/",
    "default-src 'self'; media-src *", "default-src 'none'; media-src *", "default-src *", "default-src http://media.site.test:EDGE",
    "default-src *; img-src 'self'", "default-src 'none'; img-src http:; media-src *", "script-src 'none'", "img-src *, img-src 'self'",
    "img-src http:,img-src *", "media-src *; default-src 'self' ,, img-src 'none'", "; ;img-src\t'self' ;",
    "media-src *;default-src 'none' 'nonce-abc';", "sandbox allow-scripts; img-src 'self'",
]


class PoliciesInABrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="signgate-e2e-")
        cls.addClassCleanup(folder.cleanup)
        signgate("keygen", "--type", "ecdsa-p256", "--out-dir", folder.name)
        cls.origin = Origin()
        cls.addClassCleanup(cls.origin.stop)
        cls.edge = Edge(folder.name, {"private/a.png": picture(3)}, {"K1": "public_key.pem"})
        cls.addClassCleanup(cls.edge.stop)
        cls.gateway = Gateway(CONFIGURATION.format(origin=cls.origin.port, edge=cls.edge.port), folder.name)
        cls.addClassCleanup(cls.gateway.stop)
        cls.browser = Browser(["--host-resolver-rules=MAP *.site.test 127.0.0.1"])
        cls.addClassCleanup(cls.browser.close)

    def open(self, path, *fields, body=PAGE):
        """Opens the page with these fields. Gives the width at which the browser shows its picture, 0 for none."""
        self.origin.on(path, answer(body, fields=[("Content-Type", "text/html"), ("Cache-Control", "no-store"), *fields]))
        self.browser.open(f"http://www.site.test:{self.gateway.port}{path}")
        return self.browser.run("return document.images[0].naturalWidth")

    def test_a_policy_is_judged_as_the_browser_does(self):
        for policy in (each.replace("EDGE", str(self.edge.port)) for each in POLICIES):
            with self.subTest(policy):
                field = ("Content-Security-Policy", policy)
                shown = self.open("/as-it-came", field)
                self.assertEqual(self.open("/page", field), 3)
                sent = self.gateway.get("/page").get("Content-Security-Policy")
                self.assertEqual(sent != policy.strip(), shown == 0, sent)

    def test_a_repaired_policy_sends_the_referer(self):
        for policy in ("no-referrer", "same-origin"):
            for path, wanted in (("/as-it-came", None), ("/page", f"http://www.site.test:{self.gateway.port}/")):
                self.browser.network()
                self.open(path, ("Referrer-Policy", policy))
                asked, = [each for each in self.browser.network() if f":{self.edge.port}/" in each["url"]]
                self.assertEqual(asked["headers"].get("referer") or None, wanted, (policy, path))

    def test_an_address_that_stays_leads_to_the_picture(self):
        self.assertEqual(self.open("/page", body=b'<!doctype html><title>page</title><img src="/stays/a.png">'), 3)
        self.assertTrue(self.browser.run("return document.images[0].src").endswith("/stays/a.png"))


if __name__ == "__main__":
    os.environ["SIGNGATE_BINARY"] = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
