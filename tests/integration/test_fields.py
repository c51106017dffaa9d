# SPDX-License-Identifier: Apache-2.0
"""Header fields on their way through, both ways."""

from harness import GatewayTest, answer, main
from proxying import CONFIGURATION

HOP_BY_HOP = ("Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Upgrade", "Transfer-Encoding")


class Fields(GatewayTest):
    configuration = CONFIGURATION

    def test_hop_by_hop_fields_of_the_request_stay_behind(self):
        self.gateway.exchange("GET /f HTTP/1.1\r\nHost: gw.test\r\nConnection: close, X-Hop, te\r\nX-Hop: 1\r\n"
                              "Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nTE: trailers, deflate\r\n"
                              "Trailer: X-T\r\nUpgrade: h2c\r\nX-End: 1\r\n\r\n")
        request = self.origin.last()
        self.assertEqual(request.get("X-End"), "1")
        for name in (*HOP_BY_HOP, "X-Hop"):
            if name != "Connection":
                self.assertEqual(request.all(name), [], name)
        self.assertNotIn("x-hop", ",".join(request.all("Connection")).lower())

    def test_hop_by_hop_fields_of_the_answer_stay_behind(self):
        self.origin.on("/f", answer(b"x", fields=[("Connection", "X-Hop, keep-alive"), ("X-Hop", "1"),
                                                  ("Keep-Alive", "timeout=77"), ("Upgrade", "h2c"), ("X-End", "1")]))
        with self.gateway.client() as client:
            got = client.get("/f")
            self.assertEqual(got.get("X-End"), "1")
            # Upgrade tells what the server would speak, and passes as in nginx.
            self.assertEqual(got.get("Upgrade"), "h2c")
            for name in (*HOP_BY_HOP, "X-Hop"):
                if name != "Upgrade":
                    self.assertEqual(got.all(name), [], name)

    def test_what_a_server_wants_upgraded_to_is_told(self):
        self.origin.on("/ws", answer(b"x", status="426 Upgrade Required",
                                     fields=[("Connection", "Upgrade"), ("Upgrade", "websocket")]))
        got = self.gateway.get("/ws")
        self.assertEqual((got.status, got.all("Upgrade")), (426, ["websocket"]))

    def test_the_word_for_a_proxy_behind_passes(self):
        self.origin.on("/p", answer(b"x", status="407 Proxy Authentication Required", fields=[("Proxy-Authenticate", "Basic")]))
        got = self.gateway.get("/p", "Proxy-Authorization: Basic dTpw\r\n")
        self.assertEqual((got.status, got.get("Proxy-Authenticate")), (407, "Basic"))
        self.assertEqual(self.origin.last().all("Proxy-Authorization"), ["Basic dTpw"])

    def test_odd_names_of_the_answer_are_passed_on_and_broken_ones_are_not(self):
        self.origin.on("/odd", answer(b"x", fields=[("X@y", "a"), ("X-End", "1")]))
        got = self.gateway.get("/odd")
        self.assertEqual((got.status, got.get("X@y"), got.get("X-End")), (200, "a", "1"))
        for name in ("X y", "X\x01y", ""):
            self.origin.on("/broken", answer(b"x", fields=[(name, "a")]))
            self.assertEqual(self.gateway.get("/broken").status, 502, name)

    def test_broken_names_of_the_request_are_refused(self):
        for line in ("Transfer-Encoding\x0b: chunked", "Content-Length\x01: 5", "X y: 5", ": 4", "X\x7f: 1"):
            self.assertEqual(self.gateway.get("/f", f"{line}\r\n").status, 400, line)
        self.assertEqual(self.origin.seen(), [])
        self.assertEqual(self.gateway.get("/f", "X@y: 1\r\n").status, 200)
        self.assertIsNone(self.origin.last().get("X@y"))

    def test_a_second_authorization_is_refused(self):
        for name in ("Authorization", "If-Modified-Since", "If-None-Match", "If-Range", "Expect"):
            self.assertEqual(self.gateway.get("/f", f"{name}: a\r\n{name.lower()}: b\r\n").status, 400, name)
        self.assertEqual(self.origin.seen(), [])

    def test_the_referer_arrives_exactly_as_it_came(self):
        for referer in ("https://www.example.com/a?b=c", "https://ex.test/a%20b?x=\"y\"&z='{}|\\^`#frag", "about:blank",
                        "https://ex.test/caf\xe9\xff", "  not a URL at all,\t; here", "x" * 4000):
            self.assertEqual(self.gateway.get("/r", f"Referer: {referer}\r\n").status, 200)
            self.assertEqual(self.origin.last().all("Referer"), [referer.strip(" \t")])
        self.assertEqual(self.gateway.get("/r").status, 200)
        self.assertEqual(self.origin.last().all("Referer"), [])
        self.assertEqual(self.gateway.get("/r", "Referer:\r\n").status, 200)
        self.assertIn(self.origin.last().all("Referer"), ([""], []))

    def test_repeated_fields_keep_their_order(self):
        self.origin.on("/f", answer(b"", fields=[("Set-Cookie", "a=1; Path=/"), ("X-M", "1"), ("Set-Cookie", "b=2"),
                                                 ("X-M", "2")]))
        got = self.gateway.get("/f", "X-N: 1\r\nCookie: a=1; b=2\r\nX-N: 2\r\n")
        self.assertEqual((got.all("Set-Cookie"), got.all("X-M")), (["a=1; Path=/", "b=2"], ["1", "2"]))
        self.assertEqual((self.origin.last().all("X-N"), self.origin.last().get("Cookie")), (["1", "2"], "a=1; b=2"))

    def test_the_host_is_the_proxied_one_by_default(self):
        self.gateway.get("/f", host="gw.test:81")
        self.assertEqual(self.origin.last().get("Host"), "origin")

    def test_proxy_set_header(self):
        self.gateway.get("/forwarded?x=1%202", "X-Dropped: 1\r\nX-Real-IP: 6.6.6.6\r\n", host="Gw.Test:81")
        request = self.origin.last()
        for name, value in {"Host": "Gw.Test:81", "X-Real-IP": "127.0.0.1", "X-Forwarded-For": "127.0.0.1",
                            "X-Forwarded-Proto": "http", "X-Forwarded-Host": "gw.test",
                            "X-Both": "a GET 1%202 b"}.items():
            self.assertEqual(request.all(name), [value], name)
        self.assertEqual(request.all("X-Dropped"), [])

    def test_x_forwarded_for_is_appended(self):
        self.gateway.get("/forwarded", "X-Forwarded-For: 6.6.6.6, 7.7.7.7\r\n")
        self.assertEqual(self.origin.last().all("X-Forwarded-For"), ["6.6.6.6, 7.7.7.7, 127.0.0.1"])

    def test_names_that_nginx_calls_invalid_are_dropped(self):
        self.assertEqual(self.gateway.get("/f", "X_A: 1\r\nX(B): 1\r\nX-D: 1\r\n").status, 200)
        names = [name for name, _ in self.origin.last().head.fields]
        self.assertIn("X-D", names)
        self.assertFalse({"X_A", "X(B)"} & set(names))


if __name__ == "__main__":
    main()
