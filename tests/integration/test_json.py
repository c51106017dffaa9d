# SPDX-License-Identifier: Apache-2.0
"""JSON whose links to private media leave signed: each link is verified by `signgate verify`, the rest is byte for byte the
origin's, and what a JSON parser makes of it differs in those links alone."""

import gzip
import json
import re

from harness import main
from rewriting import EDGE, RewritingTest, signed_urls

# Each @...@ is private media of the route's rule; everything else has to stay as it is.
FEED = r"""{"/media/private/name.jpg": "@/media/private/1.jpg@",
  "title": "private/no-link.jpg", "public": "/media/public/open.jpg", "count": 17.50, "empty": {},
  "php": "@https:\/\/media.example.com\/private\/2.jpg?w=1@", "escaped": "@\u002fmedia/privat\u0065/3.jpg@",
  "text": "\ud83d\ude00 See @https://media.example.com/private/4.jpg@, or [here](@https://media.example.com/private/5.jpg@).\n",
  "content": {"rendered": "<p class=\"a\"><img src=\"@\/media\/private\/6.jpg?a=1&amp;b=2@\" srcset='@/media/private/7.jpg@ 1x'><\/p>"},
  "data": [{"type": "files", "links": {"self": "@https://d111111abcdef8.cloudfront.net/private/8.jpg@"}}, null, "/films/1.mp4"]}
"""
FOUND = ["1.jpg", "2.jpg?w=1", "3.jpg", "4.jpg", "5.jpg", "6.jpg?a=1&b=2", "7.jpg", "8.jpg"]
BODY = FEED.replace("@", "").encode()
# A signed URL as it may be written in JSON.
WRITTEN = re.compile(r"https:(?:/|\\/){2}d111111abcdef8\.cloudfront\.net(?:/|\\/)private(?:/|\\/)[^\"\s'\\)]*?Expires=\d+&(?:amp;){0,2}"
                     r"Signature=[\w~-]+&(?:amp;){0,2}Key-Pair-Id=\w+")


class Json(RewritingTest):
    def feed(self, body=BODY, content_type="application/json", **options):
        self.origin.on("/feed", self.page(body, content_type=content_type, **options))
        return self.gateway.get("/feed")

    def signed(self, body):
        return signed_urls(body.replace(rb"\/", b"/"))

    def test_every_private_link_is_signed_and_verifies(self):
        urls = self.signed(self.feed().body)
        self.assertEqual([re.sub(r"[?&]Expires=.*", "", url.removeprefix(EDGE)) for url in urls], FOUND)
        for url in urls:
            verdict = self.verify(url)
            self.assertEqual((verdict.returncode, verdict.stdout.strip()), (0, "allowed"), f"{url}: {verdict.stderr}")

    def test_the_rest_stays_byte_for_byte(self):
        got = WRITTEN.sub("@", self.feed().body.decode())
        self.assertEqual(got, re.sub("@[^@]*@", "@", FEED))

    def test_a_parser_reads_the_same_but_for_the_links(self):
        def differences(before, after, path=""):
            if isinstance(before, dict):
                self.assertEqual(list(before), list(after))
                return [found for key in before for found in differences(before[key], after[key], f"{path}.{key}")]
            if isinstance(before, list):
                self.assertEqual(len(before), len(after))
                return [found for i, (old, new) in enumerate(zip(before, after)) for found in differences(old, new, f"{path}[{i}]")]
            return [] if before == after else [path]

        got = json.loads(self.feed().body)
        self.assertEqual(differences(json.loads(BODY), got), [
            "./media/private/name.jpg", ".php", ".escaped", ".text", ".content.rendered", ".data[0].links.self"])
        self.assertEqual(self.verify(got["escaped"]).returncode, 0)
        self.assertEqual(self.verify(got["php"]).returncode, 0)

    def test_a_solidus_is_written_as_it_was(self):
        body = self.feed(rb'["\/media\/private\/x.jpg", "/media/private/x.jpg"]').body
        self.assertRegex(body, rb'^\["https:\\/\\/d111111abcdef8\.cloudfront\.net\\/private\\/x\.jpg\?Expires=[^"/]*", '
                               rb'"https://d111111abcdef8\.cloudfront\.net/private/x\.jpg\?Expires=[^"/]*"\]$')

    def test_compressed_and_cut_answers(self):
        def bare(body):
            return WRITTEN.subn("@", body.decode())

        plain = bare(self.feed().body)
        self.assertEqual(plain[1], len(FOUND))
        packed = gzip.compress(BODY)
        with self.gateway.client() as client:
            self.origin.on("/feed", self.page(packed, content_type="application/vnd.api+json; charset=utf-8",
                                              fields=[("Content-Encoding", "gzip")]))
            got = client.get("/feed", "Accept-Encoding: gzip\r\n")
            self.assertEqual((got.get("Content-Encoding"), bare(gzip.decompress(got.body))), ("gzip", plain))

        def piecemeal(conversation, request):
            conversation.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/ld+json\r\nTransfer-Encoding: chunked\r\n\r\n")
            for at in range(0, len(BODY), 5):
                part = BODY[at:at + 5]
                conversation.send(b"%x\r\n%s\r\n" % (len(part), part))
            conversation.send(b"0\r\n\r\n")

        self.origin.on("/feed", piecemeal)
        self.assertEqual(bare(self.gateway.get("/feed").body), plain)

    def test_many_texts_in_a_row(self):
        lines = b"".join(b'{"n":%d,"u":"/media/private/%d.jpg"}\n' % (i, i) for i in range(2000))
        for kind in ("application/x-ndjson", "application/jsonl"):
            urls = signed_urls(self.feed(lines, kind).body)
            self.assertEqual([url[len(EDGE):].partition(".")[0] for url in urls], [str(i) for i in range(2000)])

    def test_long_html_in_a_string(self):
        text = "".join(rf'<p>Paragraph \"{i}\"<\/p>\n<img src=\"\/media\/private\/{i % 50}.jpg\">' for i in range(4000))
        body = f'{{"content":{{"rendered":"{text}"}}}}'.encode()
        self.assertGreater(len(body), 200 * 1024)
        got = self.feed(body).body
        self.assertEqual(len(self.signed(got)), 4000)
        self.assertEqual(WRITTEN.sub("@", got.decode()), re.sub(r"\\/media\\/private\\/\d+\.jpg", "@", body.decode()))

    def test_scripts_and_srcdoc_of_a_page(self):
        page = (b'<script type="application/ld+json">{"@type":"ImageObject","contentUrl":"/media/private/a.jpg"}</script>'
                b'<script>var x = "/media/private/no.jpg";</script>'
                b'<script type=importmap>{"imports":{"x":"/media/private/b.js"}}</script>'
                b'<iframe srcdoc="&lt;img src=&quot;/media/private/c.jpg&quot;>"></iframe>')
        self.origin.on("/page", self.page(page))
        body = self.gateway.get("/page").body
        found = WRITTEN.findall(body.decode())
        self.assertEqual([url[len(EDGE):].partition("?")[0] for url in found], ["a.jpg", "b.js", "c.jpg"])
        for url, amp in zip(found, ("&", "&", "&amp;amp;")):
            self.assertEqual(self.verify(url.replace(amp, "&")).returncode, 0, url)
        expected = re.sub(r"/media/private/[abc]\.js?p?g?", "@", page.decode())
        self.assertEqual(WRITTEN.sub("@", body.decode()), expected)

    def test_what_is_not_json_stays(self):
        for kind in ("application/javascript", "text/javascript", "application/json5", "text/plain"):
            self.assertEqual(self.feed(content_type=kind).body, BODY, kind)


if __name__ == "__main__":
    main()
