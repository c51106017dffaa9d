# SPDX-License-Identifier: Apache-2.0
"""What a route says of where in a page links are looked for, and of what a page itself says: link_attributes, user content,
charsets, policies in <meta>; by the gateway and by `signgate explain`."""

import json
import re

from harness import answer, main, signgate, wait_until
from rewriting import CONFIGURATION, RewritingTest, signed_urls

RULES = CONFIGURATION.replace('location = "/"\n', '''location = "/"
link_attributes = ["data-full", "img data-zoom", "data-set srcset", "data-state json"]
user_content_attribute = "data-user-content"
script_strings = "on"
csp = "extend"
referrer_policy = "repair"
''', 1).replace('links = ["/media/private/", "https://media.example.com/private/"]',
                'links = ["/media/private/", "https://media.example.com/private/"]\n'
                'user_content_links = ["/media/private/avatars/"]', 1)
EDGE = "https://d111111abcdef8.cloudfront.net/private/"


class PageRules(RewritingTest):
    configuration = RULES

    def sent(self, path, body, content_type="text/html; charset=utf-8", fields=()):
        self.origin.on(path, self.page(body, fields=fields, content_type=content_type))
        return self.gateway.get(path)

    def names(self, got):
        """What of the answer's links was signed, without the edge and the signature."""
        return [re.split("[?&]Expires=", url[len(EDGE):])[0] for url in signed_urls(got.body)]

    def explained(self, path):
        done = signgate("explain", "-c", self.gateway.file, "--url", f"http://gw.test{path}", "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    # ---- attributes

    def test_attributes_that_are_configured_are_looked_at(self):
        page = (b'<p data-full="/media/private/1" data-zoom="/media/private/no"><img data-zoom="/media/private/2" '
                b'data-set="/media/private/3 1x, /media/private/4 2x" src="/media/private/5">'
                b'<p data-state=\'{"a": "/media/private/6"}\' data-other="/media/private/no">')
        got = self.sent("/attributes", page)
        self.assertEqual(self.names(got), ["1", "2", "3", "4", "5", "6"])
        self.assertIn(b'data-zoom="/media/private/no"', got.body)
        self.assertEqual([(link["link"][-1], link["context"]) for link in self.explained("/attributes")["links"]],
                         [("1", "added_attribute"), ("2", "added_attribute"), ("3", "srcset"), ("4", "srcset"),
                          ("5", "attribute"), ("6", "json")])

    def test_a_wrong_attribute_is_told_with_the_legal_forms(self):
        wrong = self.folder / "wrong.toml"
        wrong.write_text(RULES.replace('"img data-zoom"', '"img=data-zoom"'))
        done = signgate("check", "-c", wrong)
        self.assertEqual(done.returncode, 1)
        self.assertIn("link_attributes has a character that is in no name", done.stdout + done.stderr)

    # ---- user content

    def test_user_content_has_only_what_is_listed_for_it(self):
        page = (b'<img src="/media/private/1"><div data-user-content><p><img src="/media/private/avatars/2"><table><td>'
                b'<img src="/media/private/secret"></table></div><img src="/media/private/3">')
        got = self.sent("/comments", page)
        self.assertEqual(self.names(got), ["1", "avatars/2", "3"])
        self.assertIn(b'<img src="/media/private/secret">', got.body)
        links = self.explained("/comments")["links"]
        self.assertEqual([link["verdict"] for link in links], ["signed", "signed", "refused", "signed"])
        self.assertIn("user_content_links", links[2]["reason"])

    # ---- scripts

    def test_strings_in_scripts_are_looked_at(self):
        code = (b"var a = {image: '/media/private/1', \"b\": \"\\/media\\/private\\/2\"}; // '/media/private/no'\n"
                b"load('/media/private/3'); c = '/media/private/' + id; d = /'\\/media\\/private\\/no'/;")
        got = self.sent("/a.js", code, "text/javascript")
        got.body = got.body.replace(b"\\/", b"/")
        self.assertEqual(self.names(got), ["1", "2", "3"])
        self.assertIn(b"/media/private/' + id", got.body)
        page = self.sent("/script-page", b"<script>" + code + b"</script><script type=text/x>'/media/private/no'</script>")
        self.assertEqual(page.body.count(b"Expires="), 3)
        self.assertEqual([link["context"] for link in self.explained("/script-page")["links"]], ["script_string"] * 3)
        self.assertEqual(self.sent("/films-page", code, "text/javascript").body, code)

    # ---- charsets

    def test_a_page_in_utf_16_passes_untouched(self):
        page = '<img src="/media/private/a.jpg">'
        for body, kind in (("\ufeff" + page, "text/html"), (page, "text/html; charset=utf-16le")):
            coded = body.encode("utf-16-le")
            self.assertEqual(self.sent("/utf16", coded, kind).body, coded)
            self.assertIn("untouched", self.explained("/utf16")["note"])

    def test_a_link_is_encoded_as_a_browser_encodes_it(self):
        page = '<meta charset="{}"><img src="/media/private/é.jpg"><img src="/media/private/a?é">'
        got = self.sent("/latin1", page.format("latin1").encode("latin-1"), "text/html")
        self.assertEqual(self.names(got), ["%C3%A9.jpg"])
        self.assertIn('src="/media/private/a?é"'.encode("latin-1"), got.body)
        self.assertIn("charset", self.explained("/latin1")["links"][1]["reason"])
        got = self.sent("/utf8", page.format("utf-8").encode(), "text/html")
        self.assertEqual(self.names(got), ["%C3%A9.jpg", "a?%C3%A9"])
        # Two bytes that would be one character in UTF-8.
        got = self.sent("/header", b'<img src="/media/private/\xc3\xa9">', "text/html; charset=windows-1251")
        self.assertEqual(self.names(got), ["%D0%93%C2%A9"])
        got = self.sent("/unknown", b'<img src="/media/private/\xc3\xa9"><img src="/media/private/1">', "text/html; charset=koi8-r")
        self.assertEqual(self.names(got), ["1"])

    def test_a_page_in_shift_jis_stays_what_it_is(self):
        page = '<title>表</title><img alt="表" src="/media/private/1"><style>a{b:url(/media/private/no)}</style>'.encode("shift_jis")
        got = self.sent("/sjis", page, "text/html; charset=shift_jis")
        self.assertEqual(self.names(got), ["1"])
        self.assertIn('alt="表"'.encode("shift_jis"), got.body)

    def test_no_format_is_guessed(self):
        page = b'<!DOCTYPE html><img src="/media/private/1">'
        for fields in ([], [("X-Content-Type-Options", "nosniff")]):
            self.origin.on("/untyped", answer(page, fields=fields))
            self.assertEqual(self.gateway.get("/untyped").body, page)
            self.assertEqual(self.sent("/plain", page, "text/plain", fields).body, page)
            self.assertEqual(self.names(self.sent("/typed", page, "text/html", fields)), ["1"])

    # ---- what a page says of fetches

    def test_policies_in_a_page_let_the_edge_in(self):
        page = (b'<meta http-equiv="Content-Security-Policy" content="img-src \'self\'">'
                b'<meta name=referrer content=no-referrer><img src="/media/private/1" referrerpolicy="no-referrer">')
        body = self.sent("/policies", page).body
        self.assertIn(b'content="img-src \'self\' https://d111111abcdef8.cloudfront.net"', body)
        self.assertIn(b'<meta name=referrer content="strict-origin-when-cross-origin">', body)
        self.assertIn(b' referrerpolicy="no-referrer">', body)
        wait_until(lambda: "referrerpolicy of a link with no-referrer" in self.gateway.log(), "the warning")
        other = self.sent("/films-page", page.replace(b"/media/private/", b"/films/")).body
        self.assertIn(b'content="img-src \'self\'"', other)
        self.assertIn(b'<meta name=referrer content=no-referrer>', other)


if __name__ == "__main__":
    main()
