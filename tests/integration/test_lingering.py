# SPDX-License-Identifier: Apache-2.0
"""lingering_close: which connections are read from still when they end, and for how long."""

import time

from harness import GatewayTest, main, wait_until

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
client_max_body_size = 10
[[server.route]]
location = "/on"
return = "200 answered"
lingering_timeout = "300ms"
[[server.route]]
location = "/whole"
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
lingering_timeout = "300ms"
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
        client = self.gateway.client()
        self.addCleanup(client.close)
        client.send(text)
        got = client.read_answer()
        self.assertIn(got.status, (200, 413))
        return client

    def takes(self, client):
        """Whether the gateway still takes what the client sends, a while after its answer."""
        self.assertTrue(client.at_end())
        time.sleep(0.1)
        try:
            client.send("x")
            time.sleep(0.1)
            client.send("x")
            client.sock.settimeout(0.1)
            return client.sock.recv(1) == b""
        except OSError:
            return False

    def is_gone(self, client):
        """Whether it sends resets for what it is sent."""
        try:
            client.send("x")
            time.sleep(0.02)
            client.send("x")
        except OSError:
            return True
        return False

    def test_who_may_be_sending_is_heard_out(self):
        for path in ("/on", "/whole", "/always"):
            self.assertTrue(self.takes(self.ask(UNREAD.format(path))), path)

    def test_who_was_heard_is_not(self):
        self.assertFalse(self.takes(self.ask(WHOLE.format("/on"))))
        self.assertTrue(self.takes(self.ask(WHOLE.format("/always"))))

    def test_off_closes_at_once(self):
        client = self.gateway.client()
        self.addCleanup(client.close)
        client.send(UNREAD.format("/off"))
        try:
            client.read_answer()
            self.assertFalse(self.takes(client))
        except ConnectionResetError:
            pass  # what had come unread made the close a reset

    def test_silence_ends_it(self):
        client = self.ask(UNREAD.format("/on"))
        wait_until(lambda: self.is_gone(client) or time.sleep(1), "the end of the silence")

    def test_and_so_does_the_time_whatever_comes(self):
        client = self.ask(UNREAD.format("/whole"))
        wait_until(lambda: self.is_gone(client), "the end of the time")

    def test_no_answer_is_closed_at_once(self):
        with self.gateway.client() as client:
            client.send(WHOLE.format("/silent"))
            self.assertTrue(client.at_end())


if __name__ == "__main__":
    main()
