# SPDX-License-Identifier: Apache-2.0
"""The client of the probe: sends the bytes of a case in its steps, and reads what comes back."""

import re
import socket
import struct
import time

from .grammar import BARE_CR, BARE_LF, HEAD_END, body_length, dechunk, parse_fields, values
# Long enough for a sanitizer build on a busy machine: reaching it is a failure, never a measurement.
PATIENCE = 120.0
# How long a gateway that is to be silent is listened to.
SILENCE = 1.2


class Reply:
    def __init__(self):
        self.status, self.version, self.fields, self.faults = 0, "", [], []
        self.body, self.complete, self.trailers = b"", False, []

    def get(self, name):
        v = values(self.fields, name.lower())
        return v[0] if v else None


class Result:
    """What came of one case: replies, stray bytes, how the connection ended, what the origin saw."""

    def __init__(self):
        self.data, self.closed, self.reset, self.by_client = b"", False, False, False
        self.replies, self.interims, self.stray = [], [], b""
        self.origin, self.base = [], None

    def full(self):
        return [r for r in self.origin if r.complete]

    def describe(self):
        got = ["%d%s" % (r.status, "" if r.complete else "(cut)") for r in self.replies]
        if self.interims:
            got = ["1xx:%s" % ",".join(str(r.status) for r in self.interims)] + got
        if self.stray:
            got.append("stray %r" % self.stray[:40])
        got.append("reset" if self.reset else "closed" if self.closed else "open")
        seen = "; ".join(r.brief() for r in self.origin[:4])
        return "got %s; origin saw %s" % (" ".join(got), "[%s]" % seen if seen else "nothing")


def parse_replies(data, methods, closed):
    """-> (finals, interims, stray bytes)"""
    finals, interims = [], []
    while data:
        if not data.startswith(b"HTTP/"[:len(data)]):
            return finals, interims, data
        end = HEAD_END.search(data)
        if not end:
            return finals, interims, (data if closed else b"")
        head, rest = data[:end.end()], data[end.end():]
        r = Reply()
        if not head.endswith(b"\r\n\r\n") or BARE_LF.search(head):
            r.faults.append("bare LF in the reply head")
        if BARE_CR.search(head):
            r.faults.append("bare CR in the reply head")
        lines = re.split(rb"\r\n|(?<!\r)\n", head.rstrip(b"\r\n"))
        m = re.match(rb"^(HTTP/1\.[01]) ([0-9]{3})( [^\r\n\0]*)?$", lines[0])
        if not m:
            return finals, interims, data
        r.version, r.status = m.group(1).decode(), int(m.group(2))
        r.fields = parse_fields(lines[1:], r.faults)
        if 100 <= r.status < 200 and r.status != 101:
            interims.append(r)
            data = rest
            continue
        method = methods[len(finals)] if len(finals) < len(methods) else "GET"
        kind, n = body_length(r.fields, r.faults)
        if r.status == 204 and kind == "te":
            r.faults.append("Transfer-Encoding in a 204 reply")
        finals.append(r)
        if method == "HEAD" or r.status in (101, 204, 304):
            r.complete, data = True, rest
            if r.status == 101:
                return finals, interims, rest
        elif kind == "cl":
            r.body, r.complete, data = rest[:n], len(rest) >= n, rest[n:]
        elif kind == "te":
            state, r.body, used, trailers, fault = dechunk(rest)
            if state == "bad":
                r.faults.append(fault)
                return finals, interims, b""
            r.complete = state == "done"
            r.trailers = parse_fields(trailers, r.faults)
            data = rest[used:] if r.complete else b""
        else:
            r.body, r.complete, data = rest, closed, b""
        if not r.complete:
            break
    return finals, interims, b""


class Client:
    """A client of the gateway on `port`."""

    def __init__(self, port):
        self.addr = ("127.0.0.1", port)

    def connect(self):
        s = socket.create_connection(self.addr, timeout=PATIENCE)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return s

    def exchange(self, steps, methods=("GET",), want=1, wait=PATIENCE, linger=0.2):
        """Sends the steps: bytes, seconds to pause, `shutwr`, `rst` and `close` for an end, `reply` to wait for one. Then reads
        until `want` final replies and `linger` quiet seconds, or the close, or for `wait` seconds."""
        r = Result()
        s = self.connect()
        try:
            for step in steps:
                if isinstance(step, bytes):
                    s.settimeout(PATIENCE)
                    s.sendall(step)
                elif isinstance(step, (int, float)):
                    time.sleep(step)
                elif step == "shutwr":
                    s.shutdown(socket.SHUT_WR)
                elif step == "rst":
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    s.close()
                    r.by_client = True
                    return r
                elif step == "close":
                    s.close()
                    r.by_client = True
                    return r
                elif step == "reply":  # one more final reply, or 100
                    have = len(r.replies) + len(r.interims)
                    self.read(s, r, methods, lambda: len(r.replies) + len(r.interims) > have, time.monotonic() + PATIENCE, 0)
        except OSError:
            pass  # refused while it was sent: what was answered is there to read
        self.read(s, r, methods, lambda: len(r.replies) >= want and r.replies[-1].complete, time.monotonic() + wait, linger)
        s.close()
        return r

    @staticmethod
    def read(s, r, methods, done, deadline, linger):
        while not r.closed:
            left = deadline - time.monotonic()
            if done():
                left = min(left, linger)
            if left <= 0:
                break
            s.settimeout(left)
            try:
                d = s.recv(262144)
            except socket.timeout:
                if done():
                    break
                continue
            except OSError:
                r.closed = r.reset = True
                d = b""
            if not d:
                r.closed = True
            r.data += d
            r.replies, r.interims, r.stray = parse_replies(r.data, methods, r.closed)
