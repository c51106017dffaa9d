# SPDX-License-Identifier: Apache-2.0
"""Whose settings hold before a request has named its host: the default server's of the address, or those of the server
that the TLS handshake named; and which server answers requests without a host."""

import signal
import socket

from certificates import Authority
from harness import GatewayTest, main, wait_until
from tls import TlsClient, client_context

CONFIGURATION = """
worker_processes = 1
error_log = "stderr notice"
access_log = "off"
ssl_certificate = "a.pem"
ssl_certificate_key = "a.key"
[[server]]
listen = ["127.0.0.1:0 default_server", "127.0.0.1:@PORT@ ssl default_server"]
server_name = ["first.test"]
merge_slashes = "off"
large_client_header_buffers = "4 2k"
[[server.route]]
location = "/"
return = "200 default $uri [$http_with_line]"
@MOVED@
[[server]]
listen = ["127.0.0.1:@PLAIN@", "127.0.0.1:@PORT@"]
server_name = ["b.test", '~^r\\d']
underscores_in_headers = "@UNDERSCORES@"
large_client_header_buffers = "4 16k"
[[server.route]]
location = "/"
return = "200 b $uri [$http_with_line]"
[[server]]
listen = ["127.0.0.1:@PLAIN@", "127.0.0.1:@PORT@"]
underscores_in_headers = "on"
large_client_header_buffers = "4 16k"
server_tokens = "off"
[[server.route]]
location = "/"
return = "200 nameless $uri [$http_with_line]"
"""

MOVED = """
[[server]]
listen = ["127.0.0.1:@PORT@"]
server_name = ["new.test"]
[[server.route]]
location = "/"
return = "200 new"
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Servers(GatewayTest):
    @classmethod
    def prepare(cls, folder):
        cls.authority = Authority(folder)
        cls.authority.issue("a", ["a.test"])
        cls.secure, cls.plain = free_port(), free_port()
        cls.configuration = cls.text()

    @classmethod
    def text(cls, moved="", underscores="on"):
        text = CONFIGURATION.replace("@MOVED@", moved).replace("@UNDERSCORES@", underscores)
        text = text.replace('"127.0.0.1:0 default_server"', f'"127.0.0.1:{cls.plain} default_server"')
        return text.replace("@PORT@", str(cls.secure)).replace("@PLAIN@", str(cls.plain))

    def connect(self, name=None):
        client = TlsClient(self.secure, client_context(), name)
        self.addCleanup(client.close)
        return client


class Plain(Servers):
    def test_an_unknown_host_is_the_default_servers(self):
        self.assertEqual(self.gateway.get("/", host="nobody.test").text(), "default / []")
        self.assertEqual(self.gateway.get("/", host="b.test").text(), "b / []")

    def test_no_host_is_the_nameless_servers(self):
        found = self.gateway.exchange("GET / HTTP/1.0\r\n\r\n")
        self.assertEqual(found.text(), "nameless / []")

    def test_heads_are_read_by_the_default_servers_settings(self):
        for host in ("b.test", "nobody.test"):
            self.assertIn("[]", self.gateway.get("/", "With_Line: x\r\n", host=host).text())
        long = "X: " + "x" * 3000 + "\r\n"
        self.assertEqual(self.gateway.get("/", long, host="b.test").status, 400)
        self.assertEqual(self.gateway.exchange("GET / HTTP/1.0\r\n" + long + "\r\n").status, 400)
        self.assertEqual(self.gateway.get("//a", host="b.test").text(), "b //a []")

    def test_what_cannot_be_read_is_refused_by_the_default_server(self):
        found = self.gateway.exchange("GET / HTTP/1.1\r\nHost: b.test\r\nX\r\n\r\n")
        self.assertEqual(found.status, 400)
        self.assertIn("signgate/", found.get("Server"))


class Secure(Servers):
    def test_without_a_name_it_is_the_default_servers(self):
        for name in (None, "nobody.test"):
            with self.subTest(name), self.connect(name) as client:
                self.assertEqual(client.get("//a", "With_Line: x\r\n", host="b.test").text(), "b //a []")

    def test_the_named_servers_settings_hold(self):
        for name in ("b.test", "B.TEST", "r2d2"):
            with self.subTest(name), self.connect(name) as client:
                for host in ("b.test", "nobody.test"):
                    long = "X: " + "x" * 3000 + "\r\n"
                    found = client.get("//a", "With_Line: x\r\n" + long, host=host)
                    self.assertEqual(found.text(), ("b" if host == "b.test" else "default") + " /a [x]")

    def test_no_host_is_the_nameless_servers_whatever_was_named(self):
        with self.connect("b.test") as client:
            client.send("GET //a HTTP/1.0\r\nWith_Line: x\r\n\r\n")
            self.assertEqual(client.read_answer().text(), "nameless /a [x]")


class Reload(Servers):
    def reload(self, text):
        before = self.gateway.log().count("the new configuration is in use")
        self.gateway.file.write_text(text)
        self.gateway.signal(signal.SIGHUP)
        wait_until(lambda: self.gateway.log().count("the new configuration is in use") > before, "the new configuration")

    def test_idle_connections_follow_their_name(self):
        clients = {name: self.connect(name) for name in ("b.test", "r2d2", None)}

        def heard():
            return {name: client.get("/", "With_Line: x\r\n", host="b.test").text() for name, client in clients.items()}
        self.assertEqual(heard(), {"b.test": "b / [x]", "r2d2": "b / [x]", None: "b / []"})
        self.reload(self.text(MOVED.replace("@PORT@", str(self.secure))))  # the servers' places are others
        self.assertEqual(heard(), {"b.test": "b / [x]", "r2d2": "b / [x]", None: "b / []"})
        self.reload(self.text(underscores="off"))
        heard()  # these waits began before it
        self.assertEqual(heard(), {"b.test": "b / []", "r2d2": "b / []", None: "b / []"})
        # Nobody's any more: what is left is the default server.
        self.reload(self.text(underscores="on").replace('"b.test", \'~^r\\d\'', '"c.test"'))
        self.assertEqual(heard(), {"b.test": "default / []", "r2d2": "default / []", None: "default / []"})


if __name__ == "__main__":
    main()
