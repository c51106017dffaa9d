# SPDX-License-Identifier: Apache-2.0
"""Fetches one long page many times at once through the gateway and looks at its memory. bench/bodies.sh calls it."""

import contextlib
import os
import re
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "compare"))
from make_site import page  # noqa: E402

binary, bodies, mib, links, gzip, workers = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5], int(sys.argv[6])
MIB = 1 << 20
BLOCK = 64 << 10
READ = 256 << 10
PATIENCE = 60  # seconds without a byte for any client


def fail(status, what):
    print(f"bodies.sh: {what}", file=sys.stderr)
    sys.exit(status)


class Wrong(Exception):
    """An answer is not what it has to be."""


class Page:
    """What an answer is to be: a head, the same block over and over, and a tail."""

    def __init__(self, head, block, tail, count):
        self.head, self.tail = head, tail
        self.block = block
        # Long enough that what one read holds lies in it in one piece, wherever that begins in the block.
        self.blocks = block * (READ // len(block) + 2)
        self.body_end = len(head) + len(block) * count
        self.size = self.body_end + len(tail)

    def holds(self, at, part):
        """Whether `part` stands at `at`."""
        while part:
            if at < len(self.head):
                wanted = self.head[at:at + len(part)]
            elif at < self.body_end:
                begin = (at - len(self.head)) % len(self.block)
                wanted = self.blocks[begin:begin + min(len(part), READ, self.body_end - at)]
            else:
                wanted = self.tail[at - self.body_end:][:len(part)]
            if not wanted or not part.startswith(wanted):
                return False
            at += len(wanted)
            part = part[len(wanted):]
        return True


class Answer:
    """One connection: reads an HTTP/1.1 answer in chunks, and checks it as it comes; without a page it keeps the text."""

    def __init__(self, port, path, page_to_be):
        self.page, self.at, self.received, self.done = page_to_be, 0, 0, False
        self.buffer, self.left, self.head = b"", 0, None
        self.inflate, self.text = None, b""
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        accepted = "gzip" if gzip == "on" else "identity"
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: bodies.test\r\nAccept-Encoding: {accepted}\r\n\r\n".encode())

    def feed(self):
        data = self.socket.recv(READ)
        if not data:
            raise Wrong(f"an answer was cut after {self.received} bytes")
        self.received += len(data)
        self.buffer = self.buffer + data if self.buffer else data
        if self.head is None and not self.take_head():
            return
        self.take_chunks()

    def take_head(self):
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        self.head, self.buffer = self.buffer[:end].lower(), self.buffer[end + 4:]
        if not self.head.startswith(b"http/1.1 200 ") or b"transfer-encoding: chunked" not in self.head:
            raise Wrong(f"not an answer in chunks: {self.head[:200]!r}")
        coded = b"content-encoding: gzip" in self.head
        if coded != (gzip == "on"):
            raise Wrong(f"gzip is {gzip}, but the answer says {self.head[:200]!r}")
        self.inflate = zlib.decompressobj(31) if coded else None
        return True

    def take_chunks(self):
        data, at = self.buffer, 0
        while True:
            if self.left == 0:
                end = data.find(b"\r\n", at)
                if end < 0:
                    break
                size = int(data[at:end], 16)
                if size == 0:
                    if len(data) < end + 4:
                        break
                    if data[end:] != b"\r\n\r\n":
                        raise Wrong("bytes behind the last chunk")
                    self.end()
                    return
                self.left, at = size + 2, end + 2
            part = data[at:at + self.left]
            if not part:
                break
            self.take(part[:max(0, self.left - 2)])  # without the line feed that ends the chunk
            at += len(part)
            self.left -= len(part)
        self.buffer = data[at:]

    def take(self, part):
        text = self.inflate.decompress(part) if self.inflate else part
        if not text:
            return
        if self.page is not None and not self.page.holds(self.at, text):
            raise Wrong(f"an answer is wrong within {len(text)} bytes from {self.at} on")
        if self.page is None:
            self.text += text
        self.at += len(text)

    def end(self):
        if self.inflate is not None and not self.inflate.eof:
            raise Wrong("the gzip stream has no end")
        if self.page is not None and self.at != self.page.size:
            raise Wrong(f"an answer has {self.at} of {self.page.size} bytes")
        self.done, self.buffer = True, b""


class Memory(threading.Thread):
    """Notes a process's resident memory ten times a second, in KiB."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.seen, self.over = pid, [], threading.Event()

    def now(self, name="VmRSS"):
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(re.search(rf"^{name}:\s+(\d+)", status, re.M)[1])

    def run(self):
        while not self.over.wait(0.1):
            self.seen.append(self.now())


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def start(stack, folder, name, port, *command):
    output = stack.enter_context(open(folder / f"{name}.out", "wb"))
    process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=folder)
    stack.callback(process.wait)
    stack.callback(process.terminate)
    for _ in range(200):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return process
        time.sleep(0.05)
    sys.stderr.write((folder / f"{name}.out").read_text(errors="replace"))
    return fail(2, f"{name} did not start")


def make_site(folder):
    """Writes long.html, and once.html with its block once; returns head, block, tail and how many blocks."""
    whole = page(BLOCK, links)
    head_end, tail_begin = whole.index(b"<body>\n") + len(b"<body>\n"), whole.index(b"</body>")
    head, block, tail = whole[:head_end], whole[head_end:tail_begin], whole[tail_begin:]
    count = max(1, mib * MIB // len(block))
    folder.mkdir()
    (folder / "once.html").write_bytes(whole)
    with open(folder / "long.html", "wb") as out:
        out.write(head)
        for _ in range(count):
            out.write(block)
        out.write(tail)
    return head, block, tail, count


def expected_page(port, head, block, tail, count):
    """The rewritten page, told from one with a single block: its links signed, the rest as it was."""
    answer = Answer(port, "/once.html", None)
    with answer.socket:
        while not answer.done:
            answer.feed()
    text = answer.text
    signed = re.compile(rb'https://d111111abcdef8\.cloudfront\.net/private/([^"]+\.jpg)\?[^"]*Signature=[^"]+')
    if signed.sub(rb"/media/private/\1", text) != head + block + tail or len(signed.findall(text)) != links:
        raise Wrong(f"of {links} links {len(signed.findall(text))} are signed, or the page is another")
    return Page(head, text[len(head):-len(tail)], tail, count)


def fetch_all(port, wanted):
    """Fetches the page `bodies` times at once; returns the answers, and how many had begun when the first ended."""
    begun = 0
    answers = [Answer(port, "/long.html", wanted) for _ in range(bodies)]
    with selectors.DefaultSelector() as selector:
        for answer in answers:
            selector.register(answer.socket, selectors.EVENT_READ, answer)
        while selector.get_map():
            ready = selector.select(PATIENCE)
            if not ready:
                raise Wrong(f"nothing came for {PATIENCE} s")
            for key, _ in ready:
                answer = key.data
                answer.feed()
                if answer.done:
                    selector.unregister(answer.socket)
                    begun = begun or sum(each.head is not None for each in answers)
    for answer in answers:
        answer.socket.close()
    return answers, begun


with tempfile.TemporaryDirectory(prefix="signgate-bodies-") as name, contextlib.ExitStack() as held:
    work = Path(name)
    work.chmod(0o755)
    (work / "temp").mkdir()
    origin_port, gateway_port = free_ports(2)
    for template in ("origin.conf", "signgate.toml"):
        text = (HERE / template).read_text(encoding="utf-8")
        for key, value in (("ORIGIN", origin_port), ("GATEWAY", gateway_port), ("GZIP", gzip), ("WORKERS", workers)):
            text = text.replace(f"@{key}@", str(value))
        (work / template).write_text(text, encoding="utf-8")
    parts = make_site(work / "site")
    subprocess.run([binary, "keygen", "--out-dir", work / "keys"], stdout=subprocess.DEVNULL, check=True)
    start(held, work, "origin", origin_port, "nginx", "-e", f"{work}/origin.error.log", "-p", name, "-c", f"{work}/origin.conf")
    gateway = start(held, work, "signgate", gateway_port, binary, "run", "-c", work / "signgate.toml")
    memory = Memory(gateway.pid)
    try:
        idle = memory.now()
        to_be = expected_page(gateway_port, *parts)
        began = time.monotonic()
        memory.start()
        got, together = fetch_all(gateway_port, to_be)
        took = time.monotonic() - began
    except (Wrong, OSError) as error:
        fail(1, error)
    memory.over.set()
    memory.join()
    highest, mark = max(memory.seen, default=memory.now()), memory.now("VmHWM")
    sent = bodies * (work / "site" / "long.html").stat().st_size
    received = sum(each.received for each in got)

print(f"{bodies} bodies at once, {mib} MiB each, {links} links on each 64 KiB, gzip {gzip}, {workers} workers: every byte is right; "
      f"{together} had begun when the first ended")
print(f"{sent / MIB:.0f} MiB from the origin, {received / MIB:.0f} MiB to the clients, in {took:.1f} s: "
      f"{sent / MIB / took:.0f} MiB a second")
print(f"resident memory: {idle / 1024:.1f} MiB idle, before any request; {highest / 1024:.1f} MiB at most, of {len(memory.seen)} "
      f"looks; VmHWM {mark / 1024:.1f} MiB")
print(f"above idle: {(max(highest, mark) - idle) / 1024:.1f} MiB, {(max(highest, mark) - idle) / bodies:.0f} KiB a body")
