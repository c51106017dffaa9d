# SPDX-License-Identifier: Apache-2.0
"""Header fields of answers: proxy_redirect, proxy_cookie_*, proxy_hide_header, proxy_pass_header, and links after them."""

from harness import GatewayTest, answer, main, signgate

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
[[server.route]]
location = "/one/"
proxy_pass = "http://origin/two/"
[[server.route]]
location = "/rules"
proxy_pass = "http://origin"
proxy_redirect = ["http://a.test/ http://$host/a/", '~^http://([^/]+)\\.test(/.*)$ $2?from=$1', "default"]
proxy_cookie_domain = "localhost example.org"
proxy_cookie_path = ["/two/ /", "~*^/X/(.*) /x-$1"]
proxy_cookie_flags = ["session secure httponly samesite=lax", "~ nosecure"]
proxy_hide_header = ["X-Powered-By", "X-Hidden"]
proxy_pass_header = ["Server", "Date"]
[[server.route]]
location = "/off"
proxy_pass = "http://origin"
proxy_redirect = "off"
[[server.route]]
location = "/media"
proxy_pass = "http://origin"
sign = ["photos"]
proxy_redirect = ["http://inner.test/ /media/private/", "http://hidden.test/ https://media.example.com/p/"]
proxy_hide_header = ["Link"]
[upstream.origin]
server = ["@ORIGIN@"]
[key.KEC]
private_key = "ec/private_key.pem"
[media.photos]
links = ["/media/private/", "https://media.example.com/p/"]
target = "https://d111111abcdef8.cloudfront.net/private/"
key = ["KEC"]
"""


class AnswerFields(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        made = signgate("keygen", "--type", "ecdsa-p256", "--out-dir", folder / "ec")
        if made.returncode != 0:
            raise AssertionError(made.stderr)

    def got(self, path, *fields, status="302 Found"):
        self.origin.on(path, answer(b"", status=status, fields=fields))
        return self.gateway.get(path, host=f"gw.test:{self.gateway.port}")

    def location(self, path, value):
        return self.got(path, ("Location", value)).get("Location")

    def test_by_default_the_upstreams_place_becomes_the_routes(self):
        self.assertEqual(self.location("/x", "http://origin/y?z"), f"http://gw.test:{self.gateway.port}/y?z")
        self.assertEqual(self.location("/x", "http://other/y"), "http://other/y")
        self.assertEqual(self.location("/x", "/y"), "/y")
        self.origin.on("/two/x", answer(b"", status="302 Found", fields=[("Location", "http://origin/two/y")]))
        self.assertEqual(self.gateway.get("/one/x").get("Location"), f"http://gw.test:{self.gateway.port}/one/y")
        self.assertEqual(self.location("/off", "http://origin/y"), "http://origin/y")

    def test_refresh_is_changed_as_well(self):
        got = self.got("/x", ("Refresh", "5; URL=http://origin/y"), status="200 OK")
        self.assertEqual(got.get("Refresh"), "5; URL=/y")
        self.assertEqual(self.got("/x", ("Refresh", "5"), status="200 OK").get("Refresh"), "5")
        self.assertEqual(self.got("/x", ("Refresh", "5; url="), status="200 OK").get("Refresh"), "5; url=")

    def test_the_first_rule_that_fits_holds(self):
        self.assertEqual(self.location("/rules", "http://a.test/x"), "http://gw.test/a/x")
        self.assertEqual(self.location("/rules", "http://b.test/x"), f"http://gw.test:{self.gateway.port}/x?from=b")
        self.assertEqual(self.location("/rules", "http://origin/x"), f"http://gw.test:{self.gateway.port}/x")
        self.assertEqual(self.location("/rules", "http://c.example/x"), "http://c.example/x")

    def test_cookies_are_changed(self):
        got = self.got("/rules", ("Set-Cookie", "session=1; Path=/two/x; Domain=.localhost"), ("X-Between", "1"),
                       ("Set-Cookie", "other=2; path=/x/y; Secure"), ("Set-Cookie", "third=3"), status="200 OK")
        self.assertEqual(got.all("Set-Cookie"), [
            "session=1; Path=/x; Domain=.example.org; Secure; HttpOnly; SameSite=Lax", "other=2; path=/x-y", "third=3"])

    def test_fields_are_hidden_and_passed(self):
        fields = [("x-powered-by", "php"), ("X-Hidden", "1"), ("X-Seen", "1"), ("Server", "origin/1"),
                  ("Date", "Thu, 01 Jan 2026 00:00:00 GMT"), ("X-Pad", "1"), ("X-Accel-Expires", "5")]
        got = self.got("/rules", *fields, status="200 OK")
        self.assertEqual((got.get("X-Powered-By"), got.get("X-Hidden"), got.get("X-Seen"), got.get("X-Pad"), got.get("X-Accel-Expires")),
                         (None, None, "1", None, None))
        self.assertEqual((got.all("Server"), got.all("Date")), (["origin/1"], ["Thu, 01 Jan 2026 00:00:00 GMT"]))
        got = self.got("/x", *fields, status="200 OK")
        self.assertEqual(got.get("X-Powered-By"), "php")
        self.assertEqual(len(got.all("Server")), 1)
        self.assertNotIn("origin", got.get("Server"))
        self.assertEqual(len(got.all("Date")), 1)
        self.assertNotIn("2026 00:00:00", got.get("Date"))
        # Where upstream sends none, ours stand.
        got = self.got("/rules", status="200 OK")
        self.assertEqual((len(got.all("Server")), len(got.all("Date"))), (1, 1))

    def test_links_are_signed_as_proxy_redirect_leaves_them(self):
        for place in ("http://inner.test/a.jpg", "http://hidden.test/a.jpg"):
            location = self.location("/media", place)
            self.assertTrue(location.startswith("https://d111111abcdef8.cloudfront.net/private/a.jpg?Expires="), location)
        # Behind a mapping of ports the client's site is not where the gateway listens.
        self.origin.on("/media", answer(b"", status="302 Found", fields=[("Location", "http://inner.test/a.jpg")]))
        mapped = self.gateway.get("/media", host="gw.test").get("Location")
        self.assertTrue(mapped.startswith("https://d111111abcdef8.cloudfront.net/private/a.jpg?Expires="), mapped)
        got = self.got("/media", ("Link", "</media/private/b.jpg>; rel=preload"), ("Location", "/media/private/c.jpg"))
        self.assertIsNone(got.get("Link"))
        self.assertIn("/private/c.jpg?Expires=", got.get("Location"))

    def test_nothing_that_a_value_holds_ends_its_line(self):
        got = self.location("/rules", "http://b.test/x%0d%0aX-Evil: 1")
        self.assertEqual(got, f"http://gw.test:{self.gateway.port}/x%0d%0aX-Evil: 1?from=b")


if __name__ == "__main__":
    main()
