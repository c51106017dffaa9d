# SPDX-License-Identifier: Apache-2.0
"""Statuses that HTTP does not define, 600 to 999: passed on as they came, like nginx does."""

import json

from harness import GatewayTest, answer, main, wait_until

CONFIGURATION = """
worker_processes = 1
log_format = { own = "$status $upstream_status $uri" }
[[server]]
listen = ["127.0.0.1:0"]
access_log = ["access.log own", "access.json json"]
error_page = ["404 500 502 503 504 599 /told"]
[[server.route]]
location = "/"
proxy_pass = "http://origin"
[[server.route]]
location = "/intercepted"
proxy_pass = "http://origin"
proxy_intercept_errors = "on"
[[server.route]]
location = "/next"
proxy_pass = "http://several"
proxy_next_upstream = "error timeout invalid_header http_500 http_502 http_503 http_504 http_404 http_429"
[[server.route]]
location = "/asked"
auth_request = "/auth"
proxy_pass = "http://origin"
[[server.route]]
location = "/auth"
proxy_pass = "http://origin"
[[server.route]]
location = "/told"
return = "200 told"
[upstream.origin]
server = ["@ORIGIN@"]
keepalive = 4
[upstream.several]
server = ["@ORIGIN@ max_fails=1", "@DOWN@ backup"]
"""


class Statuses(GatewayTest):
    configuration = CONFIGURATION

    def logged(self, line):
        wait_until(lambda: line in (self.folder / "access.log").read_text().splitlines(), f"{line} in the log")

    def test_they_are_passed_on_with_their_reason_and_body(self):
        with self.gateway.client() as client:
            for status in ("600 Beyond", "777 ", "799 So Be It", "999 The Last"):
                self.origin.on("/p", answer(b"body", status=status, fields=[("X-Own", "1")]))
                got = client.get("/p")
                self.assertEqual(got.head.start_line.rstrip(), f"HTTP/1.1 {status}".rstrip())
                self.assertEqual((got.body, got.get("X-Own"), got.get("Content-Length")), (b"body", "1", "4"))
                got = client.get("/p", method="HEAD")
                self.assertEqual(got.get("Content-Length"), "4")
                self.logged(f"{status[:3]} {status[:3]} /p")
        entries = [json.loads(line) for line in (self.folder / "access.json").read_text().splitlines()]
        self.assertIn(999, [int(entry["status"]) for entry in entries])

    def test_their_bodies_are_framed_as_others_are(self):
        for options in ({"chunked": True}, {"length": False}):
            def send(conversation, _, options=options):
                conversation.send(answer(b"body", status="600 Beyond", **options))
                conversation.finish()
            self.origin.on("/p", send)
            got = self.gateway.get("/p")
            self.assertEqual((got.status, got.body), (600, b"body"))

    def test_what_is_below_100_or_no_three_digits_is_502(self):
        for status in ("099 Low", "000 Zero", "1000 Much", "60 Few", "6x0 Odd"):
            self.origin.on("/p", answer(b"body", status=status))
            got = self.gateway.get("/p")
            self.assertEqual((got.status, got.body), (502, b"told"), status)

    def test_no_error_page_is_for_them(self):
        self.origin.on("/intercepted", answer(b"own", status="600 Beyond"))
        got = self.gateway.get("/intercepted")
        self.assertEqual((got.status, got.reason, got.body), (600, "Beyond", b"own"))
        self.origin.on("/intercepted", answer(b"own", status="599 At The Edge"))
        got = self.gateway.get("/intercepted")
        self.assertEqual((got.status, got.body), (599, b"told"))

    def test_no_other_server_is_asked_for_them_and_they_are_no_failure(self):
        self.origin.on("/next", answer(b"own", status="600 Beyond"))
        for _ in range(3):
            self.assertEqual(self.gateway.get("/next").status, 600)
        self.logged("600 600 /next")

    def test_they_allow_nothing(self):
        self.origin.on("/auth", answer(status="600 Beyond"))
        got = self.gateway.get("/asked")
        self.assertEqual((got.status, got.body), (500, b"told"))
        self.assertEqual(self.origin.seen("/asked"), [])


if __name__ == "__main__":
    main()
