# SPDX-License-Identifier: Apache-2.0
"""The website of the soak (soak.py): echoes each request's id, and can be killed at any moment.

    soak_origin.py PORT JOURNAL

It answers /echo/ID?form=FORM&size=SIZE by what `body_of` makes of the three, with the id as X-Id and what came as the request's
body as X-Body. The ids of the POSTs that reach it are appended to JOURNAL before anything else is done with them."""

import os
import re
import socket
import sys
import time
import zlib

from origin import Origin, Request, answer

TARGET = re.compile(r"/\w+/([\w-]+)\?form=(length|chunked|page)&size=(\d+)")


def pattern(name, size):
    """`size` bytes, in which each line tells whose they are."""
    line = f"{name}\n".encode()
    return (line * (size // len(line) + 1))[:size]


def body_of(name, form, size):
    """The answer's body as the origin sends it. A page has one link to private media a line, some `size` bytes in all."""
    if form != "page":
        return pattern(name, size)
    lines = [f'<p>{name}<img src="/media/{name}-{number}.jpg"></p>\n' for number in range(size // (2 * len(name) + 40) + 1)]
    return "".join(lines).encode()


def digest(body):
    return f"{len(body)} {zlib.crc32(body):08x}"


class SoakOrigin(Origin):
    def __init__(self, port, journal):
        self.journal = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        listener = socket.socket()
        # The soak holds the port by a socket that does not listen, so that nobody takes it while no origin is there.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
        super().__init__(listener)

    def serve(self, conversation):
        try:
            number = 0
            while (head := conversation.read_head()) is not None:
                number += 1
                self.reply(conversation, Request(head, conversation.number, number))
        except Exception as fault:  # what the gateway did wrong is its client's finding; here it is told
            if not isinstance(fault, (OSError, EOFError)) and type(fault).__name__ != "Cut":
                print(f"soak_origin.py: {fault!r}", file=sys.stderr, flush=True)
        finally:
            with self.lock:
                self.open.discard(conversation)
            conversation.close()

    def reply(self, conversation, request):
        name, form, size = TARGET.fullmatch(request.target).groups()
        if request.get("X-Id") != name:
            raise AssertionError(f"the head of {request.get('X-Id')} with the target of {name}")
        if request.method == "POST":
            os.write(self.journal, f"{name}\n".encode())
        conversation.read_body(request)
        body = body_of(name, form, int(size))
        kind = "text/html" if form == "page" else "text/plain"
        data = answer(body, fields=[("Content-Type", kind), ("X-Id", name), ("X-Body", digest(request.body))],
                      chunked=form == "chunked")
        if request.method == "HEAD":
            data = data[:data.index(b"\r\n\r\n") + 4]
        # In two pieces, with time for the kill between them.
        half = len(data) // 2
        conversation.send(data[:half])
        if len(data) > 100_000:
            time.sleep(0.01)
        conversation.send(data[half:])


if __name__ == "__main__":
    soak_origin = SoakOrigin(int(sys.argv[1]), sys.argv[2])
    print("ready", flush=True)
    # Ends with whoever started it.
    sys.stdin.read()
