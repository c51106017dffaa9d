# SPDX-License-Identifier: Apache-2.0
"""The PROXY protocol: what a sender says of the client is read before the first request, and told to the servers of an
upstream; unix sockets on both sides."""

import shutil
import socket
import struct
import tempfile
import threading
import time
from pathlib import Path

from harness import Cut, Gateway, main
from origin import answer
from upstreams import UpstreamsTest, lines_of

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
SEEN = ('proxy_set_header = { X-From = "$proxy_protocol_addr $proxy_protocol_port", '
        'X-To = "$proxy_protocol_server_addr $proxy_protocol_server_port", X-Remote = "$remote_addr" }')
REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def v2(command=0x21, family=0x11, payload=None):
    if payload is None:
        payload = bytes([192, 0, 2, 7, 198, 51, 100, 1]) + struct.pack("!HH", 5123, 443)
    return SIGNATURE + bytes([command, family]) + struct.pack("!H", len(payload)) + payload


class Incoming(UpstreamsTest):
    count = 1

    def setUp(self):
        super().setUp()
        folder = Path(tempfile.mkdtemp(prefix="gateway-", dir=self.folder))
        self.gateway = Gateway(self.text(f"""
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0 proxy_protocol"]
client_header_timeout = "500ms"
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://@0@"
{SEEN}
"""), folder)
        self.addCleanup(self.gateway.stop)

    def seen(self, header, pieces=None):
        """What the origin is told of a connection that begins so."""
        with self.gateway.client() as client:
            data = header + REQUEST
            step = pieces or len(data)
            for begin in range(0, len(data), step):
                client.send(data[begin:begin + step])
                if pieces:
                    time.sleep(0.002)
            self.assertEqual(client.read_answer().text(), "0")
            client.send(REQUEST)  # the header stands once, before the first request
            self.assertEqual(client.read_answer().text(), "0")
        last = self.origins[0].last()
        return last.get("X-From"), last.get("X-To"), last.get("X-Remote")

    def test_both_versions_are_read(self):
        said = ("192.0.2.7 5123", "198.51.100.1 443", "127.0.0.1")
        self.assertEqual(self.seen(b"PROXY TCP4 192.0.2.7 198.51.100.1 5123 443\r\n"), said)
        self.assertEqual(self.seen(v2()), said)
        self.assertEqual(self.seen(v2(payload=v2()[16:] + b"\x04\x00\x02ab")), said)
        six = ("2001:db8::7 1", "::1 2", "127.0.0.1")
        self.assertEqual(self.seen(b"PROXY TCP6 2001:db8::7 ::1 1 2\r\n"), six)
        addresses = socket.inet_pton(socket.AF_INET6, "2001:db8::7") + socket.inet_pton(socket.AF_INET6, "::1")
        self.assertEqual(self.seen(v2(family=0x21, payload=addresses + struct.pack("!HH", 1, 2))), six)

    def test_a_header_may_come_byte_by_byte(self):
        for header in (b"PROXY TCP4 192.0.2.7 198.51.100.1 5123 443\r\n", v2()):
            self.assertEqual(self.seen(header, pieces=1)[0], "192.0.2.7 5123")

    def test_what_says_nothing_leaves_the_variables_empty(self):
        for header in (b"PROXY UNKNOWN\r\n", v2(command=0x20), v2(family=0, payload=b"")):
            self.assertEqual(self.seen(header), ("", "", "127.0.0.1"))

    def test_a_connection_without_a_header_is_closed(self):
        for data in (REQUEST, b"PROXY TCP9 x\r\n" + REQUEST, v2(command=0x31) + REQUEST, b"PROXY " + b"a" * 200):
            with self.gateway.client() as client:
                client.send(data)
                with self.assertRaises((Cut, ConnectionResetError)):
                    client.read_answer()
        self.assertEqual(self.origins[0].seen(), [])

    def test_a_header_that_stalls_ends_with_the_header_timeout(self):
        with self.gateway.client() as client:
            client.send(b"PROXY TCP4 192.0")
            self.assertTrue(client.at_end())


class Outgoing(UpstreamsTest):
    count = 1

    def serve(self, listener, heads):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            data = b""
            while b"\r\n\r\n" not in data.replace(SIGNATURE, b""):
                piece = sock.recv(65536)
                if not piece:
                    break
                data += piece
            heads.append(data)
            sock.sendall(answer("told"))
            self.addCleanup(sock.close)

    def told(self, version):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        heads = []
        threading.Thread(target=self.serve, args=(listener, heads), daemon=True).start()
        gateway = self.start(f'server = "127.0.0.1:{listener.getsockname()[1]}"\nproxy_protocol = "{version}"')
        ports = []
        with gateway.client() as client:
            ports.append(client.sock.getsockname()[1])
            self.assertEqual(client.get("/").text(), "told")
            self.assertEqual(client.get("/").text(), "told")
        return heads, ports[0], gateway.port

    def test_version_1(self):
        heads, port, own = self.told("v1")
        for head in heads:
            self.assertTrue(head.startswith(f"PROXY TCP4 127.0.0.1 127.0.0.1 {port} {own}\r\nGET /".encode()), head)
        self.assertEqual(len(heads), 2)  # no connection was kept

    def test_version_2(self):
        heads, port, own = self.told("v2")
        expected = SIGNATURE + b"\x21\x11\x00\x0c\x7f\x00\x00\x01\x7f\x00\x00\x01" + struct.pack("!HH", port, own)
        for head in heads:
            self.assertEqual(head[:len(expected)], expected)
            self.assertTrue(head[len(expected):].startswith(b"GET / HTTP/1.1\r\n"))


class UnixSockets(UpstreamsTest):
    count = 1

    def test_servers_at_unix_sockets_are_asked_whichever_way_they_are_named(self):
        folder = Path(tempfile.mkdtemp(prefix="u", dir="/tmp"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        path = folder / "s"
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(str(path))
        listener.listen()
        targets = []

        def serve():
            while True:
                try:
                    sock, _ = listener.accept()
                except OSError:
                    return
                data = b""
                while b"\r\n\r\n" not in data:
                    data += sock.recv(65536)
                targets.append(data.split(b" ")[1].decode())
                sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nunix")
                sock.close()
        threading.Thread(target=serve, daemon=True).start()
        for proxy_pass, path_asked, expected in ((f"http://unix:{path}:/base/", "/a/b?c", "/base/a/b?c"),
                                                 (f"http://unix:{path}", "/a/b?c", "/a/b?c"),
                                                 ("http://app", "/x", "/x")):
            gateway = self.start(f'server = "unix:{path}"', proxy_pass=proxy_pass)
            self.assertEqual(gateway.get(path_asked).text(), "unix")
            self.assertEqual(targets[-1], expected)
            self.assertEqual(lines_of(gateway, 1)[0]["upstream_addr"], f"unix:{path}")

    def test_clients_may_come_by_a_unix_socket(self):
        folder = Path(tempfile.mkdtemp(prefix="u", dir="/tmp"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        gateway = Gateway(self.text(f"""
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0", "unix:{folder}/s proxy_protocol"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://@0@"
{SEEN}
"""), folder)
        self.addCleanup(gateway.stop)
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(f"{folder}/s")
        sock.sendall(v2() + REQUEST)
        self.assertIn(b"200 OK", sock.recv(4096))
        sock.close()
        self.assertEqual(self.origins[0].last().get("X-From"), "192.0.2.7 5123")


if __name__ == "__main__":
    main()
