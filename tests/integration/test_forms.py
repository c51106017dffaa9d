# SPDX-License-Identifier: Apache-2.0
"""The forms of a request's target, and what smuggles through them or through hop-by-hop lists and answers."""

from harness import Cut, GatewayTest, answer, main
from proxying import CONFIGURATION


class Forms(GatewayTest):
    configuration = CONFIGURATION

    def test_an_absolute_target_names_the_host(self):
        got = self.gateway.exchange("GET http://other.test:81/a%20b?c HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        self.assertEqual(got.status, 200)
        self.assertEqual(self.origin.last().target, "/a%20b?c")
        self.gateway.exchange("GET http://other.test HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        self.assertEqual(self.origin.last().target, "/")
        got = self.gateway.exchange("GET http://other.test:81/forwarded HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        self.assertEqual(self.origin.last().get("X-Forwarded-Host"), "other.test")

    def test_what_host_says_beside_it_does_not_count(self):
        self.gateway.exchange(b"GET http://a.test/forwarded HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n")
        self.assertEqual((self.origin.last().get("Host"), self.origin.last().get("X-Forwarded-Host")), ("a.test", "a.test"))

    def test_options_of_the_server_is_answered_by_the_gateway(self):
        with self.gateway.client() as client:
            client.send("OPTIONS * HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            got = client.read_answer()
            self.assertEqual((got.status, got.body), (200, b""))
            self.assertEqual(client.get("/next").status, 200)
        self.assertEqual([each.target for each in self.origin.seen()], ["/next"])
        for method in ("GET", "POST", "HEAD"):
            self.assertEqual(self.gateway.exchange(f"{method} * HTTP/1.1\r\nHost: gw.test\r\n\r\n", method).status, 400)

    def test_connect_and_trace_are_refused(self):
        for line in ("CONNECT gw.test:443", "CONNECT /", "TRACE /", "TRACE http://gw.test/"):
            self.assertEqual(self.gateway.exchange(f"{line} HTTP/1.1\r\nHost: gw.test\r\n\r\n").status, 405, line)
        self.assertEqual(self.origin.seen(), [])

    def test_a_list_of_hop_by_hop_fields_frames_nothing_anew(self):
        body = b"GET /smuggled HTTP/1.1\r\nHost: gw.test\r\n\r\n"
        head = (b"POST /outer HTTP/1.1\r\nHost: gw.test\r\nConnection: Content-Length, Transfer-Encoding, Host\r\n"
                b"Content-Length: %d\r\n\r\n" % len(body))
        with self.gateway.client() as client:
            client.send(head + body)
            self.assertEqual(client.read_answer().status, 200)
            self.assertEqual(client.get("/next").status, 200)
        seen = self.origin.seen()
        self.assertEqual([each.target for each in seen], ["/outer", "/next"])
        self.assertEqual((seen[0].get("Content-Length"), seen[0].body, bool(seen[0].get("Host"))), (str(len(body)), body, True))

    def test_an_answer_is_not_split(self):
        evil = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"
        for text in (b"HTTP/1.1 200 OK\r\nX-A: b\rHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                     b"HTTP/1.1 200 OK\r\nX-A: b\x00c\r\nContent-Length: 0\r\n\r\n",
                     b"HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n"):
            self.origin.on("/split", text)
            self.assertEqual(self.gateway.get("/split").status, 502, text)
        # What follows an answer, a 204 or a 304 is nobody's.
        for head in (b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 304 Not Modified\r\n\r\n",
                     b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"):
            self.origin.on("/split", head + evil)
            with self.gateway.client() as client:
                client.get("/split")
                self.assertEqual(client.get("/next").body, b"hello from the origin")

    def test_extensions_of_chunks_end_here(self):
        with self.gateway.client() as client:
            client.send("POST /c HTTP/1.1\r\nHost: gw.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                        '5;a=b;c="d e"\r\nhello\r\n5 ; x\r\nworld\r\n0;last\r\n\r\n')
            self.assertEqual(client.read_answer().status, 200)
        self.assertEqual(self.origin.last().body, b"helloworld")
        self.origin.on("/c", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=1\r\nhello\r\n0;y\r\n\r\n")
        self.assertEqual(self.gateway.get("/c").body, b"hello")

    def test_two_readings_of_a_chunk_are_none(self):
        for size in ("5 5", "0x5", "5\n", "+5", "-1", "fffffffffffffffff", "5;a\x00"):
            with self.gateway.client() as client:
                client.send("POST /c HTTP/1.1\r\nHost: gw.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                            f"{size}\r\nhello\r\n0\r\n\r\n")
                try:
                    self.assertEqual(client.read_answer().status, 400, size)
                except (Cut, ConnectionResetError):
                    pass
        self.assertEqual([each for each in self.origin.seen("/c") if each.complete], [])


if __name__ == "__main__":
    main()
