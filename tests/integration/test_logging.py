# SPDX-License-Identifier: Apache-2.0
"""The access log: nginx's combined lines, JSON lines, and nothing in either that opens private media."""

import json
import re
import signal
import time
from datetime import datetime

from harness import GatewayTest, answer, main, wait_until

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "logs/access.log combined"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
[[server.route]]
location = "/json"
access_log = "access.json json"
proxy_pass = "http://origin"
[[server.route]]
location = "/silent"
access_log = "off"
proxy_pass = "http://origin"
[[server.route]]
location = "/stderr"
access_log = "stderr json"
return = "200 ok"
[[server.route]]
location = "/down"
access_log = "access.json json"
proxy_pass = "http://@DOWN@"
[upstream.origin]
server = ["@ORIGIN@"]
"""

COMBINED = re.compile(r'(?P<addr>\S+) - (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<request>(?:[^"\\]|\\x[0-9A-F]{2})*)" '
                      r'(?P<status>\d{3}) (?P<bytes>\d+) "(?P<referer>(?:[^"\\]|\\x[0-9A-F]{2})*)" '
                      r'"(?P<agent>(?:[^"\\]|\\x[0-9A-F]{2})*)"')


class AccessLogs(GatewayTest):
    configuration = CONFIGURATION

    def lines(self, name, marker):
        """The lines that hold the marker, once one is there."""
        path = self.folder / name

        def find():
            if not path.exists():
                return []
            return [line for line in path.read_text("latin-1").split("\n") if marker in line]
        return wait_until(find, f"a line with {marker} in {name}")

    def combined(self, marker):
        lines = self.lines("logs/access.log", marker)
        self.assertEqual(len(lines), 1, lines)
        match = COMBINED.fullmatch(lines[0])
        self.assertIsNotNone(match, lines[0])
        return match.groupdict()

    def json_line(self, marker):
        lines = self.lines("access.json", marker)
        self.assertEqual(len(lines), 1, lines)
        return json.loads(lines[0])

    def test_combined(self):
        self.origin.on("/c1", answer(b"12345678"))
        self.gateway.get("/c1?x=y", "Referer: https://ex.test/\r\nUser-Agent: probe/1 (test)\r\n"
                                    "Authorization: Basic am9lOnNlY3JldA==\r\n")
        line = self.combined("/c1")
        self.assertEqual((line["addr"], line["user"], line["request"]), ("127.0.0.1", "joe", "GET /c1?x=y HTTP/1.1"))
        self.assertEqual((line["status"], line["bytes"]), ("200", "8"))
        self.assertEqual((line["referer"], line["agent"]), ("https://ex.test/", "probe/1 (test)"))
        logged = datetime.strptime(line["time"], "%d/%b/%Y:%H:%M:%S %z")
        self.assertLess(abs(datetime.now(logged.tzinfo) - logged).total_seconds(), 3600)

    def test_combined_has_a_dash_for_what_is_missing(self):
        self.gateway.get("/c2")
        line = self.combined("/c2")
        self.assertEqual((line["user"], line["referer"], line["agent"]), ("-", "-", "-"))

    def test_combined_escapes_what_would_break_the_line(self):
        self.gateway.get("/c3?\"'\\", "User-Agent: a\"b\\c\td\x7f\xe9\r\nReferer: \"\r\n")
        line = self.combined("/c3")
        self.assertEqual(line["request"], "GET /c3?\\x22'\\x5C HTTP/1.1")
        self.assertEqual(line["agent"], "a\\x22b\\x5Cc\\x09d\\x7F\\xE9")
        self.assertEqual(line["referer"], "\\x22")

    def test_a_chunked_body_counts_with_its_framing(self):
        self.origin.on("/c4", answer(b"x" * 5000, chunked=True))
        with self.gateway.client() as client:
            client.send("GET /c4 HTTP/1.1\r\nHost: gw.test\r\nConnection: close\r\n\r\n")
            body = client.read_to_end().partition(b"\r\n\r\n")[2]
        self.assertGreater(len(body), 5000)
        self.assertEqual(self.combined("/c4")["bytes"], str(len(body)))

    def test_head_counts_no_body(self):
        self.gateway.get("/c5", method="HEAD")
        line = self.combined("/c5")
        self.assertEqual((line["request"], line["bytes"]), ("HEAD /c5 HTTP/1.1", "0"))

    def test_a_refused_request_is_logged(self):
        self.gateway.exchange("BAD c6\r\n\r\n")
        line = self.combined("c6")
        self.assertEqual((line["status"], line["request"]), ("400", "BAD c6"))
        self.gateway.exchange("GET /c7 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
        self.assertEqual(self.combined("/c7")["status"], "400")

    def test_json(self):
        self.origin.on("/json1", answer(b"12345678", status="201 Created"))
        with self.gateway.client() as client:
            client.send("POST /json1?x=y HTTP/1.1\r\nHost: Gw.Test:81\r\nReferer: https://ex.test/\r\n"
                        "User-Agent: probe/1\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello")
            sent = len("POST /json1?x=y HTTP/1.1\r\nHost: Gw.Test:81\r\nReferer: https://ex.test/\r\n"
                       "User-Agent: probe/1\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello")
            received = len(client.read_to_end())
        line = self.json_line("/json1")
        for name, value in {"remote_addr": "127.0.0.1", "host": "gw.test", "request": "POST /json1?x=y HTTP/1.1",
                            "method": "POST", "uri": "/json1?x=y", "protocol": "HTTP/1.1", "status": 201,
                            "body_bytes_sent": 8, "bytes_sent": received, "request_length": sent,
                            "referer": "https://ex.test/", "user_agent": "probe/1", "upstream_status": 201,
                            "upstream_addr": f"127.0.0.1:{self.origin.port}"}.items():
            self.assertEqual(line[name], value, name)
        self.assertIsInstance(line["request_time"], float)
        self.assertIsInstance(line["upstream_response_time"], float)
        self.assertRegex(line["request_id"], r"^[0-9a-f]{32}$")
        datetime.fromisoformat(line["time"])

    def test_the_time_of_a_request_counts_from_its_first_byte(self):
        with self.gateway.client() as client:
            for path in ("/json/first", "/json/second"):
                client.send(f"GET {path} HTTP/1.1\r\n")
                time.sleep(0.3)
                client.send("Host: gw.test\r\n\r\n")
                client.read_answer()
                time.sleep(0.5)  # what lies between two requests belongs to none
        for path in ("first", "second"):
            line = json.loads(self.lines("access.json", f"/json/{path}")[0])
            self.assertGreaterEqual(line["request_time"], 0.2)

    def test_json_stays_json_whatever_the_client_sends(self):
        self.gateway.get("/json2?\"\\'", "User-Agent: a\"b\\c\td\x01\x7f\xe9</script>\r\n")
        line = self.json_line("/json2")
        self.assertEqual(line["uri"], "/json2?\"\\'")
        self.assertEqual(line["user_agent"], "a\"b\\c\td\x01\x7f\xe9</script>")

    def test_json_of_a_failure(self):
        self.gateway.get("/down1")
        line = self.json_line("/down1")
        self.assertEqual(line["status"], 502)

    def test_off_writes_nothing(self):
        self.gateway.get("/silent1")
        self.gateway.get("/after-silent")
        self.combined("/after-silent")
        self.assertNotIn("/silent1", (self.folder / "logs/access.log").read_text())

    def test_stderr_is_a_place_too(self):
        self.gateway.get("/stderr1")
        line = wait_until(lambda: [each for each in self.gateway.log().split("\n") if "/stderr1" in each], "the line")[0]
        self.assertEqual(json.loads(line)["status"], 200)

    def test_secrets_reach_no_log(self):
        secrets = {"signature": "SiGnAtUrEsEcReT~-_", "policy": "PoLiCySeCrEt~-_", "cookie": "CoOkIeSeCrEt",
                   "authorization": "c2VjcmV0LXVzZXI6UGFzc3dvcmRTZWNyZXQ=", "password": "PasswordSecret"}
        signed = f"?Expires=2000000000&Signature={secrets['signature']}&Policy={secrets['policy']}&Key-Pair-Id=K1"
        fields = (f"Referer: https://ex.test/{signed}\r\nCookie: CloudFront-Signature={secrets['cookie']}\r\n"
                  f"Authorization: Basic {secrets['authorization']}\r\nUser-Agent: x{signed}\r\n")
        for path, name in (("/secret1", "logs/access.log"), ("/json-secret", "access.json")):
            self.assertEqual(self.gateway.get(path + signed, fields).status, 200)
            line = self.lines(name, path)[0]
            self.assertIn("Key-Pair-Id=K1", line)
            self.assertIn("Expires=2000000000", line)
        self.gateway.get(f"/down-secret{signed}", fields)
        self.lines("access.json", "/down-secret")
        self.gateway.exchange(f"GET /c9{signed} HTTP/1.1\r\nHost: a b\r\n{fields}\r\n")
        self.lines("logs/access.log", "/c9")
        everything = self.gateway.log() + (self.folder / "logs/access.log").read_text("latin-1") + (
            self.folder / "access.json").read_text("latin-1")
        for name, secret in secrets.items():
            self.assertNotIn(secret, everything, name)


class LogsAtTheEnd(GatewayTest):
    configuration = CONFIGURATION

    def test_what_was_answered_before_a_stop_is_in_the_log(self):
        for i in range(50):
            self.gateway.get(f"/json-{i}-")
        self.gateway.signal(signal.SIGTERM)
        self.assertEqual(self.gateway.wait(), 0)
        text = (self.folder / "access.json").read_text()
        self.assertEqual([i for i in range(50) if f"/json-{i}-" not in text], [])
        type(self).gateway = self.start_gateway(self.folder)
        self.addCleanup(self.gateway.stop)


if __name__ == "__main__":
    main()
