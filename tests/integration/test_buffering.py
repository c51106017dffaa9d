# SPDX-License-Identifier: Apache-2.0
"""Answers to clients that are slow: read ahead in memory and in a file, or not; and the rate of sending."""

import os
import threading
import time
from pathlib import Path

from harness import Cut, GatewayTest, answer, main, wait_until

MIB = 1 << 20
CONFIGURATION = """
worker_processes = 1
[[server]]
# What the kernel holds is no business of these tests.
listen = ["127.0.0.1:0 sndbuf=256k"]
proxy_socket_rcvbuf = "256k"
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
proxy_temp_path = "answers"
[[server.route]]
location = "/off"
proxy_pass = "http://origin"
proxy_buffering = "off"
[[server.route]]
location = "/memory"
proxy_pass = "http://origin"
proxy_max_temp_file_size = 0
proxy_buffers = "8 64k"
[[server.route]]
location = "/bounded"
proxy_pass = "http://origin"
proxy_max_temp_file_size = "4m"
[[server.route]]
location = "/full"
proxy_pass = "http://origin"
proxy_temp_path = "/dev/full/nowhere"
[[server.route]]
location = "/ignores"
proxy_pass = "http://origin"
proxy_ignore_headers = ["X-Accel-Buffering", "X-Accel-Limit-Rate"]
[[server.route]]
location = "/rate"
proxy_pass = "http://origin"
limit_rate = "$arg_rate"
limit_rate_after = "$arg_after"
[[server.route]]
location = "/heads"
proxy_pass = "http://origin"
proxy_buffer_size = "2k"
[upstream.origin]
server = ["@ORIGIN@"]
"""


class Buffering(GatewayTest):
    configuration = CONFIGURATION

    def stall(self, path, size=24 * MIB, fields=b"", framing=b""):
        """Asks for an answer of `size` bytes and does not read it. How many bytes the origin got rid of, and whether
        it could send all."""
        state = {"sent": 0, "done": False, "body": os.urandom(MIB)}
        stop = threading.Event()
        self.addCleanup(stop.set)

        def send_all(conversation, _):
            head = framing or b"Content-Length: %d" % size
            conversation.send(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + fields + b"\r\n")
            conversation.sock.settimeout(0.2)
            view = memoryview(state["body"])
            while state["sent"] < size and not stop.is_set():
                at = state["sent"] % MIB
                try:
                    state["sent"] += conversation.sock.send(view[at:min(MIB, at + size - state["sent"])])
                except TimeoutError:
                    pass
            conversation.sock.settimeout(60)
            state["done"] = state["sent"] == size
        self.origin.on(path, send_all)
        client = self.gateway.client()
        self.addCleanup(client.close)
        client.sock.setsockopt(1, 8, 65536)  # SO_RCVBUF
        client.send(f"GET {path} HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        return client, state

    def settle(self, state):
        """Waits until the origin is done or has not moved for a while."""
        last = -1
        while not state["done"] and last != state["sent"]:
            last = state["sent"]
            time.sleep(1)
        return state["sent"]

    def assert_whole(self, client, state, size=24 * MIB):
        got = client.read_answer()
        self.assertEqual(len(got.body), size)
        self.assertTrue(got.body == state["body"] * (size // MIB))

    def files(self):
        found = []
        for each in Path(f"/proc/{self.gateway.process.pid}/fd").iterdir():
            try:
                found.append(os.readlink(each))
            except FileNotFoundError:  # closed since the folder was read
                pass
        return [each for each in found if "deleted" in each]

    def test_a_slow_client_does_not_hold_the_upstream(self):
        client, state = self.stall("/slow")
        wait_until(lambda: state["done"], "the origin to be rid of its answer")

        def serves_others():
            self.assertEqual(self.gateway.get("/other").status, 200)
            return self.origin.last("/other").connection == self.origin.last("/slow").connection
        # The client has not read a byte.
        wait_until(serves_others, "the connection to serve others")
        self.assertEqual(len(self.files()), 1)
        self.assertEqual(list((self.folder / "answers").iterdir()), [])
        self.assert_whole(client, state)
        self.assertEqual(client.get("/next").status, 200)
        wait_until(lambda: not self.files(), "the file to go")

    def test_its_memory_is_bounded(self):
        before = self.gateway.memory()
        clients = [self.stall(f"/slow{i}") for i in range(4)]
        for _, state in clients:
            wait_until(lambda state=state: state["done"], "the origin to be rid of its answer")
        self.assertLess(self.gateway.memory() - before, 8 * MIB)
        for client, state in clients:
            self.assert_whole(client, state)

    def test_a_slow_reader_gets_all_in_order_while_it_is_written(self):
        client, state = self.stall("/slow")
        got = client.read_answer(body=False)
        self.assertEqual(got.status, 200)
        parts = []
        for _ in range(24):
            parts.append(client.read_exactly(MIB))
            time.sleep(0.01)
        self.assertTrue(b"".join(parts) == state["body"] * 24)
        self.assertEqual(client.get("/next").status, 200)

    def test_without_a_file_memory_is_the_bound(self):
        client, state = self.stall("/memory")
        self.assertLess(self.settle(state), 20 * MIB)
        self.assert_whole(client, state)

    def test_the_files_size_is_the_bound(self):
        client, state = self.stall("/bounded", size=48 * MIB)
        self.assertLess(self.settle(state), 40 * MIB)
        self.assert_whole(client, state, size=48 * MIB)

    def test_without_buffering_the_client_sets_the_pace(self):
        client, state = self.stall("/off")
        self.assertLess(self.settle(state), 20 * MIB)
        self.assertEqual(self.files(), [])
        self.assert_whole(client, state)

    def test_the_upstream_may_choose(self):
        client, state = self.stall("/slow", fields=b"X-Accel-Buffering: no\r\n")
        self.assertLess(self.settle(state), 20 * MIB)
        self.assert_whole(client, state)
        client, state = self.stall("/off", fields=b"X-Accel-Buffering: yes\r\n")
        wait_until(lambda: state["done"], "the origin to be rid of its answer")
        self.assert_whole(client, state)
        client, state = self.stall("/ignores", fields=b"X-Accel-Buffering: no\r\n")
        wait_until(lambda: state["done"], "the origin to be rid of its answer")
        self.assert_whole(client, state)

    def test_events_are_not_run_ahead_of(self):
        client, state = self.stall("/slow", fields=b"Content-Type: text/event-stream; charset=utf-8\r\n")
        self.assertLess(self.settle(state), 20 * MIB)
        self.assert_whole(client, state)

    def test_events_leave_as_they_come(self):
        go_on = threading.Event()

        def two_events(conversation, _):
            conversation.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")
            self.assertTrue(go_on.wait(30))
            conversation.send(b"data: 2\n\n")
            conversation.finish()
        self.origin.on("/events", two_events)
        with self.gateway.client() as client:
            client.send("GET /events HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            client.read_answer(body=False)
            parts = client.chunks()
            self.assertEqual(next(parts), b"data: 1\n\n")
            go_on.set()
            self.assertEqual(next(parts), b"data: 2\n\n")

    def test_a_disk_that_takes_nothing_costs_speed_alone(self):
        client, state = self.stall("/full")
        self.assertLess(self.settle(state), 20 * MIB)
        wait_until(lambda: "/dev/full/nowhere" in self.gateway.log(), "the line")
        self.assert_whole(client, state)

    def test_an_answer_cut_short_is_cut_after_what_there_was(self):
        def cut(conversation, _):
            conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 30000000\r\n\r\n" + b"x" * 20_000_000)
            conversation.finish()
        self.origin.on("/slow", cut)
        with self.gateway.client() as client:
            client.send("GET /slow HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            time.sleep(1)
            client.read_answer(body=False)
            self.assertEqual(len(client.read_exactly(20_000_000)), 20_000_000)
            with self.assertRaises((Cut, ConnectionResetError)):
                client.read_exactly(1)

    def test_a_client_that_leaves_frees_everything(self):
        client, state = self.stall("/slow")
        wait_until(lambda: state["done"], "the origin to be rid of its answer")
        client.reset()
        wait_until(lambda: not self.files(), "the file to go")

    def test_the_rate_bounds_how_fast_a_client_is_sent_to(self):
        self.origin.on("/rate", answer(b"x" * 300_000))
        begin = time.monotonic()
        self.assertEqual(len(self.gateway.get("/rate?rate=100k").body), 300_000)
        # 300,000 bytes, of which a second's worth goes out at once: some two seconds.
        self.assertGreater(time.monotonic() - begin, 1.5)
        begin = time.monotonic()
        self.assertEqual(len(self.gateway.get("/rate?rate=1k&after=300k").body), 300_000)
        self.assertEqual(len(self.gateway.get("/rate").body), 300_000)
        self.assertEqual(len(self.gateway.get("/rate?rate=100m").body), 300_000)

    def test_a_rate_does_not_hold_the_upstream(self):
        done = threading.Event()

        def send_all(conversation, _):
            conversation.send(answer(b"x" * 3_000_000, fields=[("X-Accel-Limit-Rate", "1000000")]))
            done.set()
        self.origin.on("/limited", send_all)
        with self.gateway.client() as client:
            client.send("GET /limited HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            self.assertTrue(done.wait(30))
            begin = time.monotonic()
            self.assertEqual(len(client.read_answer().body), 3_000_000)
            self.assertGreater(time.monotonic() - begin, 1)
            self.assertEqual(client.get("/next").status, 200)

    def test_a_head_that_is_too_long_is_502(self):
        self.origin.on("/heads", answer(b"x", fields=[("X-A", "a" * 1900)]))
        self.assertEqual(self.gateway.get("/heads").status, 200)
        self.origin.on("/heads", answer(b"x", fields=[("X-A", "a" * 2100)]))
        self.assertEqual(self.gateway.get("/heads").status, 502)

    def test_a_chunked_answer_keeps_its_end(self):
        def send_chunks(conversation, _):
            conversation.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(2000):
                conversation.send(b"2710\r\n" + b"y" * 10_000 + b"\r\n")
            conversation.send(b"0\r\n\r\n")
        self.origin.on("/chunks", send_chunks)
        with self.gateway.client() as client:
            client.send("GET /chunks HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            time.sleep(0.5)
            self.assertEqual(len(client.read_answer().body), 20_000_000)
            self.assertEqual(client.get("/next").status, 200)


if __name__ == "__main__":
    main()
