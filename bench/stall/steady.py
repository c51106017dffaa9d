# SPDX-License-Identifier: Apache-2.0
"""steady.py PORT PATH RATE SECONDS: asks for PATH on 127.0.0.1:PORT at a steady rate and prints the latencies, each from
the moment at which its request was to be sent: a server that stalls is not asked less for it."""

import select
import socket
import sys
import time

CONNECTIONS = 64


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.intended = None
        self.received = b""

    def ask(self, request, intended):
        self.intended = intended
        self.received = b""
        self.socket.sendall(request)

    def take(self):
        """The answer's latency once it is whole, else None."""
        data = self.socket.recv(65536)
        if not data:
            raise SystemExit("steady.py: the gateway closed a connection")
        self.received += data
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return None
        if not head.startswith(b"HTTP/1.1 200 "):
            raise SystemExit(f"steady.py: the answer was {head[:40]!r}")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        if len(body) < length:
            return None
        return time.monotonic() - self.intended


def main():
    port, path, rate, seconds = int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
    request = f"GET {path} HTTP/1.1\r\nHost: plain.test\r\n\r\n".encode()
    idle = [Connection(port) for _ in range(CONNECTIONS)]
    busy = {}
    poll = select.epoll()
    for each in idle:
        poll.register(each.socket, select.EPOLLIN)
    start = time.monotonic()
    latencies, sent = [], 0
    while len(latencies) < int(rate * seconds):
        now = time.monotonic()
        # A request waits for a connection if all are busy; its clock runs from when it was due.
        while sent < int(rate * seconds) and start + sent / rate <= now and idle:
            connection = idle.pop()
            connection.ask(request, start + sent / rate)
            busy[connection.socket.fileno()] = connection
            sent += 1
        due = start + sent / rate - time.monotonic() if sent < int(rate * seconds) and idle else 1
        for descriptor, _ in poll.poll(max(due, 0)):
            connection = busy.get(descriptor)
            if connection is None:
                raise SystemExit("steady.py: the gateway closed an idle connection")
            latency = connection.take()
            if latency is not None:
                latencies.append(latency)
                idle.append(busy.pop(descriptor))
    latencies.sort()
    shown = "  ".join(f"{name} {latencies[min(len(latencies) - 1, int(share * len(latencies)))] * 1e3:.2f} ms"
                      for name, share in (("p50", .5), ("p90", .9), ("p99", .99), ("p99.9", .999), ("max", 1)))
    print(f"{len(latencies)} requests at {rate:.0f} a second: {shown}")


main()
