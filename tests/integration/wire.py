# SPDX-License-Identifier: Apache-2.0
"""What is on the wire, by raw sockets: split into its parts, never judged."""

import re
import socket
import struct
import time

# Long enough for a sanitizer build on a busy machine: reaching it is a failure, never a measurement.
PATIENCE = 180.0


def wait_until(condition, what, patience=PATIENCE):
    """Waits until the condition holds and returns its value."""
    end = time.monotonic() + patience
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
        """The chunks of a chunked body, as they come; `trailers` are the lines behind them."""
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
        self.trailers = []
        while line := self.read_line():
            self.trailers.append(line.decode("latin-1"))

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
