# SPDX-License-Identifier: Apache-2.0
"""Variables of what a connection began with: the fields of a PROXY header, the signatures of a TLS handshake."""

import shutil
import socket
import ssl
import stat
import struct
import tempfile
import unittest
from pathlib import Path

from certificates import Authority
from harness import Gateway, GatewayTest, main
from ports import free_port
from tls import TlsClient, client_context


def proxy_field(kind, value):
    return struct.pack("!BH", kind, len(value)) + value


class ProxyFields(unittest.TestCase):
    NAMES = ("alpn", "authority", "unique_id", "netns", "ssl_verify", "ssl_version", "ssl_cn", "ssl_cipher", "ssl_sig_alg",
             "ssl_key_alg", "0xE0", "ssl_0xE1")

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        names = "|".join(f"$proxy_protocol_tlv_{name}" for name in self.NAMES)
        self.gateway = Gateway(f"""
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0 proxy_protocol"]
access_log = "off"
[[server.route]]
location = "/"
return = "200 {names}"
add_header = ["X-Authority $proxy_protocol_tlv_authority"]
""", self.folder)
        self.addCleanup(self.gateway.stop)

    def told(self, fields, command=0x21):
        payload = bytes([192, 0, 2, 7, 198, 51, 100, 1]) + struct.pack("!HH", 5123, 443) + fields
        with self.gateway.client() as client:
            client.send(b"\r\n\r\n\0\r\nQUIT\n" + bytes([command, 0x11]) + struct.pack("!H", len(payload)) + payload)
            got = client.get("/")
            # They stay those of the connection.
            self.assertEqual(client.get("/").text(), got.text())
            return got

    def test_they_are_told(self):
        within = b"\x07\0\0\0\x0a" + b"".join(proxy_field(kind, value) for kind, value in (
            (0x21, b"TLSv1.3"), (0x22, b"me"), (0x23, b"AES"), (0x24, b"SHA256"), (0x25, b"RSA2048"), (0xE1, b"in")))
        fields = b"".join(proxy_field(kind, value) for kind, value in (
            (4, b"\0\0"), (1, b"h2"), (2, b"a.test"), (5, b"id"), (0x20, within), (0x30, b"ns"), (0xE0, b"own")))
        self.assertEqual(self.told(fields).text(), "h2|a.test|id|ns|10|TLSv1.3|me|AES|SHA256|RSA2048|own|in")

    def test_none_are_empty(self):
        for fields, command in ((b"", 0x21), (b"\x01\0\x09h2", 0x21), (proxy_field(0x20, b"\1"), 0x21), (proxy_field(1, b"h2"), 0x20)):
            self.assertEqual(self.told(fields, command).text(), "|" * (len(self.NAMES) - 1))

    def test_a_value_ends_no_header(self):
        got = self.told(proxy_field(2, b"a\r\nEvil: x"))
        self.assertEqual((got.get("X-Authority"), got.get("Evil")), ("a%0D%0AEvil: x", None))


class UnixListener(unittest.TestCase):
    def test_everybody_may_connect_and_the_server_is_told_by_its_path(self):
        folder = Path(tempfile.mkdtemp(prefix="u", dir="/tmp"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        gateway = Gateway(f"""
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0", "unix:{folder}/s"]
access_log = "off"
[[server.route]]
location = "/"
return = "200 [$server_addr] [$server_port]"
""", folder)
        self.addCleanup(gateway.stop)
        self.assertEqual(stat.S_IMODE((folder / "s").stat().st_mode), 0o666)
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(60)
            sock.connect(f"{folder}/s")
            sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
            got = b""
            while part := sock.recv(4096):
                got += part
        self.assertIn(f"[unix:{folder}/s] []".encode(), got)


class Signatures(GatewayTest):
    @classmethod
    def prepare(cls, folder):
        authority = Authority(folder)
        authority.issue("rsa", ["rsa.test"], rsa=True)
        authority.issue("ec", ["ec.test"])
        cls.client = authority.issue("client", ["client"])
        cls.configuration = "".join(f"""
[[server]]
listen = ["127.0.0.1:{free_port() if name == "rsa" else "@SAME@"} ssl"]
server_name = ["{name}.test"]
access_log = "off"
ssl_certificate = "{name}.pem"
ssl_certificate_key = "{name}.key"
ssl_verify_client = "optional"
ssl_client_certificate = "ca.pem"
[[server.route]]
location = "/"
return = "200 $ssl_sigalg|$ssl_client_sigalg|$ssl_sigalgs"
""" for name in ("rsa", "ec"))
        port = cls.configuration.split("127.0.0.1:")[1].split(" ")[0]
        cls.configuration = cls.configuration.replace("@SAME@", port)

    def ask(self, name, version, certificate=None, context=None, session=None):
        context = context or client_context(certificate=certificate, version=version)
        with TlsClient(self.gateway.port, context, name, session) as client:
            found = client.get("/", host=name)
            return found.text().split("|"), client.sock.session

    def test_they_are_named_as_in_tls(self):
        for version, rsa in ((ssl.TLSVersion.TLSv1_2, "rsa_pss_rsae_sha256"), (ssl.TLSVersion.TLSv1_3, "rsa_pss_rsae_sha256")):
            told, _ = self.ask("rsa.test", version)
            self.assertEqual(told[:2], [rsa, ""])
            self.assertRegex(told[2], r"^0x[0-9a-f]{4}(:0x[0-9a-f]{4})+$")
            self.assertIn("0x0804", told[2].split(":"))
            self.assertEqual(self.ask("ec.test", version, self.client)[0][:2], ["ecdsa_secp256r1_sha256"] * 2)

    def test_a_resumed_session_has_none(self):
        context = client_context(version=ssl.TLSVersion.TLSv1_2)
        told, session = self.ask("rsa.test", None, context=context)
        self.assertEqual(told[0], "rsa_pss_rsae_sha256")
        told, _ = self.ask("rsa.test", None, context=context, session=session)
        self.assertEqual(told[0], "")


if __name__ == "__main__":
    main()
