# SPDX-License-Identifier: Apache-2.0
"""TLS to upstreams: names, verification, our own certificate, resumption, and ends that were cut."""

import socket
import ssl
import threading

from certificates import Authority, lock_key
from harness import GatewayTest, answer, main, signgate
from tls import TlsOrigin, say_goodbye
from wire import Cut, wait_until

CONFIGURATION = """
worker_processes = 1
error_log = "stderr info"
access_log = "off"
[[server]]
listen = ["127.0.0.1:0"]
proxy_ssl_trusted_certificate = "ca.pem"
""" + "".join("""
[[server.route]]
location = "/%s"
proxy_pass = "https://%s"
%s
""" % each for each in (
    ("plain", "tls", ""),
    ("sni", "tls", "proxy_ssl_server_name = 'on'\nproxy_ssl_name = 'a.test'"),
    ("host", "tls", "proxy_ssl_server_name = 'on'\nproxy_ssl_name = '$host:443'"),
    ("good", "tls", "proxy_ssl_verify = 'on'\nproxy_ssl_name = 'a.test'"),
    ("address", "@TLS@", "proxy_ssl_verify = 'on'"),
    ("name", "tls", "proxy_ssl_verify = 'on'\nproxy_ssl_name = 'b.test'"),
    ("unknown", "tls", "proxy_ssl_verify = 'on'\nproxy_ssl_name = 'a.test'\nproxy_ssl_trusted_certificate = 'other.pem'"),
    ("expired", "@EXPIRED@", "proxy_ssl_verify = 'on'\nproxy_ssl_name = 'a.test'"),
    ("ours", "@MUTUAL@", "proxy_ssl_certificate = 'client.pem'\nproxy_ssl_certificate_key = 'client.key'"),
    ("bare", "@MUTUAL@", ""),
    ("locked", "@MUTUAL@", "proxy_ssl_certificate = 'client.pem'\nproxy_ssl_certificate_key = 'locked.key'\n"
                           "proxy_ssl_password_file = 'words'"),
    ("valid", "@TLS@", "proxy_ssl_verify = 'on'\nproxy_ssl_name = 'a.test'\nproxy_ssl_crl = 'crl.pem'"),
    ("revoked", "@REVOKED@", "proxy_ssl_verify = 'on'\nproxy_ssl_name = 'a.test'\nproxy_ssl_crl = 'crl.pem'"),
    ("unasked", "@REVOKED@", "proxy_ssl_verify = 'on'\nproxy_ssl_name = 'a.test'"),
    ("resume", "single", ""),
    ("fresh", "single", "proxy_ssl_session_reuse = 'off'"),
    ("silent", "@SILENT@", "proxy_connect_timeout = '300ms'"),
    ("http", "@HTTP@", ""),
    ("given", "$arg_to", "proxy_ssl_verify = 'on'\nproxy_ssl_name = '$arg_name'"),
    ("next", "several", "proxy_ssl_verify = 'on'\nproxy_ssl_name = 'a.test'"),
)) + """
[upstream.tls]
server = ["@TLS@"]
[upstream.single]
server = ["@TLS@"]
keepalive = 0
[upstream.several]
server = ["@EXPIRED@", "@TLS@"]
"""


class UpstreamTls(GatewayTest):
    @classmethod
    def prepare(cls, folder):
        cls.authority = Authority(folder)
        cls.foreign = Authority(folder, "other")
        pem = cls.authority.issue("a", ["a.test", "127.0.0.1"])
        cls.authority.issue("client", ["client"])
        cls.tls = TlsOrigin(pem)
        cls.expired = TlsOrigin(cls.authority.issue("old", ["a.test"], days=-1))
        cls.mutual = TlsOrigin(pem, cls.authority.certificate)
        cls.revoked = TlsOrigin(cls.authority.issue("revoked", ["a.test"]))
        cls.authority.crl(["revoked"], folder / "crl.pem")
        lock_key(folder / "client.key", "secret words", folder / "locked.key")
        (folder / "words").write_text("others\nsecret words\n")
        for origin in (cls.tls, cls.expired, cls.mutual, cls.revoked):
            cls.addClassCleanup(origin.stop)
        cls.silent = socket.create_server(("127.0.0.1", 0))
        cls.addClassCleanup(cls.silent.close)
        cls.plain = socket.create_server(("127.0.0.1", 0))
        cls.addClassCleanup(cls.plain.close)
        text = CONFIGURATION
        for name, port in (("TLS", cls.tls.port), ("EXPIRED", cls.expired.port), ("MUTUAL", cls.mutual.port),
                           ("REVOKED", cls.revoked.port),
                           ("SILENT", cls.silent.getsockname()[1]), ("HTTP", cls.plain.getsockname()[1])):
            text = text.replace(f"@{name}@", f"127.0.0.1:{port}")
        cls.configuration = text

    def setUp(self):
        super().setUp()
        for origin in (self.tls, self.expired, self.mutual, self.revoked):
            origin.forget()
            origin.names.clear()
            origin.resumed.clear()
            origin.peers.clear()

    def assert_fails(self, path, *reasons, status=502):
        before = len(self.gateway.log())
        self.assertEqual(self.gateway.get(path).status, status)
        for reason in reasons:
            wait_until(lambda: reason in self.gateway.log()[before:], f"{reason!r} in the error log")

    def test_requests_are_answered_and_connections_kept(self):
        with self.gateway.client() as client:
            for _ in range(3):
                self.assertEqual(client.get("/plain").body, b"hello from the origin")
        self.assertEqual(len({each.connection for each in self.tls.seen("/plain")}), 1)
        self.assertEqual(self.tls.last("/plain").get("Host"), "tls")

    def test_a_name_is_sent_where_it_is_asked_for(self):
        self.gateway.get("/plain")
        self.tls.drop_connections()
        self.gateway.get("/plain")
        self.assertEqual(set(self.tls.names), {None})
        self.tls.names.clear()
        self.gateway.get("/sni")
        self.gateway.get("/host", host="www.example.com")
        self.assertEqual(self.tls.names, ["a.test", "www.example.com"])

    def test_connections_are_not_shared_between_names_and_rules(self):
        for path in ("/plain", "/sni", "/good", "/plain", "/sni", "/good"):
            self.assertEqual(self.gateway.get(path).status, 200)
        connections = {path: {each.connection for each in self.tls.seen(path)} for path in ("/plain", "/sni", "/good")}
        self.assertEqual([len(each) for each in connections.values()], [1, 1, 1])
        self.assertEqual(len(set.union(*connections.values())), 3)
        for host in ("x.test", "y.test", "x.test"):
            self.gateway.get("/host", host=host)
        self.assertEqual(len({each.connection for each in self.tls.seen("/host")}), 2)

    def test_a_certificate_that_verifies_will_do(self):
        self.assertEqual(self.gateway.get("/good").status, 200)
        self.assertEqual(self.gateway.get("/address").status, 200)

    def test_one_that_does_not_is_502_and_told(self):
        self.assert_fails("/name", "certificate verify error: (62:hostname mismatch)", 'name: "b.test"', 'upstream: "127.0.0.1:')
        self.assert_fails("/unknown", "certificate verify error: (20:unable to get local issuer certificate)")
        self.assert_fails("/expired", "certificate verify error: (10:certificate has expired)")
        self.assertEqual(self.tls.seen("/name") + self.tls.seen("/unknown") + self.expired.seen(), [])

    def test_the_next_server_is_asked_after_a_failed_handshake(self):
        for _ in range(3):
            self.assertEqual(self.gateway.get("/next").status, 200)
        self.assertEqual(len(self.tls.seen("/next")), 3)

    def test_what_variables_give_is_verified_too(self):
        for to in ("tls", f"127.0.0.1:{self.tls.port}"):
            path = f"/given?to={to}&name="
            self.assertEqual(self.gateway.get(path + "a.test").body, b"hello from the origin", to)
            self.assert_fails(path + "b.test", "certificate verify error: (62:hostname mismatch)")
        self.assertEqual(len(self.tls.seen()), 2)

    def test_no_name_and_half_a_name_verify_nothing(self):
        for name in ("", ".test"):
            self.assert_fails(f"/given?to=tls&name={name}", "is no name for a TLS handshake")
        self.assertEqual(self.tls.seen(), [])

    def test_our_certificate_is_shown(self):
        self.assertEqual(self.gateway.get("/ours").status, 200)
        self.assertEqual(dict(pair[0] for pair in self.mutual.peers[-1]["subject"])["commonName"], "client")
        self.assertEqual(self.gateway.get("/bare").status, 502)

    def test_an_encrypted_key_is_opened_by_its_password_file(self):
        self.assertEqual(self.gateway.get("/locked").status, 200)
        self.assertEqual(dict(pair[0] for pair in self.mutual.peers[-1]["subject"])["commonName"], "client")

    def test_a_wrong_password_is_an_error_of_the_configuration(self):
        (self.folder / "wrong").write_text("others\n")
        for says, change in (("cannot be decrypted with any passphrase of", ("'words'", "'wrong'")),
                             ("is encrypted: decrypt it", ("proxy_ssl_password_file = 'words'\n", ""))):
            file = self.folder / "wrong.toml"
            file.write_text(self.gateway.file.read_text().replace(*change))
            done = signgate("check", "-c", file)
            self.assertEqual(done.returncode, 1)
            self.assertIn(says, done.stderr)
            self.assertRegex(done.stderr, r"wrong\.toml:\d+:\d+: error: proxy_ssl_certificate_key: ")

    def test_a_revoked_certificate_is_502_and_told(self):
        self.assertEqual(self.gateway.get("/unasked").status, 200)
        self.assertEqual(self.gateway.get("/valid").status, 200)
        self.assert_fails("/revoked", "certificate verify error: (23:certificate revoked)")
        self.assertEqual(self.revoked.seen("/revoked"), [])

    def test_sessions_are_resumed(self):
        for _ in range(4):
            self.assertEqual(self.gateway.get("/resume").status, 200)
        self.assertEqual(self.tls.resumed, [False, True, True, True])
        self.tls.resumed.clear()
        for _ in range(3):
            self.assertEqual(self.gateway.get("/fresh").status, 200)
        self.assertEqual(self.tls.resumed, [False, False, False])

    def test_what_does_not_answer_the_handshake_is_504(self):
        self.assert_fails("/silent", "timed_out", "while SSL handshaking", status=504)

    def test_what_does_not_speak_tls_is_502(self):
        def answer_in_plain():
            with self.plain.accept()[0] as conversation:
                conversation.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                conversation.recv(4096)
        threading.Thread(target=answer_in_plain, daemon=True).start()
        self.assert_fails("/http", "SSL_do_handshake() failed: wrong version number")

    def test_large_bodies_go_both_ways(self):
        def echo(conversation, request):
            conversation.read_body(request)
            conversation.send(answer(request.body))
        self.tls.on("/plain", echo)
        with self.gateway.client() as client:
            for size in (1, 16385, 1000000):
                body = bytes(i % 251 for i in range(size))
                client.send(f"POST /plain HTTP/1.1\r\nHost: gw.test\r\nContent-Length: {size}\r\n\r\n")
                client.send(body)
                self.assertEqual(client.read_answer().body, body)

    def test_a_body_that_ends_with_the_connection_is_whole_after_close_notify(self):
        def whole(conversation, request):
            conversation.read_body(request)
            conversation.send(b"HTTP/1.1 200 OK\r\n\r\nall of it")
            say_goodbye(conversation)
        self.tls.on("/plain", whole)
        self.assertEqual(self.gateway.get("/plain").body, b"all of it")

    def test_and_cut_short_without_it(self):
        def cut(conversation, request):
            conversation.read_body(request)
            conversation.send(b"HTTP/1.1 200 OK\r\n\r\nhalf of it")
            conversation.finish()
        self.tls.on("/plain", cut)
        with self.assertRaises(Cut):
            self.gateway.get("/plain")
        with self.assertRaises(ConnectionResetError):
            self.gateway.get("/plain", version="HTTP/1.0")
        wait_until(lambda: "the peer closed without close_notify" in self.gateway.log(), "the reason in the error log")

    def test_a_kept_connection_that_has_gone_is_replaced(self):
        self.assertEqual(self.gateway.get("/plain").status, 200)
        self.tls.drop_connections()
        self.assertEqual(self.gateway.get("/plain").status, 200)


if __name__ == "__main__":
    main()
