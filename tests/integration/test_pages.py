# SPDX-License-Identifier: Apache-2.0
"""Pages, feeds, answers of APIs, playlists and style sheets as real software writes them, through the gateway: exactly the listed
links are signed, each verifies as a browser would ask for it, and all other bytes are the origin's, in every content coding and
wherever they are cut; and in pages whose bytes were changed nothing but links changes. SIGNGATE_SEED repeats a run."""

import gzip
import os
import random
import re
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from harness import GatewayTest, answer, main, signgate
from pages import all_pages

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos", "films", "streams"]
sign_types = ["text/vtt", "text/plain"]
[upstream.origin]
server = ["@ORIGIN@"]
[key.K1]
private_key = "private_key.pem"
[media.photos]
links = ["https://media.example.com/private/", "http://media.example.com/private/", "https://www.example.com/media/private/",
         "/media/private/"]
target = "https://d111111abcdef8.cloudfront.net/private/"
key = ["K1"]
[media.films]
links = ["https://films.example.com/"]
target = "https://d222222abcdef8.cloudfront.net/"
key = ["K1"]
[media.streams]
links = ["/streams/"]
target = "https://d333333abcdef8.cloudfront.net/s/"
key = ["K1"]
policy = "prefix"
scope = 1
[media.vip]
links = ["https://media.example.com/private/vip/"]
target = "https://d444444abcdef8.cloudfront.net/"
key = ["K1"]
"""

# A signed URL as it may stand in a document, with the quotes that it may have got and its fragment. `/`, `&` and `=` have several
# forms.
SIGNED_URL = re.compile(rb"""\\?"?https:(?:\\?/){2}d(\d{6})abcdef8\.cloudfront\.net(\\?/[^\s"<>]*?)"""
                        rb"""[?&](?:amp;)*(?:Expires|Policy)(?:=|&(?:amp;)*#61;)[\w~-]+&(?:amp;)*Signature(?:=|&(?:amp;)*#61;)[\w~-]+"""
                        rb"""&(?:amp;)*Key-Pair-Id(?:=|&(?:amp;)*#61;)K1&(?:amp;)*Hash-Algorithm(?:=|&(?:amp;)*#61;)SHA256"""
                        rb"""(?:#(?:[^\s"<>\\]|\\[^"])*)?(?:\\?")?""", re.DOTALL)
SIGNED_TARGETS = {b"111111", b"222222", b"333333"}
DOT_SEGMENT = re.compile(rb"(?:/|%2f|%5c)(?:\.|%2e){1,2}(?:/|%2f|%5c|$)", re.IGNORECASE)
BITS = [b"<", b">", b'"', b"'", b"&", b"&amp;", b"=", b" ", b"\n", b"\\", b"/", b"../", b"%2e%2e/", b"@", b":", b"?", b"#",
        b"<!--", b"-->", b"<script>", b"</script>", b"]]>", b"url(", b")", b"{", b"}", b"[", b"]", b",", b"\xff", b"?Expires=1",
        b"</style>", b"<svg>", b"https://media.example.com/private/vip/x", b"/media/private/x", b"<base href=//a.test/>"]
MUTATIONS = 10  # of each page

SIGNATURE = re.compile(r"[?&](?:Expires=\d+|Policy=[\w~-]+)&Signature=[\w~-]+&Key-Pair-Id=K1&Hash-Algorithm=SHA256$")


def mutated(body, chance):
    """A few bytes are changed, dropped, moved or put between."""
    for _ in range(chance.randint(1, 3)):
        place, size = chance.randrange(len(body) + 1), chance.randrange(30)
        piece = chance.choice([b"", chance.choice(BITS), bytes([chance.randrange(1, 256)]), body[size * 7:size * 7 + size]])
        body = body[:place] + piece + body[place + chance.choice([0, 1, size]):]
    return body


def filtered(*command):
    return lambda data: subprocess.run(command, input=data, capture_output=True, check=True).stdout


CODINGS = {"gzip": (gzip.compress, gzip.decompress),
           "br": (filtered("brotli", "-c"), filtered("brotli", "-dc")),
           "zstd": (filtered("zstd", "-cq"), filtered("zstd", "-dcq"))}


class Pages(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        signgate("keygen", "--type", "ecdsa-p256", "--out-dir", folder)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pages = all_pages()

    def rewritten(self, page, coding=None):
        fields, body = [("Content-Type", page.type)], page.body
        if coding:
            fields, body = [*fields, ("Content-Encoding", coding)], CODINGS[coding][0](body)
        self.origin.on(page.path, answer(body, fields=fields))
        got = self.gateway.get(page.path, f"Accept-Encoding: {coding}\r\n" if coding else "", host="www.example.com")
        self.assertEqual((got.status, got.get("Content-Encoding")), (200, coding), page.name)
        return CODINGS[coding][1](got.body) if coding else got.body

    def expect_listed(self, page, body):
        """The signed URLs, of which each leads to where the list says."""
        requests = page.requests(body)
        for link, url in requests:
            self.assertRegex(url, SIGNATURE, page.name)
            self.assertEqual(SIGNATURE.sub("", url), link["url"], page.name)
        return [url for _, url in requests]

    def expect_verified(self, url):
        # A template stands for the URLs that a player makes of it.
        asked = re.sub(r"\$(\w+)[^$]*\$", r"\1", url)
        verdict = signgate("verify", asked, "--public-key", f"file://{self.folder / 'public_key.pem'}")
        self.assertEqual((verdict.returncode, verdict.stdout.strip()), (0, "allowed"), f"{asked}: {verdict.stderr}")

    def test_what_is_listed_is_signed_and_verifies(self):
        self.assertGreaterEqual(len(self.pages), 40)
        urls = {url for page in self.pages for url in self.expect_listed(page, self.rewritten(page))}
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self.expect_verified, urls))

    def chance(self):
        seed = int(os.environ.get("SIGNGATE_SEED") or random.SystemRandom().randrange(2**32))
        print("seed", seed, flush=True)
        return random.Random(seed)

    def test_so_it_is_wherever_it_is_cut(self):
        chance = self.chance()
        for page in self.pages:
            cuts = sorted(chance.sample(range(1, len(page.body)), 12))

            def send(conversation, _request, page=page, ends=(*cuts, len(page.body))):
                conversation.send(f"HTTP/1.1 200 OK\r\nContent-Type: {page.type}\r\nTransfer-Encoding: chunked\r\n\r\n")
                for begin, end in zip((0, *ends), ends):
                    conversation.send(b"%x\r\n%s\r\n" % (end - begin, page.body[begin:end]))
                    time.sleep(0.002)  # so that the pieces arrive as such, for the most part
                conversation.send("0\r\n\r\n")
            self.origin.on(page.path, send)
            self.expect_listed(page, self.gateway.get(page.path, host="www.example.com").body)

    def test_whatever_the_bytes_only_links_change(self):
        chance = self.chance()
        for page in self.pages * MUTATIONS:
            body = mutated(page.body, chance)
            self.origin.on(page.path, answer(body, fields=[("Content-Type", page.type)]))
            got = self.gateway.get(page.path, host="www.example.com").body
            for link in SIGNED_URL.finditer(got):
                self.assertIn(link[1], SIGNED_TARGETS, body)
                self.assertIsNone(DOT_SEGMENT.search(link[2].replace(b"\\/", b"/").partition(b"?")[0]), body)
            rest = b"(?s:.+?)".join(map(re.escape, SIGNED_URL.sub(b"\0", got).split(b"\0")))
            self.assertTrue(re.fullmatch(rest, body), f"{page.name}: {body!r} became {got!r}")

    def test_so_it_is_in_every_coding(self):
        for coding in CODINGS:
            if coding != "gzip" and not shutil.which({"br": "brotli"}.get(coding, coding)):
                self.skipTest(f"{coding} is not installed")
            for page in self.pages:
                self.expect_listed(page, self.rewritten(page, coding))


if __name__ == "__main__":
    main()
