# SPDX-License-Identifier: Apache-2.0
"""A rewritten page is the same however its bytes arrive: in pieces, cut short, compressed."""

import gzip
import zlib

from harness import Cut, main
from rewriting import PAGE, RewritingTest, SIGNED, SIGNED_URL, signed_urls


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
        for size in (1, 7, 100, 4096):
            def dribble(conversation, _, size=size):
                conversation.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                                  b"Transfer-Encoding: chunked\r\n\r\n")
                for at in range(0, len(PAGE), size):
                    part = PAGE[at:at + size]
                    conversation.send(b"%x\r\n%s\r\n" % (len(part), part))
                conversation.send(b"0\r\n\r\n")
            self.origin.on("/dribble", dribble)
            self.assert_same_page("/dribble")

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

    def test_a_corrupt_gzip_page_is_not_ended_as_if_whole(self):
        packed = gzip.compress(PAGE * 20)
        for broken in (packed[:-10], packed[:len(packed) // 2], packed[:100] + b"\xff" * 50 + packed[150:]):
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
        self.gateway.get("/x", "Accept-Encoding: br, zstd, gzip;q=0.5, deflate\r\n")
        asked = self.origin.last().get("Accept-Encoding") or ""
        self.assertIn("gzip", asked)
        self.assertNotRegex(asked, r"br|zstd")
        self.gateway.get("/unsigned/x", "Accept-Encoding: br, zstd\r\n")
        self.assertEqual(self.origin.last().get("Accept-Encoding"), "br, zstd")

    def test_a_coding_that_cannot_be_decoded_passes_untouched(self):
        self.origin.on("/lzw", self.page(b"\x1f\x9d\x90abc", fields=[("Content-Encoding", "compress"), ("ETag", '"x"')]))
        got = self.gateway.get("/lzw", "Accept-Encoding: compress\r\n")
        self.assertEqual((got.body, got.get("Content-Encoding"), got.get("ETag")),
                         (b"\x1f\x9d\x90abc", "compress", '"x"'))


if __name__ == "__main__":
    main()
