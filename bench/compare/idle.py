# SPDX-License-Identifier: Apache-2.0
"""usage: idle.py NAME PID PORT COUNT: opens COUNT connections to the proxy, asks for a small file on each, and prints what
each of them then costs the process in memory, in KiB, while it waits for its next request. Holds them until there is a line
on standard input, asks on some of them again, and ends when the proxy has closed all."""

import resource
import socket
import sys
import time

name, pid, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
REQUEST = b"GET /small.txt HTTP/1.1\r\nHost: site.test\r\n\r\n"


def family(process):
    """The process and its children: nginx's work is done in one."""
    found = [process]
    with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as children:
        for child in children.read().split():
            found += family(int(child))
    return found


def memory():
    """What is in use by these processes alone, in bytes."""
    total = 0
    for process in family(pid):
        with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as sizes:
            total += sum(int(line.split()[1]) for line in sizes if line.startswith(("Private_Clean:", "Private_Dirty:")))
    return total * 1024


def ask(connection):
    connection.sendall(REQUEST)
    answer = b""
    while not answer.endswith(b"hello world\n"):
        part = connection.recv(4096)
        if not part:
            sys.exit(f"idle.py: {name} closed a connection: {answer[:200]!r}")
        answer += part


resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
# A few first, so that what is allocated once is not counted.
warm = [socket.create_connection(("127.0.0.1", port)) for _ in range(50)]
for each in warm:
    ask(each)
before = memory()
held = []
for _ in range(count):
    held.append(socket.create_connection(("127.0.0.1", port)))
    ask(held[-1])
time.sleep(1)
print(f"{(memory() - before) / count / 1024:.2f}", flush=True)
if not sys.stdin.readline():  # nobody measures any more
    sys.exit(1)
for each in held[::100]:
    ask(each)
# What is measured next shall not pay for the closing.
for each in warm + held:
    each.shutdown(socket.SHUT_WR)
for each in warm + held:
    if each.recv(1):
        sys.exit(f"idle.py: {name} said more than it was asked for")
