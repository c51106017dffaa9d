# SPDX-License-Identifier: Apache-2.0
"""`signgate explain`: what it says of links is what the gateway does with them."""

import gzip
import json

from harness import answer, main, signgate
from rewriting import CONFIGURATION, RewritingTest

PAGE = """<img src="/media/private/a.jpg"><img src="/media/private/b.jpg?Expires=1"><a href="/films/f.mp4">film</a>
<a href="/about">about</a><a href="https://d111111abcdef8.cloudfront.net/private/s.jpg?Expires=1&amp;Signature=SECRET&amp;Key-Pair-Id=K">signed</a>
<!-- <img src="/media/private/no.jpg"> --><img srcset="/media/private/c.jpg 1x, /d.jpg 2x">
"""


class Explain(RewritingTest):
    configuration = CONFIGURATION

    def explained(self, *arguments):
        done = signgate("explain", "-c", self.gateway.file, *arguments, "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertNotIn("SECRET", done.stdout)
        return json.loads(done.stdout)

    def verdicts(self, page):
        return [(link["link"], link["context"], link["verdict"], link.get("rule")) for link in page["links"]]

    EXPECTED = [
        ("/media/private/a.jpg", "attribute", "signed", "photos"),
        ("/media/private/b.jpg?Expires=1", "attribute", "refused", "photos"),
        ("/films/f.mp4", "attribute", "refused", "films"),
        ("/about", "attribute", "skipped", None),
        ("https://d111111abcdef8.cloudfront.net/private/s.jpg?Expires=1&Signature=***&Key-Pair-Id=K", "attribute", "signed",
         "photos"),
        ("/media/private/c.jpg", "srcset", "signed", "photos"),
        ("/d.jpg", "srcset", "skipped", None),
    ]

    def test_a_page_is_asked_of_the_upstream(self):
        for coding, body in (("", PAGE.encode()), ("gzip", gzip.compress(PAGE.encode()))):
            fields = [("Content-Type", "text/html; charset=utf-8"), ("Link", "</media/private/l.css>; rel=preload")]
            fields += [("Content-Encoding", coding)] if coding else []
            self.origin.on("/p", answer(body, fields=fields))
            page = self.explained("--url", "http://gw.test/p?q=1")
            self.assertEqual((page["status"], page["location"], page["type"]), (200, "/", "text/html; charset=utf-8"))
            self.assertEqual(self.verdicts(page), [("/media/private/l.css", "header", "signed", "photos"), *self.EXPECTED])
            signed = page["links"][1]
            self.assertEqual(signed["resource"], "https://d111111abcdef8.cloudfront.net/private/a.jpg")
            self.assertRegex(signed["expires"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertIn("query holds Expires", page["links"][2]["reason"])
        asked = self.origin.seen()[-1]
        self.assertEqual((asked.target, asked.get("Host")), ("/p?q=1", "origin"))

    def test_a_file_is_looked_into_without_asking_anybody(self):
        (self.folder / "page.html").write_text(PAGE)
        page = self.explained("--file", self.folder / "page.html", "--type", "text/html")
        self.assertEqual(self.verdicts(page), self.EXPECTED)
        self.assertEqual(self.origin.seen(), [])
        # The page's address says which route it is, and what its links are relative to.
        (self.folder / "list.json").write_text('{"name":"/films/a.mp4"}')
        page = self.explained("--file", f"file://{self.folder}/list.json", "--type", "application/json",
                              "--url", "http://gw.test/films-page")
        self.assertEqual(self.verdicts(page), [("/films/a.mp4", "json", "signed", "films")])

    def test_what_is_not_looked_into_is_said(self):
        self.origin.on("/p", answer(PAGE.encode(), fields=[("Content-Type", "text/plain")]))
        self.assertIn("not looked for", self.explained("--url", "http://gw.test/p")["note"])
        self.origin.on("/p", answer(PAGE.encode(), fields=[("Content-Type", "text/html; charset=utf-16")]))
        self.assertIn("charset", self.explained("--url", "http://gw.test/p")["note"])
        self.assertIn("no sign", self.explained("--url", "http://gw.test/unsigned/p")["note"])

    def test_it_agrees_with_the_gateway(self):
        self.origin.on("/p", answer(PAGE.encode(), fields=[("Content-Type", "text/html")]))
        told = self.explained("--url", "http://gw.test/p")
        sent = self.gateway.get("/p").text()
        for link in told["links"]:
            if "***" in link["link"]:
                self.assertNotIn("SECRET", sent)
            elif link["verdict"] == "signed":
                self.assertIn(link["resource"].replace("&", "&amp;") + "?Expires=", sent)
            else:
                self.assertIn(link["link"], sent)

    def test_the_words_for_people(self):
        (self.folder / "page.html").write_text('<img src="/media/private/a\x1b[31m.jpg"><a href="/x">')
        done = signgate("explain", "-c", self.gateway.file, "--file", self.folder / "page.html", "--type", "text/html")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("2 links: 1 signed, 1 skipped, 0 refused", done.stdout)
        self.assertIn("rule photos: its rule is in the route's sign", done.stdout)
        self.assertNotIn("\x1b", done.stdout)

    def test_wrong_usage_and_failures(self):
        for arguments in ((), ("--file", "x"), ("--type", "text/html"), ("--url", "gw.test/p"), ("--url", "ftp://gw.test/")):
            done = signgate("explain", "-c", self.gateway.file, *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertIn("signgate explain: ", done.stderr)
        done = signgate("explain", "-c", self.gateway.file, "--file", "/nowhere", "--type", "text/html")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("/nowhere", done.stderr)
        done = signgate("explain", "-c", "/nowhere.toml", "--url", "http://gw.test/")
        self.assertEqual(done.returncode, 1)


if __name__ == "__main__":
    main()
