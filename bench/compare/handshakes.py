# SPDX-License-Identifier: Apache-2.0
"""usage: handshakes.py PORT KIND SECONDS FILE: opens one connection after the other to 127.0.0.1:PORT, four at a time, asks for a
small file on each, and prints how many of them were served, in all and a second. Adds to FILE a line for each: the microseconds
from before it was opened until its whole answer was there. KIND: plain; full, a whole TLS 1.3 handshake; or resumed, from
the session of an earlier connection, which the server has to take up each time."""

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
        self.times = []
        self.fault = None

    def run(self):
        try:
            if self.kind == "resumed":
                self.open()
                self.times.clear()
            while time.monotonic() < self.end:
                self.open()
        except Exception as fault:  # told by main, not lost in a thread
            self.fault = fault

    def open(self):
        resuming = self.session is not None
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as raw:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.context is None:
                answered = self.ask(raw)
            else:
                with self.context.wrap_socket(raw, session=self.session) as wrapped:
                    answered = self.ask(wrapped)
                    if wrapped.session_reused != resuming:
                        raise RuntimeError("the session was not resumed" if resuming else "a session was resumed")
                    # It came behind the handshake, so before the answer.
                    if self.kind == "resumed":
                        self.session = wrapped.session
        self.times.append(answered - began)

    @staticmethod
    def ask(connection):
        """When the last of the answer was there; the server closes behind it."""
        connection.sendall(REQUEST)
        answer, answered = b"", 0.0
        while data := connection.recv(4096):
            answer += data
            answered = time.monotonic()
        if not answer.startswith(b"HTTP/1.1 200 ") or not answer.endswith(b"\r\n\r\nhello world\n"):
            raise RuntimeError(f"the answer was {answer[:200]!r}")
        return answered


def main():
    port, kind, seconds, file = int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), sys.argv[4]
    began = time.monotonic()
    openers = [Opener(port, kind, began + seconds) for _ in range(AT_A_TIME)]
    for each in openers:
        each.start()
    for each in openers:
        each.join()
    elapsed = time.monotonic() - began
    faults = [each.fault for each in openers if each.fault]
    if faults:
        sys.exit(f"handshakes.py: {faults[0]!r}")
    times = [taken for each in openers for taken in each.times]
    with open(file, "a", encoding="ascii") as out:
        out.writelines(f"{taken * 1e6:.0f}\n" for taken in times)
    print(len(times), f"{len(times) / elapsed:.1f}")


main()
