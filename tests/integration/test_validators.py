# SPDX-License-Identifier: Apache-2.0
"""Tags and conditions on routes that sign: what our tag tells apart, which copies a 304 may keep, and what reaches upstream
(conf/doc/caching.md, "The tag")."""

import gzip
import re

from harness import Gateway, GatewayTest, answer, main, signgate

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos"]
[[server.route]]
location = "/packed/"
proxy_pass = "http://origin"
sign = ["photos"]
gzip = "on"
gzip_min_length = 1
brotli = "on"
brotli_min_length = 1
zstd = "on"
zstd_min_length = 1
[upstream.origin]
server = ["@ORIGIN@"]
[key.KRSA]
private_key = "@FOLDER@/private_key.pem"
[media.photos]
links = ["/media/"]
target = "https://d111111abcdef8.cloudfront.net/m/"
key = ["KRSA"]
ttl = "1h"
"""

PAGE = b'<img src="/media/a.jpg">' * 20
CODINGS = {"identity": "i", "gzip": "g", "deflate": "d", "br": "b", "zstd": "z"}
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"


def aged(tag, seconds):
    """The tag as if the page had been signed so much earlier."""
    signed = re.match(r'W/"sg1-([0-9a-f]+)-', tag)[1]
    return tag.replace(signed, f"{int(signed, 16) - seconds:x}", 1)


def timeless(got):
    """The fields of an answer but for its framing and the second in which it was made."""
    fields = [each for each in got.head.fields if each[0] not in ("Date", "Transfer-Encoding")]
    return [(name, re.sub(r"sg1-[0-9a-f]+-", "sg1-", value)) for name, value in fields]


class Validators(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        made = signgate("keygen", "--out-dir", folder)
        if made.returncode != 0:
            raise AssertionError(made.stderr)
        cls.configuration = CONFIGURATION.replace("@FOLDER@", str(folder))

    def serve(self, path, tag='"v1"', packed=False, fields=()):
        """An origin that keeps to the conditions of RFC 9110."""
        coding = [("Content-Encoding", "gzip")] if packed else []
        own = [("Content-Type", "text/html"), ("ETag", tag), *coding, *fields]

        def handle(conversation, request):
            conversation.read_body(request)
            match, none_match = request.get("If-Match"), request.get("If-None-Match")
            strong = [] if tag.startswith("W/") else [tag, "*"]
            if match is not None and not any(each.strip() in strong for each in match.split(",")):
                conversation.send(answer(status="412 Precondition Failed"))
            elif none_match is not None and tag in none_match:
                conversation.send(answer(status="304 Not Modified", fields=own, length=False))
            elif request.method == "PUT":
                conversation.send(answer(status="204 No Content", length=False))
            else:
                whole = answer(gzip.compress(PAGE) if packed else PAGE, fields=own)
                conversation.send(whole.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if request.method == "HEAD" else whole)
        self.origin.on(path, handle)

    def tag(self, path="/page", accept=""):
        got = self.gateway.get(path, f"Accept-Encoding: {accept}\r\n" if accept else "")
        self.assertEqual(got.status, 200)
        return got.get("ETag")

    # ---- what the tag tells apart

    def each_coding(self, path):
        tags = {}
        for coding, letter in CODINGS.items():
            got = self.gateway.get(path, f"Accept-Encoding: {coding}\r\n")
            sent = got.get("Content-Encoding") or "identity"
            if path.startswith("/packed") and coding == "deflate":
                self.assertEqual(sent, "identity")
                continue
            self.assertEqual(sent, coding)
            self.assertRegex(got.get("ETag"), f'^W/"sg1-[0-9a-f]+-[0-9a-f]{{12}}-{letter}sv1"$')
            if path.startswith("/upstream") or coding != "identity":
                self.assertIn("Accept-Encoding", ", ".join(got.all("Vary")), coding)
            tags[coding] = got.get("ETag")
        return tags

    def test_each_coding_has_a_tag_that_is_good_again_with_it(self):
        self.serve("/upstream/page", packed=True)
        self.serve("/packed/page")
        for path in ("/upstream/page", "/packed/page"):
            for coding, tag in self.each_coding(path).items():
                got = self.gateway.get(path, f"Accept-Encoding: {coding}\r\nIf-None-Match: {tag}\r\n")
                self.assertEqual((got.status, got.get("ETag")), (304, tag), coding)
                self.assertIsNone(got.get("Content-Encoding"))
                if coding != "identity":
                    self.assertIn("Accept-Encoding", ", ".join(got.all("Vary")), coding)

    def test_head_equals_get_in_each_coding(self):
        self.serve("/upstream/page", packed=True)
        self.serve("/packed/page")
        for path in ("/upstream/page", "/packed/page"):
            for coding in CODINGS:
                fields = f"Accept-Encoding: {coding}\r\n"
                whole, head = self.gateway.get(path, fields), self.gateway.get(path, fields, method="HEAD")
                self.assertEqual(timeless(head), timeless(whole))
                self.assertIsNone(head.get("Content-Length"))

    def test_a_cache_with_several_copies_is_told_of_one_that_its_client_can_read(self):
        self.serve("/upstream/page", packed=True)
        tags = self.each_coding("/upstream/page")
        listed = f"If-None-Match: {', '.join(tags.values())}\r\n"
        for coding in ("br", "gzip", "zstd", "deflate"):
            got = self.gateway.get("/upstream/page", f"Accept-Encoding: {coding}, identity;q=0\r\n{listed}")
            self.assertEqual((got.status, got.get("ETag")), (304, tags[coding]))
        self.assertEqual(self.gateway.get("/upstream/page", listed).get("ETag"), tags["identity"])
        got = self.gateway.get("/upstream/page", f"Accept-Encoding: br\r\nIf-None-Match: {tags['gzip']}\r\n")
        self.assertEqual((got.status, got.get("Content-Encoding")), (200, "br"))

    def test_the_tag_of_other_rules_keeps_no_copy(self):
        self.serve("/page")
        tag = self.tag()
        for number, (old, new) in enumerate([('ttl = "1h"', 'ttl = "2h"'), ("net/m/", "net/other/"),
                                             ("KRSA", "KOTHER"), ('links = ["/media/"]', 'links = ["/media/", "/more/"]'),
                                             ('ttl = "1h"', 'ttl = "1h"\ncache = "shared"')]):
            text = self.configuration.replace("@ORIGIN@", f"127.0.0.1:{self.origin.port}").replace(old, new)
            folder = self.folder / f"other{number}"
            folder.mkdir()
            other = Gateway(text, folder)
            try:
                self.assertEqual(other.get("/page", f"If-None-Match: {tag}\r\n").status, 200, new)
            finally:
                other.stop()
        self.assertEqual(self.gateway.get("/page", f"If-None-Match: {tag}\r\n").status, 304)

    # ---- If-None-Match of GET and HEAD

    def test_the_youngest_of_ours_counts(self):
        self.serve("/page")
        tag = self.tag()
        young, old, dead = aged(tag, 60), aged(tag, 600), aged(tag, 1900)
        for listed in (f'"foreign", {old}, {young}, {dead}', f'{dead},{young} ,{old}, W/"v1"'):
            for method in ("GET", "HEAD"):
                got = self.gateway.get("/page", f"If-None-Match: {listed}\r\n", method=method)
                self.assertEqual((got.status, got.get("ETag")), (304, young), listed)
                self.assertEqual(self.origin.last().all("If-None-Match"), ['"v1"'])
        # A condition stands in one line, as nginx has it.
        self.assertEqual(self.gateway.get("/page", f"If-None-Match: {old}\r\nIf-None-Match: {young}\r\n").status, 400)

    def test_what_is_too_old_or_not_ours_gets_the_whole_page(self):
        self.serve("/page")
        tag = self.tag()
        for value in (aged(tag, 1900), aged(tag, -3600), "*", '"v1"', 'W/"v1"', tag.removeprefix("W/"), f"{tag}, broken",
                      tag.replace("-is", "-xs")):
            got = self.gateway.get("/page", f"If-None-Match: {value}\r\n")
            self.assertEqual(got.status, 200, value)
            self.assertIn(b"Signature=", got.body)
            self.assertIsNone(self.origin.last().get("If-None-Match"), value)

    def test_upstream_changed_since_gets_the_whole_page(self):
        self.serve("/page")
        tag = self.tag()
        self.serve("/page", tag='"v2"')
        got = self.gateway.get("/page", f"If-None-Match: {tag}\r\n")
        self.assertEqual(got.status, 200)
        self.assertRegex(got.get("ETag"), '-isv2"$')

    def test_a_date_alone_keeps_nothing(self):
        self.serve("/page", fields=[("Last-Modified", DATE)])
        self.assertIsNone(self.gateway.get("/page").get("Last-Modified"))
        self.assertEqual(self.gateway.get("/page", f"If-Modified-Since: {DATE}\r\n").status, 200)
        self.assertIsNone(self.origin.last().get("If-Modified-Since"))

    def test_a_304_says_nothing_of_other_bytes(self):
        self.serve("/upstream/page", packed=True, fields=[("Last-Modified", DATE), ("Content-MD5", "x"), ("Vary", "Cookie")])
        tag = self.tag("/upstream/page", "gzip")
        got = self.gateway.get("/upstream/page", f"Accept-Encoding: gzip\r\nIf-None-Match: {tag}\r\n")
        self.assertEqual((got.status, got.get("Vary")), (304, "Cookie, Accept-Encoding"))
        for name in ("Content-Encoding", "Content-MD5", "Last-Modified", "Content-Length"):
            self.assertIsNone(got.get(name), name)

    # ---- other conditions, other methods

    def put_with(self, fields):
        with self.gateway.client() as client:
            client.send(f"PUT /page HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 3\r\n{fields}\r\nabc")
            return client.read_answer().status

    def test_an_editor_saves_with_the_tag_of_his_page(self):
        self.serve("/page")
        tag = self.tag()
        for value in (tag, aged(tag, 99999), f'"other", {tag}', "*", '"v1"'):
            self.assertEqual(self.put_with(f"If-Match: {value}\r\n"), 204, value)
        self.assertEqual(self.put_with(f'If-Match: "other"\r\nIf-Match: {tag}\r\n'), 400)
        self.serve("/page", tag='"v2"')
        self.assertEqual(self.put_with(f"If-Match: {tag}\r\n"), 412)
        self.assertEqual(self.origin.last().all("If-Match"), ['"v1"'])

    def test_a_weak_tag_of_upstreams_or_a_date_never_lets_him(self):
        self.serve("/page", tag='W/"v1"')
        self.assertEqual(self.put_with(f"If-Match: {self.tag()}\r\n"), 412)
        self.assertEqual(self.origin.last().all("If-Match"), ['W/"v1"'])
        self.origin.on("/page", answer(PAGE, fields=[("Content-Type", "text/html"), ("Last-Modified", DATE)]))
        dated = self.tag()
        self.serve("/page")
        self.assertEqual(self.put_with(f"If-Match: {dated}\r\n"), 412)

    def test_conditions_of_other_methods_pass(self):
        self.serve("/page")
        tag = self.tag()
        for sent, seen in ((f"If-None-Match: {tag}", 'If-None-Match: "v1"'), ("If-None-Match: *", "If-None-Match: *"),
                           ('If-None-Match: "x"', 'If-None-Match: "x"'), (f"If-Modified-Since: {DATE}",) * 2,
                           (f"If-Unmodified-Since: {DATE}",) * 2):
            self.put_with(sent + "\r\n")
            name, _, value = seen.partition(": ")
            self.assertEqual(self.origin.last().all(name), [value], sent)

    def test_conditions_of_a_get_that_may_fail_it_pass(self):
        self.serve("/page")
        tag = self.tag()
        self.assertEqual(self.gateway.get("/page", f"If-Match: {tag}\r\n").status, 200)
        self.assertEqual(self.gateway.get("/page", 'If-Match: "gone"\r\n').status, 412)
        self.gateway.get("/page", f"If-Unmodified-Since: {DATE}\r\n")
        self.assertEqual(self.origin.last().get("If-Unmodified-Since"), DATE)

    # ---- answers that are no pages

    def test_a_picture_with_a_signed_link_in_its_head_is_bounded(self):
        self.origin.on("/a.png", answer(b"x", fields=[("Content-Type", "image/png"), ("Cache-Control", "max-age=86400"),
                                                     ("Link", "</media/b.jpg>; rel=preload")]))
        self.assertEqual(self.gateway.get("/a.png").get("Cache-Control"), "max-age=1800, must-revalidate")

    def test_a_redirect_without_a_body_is_bounded(self):
        for status in ("301 Moved Permanently", "302 Found", "308 Permanent Redirect"):
            self.origin.on("/go", answer(status=status, fields=[("Location", "/media/a.jpg")]))
            got = self.gateway.get("/go")
            self.assertIn("Signature=", got.get("Location"))
            self.assertEqual(got.get("Cache-Control"), "max-age=0, must-revalidate")


if __name__ == "__main__":
    main()
