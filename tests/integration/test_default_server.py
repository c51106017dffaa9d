# SPDX-License-Identifier: Apache-2.0
"""Whose settings hold before a request has named its host: the default server's of the address, or those of the server
that the TLS handshake named; and which server answers requests without a host."""

import signal
import time

from certificates import Authority
from harness import GatewayTest, main, wait_until
from ports import free_port
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
server_name = ["hidden.test"]
server_tokens = "off"
[[server]]
listen = ["127.0.0.1:@PLAIN@", "127.0.0.1:@PORT@"]
underscores_in_headers = "on"
large_client_header_buffers = "4 16k"
[[server.route]]
location = "/"
return = "200 nameless $uri [$http_with_line]"
"""

LONG = "X: " + "x" * 3000 + "\r\n"

MOVED = """
[[server]]
listen = ["127.0.0.1:@PORT@"]
server_name = ["new.test"]
[[server.route]]
location = "/"
return = "200 new"
"""


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

    def test_the_default_servers_settings_hold_until_the_host_is_known(self):
        for host in ("b.test", "nobody.test"):
            early = self.gateway.exchange(f"GET / HTTP/1.1\r\nWith_Line: x\r\nHost: {host}\r\nConnection: close\r\n\r\n")
            self.assertIn("[]", early.text(), host)
            early = self.gateway.exchange(f"GET / HTTP/1.1\r\n{LONG}Host: {host}\r\nConnection: close\r\n\r\n")
            self.assertEqual(early.status, 400, host)
        self.assertEqual(self.gateway.exchange("GET / HTTP/1.0\r\n" + LONG + "\r\n").status, 400)
        self.assertEqual(self.gateway.exchange("GET / HTTP/1.0\r\nWith_Line: x\r\n\r\n").text(), "nameless / []")
        self.assertEqual(self.gateway.get("//a", host="b.test").text(), "b //a []")

    def test_the_named_servers_settings_hold_for_the_lines_after_its_host(self):
        self.assertEqual(self.gateway.get("/", "With_Line: x\r\n" + LONG, host="b.test").text(), "b / [x]")
        self.assertEqual(self.gateway.get("/", "With_Line: x\r\n", host="nobody.test").text(), "default / []")
        self.assertEqual(self.gateway.get("/", LONG, host="nobody.test").status, 400)
        # Eight long lines fit into 4 times 16k, not into 4 times 2k.
        self.assertEqual(self.gateway.get("/", LONG * 8, host="b.test").status, 200)
        found = self.gateway.exchange("GET http://b.test/ HTTP/1.1\r\nWith_Line: x\r\n" + LONG + "Host: nobody.test\r\nConnection: close\r\n\r\n")
        self.assertEqual(found.text(), "b / [x]")

    def test_heads_that_arrive_in_pieces_are_read_alike(self):
        head = "GET / HTTP/1.1\r\nHost: b.test\r\nConnection: close\r\nWith_Line: x\r\n" + LONG * 8 + "\r\n"
        for cut in (10, 30, 31, 40, 1020, 1024, 1500, 2100, 9000, len(head) - 1):
            with self.subTest(cut), self.gateway.client() as client:
                client.send(head[:cut])
                time.sleep(0.02)
                client.send(head[cut:])
                self.assertEqual(client.read_answer().text(), "b / [x]")

    def test_what_cannot_be_read_is_refused_by_the_server_that_was_named_before(self):
        for before, shown in (("Host: hidden.test\r\n", "signgate"), ("", "signgate/"), ("Host: nobody.test\r\n", "signgate/")):
            found = self.gateway.exchange(f"GET / HTTP/1.1\r\n{before}X\r\n\r\n")
            self.assertEqual(found.status, 400)
            self.assertTrue(found.get("Server").startswith(shown) and ("/" in shown or "/" not in found.get("Server")), found.get("Server"))
        found = self.gateway.exchange("GET / HTTP/1.1\r\nHost: hidden.test\r\n" + LONG * 40 + "\r\n")
        self.assertEqual((found.status, found.get("Server")), (400, "signgate"))


class Secure(Servers):
    def test_without_a_name_it_is_the_default_servers(self):
        for name in (None, "nobody.test"):
            with self.subTest(name), self.connect(name) as client:
                client.send("GET //a HTTP/1.1\r\nWith_Line: x\r\nHost: b.test\r\n\r\n")
                self.assertEqual(client.read_answer().text(), "b //a []")

    def test_the_named_servers_settings_hold(self):
        for name in ("b.test", "B.TEST", "r2d2"):
            with self.subTest(name), self.connect(name) as client:
                found = client.get("//a", "With_Line: x\r\n" + LONG, host="b.test")
                self.assertEqual(found.text(), "b /a [x]")

    def test_the_host_counts_from_its_line_on(self):
        for before, after, heard in (
            ("With_Line: x\r\n", "", "default /a [x]"), (LONG, "With_Line: x\r\n", "default /a []")):
            with self.subTest(heard), self.connect("b.test") as client:
                client.send(f"GET //a HTTP/1.1\r\n{before}Host: nobody.test\r\n{after}\r\n")
                self.assertEqual(client.read_answer().text(), heard)

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
            answers = {}
            for name, client in clients.items():
                client.send("GET / HTTP/1.1\r\nWith_Line: x\r\nHost: b.test\r\n\r\n")
                answers[name] = client.read_answer().text()
            return answers
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
