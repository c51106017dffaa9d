# SPDX-License-Identifier: Apache-2.0
"""worker_connections are all taken: those idle the longest give their places, and only then is a client refused."""

import re
import shutil
import socket
import ssl
import tempfile
import threading
import unittest
from pathlib import Path

from certificates import Authority
from harness import Client, Gateway, Origin, answer, main, wait_until
from tls import TlsClient

PLACES = 8
CONFIGURATION = f"""
worker_processes = 1
worker_connections = {PLACES}
error_log = "stderr info"
access_log = "off"
client_header_timeout = "10m"
keepalive_timeout = "10m"
[admin]
listen = ["127.0.0.1:0"]
[[server]]
listen = ["127.0.0.1:0@SSL@"]
@CERTIFICATE@
[[server.route]]
location = "/"
return = "200 ok"
[[server.route]]
location = "/reading"
return = "200 $connections_reading"
[[server.route]]
location = "/held"
proxy_pass = "http://@ORIGIN@"
"""
REUSING = f"{PLACES} worker_connections are not enough, reusing connections"


class Places(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.origin = Origin()
        self.addCleanup(self.origin.stop)
        self.free = threading.Event()
        self.addCleanup(self.free.set)
        self.origin.on("/held", self.hold)

    def hold(self, conversation, request):
        conversation.read_body(request)
        self.free.wait()
        conversation.send(answer(b"held"))

    def start(self, tls=False):
        certificate = ""
        if tls:
            Authority(self.folder).issue("a", ["a.test"])
            certificate = 'ssl_certificate = "a.pem"\nssl_certificate_key = "a.key"'
        text = (CONFIGURATION.replace("@SSL@", " ssl" if tls else "").replace("@CERTIFICATE@", certificate)
                .replace("@ORIGIN@", f"127.0.0.1:{self.origin.port}"))
        self.gateway = Gateway(text, self.folder)
        self.addCleanup(self.gateway.kill)
        self.kind = TlsClient if tls else Client

    def connect(self):
        client = self.kind(self.gateway.port)
        self.addCleanup(client.close)
        return client

    def served(self, client=None):
        """A client that was answered and waits now."""
        client = client or self.connect()
        self.assertEqual(client.get("/").status, 200)
        return client

    def held(self):
        """A client whose request is with the origin."""
        client = self.connect()
        before = len(self.origin.seen("/held"))
        client.send("GET /held HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        wait_until(lambda: len(self.origin.seen("/held")) > before, "the request at the origin")
        return client

    def half(self, beside):
        """A client of whose head a part has arrived."""
        before = int(beside.get("/reading").body)
        client = self.connect()
        client.send("GET / HTTP/1.1\r\nHost: gw")
        wait_until(lambda: int(beside.get("/reading").body) > before, "the half head")
        return client

    def metric(self, name):
        port = int(wait_until(lambda: re.search(r"admin interface on 127\.0\.0\.1:(\d+)", self.gateway.log()),
                              "the admin interface").group(1))
        with Client(port) as client:
            return int(re.search(rf"^signgate_{name} (\d+)$", client.get("/metrics").text(), re.M).group(1))

    def assert_counted(self, reused, refused):
        wait_until(lambda: self.metric("connections_reused_total") >= reused, "the reused ones")
        wait_until(lambda: self.metric("connections_refused_total") >= refused, "the refused ones")
        self.assertEqual(self.metric("connections_reused_total"), reused)
        self.assertEqual(self.metric("connections_refused_total"), refused)

    def assert_the_oldest_goes(self):
        clients = [self.served() for _ in range(PLACES)]
        self.served(clients[0])  # no longer the one that has waited the longest
        self.assertNotIn(REUSING, self.gateway.log())
        newest = self.served()
        self.assertTrue(clients[1].at_end())
        self.served()
        self.assertTrue(clients[2].at_end())
        for client in (*clients[3:], clients[0], newest):
            self.served(client)
        self.assertRegex(self.gateway.log(), rf"\[warn\].*{REUSING}")
        self.assertNotIn("[alert]", self.gateway.log())
        self.assert_counted(2, 0)
        self.gateway.stop()

    def assert_those_under_way_are_left_alone(self):
        beside = self.served()
        held = [self.held() for _ in range(3)]
        half = self.half(beside)
        body = self.connect()
        body.send("POST /held HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 4\r\n\r\nxy")
        body_began = self.half(beside)
        idle = [beside, self.served()]
        # All places are taken now: far more clients come than are idle.
        late = [self.served() for _ in range(4 * PLACES)]
        for client in (*idle, *late[:-2]):
            self.assertTrue(client.at_end())
        for client in late[-2:]:
            self.served(client)
        body.send("zz")
        self.free.set()
        for client in (*held, body):
            self.assertEqual(client.read_answer().body, b"held")
        for client in (half, body_began):
            client.send(".test\r\n\r\n")
            self.assertEqual(client.read_answer().body, b"ok")
        self.assert_counted(4 * PLACES, 0)
        self.gateway.stop()

    def test_the_one_idle_the_longest_gives_its_place(self):
        self.start()
        self.assert_the_oldest_goes()

    def test_so_it_does_with_tls(self):
        self.start(tls=True)
        self.assert_the_oldest_goes()

    def test_whose_request_is_under_way_keeps_its_place(self):
        self.start()
        self.assert_those_under_way_are_left_alone()

    def test_so_does_who_speaks_tls(self):
        self.start(tls=True)
        self.assert_those_under_way_are_left_alone()

    def test_who_has_not_said_anything_yet_is_idle(self):
        self.start()
        silent = self.connect()
        others = [self.served() for _ in range(PLACES - 1)]
        newest = self.served()
        self.assertTrue(silent.at_end())
        for client in (*others, newest):
            self.served(client)
        self.gateway.stop()

    def test_who_has_not_begun_a_handshake_is_idle(self):
        self.start(tls=True)
        silent = socket.create_connection(("127.0.0.1", self.gateway.port))
        self.addCleanup(silent.close)
        others = [self.served() for _ in range(PLACES - 1)]
        newest = self.served()
        self.assertEqual(silent.recv(1), b"")
        for client in (*others, newest):
            self.served(client)
        self.gateway.stop()

    def assert_refused_when_all_are_under_way(self, refusal):
        held = [self.held() for _ in range(PLACES)]
        for _ in range(3):
            try:
                self.assertTrue(self.connect().at_end())
            except refusal:
                pass
        self.assertRegex(self.gateway.log(), rf"\[alert\].*{PLACES} worker_connections are not enough")
        self.assertNotIn(REUSING, self.gateway.log())
        self.free.set()
        for client in held:
            self.assertEqual(client.read_answer().body, b"held")
        # They are idle now, so that there is a place again.
        self.served()
        self.assert_counted(1, 3)
        self.gateway.stop()

    def test_a_client_is_refused_when_none_is_idle(self):
        self.start()
        self.assert_refused_when_all_are_under_way(ConnectionResetError)

    def test_so_it_is_with_tls(self):
        self.start(tls=True)
        self.assert_refused_when_all_are_under_way((ConnectionResetError, ssl.SSLError))


if __name__ == "__main__":
    main()
