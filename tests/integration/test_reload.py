# SPDX-License-Identifier: Apache-2.0
"""HUP takes up the file anew: keys, rules and addresses change and nothing under way is cut; what is wrong is refused,
and the old configuration stays in use."""

import re
import shutil
import signal
import socket
import tempfile
import threading
import unittest
from pathlib import Path

from harness import Client, Gateway, Origin, answer, main, signgate, wait_until
from ports import free_port

CONFIGURATION = """
worker_processes = 2
[[server]]
listen = [@LISTEN@]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos"]
[upstream.origin]
server = ["@ORIGIN@"]
[key.KOLD]
private_key = "old/private_key.pem"
[key.KNEW]
private_key = "new/private_key.pem"
[media.photos]
links = ["/media/"]
target = "https://d111111abcdef8.cloudfront.net/"
key = ["@KEY@"]
"""


class Reload(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        for name in ("old", "new"):
            made = signgate("keygen", "--type", "ecdsa-p256", "--out-dir", self.folder / name)
            self.assertEqual(made.returncode, 0, made.stderr)
        self.origin = Origin()
        self.addCleanup(self.origin.stop)
        self.origin.on("/page", answer(b'<img src="/media/a.jpg">', fields=[("Content-Type", "text/html")]))
        self.go_on = threading.Event()
        self.addCleanup(self.go_on.set)
        self.origin.on("/slow", self.slow)
        self.gateway = Gateway(self.configuration(), self.folder)
        self.addCleanup(self.gateway.kill)

    def slow(self, conversation, request):
        conversation.read_body(request)
        self.go_on.wait(60)
        conversation.send(answer(b"at last"))

    def configuration(self, key="KOLD", listen='"127.0.0.1:0"'):
        return (CONFIGURATION.replace("@ORIGIN@", f"127.0.0.1:{self.origin.port}").replace("@KEY@", key)
                .replace("@LISTEN@", listen))

    def reload(self, text, says="the new configuration is in use"):
        if text is not None:
            self.gateway.file.write_text(text)
        before = self.gateway.log().count(says)
        self.gateway.signal(signal.SIGHUP)
        wait_until(lambda: self.gateway.log().count(says) > before, says)

    def key_in_use(self, client=None):
        body = (client.get("/page") if client else self.gateway.get("/page")).body.decode()
        return re.search(r"Key-Pair-Id=(\w+)", body).group(1)

    def test_another_key_signs_from_then_on_and_connections_stay(self):
        with self.gateway.client() as client:
            self.assertEqual(self.key_in_use(client), "KOLD")
            self.reload(self.configuration("KNEW"))
            self.assertEqual(self.key_in_use(client), "KNEW")
            self.assertEqual(self.key_in_use(), "KNEW")

    def test_a_bad_new_key_leaves_the_old_one_working(self):
        url = self.gateway.get("/page").body
        (self.folder / "new" / "private_key.pem").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
        self.reload(self.configuration("KNEW"), "the old one stays in use")
        self.assertRegex(self.gateway.log(), r'signgate\.toml:15:15: error: private_key "[^"]*new/private_key\.pem": ')
        self.assertEqual(self.gateway.get("/page").body, url)
        (self.folder / "new" / "private_key.pem").unlink()
        self.reload(None, "the old one stays in use")
        self.assertEqual(self.key_in_use(), "KOLD")

    def test_a_broken_file_is_refused_with_its_places(self):
        self.reload(self.configuration().replace("proxy_pass", "proxy_pas"), "the old one stays in use")
        self.assertIn("signgate.toml:8:1: error:", self.gateway.log())
        self.assertEqual(self.key_in_use(), "KOLD")

    def test_signatures_survive_a_reload(self):
        """The memo knows them still: the same bytes, though nothing but the memo need hold them."""
        before = self.gateway.get("/page").body
        self.reload(self.configuration())
        self.assertEqual(self.gateway.get("/page").body, before)

    def test_a_request_under_way_ends_as_it_began(self):
        with self.gateway.client() as client:
            client.send("GET /slow HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            wait_until(lambda: self.origin.seen("/slow"), "the request at the origin")
            self.reload(self.configuration("KNEW"))
            self.go_on.set()
            self.assertEqual(client.read_answer().body, b"at last")
            self.assertEqual(self.key_in_use(client), "KNEW")

    def test_addresses_come_and_go(self):
        old = self.gateway.port
        new = free_port()
        kept = Client(old)
        self.addCleanup(kept.close)
        self.assertEqual(self.key_in_use(kept), "KOLD")
        self.reload(self.configuration(listen=f'"127.0.0.1:0", "127.0.0.1:{new}"'))
        for port in (old, new):
            with Client(port) as client:
                self.assertEqual(self.key_in_use(client), "KOLD")
        self.reload(self.configuration(listen=f'"127.0.0.1:{new}"'))
        wait_until(lambda: self.is_refused(old), "the old address to close")
        with Client(new) as client:
            self.assertEqual(self.key_in_use(client), "KOLD")
        # Nobody else answers on a connection to the address that has gone: it ends.
        self.assertTrue(kept.at_end())

    def test_an_address_that_is_taken_changes_nothing(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            taken = other.getsockname()[1]
            self.reload(self.configuration("KNEW", f'"127.0.0.1:0", "127.0.0.1:{taken}"'), "the old one stays in use")
            self.assertIn(str(taken), self.gateway.log())
            self.assertEqual(self.key_in_use(), "KOLD")

    def is_refused(self, port):
        try:
            with Client(port):
                return False
        except ConnectionRefusedError:
            return True


if __name__ == "__main__":
    main()
