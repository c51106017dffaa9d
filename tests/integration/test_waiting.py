# SPDX-License-Identifier: Apache-2.0
"""How long the gateway waits, for whom, and what it says when it gives up: deadlines, clients that leave, the error
log."""

import re
import signal
import socket
import time

from harness import GatewayTest, answer, main, wait_until

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "access.log combined"
client_header_timeout = "700ms"
keepalive_timeout = "10m"
[[server.route]]
location = "/p"
proxy_pass = "http://origin"
proxy_read_timeout = "500ms"
[[server.route]]
location = "/patient"
proxy_pass = "http://origin"
proxy_read_timeout = "10m"
[[server.route]]
location = "/down"
proxy_pass = "http://@DOWN@"
[[server.route]]
location = "/told"
proxy_pass = "http://told"
[upstream.told]
server = ["@DOWN@"]
[upstream.origin]
server = ["@ORIGIN@"]
"""


class Waiting(GatewayTest):
    configuration = CONFIGURATION

    def stall_after(self, *parts):
        def stall(conversation, request):
            conversation.read_body(request)
            for part in parts:
                conversation.send(part)
            conversation.fill()
            conversation.finish()
        return stall

    def test_the_wait_for_an_answer_begins_when_the_upload_ends_whatever_has_come_of_it(self):
        for part in (b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-"):
            self.origin.on("/p", self.stall_after(part))
            with self.gateway.client() as client:
                client.send("POST /p HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 100000\r\n\r\n")
                client.send("x" * 100_000)
                self.assertEqual(client.read_answer().status, 504)
            self.origin.forget()

    def test_a_client_that_leaves_ends_the_wait_for_its_answer(self):
        self.origin.on("/patient/left", self.stall_after())
        client = self.gateway.client()
        client.send("GET /patient/left HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        wait_until(lambda: self.origin.seen("/patient/left"), "the request at the origin")
        client.reset()
        self.assertEqual(self.logged_status("/patient/left"), 499)

    def test_a_client_that_leaves_after_an_upload_ends_it_too(self):
        self.origin.on("/patient/up", self.stall_after())
        client = self.gateway.client()
        client.send("POST /patient/up HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 100000\r\n\r\n" + "x" * 100_000)
        wait_until(lambda: self.origin.seen("/patient/up") and self.origin.last("/patient/up").complete, "the upload")
        client.reset()
        self.assertEqual(self.logged_status("/patient/up"), 499)

    def test_a_slow_answer_reaches_a_client_that_stays(self):
        def slow(conversation, _):
            time.sleep(2.5)  # several of the gateway's looks at the client
            conversation.send(answer(b"at last"))
        self.origin.on("/patient/slow", slow)
        with self.gateway.client() as client:
            # A pipelined request is no sign of leaving.
            client.send("GET /patient/slow HTTP/1.1\r\nHost: gw.test\r\n\r\nGET /patient/next HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            self.assertEqual(client.read_answer().body, b"at last")
            self.assertEqual(client.read_answer().status, 200)

    def test_who_says_nothing_gets_no_answer_and_no_line(self):
        with self.gateway.client() as client:
            client.sock.settimeout(60)
            self.assertEqual(client.sock.recv(1000), b"")
        self.gateway.get("/p/after-silence")
        self.logged_status("/p/after-silence")
        self.assertNotIn('"-" 408', (self.folder / "access.log").read_text())

    def test_blank_lines_do_not_keep_an_idle_connection(self):
        with self.gateway.client() as client:
            self.assertEqual(client.get("/p").status, 200)
            ended = False
            client.sock.settimeout(0.1)
            given_up = time.monotonic() + 10
            while not ended and time.monotonic() < given_up:
                try:
                    client.send("\r\n")
                    # What is said before the end, a 408, is read whole: byte by byte it would outlast the loop.
                    ended = client.sock.recv(65536) == b""
                except socket.timeout:
                    pass
                except OSError:
                    ended = True
            self.assertTrue(ended, "ten seconds of blank lines kept the connection")

    def test_the_error_log_says_what_failed_and_for_whom(self):
        secret = "Signature=c2VjcmV0"
        self.gateway.get(f"/told/x?a=1&{secret}")
        line = wait_until(lambda: re.search(r".*\[error\].*upstream connect_failed.*/told/x.*", self.gateway.log()),
                          "the line").group(0)
        for part in ("client: 127.0.0.1", 'request: "GET /told/x?a=1&Signature=*** HTTP/1.1"', 'upstream: "127.0.0.1:',
                     'host: "gw.test"'):
            self.assertIn(part, line)
        self.assertNotIn("c2VjcmV0", self.gateway.log())

    def test_an_answer_that_breaks_off_is_in_the_error_log(self):
        self.origin.on("/p/broken", lambda conversation, _: (
            conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), conversation.finish()))
        with self.gateway.client() as client:
            client.send("GET /p/broken HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            client.read_answer(body=False)
        wait_until(lambda: re.search(r"\[error\].*upstream closed.*/p/broken", self.gateway.log()), "the line")

    def test_a_storm_of_failures_is_counted_not_written_out(self):
        begin, before = time.monotonic(), len(self.gateway.log())
        with self.gateway.client() as client:
            for _ in range(300):
                self.assertEqual(client.get("/down/storm").status, 502)

        def lines():
            return [line for line in self.gateway.log()[before:].splitlines() if "upstream connect_failed" in line]

        def told():
            counted = [re.search(r"\[error\] \d+#\d+: (\d+) more times: upstream connect_failed: ", line)
                       for line in lines()]
            return sum(int(each.group(1)) if each else 1 for each in counted)
        wait_until(lambda: told() >= 300, "the last number")
        self.assertEqual(told(), 300, lines())
        self.assertLessEqual(len(lines()), time.monotonic() - begin + 2, lines())


class Keeping(GatewayTest):
    configuration = """
worker_processes = 1
access_log = "off"
[[server]]
listen = ["127.0.0.1:0"]
keepalive_timeout = "3600s 9s"
keepalive_time = "10m"
[[server.route]]
location = "/"
return = "200 kept"
[[server.route]]
location = "/p"
proxy_pass = "http://origin"
[[server.route]]
location = "/old"
keepalive_time = "1ms"
return = "200 old"
[[server.route]]
location = "/short"
keepalive_timeout = "3s"
return = "200 short"
[[server.route]]
location = "/short-of-upstream"
keepalive_timeout = "3s"
proxy_pass = "http://origin"
[[server.route]]
location = "/told"
proxy_pass = "http://told"
[upstream.told]
server = ["@DOWN@"]
[upstream.origin]
server = ["@ORIGIN@"]
"""

    def test_an_idle_connection_has_the_time_of_its_last_request(self):
        for path in ("/short", "/short-of-upstream"):
            with self.gateway.client() as client:
                self.assertEqual(client.get(path).status, 200)
                self.assertTrue(client.at_end(), path)
            # What was asked last counts.
            with self.gateway.client() as client:
                self.assertEqual(client.get(path).status, 200)
                self.assertEqual(client.get("/").status, 200)
                time.sleep(4)
                self.assertEqual(client.get("/").status, 200, path)

    def test_the_client_is_told_how_long(self):
        with self.gateway.client() as client:
            for path in ("/", "/p"):
                got = client.get(path)
                self.assertEqual((got.status, got.get("Connection"), got.get("Keep-Alive")),
                                 (200, "keep-alive", "timeout=9"))
            got = client.get("/", "Connection: close\r\n")
            self.assertEqual((got.get("Connection"), got.get("Keep-Alive")), ("close", None))

    def test_a_connection_past_its_time_ends_with_its_request(self):
        with self.gateway.client() as client:
            self.assertEqual(client.get("/").get("Connection"), "keep-alive")
            time.sleep(0.2)  # the worker's clock has gone on by then
            got = client.get("/old")
            self.assertEqual((got.text(), got.get("Connection"), got.get("Keep-Alive")), ("old", "close", None))
            self.assertTrue(client.at_end())


class Stopping(GatewayTest):
    configuration = CONFIGURATION

    def tearDown(self):
        pass  # the gateway has ended

    def test_a_head_that_was_begun_is_answered_before_quit_ends_it(self):
        with self.gateway.client() as client:
            client.send("GET /p HTTP/1.1\r\nHo")
            other = self.gateway.client()
            self.addCleanup(other.close)
            self.assertEqual(other.get("/p").status, 200)
            self.gateway.signal(signal.SIGQUIT)
            wait_until(other.at_end, "the idle connection's end")
            client.send("st: gw.test\r\n\r\n")
            self.assertEqual(client.read_answer().status, 200)
        self.assertEqual(self.gateway.wait(), 0)


if __name__ == "__main__":
    main()
