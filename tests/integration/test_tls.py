# SPDX-License-Identifier: Apache-2.0
"""TLS to clients: certificates by name, protocols, plain HTTP where TLS is spoken, ends, bodies, logs."""

import os
import select
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from certificates import Authority
from harness import Client, Gateway, GatewayTest, answer, main, signgate
from ports import free_port
from tls import TlsClient, client_context
from wire import PATIENCE, Cut, wait_until

CONFIGURATION = """
worker_processes = 2
error_log = "stderr info"
access_log = "stderr combined"
ssl_certificate = ["a.pem", "rsa.pem"]
ssl_certificate_key = ["a.key", "rsa.key"]
[admin]
listen = ["127.0.0.1:0"]
[[server]]
listen = ["127.0.0.1:0 ssl", "127.0.0.1:@PORT@ ssl"]
server_name = ["a.test"]
[[server.route]]
location = "/"
proxy_pass = "http://@ORIGIN@"
proxy_set_header = { Host = "$host", X-Scheme = "$scheme $https", X-Tls = "$ssl_protocol $ssl_cipher $ssl_server_name" }
[[server.route]]
location = "= /tls"
return = "200 $ssl_protocol|$ssl_cipher|$ssl_curve|$ssl_session_reused|$ssl_server_name|$ssl_alpn_protocol|$ssl_client_verify"
[[server]]
listen = ["127.0.0.1:@PORT@"]
server_name = ["b.test", "*.b.test"]
ssl_certificate = "b.pem"
ssl_certificate_key = "b.key"
ssl_protocols = "TLSv1.2"
ssl_buffer_size = "2k"
[[server.route]]
location = "/"
return = "200 b"
[[server.route]]
location = "/long"
proxy_pass = "http://@ORIGIN@"
[[server]]
listen = ["127.0.0.1:@PORT@"]
server_name = ["no.test"]
ssl_reject_handshake = "on"
[[server.route]]
location = "/"
return = "200 never"
"""


class Tls(GatewayTest):
    @classmethod
    def prepare(cls, folder):
        cls.authority = Authority(folder)
        cls.authority.issue("a", ["a.test"])
        cls.authority.issue("rsa", ["a.test"], rsa=True)
        cls.authority.issue("b", ["b.test", "*.b.test"])
        cls.configuration = CONFIGURATION.replace("@PORT@", str(free_port()))

    def setUp(self):
        super().setUp()
        self.port = self.gateway.addresses()[1][1]

    def connect(self, name="a.test", verify=True, port=None, session=None, **options):
        context = options.pop("context", None) or client_context(self.authority.certificate if verify else None, **options)
        client = TlsClient(port or self.port, context, name, session)
        self.addCleanup(client.close)
        return client

    def test_requests_reach_the_origin_with_what_tls_says(self):
        with self.connect() as client:
            self.assertEqual(client.get("/x", host="a.test").body, b"hello from the origin")
        seen = self.origin.last("/x")
        self.assertEqual(seen.get("X-Scheme"), "https on")
        self.assertEqual(seen.get("X-Tls"), "TLSv1.3 TLS_AES_256_GCM_SHA384 a.test")

    def test_variables_tell_the_connection(self):
        with self.connect(version=ssl.TLSVersion.TLSv1_2, protocols=["h2", "http/1.1"]) as client:
            found = client.get("/tls", host="a.test").text().split("|")
        self.assertEqual(found[0], "TLSv1.2")
        self.assertIn("ECDHE-ECDSA", found[1])
        self.assertEqual(found[2:], ["X25519", ".", "a.test", "http/1.1", "NONE"])

    def test_the_name_chooses_the_certificate(self):
        for name, expected in (("a.test", ["a.test"]), ("b.test", ["b.test", "*.b.test"]), ("B.test", ["b.test", "*.b.test"]),
                               ("x.b.test", ["b.test", "*.b.test"])):
            with self.subTest(name), self.connect(name) as client:
                self.assertEqual(client.peer_names(), expected)
        context = client_context()
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(self.authority.certificate)
        for name in ("unknown.test", None, "b.test."):
            with self.subTest(name), self.connect(name, context=context) as client:
                self.assertEqual(client.peer_names(), ["b.test", "*.b.test"] if name == "b.test." else ["a.test"])

    def test_each_server_has_its_protocols(self):
        with self.connect("a.test") as client:
            self.assertEqual(client.sock.version(), "TLSv1.3")
        with self.connect("b.test") as client:
            self.assertEqual(client.sock.version(), "TLSv1.2")
        with self.assertRaisesRegex(ssl.SSLError, "PROTOCOL_VERSION|protocol version"):
            self.connect("b.test", version=ssl.TLSVersion.TLSv1_3)

    def test_the_kind_of_key_follows_the_client(self):
        for cipher in ("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"):
            with self.subTest(cipher), self.connect(version=ssl.TLSVersion.TLSv1_2, ciphers=cipher) as client:
                self.assertEqual(client.sock.cipher()[0], cipher)
                self.assertEqual(client.get("/tls", host="a.test").status, 200)

    def test_protocols_are_negotiated(self):
        with self.connect(protocols=["h2", "http/1.1"]) as client:
            self.assertEqual(client.sock.selected_alpn_protocol(), "http/1.1")
        with self.connect() as client:
            self.assertIsNone(client.sock.selected_alpn_protocol())
        with self.assertRaisesRegex(ssl.SSLError, "NO_APPLICATION_PROTOCOL|no application protocol"):
            self.connect(protocols=["nonsense"])

    def test_a_server_that_rejects_sends_its_alert(self):
        with self.assertRaisesRegex(ssl.SSLError, "UNRECOGNIZED_NAME|unrecognized name"):
            self.connect("no.test", verify=False)

    def test_old_versions_are_refused(self):
        for version in ("-tls1", "-tls1_1"):
            done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.port}", version, "-cipher",
                                   "ALL:@SECLEVEL=0"], input=b"", capture_output=True, timeout=PATIENCE, check=False)
            self.assertIn(b"alert protocol version", done.stderr)

    def test_plain_http_is_told_so(self):
        with Client(self.port) as client:
            found = client.get("/x")
            self.assertEqual((found.status, found.reason), (400, "Bad Request"))
            self.assertIn("<title>400 The plain HTTP request was sent to HTTPS port</title>", found.text())
            self.assertIn("<center><h1>400 Bad Request</h1></center>", found.text())
            self.assertEqual(client.read_to_end(), b"")
        self.assertEqual(self.origin.seen("/x"), [])
        wait_until(lambda: '"GET /x HTTP/1.1" 400' in self.gateway.log(), "the line in the log")

    def test_what_is_neither_ends_the_connection(self):
        for noise in (b"\x16\x03\x01\x00\x04nope", b"\x80\x2e\x01\x00\x02", b"\x16\x03\x01\xff\xff" + b"x" * 600):
            with self.subTest(noise), socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as client:
                client.sendall(noise)
                client.shutdown(socket.SHUT_WR)
                while client.recv(4096):
                    pass
        with self.connect() as client:
            self.assertEqual(client.get("/tls", host="a.test").status, 200)
        wait_until(lambda: "SSL_do_handshake() failed" in self.gateway.log(), "the error log's line")

    def test_connections_are_kept_and_requests_pipelined(self):
        with self.connect() as client:
            client.send("".join(f"GET /{i} HTTP/1.1\r\nHost: a.test\r\n\r\n" for i in range(20)))
            for _ in range(20):
                self.assertEqual(client.read_answer().body, b"hello from the origin")
        self.assertEqual([each.target for each in self.origin.seen()], [f"/{i}" for i in range(20)])

    def test_a_head_in_pieces_is_read(self):
        with self.connect() as client:
            for byte in "GET /tls HTTP/1.1\r\nHost: a.test\r\n\r\n":
                client.send(byte)
            self.assertEqual(client.read_answer().status, 200)

    def test_large_bodies_go_both_ways(self):
        def echo(conversation, request):
            conversation.read_body(request)
            conversation.send(answer(request.body, chunked=len(request.body) % 2 == 1))
        self.origin.on("/echo", echo)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.subTest(version), self.connect(version=version) as client:
                for size in (1, 16384, 16385, 1000001):
                    body = bytes(i % 251 for i in range(size))
                    client.send(f"POST /echo HTTP/1.1\r\nHost: a.test\r\nContent-Length: {size}\r\n\r\n")
                    client.send(body)
                    self.assertEqual(client.read_answer().body, body)

    def longest_record(self, name):
        """The length of the longest record in which that server sends a long answer."""
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = client_context().wrap_bio(incoming, outgoing, server_hostname=name)
        raw, got = b"", b""
        with socket.create_connection(("127.0.0.1", self.gateway.addresses()[1][1]), timeout=PATIENCE) as sock:
            request = f"GET /long HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode()
            step = tls.do_handshake
            while len(got) < 100_000:
                try:
                    result = step()
                    if step == tls.do_handshake:
                        tls.write(request)
                        step = lambda: tls.read(65536)
                    else:
                        got += result
                except ssl.SSLWantReadError:
                    sock.sendall(outgoing.read())
                    data = sock.recv(65536)
                    self.assertTrue(data, "closed early")
                    raw += data
                    incoming.write(data)
        longest, at = 0, 0
        while at + 5 <= len(raw):
            size = int.from_bytes(raw[at + 3:at + 5], "big")
            if raw[at] == 23:
                longest = max(longest, size)
            at += 5 + size
        return longest

    def test_records_are_as_long_as_they_may_be(self):
        self.origin.on("/long", answer(b"x" * 100_000))
        self.assertGreater(self.longest_record("a.test"), 10_000)
        self.assertLess(self.longest_record("b.test"), 2048 + 64)
        self.assertGreater(self.longest_record("b.test"), 2048 - 64)

    def test_a_slow_reader_gets_all(self):
        size = 8 << 20
        self.origin.on("/large", answer(b"y" * size))
        with self.connect() as client:
            client.send("GET /large HTTP/1.1\r\nHost: a.test\r\n\r\n")
            wait_until(lambda: self.origin.seen("/large"), "the request")
            self.assertEqual(len(client.read_answer().body), size)

    def test_an_answer_ends_with_close_notify(self):
        with self.connect() as client:
            client.send("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n")
            self.assertEqual(client.read_answer().body, b"hello from the origin")
            self.assertEqual(client.read_to_end(), b"")  # or else an SSLEOFError

    def test_an_answer_cut_short_does_not(self):
        def cut(conversation, request):
            conversation.read_body(request)
            conversation.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
            conversation.finish()
        self.origin.on("/cut", cut)
        with self.connect() as client:
            client.send("GET /cut HTTP/1.0\r\nHost: a.test\r\n\r\n")
            with self.assertRaises((ssl.SSLError, ConnectionResetError)):
                client.read_answer()
        with self.connect() as client:
            client.send("GET /cut HTTP/1.1\r\nHost: a.test\r\n\r\n")
            with self.assertRaises((Cut, ssl.SSLError, ConnectionResetError)):
                client.read_answer()

    def test_renegotiation_is_refused(self):
        done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.port}", "-tls1_2", "-servername", "a.test"],
                              input=b"R\n", capture_output=True, timeout=PATIENCE, check=False)
        self.assertIn(b"no renegotiation", done.stderr)

    def test_handshakes_are_counted(self):
        with self.connect():
            pass
        port = int(self.gateway.log().split("admin interface on 127.0.0.1:")[1].split()[0])

        def full():
            with Client(port) as client:
                text = client.get("/metrics", "Connection: close\r\n").text()
            return int(text.split('tls_handshakes_total{result="full"} ')[1].split()[0])
        wait_until(lambda: full() > 0, "the counter")


class BesideOthers(GatewayTest):
    """One worker, so that connections that come and those that go are the same one's."""

    configuration = """
worker_processes = 1
worker_connections = 2000
access_log = "off"
[[server]]
listen = ["127.0.0.1:0", "127.0.0.1:0 ssl"]
ssl_certificate = "a.pem"
ssl_certificate_key = "a.key"
[[server.route]]
location = "/"
return = "200 ok"
"""

    @classmethod
    def prepare(cls, folder):
        Authority(folder).issue("a", ["a.test"])

    def test_a_new_connection_outlives_the_end_of_others(self):
        plain, tls = (port for _, port in self.gateway.addresses())
        fresh = []
        for _ in range(40):
            others = [Client(plain) for _ in range(20)]
            for each in others:
                each.get("/")
            # All at once for the worker: that others end, and that new ones are there, which say nothing yet.
            self.gateway.signal(signal.SIGSTOP)
            for number, each in enumerate(others):
                if number % 2 == 0:
                    each.send("GET /")
                fresh.append(socket.socket())
                fresh[-1].setblocking(False)
                fresh[-1].connect_ex(("127.0.0.1", tls))
                each.reset() if number % 3 == 0 else each.close()
            self.gateway.signal(signal.SIGCONT)
            self.gateway.get("/")
            for each in fresh[-20:]:
                self.addCleanup(each.close)
        for each in fresh:
            each.settimeout(PATIENCE)
            try:
                with client_context().wrap_socket(each) as wrapped:
                    wrapped.sendall(b"GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n")
                    self.assertTrue(wrapped.recv(100).startswith(b"HTTP/1.1 200 "))
            except OSError as fault:
                self.fail(f"the gateway closed a connection before it said anything: {fault!r}")


class Idle(GatewayTest):
    configuration = """
worker_processes = 1
access_log = "off"
[[server]]
listen = ["127.0.0.1:0 ssl"]
ssl_certificate = "a.pem"
ssl_certificate_key = "a.key"
keepalive_timeout = "2s"
[[server.route]]
location = "/"
return = "200 ok"
"""

    @classmethod
    def prepare(cls, folder):
        Authority(folder).issue("a", ["a.test"])

    def test_half_a_record_keeps_no_connection_open(self):
        with TlsClient(self.gateway.port) as client:
            self.assertEqual(client.get("/").status, 200)
            os.write(client.sock.fileno(), b"\x17\x03\x03\x40")
            end = False
            while not end:  # a session ticket and the close_notify may come before
                self.assertTrue(select.select([client.sock], [], [], PATIENCE)[0], "the connection is still open")
                end = os.read(client.sock.fileno(), 4096) == b""

    def test_a_connection_that_is_silent_for_seconds_is_served(self):
        with TlsClient(self.gateway.port) as client:
            for _ in range(2):
                self.assertEqual(client.get("/").body, b"ok")
                time.sleep(1.4)
            self.assertEqual(client.get("/").body, b"ok")


class Reload(unittest.TestCase):
    """An address that becomes one for TLS."""

    def test_plain_connections_get_nothing_more(self):
        folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        Authority(folder).issue("a", ["a.test"])
        text = f"""
[[server]]
listen = ["127.0.0.1:{free_port()}%s"]
access_log = "off"
[[server.route]]
location = "/"
return = "200 ok"
"""
        gateway = Gateway(text % "", folder)
        self.addCleanup(gateway.stop)
        with gateway.client() as client:
            self.assertEqual(client.get("/").status, 200)
            gateway.file.write_text('ssl_certificate = "a.pem"\nssl_certificate_key = "a.key"\n' + text % " ssl")
            gateway.signal(signal.SIGHUP)
            wait_until(lambda: "the new configuration is in use" in gateway.log(), "the reload")
            with TlsClient(gateway.port) as other:
                self.assertEqual(other.get("/").status, 200)
            self.assertEqual(client.get("/").status, 400)


class Check(unittest.TestCase):
    """What `signgate check` says of certificates."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.authority = Authority(self.folder)
        self.authority.issue("a", ["a.test"])

    def check(self, *lines):
        file = self.folder / "a.toml"
        file.write_text("[[server]]\nlisten = ['0 ssl']\n" + "".join(line + "\n" for line in lines) +
                        "[[server.route]]\nlocation = '/'\nreturn = '200'\n")
        done = signgate("check", "-c", file)
        return done.returncode, done.stderr.replace(str(self.folder) + "/", "")

    def test_a_pair_that_belongs_together_is_ok(self):
        self.assertEqual(self.check("ssl_certificate = 'a.pem'", "ssl_certificate_key = 'a.key'"), (0, ""))

    def test_a_key_of_another_certificate_is_an_error_at_its_place(self):
        self.authority.issue("b", ["b.test"])
        status, text = self.check("ssl_certificate = ['a.pem', 'b.pem']", "ssl_certificate_key = ['a.key', 'a.key']")
        self.assertEqual(status, 1)
        self.assertIn('a.toml:4:33: error: ssl_certificate_key: "a.key" does not belong to the certificate "b.pem"', text)

    def test_an_unreadable_file_is_an_error(self):
        status, text = self.check("ssl_certificate = 'none.pem'", "ssl_certificate_key = 'a.key'")
        self.assertEqual(status, 1)
        self.assertIn('a.toml:3:19: error: ssl_certificate: "none.pem": No such file or directory', text)

    def test_an_expired_certificate_is_a_warning(self):
        self.authority.issue("old", ["a.test"], days=-1)
        status, text = self.check("ssl_certificate = 'old.pem'", "ssl_certificate_key = 'old.key'")
        self.assertEqual(status, 0)
        self.assertIn('a.toml:3:19: warning: ssl_certificate: "old.pem" expired on ', text)

    def test_upstreams_are_looked_at_as_well(self):
        file = self.folder / "a.toml"
        file.write_text("[[server]]\n[[server.route]]\nlocation = '/'\nproxy_pass = 'https://a.test'\n"
                        "proxy_ssl_verify = 'on'\nproxy_ssl_trusted_certificate = 'a.key'\n")
        done = signgate("check", "-c", file)
        self.assertEqual(done.returncode, 1)
        self.assertIn(":6:33: error: proxy_ssl_trusted_certificate: ", done.stderr)


if __name__ == "__main__":
    main()
