# SPDX-License-Identifier: Apache-2.0
"""A start takes its ports for itself; TERM and INT stop at once; QUIT lets the running requests finish and takes no new
ones."""

import shutil
import signal
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from harness import Client, Cut, Gateway, Origin, answer, binary, main, wait_until

CONFIGURATION = """
worker_processes = 2
[[server]]
listen = ["127.0.0.1:0", "127.0.0.1:0"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
proxy_request_buffering = "off"
[upstream.origin]
server = ["@ORIGIN@"]
"""


class Signals(unittest.TestCase):
    def setUp(self):
        folder = tempfile.mkdtemp(prefix="signgate-test-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        self.origin = Origin()
        self.addCleanup(self.origin.stop)
        self.go_on = threading.Event()
        self.addCleanup(self.go_on.set)
        self.origin.on("/slow", self.slow)
        self.origin.on("/half", self.half)
        text = CONFIGURATION.replace("@ORIGIN@", f"127.0.0.1:{self.origin.port}")
        self.gateway = Gateway(text, folder, listeners=2)
        self.addCleanup(self.gateway.kill)

    def slow(self, conversation, request):
        conversation.read_body(request)
        self.go_on.wait(60)
        conversation.send(answer(b"at last"))

    def half(self, conversation, _):
        conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
        self.go_on.wait(60)
        conversation.send(b"other")

    def refused(self, port):
        """Whether a new client is no longer served: refused, or ended without an answer."""
        try:
            with Client(port) as client:
                client.get("/new")
        except (ConnectionRefusedError, ConnectionResetError, BrokenPipeError, Cut):
            return True
        return False

    def start_request(self, path):
        client = self.gateway.client()
        self.addCleanup(client.close)
        client.send(f"GET {path} HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        wait_until(lambda: self.origin.seen(path), "the request at the origin")
        return client

    def assert_given_up(self, client):
        """An answer that had not begun may be an error of ours, never one that looks like the origin's."""
        try:
            self.assertIn(client.read_answer().status, (500, 502, 503))
        except (Cut, ConnectionResetError):
            pass

    def test_every_listener_serves(self):
        ports = [port for _, port in self.gateway.addresses()]
        self.assertEqual(len(set(ports)), 2)
        for port in ports:
            with Client(port) as client:
                self.assertEqual(client.get("/").body, b"hello from the origin")
        self.gateway.stop()

    def test_a_port_that_another_process_listens_on_is_an_error_of_the_start(self):
        with tempfile.TemporaryDirectory(prefix="signgate-test-") as folder:
            file = Path(folder) / "signgate.toml"
            file.write_text(f'[[server]]\nlisten = ["127.0.0.1:{self.gateway.port}"]\n[[server.route]]\nlocation = "/"\n'
                            'return = "200 ok"\n')
            second = subprocess.run([binary(), "run", "-c", str(file)], capture_output=True, text=True, timeout=60,
                                    check=False)
        self.assertEqual(second.returncode, 1)
        self.assertIn(f"127.0.0.1:{self.gateway.port}", second.stderr)
        self.assertIn("Address already in use", second.stderr)

    def assert_stops_at_once(self, number):
        running, half, idle, silent = (self.start_request("/slow"), self.start_request("/half"), self.gateway.client(),
                                       self.gateway.client())
        self.addCleanup(idle.close)
        self.addCleanup(silent.close)
        self.assertEqual(idle.get("/").status, 200)
        half.read_answer(body=False)
        self.gateway.signal(number)
        self.assertEqual(self.gateway.wait(), 0)
        self.assert_given_up(running)
        # What had begun shows that it was cut.
        with self.assertRaises((Cut, ConnectionResetError)):
            half.read_exactly(10)
        for _, port in self.gateway.addresses():
            self.assertTrue(self.refused(port))

    def test_term_stops_at_once(self):
        self.assert_stops_at_once(signal.SIGTERM)

    def test_int_stops_at_once(self):
        self.assert_stops_at_once(signal.SIGINT)

    def test_quit_finishes_what_is_running_and_takes_nothing_new(self):
        running, half, idle = self.start_request("/slow"), self.start_request("/half"), self.gateway.client()
        self.addCleanup(idle.close)
        self.assertEqual(idle.get("/").status, 200)
        half.read_answer(body=False)
        self.gateway.signal(signal.SIGQUIT)
        for _, port in self.gateway.addresses():
            wait_until(lambda port=port: self.refused(port), "new clients to be refused")
        self.assertTrue(idle.at_end())
        self.assertIsNone(self.gateway.process.poll())
        self.go_on.set()
        got = running.read_answer()
        self.assertEqual((got.body, got.get("Connection")), (b"at last", "close"))
        self.assertEqual(half.read_exactly(10), b"firstother")
        self.assertTrue(running.at_end())
        self.assertEqual(self.gateway.wait(), 0)

    def test_usr2_is_ignored_and_told(self):
        with self.gateway.client() as client:
            self.assertEqual(client.get("/").status, 200)
            self.gateway.signal(signal.SIGUSR2)
            wait_until(lambda: "signal 12 (USR2) is ignored" in self.gateway.log(), "the line")
            self.assertEqual(client.get("/").status, 200)
        self.gateway.stop()

    def test_quit_with_nothing_running_ends(self):
        self.gateway.signal(signal.SIGQUIT)
        self.assertEqual(self.gateway.wait(), 0)

    def test_quit_waits_for_nobody_who_has_asked_nothing(self):
        folder = tempfile.mkdtemp(prefix="signgate-test-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        # One worker, which takes clients in order: who was not taken yet would be reset rather than closed.
        gateway = Gateway("""
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0 proxy_protocol"]
client_header_timeout = "10m"
access_log = "off"
[[server.route]]
location = "/"
return = "200 ok"
""", folder)
        self.addCleanup(gateway.kill)
        clients = [gateway.client() for _ in range(2)]
        for client in clients:
            self.addCleanup(client.close)
        clients[1].send("PROXY TCP4 192.0.2.7 198.51.100.1 5123 443\r\n")
        with gateway.client() as client:
            client.send("PROXY TCP4 192.0.2.7 198.51.100.1 5123 443\r\n")
            self.assertEqual(client.get("/").status, 200)
        gateway.signal(signal.SIGQUIT)
        self.assertEqual(gateway.wait(), 0)
        for client in clients:
            self.assertTrue(client.at_end())

    def test_term_after_quit_waits_no_longer(self):
        running = self.start_request("/slow")
        self.gateway.signal(signal.SIGQUIT)
        for _, port in self.gateway.addresses():
            wait_until(lambda port=port: self.refused(port), "new clients to be refused")
        self.assertIsNone(self.gateway.process.poll())
        self.gateway.signal(signal.SIGTERM)
        self.assertEqual(self.gateway.wait(), 0)
        self.assert_given_up(running)

    def test_worker_shutdown_timeout_bounds_a_drain(self):
        text = self.gateway.file.read_text().replace("worker_processes = 2", 'worker_processes = 2\nworker_shutdown_timeout = "300ms"')
        self.gateway.stop()
        self.gateway = Gateway(text, self.gateway.folder, listeners=2)
        self.addCleanup(self.gateway.kill)
        running, half = self.start_request("/slow"), self.start_request("/half")
        half.read_answer(body=False)
        self.gateway.signal(signal.SIGQUIT)
        self.assertEqual(self.gateway.wait(), 0)
        self.assert_given_up(running)
        with self.assertRaises((Cut, ConnectionResetError)):
            half.read_exactly(10)

    def test_an_upload_in_progress_is_finished_on_quit(self):
        client = self.gateway.client()
        self.addCleanup(client.close)
        client.send("POST /up HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 10\r\n\r\nfirst")
        wait_until(lambda: self.origin.seen("/up"), "the request at the origin")
        self.gateway.signal(signal.SIGQUIT)
        for _, port in self.gateway.addresses():
            wait_until(lambda port=port: self.refused(port), "new clients to be refused")
        client.send("other")
        self.assertEqual(client.read_answer().status, 200)
        self.assertEqual(self.origin.last("/up").body, b"firstother")
        self.assertEqual(self.gateway.wait(), 0)


if __name__ == "__main__":
    main()
