# SPDX-License-Identifier: Apache-2.0
"""Certificates that variables name: by the client's server name, renewed without a reload, kept by a cache, never from
another folder; and our own towards upstreams."""

import os
import shutil
import socket
import ssl
import subprocess

from certificates import Authority, lock_key
from harness import Client, GatewayTest, main
from tls import TlsClient, TlsOrigin, client_context
from wire import PATIENCE, wait_until

CONFIGURATION = """
worker_processes = 1
error_log = "stderr info"
access_log = "off"
[[server]]
listen = ["127.0.0.1:0 ssl"]
ssl_certificate = ["sites/$ssl_server_name.pem", "fixed.pem"]
ssl_certificate_key = ["sites/$ssl_server_name.key", "fixed.key"]
ssl_password_file = "words"
[[server.route]]
location = "/"
return = "200 $ssl_server_name|$ssl_session_reused"
[[server]]
listen = ["127.0.0.1:0 ssl"]
ssl_certificate = "sites/$ssl_server_name.pem"
ssl_certificate_key = "sites/$ssl_server_name.key"
ssl_certificate_cache = "max=2 inactive=1h valid=1h"
[[server.route]]
location = "/"
return = "200 cached"
[[server]]
listen = ["127.0.0.1:0"]
proxy_ssl_certificate = "sites/$arg_who.pem"
proxy_ssl_certificate_key = "sites/$arg_who.key"
proxy_ssl_certificate_cache = "max=10"
[[server.route]]
location = "/"
proxy_pass = "https://@MUTUAL@"
[[server.route]]
location = "/optional"
proxy_ssl_certificate = "$arg_file"
proxy_ssl_certificate_key = "sites/a.test.key"
proxy_pass = "https://@MUTUAL@"
"""


class Varying(GatewayTest):
    @classmethod
    def prepare(cls, folder):
        cls.authority = Authority(folder)
        cls.sites = folder / "sites"
        cls.sites.mkdir()
        for name in ("a.test", "b.test", "locked.test"):
            cls.issue(name)
        lock_key(cls.sites / "locked.test.key", "open sesame", folder / "locked")
        shutil.move(folder / "locked", cls.sites / "locked.test.key")
        cls.authority.issue("fixed", ["fixed.test"], rsa=True)
        cls.authority.issue("outside", ["outside.test"])
        (folder / "words").write_text("open sesame\n")
        cls.mutual = TlsOrigin(cls.authority.issue("origin", ["origin"]), cls.authority.certificate)
        cls.addClassCleanup(cls.mutual.stop)
        cls.configuration = CONFIGURATION.replace("@MUTUAL@", f"127.0.0.1:{cls.mutual.port}")

    @classmethod
    def issue(cls, name):
        """(Re)makes the certificate for a name, each file replaced as a whole."""
        cls.authority.issue("fresh", [name])
        for kind in ("key", "pem"):
            os.replace(cls.folder / f"fresh.{kind}", cls.sites / f"{name}.{kind}")

    def setUp(self):
        super().setUp()
        self.mutual.forget()
        self.mutual.peers.clear()

    def connect(self, name, listener=0, context=None, session=None):
        client = TlsClient(self.gateway.addresses()[listener][1], context or client_context(self.authority.certificate), name,
                           session)
        self.addCleanup(client.close)
        return client

    def shown(self, name, listener=0):
        with self.connect(name, listener) as client:
            return client.sock.getpeercert(True)

    def assert_refused(self, name, reason):
        before = len(self.gateway.log())
        with self.assertRaises(ssl.SSLError):
            self.connect(name, context=client_context())
        wait_until(lambda: reason in self.gateway.log()[before:], f"{reason!r} in the error log")


class OfServers(Varying):
    def test_the_clients_name_names_the_file(self):
        for name in ("a.test", "b.test", "locked.test"):
            with self.subTest(name), self.connect(name) as client:
                self.assertEqual(client.peer_names(), [name])
                self.assertEqual(client.get("/").text(), f"{name}|.")

    def test_all_of_several_are_loaded(self):
        with self.connect("a.test", context=client_context(version=ssl.TLSVersion.TLSv1_2,
                                                           ciphers="ECDHE-RSA-AES128-GCM-SHA256")) as client:
            self.assertEqual(client.get("/").status, 200)

    def test_sessions_are_resumed_without_a_certificate(self):
        context = client_context()
        with self.connect("a.test", context=context) as client:
            client.get("/")
            session = client.sock.session
        with self.connect("a.test", context=context, session=session) as client:
            self.assertEqual(client.get("/").text(), "a.test|r")

    def test_a_renewed_one_is_used_at_once(self):
        before = self.shown("b.test")
        self.assertEqual(self.shown("b.test"), before)
        self.issue("b.test")
        self.assertNotEqual(self.shown("b.test"), before)

    def test_a_cache_keeps_it(self):
        before = self.shown("b.test", 1)
        self.issue("b.test")
        self.assertEqual(self.shown("b.test", 1), before)
        # Two others take its place.
        self.issue("c.test")
        self.shown("c.test", 1)
        self.shown("a.test", 1)
        self.assertNotEqual(self.shown("b.test", 1), before)

    def test_what_cannot_be_loaded_ends_the_handshake(self):
        self.assert_refused("none.test", f'ssl_certificate: "{self.sites}/none.test.pem": No such file or directory while SSL')
        self.assertIn("[error]", next(line for line in self.gateway.log().splitlines() if "none.test.pem" in line))
        (self.sites / "bad.test.pem").write_text("nonsense\n")
        (self.sites / "bad.test.key").write_text("nonsense\n")
        self.assert_refused("bad.test", "bad.test.pem\" holds no readable certificate in PEM")
        self.assert_refused(None, "sites/.pem")
        with self.connect("a.test") as client:
            self.assertEqual(client.get("/").status, 200)

    def test_no_name_leads_out_of_the_folder(self):
        port = self.gateway.addresses()[0][1]
        for name in ("../outside", "..", "a.test/../../outside", "/etc/a", "x/a.test"):
            before = len(self.gateway.log())
            done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", name], input=b"",
                                  capture_output=True, timeout=PATIENCE, check=False)
            self.assertIn(b"alert internal error", done.stderr, name)
            self.assertNotIn(b"BEGIN CERTIFICATE", done.stdout, name)
            self.assertNotIn("outside.pem", self.gateway.log()[before:])
        wait_until(lambda: "the client's server name is no host" in self.gateway.log(), "the reason in the error log")

    def test_many_handshakes_under_way_share_one_key(self):
        context = client_context()
        waiting = []
        for _ in range(200):
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = context.wrap_bio(incoming, outgoing, server_hostname="a.test")
            with self.assertRaises(ssl.SSLWantReadError):
                tls.do_handshake()
            sock = socket.create_connection(("127.0.0.1", self.gateway.addresses()[0][1]), timeout=PATIENCE)
            self.addCleanup(sock.close)
            sock.sendall(outgoing.read())
            waiting.append(sock)
        for sock in waiting:
            self.assertEqual(sock.recv(1), b"\x16")  # a handshake record, the ServerHello
        with self.connect("b.test") as client:
            self.assertEqual(client.get("/").status, 200)


class OfUpstreams(Varying):
    def get(self, path):
        with Client(self.gateway.addresses()[2][1]) as client:
            return client.get(path)

    def names(self):
        return [dict(pair[0] for pair in peer["subject"])["commonName"] for peer in self.mutual.peers]

    def test_each_has_a_connection_of_its_own(self):
        for who in ("a.test", "b.test", "a.test", "b.test"):
            self.assertEqual(self.get(f"/?who={who}").status, 200)
        self.assertEqual(self.names(), ["a.test", "b.test"])
        connections = {who: {each.connection for each in self.mutual.seen() if each.target == f"/?who={who}"}
                       for who in ("a.test", "b.test")}
        self.assertEqual([len(each) for each in connections.values()], [1, 1])
        self.assertNotEqual(*connections.values())

    def test_what_cannot_be_loaded_is_500_and_told(self):
        self.assertEqual(self.get("/?who=nobody").status, 500)
        wait_until(lambda: "proxy_ssl_certificate: " in self.gateway.log() and "nobody.pem" in self.gateway.log(), "the reason")
        self.assertEqual(self.mutual.seen(), [])

    def test_an_empty_value_is_no_certificate(self):
        self.assertEqual(self.get("/optional?file=").status, 502)
        self.assertEqual(self.get("/optional?file=sites/a.test.pem").status, 200)
        self.assertEqual(self.names(), ["a.test"])


if __name__ == "__main__":
    main()
