# SPDX-License-Identifier: Apache-2.0
"""The clients of the soak: each request has an id of its own that its answer has to echo, in the head and in every line of the
body. What comes back is counted; what the killed origin explains is counted apart."""

import collections
import gzip
import random
import re
import ssl
import threading
import time

from harness import Client
from soak_origin import body_of, digest, pattern
from tls import TlsClient
from wire import PATIENCE, Cut

# The gateway may learn late of an end on a connection that it keeps, and a busy machine gives it its turn late.
GRACE = 2.0
SIGNED = re.compile(rb'"https://d111111abcdef8\.cloudfront\.net/([\w-]+\.jpg)\?Expires=\d+&(?:amp;)?Signature=[\w~-]+'
                    rb'&(?:amp;)?Key-Pair-Id=K1&(?:amp;)?Hash-Algorithm=SHA256"')
WAYS = ("keep-alive", "pipelined", "last on its connection", "left in the head", "left in the body", "left in the answer",
        "left without reading")


class Outages:
    """When the origin was away. `latest` is how long after its return, in seconds, something was begun that was put down to
    that all the same, and what."""

    def __init__(self):
        self.spans = []
        self.latest = (0.0, "nothing")

    def begin(self):
        self.spans.append([time.monotonic(), float("inf")])

    def end(self):
        self.spans[-1][1] = time.monotonic() + GRACE

    def explain(self, start, end, what):
        """Whether the origin was away at any time between the two, or had only just come back."""
        late = [max(0.0, start - (last - GRACE)) for first, last in self.spans[-20:] if first <= end and start <= last]
        if late:
            self.latest = max(self.latest, (min(late), what))
        return bool(late)


class Tally:
    """What all clients saw together."""

    def __init__(self):
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.failures = []

    def add(self, what, count=1):
        with self.lock:
            self.counts[what] += count

    def fail(self, what, detail):
        """`what`: lost, doubled, mixed, dropped or wrong."""
        with self.lock:
            self.counts[what] += 1
            self.failures.append(f"{what}: {detail}")


class Ask:
    """One request."""

    def __init__(self, name, dice, small=False):
        self.name = name
        self.method = dice.choice(("GET", "GET", "GET", "HEAD", "POST", "POST"))
        # A page is rewritten on its way, so that the gateway's own signatures are in the game.
        self.form = dice.choice(("length", "chunked", "page"))
        self.size = dice.choice((0, 1, 100, 5000) if small else (0, 10, 1000, 20_000, 70_000, 300_000))
        if self.form == "page":
            self.size = min(self.size, 20_000)
        self.place = dice.choice(("echo", "stream"))
        self.gzip = dice.random() < 0.3
        self.body = b""
        lines = [f"{self.method} /{self.place}/{name}?form={self.form}&size={self.size} HTTP/1.1", "Host: soak.test", f"X-Id: {name}"]
        if self.gzip:
            lines.append("Accept-Encoding: gzip")
        sent = b""
        if self.method == "POST":
            self.body = pattern(name, dice.choice((0, 1, 900, 4000) if small else (0, 1, 1000, 17_000, 200_000)))
            if dice.random() < 0.5:
                lines.append("Transfer-Encoding: chunked")
                cut = dice.randrange(len(self.body) + 1)
                parts = [part for part in (self.body[:cut], self.body[cut:]) if part]
                sent = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
            else:
                lines.append(f"Content-Length: {len(self.body)}")
                sent = self.body
            if dice.random() < 0.2:
                lines.append("Expect: 100-continue")
        self.lines = lines
        self.sent = sent

    def bytes(self, *more):
        return ("\r\n".join([*self.lines, *more]) + "\r\n\r\n").encode() + self.sent

    def check(self, found):
        """What is wrong with a 200, or None."""
        if found.get("X-Body") != digest(self.body):
            return f"the origin got {found.get('X-Body')} of {digest(self.body)}"
        if self.method == "HEAD":
            return None
        body = found.body
        if found.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        wanted = body_of(self.name, self.form, self.size)
        if self.form == "page":
            body, links = SIGNED.subn(rb'"/media/\1"', body)
            if links != wanted.count(b"<img"):
                return f"{links} of {wanted.count(b'<img')} links are signed"
        return None if body == wanted else f"the body is not its own: {len(body)} of {len(wanted)} bytes, ends in {body[-80:]!r}"


class Viewer(threading.Thread):
    """One connection at a time, one way of using it after the other."""

    def __init__(self, number, seed, port, tls, outages, tally, stop):
        super().__init__(daemon=True)
        self.number, self.port, self.tls, self.outages, self.tally, self.stop = number, port, tls, outages, tally, stop
        self.dice = random.Random(f"{seed}/{number}")
        self.count = 0
        self.answered = set()
        self.client = None
        self.fault = None

    def run(self):
        try:
            while not self.stop.is_set():
                self.turn()
        except Exception as fault:  # shown by the test, not lost in a thread
            self.fault = fault
        finally:
            self.leave()

    def leave(self, reset=False):
        if self.client:
            self.client.reset() if reset else self.client.close()
        self.client = None

    def ask(self, small=False):
        self.count += 1
        return Ask(f"v{self.number}-{self.count}", self.dice, small)

    def turn(self):
        if self.client and not self.is_idle():
            self.leave()
        if not self.client:
            start = time.monotonic()
            try:
                self.client = TlsClient(self.port) if self.tls else Client(self.port)
            except OSError as fault:
                self.tally.fail("dropped", f"a new connection of v{self.number}: {fault!r} after {time.monotonic() - start:.1f} s")
                return
        way = self.dice.choices(WAYS, (60, 20, 6, 2, 4, 4, 4))[0]
        if way == "keep-alive":
            self.exchange([self.ask()])
        elif way == "pipelined":
            self.exchange([self.ask(small=True) for _ in range(self.dice.randint(2, 6))])
        elif way == "last on its connection":
            self.exchange([self.ask()], "Connection: close")
            if self.client:
                self.tally.fail("wrong", "the connection was to be closed, and is not")
                self.leave()
        else:
            self.walk_away(way)
        self.tally.add(way)

    def is_idle(self):
        """Whether nothing has come since the last answer. An answer too many would be there; an end was not announced."""
        data = self.client.buffer
        try:
            self.client.sock.setblocking(False)
            data += self.client.sock.recv(100)
        except (BlockingIOError, ssl.SSLWantReadError):
            self.client.sock.settimeout(PATIENCE)
            if not data:
                return True
        except OSError:
            pass
        self.tally.fail("doubled" if data else "dropped", f"on an idle connection of v{self.number}: {data!r}")
        return False

    def walk_away(self, way):
        ask = self.ask()
        data = ask.bytes()
        if way == "left in the head":
            data = data[:self.dice.randrange(1, data.index(b"\r\n\r\n"))]
        elif way == "left in the body":
            data = data[:len(data) - len(ask.sent) + self.dice.randrange(len(ask.sent) + 1)]
        try:
            self.client.send(data)
            if way == "left in the answer":
                self.client.fill()
        except OSError:
            pass
        self.leave(reset=self.dice.random() < 0.5)

    def exchange(self, asks, *fields):
        start = time.monotonic()
        sending = None
        try:
            self.client.send(b"".join(each.bytes(*fields) for each in asks))
        except OSError as fault:  # an answer may be there all the same
            sending = fault
        for position, each in enumerate(asks):
            try:
                found = self.client.read_answer(each.method)
            except (Cut, OSError, AssertionError) as fault:
                self.ended_early(each, start, sending or fault)
                self.tally.add("unanswered behind a cut", len(asks) - position - 1)
                self.leave()
                return
            self.judge(each, found, start)
            if "close" in (found.get("Connection") or "").lower():
                if not fields:
                    self.tally.add(f"connections that the gateway closed after a {found.status}")
                    self.tally.add("unanswered behind a close", len(asks) - position - 1)
                self.leave()
                return

    def ended_early(self, ask, start, fault):
        what = f"{ask.name} {ask.lines[0]}: {fault!r} after {time.monotonic() - start:.1f} s"
        if isinstance(fault, AssertionError):
            self.tally.fail("wrong", what)
        elif not self.outages.explain(start, time.monotonic(), what):
            self.tally.fail("lost", what)
        else:
            self.tally.add("cut when the origin was killed")

    def judge(self, ask, found, start):
        name = found.get("X-Id")
        if found.status in (502, 504) and name is None:
            if self.outages.explain(start, time.monotonic(), f"{ask.name} {ask.lines[0]}: {found.status}"):
                self.tally.add(f"{found.status} when the origin was killed")
                # As a browser's user, who waits before he tries again.
                self.stop.wait(0.05)
            else:
                self.tally.fail("lost", f"{ask.name} {ask.lines[0]}: {found.status}, and the origin was there")
        elif found.status != 200:
            self.tally.fail("wrong", f"{ask.name} {ask.lines[0]}: {found.status}")
        elif name != ask.name:
            self.tally.fail("doubled" if name in self.answered else "mixed", f"{ask.name} got the answer to {name}")
        elif problem := ask.check(found):
            self.tally.fail("mixed", f"{ask.name} {ask.lines[0]}: {problem}")
        else:
            self.answered.add(ask.name)
            self.tally.add("whole answers")
            self.tally.add(f"{ask.method} {ask.form}")
