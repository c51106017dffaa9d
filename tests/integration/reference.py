# SPDX-License-Identifier: Apache-2.0
"""The nginx of the system as the judge: the same locations in both, the same requests to both."""

import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from harness import Client
from wire import wait_until

PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")

FRAME = """
daemon off;
master_process off;
worker_processes 1;
pid nginx.pid;
error_log error.log info;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    proxy_http_version 1.1;
    %s
    server {
        listen 127.0.0.1:%d;
        server_name gw.test;
        %s
    }
}
"""


class Nginx:
    """nginx with the contents of `http` and of one server, on a port of its own."""

    def __init__(self, http, server):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-nginx-"))
        # Between the look for a free port and nginx's start somebody may take it: then the next one is tried.
        for _ in range(20):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
            (self.folder / "nginx.conf").write_text(FRAME % (http, self.port, server))
            self.process = subprocess.Popen([PROGRAM, "-p", str(self.folder), "-c", "nginx.conf"],
                                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            wait_until(lambda: self.listens() or self.process.poll() is not None, "nginx")
            if self.process.poll() is None:
                return
            said = self.process.stdout.read().decode()
            if "Address already in use" not in said:
                break
        self.stop()
        raise AssertionError(f"nginx did not start: {said}")

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def get(self, path, fields="", **options):
        with Client(self.port) as client:
            return client.get(path, "Connection: close\r\n" + fields, **options)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)
