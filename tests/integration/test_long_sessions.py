# SPDX-License-Identifier: Apache-2.0
"""What keeps private media within reach for long: media_redirect, which checks the grant again and sends the client to a fresh
link; and what a page's header lets the browser fetch, Content-Security-Policy and Referrer-Policy."""

import re
import subprocess

from harness import GatewayTest, answer, binary, main, signgate, wait_until

CONFIGURATION = """
worker_processes = 1
error_log = "error.log warn"
limit_req_zone = ["$http_x_key zone=keys:1m rate=1r/m"]
[admin]
listen = "127.0.0.1:0"
[[server]]
listen = ["127.0.0.1:0"]
access_log = "access.log json"
[[server.route]]
location = "/watch/"
media_redirect = "films"
[[server.route]]
location = "= /live"
media_redirect = "live"
[[server.route]]
location = "/asked/"
media_redirect = "films"
auth_request = "/auth"
add_header = ["X-Place $uri"]
[[server.route]]
location = "/granted/"
media_redirect = "granted"
auth_request = "/auth"
[[server.route]]
location = "/either/"
media_redirect = "granted"
auth_request = "/auth"
satisfy = "any"
allow = "all"
[[server.route]]
location = "/denied/"
media_redirect = "films"
deny = "all"
[[server.route]]
location = "/limited/"
media_redirect = "films"
limit_req = "zone=keys"
[[server.route]]
location = "/kept/"
media_redirect = "films"
expires = "30d"
[[server.route]]
location = "/added/"
media_redirect = "films"
add_header = ["Cache-Control public,max-age=60"]
[[server.route]]
location = "/custom/"
media_redirect = "custom"
[[server.route]]
location = "/keyless/"
media_redirect = "keyless"
[[server.route]]
location = "/paged/"
media_redirect = "films"
error_page = "405 /watch/instead.mp4"
[[server.route]]
location = "= /auth"
proxy_pass = "http://origin"
internal = "on"
[[server.route]]
location = "/accel"
proxy_pass = "http://origin"
sign = ["films"]
expires = "30d"
[[server.route]]
location = "/accel-keyless"
proxy_pass = "http://origin"
sign = ["keyless", "bound"]
set_real_ip_from = ["127.0.0.1"]
real_ip_header = "X-Real-IP"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["films", "live"]
csp = "extend"
referrer_policy = "repair"
[[server.route]]
location = "/warned"
proxy_pass = "http://origin"
sign = ["films"]
[[server.route]]
location = "/off"
proxy_pass = "http://origin"
sign = ["films"]
referrer_policy = "off"
[[server.route]]
location = "/unsigned"
proxy_pass = "http://origin"
csp = "extend"
referrer_policy = "repair"
[upstream.origin]
server = ["@ORIGIN@"]
[key.KEC]
private_key = "ec/private_key.pem"
[key.KOLD]
private_key = "ec/private_key.pem"
not_after = 2020-01-01
[media.films]
links = ["/media/"]
target = "https://d1.cloudfront.net/films/"
key = ["KEC"]
[media.vip]
target = "https://d1.cloudfront.net/films/vip/"
key = ["KEC"]
[media.live]
target = "https://d2.cloudfront.net/live.m3u8"
key = ["KEC"]
[media.granted]
target = "https://d3.cloudfront.net/g/"
key = ["KEC"]
grant = "header"
[media.custom]
target = "https://d4.cloudfront.net/c/"
key = ["KEC"]
policy = "custom"
[media.keyless]
links = ["/keyless-media/"]
target = "https://d5.cloudfront.net/k/"
key = ["KOLD"]
[media.bound]
links = ["/bound-media/"]
target = "https://d6.cloudfront.net/b/"
key = ["KEC"]
policy = "custom"
ip = "client"
"""


class LongSessions(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        (folder / "ec").mkdir()
        signgate("keygen", "--type", "ecdsa-p256", "--out-dir", folder / "ec")

    def link(self, path, fields="", **options):
        """The signed link that a path leads to, without what the signature adds; it is verified."""
        got = self.gateway.get(path, fields, **options)
        self.assertEqual(got.status, 302, path)
        url = got.get("Location")
        checked = signgate("verify", url, "--public-key", self.folder / "ec" / "public_key.pem")
        self.assertEqual(checked.returncode, 0, checked.stderr)
        return re.sub(r"[?&](Expires|Policy)=.*", "", url)

    def status(self, path, fields="", **options):
        got = self.gateway.get(path, fields, **options)
        self.assertIsNone(got.get("Location"))
        return got.status

    # ---- media_redirect

    def test_a_client_is_sent_to_a_fresh_link(self):
        before = self.counted("signgate_links_signed_total")
        self.assertEqual(self.link("/watch/7/a%20b.mp4?hd=1&x"), "https://d1.cloudfront.net/films/7/a%20b.mp4?hd=1&x")
        self.assertEqual(self.counted("signgate_links_signed_total"), before + 1)
        self.assertEqual(self.link("/live"), "https://d2.cloudfront.net/live.m3u8")
        self.assertEqual(self.origin.seen(), [])

    def test_head_is_answered_like_get_and_others_are_not(self):
        with self.gateway.client() as client:
            head = client.get("/watch/a.mp4", method="HEAD")
            self.assertEqual((head.status, head.body), (302, b""))
            self.assertEqual(client.get("/watch/a.mp4").get("Location"), head.get("Location"))
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            got = self.gateway.get("/watch/a.mp4", "Content-Length: 0\r\n", method=method)
            self.assertEqual((got.status, got.get("Allow"), got.get("Location")), (405, "GET, HEAD", None))

    def test_no_cache_answers_in_its_place(self):
        self.assertEqual(self.gateway.get("/watch/a").get("Cache-Control"), "max-age=0, private, must-revalidate")
        kept = self.gateway.get("/kept/a")
        self.assertIn("private", kept.get("Cache-Control"))
        self.assertIn("max-age=1800", kept.get("Cache-Control"))
        self.assertNotIn("2592000", str(kept.head.fields))
        self.assertEqual(self.gateway.get("/added/a").get("Cache-Control"), "max-age=60, private, must-revalidate")

    def test_nor_does_a_link_of_x_accel_redirect_live_longer_than_itself(self):
        self.origin.on("/accel", answer(fields=[("X-Accel-Redirect", "/media/a.mp4")]))
        got = self.gateway.get("/accel")
        self.assertEqual((got.status, got.get("Cache-Control")), (302, "max-age=1800, must-revalidate"))

    def test_it_never_leads_out_of_the_target(self):
        self.assertEqual(self.link("/watch/a/..%2fb.mp4"), "https://d1.cloudfront.net/films/b.mp4")
        self.assertEqual(self.link("/watch/%252e%252e%252fb"), "https://d1.cloudfront.net/films/%252e%252e%252fb")
        for path in ("/watch/a%5c..%5c..%5cb", "/watch/..%5cb", "/watch/a?Policy=x", "/watch/a?Expires=1"):
            self.assertEqual(self.status(path), 400, path)
        for path in ("/watch/vip/a", "/watch/v%69p/a", "/watch/x/..%2fvip%2fa"):
            self.assertEqual(self.status(path), 403, path)
        self.assertEqual(self.status("/watch/"), 404)
        self.assertEqual(self.status("/watch/" + "a" * 7900 + "?" + "b" * 200), 414)

    def test_what_cannot_be_signed_is_no_link(self):
        before = self.counted('signgate_links_unsigned_total{reason="no_key"}')
        self.assertEqual(self.status("/keyless/a"), 500)
        self.assertEqual(self.counted('signgate_links_unsigned_total{reason="no_key"}'), before + 1)
        self.assertEqual(self.status("/custom/a*"), 400)
        self.assertEqual(self.link("/custom/a"), "https://d4.cloudfront.net/c/a")

    def test_nor_is_it_one_for_x_accel_redirect(self):
        before = self.unsigned("no_key"), self.unsigned("no_address")
        self.origin.on("/accel-keyless", answer(fields=[("X-Accel-Redirect", "/keyless-media/a.mp4")]))
        self.assertEqual(self.status("/accel-keyless"), 500)
        self.origin.on("/accel-keyless", answer(fields=[("X-Accel-Redirect", "/bound-media/a.mp4")]))
        self.assertEqual(self.status("/accel-keyless", "X-Real-IP: 2001:db8::7\r\n"), 500)
        self.assertEqual((self.unsigned("no_key"), self.unsigned("no_address")), (before[0] + 1, before[1] + 1))
        got = self.gateway.get("/accel-keyless")
        self.assertEqual(got.status, 302)
        self.assertTrue(got.get("Location").startswith("https://d6.cloudfront.net/b/a.mp4?Policy="))

    def test_the_grant_is_checked_each_time(self):
        self.origin.on("/auth", answer(status="204 No Content"))
        self.assertEqual(self.link("/asked/a"), "https://d1.cloudfront.net/films/a")
        for status in (401, 403):
            self.origin.on("/auth", answer(status=f"{status} No"))
            self.assertEqual(self.status("/asked/a"), status)
        self.assertEqual(len(self.origin.seen("/auth")), 3)
        # What it was asked about has to be what is signed.
        self.origin.on("/auth", answer(status="204 No Content"))
        for path in ("/asked/trailers/..%2Fb", "/asked/trailers/../b", "/asked/b#/../trailers/b"):
            self.assertEqual(self.status(path), 400, path)
        self.assertEqual(self.link("/asked/a%20b"), "https://d1.cloudfront.net/films/a%20b")
        self.assertEqual(self.status("/denied/a"), 403)
        key = "X-Key: one\r\n"
        self.assertEqual(self.link("/limited/a", key), "https://d1.cloudfront.net/films/a")
        self.assertEqual(self.status("/limited/a", key), 503)

    def test_access_comes_before_the_method(self):
        self.assertEqual(self.status("/denied/a", method="DELETE"), 403)

    def test_the_answer_to_auth_request_grants_link_by_link(self):
        def granting(*lists):
            self.origin.on("/auth", answer(status="204 No Content", fields=[("X-Sign-Allow", each) for each in lists]))
        before = self.counted('signgate_links_unsigned_total{reason="not_granted"}')
        granting("/granted/7/*", "/granted/8/b.mp4")
        self.assertEqual(self.link("/granted/7/a.mp4"), "https://d3.cloudfront.net/g/7/a.mp4")
        self.assertEqual(self.link("/granted/8/b.mp4?x"), "https://d3.cloudfront.net/g/8/b.mp4?x")
        self.assertEqual(self.status("/granted/8/a.mp4"), 403)
        self.assertEqual(self.status("/granted/7/..%2f8/a.mp4"), 400)
        granting()
        self.assertEqual(self.status("/granted/7/a.mp4"), 403)
        granting("/granted/*, nonsense")
        self.assertEqual(self.status("/granted/7/a.mp4"), 403)
        self.assertEqual(self.counted('signgate_links_unsigned_total{reason="not_granted"}'), before + 3)
        self.assertIsNone(self.gateway.get("/granted/7/a.mp4").get("X-Sign-Allow"))

    def test_an_answer_that_was_not_asked_for_grants_nothing(self):
        self.origin.on("/auth", answer(status="204 No Content", fields=[("X-Sign-Allow", "/either/*")]))
        self.assertEqual(self.status("/either/a"), 403)
        self.assertEqual(self.origin.seen("/auth"), [])

    def test_a_client_without_a_host_is_sent_too(self):
        got = self.gateway.exchange(b"GET /watch/a HTTP/1.0\r\n\r\n")
        self.assertEqual(got.status, 302)
        self.assertTrue(got.get("Location").startswith("https://d1.cloudfront.net/films/a?"))

    def test_an_internal_redirect_finds_it(self):
        with self.gateway.client() as client:
            got = client.get("/paged/a", "Content-Length: 0\r\n", method="POST")
            self.assertEqual(got.status, 302)
            self.assertTrue(got.get("Location").startswith("https://d1.cloudfront.net/films/instead.mp4?"))
            self.assertIsNone(got.get("Allow"))

    def test_no_signature_reaches_the_log(self):
        self.gateway.get("/watch/a?Expires=1&Signature=SECRET&Key-Pair-Id=K")
        wait_until(lambda: "/watch/a?" in (self.folder / "access.log").read_text(), "the line")
        self.assertNotIn("SECRET", (self.folder / "access.log").read_text())

    def test_a_configuration_that_cannot_work_is_refused(self):
        def check(old, new):
            file = self.folder / "checked.toml"
            text = (self.folder / "signgate.toml").read_text()
            self.assertIn(old, text)
            file.write_text(text.replace(old, new, 1))
            return subprocess.run([binary(), "check", "-c", str(file)], capture_output=True, text=True, check=False)
        ok = check("/watch/", "/watch/")
        self.assertEqual(ok.returncode, 0, ok.stderr)
        regex = check('location = "/watch/"', "location = '~ ^/watch/'")
        self.assertEqual(regex.returncode, 1)
        self.assertIn("media_redirect needs a location that is a path", regex.stderr)
        ungranted = check('media_redirect = "granted"\nauth_request = "/auth"', 'media_redirect = "granted"')
        self.assertEqual(ungranted.returncode, 1)
        self.assertIn('grant = "header" needs an application\'s answer', ungranted.stderr)
        unknown = check('media_redirect = "films"', 'media_redirect = "film"')
        self.assertIn('did you mean "films"?', unknown.stderr)

    # ---- what a page lets the browser fetch

    def page(self, path, *fields, kind="text/html", request="", status="200 OK"):
        self.origin.on(path, answer(b"<img src=/media/a.jpg>" if status[0] == "2" else b"", status,
                                    fields=[("Content-Type", kind), *fields]))
        return self.gateway.get(path, request)

    def test_a_policy_gets_the_edge(self):
        before = self.counted("signgate_csp_extended_total")
        got = self.page("/page", ("Content-Security-Policy", "default-src 'self'; script-src 'self'; img-src 'none'"),
                        ("Content-Security-Policy-Report-Only", "media-src https:, connect-src 'self'"),
                        ("content-security-policy", "media-src https://d1.cloudfront.net"))
        both = "https://d1.cloudfront.net https://d2.cloudfront.net"
        self.assertEqual(got.all("Content-Security-Policy"),
                         [f"default-src 'self'; script-src 'self'; img-src {both}; media-src 'self' {both}",
                          f"media-src {both}"])
        self.assertEqual(got.get("Content-Security-Policy-Report-Only"), f"media-src https:, connect-src 'self' {both}")
        self.assertIn(b"Signature=", got.body)
        self.assertEqual(self.counted("signgate_csp_extended_total"), before + 3)

    def test_where_links_are_not_looked_for_it_stays(self):
        policy = ("Content-Security-Policy", "img-src 'self'")
        for path, kind in (("/picture", "image/png"), ("/warned", "text/html"), ("/unsigned", "text/html")):
            self.assertEqual(self.page(path, policy, kind=kind).get("Content-Security-Policy"), "img-src 'self'", path)

    def test_a_kept_page_is_not_given_the_old_policy_again(self):
        policy = ("Content-Security-Policy", "img-src 'self'"), ("Referrer-Policy", "no-referrer"), ("ETag", '"v1"')
        first = self.page("/kept-page", *policy)
        again = self.page("/kept-page", *policy, status="304 Not Modified", request=f"If-None-Match: {first.get('ETag')}\r\n")
        self.assertEqual(again.status, 304)
        for name in ("Content-Security-Policy", "Referrer-Policy"):
            self.assertEqual(again.get(name), first.get(name))
        self.assertIn("cloudfront.net", again.get("Content-Security-Policy"))

    def test_a_referrer_policy_that_keeps_the_referer_is_repaired(self):
        before = self.counted('signgate_referrer_policies_total{result="repaired"}')
        repaired = "strict-origin-when-cross-origin"
        for values, wanted in ((("no-referrer",), [repaired]), (("origin", "Same-Origin"), [repaired]),
                               (("no-referrer, origin",), ["no-referrer, origin"]), (("unsafe-url",), ["unsafe-url"]), ((), [])):
            got = self.page("/page", *(("Referrer-Policy", value) for value in values))
            self.assertEqual(got.all("Referrer-Policy"), wanted)
        self.assertEqual(self.page("/data", ("Referrer-Policy", "no-referrer"), kind="application/json").get("Referrer-Policy"),
                         "no-referrer")
        self.assertEqual(self.counted('signgate_referrer_policies_total{result="repaired"}'), before + 2)

    def test_or_told_of_once_a_second(self):
        before = self.counted('signgate_referrer_policies_total{result="warned"}')
        for _ in range(3):
            self.assertEqual(self.page("/warned", ("Referrer-Policy", "same-origin")).get("Referrer-Policy"), "same-origin")
        for path in ("/off", "/unsigned"):
            self.assertEqual(self.page(path, ("Referrer-Policy", "no-referrer")).get("Referrer-Policy"), "no-referrer")
        self.assertEqual(self.counted('signgate_referrer_policies_total{result="warned"}'), before + 3)
        log = self.folder / "error.log"
        text = "Referrer-Policy: same-origin of an answer keeps the Referer from https://d1.cloudfront.net"
        wait_until(lambda: text in log.read_text(), "the warning")
        self.assertIn("[warn]", log.read_text())


if __name__ == "__main__":
    main()
