# SPDX-License-Identifier: Apache-2.0
"""Where a request goes on instead of being answered: error_page, named locations, X-Accel-Redirect."""

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
location = "/app"
proxy_pass = "http://origin"
proxy_intercept_errors = "on"
error_page = ["404 /page?from=404", "500 503 =200 /page", "403 = @fallback", "401 /login", "410 https://else.test/$uri"]
[[server.route]]
location = "/passed"
proxy_pass = "http://origin"
error_page = "404 /page"
[[server.route]]
location = "/down"
proxy_pass = "http://@DOWN@"
error_page = ["502 504 = @fallback"]
[[server.route]]
location = "/down-page"
proxy_pass = "http://@DOWN@"
error_page = ["502 /page"]
[[server.route]]
location = "/small"
proxy_pass = "http://origin"
client_max_body_size = 5
error_page = ["413 /page"]
[[server.route]]
location = "@fallback"
proxy_pass = "http://origin"
proxy_set_header = { X-Fallback = "$uri" }
[[server.route]]
location = "/inner/"
internal = true
proxy_pass = "http://origin"
[[server.route]]
location = "= /return-404"
return = "404"
error_page = "404 =410 /text"
[[server.route]]
location = "= /return-own"
return = "404"
error_page = "404 = /text"
[[server.route]]
location = "= /return-same"
return = "404"
error_page = "404 /text"
[[server.route]]
location = "= /text"
return = "201 the text of $uri"
[[server.route]]
location = "/chain"
return = "404"
error_page = "404 /chain2"
[[server.route]]
location = "/chain2"
return = "403"
error_page = "403 /page"
[[server.route]]
location = "/recursive"
return = "404"
error_page = "404 /recursive2"
recursive_error_pages = "on"
[[server.route]]
location = "/recursive2"
return = "403"
error_page = "403 /text"
[[server.route]]
location = "/circle"
return = "404"
error_page = "404 /circle"
recursive_error_pages = "on"
[[server.route]]
location = "/circle-of-failures"
proxy_pass = "http://@DOWN@"
error_page = "502 /circle-of-failures"
recursive_error_pages = "on"
[[server.route]]
location = "/ignores"
proxy_pass = "http://origin"
proxy_ignore_headers = ["X-Accel-Redirect"]
proxy_pass_header = ["X-Accel-Redirect"]
[[server.route]]
location = "/media-app"
proxy_pass = "http://origin"
sign = ["photos"]
[upstream.origin]
server = ["@ORIGIN@"]
[key.KEC]
private_key = "ec/private_key.pem"
[media.photos]
links = ["/media/private/"]
target = "https://d111111abcdef8.cloudfront.net/private/"
key = ["KEC"]
[media.films]
links = ["/films/"]
target = "https://d222222abcdef8.cloudfront.net/films/"
key = ["KEC"]
[[server.route]]
location = "/films-app"
proxy_pass = "http://origin"
sign = ["films"]
"""


def accel(target, status="200 OK", body=b"ignored", fields=()):
    return answer(body, status=status, fields=[("X-Accel-Redirect", target), *fields])


class Redirects(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        made = signgate("keygen", "--type", "ecdsa-p256", "--out-dir", folder / "ec")
        if made.returncode != 0:
            raise AssertionError(made.stderr)

    def setUp(self):
        super().setUp()
        self.origin.on("/page", answer(b"the page", fields=[("X-Page", "1")]))
        self.origin.on("/inner/file", answer(b"the file", fields=[("Content-Type", "image/png"), ("ETag", '"file"')]))

    def targets(self):
        return [f"{each.method} {each.target}" for each in self.origin.seen()]

    # ---- error_page

    def test_an_error_of_the_origin_gets_the_page_and_keeps_its_status(self):
        self.origin.on("/app/x", answer(b"gone", status="404 Not Found", fields=[("X-App", "1"), ("Set-Cookie", "a=b")]))
        got = self.gateway.get("/app/x?a=b")
        self.assertEqual((got.status, got.reason, got.body), (404, "Not Found", b"the page"))
        self.assertEqual((got.get("X-Page"), got.get("X-App"), got.get("Set-Cookie")), ("1", None, None))
        self.assertEqual(self.targets(), ["GET /app/x?a=b", "GET /page?from=404"])

    def test_a_code_behind_the_equals_sign_is_the_answers(self):
        for status in ("500 Oh", "503 Busy"):
            self.origin.on("/app/x", answer(b"oh", status=status))
            got = self.gateway.get("/app/x")
            self.assertEqual((got.status, got.body), (200, b"the page"))

    def test_an_equals_sign_alone_takes_the_status_of_the_place(self):
        self.origin.on("/app/x", lambda conversation, request: conversation.send(
            answer(b"mine", status="418 Teapot") if request.get("X-Fallback") else answer(b"no", status="403 Forbidden")))
        got = self.gateway.get("/app/x")
        self.assertEqual((got.status, got.body), (418, b"mine"))
        self.assertEqual(self.origin.last().get("X-Fallback"), "/app/x")

    def test_a_challenge_stays_with_its_401(self):
        self.origin.on("/app/x", answer(b"", status="401 Unauthorized", fields=[("WWW-Authenticate", 'Basic realm="x"')]))
        self.origin.on("/login", answer(b"log in"))
        got = self.gateway.get("/app/x")
        self.assertEqual((got.status, got.body, got.get("WWW-Authenticate")), (401, b"log in", 'Basic realm="x"'))

    def test_an_address_is_a_redirect(self):
        self.origin.on("/app/x", answer(b"", status="410 Gone"))
        got = self.gateway.get("/app/x")
        self.assertEqual((got.status, got.get("Location")), (302, "https://else.test//app/x"))

    def test_errors_of_the_origin_pass_unless_intercepted(self):
        self.origin.on("/passed", answer(b"gone", status="404 Not Found"))
        self.assertEqual(self.gateway.get("/passed").body, b"gone")

    def test_statuses_without_a_page_pass(self):
        self.origin.on("/app/x", answer(b"teapot", status="418 Teapot"))
        got = self.gateway.get("/app/x")
        self.assertEqual((got.status, got.body), (418, b"teapot"))

    def test_the_page_of_an_origin_that_is_down(self):
        got = self.gateway.get("/down-page")
        self.assertEqual((got.status, got.body), (502, b"the page"))

    def test_a_fallback_gets_method_and_body(self):
        for body in (b"hello", b"x" * 100_000):
            self.origin.forget()
            got = self.gateway.exchange(b"PUT /down?q HTTP/1.1\r\nHost: gw.test\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            self.assertEqual(got.status, 200)
            seen = self.origin.last()
            self.assertEqual((seen.method, seen.target, seen.body == body, seen.get("X-Fallback")),
                             ("PUT", "/down?q", True, "/down"))

    def test_an_error_page_is_fetched_with_get_and_without_the_body(self):
        with self.gateway.client() as client:
            client.send("POST /down-page HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 5\r\n\r\nhello")
            got = client.read_answer()
            self.assertEqual((got.status, got.body), (502, b"the page"))
            self.assertEqual((self.origin.last().method, self.origin.last().body), ("GET", b""))
            self.assertEqual(client.get("/next").status, 200)
        got = self.gateway.get("/down-page", method="HEAD")
        self.assertEqual((got.status, self.origin.last().method), (502, "HEAD"))

    def test_a_body_that_is_too_long_gets_its_page_too(self):
        for request in ("Content-Length: 10\r\n\r\n0123456789", "Content-Length: 1000000\r\n\r\n",
                        "Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n"):
            with self.gateway.client() as client:
                client.send("POST /small HTTP/1.1\r\nHost: gw.test\r\n" + request)
                got = client.read_answer()
                self.assertEqual((got.status, got.body, got.get("Connection")), (413, b"the page", "close"))

    def test_returned_errors_have_pages_as_well(self):
        for path, status in (("/return-404", 410), ("/return-own", 201), ("/return-same", 404)):
            got = self.gateway.get(path)
            self.assertEqual((got.status, got.body), (status, b"the text of /text"))

    def test_an_error_within_an_error_page_is_final(self):
        got = self.gateway.get("/chain")
        self.assertEqual(got.status, 403)
        self.assertIn("403 Forbidden", got.text())

    def test_unless_error_pages_are_recursive(self):
        got = self.gateway.get("/recursive")
        self.assertEqual((got.status, got.body), (403, b"the text of /text"))

    def test_a_circle_of_error_pages_ends(self):
        got = self.gateway.get("/circle")
        self.assertEqual(got.status, 500)
        self.assertIn("500 Internal Server Error", got.text())
        self.assertEqual(self.gateway.get("/circle-of-failures").status, 500)

    # ---- internal locations

    def test_an_internal_location_is_not_there_for_clients(self):
        self.assertEqual(self.gateway.get("/inner/file").status, 404)
        self.assertEqual(self.gateway.get("/inner/%66ile").status, 404)
        self.assertEqual(self.gateway.get("/@fallback").status, 200)
        self.assertEqual(self.gateway.get("@fallback").status, 400)

    # ---- X-Accel-Redirect

    def test_the_place_that_the_application_names_answers(self):
        self.origin.on("/x", accel("/inner/fi%6ce?v=1", fields=[
            ("Content-Type", "application/pdf"), ("Content-Disposition", "attachment"), ("Cache-Control", "private"),
            ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("ETag", '"app"'), ("X-Own", "app"), ("X-Accel-Charset", "utf-8")]))
        got = self.gateway.get("/x")
        self.assertEqual((got.status, got.body, got.get("Content-Type")), (200, b"the file", "image/png"))
        self.assertEqual((got.get("Content-Disposition"), got.get("Cache-Control"), got.get("ETag"), got.get("X-Own")),
                         ("attachment", "private", '"file"', None))
        self.assertEqual(got.all("Set-Cookie"), ["a=1", "b=2"])
        self.assertEqual([name for name, _ in got.head.fields if name.lower().startswith("x-accel")], [])
        self.assertEqual(self.targets(), ["GET /x", "GET /inner/file?v=1"])

    def test_what_the_application_says_goes_before_what_the_place_says(self):
        self.origin.on("/inner/file", answer(b"the file", fields=[
            ("Content-Disposition", "inline"), ("Cache-Control", "public"), ("Set-Cookie", "c=3")]))
        self.origin.on("/x", accel("/inner/file", fields=[
            ("Content-Type", "application/pdf"), ("Content-Disposition", "attachment"), ("Cache-Control", "private"),
            ("Set-Cookie", "a=1")]))
        got = self.gateway.get("/x")
        self.assertEqual((got.get("Content-Type"), got.get("Content-Disposition"), got.get("Cache-Control")),
                         ("application/pdf", "attachment", "private"))
        self.assertEqual(sorted(got.all("Set-Cookie")), ["a=1", "c=3"])

    def test_the_place_is_fetched_with_get(self):
        self.origin.on("/x", lambda conversation, request: (conversation.read_body(request),
                                                            conversation.send(accel("/inner/file"))))
        with self.gateway.client() as client:
            client.send("POST /x HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 5\r\n\r\nhello")
            self.assertEqual(client.read_answer().body, b"the file")
            self.assertEqual((self.origin.last().method, self.origin.last().body), ("GET", b""))
            self.assertEqual(client.get("/next").status, 200)

    def test_a_name_keeps_the_request_as_it_is(self):
        self.origin.on("/x", lambda conversation, request: (
            conversation.read_body(request),
            conversation.send(answer(b"fallback") if request.get("X-Fallback") else accel("@fallback"))))
        got = self.gateway.exchange("POST /x?q HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 5\r\n\r\nhello")
        self.assertEqual(got.body, b"fallback")
        self.assertEqual((self.origin.last().method, self.origin.last().target, self.origin.last().body),
                         ("POST", "/x?q", b"hello"))

    def test_a_loop_ends_after_ten(self):
        self.origin.on("/x", accel("/x"))
        self.assertEqual(self.gateway.get("/x").status, 500)
        self.assertEqual(len(self.origin.seen("/x")), 11)

    def test_a_place_that_is_none_is_an_error(self):
        for target, status in (("/../x", 404), ("/inner/../page", 404), ("/inner/%2e%2E/page", 404), ("inner", 404),
                               ("/inner/%zz", 404), ("@nowhere", 500)):
            self.origin.on("/x", accel(target))
            self.assertEqual(self.gateway.get("/x").status, status, target)

    def test_a_route_may_ignore_it(self):
        self.origin.on("/ignores", accel("/inner/file", body=b"own"))
        got = self.gateway.get("/ignores")
        self.assertEqual((got.body, got.get("X-Accel-Redirect")), (b"own", "/inner/file"))

    def test_a_long_answer_with_it_is_not_waited_for(self):
        self.origin.on("/x", lambda conversation, _: (
            conversation.send(b"HTTP/1.1 200 OK\r\nX-Accel-Redirect: /inner/file\r\nContent-Length: 1000000\r\n\r\nbegin"),
            conversation.fill()))
        with self.gateway.client() as client:
            self.assertEqual(client.get("/x").body, b"the file")
            self.assertEqual(client.get("/next").status, 200)

    # ---- to private media

    def test_private_media_is_a_redirect_to_the_signed_link(self):
        self.origin.on("/media-app", accel("/media/private/a%20b.jpg?w=1", fields=[("Set-Cookie", "a=1"),
                                                                                 ("Content-Disposition", "attachment")]))
        for request in (b"GET /media-app HTTP/1.1\r\nHost: gw.test\r\n\r\n",
                        b"POST /media-app HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 0\r\n\r\n"):
            got = self.gateway.exchange(request)
            self.assertEqual(got.status, 302)
            url = got.get("Location")
            self.assertTrue(url.startswith("https://d111111abcdef8.cloudfront.net/private/a%20b.jpg?w=1&Expires="), url)
            self.assertEqual(got.get("Cache-Control"), "max-age=0, must-revalidate")
            self.assertEqual((got.get("Set-Cookie"), got.get("Content-Disposition")), ("a=1", None))
            checked = signgate("verify", url, "--public-key", self.folder / "ec" / "public_key.pem")
            self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_its_caching_is_bounded_by_the_links_life(self):
        self.origin.on("/media-app", accel("/media/private/a.jpg", fields=[("Cache-Control", "max-age=99999")]))
        self.assertEqual(self.gateway.get("/media-app").get("Cache-Control"), "max-age=1800, must-revalidate")
        self.assertIn("private", self.gateway.get("/media-app", "Cookie: a=b\r\n").get("Cache-Control"))

    def test_media_of_rules_that_the_route_does_not_sign_is_a_place_like_others(self):
        self.origin.on("/films-app", accel("/media/private/a.jpg"))
        self.origin.on("/media/private/a.jpg", answer(b"from the origin"))
        self.assertEqual(self.gateway.get("/films-app").body, b"from the origin")


if __name__ == "__main__":
    main()
