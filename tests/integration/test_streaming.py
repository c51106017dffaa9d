# SPDX-License-Identifier: Apache-2.0
"""A rewritten page is the same however its bytes arrive: in pieces, cut short, compressed."""

import gzip
import itertools
import queue
import random
import re
import socket
import threading
import time
import zlib

from harness import Cut, main, wait_until
from rewriting import CONFIGURATION, EDGE, PAGE, RewritingTest, SIGNED, SIGNED_URL, signed_urls

# What stands between [[ and ]] is waited for, all else leaves at once: what may be a link, the end of a text within the text, what
# might turn out to declare a charset; of XML, behind a text the next tag's name, and behind a link the rest of its tag.
MARKED = {
    "text/html; charset=utf-8": """<!DOCTYPE html><html><head><title>/media/private/no.jpg</title>
<style>a { background: url([[/media/private/css.jpg]]) }[[</style]]><script>let a = "/media/private/no.jpg";</script></head>
<body class="a"><!-- <img src="/media/private/no.jpg"> --><p>1 < 2 &amp; text</p><img alt="/media/private/no.jpg"
 src="[[/media/private/a.jpg]]"><a href='[[mailto]]:somebody'>x</a><a href="[[/pages/1]]">y</a></body></html>
""",
    "text/css": """[[@]]import "[[reset.css]]";
/* /media/private/no.jpg */ a::before { content: "no"; background: url("[[/media/private/1.jpg]]") }
""",
    "application/json": """{"a": 1, "/media/private/no": [true, "[[/media/private/1.jpg]]", "plain text"], "b": null}""",
    "application/rss+xml": """[[<]]rss version="2.0"><channel><title>a[[</title]]>[[<!]]-- no -->
[[<enclosure]] length="1" url="[[/media/private/1.jpg" type="image/jpeg"/]]></channel></rss>""",
    "application/vnd.apple.mpegurl": """[[#EXTM3U
]][[#EXTINF:6,
]][[/media/private/1.ts
]]""",
}


def pieces_of(marked):
    """The document byte by byte, as pairs: the byte, and how many bytes a reader has once it is sent."""
    pieces, sent, known = [], 0, 0
    for number, part in enumerate(re.split(r"\[\[|\]\]", marked)):
        for character in part.encode("ascii"):
            sent += 1
            # Each second part is one to be waited for.
            known = known if number % 2 else sent
            pieces.append((bytes([character]), known))
    return pieces


class Streaming(RewritingTest):
    def whole(self, fields=""):
        self.origin.on("/whole", self.page())
        return self.gateway.get("/whole", fields).body

    def assert_same_page(self, path, fields=""):
        """Two pages are the same unless the expiry moved on between them; once more, then."""
        for _ in range(3):
            before, got, after = self.whole(fields), self.gateway.get(path, fields).body, self.whole(fields)
            if before == after:
                break
        self.assertEqual(got, before)

    def test_the_origins_writes_make_no_difference(self):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
        framings = {"chunked": b"Transfer-Encoding: chunked", "length": b"Content-Length: %d" % len(PAGE), "close": b"Connection: close"}
        for size, (framing, field) in itertools.product((1, 7, 100, 4096), framings.items()):
            def dribble(conversation, _, size=size, framing=framing, field=field):
                conversation.send(head + field + b"\r\n\r\n")
                for at in range(0, len(PAGE), size):
                    part = PAGE[at:at + size]
                    conversation.send(b"%x\r\n%s\r\n" % (len(part), part) if framing == "chunked" else part)
                if framing == "chunked":
                    conversation.send(b"0\r\n\r\n")
                elif framing == "close":
                    conversation.finish()
            self.origin.on("/dribble", dribble)
            with self.subTest(size=size, framing=framing):
                self.assert_same_page("/dribble")

    def test_a_link_is_signed_wherever_the_gateways_reads_end(self):
        """Some end within a link, in which case its tag is scanned again; and one tag is longer than what is kept for that."""
        long_tag = b"<img srcset=\"%s\">" % b", ".join(b"/media/private/%d.jpg %dw" % (n, n + 1) for n in range(1200))
        for shift, chunked in itertools.product((0, 13, 29, 41), (False, True)):
            page = b"<!DOCTYPE html>" + b" " * shift
            for number in range(3000):
                page += b"<p><img alt='%d' src='/media/private/albums/%d.jpg'></p>\n" % (number, number)
                if number == 1000:
                    page += long_tag
            self.origin.on("/long", self.page(page, chunked=chunked))
            got = self.gateway.get("/long").body
            with self.subTest(shift=shift, chunked=chunked):
                self.assertEqual(len(signed_urls(got)), 3000 + 1200)
                self.assertEqual(SIGNED_URL.sub(lambda link: link[0].split(b"?")[0].replace(EDGE.encode(), b"/media/private/"), got), page)

    def test_a_page_that_ends_with_the_connection(self):
        def until_close(conversation, _):
            conversation.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + PAGE)
            conversation.finish()
        self.origin.on("/until-close", until_close)
        self.assert_same_page("/until-close")

    def test_a_page_cut_short_is_not_ended_as_if_whole(self):
        def cut(conversation, _):
            conversation.send(self.page(fields=[("X-A", "1")])[:-20])
            conversation.finish()
        self.origin.on("/cut", cut)
        for version in ("HTTP/1.1", "HTTP/1.0"):
            with self.subTest(version=version), self.gateway.client() as client:
                with self.assertRaises((Cut, ConnectionResetError)):
                    client.get("/cut", version=version)

    def test_a_gzip_page_that_breaks_midway_is_not_ended_as_if_whole(self):
        # Longer than what is looked at before the head is fixed.
        packed = gzip.compress(PAGE + b"<p>" + random.Random(7).randbytes(60_000).hex().encode())
        middle = len(packed) // 2
        for broken in (packed[:-10], packed[:middle], packed[:middle] + b"\xff" * 50 + packed[middle + 50:]):
            self.origin.on("/broken", self.page(broken, fields=[("Content-Encoding", "gzip")]))
            for fields in ("", "Accept-Encoding: gzip\r\n"):
                try:
                    got = self.gateway.get("/broken", fields)
                except (Cut, ConnectionResetError):
                    continue
                self.assertEqual(got.status, 502)

    def test_gzip_pages_stay_gzip_pages(self):
        for chunked in (False, True):
            self.origin.on("/gzip", self.page(gzip.compress(PAGE), fields=[("Content-Encoding", "gzip")], chunked=chunked))
            got = self.gateway.get("/gzip", "Accept-Encoding: gzip, deflate, br\r\n")
            self.assertEqual((got.get("Content-Encoding"), got.get("Content-Length")), ("gzip", None))
            self.assertIn("accept-encoding", (got.get("Vary") or "").lower())
            self.assertEqual(len(signed_urls(gzip.decompress(got.body))), len(SIGNED))
            self.assertEqual(SIGNED_URL.sub(b"@", gzip.decompress(got.body)), SIGNED_URL.sub(b"@", self.whole()))

    def test_deflate_pages_are_decoded_too(self):
        self.origin.on("/deflate", self.page(zlib.compress(PAGE), fields=[("Content-Encoding", "deflate")]))
        got = self.gateway.get("/deflate", "Accept-Encoding: deflate\r\n")
        self.assertEqual(got.get("Content-Encoding"), "deflate")
        self.assertEqual(len(signed_urls(zlib.decompress(got.body))), len(SIGNED))

    def test_a_client_that_takes_no_gzip_gets_none(self):
        self.origin.on("/gzip", self.page(gzip.compress(PAGE), fields=[("Content-Encoding", "gzip")]))
        for fields in ("", "Accept-Encoding: identity\r\n", "Accept-Encoding: gzip;q=0\r\n"):
            got = self.gateway.get("/gzip", fields)
            self.assertIsNone(got.get("Content-Encoding"), fields)
            self.assertEqual(len(signed_urls(got.body)), len(SIGNED), fields)

    def test_the_origin_is_asked_for_codings_that_can_be_decoded(self):
        for accepted, asked in (("br, zstd, gzip;q=0.5, deflate", "gzip;q=0.5, deflate, br, zstd"), ("gzip, compress", "gzip"),
                                ("gzip, br;q=0", "gzip"), ("dcz", "identity")):
            self.gateway.get("/x", f"Accept-Encoding: {accepted}\r\n")
            self.assertEqual(self.origin.last().get("Accept-Encoding"), asked)
        self.gateway.get("/unsigned/x", "Accept-Encoding: br, zstd\r\n")
        self.assertEqual(self.origin.last().get("Accept-Encoding"), "br, zstd")

    def test_a_coding_that_cannot_be_decoded_passes_untouched(self):
        self.origin.on("/lzw", self.page(b"\x1f\x9d\x90abc", fields=[("Content-Encoding", "compress"), ("ETag", '"x"')]))
        got = self.gateway.get("/lzw", "Accept-Encoding: compress\r\n")
        self.assertEqual((got.body, got.get("Content-Encoding"), got.get("ETag")),
                         (b"\x1f\x9d\x90abc", "compress", '"x"'))


class OddCodings(RewritingTest):
    """What passes although its links could not be looked for is counted and told of."""
    configuration = RewritingTest.configuration.replace("worker_processes = 1\n", """worker_processes = 1
error_log = "error.log warn"
[admin]
listen = ["127.0.0.1:0"]
""", 1)

    def assert_untouched(self, coding, body, **options):
        self.origin.on("/odd", self.page(body, fields=[("Content-Encoding", coding), ("ETag", '"x"')], **options))
        for fields in ("", "Accept-Encoding: gzip\r\n"):
            got = self.gateway.get("/odd", fields)
            self.assertEqual((got.status, got.body, got.get("Content-Encoding"), got.get("ETag")), (200, body, coding, '"x"'))

    def assert_told(self, reason, number, line):
        self.assertEqual(self.counted(f'signgate_answers_passed_total{{reason="{reason}"}}'), number)
        wait_until(lambda: line in (self.folder / "error.log").read_text(), "the line")

    def test_a_page_that_is_not_in_its_coding_passes(self):
        packed = gzip.compress(PAGE)
        before = self.counted('signgate_answers_passed_total{reason="broken_coding"}')
        self.assert_untouched("gzip", PAGE)
        self.assert_untouched("gzip", PAGE, chunked=True)
        self.assert_untouched("gzip", PAGE * 100)
        self.assert_untouched("gzip", packed[:-4])
        self.assert_untouched("gzip", packed[:100] + b"\xff" * 50 + packed[150:])
        self.assert_untouched("deflate", PAGE)
        self.assert_untouched("zstd", PAGE, chunked=True)
        self.assert_told("broken_coding", before + 14, "the body of an answer is not in its Content-Encoding")
        # Once more, as nothing of that may be left behind on a connection.
        self.origin.on("/odd", self.page(packed, fields=[("Content-Encoding", "gzip")]))
        self.assertEqual(len(signed_urls(self.gateway.get("/odd").body)), len(SIGNED))

    def test_a_page_in_an_unknown_coding_passes(self):
        before = self.counted('signgate_answers_passed_total{reason="coding"}')
        self.assert_untouched("compress", b"\x1f\x9d\x90abc")
        self.assert_told("coding", before + 2, "Content-Encoding of an answer is unknown")

    def test_what_came_with_the_head_is_not_lost(self):
        for text in (PAGE, PAGE * 200, PAGE + random.Random(7).randbytes(60_000).hex().encode()):
            for chunked in (False, True):
                self.origin.on("/odd", self.page(gzip.compress(text), fields=[("Content-Encoding", "gzip")], chunked=chunked))
                got = self.gateway.get("/odd")
                self.origin.on("/even", self.page(text))
                self.assertEqual(SIGNED_URL.sub(b"@", got.body), SIGNED_URL.sub(b"@", self.gateway.get("/even").body))
                self.assertTrue(got.body.endswith(text[-10:]))


class Pace(RewritingTest):
    """The origin sends the next byte when the client has all that it can have of those before."""

    def assert_nothing_is_held(self, content_type, pieces, coding=None):
        wanted, texts = queue.Queue(), []
        compress = zlib.compressobj(wbits=31) if coding else None
        inflate = zlib.decompressobj(31) if coding else None
        fields = "" if not coding else f"Content-Encoding: {coding}\r\n"

        def dribble(conversation, _):
            conversation.send(f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n{fields}Transfer-Encoding: chunked\r\n\r\n")
            while (part := wanted.get(timeout=60)) is not None:
                if compress:
                    part = compress.compress(part) + compress.flush(zlib.Z_SYNC_FLUSH)
                conversation.send(b"%x\r\n%s\r\n" % (len(part), part))
            rest = compress.flush() if compress else b""
            conversation.send((b"%x\r\n%s\r\n" % (len(rest), rest) if rest else b"") + b"0\r\n\r\n")

        def read(client):
            for part in client.chunks():
                texts.append(inflate.decompress(part) if inflate else part)

        def original():
            return SIGNED_URL.sub(lambda url: b"/media/private/" + re.search(rb"/private/([^?]+)", url[0])[1], b"".join(texts))
        self.origin.on("/pace", dribble)
        with self.gateway.client() as client:
            client.send(f"GET /pace HTTP/1.1\r\nHost: gw.test\r\nAccept-Encoding: {coding or 'identity'}\r\n\r\n")
            self.assertEqual(client.read_answer(body=False).get("Content-Encoding"), coding)
            reader = threading.Thread(target=read, args=(client,), daemon=True)
            reader.start()
            sent = b""
            for part, known in pieces:
                wanted.put(part)
                sent += part
                wait_until(lambda known=known: len(original()) >= known, f"{sent[:known][-40:]!r} of {sent[-40:]!r}")
                self.assertEqual(original(), sent[:known])
            wanted.put(None)
            reader.join(60)
            self.assertFalse(reader.is_alive())
        self.assertEqual(original(), sent)
        self.assertEqual(len(signed_urls(b"".join(texts))), len(re.findall(rb"/media/private/(?!no)", sent)))

    def test_only_what_may_begin_a_link_is_waited_for(self):
        for content_type, marked in MARKED.items():
            with self.subTest(content_type):
                self.assert_nothing_is_held(content_type, pieces_of(marked))

    def test_so_it_is_within_a_coding(self):
        kind = "text/html; charset=utf-8"
        self.assert_nothing_is_held(kind, pieces_of(MARKED[kind]), "gzip")


class LongHeads(RewritingTest):
    configuration = CONFIGURATION + """
[[server.route]]
location = "/long"
proxy_pass = "http://origin"
proxy_buffer_size = "1m"
proxy_socket_rcvbuf = "4m"
sign = ["photos"]
"""

    def test_what_comes_at_once_with_a_long_head_is_read_window_by_window(self):
        # Of a value that is written in so many bytes more is held than a window has.
        long = b"<description>&lt;img srcset='" + b"&amp;" * 100000 + b"'&gt;</description>"
        body = b"<rss>" + long + b"<enclosure url='/media/private/1.jpg'/></rss>"
        fields = [(f"X-{number}", "x" * 7000) for number in range(12)]
        self.origin.on("/long", self.page(body, fields, "application/rss+xml"))
        for _ in range(5):
            got = self.gateway.get("/long").body
            self.assertEqual(SIGNED_URL.sub(b"/media/private/1.jpg", got), body)
            self.assertEqual(len(signed_urls(got)), 1)

    def test_links_that_reads_cut_stay_whole_behind_heads_short_and_long(self):
        # A long one keeps its buffer, and the body gets one of its own.
        body = b"".join(b"<p>%d</p><img src='/media/private/%d.jpg'>" % (number, number) for number in range(12))
        cuts = [0, *(match.start() + 9 for match in re.finditer(rb"/media", body)), len(body)]
        pieces = [body[begin:end] for begin, end in itertools.pairwise(cuts)]
        for lines, framing in itertools.product((0, 10), (b"Content-Length: %d\r\n" % len(body), b"Connection: close\r\n")):
            def dribble(conversation, _, lines=lines, framing=framing):
                conversation.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + framing
                                  + b"X-Long: %s\r\n" % (b"x" * 6000) * lines + b"\r\n")
                for piece in pieces:
                    conversation.send(piece)
                    time.sleep(0.01)
                conversation.sock.shutdown(socket.SHUT_WR)
            self.origin.on("/cut", dribble)
            got = self.gateway.get("/cut").body
            restored = SIGNED_URL.sub(lambda url: b"/media/private/" + re.search(rb"/private/([^?]+)", url[0])[1], got)
            self.assertEqual((restored, len(signed_urls(got))), (body, 12), (lines, framing))


if __name__ == "__main__":
    main()
