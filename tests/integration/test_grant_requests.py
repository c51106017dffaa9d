# SPDX-License-Identifier: Apache-2.0
"""grant = "auth_request": a location is asked, once for each prefix of a page, whether its links may be signed."""

import html
import re
import threading

from harness import GatewayTest, answer, main, signgate, wait_until

CONFIGURATION = """
worker_processes = 1
error_log = "error.log error"
[admin]
listen = ["127.0.0.1:0"]
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
proxy_read_timeout = "30s"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["fresh", "kept", "album", "open"]
[[server.route]]
location = "= /may-see"
proxy_pass = "http://origin"
internal = "on"
[[server.route]]
location = "= /silent"
proxy_pass = "http://@DOWN@"
internal = "on"
[[server.route]]
location = "/watch/"
media_redirect = "fresh"
[[server.route]]
location = "/silent-page"
proxy_pass = "http://origin"
sign = ["silent"]
[upstream.origin]
server = ["@ORIGIN@"]
[key.KEC]
private_key = "ec/private_key.pem"
[media.fresh]
links = ["/fresh/", "https://media.example.com/f/"]
target = "https://d1.cloudfront.net/fresh/"
key = ["KEC"]
grant = "auth_request"
grant_request = "/may-see?who=fresh"
grant_valid = 0
[media.kept]
links = ["/kept/"]
target = "https://d1.cloudfront.net/kept/"
key = ["KEC"]
grant = "auth_request"
grant_request = "/may-see"
grant_scope = 1
grant_valid = "1h"
[media.album]
links = ["/album/"]
target = "https://d1.cloudfront.net/album/"
key = ["KEC"]
policy = "prefix"
scope = 1
grant = "auth_request"
grant_request = "/may-see"
grant_valid = 0
[media.silent]
links = ["/s/"]
target = "https://d1.cloudfront.net/s/"
key = ["KEC"]
grant = "auth_request"
grant_request = "/silent"
[media.open]
links = ["/open/"]
target = "https://d1.cloudfront.net/open/"
key = ["KEC"]
"""


class GrantRequests(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        (folder / "ec").mkdir()
        signgate("keygen", "--type", "ecdsa-p256", "--out-dir", folder / "ec")

    def granting(self, *prefixes, otherwise="403 Forbidden"):
        def handle(conversation, request):
            conversation.read_body(request)
            granted = request.get("X-Sign-Prefix") in prefixes
            conversation.send(answer(status="204 No Content" if granted else otherwise))
        self.origin.on("/may-see", handle)

    def signed(self, *links, fields="", path="/page"):
        """Which links of a page with these were signed, as paths at the edge; and the answer."""
        body = "".join(f'<img src="{link}">' for link in links).encode()
        self.origin.on(path, answer(body, fields=[("Content-Type", "text/html"), ("ETag", '"1"')]))
        got = self.gateway.get(path, fields)
        self.assertEqual(got.status, 200)
        urls = [html.unescape(url) for url in re.findall(r'src="([^"]*)"', got.text())]
        return [url.split("?")[0].removeprefix("https://d1.cloudfront.net") for url in urls if "Signature=" in url], got

    def asked(self):
        return [request.get("X-Sign-Prefix") for request in self.origin.seen("/may-see")]

    def test_each_prefix_is_asked_for_once_a_page(self):
        self.granting("/fresh/7/")
        before = self.unsigned("not_granted")
        signed, got = self.signed("/fresh/7/a.jpg", "/fresh/8/b.jpg", "https://media.example.com/f/7/c.jpg", "/fresh/8/d.jpg",
                                  "/fresh/7/../8/e.jpg", "/open/f.jpg")
        self.assertEqual(signed, ["/fresh/7/a.jpg", "/fresh/7/c.jpg", "/open/f.jpg"])
        self.assertEqual(self.asked(), ["/fresh/7/", "/fresh/8/"])
        self.assertEqual(self.unsigned("not_granted"), before + 3)
        self.assertIsNone(got.get("ETag"))
        self.assertIn("private", got.get("Cache-Control"))
        self.signed("/fresh/7/a.jpg")
        self.assertEqual(len(self.asked()), 3)

    def test_what_is_asked_with(self):
        self.granting("/fresh/7/")
        fields = ("Cookie: s=1\r\nAuthorization: Bearer t\r\nX-Sign-Prefix: /fresh/9/\r\nX-Original-URI: /forged\r\n"
                  "If-None-Match: \"x\"\r\nRange: bytes=0-1\r\nConnection: close, X-Sign-Prefix\r\n")
        self.signed("/fresh/7/a%20b.jpg?w=1", fields=fields)
        request = self.origin.last("/may-see")
        self.assertEqual((request.method, request.target), ("GET", "/may-see?who=fresh"))
        self.assertEqual(request.all("X-Sign-Prefix"), ["/fresh/7/"])
        self.assertEqual(request.all("X-Original-URI"), ["/page"])
        self.assertEqual((request.get("Cookie"), request.get("Authorization")), ("s=1", "Bearer t"))
        self.assertEqual((request.get("If-None-Match"), request.get("Range")), (None, None))

    def test_answers_are_kept_for_the_same_client_alone(self):
        self.granting("/kept/7/")
        one, other = "Cookie: s=one\r\n", "Cookie: s=other\r\n"
        for _ in range(3):
            self.assertEqual(self.signed("/kept/7/x/a.jpg", "/kept/8/b.jpg", fields=one)[0], ["/kept/7/x/a.jpg"])
        self.assertEqual(self.asked(), ["/kept/7/", "/kept/8/"])
        self.granting()
        self.assertEqual(self.signed("/kept/7/x/a.jpg", fields=other)[0], [])
        self.assertEqual(self.signed("/kept/7/x/a.jpg", fields=one + "Authorization: Basic eDp5\r\n")[0], [])
        self.assertEqual(self.signed("/kept/7/y/c.jpg", fields=one)[0], ["/kept/7/y/c.jpg"])
        self.assertEqual(len(self.asked()), 4)

    def test_answers_are_kept_for_the_same_page_alone(self):
        def handle(conversation, request):
            conversation.read_body(request)
            granted = request.get("X-Original-URI") == "/album-page?token=T"
            conversation.send(answer(status="204 No Content" if granted else "403 Forbidden"))
        self.origin.on("/may-see", handle)
        self.origin.on("/album-page", answer(b'<img src="/kept/page/a.jpg">', fields=[("Content-Type", "text/html")]))
        for _ in range(2):
            self.assertIn("Signature=", self.gateway.get("/album-page?token=T").text())
        for _ in range(2):
            self.assertNotIn("Signature=", self.gateway.get("/album-page?token=BAD").text())
        self.assertEqual([request.get("X-Original-URI") for request in self.origin.seen("/may-see")],
                         ["/album-page?token=T", "/album-page?token=BAD"])

    def test_what_a_signature_opens_has_to_be_granted(self):
        self.granting("/album/7/")
        self.assertEqual(self.signed("/album/7/x/a.jpg", "/album/8/x/b.jpg")[0], ["/album/7/x/a.jpg"])
        self.assertEqual(self.asked(), ["/album/7/", "/album/8/"])

    def test_a_failure_grants_nothing_and_ends_the_asking(self):
        self.granting(otherwise="500 No")
        before = self.unsigned("grant_failed")
        self.assertEqual(self.signed("/fresh/1/a.jpg", "/fresh/2/b.jpg", "/open/c.jpg")[0], ["/open/c.jpg"])
        self.assertEqual(self.asked(), ["/fresh/1/"])
        self.assertEqual(self.unsigned("grant_failed"), before + 2)
        wait_until(lambda: "grant_request /may-see?who=fresh unexpected status: 500" in
                   (self.folder / "error.log").read_text(), "the line")
        self.assertEqual(self.signed("/s/1/a.jpg", path="/silent-page")[0], [])
        wait_until(lambda: "grant_request /silent was not answered" in (self.folder / "error.log").read_text(), "the line")

    def test_a_page_asks_for_so_many_and_no_more(self):
        links = [f"/fresh/{i}/a.jpg" for i in range(140)]
        self.granting(*(f"/fresh/{i}/" for i in range(140)))
        before = self.unsigned("grant_limit")
        self.assertEqual(self.signed(*links)[0], links[:128])
        self.assertEqual(len(self.asked()), 128)
        self.assertEqual(self.unsigned("grant_limit"), before + 12)

    def test_links_in_the_header_are_asked_for_too(self):
        self.granting("/fresh/7/")
        for folder, granted in ((7, True), (8, False)):
            self.origin.on("/away", answer(b"", "302 Found", [("Location", f"/fresh/{folder}/a.jpg")]))
            self.assertEqual("Signature=" in self.gateway.get("/away").get("Location"), granted)

    def test_the_page_goes_on_when_the_answer_is_there(self):
        answered = threading.Event()

        def handle(conversation, request):
            conversation.read_body(request)
            answered.wait(60)
            conversation.send(answer(status="204 No Content"))
        self.origin.on("/may-see", handle)
        self.origin.on("/slow", answer(b'<p>first</p><img src="/fresh/7/a.jpg">' + b" " * 100000 + b'<img src="/open/b.jpg">',
                                       fields=[("Content-Type", "text/html")]))
        with self.gateway.client() as client:
            client.send("GET /slow HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            wait_until(self.asked, "the question")
            # What stands before the link is there, and others are served meanwhile.
            client.read_head()
            chunks = client.chunks()
            self.assertEqual(next(chunks), b'<p>first</p><img src="')
            self.assertEqual(self.signed("/open/a.jpg")[0], ["/open/a.jpg"])
            answered.set()
            self.assertEqual(b"".join(chunks).count(b"Signature="), 2)

    def test_a_client_that_leaves_is_not_waited_for(self):
        asked = threading.Event()
        self.origin.on("/may-see", lambda conversation, _: (asked.set(), conversation.read_to_end()))
        self.origin.on("/slow", answer(b'<img src="/fresh/7/a.jpg">', fields=[("Content-Type", "text/html")]))
        client = self.gateway.client()
        client.send("GET /slow HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        self.assertTrue(asked.wait(60))
        client.reset()
        self.granting()
        self.assertEqual(self.signed("/open/a.jpg")[0], ["/open/a.jpg"])

    def test_media_redirect_asks_as_well(self):
        self.granting("/fresh/7/")
        got = self.gateway.get("/watch/7/a.mp4")
        self.assertEqual(got.status, 302)
        self.assertTrue(got.get("Location").startswith("https://d1.cloudfront.net/fresh/7/a.mp4?Expires"))
        self.assertEqual(self.gateway.get("/watch/8/a.mp4").status, 403)
        self.granting(otherwise="404 Not Found")
        self.assertEqual(self.gateway.get("/watch/7/a.mp4").status, 500)

    def test_explain_names_who_is_asked(self):
        self.origin.on("/page", answer(b'<img src="/fresh/7/a.jpg">', fields=[("Content-Type", "text/html")]))
        done = signgate("explain", "-c", self.gateway.file, "--url", "http://gw.test/page")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("/may-see?who=fresh has to grant /fresh/7/", done.stdout)
        self.assertEqual(self.asked(), [])
        refused = signgate("explain", "-c", self.gateway.file, "--url", "http://gw.test/page?f=/open/7/a.jpg")
        self.assertIn("1 signed", refused.stdout)
        self.origin.on("/page", answer(b'<img src="/open/7/a.jpg">', fields=[("Content-Type", "text/html")]))
        refused = signgate("explain", "-c", self.gateway.file, "--url", "http://gw.test/page?f=/open/7/a.jpg")
        self.assertIn("the page's address has it", refused.stdout)


if __name__ == "__main__":
    main()
