# SPDX-License-Identifier: Apache-2.0
"""What the header of a rewritten page says, and the links in header fields."""

import re

from harness import answer, main
from rewriting import EDGE, RewritingTest, SIGNED, signed_urls


class HeaderFields(RewritingTest):
    def test_what_no_longer_holds_is_gone(self):
        self.origin.on("/page", self.page(fields=[
            ("Content-MD5", "Q2hlY2sgSW50ZWdyaXR5IQ=="), ("Digest", "sha-256=x"), ("Accept-Ranges", "bytes"),
            ("X-Kept", "1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]))
        got = self.gateway.get("/page")
        for name in ("Content-Length", "Content-MD5", "Digest", "Accept-Ranges"):
            self.assertEqual(got.all(name), [], name)
        self.assertTrue(got.chunked)
        self.assertEqual((got.get("X-Kept"), got.all("Set-Cookie")), ("1", ["a=1", "b=2"]))
        self.assertEqual(got.get("Content-Type"), "text/html; charset=utf-8")

    def test_an_http_1_0_client_gets_the_page_until_the_close(self):
        self.origin.on("/page", self.page())
        got = self.gateway.get("/page", version="HTTP/1.0")
        self.assertEqual((got.get("Content-Length"), got.get("Transfer-Encoding")), (None, None))
        self.assertEqual(len(signed_urls(got.body)), len(SIGNED))

    def max_age(self, cache_control, fields="", extra=()):
        own = [("Cache-Control", cache_control)] if cache_control else []
        self.origin.on("/page", self.page(fields=[*own, *extra]))
        got = self.gateway.get("/page", fields)
        value = ", ".join(got.all("Cache-Control"))
        found = re.search(r"(?<!s-)max-?age=(\d+)", value)
        return value, int(found.group(1)) if found else None

    def test_caching_is_capped_by_the_life_of_the_links(self):
        for upstream in ("max-age=86400", "public, max-age=31536000, immutable", "max-age=86400, s-maxage=86400"):
            value, age = self.max_age(upstream)
            self.assertIsNotNone(age, value)
            self.assertLessEqual(age, 3600, value)
            self.assertGreater(age, 0, value)
            self.assertNotIn("immutable", value)
            shared = re.search(r"s-maxage=(\d+)", value)
            if shared:
                self.assertLessEqual(int(shared.group(1)), 3600)
        self.assertEqual(self.max_age("max-age=60")[1], 60)
        self.assertIn("no-store", self.max_age("no-store")[0])

    def test_expires_is_capped_too(self):
        self.origin.on("/page", self.page(fields=[("Expires", "Fri, 01 Jan 2100 00:00:00 GMT")]))
        got = self.gateway.get("/page")
        self.assertNotIn("2100", got.get("Expires") or "")

    def test_a_page_for_somebody_with_credentials_is_private(self):
        for fields in ("Cookie: session=1\r\n", "Authorization: Basic eA==\r\n"):
            value, _ = self.max_age("public, max-age=600", fields)
            self.assertIn("private", value)
            self.assertNotIn("public", value)
        self.assertNotIn("private", self.max_age("public, max-age=600")[0])

    def test_an_etag_goes_to_the_client_and_back(self):
        def page(conversation, request):
            if request.get("If-None-Match") == '"v1"':
                conversation.send(answer(status="304 Not Modified", fields=[("ETag", '"v1"')], length=False))
            else:
                conversation.send(self.page(fields=[("ETag", '"v1"'), ("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")]))
        self.origin.on("/page", page)
        first = self.gateway.get("/page")
        tag = first.get("ETag")
        self.assertRegex(tag, r'^W/"[^"]+"$')
        self.assertIsNone(first.get("Last-Modified"))
        again = self.gateway.get("/page", f"If-None-Match: {tag}\r\n")
        self.assertEqual(self.origin.last().all("If-None-Match"), ['"v1"'])
        self.assertEqual((again.status, again.body, again.get("ETag")), (304, b"", tag))
        listed = self.gateway.get("/page", f'If-None-Match: "other", {tag}, W/"more"\r\n')
        self.assertEqual(listed.status, 304)

    def test_a_weak_etag_of_the_origin(self):
        self.origin.on("/page", self.page(fields=[("ETag", 'W/"v1"')]))
        tag = self.gateway.get("/page").get("ETag")
        self.assertRegex(tag, r'^W/"[^"]+"$')
        self.gateway.get("/page", f"If-None-Match: {tag}\r\n")
        self.assertEqual(self.origin.last().all("If-None-Match"), ['W/"v1"'])

    def test_conditions_that_are_not_of_our_making_stay_behind(self):
        for fields in ('If-None-Match: "v1"\r\n', "If-None-Match: *\r\n", "If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT\r\n",
                       "Range: bytes=0-9\r\n", "Range: bytes=0-9\r\nIf-Range: \"v1\"\r\n",
                       'If-None-Match: W/"sg1-1-x-sv1"\r\n'):
            self.origin.on("/page", self.page(fields=[("ETag", '"v1"')]))
            self.assertEqual(self.gateway.get("/page", fields).status, 200, fields)
            for name in ("If-None-Match", "If-Modified-Since", "Range", "If-Range"):
                self.assertEqual(self.origin.last().all(name), [], fields)
            self.gateway.get("/unsigned/page", fields)
            name, _, value = fields.partition("\r\n")[0].partition(": ")
            self.assertEqual(self.origin.last().get(name), value)

    def test_redirects_to_private_media_are_signed(self):
        for status in ("301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "201 Created"):
            self.origin.on("/go", answer(b"", status=status, fields=[("Location", "/media/private/x.jpg?a=b")]))
            got = self.gateway.get("/go")
            self.assertEqual(got.status, int(status[:3]))
            location = got.get("Location")
            self.assertTrue(location.startswith(EDGE + "x.jpg?a=b&Expires="), location)
            self.assertEqual(self.verify(location).returncode, 0)
        for other in ("/media/public/x", "/films/1.mp4", "https://ex.test/media/private/x.jpg"):
            self.origin.on("/go", answer(b"", status="302 Found", fields=[("Location", other)]))
            self.assertEqual(self.gateway.get("/go").get("Location"), other)

    def test_a_link_header_is_signed(self):
        self.origin.on("/page", self.page(fields=[
            ("Link", "</media/private/x.jpg>; rel=preload; as=image, </style.css>; rel=preload")]))
        value = self.gateway.get("/page").get("Link")
        self.assertRegex(value, r"^<https://d111111abcdef8\.cloudfront\.net/private/x\.jpg\?Expires=\d+&Signature=[\w~-]+"
                                r"&Key-Pair-Id=KRSA>; rel=preload; as=image, </style\.css>; rel=preload$")

    def test_a_link_header_of_more_links_than_are_signed_at_once(self):
        links = ", ".join(f"</media/private/{number}.jpg>; rel=preload" for number in range(100))
        self.origin.on("/page", self.page(fields=[("Link", links)]))
        value = self.gateway.get("/page").get("Link")
        self.assertEqual(re.findall(r"<https://\S+/private/(\d+)\.jpg\?Expires=", value), [str(n) for n in range(100)])

    def test_the_referer_of_a_signing_route_arrives_as_it_came(self):
        self.gateway.get("/page", "Referer: https://www.ex.test/a%20b?c#d\r\n")
        self.assertEqual(self.origin.last().all("Referer"), ["https://www.ex.test/a%20b?c#d"])


if __name__ == "__main__":
    main()
