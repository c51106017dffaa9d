# SPDX-License-Identifier: Apache-2.0
"""CloudFront's cookies on answers: a site on www.site.test, its media on media.site.test behind a real edge."""

import base64
import json
import time

from edge import Edge, Jar
from harness import PATIENCE, Gateway, GatewayTest, answer, main, signgate
from wire import wait_until

CONFIGURATION = """
worker_processes = 2
access_log = "stderr json"
[[server]]
listen = ["127.0.0.1:0"]
server_name = ["www.site.test"]
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos"]
[[server.route]]
location = "/login"
proxy_pass = "http://origin"
[[server.route]]
location = "= /moved"
return = "200 moved"
sign = ["photos"]
[upstream.origin]
server = ["@ORIGIN@"]
[key.K1]
private_key = "k1/private_key.pem"
[key.K2]
private_key = "k2/private_key.pem"
[media.photos]
target = "http://media.site.test:@EDGE@/private/"
key = ["K1"]
cookies = "on"
"""

SITE, MEDIA = "www.site.test", "media.site.test"
SIGNED = ["CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id"]
MARKER = "signgate-media-photos"
HTML = [("Content-Type", "text/html")]
PICTURES = {f"private/{name}.jpg": name.encode() for name in ("a", "b", "deep/c")}


class CookieTest(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        for name, kind in (("k1", "rsa2048"), ("k2", "ecdsa-p256")):
            made = signgate("keygen", "--type", kind, "--out-dir", folder / name)
            assert made.returncode == 0, made.stderr
        cls.edge = Edge(folder, PICTURES, {"K1": "k1/public_key.pem", "K2": "k2/public_key.pem"})
        cls.addClassCleanup(cls.edge.stop)
        cls.configuration = cls.configuration.replace("@EDGE@", str(cls.edge.port))

    def setUp(self):
        super().setUp()
        self.jar = Jar()
        self.origin.on("/page", answer(b"<p>hello", fields=HTML))

    def open(self, path="/page", fields="", **options):
        """The site's answer to a browser that keeps its cookies, and the names of those that it set."""
        host = options.setdefault("host", SITE)
        found = self.gateway.get(path, self.jar.field(host, path) + fields, **options)
        return found, self.jar.take(found, host.partition(":")[0], path)

    def picture(self, path, jar=None):
        return self.edge.get(path, (jar or self.jar).field(MEDIA, path), host=f"{MEDIA}:{self.edge.port}")

    def policy(self):
        text = self.jar.value("CloudFront-Policy")
        statement, = json.loads(base64.b64decode(text.replace("-", "+").replace("_", "=").replace("~", "/")))["Statement"]
        return statement


class Cookies(CookieTest):
    def test_one_page_opens_all_pictures_without_a_signed_link(self):
        found, names = self.open()
        self.assertEqual(names, SIGNED + [MARKER])
        *signed, marker = found.all("Set-Cookie")
        for line in signed:
            self.assertTrue(line.endswith("; Domain=site.test; Path=/private/; HttpOnly; SameSite=Lax"), line)
        self.assertRegex(marker, rf"^{MARKER}=\d+\.[0-9a-f]{{12}}; Path=/; HttpOnly; SameSite=Lax$")
        self.assertEqual(self.policy()["Resource"], f"http://{MEDIA}:{self.edge.port}/private/*")
        for path, data in PICTURES.items():
            got = self.picture("/" + path)
            self.assertEqual((got.status, got.body), (200, data))
        self.assertEqual(self.picture("/private/a.jpg?w=1").status, 200)
        self.assertEqual(self.picture("/private/a.jpg", Jar()).status, 403)

    def test_the_cookies_are_set_once(self):
        self.open()
        for path in ("/page", "/other", "/page?x=1"):
            self.assertEqual(self.open(path)[1], [], path)

    def test_pages_below_their_path_see_the_cookies_themselves(self):
        self.origin.on("/private/page", answer(b"<p>hello", fields=HTML))
        self.assertEqual(self.open("/private/page")[1], SIGNED)
        self.assertEqual(self.open("/private/page")[1], [])
        # A page elsewhere cannot see them; its marker then speaks for both.
        self.assertEqual(self.open()[1], SIGNED + [MARKER])
        self.assertEqual(self.open()[1], [])

    def test_what_is_wrong_or_forged_is_replaced(self):
        path = "/private/page"
        self.open(path)
        good = dict(self.jar.cookies)
        signature = self.jar.value("CloudFront-Signature")
        wider = base64.b64encode(json.dumps({"Statement": [{"Resource": "http://*", "Condition": {
            "DateLessThan": {"AWS:EpochTime": 4102444800}}}]}).encode()).decode()
        for name, value in (("CloudFront-Signature", ("A" if signature[0] != "A" else "B") + signature[1:]),
                            ("CloudFront-Signature", "x"), ("CloudFront-Key-Pair-Id", "K2"),
                            ("CloudFront-Key-Pair-Id", "KNOWHERE"), ("CloudFront-Policy", "!"),
                            ("CloudFront-Policy", wider.replace("+", "-").replace("=", "_").replace("/", "~"))):
            self.jar.cookies = dict(good)
            self.jar.replace(name, value)
            self.assertEqual(self.open(path)[1], SIGNED, f"{name}={value}")
            self.assertEqual(self.picture("/private/a.jpg").status, 200)
        self.jar.cookies = {scope: value for scope, value in good.items() if scope[0] != "CloudFront-Signature"}
        self.assertEqual(self.open(path)[1], SIGNED)

    def test_a_wrong_marker_is_replaced(self):
        self.open()
        expiry, _, tag = self.jar.value(MARKER).partition(".")
        for value in ("", "x", expiry, f"{int(expiry) + 1}.{tag}", f"{expiry}.000000000000", f"99999999999999999999.{tag}",
                      f"-1.{tag}"):
            self.jar.replace(MARKER, value)
            self.assertEqual(self.open()[1], SIGNED + [MARKER], value)
            self.assertEqual(self.open()[1], [])

    def test_good_cookies_that_this_process_did_not_sign_are_kept(self):
        # Another replica with the same key: what it hands out is good here, though no memo knows it.
        path = "/private/page"
        (self.folder / "second").mkdir()
        text = self.gateway.file.read_text().replace('private_key = "', f'private_key = "{self.folder}/')
        second = Gateway(text, self.folder / "second")
        try:
            with second.client() as client:
                self.jar.take(client.get(path, host=SITE), SITE, path)
        finally:
            second.stop()
        self.assertEqual(self.open(path)[1], [])

    def test_cookies_of_other_paths_do_not_hide_them(self):
        path = "/private/page"
        self.open(path)
        own = dict(self.jar.cookies)
        for scope in list(own):
            self.jar.cookies[(scope[0], scope[1], scope[2], "/private/page")] = "other"
        self.assertEqual(self.open(path)[1], [])

    def test_an_answer_that_sets_them_is_for_one_viewer(self):
        public = [("Cache-Control", "public, max-age=60, s-maxage=100000"), ("Surrogate-Control", "max-age=60")]
        for path, kind in (("/page", "text/html"), ("/data", "application/octet-stream")):
            self.jar = Jar()
            self.origin.on(path, answer(b"{}", fields=[("Content-Type", kind), *public]))
            found, names = self.open(path)
            self.assertEqual(names, SIGNED + [MARKER])
            self.assertEqual(set(found.get("Cache-Control").split(", ")), {"max-age=60", "private", "must-revalidate"})
            self.assertIsNone(found.get("Surrogate-Control"))
        # The same without: what is no page and sets nothing is passed on as it came.
        found, names = self.open("/data")
        self.assertEqual((names, found.get("Cache-Control")), ([], public[0][1]))

    def test_answers_without_any_caching_become_private(self):
        self.assertIn("private", self.open()[0].get("Cache-Control"))

    def test_a_304_sets_them_too(self):
        self.origin.on("/page", lambda conversation, request: conversation.send(
            answer(status="304 Not Modified", length=False, fields=[("ETag", '"v"'), ("Cache-Control", "max-age=99")])
            if request.get("If-None-Match") else answer(b"<p>hello", fields=[*HTML, ("ETag", '"v"')])))
        tag = self.open()[0].get("ETag")
        self.assertEqual(self.open(fields=f"If-None-Match: {tag}\r\n")[1], [])
        self.jar = Jar()
        found, names = self.open(fields=f"If-None-Match: {tag}\r\n")
        self.assertEqual((found.status, names), (304, SIGNED + [MARKER]))
        self.assertEqual(found.get("Cache-Control"), "max-age=99, must-revalidate, private")

    def test_only_good_answers_of_the_upstream_on_routes_that_sign_set_them(self):
        location = [("Location", "/login")]
        for status, fields in (("302 Found", location), ("303 See Other", location), ("401 Unauthorized", []),
                               ("403 Forbidden", []), ("404 Not Found", []), ("500 Internal Server Error", [])):
            self.origin.on("/page", answer(b"<p>no", status=status, fields=HTML + fields))
            found, names = self.open()
            self.assertEqual((found.status, names), (int(status[:3]), []))
        for path in ("/login", "/moved"):
            found, names = self.open(path)
            self.assertEqual((found.status, names), (200, []), path)
        self.assertEqual(self.open("/page2", method="OPTIONS")[1], [])
        self.assertEqual(self.open("/page2", method="HEAD")[1], SIGNED + [MARKER])

    def test_the_applications_own_cookies_stay(self):
        self.origin.on("/page", answer(b"<p>hello", fields=[*HTML, ("Set-Cookie", "session=1; Path=/; Secure"),
                                                             ("Set-Cookie", "theme=dark")]))
        found, names = self.open()
        self.assertEqual(names, ["session", "theme"] + SIGNED + [MARKER])
        self.assertEqual(found.all("Set-Cookie")[:2], ["session=1; Path=/; Secure", "theme=dark"])

    def test_no_cookie_for_a_host_that_shares_no_domain_with_the_target(self):
        for host in ("www.other.test", "127.0.0.1", "localhost", "test", "[::1]", "site.test.evil.test"):
            self.assertEqual(self.open(host=host)[1], [], host)
        self.assertEqual(self.open(host="site.test:8080")[1], SIGNED + [MARKER])

    def test_they_are_for_that_host_alone_where_site_and_media_are_one(self):
        found, names = self.open(host=MEDIA)
        self.assertEqual(names, SIGNED + [MARKER])
        self.assertNotIn("Domain=", "".join(found.all("Set-Cookie")))
        self.assertEqual(self.picture("/private/a.jpg").status, 200)

    def test_no_log_holds_them(self):
        self.open()
        secrets = {name: self.jar.value(name) for name in SIGNED[:2]}
        self.open("/page?" + "&".join(f"{name}={value}" for name, value in secrets.items()))
        self.open("/page?next=" + "; ".join(f"{name}={value}" for name, value in secrets.items()).replace(" ", "%20"),
                  "Referer: http://www.site.test/?" + "&".join(f"{name}={value}" for name, value in secrets.items()) + "\r\n")
        self.open("/last-of-the-log")
        # Lines of different connections may be written in another order.
        wait_until(lambda: "/last-of-the-log" in self.gateway.log() and
                   self.gateway.log().count("CloudFront-Signature=***") >= 5, "the log")
        self.assertEqual(self.gateway.log().count("CloudFront-Signature=***"), 5)
        for name, value in secrets.items():
            self.assertNotIn(value, self.gateway.log(), name)


class Keys(CookieTest):
    configuration = CONFIGURATION.replace('key = ["K1"]', 'key = ["K2", "K1"]\npolicy = "prefix"\nip = "client"')

    def test_a_p256_key_names_its_digest_and_the_policy_its_viewer(self):
        _, names = self.open()
        self.assertEqual(names, SIGNED + ["CloudFront-Hash-Algorithm", MARKER])
        self.assertEqual(self.jar.value("CloudFront-Hash-Algorithm"), "SHA256")
        self.assertEqual(self.policy()["Condition"]["IpAddress"], {"AWS:SourceIp": "127.0.0.1/32"})
        self.assertEqual(self.picture("/private/a.jpg").status, 200)
        self.assertEqual(self.open()[1], [])


class Secure(CookieTest):
    configuration = CONFIGURATION.replace('"http://media.site.test:@EDGE@', '"https://media.site.test:@EDGE@')

    def test_an_https_target_has_secure_cookies(self):
        for fields, same_site in (("X-Forwarded-Proto: https\r\n", "Lax"), ("", "None"), ("X-Forwarded-Proto: http\r\n", "None")):
            self.jar = Jar()
            *signed, marker = self.open(fields=fields)[0].all("Set-Cookie")
            for line in signed:
                self.assertTrue(line.endswith(f"; Path=/private/; Secure; HttpOnly; SameSite={same_site}"), line)
            self.assertTrue(marker.endswith("; Path=/; Secure; HttpOnly; SameSite=Lax"), marker)


class Refused(CookieTest):
    def test_the_gateway_does_not_start_with_cookies_that_no_browser_takes(self):
        file = self.folder / "refused.toml"
        file.write_text(self.gateway.file.read_text().replace(MEDIA, "d1.cloudfront.net"))
        for command in ("run", "check"):
            refused = signgate(command, "-c", file)
            self.assertEqual(refused.returncode, 1)
            self.assertRegex(refused.stderr, r"refused\.toml:\d+:\d+: error: cookies = \"on\": browsers take no cookie for")


class Renewal(CookieTest):
    configuration = CONFIGURATION + 'ttl = "4s"\nwindow = 0\n'

    def test_they_are_renewed_before_they_expire(self):
        for path in ("/page", "/private/page"):
            self.open(path)
            first = self.policy()["Condition"]["DateLessThan"]["AWS:EpochTime"]
            deadline = time.monotonic() + PATIENCE
            while not self.open(path)[1]:
                self.assertLess(time.monotonic(), deadline, "never renewed")
                time.sleep(0.1)
            self.assertGreater(self.policy()["Condition"]["DateLessThan"]["AWS:EpochTime"], first)
            self.assertEqual(self.picture("/private/a.jpg").status, 200)


if __name__ == "__main__":
    main()
