# SPDX-License-Identifier: Apache-2.0
"""usage: handshakes.py PORT KIND SECONDS: opens one connection after the other to 127.0.0.1:PORT, four at a time, asks for a small
file on each, and prints how many of them were served. KIND: plain; full, a whole TLS 1.3 handshake; or resumed, from the
session of an earlier connection, which the server has to take up each time."""

import socket
import ssl
import sys
import threading
import time

AT_A_TIME = 4
REQUEST = b"GET /small.txt HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n"


def context():
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    found.check_hostname = False
    found.verify_mode = ssl.CERT_NONE
    found.minimum_version = found.maximum_version = ssl.TLSVersion.TLSv1_3
    return found


class Opener(threading.Thread):
    def __init__(self, port, kind, end):
        super().__init__(daemon=True)
        self.port, self.kind, self.end = port, kind, end
        self.context = None if kind == "plain" else context()
        self.session = None
        self.count = 0
        self.fault = None

    def run(self):
        try:
            if self.kind == "resumed":
                self.open()
                self.count = 0
            while time.monotonic() < self.end:
                self.open()
        except Exception as fault:  # told by main, not lost in a thread
            self.fault = fault

    def open(self):
        resuming = self.session is not None
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as raw:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.context is None:
                self.ask(raw)
            else:
                with self.context.wrap_socket(raw, session=self.session) as wrapped:
                    self.ask(wrapped)
                    if wrapped.session_reused != resuming:
                        raise RuntimeError("the session was not resumed" if resuming else "a session was resumed")
                    # It came behind the handshake, so before the answer.
                    if self.kind == "resumed":
                        self.session = wrapped.session
        self.count += 1

    @staticmethod
    def ask(connection):
        connection.sendall(REQUEST)
        answer = b""
        while data := connection.recv(4096):
            answer += data
        if not answer.startswith(b"HTTP/1.1 200 ") or not answer.endswith(b"\r\n\r\nhello world\n"):
            raise RuntimeError(f"the answer was {answer[:200]!r}")


def main():
    port, kind, seconds = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    openers = [Opener(port, kind, time.monotonic() + seconds) for _ in range(AT_A_TIME)]
    for each in openers:
        each.start()
    for each in openers:
        each.join()
    faults = [each.fault for each in openers if each.fault]
    if faults:
        sys.exit(f"handshakes.py: {faults[0]!r}")
    print(sum(each.count for each in openers))


main()
