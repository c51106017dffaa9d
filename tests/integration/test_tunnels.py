# SPDX-License-Identifier: Apache-2.0
"""Upgrade: after a 101 bytes pass both ways as they are, until both sides have ended."""

import os
import re
import signal
import threading

from harness import Answer, GatewayTest, answer, is_sanitized, main, wait_until
from origin import SWITCH, echo

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "access.log json"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
[[server.route]]
location = "/ws"
proxy_pass = "http://origin"
proxy_set_header = { Upgrade = "$http_upgrade", Connection = "upgrade" }
[[server.route]]
location = "/ws/short"
proxy_pass = "http://origin"
proxy_read_timeout = "700ms"
proxy_set_header = { Upgrade = "$http_upgrade", Connection = "upgrade" }
[upstream.origin]
server = ["@ORIGIN@"]
"""

ASK = "Upgrade: echo\r\nConnection: Upgrade\r\n"


class Tunnels(GatewayTest):
    configuration = CONFIGURATION

    def open(self, path="/ws", data=b""):
        client = self.gateway.client()
        self.addCleanup(client.close)
        client.send(f"GET {path} HTTP/1.1\r\nHost: gw.test\r\n{ASK}\r\n".encode() + data)
        got = Answer(client.read_head())
        self.assertEqual(got.status, 101)
        return client, got

    def test_bytes_pass_both_ways(self):
        self.origin.on("/ws", echo)
        client, got = self.open()
        self.assertEqual((got.get("Upgrade"), got.get("Connection"), got.get("X-Hello")), ("echo", "upgrade", "origin"))
        self.assertEqual((got.get("Content-Length"), got.get("Transfer-Encoding")), (None, None))
        asked = self.origin.last("/ws")
        self.assertEqual((asked.get("Upgrade"), asked.get("Connection")), ("echo", "upgrade"))
        for data in (b"hello", b"\x00\xff\r\n\r\n", os.urandom(300_000)):
            client.send(data)
            self.assertTrue(client.read_exactly(len(data)) == data)

    def test_bytes_that_come_with_the_heads_are_not_lost(self):
        def greet(conversation, request):
            conversation.send(SWITCH + b"greeting")
            conversation.send(conversation.read_exactly(5))
            conversation.finish()
        self.origin.on("/ws", greet)
        client, _ = self.open(data=b"early")
        self.assertEqual(client.read_exactly(13), b"greetingearly")

    def test_bytes_that_come_with_the_end_of_a_chunked_body_are_not_lost(self):
        def take_body(conversation, request):
            conversation.read_body(request)
            echo(conversation, request)
        self.origin.on("/ws", take_body)
        client = self.gateway.client()
        self.addCleanup(client.close)
        client.send(f"POST /ws HTTP/1.1\r\nHost: gw.test\r\n{ASK}Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
        # The head is read, and what comes now is read as the body.
        self.assertEqual(Answer(client.read_head()).status, 100)
        client.send(b"4\r\nbody\r\n0\r\n\r\nearly")
        self.assertEqual(Answer(client.read_head()).status, 101)
        self.assertEqual(client.read_exactly(5), b"early")
        self.assertEqual(self.origin.last("/ws").body, b"body")
        client.send(b"late")
        self.assertEqual(client.read_exactly(4), b"late")

    def test_a_side_that_ends_its_sending_is_still_answered(self):
        def answer_at_the_end(conversation, _):
            conversation.send(SWITCH)
            conversation.send(b"got %d" % len(conversation.read_to_end()))
            conversation.finish()
        self.origin.on("/ws", answer_at_the_end)
        client, _ = self.open()
        client.send(b"x" * 100_000)
        client.sock.shutdown(1)
        self.assertEqual(client.read_to_end(), b"got 100000")

    def test_the_origin_may_end_first(self):
        received = []

        def end_first(conversation, _):
            conversation.send(SWITCH + b"bye")
            conversation.sock.shutdown(1)
            received.append(conversation.read_to_end())
            conversation.finish()
        self.origin.on("/ws", end_first)
        client, _ = self.open()
        self.assertEqual(client.read_to_end(), b"bye")
        client.send(b"last words")
        client.close()
        wait_until(lambda: received, "the origin's reading to end")
        self.assertEqual(received, [b"last words"])

    def test_a_reset_of_one_side_ends_the_other(self):
        ended = threading.Event()

        def wait_for_the_end(conversation, _):
            conversation.send(SWITCH)
            try:
                conversation.read_to_end()
            except OSError:
                pass
            ended.set()
            conversation.finish()
        self.origin.on("/ws", wait_for_the_end)
        client, _ = self.open()
        client.reset()
        self.assertTrue(ended.wait(30))

    def test_a_reader_that_does_not_read_holds_the_sender_back(self):
        for path in ("/ws/down", "/ws/up"):
            sent = [0]
            stop = threading.Event()
            block = b"x" * 65536

            def flood(wire, sent=sent, stop=stop, block=block):
                wire.sock.settimeout(0.2)
                try:
                    while not stop.is_set() and sent[0] < 200 << 20:
                        try:
                            sent[0] += wire.sock.send(block)
                        except TimeoutError:
                            pass
                except OSError:
                    pass

            def handler(conversation, _, path=path, flood=flood, stop=stop):
                conversation.send(SWITCH)
                if path.endswith("down"):
                    flood(conversation)
                else:
                    stop.wait(60)
                conversation.finish()
            self.origin.on(path, handler)
            client, _ = self.open(path)
            if path.endswith("up"):
                threading.Thread(target=flood, args=(client,), daemon=True).start()
            wait_until(lambda sent=sent: sent[0] > 0, "the sender to begin")
            last = -1
            while last != sent[0]:
                last = sent[0]
                stop.wait(1)
            stop.set()
            self.assertLess(sent[0], 64 << 20)

    def test_a_quiet_tunnel_ends_and_a_busy_one_does_not(self):
        self.origin.on("/ws/short", echo)
        client, _ = self.open("/ws/short")
        for _ in range(8):
            threading.Event().wait(0.2)
            client.send(b"tick")
            self.assertEqual(client.read_exactly(4), b"tick")
        self.assertTrue(client.at_end())

    def test_one_way_traffic_keeps_the_other_way_open(self):
        def drip(conversation, _):
            conversation.send(SWITCH)
            for _ in range(8):
                threading.Event().wait(0.2)
                conversation.send(b"tick")
            conversation.send(conversation.read_exactly(4))
            conversation.finish()
        self.origin.on("/ws/short", drip)
        client, _ = self.open("/ws/short")
        self.assertEqual(client.read_exactly(32), b"tick" * 8)
        client.send(b"back")
        self.assertEqual(client.read_exactly(4), b"back")

    def test_a_reload_leaves_tunnels_alone(self):
        self.origin.on("/ws", echo)
        client, _ = self.open()
        self.gateway.signal(signal.SIGHUP)
        wait_until(lambda: "the new configuration is in use" in self.gateway.log(), "the reload")
        client.send(b"still here")
        self.assertEqual(client.read_exactly(10), b"still here")

    def test_the_origin_may_refuse(self):
        self.origin.on("/ws", answer(b"no", status="426 Upgrade Required"))
        with self.gateway.client() as client:
            self.assertEqual(client.get("/ws", ASK).status, 426)
            self.assertEqual(client.get("/next").status, 200)

    def test_a_request_without_upgrade_is_an_ordinary_one(self):
        with self.gateway.client() as client:
            self.assertEqual(client.get("/ws").status, 200)
            self.assertIsNone(self.origin.last("/ws").get("Upgrade"))
            self.assertEqual(client.get("/next").status, 200)

    def test_a_101_that_nobody_asked_for_is_502(self):
        self.origin.on("/plain", SWITCH + b"GET /smuggled HTTP/1.1\r\n\r\n")
        self.assertEqual(self.gateway.get("/plain", ASK).status, 502)
        self.assertIsNone(self.origin.last("/plain").get("Upgrade"))
        self.origin.on("/ws", SWITCH)
        self.assertEqual(self.gateway.get("/ws").status, 502)

    def test_bytes_are_counted_in_the_log(self):
        self.origin.on("/ws/counted", echo)
        client, _ = self.open("/ws/counted")
        client.send(b"x" * 1000)
        client.read_exactly(1000)
        client.close()
        log = self.folder / "access.log"
        line = wait_until(lambda: next((each for each in log.read_text().splitlines() if "/ws/counted" in each), None),
                          "the line in the log")
        self.assertRegex(line, r'"status": ?"?101')
        self.assertGreaterEqual(int(re.search(r'"body_bytes_sent": ?"?(\d+)', line).group(1)), 1000)

    def test_many_tunnels_at_rest_cost_little(self):
        if is_sanitized():
            self.skipTest("a sanitizer's build takes more for each frame")
        self.origin.on("/ws", echo)
        tunnels = [self.open()[0] for _ in range(20)]
        before = self.gateway.memory()
        tunnels += [self.open()[0] for _ in range(200)]
        for client in tunnels:
            client.send(b"x")
            client.read_exactly(1)
        # Two buffers for each would be 6 MiB.
        self.assertLess(self.gateway.memory() - before, 5 << 20)


if __name__ == "__main__":
    main()
