# SPDX-License-Identifier: Apache-2.0
"""Clients that leave before their answer has begun: nothing more is begun for them; and those that only end their half."""

import socket
import time

from certificates import Authority
from harness import GatewayTest, answer, main, wait_until
from name_server import NameServer
from tls import TlsClient

CONFIGURATION = """
worker_processes = 1
access_log = "access.log combined"
proxy_connect_timeout = "2s"
[[server]]
listen = ["127.0.0.1:0", "127.0.0.1:0 ssl"]
ssl_certificate = "a.pem"
ssl_certificate_key = "a.key"
[[server.route]]
location = "/origin"
proxy_pass = "http://@ORIGIN@"
[[server.route]]
location = "/full"
proxy_pass = "http://full"
[[server.route]]
location = "/endured"
proxy_pass = "http://full"
proxy_ignore_client_abort = "on"
[[server.route]]
location = "/slowly"
proxy_pass = "http://full"
proxy_connect_timeout = "10m"
[[server.route]]
location = "/handshake"
proxy_pass = "https://handshake"
proxy_connect_timeout = "10m"
[[server.route]]
location = "/asked"
auth_request = "/slowly/asked"
proxy_pass = "http://@ORIGIN@"
[[server.route]]
location = "/named"
proxy_pass = "http://$arg_host"
resolver = "127.0.0.1:@NAMES@"
resolver_timeout = "10m"
[upstream.full]
server = ["127.0.0.1:@FULL@ max_fails=0", "@ORIGIN@ backup"]
[upstream.handshake]
server = ["127.0.0.1:@MUTE@ max_fails=0", "@ORIGIN@ backup"]
"""


def full_listener(add_cleanup):
    """One that takes no more connections: who connects waits."""
    listener = socket.socket()
    add_cleanup(listener.close)
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    for _ in range(4):
        sock = socket.socket()
        add_cleanup(sock.close)
        sock.setblocking(False)
        sock.connect_ex(listener.getsockname())
    return listener


class Leaving(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        Authority(folder).issue("a", ["a.test"])

    @classmethod
    def start_gateway(cls, folder):
        full = full_listener(cls.addClassCleanup)
        mute = socket.create_server(("127.0.0.1", 0))
        cls.addClassCleanup(mute.close)
        cls.names = NameServer()
        cls.addClassCleanup(cls.names.stop)
        cls.names.silent = True
        places = {"@FULL@": full.getsockname()[1], "@MUTE@": mute.getsockname()[1], "@NAMES@": cls.names.port}
        for mark, port in places.items():
            cls.configuration = cls.configuration.replace(mark, str(port))
        return super().start_gateway(folder)

    def leave(self, target):
        client = self.gateway.client()
        client.send(f"GET {target} HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        time.sleep(0.2)
        client.reset()

    def test_no_further_peer_is_asked_for_who_left_while_connecting(self):
        self.leave("/full/gone")
        self.assertEqual(self.logged_status("/full/gone"), 499)
        time.sleep(2.5)  # longer than the connecting would have taken
        self.assertEqual(self.origin.seen("/full/gone"), [])

    def test_further_peers_are_asked_where_that_is_ignored(self):
        self.leave("/endured")
        wait_until(lambda: self.origin.seen("/endured"), "the request at the next peer")

    def test_who_stays_is_served_by_the_next_peer(self):
        self.assertEqual(self.gateway.get("/full/stays").status, 200)

    def test_connecting_ends_with_the_client(self):
        self.leave("/slowly")
        self.assertEqual(self.logged_status("/slowly"), 499)

    def test_a_handshake_ends_with_the_client(self):
        self.leave("/handshake")
        self.assertEqual(self.logged_status("/handshake"), 499)
        self.assertEqual(self.origin.seen("/handshake"), [])

    def test_an_authority_that_is_connected_to_is_given_up_with_the_client(self):
        self.leave("/asked")
        self.assertEqual(self.logged_status("/asked"), 499)
        self.assertEqual(self.origin.seen("/asked"), [])

    def test_a_name_is_not_waited_for_any_longer(self):
        self.leave("/named?host=nobody.test")
        self.assertEqual(self.logged_status("/named"), 499)

    def stall(self, target):
        """The origin does not answer that target."""
        def silent(conversation, _):
            conversation.fill()
            conversation.finish()
        self.origin.on(target, silent)

    def test_who_has_ended_his_half_gets_an_answer_that_takes_long(self):
        def slow(conversation, _):
            time.sleep(2.5)  # several of the gateway's looks at the client
            conversation.send(answer(b"at last"))
        self.origin.on("/origin/half", slow)
        with self.gateway.client() as client:
            client.send("GET /origin/half HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            client.sock.shutdown(socket.SHUT_WR)
            self.assertEqual(client.read_answer().body, b"at last")
            self.assertTrue(client.at_end())
        self.assertEqual(self.logged_status("/origin/half"), 200)

    def test_who_has_ended_his_half_is_served_by_the_next_peer(self):
        with self.gateway.client() as client:
            client.send("GET /full/half HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            client.sock.shutdown(socket.SHUT_WR)
            self.assertEqual(client.read_answer().status, 200)

    def test_who_has_ended_his_half_and_resets_then_has_left(self):
        self.stall("/origin/reset")
        client = self.gateway.client()
        client.send("GET /origin/reset HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        client.sock.shutdown(socket.SHUT_WR)
        wait_until(lambda: self.origin.seen("/origin/reset"), "the request at the origin")
        client.reset()
        self.assertEqual(self.logged_status("/origin/reset"), 499)

    def test_who_closes_tls_has_left(self):
        self.stall("/origin/closed")
        client = TlsClient(self.gateway.addresses()[1][1])
        client.send("GET /origin/closed HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        wait_until(lambda: self.origin.seen("/origin/closed"), "the request at the origin")
        client.close()
        self.assertEqual(self.logged_status("/origin/closed"), 499)


if __name__ == "__main__":
    main()
