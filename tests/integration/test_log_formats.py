# SPDX-License-Identifier: Apache-2.0
"""log_format and what access_log takes: escapes as nginx's, several logs, if=, and nothing in any of them that opens private
media or proves who asks."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

from harness import GatewayTest, answer, main, signgate, wait_until

CONFIGURATION = r"""
worker_processes = 1
[log_format]
plain = '$remote_addr "$request" $status $request_id'
json  = { format = '{"uri":"$request_uri","agent":"$http_user_agent","status":$status,"none":"$http_none"}', escape = "json" }
bare  = { format = "$http_user_agent|$http_none|$arg_x", escape = "none" }
empty = '[$http_x_empty][$http_x_none][$arg_empty][$arg_none][$https][$is_args][$server_name]'
leaky = '@LEAKY@'
leaky_json = { format = '{"a":"$args","r":"$http_referer","c":"$http_cookie","h":"$http_authorization"}', escape = "json" }
leaky_none = { format = "$args $http_referer $http_cookie $http_authorization", escape = "none" }
[[server]]
listen = ["127.0.0.1:0"]
access_log = ["all.log plain", "second.log json"]
[[server.route]]
location = "/"
proxy_pass = "http://origin"
[[server.route]]
location = "/bare"
access_log = "bare.log bare"
return = "200 ok"
[[server.route]]
location = "/empty"
access_log = "empty.log empty"
return = "200 ok"
[[server.route]]
location = "/if"
access_log = ["all.log plain", "if.log plain if=$arg_log"]
return = "200 ok"
[[server.route]]
location = "/leaky"
access_log = ["leaky.log leaky", "leaky.json leaky_json", "leaky.txt leaky_none", "leaky.own json", "leaky.combined combined"]
auth_request = "/granted"
auth_request_set = "$tag $http_authorization"
proxy_pass = "http://origin"
[[server.route]]
location = "/granted"
return = "200 ok"
[upstream.origin]
server = ["@ORIGIN@"]
"""

# Whatever may hold an address, a cookie or a credential.
LEAKY = ("request", "request_uri", "args", "query_string", "arg_Signature", "arg_policy", "http_referer", "http_cookie",
         "http_authorization", "http_proxy_authorization", "sent_http_location", "upstream_http_location", "sent_http_set_cookie",
         "http_user_agent", "http_x_any", "uri", "tag")


class LogFormats(GatewayTest):
    configuration = CONFIGURATION.replace("@LEAKY@", "|".join("$" + name for name in LEAKY))

    def lines(self, name, marker=""):
        path = self.folder / name

        def find():
            text = path.read_bytes().decode("latin-1") if path.exists() else ""
            return [line for line in text.split("\n") if line and marker in line]
        return wait_until(find, f"a line with {marker!r} in {name}")

    def test_a_route_writes_all_its_logs(self):
        self.gateway.get("/several")
        self.assertRegex(self.lines("all.log", "/several")[0],
                         r'^127\.0\.0\.1 "GET /several HTTP/1\.1" 200 [0-9a-f]{32}$')
        self.assertEqual(json.loads(self.lines("second.log", "/several")[0])["uri"], "/several")

    def test_a_nearer_list_replaces_the_one_above(self):
        self.gateway.get("/bare?x=1")
        self.lines("bare.log", "|1")
        self.gateway.get("/afterwards")
        self.lines("all.log", "/afterwards")
        self.assertNotIn("/bare", (self.folder / "all.log").read_text())

    def test_json_is_escaped_as_nginx_does(self):
        self.gateway.get("/j1", b"User-Agent: a\"b\\\t\xc3\xa9\x7f\r\n".decode("latin-1"))
        line = self.lines("second.log", "/j1")[0]
        self.assertEqual(line, '{"uri":"/j1","agent":"a\\"b\\\\\\t\xc3\xa9\x7f","status":200,"none":""}')
        self.assertEqual(json.loads(line.encode("latin-1"))["agent"], 'a"b\\\t\u00e9\x7f')

    def test_none_escapes_nothing(self):
        self.gateway.get("/bare?x=2", "User-Agent: a\"b\\\tc\r\n")
        self.assertEqual(self.lines("bare.log", "|2"), ["a\"b\\\tc||2"])

    def test_what_is_empty_is_told_from_what_is_missing(self):
        self.gateway.get("/empty?empty=", "X-Empty:\r\n")
        self.assertEqual(self.lines("empty.log"), ["[][-][][-][][?][]"])

    def test_if_leaves_requests_out(self):
        for value in ("0", "", "00", "1", "no"):
            self.gateway.get(f"/if?log={value}&end")
        self.gateway.get("/if?end")
        self.assertEqual([line.split()[2] for line in self.lines("if.log", "log=no") and self.lines("if.log")],
                         ["/if?log=00&end", "/if?log=1&end", "/if?log=no&end"])
        wait_until(lambda: len(self.lines("all.log", "/if?")) == 6, "all lines in the other log")

    def test_no_format_shows_what_opens_media_or_proves_who_asks(self):
        secrets = {name: f"SeCrEt{number}~-_" for number, name in enumerate(
            ("query", "policy", "first", "referer", "nested", "deep", "cookie", "cookie_policy", "set", "location", "agent", "any",
             "amazon"))}
        basic = {"user": "am9lOlNlQ3JFdEF1dGg=", "proxy": "cHJveHk6U2VDckV0"}
        location = f"https://d1.cloudfront.net/a?Expires=1&Signature={secrets['location']}&Key-Pair-Id=K"
        self.origin.on("/leaky", answer(b"", status="302 Found", fields=[
            ("Location", location), ("Set-Cookie", f"CloudFront-Signature={secrets['set']}; Path=/; Secure")]))
        got = self.gateway.get(
            f"/leaky?Signature={secrets['first']}&x=1&Policy={secrets['policy']}&X-Amz-Signature="
            f"{secrets['amazon']}&Signature={secrets['query']}&Key-Pair-Id=K1",
            f"Referer: https://a.test/?Signature={secrets['referer']}&n=%3FSignature%3D{secrets['nested']}%26&d=%253FPolicy%253D"
            f"{secrets['deep']}%2526\r\n"
            f"Cookie: theme=dark; CloudFront-Signature={secrets['cookie']}; CloudFront-Policy={secrets['cookie_policy']}\r\n"
            f"Authorization: Basic {basic['user']}\r\nProxy-Authorization: Basic {basic['proxy']}\r\n"
            f"User-Agent: x?Signature={secrets['agent']}\r\nX-Any: /b?Signature={secrets['any']}\r\n")
        self.assertEqual(got.status, 302, got.text())
        self.assertEqual(got.get("Location"), location)
        everything = ""
        for name in ("leaky.log", "leaky.json", "leaky.txt", "leaky.own", "leaky.combined"):
            self.assertEqual(len(self.lines(name)), 1)
            everything += self.lines(name)[0] + "\n"
        for name, secret in {**secrets, **basic}.items():
            self.assertNotIn(secret, everything, name)
        shown = dict(zip(LEAKY, self.lines("leaky.log")[0].split("|")))
        for name in ("arg_Signature", "arg_policy", "http_authorization", "http_proxy_authorization", "tag"):
            self.assertEqual(shown[name], "***", name)
        self.assertEqual(shown["sent_http_location"], "https://d1.cloudfront.net/a?Expires=1&Signature=***&Key-Pair-Id=K")
        self.assertEqual(shown["http_cookie"], "theme=dark; CloudFront-Signature=***; CloudFront-Policy=***")


class CheckOfLogs(unittest.TestCase):
    def check(self, text):
        folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        file = folder / "signgate.toml"
        file.write_text(text + '[[server]]\nlisten = "127.0.0.1:0"\n[[server.route]]\nlocation = "/"\nreturn = "200"\n')
        return signgate("check", "-c", file)

    def test_what_is_wrong_is_named_with_its_place(self):
        for text, place, message in (
                ('[log_format]\nmain = "$nothing_known"\n', "2:9", 'unknown variable "$nothing_known"'),
                ('access_log = "a.log nosuch"\n', "1:21", 'unknown format "nosuch"'),
                ('access_log = "a.log combined gzip=10"\n', "1:35", "gzip="),
                ('access_log = "a.log combined buffer=x"\n', "1:37", "buffer="),
                ('access_log = "a.log combined if=$nothing_known"\n', "1:33", 'unknown variable "$nothing_known"'),
                ('traceparent = "maybe"\n', "1:15", '"on" or "off"')):
            with self.subTest(text):
                done = self.check(text)
                self.assertEqual(done.returncode, 1)
                self.assertIn(f"signgate.toml:{place}: error:", done.stderr)
                self.assertIn(message, done.stderr)


class RefusedRequests(GatewayTest):
    """What was read of a request before it went wrong is logged, as by nginx."""

    configuration = r"""
worker_processes = 1
large_client_header_buffers = "4 1k"
[log_format]
refused = '$status [$request_method] [$request_uri] [$uri] [$args] [$server_protocol] [$http_x_mark]'
[[server]]
listen = ["127.0.0.1:0"]
access_log = "refused.log refused"
error_page = "405 /page"
[[server.route]]
location = "/page"
return = "200 page"
[[server.route]]
location = "/"
return = "200 ok"
"""

    def expect_line(self, request, line):
        path = self.folder / "refused.log"
        before = path.read_text("latin-1").splitlines() if path.exists() else []
        with self.gateway.client() as client:
            client.send(request)
            client.read_answer()

        def find():
            return (path.read_text("latin-1").splitlines() if path.exists() else [])[len(before):]
        self.assertEqual(wait_until(find, "a line"), [line], request[:80])

    def test_what_is_known_is_logged(self):
        mark = "X-Mark: m\r\n"
        known = "[/%61?b=c] [/a] [b=c] [HTTP/1.1] [m]"
        self.expect_line(f"GET /%61?b=c HTTP/1.1\r\n{mark}\r\n", f"400 [GET] {known}")
        self.expect_line(f"GET /%61?b=c HTTP/1.1\r\n{mark}Host: a b\r\n\r\n", f"400 [GET] {known}")
        self.expect_line(f"POST /%61?b=c HTTP/1.1\r\n{mark}Host: a\r\nContent-Length: x\r\n\r\n", f"400 [POST] {known}")
        self.expect_line(f"GET /%61?b=c HTTP/1.1\r\nHost: a\r\n{mark}X-Long: {'x' * 2000}\r\n\r\n", f"400 [GET] {known}")
        self.expect_line(f"GET /%61?b=c HTTP/1.1\r\nHost: a\r\n{mark}X-Long: {'x' * 9000}\r\n\r\n", f"400 [GET] {known}")
        self.expect_line(f"PUT /%61?b=c HTTP/1.0\r\n{mark}Host: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                         f"400 [PUT] {known.replace('1.1', '1.0')}")

    def test_a_method_that_is_refused(self):
        for path in ("/%61?b=c", "http://a/%61?b=c"):
            self.expect_line(f"TRACE {path} HTTP/1.1\r\nHost: a\r\nX-Mark: m\r\n\r\n",
                             "405 [GET] [/%61?b=c] [/page] [-] [HTTP/1.1] [m]")

    def test_of_a_line_that_is_none_nothing_is(self):
        for line in ("GARBAGE", "GET /a HTTP/1.1 x", "GET / HTTP/9.9"):
            status = 505 if "9.9" in line else 400
            self.expect_line(f"{line}\r\nHost: a\r\nX-Mark: m\r\n\r\n", f"{status} [-] [-] [-] [-] [-] [-]")


if __name__ == "__main__":
    main()
