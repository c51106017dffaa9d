# SPDX-License-Identifier: Apache-2.0
"""Random links through the gateway, held against what node's URL makes of them: what leaves signed opens what a browser
would send, by a verifier that shares nothing with ours; every other link leaves byte for byte. SIGNGATE_SEED repeats a
run."""

import html
import json
import os
import random
import re
import shutil
import subprocess
import time
from pathlib import Path

from harness import GatewayTest, PATIENCE, answer, main, signgate

LINKS = 20000

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["one", "each", "all"]
[upstream.origin]
server = ["@ORIGIN@"]
[key.KRSA]
private_key = "rsa/private_key.pem"
[key.KEC]
private_key = "ec/private_key.pem"
[media.one]
links = ["/one/", "https://m.test/one/"]
target = "https://d1.test/one/"
key = ["KRSA"]
reflect = "sign"
[media.each]
links = ["/each/", "https://m.test/each/"]
target = "https://d1.test/each/"
key = ["KEC"]
reflect = "sign"
policy = "custom"
[media.all]
links = ["/all/", "https://m.test/all/"]
target = "https://d1.test/all/"
key = ["KEC"]
reflect = "sign"
policy = "prefix"
scope = 1
"""

SCHEMES = ["https:", "https:", "HTTPS:", "http:", "hTTp:", "data:", "mailto:", "https", "ws:"]
BEFORE_HOST = ["//", "//", "//", "//", "\\\\", "/\\", "///", "/"]
USERS = ["u@", "u:p@", "@", ":@", "a@b@", "%40@"]
HOSTS = ["gw.test", "GW.test", "m.test", "m.test", "M.Test", "m%2Etest", "m.te%73t", "d1.test", "d1.test", "D1.TEST", "m.test.",
         "m\u00fcnchen.test", "xn--mnchen-3ya.test", "[::1]", "", "m test", "d1.test.evil.test", "m\uff0etest", "\u2133.test", "d\u00ad1.test"]
PORTS = [":", ":80", ":443", ":8443", ":0443", ":65536", ":x"]
BEFORE_PATH = ["/", "/", "/", "/", "\\", "/./", "/x/../", "../", "../../", "./", ""]
ROOTS = ["one", "each", "all", "one", "each", "all", "on%65", "ONE", "page"]
SLASHES = ["/"] * 6 + ["\\", "//"]
SEGMENTS = ["a.jpg", "b", "..", ".", "%2e", "%2E%2e", ".%2E", "...", "", "a b", "%41", "%zz", "%", "%c3%a9", "%C3%A9", "\u00e9",
            "\U0001f600", "{x}", "a^b", "a|b", "it's", '"q"', "<x>", "~a", "a`b", "*", "a+b", ";x=1", "u@v", "a:b", "a&b", "a=b",
            "%2F..", "%5c", "x%2f", "$!,()[]", "a%00b", "a\x7fb", "\u2028", "a&amp;b", "&copy"]
PARAMETERS = ["w=1", "h=2", "", "=", "a[]=b", "it's", "\u00e9=\u00fc", "a=b=c", "?", "*", 'x="<>"', "a+b", "|", "%c3%A9", "{y}",
              "a\\b", "`^", "expires=1", "Expire%73=1", "u=https://e.test/a?b", "/../x", "amp;x=1", "copy=1", "\u20ac"]
RESERVED = ["Expires=1", "Policy=e_~-", "Signature=abc_", "Key-Pair-Id=K", "Hash-Algorithm=SHA256",
            "Expires=1&Signature=abc_&Key-Pair-Id=K", "Policy=e_&Signature=s&Key-Pair-Id=K&Hash-Algorithm=SHA1"]
FRAGMENTS = ["#", "#top", "#\u00e9", "#a#b", '#`{}"<>', "#?Policy=x", "#a b"]

NAMES = re.compile(r"(?:^|[?&])(?:Expires|Policy|Signature|Key-Pair-Id|Hash-Algorithm)(?:=|&|$)")


class Links:
    """Random URL references: by the Standard's grammar, and by what people write instead of it."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def maybe(self, one_in):
        return self.random.randrange(one_in) == 0

    def authority(self):
        any_of = self.random.choice
        return (any_of(USERS) if self.maybe(12) else "") + any_of(HOSTS) + (any_of(PORTS) if self.maybe(5) else "")

    def query(self):
        any_of = self.random.choice
        return "?" + "&".join(any_of(RESERVED if self.maybe(8) else PARAMETERS) for _ in range(self.random.randrange(4)))

    def next(self):
        any_of = self.random.choice
        if self.maybe(2):
            link = ("" if self.maybe(4) else any_of(SCHEMES)) + any_of(BEFORE_HOST) + self.authority() + ("" if self.maybe(8) else "/")
        else:
            link = (any_of(SCHEMES) if self.maybe(12) else "") + any_of(BEFORE_PATH)
        if not self.maybe(10):
            link += "" if self.maybe(8) else any_of(ROOTS)
            link += "".join(any_of(SLASHES) + any_of(SEGMENTS) for _ in range(self.random.randrange(5)))
        link += self.query() if self.maybe(3) else ""
        link += any_of(FRAGMENTS) if self.maybe(5) else ""
        at = self.random.randrange(len(link) + 1)
        if self.maybe(12):  # a byte that means something, perhaps
            link = link[:at] + chr(self.random.randrange(1, 128)) + link[at + 1:]
        if self.maybe(8):
            link = link[:at] + any_of(["\t", "\n", "\r\n"]) + link[at:]
        return (any_of([" ", "\n", "\x01", "\f "]) if self.maybe(16) else "") + link + (any_of([" ", "\x1f"]) if self.maybe(16) else "")


def in_attribute(link):
    """The link in the source of a page: what has a meaning there as a character reference."""
    return "".join(f"&#{ord(c)};" if c in "&\"<>\r\n\t'" else c for c in link)


def path_and_query(href):
    """Without scheme and host, and without a signature. Not all browsers encode `^` in a path, and none does `\\` in a query;
    the gateway does both."""
    path, _, query = re.sub(r"^\w+://[^/]+", "", href).partition("?")
    parameters = [text for text in query.split("&") if not NAMES.match(text)]
    return path.replace("^", "%5E"), "&".join(parameters).replace("\\", "%5C")


class BrowserUrls(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        cls.keys = {}
        for name, kind, identifier in (("rsa", "rsa2048", "KRSA"), ("ec", "ecdsa-p256", "KEC")):
            made = signgate("keygen", "--type", kind, "--out-dir", folder / name)
            assert made.returncode == 0, made.stderr
            cls.keys[identifier] = (folder / name / "public_key.pem").read_text()

    def through_the_gateway(self, links, base=""):
        """What became of each link: None where it left as it came, to the byte."""
        written = [in_attribute(link) for link in links]
        page = base + "".join(f'<img id={number} src="{text}">\n' for number, text in enumerate(written))
        self.origin.on("/one/page/", answer(page.encode(), fields=[("Content-Type", "text/html; charset=utf-8")]))
        body = self.gateway.get("/one/page/?q=1").body.decode()
        self.assertTrue(body.startswith(base))
        left = re.findall(r'<img id=(\d+) src="([^"]*)">\n', body[len(base):])
        self.assertEqual([int(number) for number, _ in left], list(range(len(links))))
        self.assertEqual(sum(len(f'<img id={number} src="{text}">\n') for number, text in left), len(body) - len(base))
        return [None if after == before else html.unescape(after) for before, (_, after) in zip(written, left)]

    def by_node(self, base, links, left):
        task = {"base": base, "now": int(time.time()) + 3000, "keys": self.keys, "links": list(zip(links, left))}
        done = subprocess.run(["node", Path(__file__).with_name("browser_urls.js")], input=json.dumps(task).encode(),
                              capture_output=True, timeout=2 * PATIENCE, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return json.loads(done.stdout)

    def is_plainly_media(self, link, meant, own_origin):
        """Whether it has to be signed: nothing stands against it, and its rule's policy has no wildcards."""
        path, _, query = re.sub(r"^\w+://[^/]+", "", meant["href"]).partition("?")
        origin = meant["href"][:len(meant["href"]) - len(path) - len(query) - ("?" in meant["href"])]
        return (origin in (own_origin, "https://m.test", "https://d1.test") and path.startswith("/one/")
                and "@" not in link  # node does not tell of a user that is empty
                and not re.match(r"[\0-\x20]*(#|$)", link) and not re.search(r"%2e|%2f|%5c", path, re.IGNORECASE)
                and not NAMES.search("?" + query) and link.isprintable() and link.isascii())

    def check(self, seed, base, head=""):
        print(f"seed {seed}", flush=True)
        generator = Links(seed)
        links = [generator.next() for _ in range(LINKS)]
        left = self.through_the_gateway(links, head)
        signed = 0
        for link, after, (meant, fetched) in zip(links, left, self.by_node(base, links, left)):
            told = f"the link {link!r}, which left as {after!r}"
            if after is None:
                self.assertFalse(meant and self.is_plainly_media(link, meant, "http://gw.test"), told)
                continue
            signed += 1
            self.assertEqual((fetched["denied"], fetched["user"], meant["user"]), ("", "", ""), told)
            self.assertEqual(fetched["hash"], meant["hash"], told)
            self.assertTrue(fetched["href"].startswith("https://d1.test/"), told)
            self.assertEqual(path_and_query(fetched["href"]), path_and_query(meant["href"]), told)
            # What a browser sends is what stands there: it has nothing left to change.
            stands = after.strip("".join(map(chr, range(0x21))))
            self.assertEqual(fetched["href"] + fetched["hash"], stands if fetched["hash"] else stands.removesuffix("#"), told)
        self.assertGreater(signed, LINKS // 10)
        self.assertLess(signed, LINKS - LINKS // 10)

    def seed(self):
        return int(os.environ.get("SIGNGATE_SEED", random.SystemRandom().getrandbits(32)))

    def test_what_leaves_signed_opens_what_a_browser_sends(self):
        self.check(self.seed(), "http://gw.test/one/page/?q=1")

    def test_so_it_does_below_a_base(self):
        self.check(self.seed(), "https://m.test/all/x/", '<base href="https://m.test/all/x/">\n')


if __name__ == "__main__":
    if not shutil.which("node"):
        print("SKIPPED: node is not installed")
        raise SystemExit(77)
    main()
