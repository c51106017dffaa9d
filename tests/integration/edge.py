# SPDX-License-Identifier: Apache-2.0
"""`signgate edge` as a process of its own, with a bucket that it may read, and a viewer's cookie jar."""

import json
import os
import re
import subprocess
import threading
from pathlib import Path

from harness import PATIENCE, Client, binary
from wire import wait_until

CONFIGURATION = """
listen = "127.0.0.1:0"
[distribution]
id = "EDFDVBD6EXAMPLE"
access_control_allow_origin = ["*"]
[[distribution.behavior]]
path_pattern = "private/*"
forward_headers = ["Referer"]
trusted_keys = {{ {keys} }}
[bucket]
name = "bucket"
root = "bucket"
policy = "bucket-policy.json"
"""

POLICY = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"},
"Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"CONDITION}]}"""
# For requests from these pages alone.
CONDITION = ', "Condition": {{"StringLike": {{"aws:Referer": "{referer}"}}}}'


class Edge:
    """An edge below `folder` with these objects ({key: bytes}) and public keys ({Key-Pair-Id: path}), for pages whose address is
    like `referer`, or for all. `configuration` may take the place of the usual one, and `policy` of its bucket policy."""

    def __init__(self, folder, objects, keys, referer=None, configuration=None, policy=None, options=(), environment=None):
        folder = Path(folder)
        for name, data in objects.items():
            path = folder / "bucket" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        (folder / "bucket-policy.json").write_text(
            policy or POLICY.replace("CONDITION", CONDITION.format(referer=referer) if referer else ""))
        self.file = folder / "edge.toml"
        self.file.write_text(configuration or CONFIGURATION.format(
            keys=", ".join(f'{name} = "{path}"' for name, path in keys.items())))
        self.output = b""
        self.process = subprocess.Popen([binary(), "edge", "-c", str(self.file), *options], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        env=dict(os.environ, **(environment or {})))
        self.reader = threading.Thread(target=self.read_output, daemon=True)
        self.reader.start()
        try:
            wait_until(lambda: self.listening() or self.process.poll() is not None, "the edge")
            self.port = int(self.listening().group(1))
        except BaseException:
            self.stop()
            raise

    def read_output(self):
        while data := self.process.stdout.read1(65536):
            self.output += data

    def log(self):
        return self.output.decode("latin-1")

    def admin(self, call, method="POST", fields=""):
        """The status of an admin's call, and what it says."""
        port = int(re.search(r"admin calls on 127\.0\.0\.1:(\d+)", self.log()).group(1))
        with Client(port) as client:
            found = client.get(call, fields, method=method)
        return found.status, json.loads(found.body) if found.status == 200 else found.text()

    def listening(self):
        return re.search(r"listening on 127\.0\.0\.1:(\d+)", self.output.decode("latin-1"))

    def get(self, path, fields="", host=None, method="GET"):
        with Client(self.port) as client:
            return client.get(path, "Connection: close\r\n" + fields, method, host or f"127.0.0.1:{self.port}")

    def log(self):
        return self.output.decode("latin-1")

    def stop(self):
        """The exit status."""
        self.process.terminate()
        status = self.process.wait(timeout=PATIENCE)
        self.reader.join(timeout=PATIENCE)
        self.process.stdout.close()
        return status


class Jar:
    """A browser's cookies (RFC 6265, sections 5.3 and 5.4): what it takes from an answer, and sends with a request."""

    def __init__(self):
        self.cookies = {}

    def take(self, answer, host, path="/"):
        """The names that the answer set. A cookie for a domain that does not hold the host is refused."""
        names = []
        for line in answer.all("Set-Cookie"):
            pair, *attributes = [part.strip() for part in line.split(";")]
            name, value = pair.split("=", 1)
            found = {key.lower(): text for key, _, text in (each.partition("=") for each in attributes)}
            domain = found.get("domain", "")
            if domain and host != domain and not host.endswith("." + domain):
                raise AssertionError(f"{host} sets a cookie for {domain}")
            scope = (name, domain or host, not domain, found.get("path", path))
            self.cookies[scope] = value
            names.append(name)
        return names

    def field(self, host, path):
        """The Cookie field of a request, or "" when there is none to send."""
        sent = []
        for (name, domain, host_only, folder), value in self.cookies.items():
            if host != domain and (host_only or not host.endswith("." + domain)):
                continue
            if path == folder or path.startswith(folder if folder.endswith("/") else folder + "/"):
                sent.append((-len(folder), f"{name}={value}"))
        return f"Cookie: {'; '.join(pair for _, pair in sorted(sent, key=lambda each: each[0]))}\r\n" if sent else ""

    def value(self, name):
        return next(value for (found, *_), value in self.cookies.items() if found == name)

    def replace(self, name, value):
        for scope in self.cookies:
            if scope[0] == name:
                self.cookies[scope] = value
