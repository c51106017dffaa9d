# SPDX-License-Identifier: Apache-2.0
"""What goes wrong on either side: its status, nothing half done, and no truncation that looks whole."""

import time

from harness import Cut, GatewayTest, answer, main, wait_until

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
client_header_timeout = "500ms"
client_body_timeout = "500ms"
client_max_body_size = "1k"
[[server.route]]
location = "/p"
proxy_pass = "http://origin"
proxy_read_timeout = "500ms"
[[server.route]]
location = "/patient"
proxy_pass = "http://origin"
[[server.route]]
location = "/down"
proxy_pass = "http://@DOWN@"
[[server.route]]
location = "/unlimited"
proxy_pass = "http://origin"
client_max_body_size = 0
[upstream.origin]
server = ["@ORIGIN@"]
"""


class UpstreamFailures(GatewayTest):
    configuration = CONFIGURATION

    def assert_page(self, got, status, title):
        self.assertEqual((got.status, got.reason), (status, title))
        self.assertEqual(got.get("Content-Type"), "text/html")
        self.assertIn(f"<h1>{status} {title}</h1>", got.text())

    def test_an_origin_that_is_down_is_502(self):
        self.assert_page(self.gateway.get("/down"), 502, "Bad Gateway")

    def test_the_connection_to_the_client_survives_a_502(self):
        with self.gateway.client() as client:
            self.assertEqual(client.get("/down").status, 502)
            self.assertEqual(client.get("/p/next").status, 200)

    def test_what_is_no_answer_is_502(self):
        head = b"HTTP/1.1 200 OK\r\n"
        for text in (b"\x00\x01\x02\x03garbage\r\n\r\n", b"<html>hello</html>\r\n\r\n", b"\r\n\r\n", b"HTTP/1.1\r\n\r\n",
                     b"HTTP/1.1 2x0 OK\r\n\r\n", b"HTTP/1.1 20 OK\r\n\r\n", b"HTTP/2.0 200 OK\r\n\r\n",
                     head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                     head + b"Content-Length: 5, 5\r\n\r\nhello", head + b"Content-Length: -5\r\n\r\nhello",
                     head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                     head + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                     head + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                     head + b"no colon\r\n\r\n", head + b"X-A : 1\r\n\r\n", head + b" X-A: 1\r\n\r\n",
                     head + b"X-A: a\0b\r\n\r\n", head + b"X-A: a\rb\r\n\r\n",
                     head + b"X-A: " + b"a" * 100_000 + b"\r\n\r\n", b"A" * 100_000 + b"\r\n\r\n",
                     head + b"X:\r\n" * 10001 + b"\r\n", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000):
            self.origin.on("/p", lambda conversation, _, text=text: (conversation.send(text), conversation.finish()))
            self.assertEqual(self.gateway.get("/p").status, 502, text[:60])
            self.assertEqual(len(self.origin.seen("/p")), 1, text[:60])
            self.origin.forget()

    def test_an_origin_that_closes_without_an_answer_is_502_and_asked_once(self):
        for part in (b"", b"HTTP/1.1 20", b"HTTP/1.1 200 OK\r\nContent-Le"):
            self.origin.drop_connections()
            self.origin.on("/p", lambda conversation, _, part=part: (conversation.send(part), conversation.finish()))
            self.assertEqual(self.gateway.get("/p").status, 502)
            self.assertEqual(len(self.origin.seen("/p")), 1)
            self.origin.forget()

    def test_an_origin_that_resets_is_502(self):
        self.origin.drop_connections()
        self.origin.on("/p", lambda conversation, _: (conversation.finish(), conversation.reset()))
        self.assertEqual(self.gateway.get("/p").status, 502)

    def test_an_origin_that_stalls_is_504(self):
        for part in (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"):
            def stall(conversation, _, part=part):
                conversation.send(part)
                conversation.fill()
                conversation.finish()
            self.origin.on("/p", stall)
            self.assert_page(self.gateway.get("/p"), 504, "Gateway Time-out")
            self.assertEqual(len(self.origin.seen("/p")), 1)
            self.origin.forget()

    def test_an_upload_may_take_longer_than_the_wait_for_the_answer(self):
        # proxy_read_timeout is about the answer: it begins when the request was sent.
        with self.gateway.client() as client:
            client.send("POST /p HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 10\r\n\r\n")
            for _ in range(10):
                time.sleep(0.15)
                client.send("x")
            self.assertEqual(client.read_answer().status, 200)
        self.assertEqual(self.origin.last().body, b"x" * 10)

    def cut_answer(self, sent, fields="", version="HTTP/1.1", end="finish"):
        """What the client makes of an answer after which the origin goes away."""
        def cut(conversation, _):
            conversation.send(sent)
            if end == "stall":
                conversation.fill()
            elif end == "reset":
                conversation.reset()
            conversation.finish()
        self.origin.on("/p", cut)
        with self.gateway.client() as client:
            return client.get("/p", fields, version=version)

    def test_an_answer_cut_short_is_never_ended_as_if_whole(self):
        head = b"HTTP/1.1 200 OK\r\n"
        for sent in (head + b"Content-Length: 10\r\n\r\nhello", head + b"Content-Length: 10\r\n\r\n",
                     head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                     head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
                     head + b"Transfer-Encoding: chunked\r\n\r\na\r\nhello",
                     head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n",
                     head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nz\r\n",
                     head + b"Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n"):
            for end in ("finish", "stall", "reset"):
                with self.subTest(sent=sent, end=end):
                    # Either the truncation shows, or the failure came before the head went out.
                    try:
                        got = self.cut_answer(sent, end=end)
                    except (Cut, ConnectionResetError):
                        continue
                    self.assertIn(got.status, (502, 504))

    def test_an_http_1_0_client_sees_the_truncation_too(self):
        # Without a length only the close says that an answer is whole, so it must not be an orderly one.
        sent = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
        for end in ("finish", "stall"):
            with self.subTest(end=end):
                try:
                    got = self.cut_answer(sent, version="HTTP/1.0", end=end)
                except (Cut, ConnectionResetError):
                    continue
                self.assertIn(got.status, (502, 504))

    def test_after_a_cut_answer_the_next_client_is_served(self):
        try:
            self.cut_answer(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
        except (Cut, ConnectionResetError):
            pass
        self.assertEqual(self.gateway.get("/p/next").body, b"hello from the origin")

    def test_a_client_that_leaves_ends_the_request_upstream(self):
        ended = []

        def endless(conversation, _):
            conversation.finish()
            conversation.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            try:
                while True:
                    conversation.send(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            except OSError:
                ended.append(True)
        self.origin.on("/p", endless)
        client = self.gateway.client()
        client.send("GET /p HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        client.read_answer(body=False)
        client.reset()
        wait_until(lambda: ended, "the origin to be told")
        self.assertEqual(self.gateway.get("/p/next").status, 200)


class ClientFailures(GatewayTest):
    configuration = CONFIGURATION

    def assert_refused(self, data, *statuses):
        """An error page, then the end; and nothing reached the origin."""
        with self.gateway.client() as client:
            client.send(data)
            got = client.read_answer()
            self.assertIn(got.status, statuses, data[:80])
            self.assertIn(f"<h1>{got.status} ", got.text())
            self.assertEqual(got.get("Connection"), "close")
            self.assertTrue(client.at_end())
        self.assertEqual([request for request in self.origin.seen() if request.complete], [], data[:80])

    def test_malformed_requests_are_400(self):
        fields = "Host: gw.test\r\n"
        for data in ("GARBAGE\r\n\r\n", "GET /p\r\n\r\n", "GET /p HTTP/1.1 x\r\n\r\n", "GET p HTTP/1.1\r\n\r\n",
                     "GET /p HTTP/1.1\r\n\r\n", "GET /p HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                     "GET /p HTTP/1.1\r\nHost: a b\r\n\r\n", f"GET /p HTTP/1.1\r\n{fields}X : 1\r\n\r\n",
                     f"GET /p HTTP/1.1\r\n{fields}X: 1\r\n 2\r\n\r\n", f"GET /p HTTP/1.1\r\n{fields}X: a\0b\r\n\r\n",
                     f"GET /p/../.. HTTP/1.1\r\n{fields}\r\n", f"GET /p%00 HTTP/1.1\r\n{fields}\r\n",
                     f"GET /p%zz HTTP/1.1\r\n{fields}\r\n", f"GET #x HTTP/1.1\r\n{fields}\r\n",
                     f"POST /p HTTP/1.1\r\n{fields}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                     f"POST /p HTTP/1.1\r\n{fields}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
                     f"POST /p HTTP/1.1\r\n{fields}Content-Length: +5\r\n\r\nhello",
                     f"POST /p HTTP/1.0\r\n{fields}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"):
            self.assert_refused(data, 400)

    def test_other_refusals_have_their_own_status(self):
        fields = "Host: gw.test\r\n"
        self.assert_refused(f"POST /p HTTP/1.1\r\n{fields}Transfer-Encoding: cow\r\n\r\n", 501)
        self.assert_refused(f"GET /p HTTP/2.0\r\n{fields}\r\n", 505)
        self.assert_refused(f"GET /p?{'a' * 9000} HTTP/1.1\r\n{fields}\r\n", 414)
        self.assert_refused(f"GET /p HTTP/1.1\r\n{fields}X: {'a' * 9000}\r\n\r\n", 400)
        self.assert_refused(f"GET /p HTTP/1.1\r\n{fields}{('X: ' + 'a' * 900 + chr(13) + chr(10)) * 50}\r\n", 400)
        for method in ("TRACE", "CONNECT"):
            got = self.gateway.exchange(f"{method} /p HTTP/1.1\r\n{fields}\r\n", method=method)
            self.assertEqual(got.status, 405)

    def test_lines_just_within_the_limits_pass(self):
        fields = "Host: gw.test\r\n" + ("X: " + "a" * 4000 + "\r\n") * 7
        self.assertEqual(self.gateway.exchange(f"GET /p?{'a' * 8000} HTTP/1.1\r\nHost: gw.test\r\n\r\n").status, 200)
        self.assertEqual(self.gateway.exchange(f"GET /p HTTP/1.1\r\n{fields}\r\n").status, 200)

    def test_a_malformed_chunk_is_400(self):
        for body in ("5\nhello\n0\n\n", "0 5\r\nhello\r\n0\r\n\r\n", "5\r\nhelloXX0\r\n\r\n", "+5\r\nhello\r\n0\r\n\r\n"):
            with self.gateway.client() as client:
                client.send(f"POST /p HTTP/1.1\r\nHost: gw.test\r\nTransfer-Encoding: chunked\r\n\r\n{body}")
                self.assertEqual(client.read_answer().status, 400, body)
                self.assertTrue(client.at_end())
            self.assertFalse(any(request.complete for request in self.origin.seen()), body)

    def test_a_body_too_large_is_413(self):
        self.assert_refused("POST /p HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 1025\r\n\r\n" + "x" * 1025, 413)
        self.assert_refused("POST /p HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 99999999999\r\n\r\n", 413)
        self.assert_refused("POST /p HTTP/1.1\r\nHost: gw.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "200\r\n" + "x" * 512 + "\r\n200\r\n" + "x" * 512 + "\r\n1\r\nx\r\n0\r\n\r\n", 413)

    def test_a_body_at_the_limit_passes(self):
        self.assertEqual(self.gateway.exchange(
            "POST /p HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 1024\r\n\r\n" + "x" * 1024).status, 200)
        self.assertEqual(self.gateway.exchange(
            "POST /p HTTP/1.1\r\nHost: gw.test\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" + "x" * 1024
            + "\r\n0\r\n\r\n").status, 200)
        self.assertEqual(self.gateway.exchange(
            "POST /unlimited HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 9000\r\n\r\n" + "x" * 9000).status, 200)

    def test_a_body_that_stalls_is_408(self):
        for data in ("Content-Length: 10\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"):
            self.assert_refused(f"POST /patient HTTP/1.1\r\nHost: gw.test\r\n{data}", 408)

    def test_a_head_that_stalls_is_408_or_the_end(self):
        for data in ("GET /p/head HTTP/1.1\r\nHost: gw", "G"):
            with self.gateway.client() as client:
                client.send(data)
                try:
                    self.assertEqual(client.read_answer().status, 408)
                except Cut:
                    self.assertEqual(client.buffer, b"")
            self.assertEqual(self.origin.seen("/p/head"), [])

    def test_a_body_cut_short_never_reaches_the_origin_as_whole(self):
        for data in ("Content-Length: 10\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                     "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"):
            client = self.gateway.client()
            client.send(f"POST /p HTTP/1.1\r\nHost: gw.test\r\n{data}")
            client.close()
            self.assertEqual(self.gateway.get("/p/next").status, 200)
            self.assertFalse(any(request.complete for request in self.origin.seen("/p")), data)

    def test_a_location_that_nothing_matches_is_404(self):
        with self.gateway.client() as client:
            got = client.get("/elsewhere")
            self.assertEqual((got.status, got.reason), (404, "Not Found"))
            self.assertIn("<h1>404 Not Found</h1>", got.text())
            self.assertEqual(client.get("/p").status, 200)

    def test_an_error_to_head_has_no_body(self):
        with self.gateway.client() as client:
            got = client.get("/elsewhere", method="HEAD")
            self.assertEqual(got.status, 404)
            self.assertGreater(int(got.get("Content-Length")), 0)
            self.assertEqual(client.get("/p").status, 200)

    def test_a_bad_request_after_good_ones_ends_the_connection(self):
        with self.gateway.client() as client:
            client.send("GET /p/1 HTTP/1.1\r\nHost: gw.test\r\n\r\nBAD\r\n\r\nGET /p/2 HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            self.assertEqual(client.read_answer().status, 200)
            self.assertEqual(client.read_answer().status, 400)
            self.assertTrue(client.at_end())
        self.assertEqual([request.target for request in self.origin.seen()], ["/p/1"])


if __name__ == "__main__":
    main()
