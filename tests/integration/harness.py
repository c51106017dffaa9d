# SPDX-License-Identifier: Apache-2.0
"""What the integration tests stand on: a scripted origin, a raw client and the gateway as a process of its own. Raw
sockets on both sides, so that a test says and sees exactly what is on the wire. A test file is a program:

    test_x.py [SIGNGATE] [unittest options]     SIGNGATE: the binary; or the environment's SIGNGATE_BINARY
"""

import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

# Long enough for a sanitizer build on a busy machine: reaching it is a failure, never a measurement.
PATIENCE = 60.0


def binary():
    path = os.environ.get("SIGNGATE_BINARY")
    if not path:
        raise RuntimeError("no binary: give its path as the first argument or in SIGNGATE_BINARY")
    return path


def signgate(*arguments):
    """Runs a subcommand to its end."""
    return subprocess.run([binary(), *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE, check=False)


def wait_until(condition, what):
    """Waits until the condition holds and returns its value."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"waited in vain for {what}")


class Head:
    """A start line and header fields: in the order, case and bytes of the wire."""

    def __init__(self, head):
        self.bytes = head
        lines = head.decode("latin-1").split("\r\n")
        self.start_line = lines[0]
        self.fields = []
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon or name != name.strip() or "\n" in line or "\r" in line:
                raise AssertionError(f"malformed header line {line!r}")
            self.fields.append((name, value.strip(" \t")))

    def all(self, name):
        return [value for each, value in self.fields if each.lower() == name.lower()]

    def get(self, name):
        """The value of a field that may stand there once."""
        values = self.all(name)
        if len(values) > 1:
            raise AssertionError(f"{name} stands {len(values)} times: {values}")
        return values[0] if values else None


class Cut(Exception):
    """The other side ended in the middle of a message."""


class Wire:
    """A socket with a buffer, read by message parts."""

    def __init__(self, sock):
        self.sock = sock
        self.buffer = b""
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data):
        self.sock.sendall(data if isinstance(data, bytes) else data.encode("latin-1"))

    def fill(self):
        """Reads more; False at the end of the stream. A reset is no proper end: ConnectionResetError."""
        data = self.sock.recv(65536)
        self.buffer += data
        return bool(data)

    def read_head(self):
        """The next head, or None when the other side closed before its first byte."""
        while b"\r\n\r\n" not in self.buffer:
            if not self.fill():
                if self.buffer:
                    raise Cut(f"closed within a head: {self.buffer[:80]!r}")
                return None
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        return Head(head)

    def read_exactly(self, size):
        parts, have = [], 0
        while True:
            part = self.buffer[:size - have]
            self.buffer = self.buffer[size - have:]
            parts.append(part)
            have += len(part)
            if have == size:
                return b"".join(parts)
            if not self.fill():
                raise Cut(f"closed after {have} of {size} bytes")

    def read_line(self):
        while b"\n" not in self.buffer:
            if not self.fill():
                raise Cut("closed within a line")
        line, _, self.buffer = self.buffer.partition(b"\n")
        if not line.endswith(b"\r"):
            raise AssertionError(f"a line without CR: {line[:80]!r}")
        return line[:-1]

    def chunks(self):
        """The chunks of a chunked body, as they come."""
        while True:
            line = self.read_line()
            if not re.fullmatch(rb"[0-9a-fA-F]{1,16}", line):
                raise AssertionError(f"malformed chunk size {line[:40]!r}")
            size = int(line, 16)
            if size == 0:
                break
            yield self.read_exactly(size)
            if self.read_exactly(2) != b"\r\n":
                raise AssertionError("chunk data not followed by CRLF")
        while self.read_line():
            pass

    def read_to_end(self):
        parts = []
        while True:
            parts.append(self.buffer)
            self.buffer = b""
            if not self.fill():
                return b"".join(parts)

    def at_end(self):
        """Waits; True when the other side closed without a further byte, False when it sent one."""
        return not self.buffer and not self.fill()

    def close(self):
        self.sock.close()

    def reset(self):
        """Closes with RST, as a crashing peer does."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class Request:
    """A request as the origin got it."""

    def __init__(self, head, connection, number):
        self.head = head
        self.method, self.target, self.version = head.start_line.split(" ")
        self.connection = connection  # number of the connection, from 1
        self.number = number          # number of the request on it, from 1
        self.body = b""
        self.complete = False

    def get(self, name):
        return self.head.get(name)

    def all(self, name):
        return self.head.all(name)


class Conversation(Wire):
    """The origin's side of one connection, in the hands of a handler."""

    def __init__(self, sock, origin, number):
        super().__init__(sock)
        self.origin = origin
        self.number = number
        self.closing = False

    def read_body(self, request):
        codings = request.all("Transfer-Encoding")
        lengths = request.all("Content-Length")
        if len(codings) + len(lengths) > 1 or codings not in ([], ["chunked"]):
            raise AssertionError(f"ambiguous framing reached the origin: {codings} {lengths}")
        if codings:
            for chunk in self.chunks():
                request.body += chunk
        elif lengths:
            request.body = self.read_exactly(int(lengths[0]))
        request.complete = True

    def finish(self):
        """Closes the connection when the handler returns."""
        self.closing = True


def answer(body=b"", status="200 OK", fields=(), version="HTTP/1.1", chunked=False, length=True):
    """The bytes of an answer; `fields` are (name, value) pairs."""
    if isinstance(body, str):
        body = body.encode()
    lines = [f"{version} {status}", *(f"{name}: {value}" for name, value in fields)]
    if chunked:
        lines.append("Transfer-Encoding: chunked")
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in ([body] if body else [])) + b"0\r\n\r\n"
    elif length:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


class Origin:
    """A threaded origin on a port of its own. It records every request and answers by path: `on(path, handler)`, where
    a handler is bytes to send, or a function(conversation, request) called when the head is there; a function that
    wants the body calls conversation.read_body(request). Paths without a handler get a short 200."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.handlers = {}
        self.requests = []
        self.connections = 0
        self.faults = []
        self.open = set()
        self.ended = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def on(self, path, handler):
        with self.lock:
            self.handlers[path] = handler

    def forget(self):
        with self.lock:
            self.handlers.clear()
            self.requests.clear()
            self.faults.clear()

    def seen(self, path=None):
        """The requests so far, of one path or of all."""
        with self.lock:
            return [each for each in self.requests if path is None or each.target.partition("?")[0] == path]

    def last(self, path=None):
        return self.seen(path)[-1]

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                conversation = Conversation(sock, self, self.connections)
                self.open.add(conversation)
            threading.Thread(target=self.serve, args=(conversation,), daemon=True).start()

    def serve(self, conversation):
        try:
            number = 0
            while not conversation.closing:
                head = conversation.read_head()
                if head is None:
                    break
                number += 1
                request = Request(head, conversation.number, number)
                with self.lock:
                    self.requests.append(request)
                    handler = self.handlers.get(request.target.partition("?")[0])
                if callable(handler):
                    handler(conversation, request)
                else:
                    conversation.read_body(request)
                    default = answer(b"hello from the origin", fields=[("Content-Type", "text/plain")])
                    if request.method == "HEAD":
                        default = default[:-len(b"hello from the origin")]
                    conversation.send(default if handler is None else handler)
        except (Cut, OSError):
            pass
        except Exception as fault:  # shown by the test that looks at `faults`, not lost in a thread
            self.faults.append(fault)
        finally:
            with self.lock:
                self.open.discard(conversation)
            conversation.close()

    def drop_connections(self):
        """Closes what is open, as an origin does that restarts; it goes on listening."""
        with self.lock:
            conversations = list(self.open)
        for conversation in conversations:
            try:
                conversation.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        wait_until(lambda: not self.open & set(conversations), "the origin's connections to end")

    def stop(self):
        self.ended.set()
        self.listener.close()
        with self.lock:
            conversations = list(self.open)
        for conversation in conversations:
            try:
                conversation.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


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
        self.output = b""
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


def main():
    arguments = sys.argv
    if len(arguments) > 1 and os.path.isfile(arguments[1]):
        os.environ["SIGNGATE_BINARY"] = os.path.abspath(arguments.pop(1))
    if not os.access(binary(), os.X_OK):
        raise SystemExit(f"{binary()} is no program")
    unittest.main(module="__main__", argv=arguments, verbosity=2)
