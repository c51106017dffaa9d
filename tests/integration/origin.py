# SPDX-License-Identifier: Apache-2.0
"""An origin that answers as a test tells it, and keeps what it was asked."""

import socket
import threading

from wire import Cut, Head, Wire, wait_until


class Request:
    """A request as the origin got it."""

    def __init__(self, head, connection, number):
        self.head = head
        self.method, self.target, self.version = head.start_line.split(" ")
        self.connection = connection  # number of the connection, from 1
        self.number = number          # number of the request on it, from 1
        self.body = b""
        self.complete = False

    def get(self, name):
        return self.head.get(name)

    def all(self, name):
        return self.head.all(name)


class Conversation(Wire):
    """The origin's side of one connection, in the hands of a handler."""

    def __init__(self, sock, origin, number):
        super().__init__(sock)
        self.origin = origin
        self.number = number
        self.closing = False

    def read_body(self, request):
        codings = request.all("Transfer-Encoding")
        lengths = request.all("Content-Length")
        if len(codings) + len(lengths) > 1 or codings not in ([], ["chunked"]):
            raise AssertionError(f"ambiguous framing reached the origin: {codings} {lengths}")
        if codings:
            for chunk in self.chunks():
                request.body += chunk
        elif lengths:
            request.body = self.read_exactly(int(lengths[0]))
        request.complete = True

    def finish(self):
        """Closes the connection when the handler returns."""
        self.closing = True


def answer(body=b"", status="200 OK", fields=(), version="HTTP/1.1", chunked=False, length=True):
    """The bytes of an answer; `fields` are (name, value) pairs."""
    if isinstance(body, str):
        body = body.encode()
    lines = [f"{version} {status}", *(f"{name}: {value}" for name, value in fields)]
    if chunked:
        lines.append("Transfer-Encoding: chunked")
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in ([body] if body else [])) + b"0\r\n\r\n"
    elif length:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


# The answer of an origin that goes on in another protocol.
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\nX-Hello: origin\r\n\r\n"


def echo(conversation, _):
    """A handler that goes on so: it sends back what comes, and ends when the other side does."""
    conversation.send(SWITCH)
    while conversation.buffer or conversation.fill():
        data, conversation.buffer = conversation.buffer, b""
        conversation.send(data)
    conversation.finish()


class Origin:
    """A threaded origin on a port of its own. It records every request and answers by path: `on(path, handler)`, where
    a handler is bytes to send, or a function(conversation, request) called when the head is there; a function that
    wants the body calls conversation.read_body(request). Paths without a handler get a short 200. `listener` is a
    listening socket to be used, and closed, instead of one on a free port."""

    def __init__(self, listener=None):
        self.listener = listener or socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.handlers = {}
        self.requests = []
        self.connections = 0
        self.faults = []
        self.open = set()
        self.ended = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def on(self, path, handler):
        with self.lock:
            self.handlers[path] = handler

    def forget(self):
        with self.lock:
            self.handlers.clear()
            self.requests.clear()
            self.faults.clear()

    def seen(self, path=None):
        """The requests so far, of one path or of all."""
        with self.lock:
            return [each for each in self.requests if path is None or each.target.partition("?")[0] == path]

    def last(self, path=None):
        return self.seen(path)[-1]

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                conversation = Conversation(sock, self, self.connections)
                self.open.add(conversation)
            threading.Thread(target=self.serve, args=(conversation,), daemon=True).start()

    def serve(self, conversation):
        try:
            number = 0
            while not conversation.closing:
                head = conversation.read_head()
                if head is None:
                    break
                number += 1
                request = Request(head, conversation.number, number)
                with self.lock:
                    self.requests.append(request)
                    handler = self.handlers.get(request.target.partition("?")[0])
                if callable(handler):
                    handler(conversation, request)
                else:
                    conversation.read_body(request)
                    default = answer(b"hello from the origin", fields=[("Content-Type", "text/plain")])
                    if request.method == "HEAD":
                        default = default[:-len(b"hello from the origin")]
                    conversation.send(default if handler is None else handler)
        except (Cut, OSError):
            pass
        except Exception as fault:  # shown by the test that looks at `faults`, not lost in a thread
            self.faults.append(fault)
        finally:
            with self.lock:
                self.open.discard(conversation)
            conversation.close()

    def drop_connections(self):
        """Closes what is open, as an origin does that restarts; it goes on listening."""
        with self.lock:
            conversations = list(self.open)
        for conversation in conversations:
            try:
                conversation.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        wait_until(lambda: not self.open & set(conversations), "the origin's connections to end")

    def stop(self):
        self.ended.set()
        self.listener.close()
        with self.lock:
            conversations = list(self.open)
        for conversation in conversations:
            try:
                conversation.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
