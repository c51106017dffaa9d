# SPDX-License-Identifier: Apache-2.0
"""lingering_close: which connections are read from still when they end, and for how long. Unless a route says otherwise that is
an hour here, so that what ends does so by what its route says, and what does not end is not about to."""

import socket
from pathlib import Path

from harness import GatewayTest, main, wait_until

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
client_max_body_size = 10
lingering_time = "1h"
lingering_timeout = "1h"
[[server.route]]
location = "/on"
return = "200 answered"
[[server.route]]
location = "/short-silence"
return = "200 answered"
lingering_timeout = "300ms"
[[server.route]]
location = "/short-time"
return = "200 answered"
lingering_time = "1s"
[[server.route]]
location = "/off"
return = "200 answered"
lingering_close = "off"
[[server.route]]
location = "/always"
return = "200 answered"
lingering_close = "always"
[[server.route]]
location = "/silent"
return = "444"
lingering_close = "always"
"""
UNREAD = "POST {} HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 100000\r\n\r\n"
WHOLE = "GET {} HTTP/1.1\r\nHost: gw.test\r\nConnection: close\r\n\r\n"


class Lingering(GatewayTest):
    configuration = CONFIGURATION

    def ask(self, text):
        """A client that has its answer, and the end of what comes from the gateway."""
        client = self.gateway.client()
        self.addCleanup(client.close)
        client.send(text)
        try:
            self.assertIn(client.read_answer().status, (200, 413))
            self.assertTrue(client.at_end())
        except ConnectionResetError:
            pass  # what had come unread made the close a reset
        return client

    def is_held(self, client):
        """Whether the gateway has a descriptor of the connection: one that it closed has no inode, as long as it is listed."""
        ports = [f"{self.gateway.port:04X}", f"{client.sock.getsockname()[1]:04X}"]
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return any([address.partition(":")[2] for address in line[1:3]] == ports and line[9] != "0" for line in lines)

    def wait_for_the_end(self, client):
        wait_until(lambda: not self.is_held(client), "the end of a connection")

    def expect_held(self, client):
        """It is, also when another, which came later, has ended."""
        self.wait_for_the_end(self.ask(WHOLE.format("/on")))
        self.assertTrue(self.is_held(client))

    def test_who_may_be_sending_is_heard_out(self):
        for path in ("/on", "/always"):
            client = self.ask(UNREAD.format(path))
            client.send("x")
            self.expect_held(client)
            client.send("x")
            client.sock.shutdown(socket.SHUT_WR)
            self.wait_for_the_end(client)

    def test_who_was_heard_is_not(self):
        self.wait_for_the_end(self.ask(WHOLE.format("/on")))
        self.expect_held(self.ask(WHOLE.format("/always")))

    def test_off_closes_at_once(self):
        self.wait_for_the_end(self.ask(UNREAD.format("/off")))

    def test_silence_ends_it(self):
        longer, shorter = self.ask(UNREAD.format("/on")), self.ask(UNREAD.format("/short-silence"))
        self.wait_for_the_end(shorter)
        self.assertTrue(self.is_held(longer))

    def test_and_so_does_the_time_whatever_comes(self):
        longer, shorter = self.ask(UNREAD.format("/on")), self.ask(UNREAD.format("/short-time"))

        def speak_until_it_ends():
            longer.send("x")
            try:
                shorter.send("x")
            except OSError:
                pass  # it ended since we looked
            return not self.is_held(shorter)
        wait_until(speak_until_it_ends, "the end of the time")
        self.assertTrue(self.is_held(longer))

    def test_no_answer_is_closed_at_once(self):
        with self.gateway.client() as client:
            client.send(WHOLE.format("/silent"))
            self.assertTrue(client.at_end())
            self.wait_for_the_end(client)


if __name__ == "__main__":
    main()
