# SPDX-License-Identifier: Apache-2.0
"""The error log: several at once, one of a server's own, the number of the connection, and a change of it by HUP."""

import re
import shutil
import signal
import socket
import tempfile
import unittest
from pathlib import Path

import reference
from harness import Client, Gateway, main, wait_until

CONFIGURATION = """
worker_processes = 2
error_log = @ERROR_LOG@
access_log = "off"
[[server]]
listen = ["127.0.0.1:0"]
server_name = ["gw.test"]
[[server.route]]
location = "/down"
proxy_pass = "http://@DOWN@"
[[server.route]]
location = "/denied/all"
proxy_pass = "http://@DOWN@"
deny = "all"
[[server.route]]
location = "/"
return = "200 $connection"
[[server]]
listen = ["127.0.0.1:0"]
server_name = ["own.test"]
error_log = ["own.log info", "all.log crit"]
[[server.route]]
location = "/"
proxy_pass = "http://@DOWN@"
auth_basic = "Area"
auth_basic_user_file = "nowhere"
[[server.route]]
location = "/down"
proxy_pass = "http://@DOWN@"
"""
LINE = (r'^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[error\] \d+#\d+: \*(\d+) (.*), client: 127\.0\.0\.1, server: gw\.test, '
        r'request: "GET /(\S*) HTTP/1\.1", (?:upstream: "\S+", )?host: "gw\.test"$')


class ErrorLog(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        down = socket.socket()
        self.addCleanup(down.close)
        down.bind(("127.0.0.1", 0))
        self.down = f"127.0.0.1:{down.getsockname()[1]}"

    def text(self, error_log):
        return CONFIGURATION.replace("@ERROR_LOG@", error_log).replace("@DOWN@", self.down)

    def start(self, error_log):
        self.gateway = Gateway(self.text(error_log), self.folder, listeners=2)
        self.addCleanup(self.gateway.stop)
        return self.gateway

    def read(self, name):
        path = self.folder / name
        return path.read_text() if path.is_file() else ""

    def wait_for(self, name, text):
        return wait_until(lambda: text in self.read(name) and self.read(name), f"{text!r} in {name}")

    def ask(self, server, path, host="gw.test"):
        with Client(self.gateway.addresses()[server][1]) as client:
            return client.get(path, "Connection: close\r\n", host=host)

    def test_a_line_goes_to_each_log_that_wants_it(self):
        self.start('["all.log info", "bad.log error", "stderr emerg"]')
        self.assertEqual(self.ask(0, "/down").status, 502)
        self.wait_for("bad.log", "upstream connect_failed")
        text = self.wait_for("all.log", "upstream connect_failed")
        self.assertIn("[notice]", text)
        self.assertNotIn("[notice]", self.read("bad.log"))
        self.assertNotIn("upstream", self.gateway.log())

    def test_a_server_s_own_log_takes_its_lines(self):
        self.start('"all.log info"')
        self.assertEqual(self.ask(1, "/down", "own.test").status, 502)
        self.assertEqual(self.ask(1, "/", "own.test").status, 401)
        self.assertEqual(self.ask(0, "/down").status, 502)
        own = self.wait_for("own.log", "no user/password was provided")
        self.wait_for("own.log", "upstream connect_failed")
        self.wait_for("all.log", "server: gw.test")
        self.assertNotIn("own.test", self.read("all.log"))
        self.assertNotIn("gw.test", own)

    def test_lines_have_nginx_s_form(self):
        self.start('"all.log info"')
        nginx = reference.Nginx("", f"location /down {{ proxy_pass http://{self.down}; }} location / {{ deny all; }}")
        self.addCleanup(nginx.stop)
        for path in ("down", "denied/all"):
            nginx.get(f"/{path}")
            self.ask(0, f"/{path}")
        for log in (nginx.folder / "error.log", self.folder / "all.log"):
            for path in ("down", "denied/all"):
                def find(log=log, path=path):
                    return [found for found in re.finditer(LINE, log.read_text(), re.MULTILINE) if found.group(3) == path]
                wait_until(find, f"a line about {path} in {log}")

    def test_the_number_is_the_connection_s(self):
        self.start('"all.log info"')
        with self.gateway.client() as client:
            number = client.get("/number").text()
            client.get("/denied/all")
        self.wait_for("all.log", f": *{number} access forbidden by rule, client: 127.0.0.1")

    def reload(self, text, marker, log):
        self.gateway.file.write_text(text)
        self.gateway.signal(signal.SIGHUP)
        self.wait_for(log, marker)

    def test_hup_takes_up_another_log(self):
        self.start('"old.log info"')
        self.reload(self.text('["new.log error", "newer.log info"]'), "the new configuration is in use", "newer.log")
        self.ask(0, "/down")
        self.wait_for("new.log", "upstream connect_failed")
        self.wait_for("newer.log", "upstream connect_failed")
        self.assertNotIn("upstream", self.read("old.log"))
        self.assertNotIn("in use", self.read("new.log"))

    def test_hup_takes_up_a_server_s_log(self):
        self.start('"all.log info"')
        self.reload(self.text('"all.log info"').replace('"own.log info"', '"other.log info"'),
                    "the new configuration is in use", "all.log")
        self.ask(1, "/down", "own.test")
        self.wait_for("other.log", "upstream connect_failed")
        self.assertEqual(self.read("own.log"), "")

    def test_a_log_that_cannot_be_opened_is_refused(self):
        self.start('"all.log info"')
        self.reload(self.text('"all.log info"').replace('"own.log info"', '"/dev/null/own.log info"'),
                    "the new configuration is refused", "all.log")
        self.assertIn('error_log "/dev/null/own.log', self.read("all.log"))
        self.ask(1, "/down", "own.test")
        self.wait_for("own.log", "upstream connect_failed")


if __name__ == "__main__":
    main()
