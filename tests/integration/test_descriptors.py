# SPDX-License-Identifier: Apache-2.0
"""No descriptors left: what can be served is, the rest is refused with the right status and told once a second, and all is well
again when they return."""

import os
import re
import resource
import shutil
import signal
import tempfile
import threading
import unittest
from pathlib import Path

from harness import Cut, Gateway, Origin, answer, is_sanitized, main, wait_until

CONFIGURATION = """
worker_processes = 1
@MORE@
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
[[server.route]]
location = "/own"
return = "200 ok"
[[server.route]]
location = "/asked"
auth_request = "/auth"
proxy_pass = "http://origin"
[[server.route]]
location = "/auth"
proxy_pass = "http://origin"
[upstream.origin]
server = ["@ORIGIN@"]
keepalive = 0
"""


class Descriptors(unittest.TestCase):
    def setUp(self):
        folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        self.folder = folder
        self.origin = Origin()
        self.addCleanup(self.origin.stop)

    def start(self, more=""):
        text = CONFIGURATION.replace("@ORIGIN@", f"127.0.0.1:{self.origin.port}").replace("@MORE@", more)
        self.gateway = Gateway(text, self.folder)
        self.addCleanup(self.gateway.kill)

    def test_the_configuration_gives_the_limit(self):
        self.start("worker_rlimit_nofile = 222")
        self.assertEqual(resource.prlimit(self.gateway.process.pid, resource.RLIMIT_NOFILE)[0], 222)
        text = self.gateway.file.read_text()
        self.gateway.file.write_text(text.replace("222", "333"))
        self.gateway.signal(signal.SIGHUP)
        wait_until(lambda: "is in use" in self.gateway.log(), "the reload")
        self.assertEqual(resource.prlimit(self.gateway.process.pid, resource.RLIMIT_NOFILE)[0], 333)
        self.gateway.stop()

    def leave(self, free):
        """Leaves the process so many descriptors."""
        if is_sanitized():
            self.skipTest("UBSan takes a pipe to look at an object's type, and without one it sees a wrong type")
        pid = self.gateway.process.pid
        used = {int(each) for each in os.listdir(f"/proc/{pid}/fd")}
        limit = [each for each in range(len(used) + free + 1) if each not in used][free]
        _, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, hard))

    def give_back(self):
        _, hard = resource.prlimit(self.gateway.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(self.gateway.process.pid, resource.RLIMIT_NOFILE, (hard, hard))

    def assert_told_once_a_second(self, text):
        """Several lines of one second would be one for each try."""
        wait_until(lambda: len(re.findall(text, self.gateway.log())) >= 2, f"two lines with {text}")
        seconds = re.findall(rf"^(\S+ \S+) \[(?:crit|alert|error)\][^\n]*{text}", self.gateway.log(), re.MULTILINE)
        # A second of ours may hold the end of one and the beginning of the next.
        for second in set(seconds):
            self.assertLessEqual(seconds.count(second), 2, seconds)

    def test_who_is_not_accepted_waits_and_is_served_later(self):
        self.start()
        first = self.gateway.client()
        self.addCleanup(first.close)
        self.assertEqual(first.get("/own").status, 200)
        self.leave(0)
        waiting = [self.gateway.client() for _ in range(3)]
        for client in waiting:
            self.addCleanup(client.close)
            client.send("GET /own HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        self.assert_told_once_a_second(r"accept\(\) failed: Too many open files")
        # The one that is there is served all the while.
        self.assertEqual(first.get("/own").status, 200)
        self.give_back()
        for client in waiting:
            self.assertEqual(client.read_answer().status, 200)
        self.gateway.stop()

    def test_no_socket_for_the_upstream_is_500_and_not_the_upstreams_fault(self):
        self.start()
        with self.gateway.client() as client:
            self.assertEqual(client.get("/own").status, 200)
            self.leave(0)
            for _ in range(50):
                self.assertEqual(client.get("/").status, 500)
                self.assertEqual(client.get("/own").status, 200)
                self.assertEqual(client.get("/asked").status, 500)
            def ask():
                client.get("/")
                return len(re.findall(r"socket\(\) failed", self.gateway.log())) >= 2
            wait_until(ask, "the second line")
            self.assert_told_once_a_second(r"socket\(\) failed: Too many open files")
            self.assertNotIn("upstream connect", self.gateway.log())
            self.give_back()
            # No peer was taken out for it.
            self.assertEqual(client.get("/").status, 200)
            self.assertEqual(client.get("/asked").status, 200)
        self.gateway.stop()

    def test_connections_past_worker_connections_are_told_once_a_second(self):
        self.start("worker_connections = 2")
        free = threading.Event()
        self.addCleanup(free.set)

        def hold(conversation, _):
            free.wait()
            conversation.send(answer(b"held"))
        self.origin.on("/", hold)
        # Idle ones would give their places: test_worker_connections.py.
        held = [self.gateway.client() for _ in range(2)]
        for client in held:
            self.addCleanup(client.close)
            client.send("GET / HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        wait_until(lambda: len(self.origin.seen("/")) == 2, "the requests at the origin")

        def refused():
            for _ in range(20):
                with self.gateway.client() as client:
                    self.assertTrue(client.at_end())
            return self.gateway.log().count("2 worker_connections are not enough") >= 2
        wait_until(refused, "the second line")
        self.assert_told_once_a_second("2 worker_connections are not enough")
        free.set()
        held.pop().close()

        def served():
            try:
                return self.gateway.get("/own").status == 200
            except (OSError, Cut):
                return False
        wait_until(served, "a place for another")
        self.gateway.stop()


if __name__ == "__main__":
    main()
