# SPDX-License-Identifier: Apache-2.0
"""A running `signgate demo` on free ports, and plain HTTP to ask its parts."""

import http.client
import os
import re
import selectors
import signal
import subprocess
import tempfile
import time
import urllib.parse


class Demo:
    """Starts the demo and reads the addresses that it prints; stop() ends it as Ctrl-C does."""

    def __init__(self, signgate, seconds=120):
        self.folder = tempfile.TemporaryDirectory(prefix="signgate-e2e-")
        environment = dict(os.environ, TMPDIR=self.folder.name)
        self.process = subprocess.Popen([signgate, "demo", "--port", "0", "--edge-port", "0"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
        try:
            self.printed = self._read_until(b"Ctrl-C ends it all.", seconds)
            self.site = self._address(r"The site, through the gateway\s+(\S+)/")
            self.origin = self._address(r"The same page, not signed\s+(\S+)/")
            self.edge = self._address(r"The edge, CloudFront and S3\s+(\S+)/")
        except BaseException:
            self.stop()
            raise

    def _read_until(self, words, seconds):
        deadline = time.monotonic() + seconds
        text = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while words not in text:
                if not selector.select(max(0, deadline - time.monotonic())):
                    raise AssertionError(f"signgate demo was not ready after {seconds} s:\n{text.decode()}")
                piece = os.read(self.process.stdout.fileno(), 65536)
                if not piece:
                    raise AssertionError(f"signgate demo ended:\n{text.decode()}")
                text += piece
        return text.decode()

    def _address(self, pattern):
        found = re.search(pattern, self.printed)
        if not found:
            raise AssertionError(f"no {pattern!r} in\n{self.printed}")
        return found.group(1)

    def children(self):
        """The process ids of what the demo started."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]

    def stop(self, number=signal.SIGINT):
        """Ends the demo; returns its exit status and what it printed after the addresses."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            rest, _ = self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        self.left_behind = os.listdir(self.folder.name)
        self.folder.cleanup()
        return self.process.returncode, rest.decode()


def get(url, referer=None):
    """Asks for `url` with nothing but Host and, if given, Referer: (status, headers, body as text)."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    try:
        connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""),
                           headers={"Referer": referer} if referer else {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode("latin-1")
    finally:
        connection.close()


def denial(url, referer=None):
    """What the edge says of `url`: (status, code, message)."""
    status, _, body = get(url, referer)
    found = [re.search(f"<{name}>(.*?)</{name}>", body) for name in ("Code", "Message")]
    return (status, *(match.group(1) if match else None for match in found))
