# SPDX-License-Identifier: Apache-2.0
"""Links in pages of other charsets than UTF-8: what the gateway signs is what a real browser makes of them, byte by byte, and what
it leaves alone is what it cannot know.

usage: charsets_test.py SIGNGATE
"""

import html
import os
import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))

from harness import Gateway, signgate  # noqa: E402
from origin import Origin, answer  # noqa: E402
from webdriver import Browser  # noqa: E402

CONFIGURATION = """
worker_processes = 1
access_log = "off"
[[server]]
listen = ["127.0.0.1:0"]
[[server.route]]
location = "/as-it-came"
proxy_pass = "http://127.0.0.1:{origin}"
[[server.route]]
location = "/signed"
proxy_pass = "http://127.0.0.1:{origin}"
sign = ["photos"]
[key.K1]
private_key = "private_key.pem"
[media.photos]
links = ["/media/"]
target = "https://edge.test/"
key = ["K1"]
"""

SIGNED = re.compile(rb'href="https://edge\.test/([^"]*?)\?Expires=')


class CharsetsInABrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="signgate-e2e-")
        cls.addClassCleanup(folder.cleanup)
        signgate("keygen", "--type", "ecdsa-p256", "--out-dir", folder.name)
        cls.origin = Origin()
        cls.addClassCleanup(cls.origin.stop)
        cls.gateway = Gateway(CONFIGURATION.format(origin=cls.origin.port), folder.name)
        cls.addClassCleanup(cls.gateway.stop)
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def links(self, body, content_type):
        """What of the page's links below /media/ the browser would ask for, and what the gateway has signed."""
        for path in ("/as-it-came", "/signed"):
            self.origin.on(path, answer(body, fields=[("Content-Type", content_type), ("Cache-Control", "no-store")]))
        self.browser.open(f"http://127.0.0.1:{self.gateway.port}/as-it-came")
        hrefs = self.browser.run("return [...document.links].map(link => link.href)")
        asked = [href.partition("/media/")[2] for href in hrefs]
        return asked, [html.unescape(link.decode()) for link in SIGNED.findall(self.gateway.get("/signed").body)]

    def test_each_byte_of_windows_125x_is_the_browsers(self):
        page = b"<!doctype html>" + b"".join(b'<a href="/media/x%cx">a</a>' % byte for byte in range(0x80, 0x100))
        for label in ("iso-8859-1", "us-ascii", "latin5", *(f"windows-{number}" for number in range(1250, 1259))):
            for body, content_type in ((page, f"text/html; charset={label}"),
                                       (page.replace(b"html>", b"html><meta charset=%s>" % label.encode(), 1), "text/html"),
                                       (page.replace(b"html>", b'html><meta http-equiv=content-type content="text/html; charset=%s">'
                                                     % label.encode(), 1), "text/html")):
                asked, signed = self.links(body, content_type)
                self.assertEqual(len(asked), 128)
                self.assertEqual(signed, asked, label)

    def test_a_byte_order_mark_goes_first_and_then_the_header(self):
        page = "<!doctype html><meta charset=windows-1251><a href='/media/\u00e9'>a</a>".replace("'", '"')
        for body, content_type in ((b"\xef\xbb\xbf" + page.encode(), "text/html; charset=windows-1252"),
                                   (page.encode(), "text/html; charset=utf-8"), (page.encode(), "text/html; charset=latin1"),
                                   (page.encode(), "text/html; charset=unheard-of"), (page.encode(), "text/html")):
            asked, signed = self.links(body, content_type)
            self.assertEqual(signed, asked, content_type)
        asked, signed = self.links(b"\xff\xfe" + page.encode("utf-16-le"), "text/html; charset=utf-8")
        self.assertEqual((asked, signed), (["%C3%A9"], []))

    def test_a_query_in_the_pages_charset_is_left_alone(self):
        asked, signed = self.links('<!doctype html><a href="/media/é?é">a</a><a href="/media/é?b#é">b</a>'.encode("latin-1"),
                                   "text/html; charset=latin1")
        self.assertEqual(asked, ["%C3%A9?%E9", "%C3%A9?b#%C3%A9"])
        self.assertNotIn("%C3%A9?%C3%A9", signed)

    def test_what_is_not_known_is_left_alone(self):
        for label, text in (("koi8-r", "é".encode()), ("shift_jis", "表".encode("shift_jis")), ("gbk", "é".encode()),
                            ("big5", "功".encode("big5")), ("euc-jp", "表".encode("euc-jp"))):
            page = b'<!doctype html><a href="/media/' + text + b'">a</a><a title="' + text + b'" href="/media/b">b</a>'
            asked, signed = self.links(page, f"text/html; charset={label}")
            self.assertEqual((len(asked), signed), (2, ["b"]), label)


if __name__ == "__main__":
    os.environ["SIGNGATE_BINARY"] = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
