# SPDX-License-Identifier: Apache-2.0
"""Connections to upstreams: from which address they are made, with which options; how fast answers are read; and what
becomes of them when the client has gone."""

import socket
import threading
import time
from pathlib import Path

from harness import GatewayTest, answer, main, wait_until
from wire import PATIENCE

MIB = 1 << 20
CONFIGURATION = """
worker_processes = 1
error_log = "stderr info"
[[server]]
listen = ["127.0.0.1:0"]
access_log = "access.log combined"
[[server.route]]
location = "/plain"
proxy_pass = "http://origin"
[[server.route]]
location = "/bound"
proxy_pass = "http://origin"
proxy_bind = "127.0.0.2"
[[server.route]]
location = "/variable"
proxy_pass = "http://origin"
proxy_bind = "$arg_from"
[[server.route]]
location = "/port"
proxy_pass = "http://origin"
proxy_bind = "127.0.0.3:$arg_port"
[[server.route]]
location = "/asked"
proxy_pass = "http://origin"
auth_request = "/bound/check"
[[server.route]]
location = "/probed"
proxy_pass = "http://probed"
proxy_socket_keepalive = "on"
[[server.route]]
location = "/left"
proxy_pass = "http://origin"
proxy_ignore_client_abort = "on"
[[server.route]]
location = "/left/impatient"
proxy_pass = "http://origin"
proxy_ignore_client_abort = "on"
proxy_read_timeout = "1s"
[[server.route]]
location = "/rate"
proxy_pass = "http://origin"
proxy_limit_rate = "$arg_rate"
[[server.route]]
location = "/rate/unbuffered"
proxy_pass = "http://origin"
proxy_limit_rate = "1k"
proxy_buffering = "off"
[upstream.origin]
server = ["@ORIGIN@"]
zone = "origin 64k"
[upstream.probed]
server = ["@ORIGIN@"]
"""


class UpstreamSocketsTest(GatewayTest):
    configuration = CONFIGURATION


class ProxyBind(UpstreamSocketsTest):
    def setUp(self):
        super().setUp()
        # A test begins without connections that others have left.
        self.origin.drop_connections()
        self.peers = []

    def source(self, path):
        """The address from which the origin was asked."""
        def tell(conversation, request):
            conversation.read_body(request)
            self.peers.append(conversation.sock.getpeername())
            conversation.send(answer(b"told"))
        self.origin.on(path.partition("?")[0], tell)
        got = self.gateway.get(path)
        self.assertEqual(got.status, 200, path)
        return self.peers[-1]

    def test_the_address_is_the_configuration_s(self):
        self.assertEqual(self.source("/plain")[0], "127.0.0.1")
        self.assertEqual(self.source("/bound")[0], "127.0.0.2")
        self.assertEqual(self.source("/variable?from=127.0.0.9")[0], "127.0.0.9")
        with socket.socket() as probe:
            probe.bind(("127.0.0.3", 0))
            port = probe.getsockname()[1]
        self.assertEqual(self.source(f"/port?port={port}"), ("127.0.0.3", port))

    def test_a_kept_connection_serves_its_own_address(self):
        first = self.source("/bound")
        self.assertEqual(self.source("/plain")[0], "127.0.0.1")
        self.assertEqual(self.source("/variable?from=127.0.0.4")[0], "127.0.0.4")
        self.assertEqual(self.source("/bound"), first)

    def test_no_address_and_none_at_all(self):
        self.assertEqual(self.source("/variable")[0], "127.0.0.1")
        self.assertEqual(self.source("/variable?from=eth0")[0], "127.0.0.1")
        wait_until(lambda: 'invalid local address "eth0", client: 127.0.0.1' in self.gateway.log(), "the error in the log")

    def test_an_address_of_another_machine_is_our_own_fault(self):
        got = self.gateway.get("/variable?from=192.0.2.1")
        self.assertEqual(got.status, 500)
        wait_until(lambda: "bind(192.0.2.1:0) failed: Cannot assign requested address" in self.gateway.log(),
                   "the error in the log")
        # The peer is not held to account for it.
        self.assertEqual(self.gateway.get("/plain").status, 200)

    def test_a_subrequest_has_its_location_s_address(self):
        self.source("/plain")

        def tell(conversation, request):
            conversation.read_body(request)
            self.peers.append(conversation.sock.getpeername())
            conversation.send(answer(b""))
        self.origin.on("/bound/check", tell)
        self.assertEqual(self.gateway.get("/asked").status, 200)
        self.assertEqual(self.peers[-1][0], "127.0.0.2")


class SocketKeepalive(UpstreamSocketsTest):
    def probes(self):
        """How many of the gateway's connections to the origin have TCP's keepalive timer: `2` in /proc/net/tcp."""
        found = 0
        for line in Path(f"/proc/{self.gateway.process.pid}/net/tcp").read_text().splitlines()[1:]:
            fields = line.split()
            remote = int(fields[2].partition(":")[2], 16)
            established = fields[3] == "01"
            found += established and remote == self.origin.port and fields[5].startswith("02:")
        return found

    def test_probes_are_sent_where_they_are_wanted(self):
        self.origin.drop_connections()
        self.assertEqual(self.gateway.get("/plain").status, 200)
        self.assertEqual(self.probes(), 0)
        self.assertEqual(self.gateway.get("/probed").status, 200)
        wait_until(lambda: self.probes() == 1, "a keepalive timer")


class IgnoreClientAbort(UpstreamSocketsTest):
    def leave(self, path, handler):
        self.origin.on(path, handler)
        client = self.gateway.client()
        client.send(f"GET {path} HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        wait_until(lambda: self.origin.seen(path), "the request at the origin")
        client.reset()

    def test_the_upstream_is_waited_for(self):
        outcome = []

        def slow(conversation, _):
            time.sleep(2.5)  # the gateway would have looked at its client twice
            conversation.sock.setblocking(False)
            try:
                outcome.append(conversation.sock.recv(1))
            except BlockingIOError:
                outcome.append("open")
            conversation.sock.setblocking(True)
            conversation.send(answer(b"at last"))
        self.leave("/left/slow", slow)
        self.logged_status("/left/slow")
        self.assertEqual(outcome, ["open"])

    def test_the_answer_is_read_to_its_end(self):
        went, sent = threading.Event(), []

        def long(conversation, _):
            went.wait(60)
            conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (32 * MIB))
            for _ in range(32):
                conversation.send(b"x" * MIB)
                sent.append(1)
        self.leave("/left/long", long)
        went.set()
        wait_until(lambda: len(sent) == 32, "the origin to be rid of its answer")
        # The connection ended clean, and serves the next.
        before = self.origin.last("/left/long").connection

        def serves_again():
            self.assertEqual(self.gateway.get("/left/next").status, 200)
            return self.origin.last("/left/next").connection == before
        wait_until(serves_again, "the connection to serve again")

    def test_an_answer_without_an_end_is_not(self):
        went, ended = threading.Event(), []

        def endless(conversation, _):
            went.wait(60)
            conversation.send(b"HTTP/1.1 200 OK\r\n\r\n")
            try:
                while True:
                    conversation.send(b"x" * 1000)
                    time.sleep(0.05)
            except OSError:
                ended.append(1)
        self.leave("/left/impatient", endless)
        went.set()
        wait_until(lambda: ended, "the gateway to let go")


class LimitRate(UpstreamSocketsTest):
    def fetch(self, path, size):
        body = bytes(range(256)) * (size // 256)
        self.origin.on(path.partition("?")[0], answer(body, chunked=True))
        began = time.monotonic()
        got = self.gateway.get(path)
        self.assertTrue(got.body == body)
        return time.monotonic() - began

    def test_an_answer_is_read_no_faster(self):
        # A second's worth at once, and the rest at the rate.
        self.assertGreaterEqual(self.fetch("/rate?rate=64k", 192 * 1024), 1.5)

    def test_no_number_is_no_limit(self):
        for rate in ("", "0", "much"):
            self.fetch(f"/rate?rate={rate}", MIB)

    def test_without_buffering_there_is_none(self):
        self.assertLess(self.fetch("/rate/unbuffered", MIB), PATIENCE)

    def test_a_client_that_leaves_is_noticed(self):
        self.origin.on("/rate", answer(b"x" * MIB))
        client = self.gateway.client()
        client.send("GET /rate?rate=100&left HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        client.read_exactly(10)
        client.reset()
        self.assertEqual(self.logged_status("&left"), 200)


if __name__ == "__main__":
    main()
