# SPDX-License-Identifier: Apache-2.0
"""`signgate-bench load` as a shell sees it, against the gateway: both loops, and the links in the answers."""

import json
import os
import subprocess

from harness import PATIENCE, GatewayTest, answer, main, signgate

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
gzip = "on"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos"]
[upstream.origin]
server = ["@ORIGIN@"]
keepalive = 4
[key.K1]
private_key = "private_key.pem"
[media.photos]
links = ["/media/"]
target = "https://d111111abcdef8.cloudfront.net/private/"
key = ["K1"]
"""

PAGE = b"""<!doctype html><link rel=stylesheet href=/media/a.css>
<img src="/media/b.jpg?w=1" srcset="/media/b.jpg?w=2 2x, /media/b.jpg?w=3 3x">
<p style="background: url('/media/it(1).jpg')">no /media/text</p><a href='/media/c.jpg#x'>c</a> <img src=/other/d.jpg>
"""
LINKS = 6


def load(*arguments):
    return subprocess.run([os.environ["SIGNGATE_BENCH"], "load", *map(str, arguments)], capture_output=True, text=True,
                          timeout=PATIENCE, check=False)


class BenchLoad(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        for where in (folder, folder / "other"):
            made = signgate("keygen", "--out-dir", where)
            assert made.returncode == 0, made.stderr
        cls.key, cls.other_key = folder / "public_key.pem", folder / "other" / "public_key.pem"

    def setUp(self):
        super().setUp()
        self.origin.on("/page", answer(PAGE, fields=[("Content-Type", "text/html")]))
        self.origin.on("/plain", answer(b"no link here", fields=[("Content-Type", "text/plain")]))

    def url(self, path):
        return f"http://127.0.0.1:{self.gateway.port}{path}"

    def test_both_loops_tell_what_they_are(self):
        closed = load(self.url("/plain"), "--requests", 20, "--connections", 2, "--json")
        self.assertEqual((closed.returncode, closed.stderr), (0, ""))
        read = json.loads(closed.stdout)
        self.assertEqual((read["loop"], read["answers"], read["status"]), ("closed", 20, {"200": 20}))
        self.assertNotIn("rate", read)
        opened = load(self.url("/plain"), "--requests", 20, "--rate", 200, "--connections", 2, "--json")
        self.assertEqual((opened.returncode, opened.stderr), (0, ""))
        read = json.loads(opened.stdout)
        self.assertEqual((read["loop"], read["rate"], read["due"], read["sent"], read["unsent"]), ("open", 200, 20, 20, 0))
        self.assertEqual((read["answers"], read["status"]), (20, {"200": 20}))
        self.assertIn("open loop, 200 a second asked",
                      load(self.url("/plain"), "--requests", 3, "--rate", 200).stdout)

    def test_each_signed_link_of_a_page_is_verified(self):
        for more in ((), ("--header", "Accept-Encoding: gzip")):
            got = load(self.url("/page"), "--requests", 8, "--connections", 2, "--threads", 2, "--verify-links",
                       f"file://{self.key}", "--json", *more)
            self.assertEqual((got.returncode, got.stderr), (0, ""))
            links = json.loads(got.stdout)["links"]
            self.assertEqual((links["failed"], links["unreadable"]), (0, 0), links)
            # More when a window ends just now.
            self.assertIn(links["verified"], range(LINKS, 2 * LINKS + 1))

    def test_a_link_that_fails_is_named_without_its_signature(self):
        got = load(self.url("/page"), "--requests", 2, "--connections", 1, "--verify-links", self.other_key)
        self.assertEqual(got.returncode, 1)
        self.assertIn("signed links fail, such as\n  https://d111111abcdef8.cloudfront.net/private/a.css: ", got.stderr)
        self.assertNotIn("Signature=", got.stdout + got.stderr)

    def test_a_check_that_sees_no_link_fails(self):
        got = load(self.url("/plain"), "--requests", 2, "--connections", 1, "--verify-links", self.key)
        self.assertEqual(got.returncode, 1)
        self.assertIn("no answer has a signed link", got.stderr)

    def test_a_key_that_is_none_is_told(self):
        for file in ("/missing.pem", __file__):
            got = load(self.url("/plain"), "--requests", 2, "--verify-links", file)
            self.assertEqual((got.returncode, got.stdout), (1, ""))
            self.assertIn("--verify-links: ", got.stderr)


if __name__ == "__main__":
    main()
