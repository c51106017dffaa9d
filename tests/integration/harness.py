# SPDX-License-Identifier: Apache-2.0
"""What the integration tests stand on: a scripted origin (origin.py), a raw client and the gateway as a process of its
own. Raw sockets on both sides (wire.py), so that a test says and sees exactly what is on the wire. A test file is a
program:

    test_x.py [SIGNGATE] [unittest options]     SIGNGATE: the binary; or the environment's SIGNGATE_BINARY
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

from origin import Origin, answer
from wire import PATIENCE, Cut, Wire, wait_until


def binary():
    path = os.environ.get("SIGNGATE_BINARY")
    if not path:
        raise RuntimeError("no binary: give its path as the first argument or in SIGNGATE_BINARY")
    return path


def is_sanitized():
    program = Path(binary()).read_bytes()
    return b"__asan_init" in program or b"__tsan_init" in program


def signgate(*arguments):
    """Runs a subcommand to its end."""
    return subprocess.run([binary(), *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE, check=False)


class Answer:
    """An answer as the client got it."""

    def __init__(self, head):
        self.head = head
        match = re.fullmatch(r"(HTTP/1\.1) (\d{3}) ([^\r\n]*)", head.start_line)
        if not match:
            raise AssertionError(f"malformed status line {head.start_line!r}")
        self.status = int(match.group(2))
        self.reason = match.group(3)
        self.body = b""
        self.chunked = False
        self.trailers = []

    def get(self, name):
        return self.head.get(name)

    def all(self, name):
        return self.head.all(name)

    def text(self):
        return self.body.decode("latin-1")


class Client(Wire):
    """The viewer's side of one connection."""

    def __init__(self, port):
        super().__init__(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))

    def read_answer(self, method="GET", body=True):
        """The next final answer. Cut when it is not whole."""
        while True:
            head = self.read_head()
            if head is None:
                raise Cut("closed without an answer")
            found = Answer(head)
            if found.status >= 200:
                break
        if not body:
            return found
        codings, length = found.all("Transfer-Encoding"), found.get("Content-Length")
        if codings and length is not None:
            raise AssertionError("both Transfer-Encoding and Content-Length")
        if method == "HEAD" or found.status in (204, 304):
            return found
        if codings:
            if codings != ["chunked"]:
                raise AssertionError(f"Transfer-Encoding: {codings}")
            found.chunked = True
            found.body = b"".join(self.chunks())
            found.trailers = self.trailers
        elif length is not None:
            found.body = self.read_exactly(int(length))
        else:
            found.body = self.read_to_end()
        return found

    def get(self, path, fields="", method="GET", host="gw.test", version="HTTP/1.1"):
        self.send(f"{method} {path} {version}\r\nHost: {host}\r\n{fields}\r\n")
        return self.read_answer(method)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Gateway:
    """`signgate run` with a configuration in a folder of its own."""

    def __init__(self, configuration, folder, listeners=1):
        self.folder = Path(folder)
        self.file = self.folder / "signgate.toml"
        self.file.write_text(configuration)
        self.output = bytearray()
        # A sanitizer's quarantine of freed memory is not the program's.
        environment = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1")
        self.process = subprocess.Popen([binary(), "run", "-c", str(self.file)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
        self.reader = threading.Thread(target=self.read_output, daemon=True)
        self.reader.start()
        try:
            wait_until(lambda: len(self.addresses()) >= listeners or self.process.poll() is not None, "the listeners")
            if len(self.addresses()) < listeners:
                raise AssertionError(f"the gateway did not start: {self.log()}")
        except AssertionError:
            self.kill()
            raise
        self.port = self.addresses()[0][1]

    def read_output(self):
        while data := self.process.stdout.read1(65536):
            self.output += data

    def log(self):
        return self.output.decode("latin-1")

    def addresses(self):
        found = re.findall(r"listening on ([\d.]+|\[[\da-f:]+\]):(\d+)", self.log())
        return [(host, int(port)) for host, port in found]

    def client(self):
        return Client(self.port)

    def get(self, path, fields="", **options):
        """One request on a connection of its own."""
        with self.client() as client:
            return client.get(path, "Connection: close\r\n" + fields, **options)

    def exchange(self, data, method="GET"):
        """Sends bytes on a connection of their own and reads the answer."""
        with self.client() as client:
            client.send(data)
            return client.read_answer(method)

    def memory(self, what="VmRSS"):
        """Resident bytes now, or with VmHWM at their highest."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{what}:\s+(\d+) kB", status).group(1)) * 1024

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self):
        """The exit status."""
        status = self.process.wait(timeout=PATIENCE)
        self.reader.join(timeout=PATIENCE)
        return status

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join(timeout=PATIENCE)
        self.process.stdout.close()

    def stop(self):
        """Ends it in good order. A crash or a sanitizer's report fails the test."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.wait()
        finally:
            self.kill()
        if status != 0:
            raise AssertionError(f"the gateway ended with {status}: {self.log()[-3000:]}")


class GatewayTest(unittest.TestCase):
    """One origin and one gateway for all tests of a class. A class gives `configuration`, where @ORIGIN@ stands for the
    origin's address and @DOWN@ for one where nobody listens."""

    configuration = ""

    @classmethod
    def prepare(cls, folder):
        """Puts files beside the configuration."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.origin = Origin()
        cls.addClassCleanup(cls.origin.stop)
        # Bound and never listening: a connection there is refused, and nobody else can get the port.
        cls.down = socket.socket()
        cls.addClassCleanup(cls.down.close)
        cls.down.bind(("127.0.0.1", 0))
        cls.prepare(cls.folder)
        cls.gateway = cls.start_gateway(cls.folder)
        cls.addClassCleanup(cls.gateway.stop)

    @classmethod
    def start_gateway(cls, folder):
        text = cls.configuration.replace("@ORIGIN@", f"127.0.0.1:{cls.origin.port}")
        return Gateway(text.replace("@DOWN@", f"127.0.0.1:{cls.down.getsockname()[1]}"), folder)

    def logged_status(self, marker):
        """The status in the access log of the request whose line holds the marker."""
        path = self.folder / "access.log"

        def find():
            text = path.read_text("latin-1") if path.exists() else ""
            return re.search(rf'"[^"]*{re.escape(marker)}[^"]*" (\d{{3}}) ', text)
        return int(wait_until(find, f"{marker} in the access log").group(1))

    markers = 0

    def counted(self, series):
        """What the metrics say, once they know of all requests so far: bad requests are nobody else's. For a
        configuration with [admin]."""
        wait_until(lambda: "admin interface on" in self.gateway.log(), "the admin interface")
        port = int(re.search(r"admin interface on 127\.0\.0\.1:(\d+)", self.gateway.log()).group(1))
        self.assertEqual(self.gateway.exchange(b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n").status, 400)
        type(self).markers += 1

        def value(name):
            return int(re.search(rf"^{re.escape(name)} (\d+)$", text, re.MULTILINE).group(1))

        text = ""

        def is_told():
            nonlocal text
            with Client(port) as client:
                text = client.get("/metrics").text()
            return value("signgate_bad_requests_total") == self.markers
        wait_until(is_told, "the metrics")
        return value(series)

    def unsigned(self, reason):
        """How many links have stayed unsigned for that reason."""
        return self.counted(f'signgate_links_unsigned_total{{reason="{reason}"}}')

    def setUp(self):
        self.origin.forget()

    def tearDown(self):
        self.assertEqual(self.origin.faults, [])
        self.assertIsNone(self.gateway.process.poll(), f"the gateway died: {self.gateway.log()[-3000:]}")

    def run(self, result=None):
        # What the gateway said helps to understand a failure.
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before and hasattr(self, "gateway"):
            print(f"--- the gateway's output up to the end of {self.id()}:\n{self.gateway.log()[-2000:]}", file=sys.stderr)


def main(hindrance=lambda: None):
    """Runs the file's tests. `hindrance` may give a reason why none of them can run here: ctest then has it skipped."""
    arguments = sys.argv
    if len(arguments) > 1 and os.path.isfile(arguments[1]):
        os.environ["SIGNGATE_BINARY"] = os.path.abspath(arguments.pop(1))
    if not os.access(binary(), os.X_OK):
        raise SystemExit(f"{binary()} is no program")
    reason = hindrance()
    if reason:
        print(f"SKIPPED: {reason}")
        raise SystemExit(77)
    unittest.main(module="__main__", argv=arguments, verbosity=2)
