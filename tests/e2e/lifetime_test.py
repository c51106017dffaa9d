# SPDX-License-Identifier: Apache-2.0
"""How the demo begins and ends: on Ctrl-C nothing of it is left.

usage: lifetime_test.py SIGNGATE
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

from demo_process import Demo

SIGNGATE = None


def is_running(process):
    """Whether the process id is there and no zombie."""
    try:
        with open(f"/proc/{process}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class LifetimeTest(unittest.TestCase):
    def end_and_look(self, number):
        demo = Demo(SIGNGATE)
        children = demo.children()
        addresses = (demo.site, demo.origin, demo.edge)
        # A kept connection must not hold the end up.
        kept = http.client.HTTPConnection(urllib.parse.urlsplit(demo.site).netloc, timeout=30)
        self.addCleanup(kept.close)
        kept.request("GET", "/favicon.svg")
        self.assertEqual(kept.getresponse().read()[:4], b"<svg")

        status, rest = demo.stop(number)
        self.assertEqual(len(children), 2, "the gateway and the edge")
        self.assertEqual((status, rest.strip()), (0, ""))
        self.assertEqual(demo.left_behind, [])
        self.assertEqual([child for child in children if is_running(child)], [])
        for address in addresses:
            with self.assertRaises(OSError, msg=address), socket.create_connection(
                    ("127.0.0.1", urllib.parse.urlsplit(address).port), timeout=5):
                pass

    def test_ctrl_c_ends_all(self):
        self.end_and_look(signal.SIGINT)

    def test_terminate_ends_all(self):
        self.end_and_look(signal.SIGTERM)

    def test_quit_ends_all(self):
        self.end_and_look(signal.SIGQUIT)

    def test_a_reader_that_goes_away_leaves_no_key_behind(self):
        with tempfile.TemporaryDirectory(prefix="signgate-e2e-") as folder:
            for options in (["--check"], []):
                reader, writer = os.pipe()
                os.close(reader)
                demo = subprocess.Popen([SIGNGATE, "demo", "--port", "0", "--edge-port", "0", *options],
                                        stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.DEVNULL,
                                        env=dict(os.environ, TMPDIR=folder))
                os.close(writer)
                if not options:
                    deadline = time.monotonic() + 60
                    while not os.listdir(folder):  # from here on it has something to remove
                        self.assertLess(time.monotonic(), deadline)
                        time.sleep(0.01)
                    demo.send_signal(signal.SIGTERM)
                self.assertEqual(demo.wait(120), 0, options)
                self.assertEqual(os.listdir(folder), [], options)

    def test_children_die_with_the_demo(self):
        demo = Demo(SIGNGATE)
        children = demo.children()
        demo.stop(signal.SIGKILL)
        deadline = time.monotonic() + 20
        while any(is_running(child) for child in children):
            self.assertLess(time.monotonic(), deadline, "the gateway or the edge outlived the demo")
            time.sleep(0.05)

    def test_a_child_that_ends_ends_the_demo(self):
        demo = Demo(SIGNGATE)
        os.kill(demo.children()[1], signal.SIGKILL)
        status, rest = demo.process.wait(30), demo.stop()[1]
        self.assertEqual(status, 1)
        self.assertIn("the edge ended", rest)

    def test_a_port_in_use_is_an_error_when_asked_for(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            done = subprocess.run([SIGNGATE, "demo", "--port", port], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"port {port} is in use", done.stderr)

    def test_a_folder_in_use_is_left_alone(self):
        with tempfile.TemporaryDirectory(prefix="signgate-e2e-") as folder:
            with open(os.path.join(folder, "mine"), "w", encoding="ascii") as file:
                file.write("mine")
            done = subprocess.run([SIGNGATE, "demo", "--port", "0", "--edge-port", "0", "--keep-dir", folder],
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual(os.listdir(folder), ["mine"])
        self.assertEqual(done.returncode, 1)
        self.assertIn("will not write into", done.stderr)

    def test_check_keeps_the_folder_it_was_given(self):
        with tempfile.TemporaryDirectory(prefix="signgate-e2e-") as base:
            folder = os.path.join(base, "kept")
            done = subprocess.run([SIGNGATE, "demo", "--check", "--port", "0", "--edge-port", "0",
                                   "--keep-dir", folder], capture_output=True, text=True, timeout=120)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
            self.assertTrue(done.stdout.endswith("All held.\n"))
            key = os.stat(os.path.join(folder, "keys/private_key.pem"))
            self.assertEqual(key.st_mode & 0o777, 0o600)
            for name in ("gateway.toml", "edge.toml", "bucket-policy.json", "logs/access.log"):
                self.assertGreater(os.path.getsize(os.path.join(folder, name)), 0, name)
            # No signature in full on the screen.
            self.assertNotRegex(done.stdout, r"Signature=[^&\s]{12}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    SIGNGATE = sys.argv[1]
    unittest.main(argv=sys.argv[:1], verbosity=2)
