# SPDX-License-Identifier: Apache-2.0
"""reflect = "refuse": a link that came with the request is not signed, in whatever form the request had it."""

import base64
import gzip
import html
import json
import random
import re
from urllib.parse import quote, unquote

from harness import GatewayTest, answer, main, signgate

CONFIGURATION = """
worker_processes = 1
[admin]
listen = ["127.0.0.1:0"]
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
client_max_body_size = "8m"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos", "shown"]
[[server.route]]
location = "/streamed"
proxy_pass = "http://origin"
proxy_request_buffering = "off"
sign = ["photos"]
[[server.route]]
location = "/gallery/"
proxy_pass = "http://origin"
sign = ["gallery"]
[[server.route]]
location = "/plain"
proxy_pass = "http://origin"
[[server.route]]
location = "/inside/"
proxy_pass = "http://origin"
internal = "on"
sign = ["photos"]
[[server.route]]
location = "/watch/"
media_redirect = "photos"
[upstream.origin]
server = ["@ORIGIN@"]
[key.KEC]
private_key = "ec/private_key.pem"
[media.photos]
links = ["/private/", "https://media.example.com/private/"]
target = "https://d111111abcdef8.cloudfront.net/p/"
key = ["KEC"]
[media.gallery]
links = ["/gallery/"]
target = "https://d333333abcdef8.cloudfront.net/g/"
key = ["KEC"]
[media.shown]
links = ["/shown/"]
target = "https://d222222abcdef8.cloudfront.net/s/"
key = ["KEC"]
reflect = "sign"
"""

LINK = "https://media.example.com/private/7/a.jpg"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


class ReflectedLinks(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        (folder / "ec").mkdir()
        signgate("keygen", "--type", "ecdsa-p256", "--out-dir", folder / "ec")

    def page(self, *links, path="/page"):
        body = "".join(f'<img src="{html.escape(link)}">' for link in links).encode()

        def handle(conversation, request):
            conversation.read_body(request)
            conversation.send(answer(body, fields=[("Content-Type", "text/html")]))
        self.origin.on(path, handle)

    def signed(self, got):
        """Which of the page's links were signed, by their names."""
        self.assertEqual(got.status, 200)
        links = re.findall(r'src="([^"]*)"', got.text())
        return [re.search(r"/([^/]*)\?Expires", link).group(1) for link in links if "Signature=" in link]

    def ask(self, target="/page", fields="", body=None, method="POST"):
        if body is None:
            return self.signed(self.gateway.get(target, fields))
        if isinstance(body, str):
            body = body.encode()
        head = f"{method} {target} HTTP/1.1\r\nHost: gw.test\r\nConnection: close\r\n{fields}Content-Length: {len(body)}\r\n\r\n"
        return self.signed(self.gateway.exchange(head.encode() + body))

    def test_links_of_the_page_itself_are_signed(self):
        self.page(LINK, "/private/7/b.jpg", "/private/2")
        for target in ("/page", "/page?page=2", "/page?album=7", "/page?q=holiday&sort=up", "/page?next=/albums/7"):
            self.assertEqual(self.ask(target), ["a.jpg", "b.jpg", "2"], target)
        self.assertEqual(self.ask(body="text=hello&n=2", fields=FORM), ["a.jpg", "b.jpg", "2"])

    def test_what_the_query_has_is_not(self):
        self.page(LINK, "/private/7/b.jpg", "https://d111111abcdef8.cloudfront.net/p/7/a.jpg")
        before = self.unsigned("reflected")
        targets = [f"/page?q={LINK}", f"/page?q={quote(LINK, safe='')}", f"/page?q={quote(quote(LINK, safe=''))}",
                   "/page?src=/private/7/a.jpg", "/page?name=7/a.jpg", "/page?q=see+//media.example.com/private/7/A.JPG+there",
                   "/page?j=" + quote('{"u":"\\/private\\/7\\u002fa.jpg"}')]
        for target in targets:
            self.assertEqual(self.ask(target), ["b.jpg"], target)
        self.assertEqual(self.unsigned("reflected"), before + 2 * len(targets))

    def test_relative_links_are_found_as_they_are_written(self):
        album = "/gallery/albums/7"
        self.page("../8/secret.jpg", "8/xyzw.jpg", "b/own.jpg", "cover", path=album)
        signed = ["secret.jpg", "xyzw.jpg", "own.jpg", "cover"]
        self.assertEqual(self.ask(album), signed)
        self.assertEqual(self.ask(f"{album}?page=2"), signed)
        for avatar in ("../8/secret.jpg", "8/secret.jpg", "..%2F8%2Fsecret.jpg", "%2e%2e%5C8/SECRET.jpg"):
            self.assertEqual(self.ask(f"{album}?avatar={avatar}"), ["xyzw.jpg", "own.jpg", "cover"], avatar)
        self.assertEqual(self.ask(f"{album}?avatar=./8/xyzw.jpg"), ["secret.jpg", "own.jpg", "cover"])
        self.assertEqual(self.ask(f"{album}?avatar=cover"), signed[:3])
        self.assertEqual(self.ask(album, FORM, "avatar=../8/secret.jpg"), ["xyzw.jpg", "own.jpg"])
        base = '<base href="/gallery/albums/"><img src="secret.jpg"><img src="own.jpg">'
        self.origin.on("/gallery/find", answer(base.encode(), fields=[("Content-Type", "text/html")]))
        self.assertEqual(self.ask("/gallery/find?f=secret.jpg"), ["own.jpg"])

    def test_links_below_a_base_that_came_with_the_request_are_not(self):
        album = "/gallery/albums/7"

        def echo(conversation, request):
            query = unquote(request.target.partition("?q=")[2])
            body = f'<p>{query}</p><img src="cover.jpg"><img src="/gallery/own.jpg">'.encode()
            conversation.send(answer(body, fields=[("Content-Type", "text/html")]))
        self.origin.on(album, echo)
        self.assertEqual(self.ask(album), ["cover.jpg", "own.jpg"])
        self.assertEqual(self.ask(f"{album}?q=hello"), ["cover.jpg", "own.jpg"])
        for base in ('<base href="8/secret.jpg"><img src="?x">', '<base href="../9/">', "<BASE/href=/gallery/9/>"):
            self.assertEqual(self.ask(f"{album}?q={quote(base)}"), ["own.jpg"], base)

        page = '<base href="/gallery/8/secret.jpg"><img src="?x"><img src="a.jpg">'
        self.origin.on("/gallery/based", answer(page.encode(), fields=[("Content-Type", "text/html")]))
        self.assertEqual(len(re.findall("Expires=", self.gateway.get("/gallery/based").text())), 2)
        got = self.gateway.get("/gallery/based?avatar=%3Fx").text()
        self.assertIn('<img src="?x">', got)
        self.assertIn("/8/a.jpg?Expires=", got)

    def test_what_the_path_has_whole_is_not(self):
        self.page("/private/7/a.jpg", "/private/7/b.jpg", path="/private/7/a.jpg")
        self.assertEqual(self.ask("/private/7/a.jpg"), ["b.jpg"])
        self.page("/private/7/a.jpg", path="/photos/7/a.jpg")
        self.assertEqual(self.ask("/photos/7/a.jpg"), ["a.jpg"])

    def test_what_the_body_has_is_not(self):
        boundary = "Content-Type: multipart/form-data; boundary=XX\r\n"
        multipart = f'--XX\r\nContent-Disposition: form-data; name="t"\r\n\r\nSee {LINK}\r\n--XX--\r\n'
        for route in ("/page", "/streamed"):
            self.page(LINK, "/private/7/b.jpg", path=route)
            for fields, body in ((FORM, "t=" + quote(LINK, safe="")), (FORM, f"t={LINK}"), (boundary, multipart),
                                 ("Content-Type: application/json\r\n", json.dumps({"t": [LINK]}).replace("/", "\\/")),
                                 ("Content-Type: text/html\r\n", "<img src='/private/7/&#97;.jpg'>"),
                                 ("", LINK), (FORM, "x=" + "y" * 300_000 + "&t=/private/7/a.jpg&z=" + "y" * 300_000)):
                self.assertEqual(self.ask(route, fields, body), ["b.jpg"], (route, body[:80]))
            picture = random.Random(7).randbytes(1_000_000)
            self.assertEqual(self.ask(route, boundary, picture), ["a.jpg", "b.jpg"])
            coded = json.dumps({"picture": base64.b64encode(picture).decode(), "t": LINK})
            self.assertEqual(self.ask(route, "Content-Type: application/json\r\n", coded), ["b.jpg"])

    def test_what_cannot_be_judged_has_no_link_signed(self):
        self.page(LINK, "/private/7/b.jpg")
        before = self.unsigned("unclear_request")
        self.assertEqual(self.ask("/page?u=/private/x/../7/a.jpg"), [])
        self.assertEqual(self.ask("/page", FORM + "Content-Encoding: gzip\r\n", gzip.compress(b"t=1")), [])
        self.assertEqual(self.ask("/page", "Content-Type: text/plain\r\n", "".join(f"/x/{i}.y " for i in range(20000))), [])
        self.assertEqual(self.unsigned("unclear_request"), before + 6)

    def test_a_rule_may_sign_them(self):
        self.page("/shown/7/a.jpg", "/private/7/a.jpg")
        got = self.gateway.get("/page?src=/shown/7/a.jpg")
        self.assertIn("d222222abcdef8.cloudfront.net/s/7/a.jpg?Expires", got.text())
        self.assertNotIn("d111111abcdef8.cloudfront.net/p/7/a.jpg?Expires", got.text())

    def test_what_comes_while_the_answer_does_is_seen_in_time(self):
        def echo(conversation, request):
            conversation.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<p>")
            chunk = next(iter(conversation.chunks()))
            conversation.send(b'<img src="' + chunk + b'"><img src="/private/7/b.jpg">')
            conversation.finish()
        self.origin.on("/streamed", echo)
        with self.gateway.client() as client:
            client.send("POST /streamed HTTP/1.1\r\nHost: gw.test\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send(f"{len(LINK):x}\r\n{LINK}\r\n")
            self.assertEqual(self.signed(client.read_answer("POST")), ["b.jpg"])

    def test_links_of_the_header_are_judged_too(self):
        self.origin.on("/away", answer(b"", "302 Found", [("Location", LINK)]))
        self.assertEqual(self.gateway.get(f"/away?to={LINK}").get("Location"), LINK)
        self.assertIn("Signature=", self.gateway.get("/away?to=7").get("Location"))

    def test_what_another_route_has_read_is_not_forgotten(self):
        def hand_over(conversation, request):
            conversation.read_body(request)
            conversation.send(answer(fields=[("X-Accel-Redirect", "/inside/page")]))
        self.origin.on("/plain", hand_over)
        self.page(LINK, "/private/7/b.jpg", path="/inside/page")
        self.assertEqual(self.ask("/plain"), ["a.jpg", "b.jpg"])
        self.assertNotIn("a.jpg", self.ask("/plain", FORM, f"t={LINK}"))

    def test_who_names_the_media_himself_is_not_held_to_it(self):
        self.assertIn("Signature=", self.gateway.get("/watch/7/a.jpg?x=7/a.jpg").get("Location"))
        self.origin.on("/accel", answer(fields=[("X-Accel-Redirect", "/private/7/a.jpg")]))
        self.assertIn("Signature=", self.gateway.get("/accel?file=/private/7/a.jpg").get("Location"))


if __name__ == "__main__":
    main()
