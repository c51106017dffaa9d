# SPDX-License-Identifier: Apache-2.0
"""`explain`: clients on a list are told what becomes of the links of an answer, and why; others see nothing of it."""

import re

from harness import GatewayTest, answer, main, signgate, wait_until

CONFIGURATION = """
worker_processes = 1
error_log = "error.log notice"
explain = ["127.0.0.1", "192.0.2.0/24"]
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos", "albums"]
set_real_ip_from = ["127.0.0.1"]
real_ip_header = "X-Forwarded-For"
[[server.route]]
location = "/signs-nothing"
proxy_pass = "http://origin"
[upstream.origin]
server = ["@ORIGIN@"]
[key.KEC]
private_key = "ec/private_key.pem"
[media.photos]
links = ["/media/"]
target = "https://d111111abcdef8.cloudfront.net/p/"
key = ["KEC"]
[media.albums]
links = ["/albums/"]
target = "https://d222222abcdef8.cloudfront.net/a/"
key = ["KEC"]
grant = "header"
[media.films]
links = ["/films/"]
target = "https://d333333abcdef8.cloudfront.net/f/"
key = ["KEC"]
"""

PAGE = (b'<img src="/media/a.jpg?w=1"><a href="/albums/b">x</a><a href="/films/c">x</a><a href="/other">x</a>'
        b'<img src="https://d111111abcdef8.cloudfront.net/p/d?Expires=1&amp;Signature=SECRET&amp;Key-Pair-Id=KEC">')
NAME = "X-Signgate-Explain"
TYPE = ("Content-Type", "text/html")


class ExplainedAnswers(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        (folder / "ec").mkdir()
        signgate("keygen", "--type", "ecdsa-p256", "--out-dir", folder / "ec")

    def log(self):
        return (self.folder / "error.log").read_text()

    def ask(self, path="/page", fields="", body=PAGE, head=(TYPE,), **options):
        self.origin.on(path, answer(body, fields=head, **options))
        return self.gateway.get(path, fields)

    def test_the_head_tells_what_is_known_with_it(self):
        head = (TYPE, ("Cache-Control", "public, max-age=9"), ("Link", "</media/l.css>; rel=preload, </x>; rel=next"))
        others = self.ask(fields="X-Forwarded-For: 198.51.100.7\r\n", head=head).get("Cache-Control")
        self.assertIn("max-age=9", others)
        got = self.ask(head=head)
        facts, *links = got.all(NAME)
        self.assertEqual(facts, 'location="/"; sign="photos albums"; body="scanned as html"; coding="identity to identity"; '
                                f'cache="{others}"; not-granted-by="X-Sign-Allow"')
        self.assertEqual([re.match(r'link="(.*?)"; context="header"; verdict="(\w+)"', each).groups() for each in links],
                         [("/media/l.css", "signed"), ("/x", "skipped")])
        self.assertIn('resource="https://d111111abcdef8.cloudfront.net/p/l.css"; expires="', links[0])
        self.assertIn("Signature=", got.get("Link"))
        self.assertIn("private", got.get("Cache-Control"))
        self.assertIn("max-age=0", got.get("Cache-Control"))
        self.assertIsNone(got.get("Trailer"))
        self.assertEqual(got.trailers, [])

    def test_the_log_tells_of_each_link(self):
        before = len(self.log()) if (self.folder / "error.log").exists() else 0
        self.ask("/logged", head=(TYPE, ("X-Sign-Allow", "/nothing/*")))
        log = wait_until(lambda: "/other" in self.log()[before:] and self.log()[before:], "the lines")
        request = re.search(r'explain ([0-9a-f]{32}): location="/".*request: "GET /logged HTTP/1.1"', log).group(1)
        lines = [line for line in log.splitlines() if f"explain {request}: link=" in line]
        told = [re.search(r'link="(.*?)"; context="(\w+)"; verdict="(\w+)"(?:; rule="(\w+)")?', line).groups() for line in lines]
        self.assertEqual(told, [
            ("/media/a.jpg?w=1", "attribute", "signed", "photos"),
            ("/albums/b", "attribute", "refused", "albums"),
            ("/films/c", "attribute", "refused", "films"),
            ("/other", "attribute", "skipped", None),
            ("https://d111111abcdef8.cloudfront.net/p/d?Expires=1&Signature=***&Key-Pair-Id=KEC", "attribute", "signed", "photos")])
        self.assertIn("[notice]", lines[0])
        self.assertIn('resource="https://d111111abcdef8.cloudfront.net/p/a.jpg?w=1"; expires="', lines[0])
        self.assertIn("does not grant it by X-Sign-Allow", lines[1])
        self.assertNotIn("SECRET", log)

    def test_trailers_tell_it_to_who_takes_them(self):
        for body, headers in ((PAGE, (TYPE,)), (PAGE * 200, (TYPE,))):
            got = self.ask("/trailed", "TE: trailers\r\n", body=body, head=headers)
            self.assertEqual(got.get("Trailer"), NAME)
            told = [each.removeprefix(NAME + ": ") for each in got.trailers]
            self.assertTrue(told[0].startswith('link="/media/a.jpg?w=1"; context="attribute"; verdict="signed"; rule="photos"'), told)
            self.assertNotIn("SECRET", "".join(told))
            self.assertNotIn(re.search(rb"Signature=([\w~-]+)", got.body).group(1).decode(), "".join(told))
            if body is PAGE:
                self.assertEqual(len(told), 5)
            else:
                self.assertLess(len("".join(told)), 10_000)
                self.assertEqual(told[-1], f'links-left-out="{1000 - len(told) + 1}"')

    def test_what_is_not_scanned_is_told_with_its_reason(self):
        for head, status, words in (
                ((("Content-Type", "image/png"),), "200 OK", "media type"), ((), "200 OK", "no media type"),
                ((("Content-Type", "text/html; charset=utf-16"),), "200 OK", "charset"),
                ((TYPE, ("Content-Encoding", "compress")), "200 OK", "coding"), ((TYPE,), "206 Partial Content", "status")):
            got = self.ask("/passed", "TE: trailers\r\n", head=head, status=status)
            self.assertRegex(got.get(NAME), f'body="passed: [^"]*{words}')
            self.assertEqual((got.get("Trailer"), got.body), (None, PAGE))
        head = self.gateway.get("/passed", method="HEAD")
        self.assertIn("status", head.get(NAME))

    def test_others_see_nothing_of_it(self):
        before = self.log() if (self.folder / "error.log").exists() else ""
        for fields in ("X-Forwarded-For: 198.51.100.7\r\n", "X-Forwarded-For: 198.51.100.7\r\nTE: trailers\r\n"):
            got = self.ask("/others", fields, head=(TYPE, ("Cache-Control", "public, max-age=9")))
            self.assertEqual((got.get(NAME), got.get("Trailer"), got.trailers), (None, None, []))
            self.assertIn("max-age=9", got.get("Cache-Control"))
            self.assertIn(b"Signature=", got.body)
        self.assertIsNone(self.ask("/signs-nothing").get(NAME))
        self.assertIsNotNone(self.ask("/last", "X-Forwarded-For: 192.0.2.7\r\n").get(NAME))
        wait_until(lambda: "/last" in self.log(), "the line of the last request")
        self.assertNotIn("/others", self.log()[len(before):])

    def test_a_client_of_http_1_0_gets_the_head_alone(self):
        self.origin.on("/old", answer(PAGE, fields=[TYPE]))
        got = self.gateway.get("/old", "TE: trailers\r\n", version="HTTP/1.0")
        self.assertIn("scanned as html", got.get(NAME))
        self.assertTrue(got.body.endswith(b">"))


if __name__ == "__main__":
    main()
