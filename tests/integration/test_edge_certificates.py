# SPDX-License-Identifier: Apache-2.0
"""The edge's certificates and SIGHUP: files are read again for new connections, a self-made one stays while its names do, and
what cannot be used changes nothing."""

import re
import shutil
import signal
import ssl
import tempfile
import unittest
from pathlib import Path

from certificates import Authority
from edge import POLICY, Edge
from harness import Client, main
from tls import TlsClient, client_context
from wire import wait_until

CONFIGURATION = """
listen = "127.0.0.1:0"
@TLS@
[distribution]
id = "EDFDVBD6EXAMPLE"
@ALIASES@
[distribution.default_behavior]
default_ttl = "0s"
[bucket]
name = "bucket"
root = "bucket"
policy = "bucket-policy.json"
"""
FILES = '[tls]\ncertificate = "viewers.pem"\ncertificate_key = "viewers.key"'
SELF_SIGNED = '[tls]\ncertificate = "self-signed"\ncertificate_file = "edge.pem"'
ALL = POLICY.replace("CONDITION", "")


class Certificates(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.authority = Authority(self.folder)
        self.authority.issue("viewers", ["first.test"])

    def configuration(self, tls, aliases=""):
        return CONFIGURATION.replace("@TLS@", tls).replace("@ALIASES@", aliases)

    def start(self, tls):
        self.edge = Edge(self.folder, {"a.txt": b"hello"}, {}, configuration=self.configuration(tls))
        self.addCleanup(self.edge.stop)

    def reload(self, refused=False):
        words = "the configuration was not reloaded" if refused else "configuration reloaded"
        before = self.edge.log().count(words)
        self.edge.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.edge.log().count(words) > before, words)

    def connect(self, name, trusted=None):
        """A connection whose certificate is the authority's, or a trusted one, for this name."""
        client = TlsClient(self.edge.port, client_context(trusted or self.authority.certificate), name)
        self.addCleanup(client.close)
        return client

    def assert_served(self, client):
        found = client.get("/a.txt", host="localhost")
        self.assertEqual((found.status, found.body), (200, b"hello"))

    def assert_clear_text_alone(self):
        with Client(self.edge.port) as client:
            client.send(b"\x16\x03\x01\r\n\r\n")  # as a handshake begins
            self.assertEqual(client.read_answer().status, 400)

    def test_a_renewed_certificate_is_for_new_connections(self):
        self.start(FILES)
        kept = self.connect("first.test")
        self.assert_served(kept)
        self.authority.issue("viewers", ["second.test"])
        self.connect("first.test")
        self.reload()
        renewed = self.connect("second.test")
        self.assertEqual(renewed.peer_names(), ["second.test"])
        self.assert_served(renewed)
        self.assert_served(kept)
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.connect("first.test")
        self.assertEqual(self.edge.get("/a.txt").status, 200, "in clear text")

    def test_what_cannot_be_used_changes_nothing(self):
        self.start(FILES)
        pem, key = self.folder / "viewers.pem", self.folder / "viewers.key"
        whole = pem.read_bytes(), key.read_bytes()
        self.authority.issue("other", ["other.test"])
        nobody = ALL.replace('"Allow"', '"Deny"')
        (self.folder / "bucket-policy.json").write_text(nobody)
        for change in (lambda: pem.write_text("no certificate"), pem.unlink,
                       lambda: key.write_bytes((self.folder / "other.key").read_bytes())):
            change()
            self.reload(refused=True)
            self.assertRegex(self.edge.log(), r"signgate edge: \[tls\]: .*viewers\.(pem|key)")
            self.assert_served(self.connect("first.test"))
            pem.write_bytes(whole[0])
            key.write_bytes(whole[1])
        self.reload()
        self.assertEqual(self.connect("first.test").get("/a.txt", host="localhost").status, 403)

    def test_tls_comes_and_goes(self):
        self.start("")
        self.assert_clear_text_alone()
        self.edge.file.write_text(self.configuration(FILES))
        self.reload()
        kept = self.connect("first.test")
        self.assert_served(kept)
        self.edge.file.write_text(self.configuration(""))
        self.reload()
        self.assert_clear_text_alone()
        self.assert_served(kept)
        self.assertEqual(self.edge.get("/a.txt").status, 200)

    def test_a_self_signed_one_stays_while_its_names_do(self):
        self.start(SELF_SIGNED)
        file = self.folder / "edge.pem"
        first = file.read_bytes()
        self.reload()
        self.assertEqual(file.read_bytes(), first)
        self.assert_served(self.connect("localhost", file))
        self.assertEqual(len(re.findall("certificate: self-signed, SHA-256", self.edge.log())), 1)

        self.edge.file.write_text(self.configuration(SELF_SIGNED, 'aliases = ["media.test"]'))
        self.reload()
        self.assertNotEqual(file.read_bytes(), first)
        self.assert_served(self.connect("media.test", file))
        fingerprints = re.findall("certificate: self-signed, SHA-256 ([0-9A-F:]{95})", self.edge.log())
        self.assertEqual(len(set(fingerprints)), 2)

        self.edge.file.write_text(self.configuration(FILES))
        self.reload()
        self.assert_served(self.connect("first.test"))


if __name__ == "__main__":
    main()
