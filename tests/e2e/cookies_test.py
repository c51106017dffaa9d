# SPDX-License-Identifier: Apache-2.0
"""Signed cookies in a real browser: a page of www.site.test shows pictures of media.site.test whose addresses a script
puts together, so that no signature stands in them.

usage: cookies_test.py SIGNGATE
"""

import json
import os
import struct
import sys
import tempfile
import unittest
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))

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
location = "/"
proxy_pass = "http://127.0.0.1:{origin}"
sign = ["photos"]
[[server.route]]
location = "/login"
proxy_pass = "http://127.0.0.1:{origin}"
[key.K1]
private_key = "private_key.pem"
[media.photos]
target = "http://media.site.test:{edge}/private/"
key = ["K1"]
cookies = "on"
"""

PAGE = b'<!doctype html><title>page</title><link rel="icon" href="data:,"><p>Pictures come by script.'

LOAD = """
const url = ["http://media.site.test:" + arguments[0], "private", arguments[1]].join("/");
return new Promise((done) => {
  const picture = new Image();
  picture.onload = picture.onerror = () => done([url, picture.naturalWidth]);
  picture.src = url + "?" + Math.random();
});
"""


def picture(width):
    """A PNG of one black line."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, 1, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(b"\0" * (1 + width))) + chunk(b"IEND", b""))


class CookiesInABrowser(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="signgate-e2e-")
        self.addCleanup(folder.cleanup)
        made = signgate("keygen", "--type", "ecdsa-p256", "--out-dir", folder.name)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.origin = Origin()
        self.addCleanup(self.origin.stop)
        for path in ("/page", "/private/page", "/login"):
            self.origin.on(path, answer(PAGE, fields=[("Content-Type", "text/html")]))
        self.edge = Edge(folder.name, {"private/a.png": picture(3), "private/deep/b.png": picture(5), "private/c.png": picture(7)},
                         {"K1": "public_key.pem"})
        self.addCleanup(self.edge.stop)
        self.gateway = Gateway(CONFIGURATION.format(origin=self.origin.port, edge=self.edge.port), folder.name)
        self.addCleanup(self.gateway.stop)
        self.browser = Browser(["--host-resolver-rules=MAP *.site.test 127.0.0.1"])
        self.addCleanup(self.browser.close)

    def open(self, path):
        self.browser.open(f"http://www.site.test:{self.gateway.port}{path}")
        self.assertEqual(self.browser.run("return document.title"), "page")

    def widths(self):
        shown = [self.browser.run(LOAD, self.edge.port, name) for name in ("a.png", "deep/b.png", "c.png")]
        self.assertFalse([url for url, _ in shown if "ignature" in url])
        return [width for _, width in shown]

    def answers_that_set(self):
        """How many answers set cookies since the last call."""
        messages = [json.loads(entry["message"])["message"] for entry in self.browser.log("performance")]
        return sum("set-cookie" in map(str.lower, message["params"]["headers"]) for message in messages
                   if message["method"] == "Network.responseReceivedExtraInfo")

    def cookies(self):
        """What the browser holds: {name: (value, attributes)}."""
        found = self.browser.cdp("Network.getAllCookies")["cookies"]
        return {each["name"]: (each["value"], (each["domain"], each["path"], each["httpOnly"], each["session"],
                                               each.get("sameSite"))) for each in found}

    def test_cookies_alone_open_the_pictures(self):
        self.open("/login")
        self.assertEqual(self.widths(), [0, 0, 0], "nobody was let in yet")
        self.assertEqual(self.cookies(), {})
        self.open("/page")
        self.assertEqual(self.widths(), [3, 5, 7])
        self.assertEqual(self.answers_that_set(), 1)
        held = self.cookies()
        signed = (".site.test", "/private/", True, True, "Lax")
        self.assertEqual({name: attributes for name, (_, attributes) in held.items()}, {
            "CloudFront-Policy": signed, "CloudFront-Signature": signed, "CloudFront-Key-Pair-Id": signed,
            "CloudFront-Hash-Algorithm": signed, "signgate-media-photos": ("www.site.test", "/", True, True, "Lax")})
        self.assertEqual(self.browser.run("return document.cookie"), "", "no script reads them")
        # They are not set again, neither where the page sees the marker nor where it sees the cookies themselves.
        for path in ("/page", "/private/page"):
            self.open(path)
            sent = self.origin.last(path).get("Cookie")
            self.assertEqual(("signgate-media-photos=" in sent, "CloudFront-Policy=" in sent), (True, path != "/page"))
        self.assertEqual(self.answers_that_set(), 0)
        self.assertEqual(self.cookies(), held)
        self.assertEqual(self.widths(), [3, 5, 7])


if __name__ == "__main__":
    os.environ["SIGNGATE_BINARY"] = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
