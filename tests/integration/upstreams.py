# SPDX-License-Identifier: Apache-2.0
"""What the tests of upstreams stand on: several origins that tell who they are, a port where nobody listens, and the
real nginx beside the gateway."""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from harness import Client, Gateway
from origin import Origin, Request, answer
from wire import wait_until

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")


class NamedOrigin(Origin):
    """An origin whose answers hold its number; it can be told to misbehave for all paths."""

    def __init__(self, number):
        self.number = number
        self.behaviour = None
        super().__init__()

    def on_all(self, handler):
        """What it does with every request; None: it answers with its number."""
        self.behaviour = handler

    def serve(self, conversation):
        try:
            while not conversation.closing:
                head = conversation.read_head()
                if head is None:
                    break
                request = self.note(head, conversation)
                if self.behaviour is not None:
                    self.behaviour(conversation, request)
                else:
                    conversation.read_body(request)
                    conversation.send(answer(str(self.number)))
        except Exception as fault:  # a peer that goes away is part of these tests
            self.last_fault = fault
        finally:
            with self.lock:
                self.open.discard(conversation)
            conversation.close()

    def note(self, head, conversation):
        conversation.count = getattr(conversation, "count", 0) + 1
        request = Request(head, conversation.number, conversation.count)
        with self.lock:
            self.requests.append(request)
        return request


def refuse(conversation, _):
    """Closes without an answer."""
    conversation.finish()


def say(status):
    """Answers every request with that status line's end, such as "503 Service Unavailable"."""
    def handler(conversation, request):
        conversation.read_body(request)
        conversation.send(answer(f"no: {status}", status=status))
    return handler


def hang(conversation, _):
    """Says nothing until the other side goes away."""
    conversation.fill()
    conversation.finish()


class UpstreamsTest(unittest.TestCase):
    """`count` origins for all tests of a class. `start` runs a gateway for one test; in its text @0@, @1@ ... are the
    origins' addresses, @DOWN@ an address that refuses."""

    count = 3

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.origins = [NamedOrigin(number) for number in range(cls.count)]
        for origin in cls.origins:
            cls.addClassCleanup(origin.stop)
        cls.down = socket.socket()
        cls.addClassCleanup(cls.down.close)
        cls.down.bind(("127.0.0.1", 0))

    def setUp(self):
        for origin in self.origins:
            origin.on_all(None)
            origin.forget()

    def text(self, configuration):
        for origin in self.origins:
            configuration = configuration.replace(f"@{origin.number}@", f"127.0.0.1:{origin.port}")
        return configuration.replace("@DOWN@", f"127.0.0.1:{self.down.getsockname()[1]}")

    def start(self, upstream, route="", top="", proxy_pass="http://app", workers=1, **options):
        """A gateway whose only route leads to [upstream.app], which has the lines `upstream`."""
        folder = Path(tempfile.mkdtemp(prefix="gateway-", dir=self.folder))
        gateway = Gateway(self.text(f"""
worker_processes = {workers}
{top}
[[server]]
listen = ["127.0.0.1:0"]
access_log = "access.log json"
[[server.route]]
location = "/"
proxy_pass = "{proxy_pass}"
{route}
[upstream.app]
{upstream}
"""), folder, **options)
        self.addCleanup(gateway.stop)
        gateway.log_file = folder / "access.log"
        return gateway

    def asked(self):
        """How many requests each origin got."""
        return [len(origin.seen()) for origin in self.origins]


def lines_of(gateway, count):
    """The access log's lines, once there are so many."""
    def read():
        lines = gateway.log_file.read_text().splitlines() if gateway.log_file.exists() else []
        return [json.loads(line) for line in lines] if len(lines) >= count else None
    return wait_until(read, f"{count} lines in the access log")


class Nginx:
    """The real nginx with one upstream."""

    def __init__(self, upstream, folder):
        self.folder = Path(tempfile.mkdtemp(prefix="nginx-", dir=folder))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (self.folder / "nginx.conf").write_text(f"""
daemon off; master_process off; pid nginx.pid; error_log stderr notice;
events {{ }}
http {{
  access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  upstream app {{ {upstream} }}
  server {{ listen 127.0.0.1:{self.port}; location / {{ proxy_pass http://app; add_header X-Tries $upstream_addr; }} }}
}}
""")
        self.process = subprocess.Popen([NGINX, "-p", str(self.folder), "-c", "nginx.conf", "-e", "stderr"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

        def listens():
            if self.process.poll() is not None:
                raise AssertionError(f"nginx did not start: {self.process.stderr.read().decode()}")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return True
            except OSError:
                return False
        wait_until(listens, "nginx to listen")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stderr.close()


def client_from(port, source):
    """A connection that comes from another loopback address."""
    sock = socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(source, 0))
    client = Client.__new__(Client)
    super(Client, client).__init__(sock)
    return client


def require_nginx():
    if NGINX is None:
        print("skipped: nginx is not installed", file=sys.stderr)
        raise SystemExit(77)
