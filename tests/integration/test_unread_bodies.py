# SPDX-License-Identifier: Apache-2.0
"""Answers to requests whose body was not read: it is read away behind the answer, and the connection serves the next request."""

from harness import GatewayTest, main

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
lingering_time = "1h"
lingering_timeout = "1h"
[[server.route]]
location = "/redirect"
return = "302 /elsewhere"
[[server.route]]
location = "/text"
return = "200 text"
[[server.route]]
location = "/basic"
auth_basic = "Area"
auth_basic_user_file = "users"
proxy_pass = "http://origin"
[[server.route]]
location = "/deny"
deny = ["all"]
proxy_pass = "http://origin"
[[server.route]]
location = "/page"
return = "404"
error_page = "404 /text"
[[server.route]]
location = "/proxied-page"
return = "404"
error_page = "404 /up"
[[server.route]]
location = "/down"
proxy_request_buffering = "off"
proxy_pass = "http://down"
[[server.route]]
location = "/up"
proxy_pass = "http://origin"
[[server.route]]
location = "/short"
client_max_body_size = 1000
return = "200 short"
[[server.route]]
location = "/impatient"
lingering_timeout = "300ms"
return = "200 impatient"
[[server.route]]
location = "/soon"
lingering_time = "1s"
return = "200 soon"
[upstream.origin]
server = ["@ORIGIN@"]
[upstream.down]
server = ["@DOWN@"]
"""
ANSWERS = {"/redirect": 302, "/text": 200, "/basic": 401, "/deny": 403, "/page": 404, "/proxied-page": 404, "/down": 502,
           "/nowhere": 404}
# Whoever takes the body for a request asks the origin for it.
BODY = "GET /up?hidden HTTP/1.1\r\nHost: gw.test\r\n\r\n"
NEXT = "GET /up?next HTTP/1.1\r\nHost: gw.test\r\n\r\n"
FRAMINGS = {"length": (f"Content-Length: {len(BODY)}\r\n", BODY),
            "chunked": ("Transfer-Encoding: chunked\r\n", f"{len(BODY):x}\r\n{BODY}\r\n0\r\nX-Trailer: 1\r\n\r\n")}


def head(path, fields):
    return f"POST {path} HTTP/1.1\r\nHost: gw.test\r\n{fields}\r\n"


class UnreadBodies(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        (folder / "users").write_text("u:{PLAIN}p\n")

    def expect_next(self, client):
        self.origin.forget()
        client.send(NEXT)
        self.assertEqual(client.read_answer().status, 200)
        self.assertEqual([request.target for request in self.origin.seen()], ["/up?next"])

    def test_a_body_that_comes_behind_the_answer(self):
        for path, status in ANSWERS.items():
            for name, (fields, body) in FRAMINGS.items():
                with self.subTest(path=path, framing=name), self.gateway.client() as client:
                    for _ in range(2):
                        client.send(head(path, fields))
                        got = client.read_answer()
                        self.assertEqual((got.status, got.get("Connection")), (status, None))
                        client.send(body)
                    self.expect_next(client)

    def test_a_body_that_comes_in_pieces(self):
        for name, (fields, body) in FRAMINGS.items():
            with self.subTest(framing=name), self.gateway.client() as client:
                client.send(head("/deny", fields) + body[:5])
                got = client.read_answer()
                self.assertEqual((got.status, got.get("Connection")), (403, None))
                for byte in body[5:]:
                    client.send(byte)
                self.expect_next(client)

    def test_what_comes_behind_the_body_is_the_next_request(self):
        for path, status in ANSWERS.items():
            for name, (fields, body) in FRAMINGS.items():
                with self.subTest(path=path, framing=name), self.gateway.client() as client:
                    self.origin.forget()
                    client.send(head(path, fields))
                    self.assertEqual(client.read_answer().status, status)
                    self.origin.forget()
                    client.send(body + NEXT + head(path, fields) + body + NEXT)
                    self.assertEqual([client.read_answer().status for _ in range(3)], [200, status, 200])
                    targets = [request.target for request in self.origin.seen() if request.target != "/up"]
                    self.assertEqual(targets, ["/up?next", "/up?next"])

    def test_a_long_body(self):
        with self.gateway.client() as client:
            client.send(head("/deny", "Content-Length: 1000000\r\n"))
            self.assertEqual(client.read_answer().status, 403)
            client.send("x" * 1_000_000)
            self.expect_next(client)

    def test_too_long_a_body_ends_the_connection(self):
        with self.gateway.client() as client:
            client.send(head("/short", "Transfer-Encoding: chunked\r\n"))
            self.assertEqual(client.read_answer().status, 200)
            client.send("3e9\r\n" + "x" * 1001 + "\r\n0\r\n\r\n" + NEXT)
            self.assertTrue(client.at_end())
        with self.gateway.client() as client:
            client.send(head("/short", "Content-Length: 1001\r\n"))
            got = client.read_answer()
            self.assertEqual((got.status, got.get("Connection")), (413, "close"))
            self.assertTrue(client.at_end())

    def test_a_malformed_body_ends_the_connection(self):
        with self.gateway.client() as client:
            client.send(head("/text", "Transfer-Encoding: chunked\r\n"))
            self.assertEqual(client.read_answer().status, 200)
            client.send("x\r\n" + NEXT)
            self.assertTrue(client.at_end())

    def test_a_body_that_does_not_come_ends_the_connection(self):
        for fields, _ in FRAMINGS.values():
            with self.gateway.client() as client:
                client.send(head("/impatient", fields))
                self.assertEqual(client.read_answer().status, 200)
                self.assertTrue(client.at_end())

    def test_nor_may_it_come_for_ever(self):
        """Not even the framing of a chunk."""
        with self.gateway.client() as client:
            client.send(head("/soon", "Transfer-Encoding: chunked\r\n") + "5;")
            self.assertEqual(client.read_answer().status, 200)
            client.sock.settimeout(0.05)
            while True:
                try:
                    client.send("x")
                    self.assertTrue(client.at_end())
                    break
                except TimeoutError:
                    continue
                except (ConnectionResetError, BrokenPipeError):
                    break

    def test_a_client_that_waits_for_a_100_is_closed(self):
        """Nobody knows whether it sends the body or its next request now."""
        for fields, _ in FRAMINGS.values():
            with self.gateway.client() as client:
                client.send(head("/deny", fields + "Expect: 100-continue\r\n"))
                answered = client.read_head()
                self.assertEqual((answered.start_line, answered.get("Connection")), ("HTTP/1.1 403 Forbidden", "close"))

    def test_one_that_has_not_waited_is_not(self):
        for name, (fields, body) in FRAMINGS.items():
            with self.subTest(framing=name), self.gateway.client() as client:
                client.send(head("/deny", fields + "Expect: 100-continue\r\n") + body[:3])
                got = client.read_answer()
                self.assertEqual((got.status, got.get("Connection")), (403, None))
                client.send(body[3:])
                self.expect_next(client)


if __name__ == "__main__":
    main()
