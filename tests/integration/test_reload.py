# SPDX-License-Identifier: Apache-2.0
"""HUP takes up the file anew: keys, rules and addresses change and nothing under way is cut; what is wrong is refused,
and the old configuration stays in use."""

import os
import re
import shutil
import signal
import socket
import tempfile
import threading
import unittest
from pathlib import Path

from certificates import Authority
from harness import Client, Gateway, Origin, answer, main, signgate, wait_until
from origin import echo
from ports import free_port
from tls import TlsClient
from wire import PATIENCE

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

LOGGED = """
worker_processes = 1
open_log_file_cache = "max=10 inactive=1s"
[log_format]
short = "$request_uri"
[[server]]
listen = ["127.0.0.1:0"]
access_log = "@LOG@ short"
[[server.route]]
location = "/"
proxy_pass = "http://@GROUP@"
[[server.route]]
location = "/ws"
proxy_pass = "http://@GROUP@"
proxy_set_header = { Upgrade = "$http_upgrade", Connection = "upgrade" }
[upstream.@GROUP@]
server = ["@ORIGIN@"]
keepalive_timeout = "1s"
"""

# More than a worker accepts at once, and less than a queue holds.
QUEUED = 200


class Reloading(unittest.TestCase):
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

    def is_refused(self, port):
        try:
            with Client(port):
                return False
        except ConnectionRefusedError:
            return True

    def drop_address(self):
        """The address that there was is no more; whoever is served by the new file sees another key."""
        self.reload(self.configuration("KNEW", f'"127.0.0.1:{free_port()}"'))
        wait_until(lambda: self.is_refused(self.gateway.port), "the old address to close")

    def last_answer(self, client):
        """The key in an answer that says it is the connection's last, and is."""
        got = client.read_answer()
        self.assertEqual((got.status, got.get("Connection")), (200, "close"))
        self.assertTrue(client.at_end())
        return re.search(r"Key-Pair-Id=(\w+)", got.text()).group(1)


class Reload(Reloading):
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

    def test_a_head_that_was_under_way_is_answered_by_the_configuration_that_had_its_address(self):
        with self.gateway.client() as client:
            client.send("GET /page HTTP/1.1\r\nHost: gw")
            self.drop_address()
            client.send(".test\r\n\r\n")
            self.assertEqual(self.last_answer(client), "KOLD")

    def test_so_is_who_had_connected_and_said_nothing(self):
        with self.gateway.client() as client:
            self.drop_address()
            self.reload(self.configuration("KNEW", f'"127.0.0.1:{free_port()}"'))
            client.send("GET /page HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            self.assertEqual(self.last_answer(client), "KOLD")

    def test_an_answer_under_way_says_that_it_is_the_last(self):
        with self.gateway.client() as client:
            client.send("GET /slow HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            wait_until(lambda: self.origin.seen("/slow"), "the request at the origin")
            self.drop_address()
            self.go_on.set()
            got = client.read_answer()
            self.assertEqual((got.body, got.get("Connection")), (b"at last", "close"))
            self.assertTrue(client.at_end())

    def test_whoever_waits_in_the_queue_of_an_address_that_goes_is_answered(self):
        self.gateway.signal(signal.SIGSTOP)
        clients = [self.gateway.client() for _ in range(QUEUED)]
        for client in clients:
            self.addCleanup(client.close)
            client.send("GET /page HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        self.gateway.file.write_text(self.configuration("KNEW", f'"127.0.0.1:{free_port()}"'))
        self.gateway.signal(signal.SIGHUP)
        self.gateway.signal(signal.SIGCONT)
        for client in clients:
            got = client.read_answer()
            self.assertEqual((got.status, re.search(r"Key-Pair-Id=(\w+)", got.text()).group(1)), (200, "KOLD"))
        wait_until(lambda: self.is_refused(self.gateway.port), "the old address to close")


class TlsReload(Reloading):
    """The same where connections begin with a handshake."""

    authority = None

    def configuration(self, key="KOLD", listen='"127.0.0.1:0 ssl"'):
        if not self.authority:
            self.authority = Authority(self.folder)
            self.authority.issue("gw", ["gw.test"])
        return ('ssl_certificate = "gw.pem"\nssl_certificate_key = "gw.key"\n' + super().configuration(key, listen))

    def test_a_head_that_was_under_way_is_answered(self):
        with TlsClient(self.gateway.port) as client:
            client.send("GET /page HTTP/1.1\r\nHost: gw")
            self.drop_address()
            client.send(".test\r\n\r\n")
            self.assertEqual(self.last_answer(client), "KOLD")

    def test_whoever_waits_in_the_queue_gets_his_handshake_and_his_answer(self):
        self.gateway.signal(signal.SIGSTOP)
        waiting = [socket.create_connection(("127.0.0.1", self.gateway.port), timeout=PATIENCE) for _ in range(QUEUED)]
        self.gateway.file.write_text(self.configuration("KNEW", f'"127.0.0.1:{free_port()}"'))
        self.gateway.signal(signal.SIGHUP)
        self.gateway.signal(signal.SIGCONT)
        for sock in waiting:
            with TlsClient(None, sock=sock) as client:
                client.send("GET /page HTTP/1.1\r\nHost: gw.test\r\n\r\n")
                got = client.read_answer()
                self.assertEqual((got.status, re.search(r"Key-Pair-Id=(\w+)", got.text()).group(1)), (200, "KOLD"))


class FormerConfigurations(Reloading):
    """While a tunnel goes on by a configuration that is none any more, what else it has is looked after."""

    def configuration(self, log="old.log", group="old"):  # pylint: disable=arguments-renamed
        return (LOGGED.replace("@ORIGIN@", f"127.0.0.1:{self.origin.port}").replace("@LOG@", log)
                .replace("@GROUP@", group))

    def open_files(self):
        links = []
        for each in Path(f"/proc/{self.gateway.process.pid}/fd").iterdir():
            try:
                links.append(os.readlink(each))
            except FileNotFoundError:
                pass
        return links

    def end_slow_request(self, log):
        """A tunnel and a request are under way in a reload; the tunnel is open still when the request ends."""
        self.reload(self.configuration(log))
        self.origin.on("/ws", echo)
        tunnel = self.gateway.client()
        self.addCleanup(tunnel.close)
        tunnel.send("GET /ws HTTP/1.1\r\nHost: gw.test\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n")
        self.assertIn("101", tunnel.read_head().start_line)
        with self.gateway.client() as client:
            client.send("GET /slow HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            wait_until(lambda: self.origin.seen("/slow"), "the request at the origin")
            self.reload(self.configuration("new.log", "new"))
            with self.gateway.client() as other:
                self.assertEqual(other.get("/other").status, 200)
            self.go_on.set()
            self.assertEqual(client.read_answer().body, b"at last")
        return tunnel

    def assert_is_written(self, name):
        wait_until(lambda: (self.folder / name).is_file() and "/slow\n" in (self.folder / name).read_text(), "the line")

    def assert_echoes(self, tunnel):
        tunnel.send(b"hello")
        self.assertEqual(tunnel.read_exactly(5), b"hello")

    def test_lines_reach_a_log_that_is_named_no_more(self):
        tunnel = self.end_slow_request("old.log")
        self.assert_is_written("old.log")
        self.assert_echoes(tunnel)

    def test_files_of_a_log_with_variables_are_written_and_closed(self):
        tunnel = self.end_slow_request("old-$host.log")
        self.assert_is_written("old-gw.test.log")
        wait_until(lambda: str(self.folder / "old-gw.test.log") not in self.open_files(), "the file to be closed")
        self.assert_echoes(tunnel)

    def test_idle_connections_to_upstreams_that_are_named_no_more_are_closed(self):
        tunnel = self.end_slow_request("old.log")
        wait_until(lambda: len(self.origin.open) == 1, "all connections but the tunnel's to be closed")
        self.assert_echoes(tunnel)


if __name__ == "__main__":
    main()
