# SPDX-License-Identifier: Apache-2.0
"""Certificates of clients: who is let in, what nginx's statuses 495, 496 and 421 say, and the variables."""

import ssl

from certificates import Authority, openssl
from harness import GatewayTest, main
from ports import free_port
from tls import TlsClient, client_context

VARIABLES = "|".join(f"$ssl_client_{name}" for name in
                     ("verify", "s_dn", "i_dn", "serial", "fingerprint", "s_dn_legacy", "v_remain", "escaped_cert"))
CONFIGURATION = """
access_log = "off"
ssl_certificate = "a.pem"
ssl_certificate_key = "a.key"
""" + "".join("""
[[server]]
listen = ["127.0.0.1:@PORT@ ssl"]
server_name = ["%s.test"]
%s
[[server.route]]
location = "/"
return = "200 @VARIABLES@"
""" % (name, keys) for name, keys in (
    ("open", ""),
    ("on", 'ssl_verify_client = "on"\nssl_client_certificate = "ca.pem"'),
    ("on-too", 'ssl_verify_client = "on"\nssl_client_certificate = "ca.pem"'),
    ("other", 'ssl_verify_client = "on"\nssl_client_certificate = "other.pem"'),
    ("optional", 'ssl_verify_client = "optional"\nssl_client_certificate = "ca.pem"'),
    ("any", 'ssl_verify_client = "optional_no_ca"'),
    ("crl", 'ssl_verify_client = "on"\nssl_client_certificate = "ca.pem"\nssl_crl = "crl.pem"'))
).replace("@VARIABLES@", VARIABLES)


class ClientCertificates(GatewayTest):
    @classmethod
    def prepare(cls, folder):
        cls.authority = Authority(folder)
        cls.other = Authority(folder, "other")
        cls.authority.issue("a", ["*.test"])
        cls.good = cls.authority.issue("good", ["me"], subject="/O=Test, Inc/CN=me")
        cls.revoked = cls.authority.issue("revoked", ["revoked"])
        cls.expired = cls.authority.issue("expired", ["expired"], days=-1)
        cls.foreign = cls.other.issue("foreign", ["foreign"])
        cls.authority.crl(["revoked"], folder / "crl.pem")
        cls.configuration = CONFIGURATION.replace("@PORT@", str(free_port()))

    def ask(self, name, certificate=None, host=None, **options):
        """The status, the page's text or the variables."""
        with TlsClient(self.gateway.port, client_context(certificate=certificate, **options), name) as client:
            found = client.get("/", host=host or name)
            return found.status, found.text()

    def assert_refused(self, found, text, status=400):
        self.assertEqual(found[0], status)
        self.assertIn(text, found[1])

    def test_a_good_one_is_let_in_and_told(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            status, text = self.ask("on.test", self.good, version=version)
            self.assertEqual(status, 200)
            verify, subject, issuer, serial, fingerprint, legacy, remain, escaped = text.split("|")
            self.assertEqual((verify, subject, issuer), ("SUCCESS", "CN=me,O=Test\\, Inc", "CN=ca of the tests"))
            self.assertEqual(legacy, "/O=Test, Inc/CN=me")
            self.assertEqual(serial, self.authority.serials["good"])
            printed = openssl("x509", "-in", self.good, "-noout", "-fingerprint", "-sha1").decode()
            self.assertEqual(fingerprint, printed.strip().split("=")[1].replace(":", "").lower())
            self.assertIn(int(remain), (9, 10))
            self.assertTrue(escaped.startswith("-----BEGIN%20CERTIFICATE-----%0AMII"), escaped)

    def test_none_is_refused_where_one_is_required(self):
        self.assert_refused(self.ask("on.test"), "No required SSL certificate was sent")
        self.assertEqual(self.ask("optional.test"), (200, "NONE|||||||"))
        self.assertEqual(self.ask("open.test", self.good), (200, "NONE|||||||"))

    def test_a_bad_one_is_refused(self):
        for name in ("on.test", "optional.test"):
            for certificate in (self.foreign, self.expired):
                with self.subTest(name, certificate=certificate):
                    self.assert_refused(self.ask(name, certificate), "The SSL certificate error")

    def test_any_issuer_will_do_where_the_application_judges(self):
        status, text = self.ask("any.test", self.foreign)
        self.assertEqual(status, 200)
        self.assertTrue(text.startswith("FAILED:unable to"), text)
        self.assert_refused(self.ask("any.test", self.expired), "The SSL certificate error")

    def test_a_revoked_one_is_refused(self):
        self.assertEqual(self.ask("crl.test", self.good)[0], 200)
        self.assert_refused(self.ask("crl.test", self.revoked), "The SSL certificate error")
        self.assertEqual(self.ask("on.test", self.revoked)[0], 200)

    def test_the_rules_are_those_of_the_server_that_the_request_is_for(self):
        self.assert_refused(self.ask("open.test", self.good, host="on.test"), "421 Misdirected Request", 421)
        self.assert_refused(self.ask("on.test", self.good, host="other.test"), "421 Misdirected Request", 421)
        self.assert_refused(self.ask("optional.test", self.good, host="on.test"), "421 Misdirected Request", 421)
        self.assertEqual(self.ask("on.test", self.good, host="on-too.test")[0], 200)
        self.assertEqual(self.ask("on.test", self.good, host="open.test")[0], 200)

    def test_who_named_no_server_that_is_there_has_sent_no_certificate(self):
        for name in (None, "nobody.test", "nobody.example"):
            with self.subTest(name=name):
                self.assert_refused(self.ask(name, self.good, host="on.test"),
                                    "No required SSL certificate was sent")
                for host in ("optional.test", "any.test"):
                    self.assertEqual(self.ask(name, self.good, host=host), (200, "NONE|||||||"))
        for host in ("on.test", "optional.test", "any.test"):
            self.assert_refused(self.ask("open.test", host=host), "421 Misdirected Request", 421)

    def test_a_resumed_session_is_as_good_as_it_was_and_no_better(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = client_context(certificate=self.good, version=version)
            sessions = []
            for name in ("on.test", "open.test"):
                with TlsClient(self.gateway.port, context, name) as client:
                    self.assertEqual(client.get("/", host=name).status, 200)
                    sessions.append(client.sock.session)
            with TlsClient(self.gateway.port, context, "on.test", sessions[0]) as client:
                self.assertEqual(client.get("/", host="on.test").status, 200)
                self.assertTrue(client.sock.session_reused)
            # A session without proof is not resumed where proof is asked for, whatever the name.
            bare = client_context(version=version)
            with TlsClient(self.gateway.port, bare, "open.test") as client:
                self.assertEqual(client.get("/", host="open.test").status, 200)
                session = client.sock.session
            with TlsClient(self.gateway.port, bare, "on.test", session) as client:
                self.assertFalse(client.sock.session_reused)
                self.assert_refused((lambda a: (a.status, a.text()))(client.get("/", host="on.test")),
                                    "No required SSL certificate was sent")


class OfADefaultServer(GatewayTest):
    """The default server asks for certificates, of an authority of its own."""

    @classmethod
    def prepare(cls, folder):
        authority = Authority(folder)
        other = Authority(folder, "other")
        authority.issue("a", ["*.test"])
        cls.foreign = other.issue("foreign", ["foreign"])
        before, first = CONFIGURATION.split("[[server]]", 1)
        first, *servers = first.split("[[server]]")
        servers.insert(0, servers.pop(2))
        authority.crl([], folder / "crl.pem")
        cls.configuration = "[[server]]".join([before, *servers, first]).replace("@PORT@", str(free_port()))

    def test_what_was_proved_to_it_counts_for_nobody_else(self):
        for name in (None, "nobody.test"):
            for host, expected in (("other.test", 200), ("on.test", 421), ("optional.test", 421), ("any.test", 421)):
                with self.subTest(name=name, host=host), \
                        TlsClient(self.gateway.port, client_context(certificate=self.foreign), name) as client:
                    self.assertEqual(client.get("/", host=host).status, expected)


if __name__ == "__main__":
    main()
