# SPDX-License-Identifier: Apache-2.0
"""TLS sessions, stapling, reload and limits in time: gateways of their own."""

import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest
from pathlib import Path

from certificates import Authority, openssl
from harness import Gateway, Origin, answer, main, wait_until
from tls import TlsClient, client_context
from wire import PATIENCE

CONFIGURATION = """
worker_processes = 2
access_log = "off"
client_header_timeout = "@TIMEOUT@"
[[server]]
listen = ["127.0.0.1:0 ssl"]
server_name = ["a.test"]
ssl_certificate = "a.pem"
ssl_certificate_key = "a.key"
@KEYS@
[[server.route]]
location = "/"
return = "200 $ssl_session_reused"
[[server.route]]
location = "/slow"
proxy_pass = "http://@ORIGIN@"
"""
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


class Sessions(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.authority = Authority(self.folder)
        self.authority.issue("a", ["a.test"])
        self.origin = Origin()
        self.addCleanup(self.origin.stop)

    def start(self, keys="", timeout="60s"):
        text = (CONFIGURATION.replace("@KEYS@", keys).replace("@TIMEOUT@", timeout)
                .replace("@ORIGIN@", f"127.0.0.1:{self.origin.port}"))
        self.gateway = Gateway(text, self.folder)
        self.addCleanup(self.gateway.kill)

    def ask(self, context, session=None):
        """The session and whether one was resumed, in the client's and in the server's words."""
        with TlsClient(self.gateway.port, context, "a.test", session) as client:
            told = client.get("/", host="a.test").text()
            self.assertEqual(told, "r" if client.sock.session_reused else ".")
            return client.sock.session, client.sock.session_reused

    def resumptions(self, version, count=8):
        """How many of several connections in a row resume the session of the one before."""
        context = client_context(self.authority.certificate, version)
        session, resumed = self.ask(context)
        self.assertFalse(resumed)
        hits = 0
        for _ in range(count):
            session, resumed = self.ask(context, session)
            hits += resumed
        return hits

    def reload(self, says="the new configuration is in use"):
        before = self.gateway.log().count(says)
        self.gateway.signal(signal.SIGHUP)
        wait_until(lambda: self.gateway.log().count(says) > before, says)

    def test_tickets_serve_all_workers(self):
        self.start()
        for version in VERSIONS:
            with self.subTest(version):
                self.assertEqual(self.resumptions(version), 8)

    def test_tickets_outlive_a_reload(self):
        self.start()
        for version in VERSIONS:
            with self.subTest(version):
                context = client_context(self.authority.certificate, version)
                session, _ = self.ask(context)
                self.reload()
                self.assertTrue(self.ask(context, session)[1])

    def test_tickets_are_not_for_another_certificate(self):
        self.start()
        context = client_context(self.authority.certificate)
        session, _ = self.ask(context)
        self.authority.issue("a", ["a.test"])
        self.reload()
        self.assertFalse(self.ask(context, session)[1])

    def test_tickets_by_keys_from_files(self):
        for name, size in (("new", 80), ("old", 48)):
            (self.folder / name).write_bytes(openssl("rand", str(size)))
            (self.folder / name).chmod(0o600)
        self.start("ssl_session_ticket_key = ['old']")
        context = client_context(self.authority.certificate)
        session, _ = self.ask(context)
        self.gateway.kill()
        self.start("ssl_session_ticket_key = ['new', 'old']")
        session, resumed = self.ask(context, session)
        self.assertTrue(resumed)
        self.gateway.kill()
        self.start("ssl_session_ticket_key = ['new']")
        self.assertTrue(self.ask(context, session)[1])

    def test_without_tickets_nothing_is_resumed(self):
        self.start("ssl_session_tickets = 'off'")
        for version in VERSIONS:
            with self.subTest(version):
                self.assertEqual(self.resumptions(version), 0)

    def test_a_cache_takes_their_place(self):
        for cache in ("shared:SSL:1m", "builtin", "builtin:1000 shared:SSL:1m"):
            with self.subTest(cache):
                self.start(f"ssl_session_tickets = 'off'\nssl_session_cache = '{cache}'")
                for version in VERSIONS:
                    self.assertEqual(self.resumptions(version), 8)
                self.gateway.kill()

    def test_a_shared_cache_outlives_a_reload(self):
        self.start("ssl_session_tickets = 'off'\nssl_session_cache = 'shared:SSL:1m'")
        context = client_context(self.authority.certificate, ssl.TLSVersion.TLSv1_2)
        session, _ = self.ask(context)
        self.reload()
        self.assertTrue(self.ask(context, session)[1])

    def test_sessions_end_with_their_time(self):
        self.start("ssl_session_timeout = '1s'")
        context = client_context(self.authority.certificate, ssl.TLSVersion.TLSv1_2)
        session, _ = self.ask(context)
        wait_until(lambda: not self.ask(context, session)[1], "the session to expire")

    def test_a_response_is_stapled(self):
        self.authority.ocsp("a", self.folder / "a.ocsp")
        self.start("ssl_stapling = 'on'\nssl_stapling_file = 'a.ocsp'")
        for version in ("-tls1_2", "-tls1_3"):
            done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.gateway.port}", version, "-status",
                                   "-servername", "a.test", "-CAfile", self.authority.certificate], input=b"",
                                  capture_output=True, timeout=PATIENCE, check=False)
            self.assertIn(b"OCSP Response Status: successful", done.stdout)
            self.assertIn(b"Cert Status: good", done.stdout)

    def test_a_changed_certificate_is_taken_up_and_connections_stay(self):
        self.start()
        go_on = []

        def slow(conversation, request):
            conversation.read_body(request)
            wait_until(lambda: go_on, "the word")
            conversation.send(answer(b"at last"))
        self.origin.on("/slow", slow)
        context = client_context(self.authority.certificate)
        with TlsClient(self.gateway.port, context, "a.test") as kept:
            before = kept.sock.getpeercert()["serialNumber"]
            kept.send("GET /slow HTTP/1.1\r\nHost: a.test\r\n\r\n")
            wait_until(lambda: self.origin.seen("/slow"), "the request at the origin")
            self.authority.issue("a", ["a.test"])
            self.reload()
            with TlsClient(self.gateway.port, context, "a.test") as client:
                self.assertNotEqual(client.sock.getpeercert()["serialNumber"], before)
            go_on.append(True)
            self.assertEqual(kept.read_answer().body, b"at last")
            self.assertEqual(kept.get("/", host="a.test").status, 200)

    def test_a_bad_certificate_leaves_the_old_one_in_use(self):
        self.start()
        context = client_context(self.authority.certificate)
        (self.folder / "a.pem").write_text("nonsense")
        self.reload("the old one stays in use")
        self.assertRegex(self.gateway.log(), r'signgate\.toml:8:19: error: ssl_certificate: "[^"]*a\.pem" holds no readable')
        self.assertFalse(self.ask(context)[1])

    def test_a_slow_handshake_is_cut(self):
        self.start(timeout="300ms")
        for hello in (b"", b"\x16", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"):
            with self.subTest(hello), socket.create_connection(("127.0.0.1", self.gateway.port), timeout=PATIENCE) as client:
                client.sendall(hello)
                try:
                    self.assertEqual(client.recv(100), b"")
                except ConnectionResetError:
                    pass

    def test_bytes_now_and_then_gain_no_time(self):
        self.start(timeout="1s")
        with socket.create_connection(("127.0.0.1", self.gateway.port), timeout=0.1) as client:
            client.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")

            def is_cut():
                try:
                    client.sendall(b"\x00")
                    return client.recv(100) == b""
                except TimeoutError:
                    return False
                except OSError:
                    return True
            wait_until(is_cut, "the end")

    def test_a_drain_ends_idle_connections_and_those_that_have_not_begun(self):
        self.start()
        context = client_context(self.authority.certificate)
        descriptors = Path(f"/proc/{self.gateway.process.pid}/fd")
        with TlsClient(self.gateway.port, context, "a.test") as idle:
            self.assertEqual(idle.get("/", host="a.test").status, 200)
            before = len(list(descriptors.iterdir()))
            with socket.create_connection(("127.0.0.1", self.gateway.port), timeout=PATIENCE) as silent:
                # One that nobody has accepted yet is reset when the listener closes.
                wait_until(lambda: len(list(descriptors.iterdir())) > before, "the connection to be accepted")
                self.gateway.signal(signal.SIGQUIT)
                self.assertEqual(idle.read_to_end(), b"")
                self.assertEqual(silent.recv(1), b"")
                self.assertEqual(self.gateway.wait(), 0)


if __name__ == "__main__":
    main()
