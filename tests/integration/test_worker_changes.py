# SPDX-License-Identifier: Apache-2.0
"""HUP changes the number of workers and where the admin interface listens, and nobody notices: no client is refused, no answer
is cut, tunnels live on, and what is counted counts everybody."""

import contextlib
import os
import re
import signal
import socket
import threading
from pathlib import Path

from harness import Answer, Client, Cut, GatewayTest, answer, main, wait_until
from origin import echo
from ports import free_port
from wire import PATIENCE

CONFIGURATION = """
worker_processes = 1
worker_connections = 1024
@TIMEOUT@
[admin]
listen = "127.0.0.1:0"
[[server]]
listen = ["127.0.0.1:0", "unix:@FOLDER@/gateway.sock"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
add_header = ["X-Round @ROUND@"]
[[server.route]]
location = "/ws"
proxy_pass = "http://origin"
proxy_set_header = { Upgrade = "$http_upgrade", Connection = "upgrade" }
[upstream.origin]
server = ["@ORIGIN@"]
keepalive = 8
"""

# So many that each of three workers has some, but once in a million tests.
MANY = 36
ROUNDS = (3, 1, 2, 1, 3, 2, 4, 1, 2)


def tell_target(conversation, request):
    conversation.send(answer(request.target))


class UnixClient(Client):
    def __init__(self, path):
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(PATIENCE)
        sock.connect(str(path))
        self.sock, self.buffer = sock, b""


class WorkerChanges(GatewayTest):
    """A gateway for each test: what it counts is the test's own."""

    @classmethod
    def setUpClass(cls):
        pass

    def setUp(self):
        type(self).configuration = CONFIGURATION.replace("@TIMEOUT@", "").replace("@ROUND@", "0")
        self.begin()

    def begin(self):
        cls = type(self)
        text = cls.configuration
        cls.prepare = classmethod(lambda cls, folder: setattr(cls, "configuration", text.replace("@FOLDER@", str(folder))))
        super(WorkerChanges, cls).setUpClass()
        self.addCleanup(self.end)
        self.origin.on("/ws", echo)
        self.admin = wait_until(self.admin_port, "the admin interface")

    def end(self):
        type(self).doClassCleanups()
        for _, fault, _ in self.tearDown_exceptions:
            raise fault

    def admin_port(self):
        found = re.findall(r"admin interface on 127\.0\.0\.1:(\d+)", self.gateway.log())
        return found and int(found[-1])

    def reload(self, *changes, says="the new configuration is in use"):
        text = self.gateway.file.read_text()
        for pattern, replacement in changes:
            text, count = re.subn(pattern, replacement, text)
            self.assertEqual(count, 1, pattern)
        self.gateway.file.write_text(text)
        before = self.gateway.log().count(says)
        self.gateway.signal(signal.SIGHUP)
        wait_until(lambda: self.gateway.log().count(says) > before, says)

    def workers(self, count):
        self.reload((r"worker_processes = \S+", f"worker_processes = {count}"))

    def metrics(self):
        with Client(self.admin) as client:
            text = client.get("/metrics").text()
        return {name: int(value) for name, value in re.findall(r"^signgate_(\S+) (\d+)$", text, re.MULTILINE)}

    def counts(self, **wanted):
        """The workers tell their counters ten times a second."""
        def is_so():
            got = self.metrics()
            return all(got[name] == value for name, value in wanted.items())
        wait_until(is_so, f"{wanted}")

    def tunnel(self):
        client = self.gateway.client()
        self.addCleanup(client.close)
        client.send("GET /ws HTTP/1.1\r\nHost: gw.test\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n")
        self.assertEqual(Answer(client.read_head()).status, 101)
        return client

    def assert_echoes(self, client):
        client.send(b"hello")
        self.assertEqual(client.read_exactly(5), b"hello")

    def leave_with_tunnels(self):
        """Tunnels on all of three workers, of which two are leaving."""
        self.workers(3)
        tunnels = [self.tunnel() for _ in range(MANY)]
        self.workers(1)
        self.counts(workers=1, workers_leaving=2)
        return tunnels


class Numbers(WorkerChanges):
    def test_clients_notice_nothing(self):
        self.origin.on("/said", tell_target)
        going_on = threading.Event()
        going_on.set()
        faults, lock = [], threading.Lock()
        counted = {"requests": 0, "connections": 0}

        def ask(name, connect, keeps):
            requests = connections = 0
            client = None
            try:
                while going_on.is_set():
                    if client is None:
                        client = connect()
                        connections += 1
                    path = f"/said?{name}-{requests}"
                    got = client.get(path, "" if keeps else "Connection: close\r\n")
                    requests += 1
                    if (got.status, got.text()) != (200, path):
                        raise AssertionError(f"{path}: {got.status} {got.text()!r}")
                    if got.get("Connection") == "close":
                        if not client.at_end():
                            raise AssertionError(f"{path}: open after its last answer")
                        client.close()
                        client = None
            except Exception as fault:  # told by the main thread
                with lock:
                    faults.append(f"{name}, request {requests}: {fault!r}")
            if client is not None:
                client.close()
            with lock:
                counted["requests"] += requests
                counted["connections"] += connections

        path = self.folder / "gateway.sock"
        kinds = [(f"kept{number}", self.gateway.client, True) for number in range(4)]
        kinds += [(f"fresh{number}", self.gateway.client, False) for number in range(4)]
        kinds += [("unix", lambda: UnixClient(path), False), ("unix-kept", lambda: UnixClient(path), True)]
        clients = [threading.Thread(target=ask, args=kind) for kind in kinds]
        for client in clients:
            client.start()
        try:
            for count in ROUNDS:
                self.workers(count)
                self.assertEqual(self.metrics()["workers"], count)
                before = len(self.origin.seen("/said"))
                wait_until(lambda before=before: len(self.origin.seen("/said")) >= before + 100 or faults, "a hundred requests")
        finally:
            going_on.clear()
            for client in clients:
                client.join()
        self.assertEqual(faults, [])
        self.assertGreater(counted["requests"], 100 * len(ROUNDS))
        # All that was counted by workers that are no more is counted still.
        self.counts(workers=ROUNDS[-1], workers_leaving=0, connections=0, requests_total=counted["requests"],
                    connections_accepted_total=counted["connections"], bad_requests_total=0, answers_cut_total=0)

    def test_clients_that_wait_get_their_next_answer_and_by_the_new_configuration(self):
        self.workers(3)
        clients = [self.gateway.client() for _ in range(MANY)]
        for number, client in enumerate(clients):
            self.addCleanup(client.close)
            if number % 2:  # the others have yet to ask for the first time
                self.assertEqual(client.get("/").get("X-Round"), "0")
        self.counts(connections=MANY)
        self.reload(("worker_processes = 3", "worker_processes = 1"), ("X-Round 0", "X-Round 1"))
        self.counts(workers=1, workers_leaving=2, connections=MANY)
        ended = 0
        for client in clients:
            got = client.get("/")
            self.assertEqual((got.status, got.get("X-Round")), (200, "1"))
            if got.get("Connection") == "close":
                self.assertTrue(client.at_end())
                ended += 1
        self.assertGreater(ended, 0)
        self.assertLess(ended, MANY)
        self.counts(workers=1, workers_leaving=0, connections=MANY - ended, requests_total=MANY + MANY // 2)

    def test_tunnels_live_on(self):
        tunnels = self.leave_with_tunnels()
        self.counts(connections=MANY)
        for client in tunnels:
            self.assert_echoes(client)
        # Others come and go meanwhile, also in the leaving workers' stead.
        self.workers(3)
        self.counts(workers=3, workers_leaving=2)
        self.workers(1)
        for client in tunnels:
            self.assert_echoes(client)
            client.close()
        self.counts(workers=1, workers_leaving=0, connections=0, connections_accepted_total=MANY)
        self.assertIn("a worker that was leaving has ended, 0 are left", self.gateway.log())

    def test_auto_is_taken_up(self):
        self.workers(7)
        self.counts(workers=7)
        self.workers('"auto"')
        self.assertNotEqual(self.metrics()["workers"], 0)
        wait_until(lambda: self.metrics()["workers_leaving"] == 0, "the end of those that leave")

    def test_a_refused_reload_changes_no_workers(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            self.reload(("worker_processes = 1", "worker_processes = 3"),
                        ('"unix:', f'"127.0.0.1:{other.getsockname()[1]}", "unix:'), says="the old one stays in use")
        for _ in range(MANY):
            self.assertEqual(self.gateway.get("/").status, 200)
        self.counts(workers=1, workers_leaving=0)

    def open_files(self):
        found = set()
        for each in Path(f"/proc/{self.gateway.process.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                found.add(os.readlink(each))
        return found

    def test_logs_are_those_of_all(self):
        """USR1 and a reload reach workers that leave too."""
        self.reload(('access_log = "off"', 'access_log = "access.log"'))
        tunnels = self.leave_with_tunnels()
        (self.folder / "access.log").rename(self.folder / "old.log")
        self.gateway.signal(signal.SIGUSR1)
        wait_until((self.folder / "access.log").exists, "the new log")
        wait_until(lambda: str(self.folder / "old.log") not in self.open_files(), "all to leave the old log")
        for client in tunnels:
            client.close()
        wait_until(lambda: (self.folder / "access.log").read_text().count(" 101 ") == MANY, "the lines of all")
        self.assertEqual((self.folder / "old.log").read_text().count(" 101 "), 0)


class Ends(WorkerChanges):
    """The process ends with its workers, wherever they are."""

    def tearDown(self):
        self.assertEqual(self.origin.faults, [])

    def test_quit_waits_for_those_that_leave(self):
        tunnels = self.leave_with_tunnels()
        idle = self.gateway.client()
        self.addCleanup(idle.close)
        self.assertEqual(idle.get("/").status, 200)
        self.gateway.signal(signal.SIGQUIT)
        self.assertTrue(idle.at_end())
        for client in tunnels:
            self.assert_echoes(client)
        self.assertIsNone(self.gateway.process.poll())
        for client in tunnels:
            client.close()
        self.assertEqual(self.gateway.wait(), 0)

    def test_quit_ends_clients_that_wait_on_those_that_leave(self):
        self.workers(3)
        clients = [self.gateway.client() for _ in range(MANY)]
        for client in clients:
            self.addCleanup(client.close)
            self.assertEqual(client.get("/").status, 200)
        self.workers(1)
        self.counts(workers_leaving=2)
        self.gateway.signal(signal.SIGQUIT)
        self.assertEqual(self.gateway.wait(), 0)
        for client in clients:
            self.assertTrue(client.at_end())

    def test_term_ends_those_that_leave_at_once(self):
        tunnels = self.leave_with_tunnels()
        self.gateway.signal(signal.SIGTERM)
        self.assertEqual(self.gateway.wait(), 0)
        for client in tunnels:
            try:
                self.assertTrue(client.at_end())
            except ConnectionResetError:
                pass

    def test_term_right_after_a_reload(self):
        self.workers(4)
        tunnels = [self.tunnel() for _ in range(8)]
        self.gateway.file.write_text(self.gateway.file.read_text().replace("worker_processes = 4", "worker_processes = 1"))
        self.gateway.signal(signal.SIGHUP)
        self.gateway.signal(signal.SIGTERM)
        self.assertEqual(self.gateway.wait(), 0)
        self.assertEqual(len(tunnels), 8)


class Timeout(WorkerChanges):
    def setUp(self):
        type(self).configuration = (CONFIGURATION.replace("@TIMEOUT@", 'worker_shutdown_timeout = "400ms"')
                                    .replace("@ROUND@", "0"))
        self.begin()

    def test_worker_shutdown_timeout_cuts_what_is_left_of_those_that_leave(self):
        self.workers(3)
        tunnels = [self.tunnel() for _ in range(MANY)]
        self.workers(1)
        wait_until(lambda: self.metrics()["workers_leaving"] == 0, "their end")
        left = self.metrics()["connections"]
        self.assertGreater(left, 0)
        self.assertLess(left, MANY)
        alive = 0
        for client in tunnels:
            try:
                self.assert_echoes(client)
                alive += 1
            except (ConnectionError, Cut):
                pass
        self.assertEqual(alive, left)


class AdminAddresses(WorkerChanges):
    def health(self, port):
        with Client(port) as client:
            return client.get("/healthz").body

    def assert_closed(self, port):
        def is_refused():
            try:
                Client(port).close()
            except ConnectionRefusedError:
                return True
            return False
        wait_until(is_refused, f"the end of port {port}")

    def move(self, listen, **options):
        self.reload((r'\[admin\]\nlisten = .*', f"[admin]\nlisten = {listen}"), **options)

    def test_it_moves(self):
        old, new, newer = self.admin, free_port(), free_port()
        self.move(f'"127.0.0.1:{new}"')
        self.assertEqual(self.health(new), b"ok\n")
        self.assert_closed(old)
        self.move(f'["127.0.0.1:{newer}", "127.0.0.1:{new}"]')
        for port in (new, newer):
            self.assertEqual(self.health(port), b"ok\n")
        self.move(f'"127.0.0.1:{newer}"')
        self.assert_closed(new)
        self.assertEqual(self.health(newer), b"ok\n")
        self.assertIn(f"admin interface on 127.0.0.1:{newer}", self.gateway.log())

    def test_it_goes_and_comes_back(self):
        old, new = self.admin, free_port()
        self.reload((r'\[admin\]\nlisten = .*', "# no admin"))
        self.assert_closed(old)
        self.assertEqual(self.gateway.get("/").status, 200)
        self.reload(("# no admin", f'[admin]\nlisten = "127.0.0.1:{new}"'))
        self.assertEqual(self.health(new), b"ok\n")

    def test_a_unix_socket_leaves_no_file(self):
        path = self.folder / "admin.sock"
        self.move(f'"unix:{path}"')
        with UnixClient(path) as client:
            self.assertEqual(client.get("/healthz").body, b"ok\n")
        self.move('"127.0.0.1:0"')
        self.assertFalse(path.exists())

    def test_nor_does_one_of_a_reload_that_is_refused(self):
        admin, server = self.folder / "admin.sock", self.folder / "server.sock"
        for listen in ('listen = ["127.0.0.1:0", ', f'listen = ["127.0.0.1:0", "unix:{server}", '):
            with self.subTest(listen), socket.socket() as other:
                other.bind(("127.0.0.1", 0))
                other.listen()
                self.reload((r'\[admin\]\nlisten = .*', f'[admin]\nlisten = "unix:{admin}"'),
                            (r'listen = \["127.0.0.1:0", (?:"127.0.0.1:\d+", )?',
                             f'{listen}"127.0.0.1:{other.getsockname()[1]}", '), says="the old one stays in use")
            self.assertFalse(admin.exists())
            self.assertFalse(server.exists())
        self.assertEqual(self.health(self.admin), b"ok\n")
        # What is listened at stays.
        with UnixClient(self.folder / "gateway.sock") as client:
            self.assertEqual(client.get("/").status, 200)

    def test_an_address_that_is_taken_changes_nothing(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            taken = other.getsockname()[1]
            self.reload((r'\[admin\]\nlisten = .*', f'[admin]\nlisten = "127.0.0.1:{taken}"'),
                        ("worker_processes = 1", "worker_processes = 3"), ("X-Round 0", "X-Round 1"),
                        says="the old one stays in use")
            self.assertIn(f"127.0.0.1:{taken}", self.gateway.log())
        self.assertEqual(self.health(self.admin), b"ok\n")
        self.assertEqual(self.metrics()["workers"], 1)
        self.assertEqual(self.gateway.get("/").get("X-Round"), "0")


if __name__ == "__main__":
    main()
