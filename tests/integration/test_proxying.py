# SPDX-License-Identifier: Apache-2.0
"""What passes through, both ways: messages of every framing, connections kept and closed."""

import hashlib
import threading

from harness import Client, Cut, GatewayTest, answer, main
from proxying import CONFIGURATION


def pattern(size):
    """Bytes of which no part equals another at a shifted place."""
    block = b"".join(hashlib.sha256(b"%d" % i).digest() for i in range(512))
    return (block * (size // len(block) + 1))[:size]


class Messages(GatewayTest):
    configuration = CONFIGURATION

    def test_get(self):
        self.origin.on("/a", answer(b"body", fields=[("Content-Type", "text/plain"), ("X-A", "1")]))
        got = self.gateway.get("/a?b=c&d=%20", "X-B: 2\r\n")
        self.assertEqual((got.status, got.reason, got.body), (200, "OK", b"body"))
        self.assertEqual(got.get("Content-Length"), "4")
        self.assertEqual(got.get("Content-Type"), "text/plain")
        self.assertEqual(got.get("X-A"), "1")
        self.assertTrue(got.get("Server").startswith("signgate"))
        self.assertRegex(got.get("Date"), r"^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$")
        request = self.origin.last()
        self.assertEqual(request.head.start_line, "GET /a?b=c&d=%20 HTTP/1.1")
        self.assertEqual(request.get("X-B"), "2")
        self.assertIsNone(request.get("Content-Length"))

    def test_the_target_goes_upstream_as_it_came(self):
        for target in ("/a%20b//c", "/%41?", "/x/../y", "/é?q=[]|\"'", "/a;v=1/b", "/%2Fa", "/?a=%zz", "/a/"):
            self.assertEqual(self.gateway.get(target).status, 200, target)
            self.assertEqual(self.origin.last().target, target)

    def test_absolute_form_becomes_a_path(self):
        self.assertEqual(self.gateway.get("http://other.test/p?q").status, 200)
        self.assertEqual(self.origin.last().target, "/p?q")
        self.assertEqual(self.gateway.get("http://other.test").status, 200)
        self.assertEqual(self.origin.last().target, "/")

    def test_methods(self):
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"):
            self.assertEqual(self.gateway.get("/m", method=method).status, 200, method)
            self.assertEqual(self.origin.last().method, method)
        self.assertEqual(self.gateway.get("/m", method="get").status, 400)

    def test_head_has_a_length_and_no_body(self):
        self.origin.on("/h", b"HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nETag: \"x\"\r\n\r\n")
        with self.gateway.client() as client:
            got = client.get("/h", method="HEAD")
            self.assertEqual((got.status, got.get("Content-Length"), got.get("ETag")), (200, "1234", '"x"'))
            self.assertEqual(client.get("/next").body, b"hello from the origin")

    def test_head_of_a_chunked_answer(self):
        self.origin.on("/h", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        with self.gateway.client() as client:
            self.assertEqual(client.get("/h", method="HEAD").status, 200)
            self.assertEqual(client.get("/next").status, 200)

    def test_post_with_a_length(self):
        for body in (b"", b"hello", bytes(range(256)) * 700):
            self.origin.forget()
            with self.gateway.client() as client:
                client.send(f"POST /p HTTP/1.1\r\nHost: gw.test\r\nContent-Length: {len(body)}\r\n\r\n")
                client.send(body)
                self.assertEqual(client.read_answer().status, 200)
            self.assertEqual(self.origin.last().body, body)
            self.assertEqual(len(self.origin.seen()), 1)

    def test_post_in_chunks(self):
        for parts in ([], [b"hello"], [b"a", b"\r\n0\r\n\r\n", b"c" * 70000, b"d"]):
            self.origin.forget()
            with self.gateway.client() as client:
                client.send("POST /p HTTP/1.1\r\nHost: gw.test\r\nTransfer-Encoding: chunked\r\n\r\n")
                for part in parts:
                    client.send(b"%X;ext=1\r\n%s\r\n" % (len(part), part))
                client.send(b"0\r\nX-Trailer: 1\r\n\r\n")
                self.assertEqual(client.read_answer().status, 200)
                self.assertEqual(client.get("/next").status, 200)
            request = self.origin.seen("/p")[0]
            self.assertEqual(request.body, b"".join(parts))
            self.assertIsNone(request.get("X-Trailer"))

    def test_a_request_that_arrives_byte_by_byte(self):
        with self.gateway.client() as client:
            for byte in b"\r\nPOST /p HTTP/1.1\r\nHost: gw.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n":
                client.send(bytes([byte]))
            self.assertEqual(client.read_answer().status, 200)
        self.assertEqual(self.origin.last().body, b"hello")

    def test_lines_that_end_in_a_bare_lf(self):
        got = self.gateway.exchange("GET /lf HTTP/1.1\nHost: gw.test\nX-A: 1\n\n")
        self.assertEqual(got.status, 200)
        self.assertEqual(self.origin.last().get("X-A"), "1")
        self.origin.on("/lf", b"HTTP/1.1 200 OK\nContent-Length: 5\nX-B: 2\n\nhello")
        got = self.gateway.get("/lf")
        self.assertEqual((got.body, got.get("X-B")), (b"hello", "2"))

    def test_expect_100_continue(self):
        with self.gateway.client() as client:
            client.send("POST /p HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
            self.assertEqual(client.read_head().start_line, "HTTP/1.1 100 Continue")
            client.send("hello")
            self.assertEqual(client.read_answer().status, 200)
        self.assertEqual(self.origin.last().body, b"hello")
        self.assertIsNone(self.origin.last().get("Expect"))

    def test_chunked_answers(self):
        self.origin.on("/c", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                             b"3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nX-T: 1\r\n\r\n")
        with self.gateway.client() as client:
            got = client.get("/c")
            self.assertEqual((got.body, got.chunked), (b"hello", True))
            self.assertEqual(client.get("/next").status, 200)

    def test_answers_that_end_with_the_connection(self):
        def until_close(conversation, _):
            conversation.send(b"HTTP/1.0 200 OK\r\n\r\nhello")
            conversation.finish()
        self.origin.on("/u", until_close)
        with self.gateway.client() as client:
            got = client.get("/u")
            self.assertEqual((got.body, got.chunked), (b"hello", True))
            self.assertEqual(client.get("/next").status, 200)

    def test_answers_without_a_body(self):
        for status in ("204 No Content", "304 Not Modified"):
            self.origin.on("/n", answer(status=status, fields=[("ETag", '"x"')], length=False))
            with self.gateway.client() as client:
                got = client.get("/n")
                self.assertEqual((got.status, got.get("ETag")), (int(status[:3]), '"x"'))
                self.assertEqual((got.get("Content-Length"), got.get("Transfer-Encoding")), (None, None))
                self.assertEqual(client.get("/next").body, b"hello from the origin")

    def test_statuses_and_reasons_pass(self):
        for status in ("201 Created", "206 Partial Content", "299 Odd", "404 Gone Fishing", "500 Sorry", "503 Busy"):
            self.origin.on("/s", answer(b"page", status=status))
            got = self.gateway.get("/s")
            self.assertEqual((f"{got.status} {got.reason}", got.body), (status, b"page"))

    def test_interim_answers_are_not_the_final_one(self):
        self.origin.on("/i", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
                       + answer(b"final"))
        self.assertEqual(self.gateway.get("/i").body, b"final")

    def test_bytes_leave_before_the_answer_is_complete(self):
        for head in (b"Content-Length: 10", b"Transfer-Encoding: chunked"):
            go_on = threading.Event()
            chunked = b"chunked" in head

            def in_two(conversation, _, head=head, chunked=chunked, go_on=go_on):
                conversation.send(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + (b"5\r\nfirst\r\n" if chunked else b"first"))
                self.assertTrue(go_on.wait(30))
                conversation.send(b"5\r\nother\r\n0\r\n\r\n" if chunked else b"other")
            self.origin.on("/t", in_two)
            with self.gateway.client() as client:
                client.send("GET /t HTTP/1.1\r\nHost: gw.test\r\n\r\n")
                client.read_answer(body=False)
                if chunked:
                    parts = client.chunks()
                    self.assertEqual(next(parts), b"first")
                    go_on.set()
                    self.assertEqual(b"".join(parts), b"other")
                else:
                    self.assertEqual(client.read_exactly(5), b"first")
                    go_on.set()
                    self.assertEqual(client.read_exactly(5), b"other")

    def test_the_head_leaves_before_the_body_begins(self):
        go_on = threading.Event()

        def head_first(conversation, _):
            conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            self.assertTrue(go_on.wait(30))
            conversation.send(b"hello")
        self.origin.on("/t", head_first)
        with self.gateway.client() as client:
            client.send("GET /t HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            self.assertEqual(client.read_answer(body=False).status, 200)
            go_on.set()
            self.assertEqual(client.read_exactly(5), b"hello")

    def test_big_answers_arrive_unchanged(self):
        body = pattern(20 << 20)
        for chunked in (False, True):
            self.origin.on("/big", answer(body, chunked=chunked))
            with self.gateway.client() as client:
                got = client.get("/big")
                self.assertEqual(got.chunked, chunked)
                self.assertTrue(got.body == body)
                self.assertEqual(client.get("/next").status, 200)

    def test_big_requests_arrive_unchanged(self):
        body = pattern(20 << 20)
        for chunked in (False, True):
            self.origin.forget()
            with self.gateway.client() as client:
                framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
                client.send(f"POST /big HTTP/1.1\r\nHost: gw.test\r\n{framing}\r\n\r\n")
                if chunked:
                    for at in range(0, len(body), 100_000):
                        part = body[at:at + 100_000]
                        client.send(b"%x\r\n%s\r\n" % (len(part), part))
                    client.send(b"0\r\n\r\n")
                else:
                    client.send(body)
                self.assertEqual(client.read_answer().status, 200)
                self.assertEqual(client.get("/next").status, 200)
            self.assertTrue(self.origin.seen("/big")[0].body == body)


class Connections(GatewayTest):
    configuration = CONFIGURATION

    def test_one_connection_on_each_side_serves_many_requests(self):
        self.origin.drop_connections()
        before = self.origin.connections
        with self.gateway.client() as client:
            for i in range(20):
                self.assertEqual(client.get(f"/{i}").status, 200)
        self.assertEqual([request.target for request in self.origin.seen()], [f"/{i}" for i in range(20)])
        self.assertEqual(self.origin.connections, before + 1)
        self.assertEqual(self.origin.last().number, 20)
        self.assertEqual(self.gateway.get("/other-client").status, 200)
        self.assertEqual(self.origin.connections, before + 1)

    def test_connection_close_is_honoured(self):
        for fields in ("Connection: close\r\n", "Connection: foo, CLOSE\r\n", "Connection: x\r\nConnection: close\r\n"):
            with self.gateway.client() as client:
                got = client.get("/c", fields)
                self.assertEqual((got.status, got.get("Connection")), (200, "close"))
                self.assertTrue(client.at_end())

    def test_pipelined_requests_are_answered_in_order(self):
        requests = b""
        for i in range(20):
            self.origin.on(f"/{i}", answer(b"answer %d" % i, chunked=i % 2 == 0))
            if i % 3 == 0:
                requests += b"POST /%d HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 5\r\n\r\nhello" % i
            elif i % 3 == 1:
                requests += b"POST /%d HTTP/1.1\r\nHost: gw.test\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n" % i
            else:
                requests += b"GET /%d HTTP/1.1\r\nHost: gw.test\r\n\r\n" % i
        with self.gateway.client() as client:
            client.send(requests)
            for i in range(20):
                self.assertEqual(client.read_answer().body, b"answer %d" % i)

    def test_an_http_1_0_client_is_closed_unless_it_asks(self):
        with self.gateway.client() as client:
            got = client.get("/c", version="HTTP/1.0")
            self.assertEqual(got.body, b"hello from the origin")
            self.assertTrue(client.at_end())
        with self.gateway.client() as client:
            for _ in range(3):
                got = client.get("/c", "Connection: Keep-Alive\r\n", version="HTTP/1.0")
                self.assertEqual(got.get("Connection"), "keep-alive")
                self.assertEqual(got.body, b"hello from the origin")
        self.assertEqual(self.origin.last().version, "HTTP/1.1")

    def test_an_http_1_0_client_without_a_host(self):
        self.assertEqual(self.gateway.exchange("GET /old HTTP/1.0\r\n\r\n").status, 200)
        self.assertEqual(self.origin.last().target, "/old")

    def test_an_http_1_0_client_gets_no_chunks(self):
        self.origin.on("/c", answer(b"hello", chunked=True))
        for fields in ("", "Connection: keep-alive\r\n"):
            with self.gateway.client() as client:
                got = client.get("/c", fields, version="HTTP/1.0")
                self.assertEqual((got.body, got.get("Transfer-Encoding")), (b"hello", None))

    def test_the_origins_close_stays_on_its_side(self):
        def last_one(conversation, _):
            conversation.send(answer(b"hello", fields=[("Connection", "close")]))
            conversation.finish()
        self.origin.on("/c", last_one)
        with self.gateway.client() as client:
            for _ in range(3):
                got = client.get("/c")
                self.assertEqual((got.body, got.get("Connection")), (b"hello", None))

    def test_a_kept_connection_that_died_is_replaced(self):
        with self.gateway.client() as client:
            self.assertEqual(client.get("/1").status, 200)
            self.origin.drop_connections()
            self.assertEqual(client.get("/2").status, 200)

    def test_a_kept_connection_that_dies_on_a_get_is_replaced_once(self):
        def hang_up(conversation, request):
            if request.number > 1:
                conversation.finish()
            else:
                conversation.send(answer(b"at last"))
        self.origin.on("/get", hang_up)
        self.assertEqual(self.gateway.get("/1").status, 200)
        self.assertEqual(self.gateway.get("/get").body, b"at last")
        self.assertEqual(len(self.origin.seen("/get")), 2)

    def test_a_post_that_was_sent_is_never_repeated(self):
        def hang_up(conversation, request):
            conversation.read_body(request)
            conversation.finish()
        self.origin.on("/post", hang_up)
        self.assertEqual(self.gateway.get("/1").status, 200)
        got = self.gateway.exchange("POST /post HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 5\r\n\r\nhello")
        self.assertEqual(got.status, 502)
        self.assertEqual(len(self.origin.seen("/post")), 1)

    def test_bytes_after_an_answer_poison_nobody(self):
        self.origin.on("/extra", answer(b"hello") + answer(b"poison"))
        self.assertEqual(self.gateway.get("/extra").body, b"hello")
        for _ in range(3):
            self.assertEqual(self.gateway.get("/next").body, b"hello from the origin")

    def test_many_clients_at_once_each_get_their_own_answers(self):
        wrong = []

        def ask(number):
            try:
                with Client(self.gateway.port) as client:
                    for i in range(10):
                        path = f"/{number}-{i}"
                        self.origin.on(path, answer(path.encode() * 50))
                        if client.get(path).body != path.encode() * 50:
                            wrong.append(path)
            except (Cut, OSError, AssertionError) as fault:
                wrong.append(fault)
        clients = [threading.Thread(target=ask, args=(number,)) for number in range(30)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    main()
