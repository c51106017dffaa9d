# SPDX-License-Identifier: Apache-2.0
"""grant = "header": links are signed only below what the application's answer lists, and clients never see the list."""

import html
import re

from harness import GatewayTest, answer, main, signgate, wait_until

CONFIGURATION = """
worker_processes = 1
error_log = "error.log error"
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos", "albums", "open"]
[[server.route]]
location = "/open-page"
proxy_pass = "http://origin"
sign = ["open"]
[[server.route]]
location = "/unsigned/"
proxy_pass = "http://origin"
proxy_pass_header = ["X-Sign-Allow"]
[upstream.origin]
server = ["@ORIGIN@"]
[key.KEC]
private_key = "ec/private_key.pem"
[media.photos]
links = ["/media/", "https://media.example.com/m/"]
target = "https://d111111abcdef8.cloudfront.net/p/"
key = ["KEC"]
grant = "header"
[media.albums]
links = ["/albums/"]
target = "https://d222222abcdef8.cloudfront.net/a/"
key = ["KEC"]
policy = "prefix"
scope = 1
grant = "header"
grant_header = "X-Albums"
[media.open]
links = ["/open/"]
target = "https://d333333abcdef8.cloudfront.net/o/"
key = ["KEC"]
"""

PAGE = b"""<img src="/media/7/a.jpg"><img src="https://media.example.com/m/7/b.jpg"><img src="/media/8/c.jpg">
<img src="/media/7/../8/d.jpg"><img src="/open/e.jpg"><img src="/albums/1/f.jpg"><img src="/albums/2/g.jpg">"""


class Grants(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        (folder / "ec").mkdir()
        signgate("keygen", "--type", "ecdsa-p256", "--out-dir", folder / "ec")

    def signed(self, *fields, body=PAGE):
        """Where the signed links of a page with these fields lead, without their queries; and the answer."""
        self.origin.on("/page", answer(body, fields=[("Content-Type", "text/html"), *fields]))
        got = self.gateway.get("/page")
        links = [html.unescape(link.decode()) for link in re.findall(rb'src="([^"]*)"', got.body)]
        return [link.split("?")[0].removeprefix("https://d") for link in links if "Signature=" in link], got

    def test_nothing_is_granted_without_the_header(self):
        signed, got = self.signed()
        self.assertEqual(signed, ["333333abcdef8.cloudfront.net/o/e.jpg"])
        self.assertIn(b'src="/media/7/a.jpg"', got.body)

    def test_what_is_listed_is_signed_and_nothing_else(self):
        signed, _ = self.signed(("X-Sign-Allow", "/media/7/*, /other/*"))
        self.assertEqual(signed, ["111111abcdef8.cloudfront.net/p/7/a.jpg", "333333abcdef8.cloudfront.net/o/e.jpg"])
        signed, _ = self.signed(("X-Sign-Allow", "/m/7/b.jpg"), ("x-sign-allow", "/media/8/*"))
        self.assertEqual(signed, ["111111abcdef8.cloudfront.net/p/7/b.jpg", "111111abcdef8.cloudfront.net/p/8/c.jpg",
                                  "111111abcdef8.cloudfront.net/p/8/d.jpg", "333333abcdef8.cloudfront.net/o/e.jpg"])

    def test_each_rule_has_its_own_header(self):
        signed, _ = self.signed(("X-Albums", "/media/*, /albums/1/*"))
        self.assertEqual(signed, ["333333abcdef8.cloudfront.net/o/e.jpg", "222222abcdef8.cloudfront.net/a/1/f.jpg"])

    def test_a_signature_that_opens_a_folder_needs_a_grant_for_the_folder(self):
        signed, _ = self.signed(("X-Albums", "/albums/1/f.jpg, /albums/2/g*"))
        self.assertEqual(signed, ["333333abcdef8.cloudfront.net/o/e.jpg"])
        signed, _ = self.signed(("X-Albums", "/albums/*"))
        self.assertEqual(len(signed), 3)

    def test_clients_never_see_the_list(self):
        for fields in ((("X-Sign-Allow", "/media/7/*"), ("X-ALBUMS", "/albums/1/*")), (("X-Sign-Allow", "nonsense *"),)):
            _, got = self.signed(*fields)
            self.assertIsNone(got.get("X-Sign-Allow"))
            self.assertIsNone(got.get("X-Albums"))
        self.origin.on("/picture", answer(b"x", fields=[("Content-Type", "image/png"), ("X-Sign-Allow", "/media/7/*")]))
        self.assertIsNone(self.gateway.get("/picture").get("X-Sign-Allow"))

    def test_nor_do_they_where_nothing_is_granted(self):
        grants = [("X-Sign-Allow", "/media/7/*"), ("X-Albums", "/albums/1/*")]
        for path in ("/open-page", "/unsigned/page"):
            self.origin.on(path, answer(PAGE, fields=[("Content-Type", "text/html"), *grants]))
            got = self.gateway.get(path)
            self.assertEqual(got.status, 200)
            self.assertIsNone(got.get("X-Sign-Allow"), path)
            self.assertIsNone(got.get("X-Albums"), path)

    def test_a_malformed_list_grants_nothing_and_is_told(self):
        signed, _ = self.signed(("X-Sign-Allow", "/media/7/*, /media/8/../*"))
        self.assertEqual(signed, ["333333abcdef8.cloudfront.net/o/e.jpg"])
        wait_until(lambda: "malformed X-Sign-Allow" in (self.folder / "error.log").read_text(), "the line")

    def test_links_in_the_header_need_the_grant_too(self):
        for granted, grant in ((True, [("X-Sign-Allow", "/media/7/*")]), (False, [])):
            self.origin.on("/away", answer(b"", "302 Found", [("Location", "/media/7/a.jpg"), *grant]))
            location = self.gateway.get("/away").get("Location")
            self.assertEqual("Signature=" in location, granted, location)

    def test_such_a_page_is_nobodys_but_the_viewers(self):
        _, got = self.signed(("X-Sign-Allow", "/media/7/*"), ("ETag", '"v1"'), ("Cache-Control", "public, max-age=60"))
        self.assertIsNone(got.get("ETag"))
        self.assertIn("private", got.get("Cache-Control"))


if __name__ == "__main__":
    main()
