# SPDX-License-Identifier: Apache-2.0
"""Listen addresses: one address is one socket, however it is spelled; an address beside its wildcard has its own servers;
a reload from one to the other loses nobody."""

import shutil
import signal
import socket
import tempfile
import threading
import unittest
from pathlib import Path

from harness import Client, Gateway, main, signgate, wait_until
from ports import free_port


def servers(*listens, more=""):
    """A server for each list of addresses, which answers with its number."""
    return "worker_processes = 2\naccess_log = 'off'\n" + more + "".join(
        f"[[server]]\nlisten = {list(addresses)}\nserver_name = ['s{number}']\n"
        f"[[server.route]]\nlocation = '/'\nreturn = '200 {number}'\n" for number, addresses in enumerate(listens))


class LocalClient(Client):
    def __init__(self, address, port):
        super(Client, self).__init__(socket.create_connection((address, port), timeout=60))


def is_free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def ask(port, address="127.0.0.1", host="x"):
    with LocalClient(address, port) as client:
        return client.get("/", "Connection: close\r\n", host=host).text()


class Listening(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.port = free_port()

    def start(self, *listens, listeners=1, more=""):
        self.gateway = Gateway(servers(*listens, more=more), self.folder, listeners)
        self.addCleanup(self.gateway.stop)

    def reload(self, *listens, says="the new configuration is in use"):
        self.gateway.file.write_text(servers(*listens))
        before = self.gateway.log().count(says)
        self.gateway.signal(signal.SIGHUP)
        wait_until(lambda: self.gateway.log().count(says) > before, says)
        self.assertNotIn("[emerg]", self.gateway.log())

    def sockets(self):
        """The inodes that the gateway listens with at the port."""
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sorted(line[9] for line in lines if line[3] == "0A" and line[1].endswith(f":{self.port:04X}"))

    def test_spellings_of_one_address_are_one_socket(self):
        p = self.port
        self.start([f"{p}"], [f"*:{p}"], [f"0.0.0.0:{p}"])
        self.assertEqual(len(self.gateway.addresses()), 1)
        for number in range(3):
            self.assertEqual(ask(p, host=f"s{number}"), str(number))

    def test_localhost_is_its_address(self):
        p = self.port
        self.start([f"localhost:{p}"], [f"127.0.0.1:{p}"])
        self.assertEqual(len(self.gateway.addresses()), 1)
        self.assertEqual(ask(p, host="s1"), "1")

    def test_a_range_of_ports_is_a_socket_for_each(self):
        first = self.port
        while not all(is_free(first + each) for each in range(3)):
            first = free_port()
        self.start([f"127.0.0.1:{first}-{first + 2}"], [f"127.0.0.1:{first + 1}"], listeners=3)
        self.assertEqual(len(self.gateway.addresses()), 3)
        for port in range(first, first + 3):
            self.assertEqual(ask(port), "0")
        self.assertEqual(ask(first + 1, host="s1"), "1")
        self.assertEqual(ask(first + 2, host="s1"), "0")

    def test_a_reload_knows_an_address_by_any_spelling(self):
        p = self.port
        self.start([f"{p}"])
        before = self.sockets()
        self.assertEqual(len(before), 2)
        with LocalClient("127.0.0.1", p) as kept:
            for spelling in (f"*:{p}", f"0.0.0.0:{p}", f"{p}"):
                self.reload([spelling])
                self.assertEqual(self.sockets(), before)
                self.assertEqual(kept.get("/").text(), "0")

    def test_a_reload_knows_localhost(self):
        p = self.port
        self.start([f"127.0.0.1:{p}"])
        before = self.sockets()
        self.reload([f"localhost:{p}"])
        self.assertEqual(self.sockets(), before)
        self.assertEqual(ask(p), "0")

    def test_an_address_beside_its_wildcard_has_its_own_servers(self):
        p = self.port
        self.start([f"{p}"], [f"127.0.0.1:{p}"], listeners=2)
        self.assertEqual(len(self.sockets()), 2, "the wildcard's alone, one a worker")
        for _ in range(8):
            self.assertEqual((ask(p), ask(p, "127.0.0.2")), ("1", "0"))
            self.assertEqual(ask(p, host="s0"), "1", "the address goes before the name")

    def test_bind_gives_an_address_sockets_of_its_own(self):
        p = self.port
        plain, bound = ([f"{p}"], [f"127.0.0.1:{p}"]), ([f"{p}"], [f"127.0.0.1:{p} bind"])
        self.start(*plain, listeners=2)
        self.assertEqual(len(self.sockets()), 2)
        self.reload(*bound)
        self.assertEqual(len(self.sockets()), 4)
        self.assertEqual((ask(p), ask(p, "127.0.0.2")), ("1", "0"))
        self.gateway.stop()
        # nginx: with any parameter of the socket's, it is one of its own.
        self.start([f"127.0.0.1:{p} rcvbuf=64k sndbuf=64k"], [f"{p}"], listeners=2)
        self.assertEqual(len(self.sockets()), 4)
        self.assertEqual((ask(p), ask(p, "127.0.0.2")), ("0", "1"))
        self.reload([f"127.0.0.1:{p}"], [f"{p}"])
        self.assertEqual((ask(p), ask(p, "127.0.0.2")), ("0", "1"))

    def test_the_address_may_come_first(self):
        p = self.port
        self.start([f"localhost:{p}"], [f"127.0.0.3:{p}"], [f"*:{p}"], listeners=3)
        self.assertEqual([ask(p, f"127.0.0.{i}") for i in (1, 2, 3)], ["0", "2", "1"])

    def test_a_reload_goes_between_wildcard_and_address(self):
        p = self.port
        any_, local = [f"{p}"], [f"127.0.0.1:{p}"]
        self.start(any_)
        done, failures, answers = threading.Event(), [], set()

        def traffic():
            while not done.is_set():
                try:
                    answers.add(ask(p))
                except Exception as failure:  # pylint: disable=broad-except
                    failures.append(repr(failure))
        clients = [threading.Thread(target=traffic) for _ in range(2)]
        for client in clients:
            client.start()
        try:
            for listens, here, elsewhere in (
                    ((any_, local), "1", "0"),  # the address comes
                    ((any_,), "0", "0"),        # and goes
                    ((any_, local), "1", "0"),
                    ((local,), "0", None),      # the wildcard goes
                    ((local, any_), "0", "1"),  # and comes beside an address that is bound
                    ((any_,), "0", "0"),        # which goes
                    ((local,), "0", None)):
                self.reload(*listens)
                self.assertEqual(ask(p), here, listens)
                if elsewhere is None:
                    wait_until(lambda: self.is_refused("127.0.0.2"), "the wildcard to close")
                else:
                    self.assertEqual(ask(p, "127.0.0.2"), elsewhere, listens)
        finally:
            done.set()
            for client in clients:
                client.join()
        self.assertEqual(failures, [])
        self.assertEqual(answers, {"0", "1"})

    def is_refused(self, address):
        try:
            ask(self.port, address)
            return False
        except ConnectionRefusedError:
            return True

    def test_what_others_hold_is_taken(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", self.port))
            other.listen()
            for listens in ([f"127.0.0.1:{self.port}"], [f"{self.port}"]):
                with self.assertRaisesRegex(AssertionError, "Address already in use"):
                    Gateway(servers(listens), self.folder)

    def test_check_finds_what_one_address_cannot_be(self):
        file = self.folder / "check.toml"
        file.write_text(servers(["8080 default_server"], ["0.0.0.0:8080 default_server"]))
        found = signgate("check", "-c", file)
        self.assertEqual(found.returncode, 1)
        self.assertIn('"0.0.0.0:8080" has its default_server already', found.stderr)


if __name__ == "__main__":
    main()
