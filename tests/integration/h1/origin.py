# SPDX-License-Identifier: Apache-2.0
"""The origin of the probe: it records every request as it came, and answers as the current case has it."""

import re
import socket
import threading
import time

from .client import PATIENCE
from .grammar import BARE_CR, BARE_LF, HEAD_END, body_length, dechunk, parse_fields, values


class OriginRequest:
    def __init__(self, case, conn, number):
        self.case, self.conn, self.number = case, conn, number
        self.method = self.target = self.version = ""
        self.fields, self.trailers, self.faults = [], [], []
        self.body, self.head, self.complete = b"", b"", False

    def get(self, name):
        v = values(self.fields, name.lower())
        return v[0] if v else None

    def brief(self):
        return "%s %s body=%d%s" % (self.method, self.target[:70], len(self.body), "" if self.complete else " (incomplete)")


class Origin:
    """Threaded HTTP/1.x origin which records every request and answers as the current case scripts it."""

    def __init__(self):
        self.lock, self.requests, self.scripts = threading.Lock(), [], {}
        self.current, self.conns = "start", 0
        self.sock, self.open = socket.create_server(("127.0.0.1", 0), backlog=512), set()
        self.port = self.sock.getsockname()[1]
        threading.Thread(target=self.accept_loop, args=(self.sock,), daemon=True).start()

    def stop(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()
        for c in list(self.open):
            try:
                c.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def accept_loop(self, sock):
        while True:
            try:
                c, _ = sock.accept()
            except OSError:
                return
            self.conns += 1
            threading.Thread(target=self.serve, args=(c, self.conns), daemon=True).start()

    def seen(self, case):
        with self.lock:
            return [r for r in self.requests if r.case == case]

    def forget(self):
        with self.lock:
            self.requests.clear()

    def record(self, r):
        with self.lock:
            self.requests.append(r)

    def serve(self, c, conn_id):
        c.settimeout(PATIENCE)
        c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.open.add(c)
        try:
            self.serve_requests(c, conn_id)
        except OSError:
            pass
        finally:
            self.open.discard(c)
            try:
                c.close()
            except OSError:
                pass

    def serve_requests(self, c, conn_id):
        buf, number = b"", 0
        while True:
            while not HEAD_END.search(buf):
                d = c.recv(65536)
                if not d:
                    if buf.strip():
                        r = OriginRequest(self.current, conn_id, number)
                        r.head = buf
                        self.record(r)
                    return
                buf += d
            number += 1
            end = HEAD_END.search(buf)
            head, buf = buf[:end.end()], buf[end.end():]
            r = OriginRequest(self.current, conn_id, number)
            r.head = head
            self.parse_head(r, head)
            self.record(r)
            script = self.scripts.get(r.case)
            if not (script and r.target.split("?")[0].endswith("/c/" + r.case)):
                script = None
            if (r.get("expect") or "").lower() == "100-continue" and r.version == "HTTP/1.1":
                c.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            kind, n = body_length(r.fields, r.faults)
            if r.version == "HTTP/1.0" and kind == "te":
                r.faults.append("Transfer-Encoding in an HTTP/1.0 request")
            if kind == "cl":
                while len(buf) < n:
                    d = c.recv(65536)
                    if not d:
                        r.body = buf
                        return
                    buf += d
                r.body, buf = buf[:n], buf[n:]
            elif kind == "te":
                while True:
                    state, r.body, used, trailers, fault = dechunk(buf)
                    if state == "done":
                        buf = buf[used:]
                        r.trailers = parse_fields(trailers, r.faults)
                        break
                    if state == "bad":
                        r.faults.append(fault)
                        return
                    d = c.recv(65536)
                    if not d:
                        return
                    buf += d
            elif kind == "bad":
                return
            r.complete = True
            if script:
                if self.play(c, script, r) == "stop":
                    return
            else:
                c.sendall(self.default_reply(r))
            if r.faults or r.version == "HTTP/1.0" or "close" in (r.get("connection") or "").lower():
                return

    def parse_head(self, r, head):
        if not head.endswith(b"\r\n\r\n") or BARE_LF.search(head):
            r.faults.append("bare LF in the forwarded head")
        text = head[:-4] if head.endswith(b"\r\n\r\n") else head.rstrip(b"\r\n")
        if BARE_CR.search(text):
            r.faults.append("bare CR in the forwarded head")
        if b"\0" in text:
            r.faults.append("NUL in the forwarded head")
        lines = re.split(rb"\r\n|(?<!\r)\n", text)
        m = re.match(rb"^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e\x80-\xff]+) (HTTP/1\.[01])$", lines[0])
        parts = lines[0].split(b" ")
        if not m:
            r.faults.append("bad request line: %r" % lines[0][:80])
        r.method = parts[0].decode("latin-1")
        r.target = (b" ".join(parts[1:-1]) if len(parts) > 2 else parts[-1]).decode("latin-1")
        r.version = parts[-1].decode("latin-1")
        r.fields = parse_fields(lines[1:], r.faults)
        hosts = values(r.fields, "host")
        if len(hosts) > 1 or (r.version == "HTTP/1.1" and not hosts):
            r.faults.append("%d Host fields" % len(hosts))
        t = re.search(r"/c/([a-z0-9-]+)", r.target)
        if t:
            r.case = t.group(1)
        if r.target.startswith("/victim/"):
            r.case = "victim"

    def default_reply(self, r):
        if r.case == "victim":
            body = "victim=%s\n" % r.target.rsplit("/", 1)[-1]
        else:
            body = "case=%s target=%s\n" % (r.case, r.target[:200])
        body = body.encode("latin-1")
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Origin: probe\r\nContent-Length: %d\r\n\r\n" % len(body)
        return head if r.method == "HEAD" else head + body

    def play(self, c, steps, r):
        for s in steps:
            if isinstance(s, bytes):
                c.sendall(s)
            elif isinstance(s, (int, float)):
                time.sleep(s)
            elif s == "close":
                return "stop"
        return "go on"
