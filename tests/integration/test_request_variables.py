# SPDX-License-Identifier: Apache-2.0
"""Variables of what became of a request: how its answer was framed and whether it went out whole, cookies and trailers, the
connections around it; beside nginx where it has them."""

import unittest
from pathlib import Path

import reference
from harness import Client, Cut, GatewayTest, answer, main, wait_until

SENT = ("$request_uri|$status|$sent_http_content_length|$sent_http_transfer_encoding|$sent_http_connection|$sent_http_keep_alive|"
        "$sent_http_content_type|$sent_http_location|$sent_http_last_modified|$sent_http_cache_control|$request_completion|"
        "$limit_rate|$upstream_cookie_session|$upstream_cookie_empty|$upstream_cookie_none|$pipe")
COUNTS = "$connections_active $connections_reading $connections_writing $connections_waiting"
FLAGS = "samesite=$arg_site nosecure $arg_flag"

CONFIGURATION = f"""
worker_processes = 1
[log_format]
sent = '{SENT}'
trailing = '$upstream_trailer_x_sum|$upstream_trailer_none|$sent_trailer_x_sum|$sent_trailer_x_own|$sent_trailer_none'
[[server]]
listen = ["127.0.0.1:0"]
server_name = ["gw.test"]
access_log = "sent.log sent"
absolute_redirect = false
[[server.route]]
location = "/"
proxy_pass = "http://origin"
[[server.route]]
location = "/timed"
proxy_pass = "http://origin"
keepalive_timeout = "60s 20s"
[[server.route]]
location = "/rated"
proxy_pass = "http://origin"
limit_rate = "1m"
[[server.route]]
location = "/own"
return = "200 hello"
limit_rate = "2k"
[[server.route]]
location = "/own-none"
return = "204"
[[server.route]]
location = "/own-missing"
return = "404"
[[server.route]]
location = "/own-away"
return = "301 /x"
[[server.route]]
location = "/own-cached"
return = "200 hello"
expires = "1h"
[[server.route]]
location = "/own-silent"
return = "444"
[[server.route]]
location = "/early"
return = "200 $request_completion|$sent_http_content_length|$sent_http_connection|$connection_time|$limit_rate"
access_log = "off"
[[server.route]]
location = "/added"
proxy_pass = "http://origin"
add_header = ["X-Sent $sent_http_content_length,$sent_http_connection,$upstream_cookie_session"]
access_log = "off"
[[server.route]]
location = "/port"
return = "200 [$request_port][$is_request_port]$host$is_request_port$request_port"
access_log = "off"
[[server.route]]
location = "/counts"
return = "200 {COUNTS}"
access_log = "off"
[[server.route]]
location = "/kernel"
return = "200 $tcpinfo_rtt|$tcpinfo_snd_cwnd"
access_log = "off"
[[server.route]]
location = "/flags"
proxy_pass = "http://origin"
proxy_cookie_flags = ["a {FLAGS}", '~^B(.*)$ $1 nosamesite samesite=lax']
access_log = "off"
[[server.route]]
location = "/body"
proxy_pass = "http://origin"
client_body_buffer_size = "1k"
proxy_set_header = {{ X-File = "$request_body_file" }}
access_log = "off"
[[server.route]]
location = "/trailed"
proxy_pass = "http://origin"
proxy_pass_trailers = "on"
add_trailer = ["X-Own $upstream_trailer_x_sum"]
access_log = "trailers.log trailing"
[[server.route]]
location = "/untrailed"
proxy_pass = "http://origin"
access_log = "trailers.log trailing"
[upstream.origin]
server = ["@ORIGIN@"]
"""

LOCATIONS = f"""
    access_log sent.log sent;
    absolute_redirect off;
    location / {{{{ proxy_pass http://{{origin}}; }}}}
    location /timed {{{{ proxy_pass http://{{origin}}; keepalive_timeout 60s 20s; }}}}
    location /rated {{{{ proxy_pass http://{{origin}}; limit_rate 1m; }}}}
    location /own {{{{ return 200 hello; limit_rate 2k; }}}}
    location /own-none {{{{ return 204; }}}}
    location /own-missing {{{{ return 404; }}}}
    location /own-away {{{{ return 301 /x; }}}}
    location /own-cached {{{{ return 200 hello; expires 1h; }}}}
    location /own-silent {{{{ return 444; }}}}
    location /early {{{{ return 200 "$request_completion|$sent_http_content_length|$sent_http_connection|$connection_time|$limit_rate"; }}}}
    location /added {{{{
        proxy_pass http://{{origin}};
        add_header X-Sent $sent_http_content_length,$sent_http_connection,$upstream_cookie_session;
    }}}}
    location /counts {{{{ return 200 "{COUNTS}"; }}}}
    location /flags {{{{ proxy_pass http://{{origin}}; proxy_cookie_flags a {FLAGS}; proxy_cookie_flags ~^B(.*)$ $1 nosamesite samesite=lax; }}}}
"""


def said(data):
    """Answers so; HEAD without the body."""
    def handler(conversation, request):
        conversation.read_body(request)
        conversation.send(data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if request.method == "HEAD" else data)
    return handler


def truncated(conversation, request):
    conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
    conversation.finish()


class RequestVariablesTest(GatewayTest):
    configuration = CONFIGURATION

    def setUp(self):
        super().setUp()
        cookies = [("Set-Cookie", "session=s1; Path=/"), ("Set-Cookie", "empty=;"), ("Cache-Control", "no-cache"),
                   ("Cache-Control", "private"), ("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")]
        self.origin.on("/length", said(answer(b"hello", fields=cookies)))
        self.origin.on("/chunked", said(answer(b"hello", chunked=True, fields=[("Content-Type", "text/html")])))
        self.origin.on("/none", said(answer(status="204 No Content", length=False)))
        self.origin.on("/same", said(answer(status="304 Not Modified", length=False)))
        self.origin.on("/rated", said(answer(b"hello")))
        self.origin.on("/rated-more", said(answer(b"hello", fields=[("X-Accel-Limit-Rate", "2000000")])))
        self.origin.on("/cut", truncated)
        self.origin.on("/added", said(answer(b"hello", fields=cookies)))
        self.origin.on("/flags", said(answer(b"", fields=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"),
                                                        ("Set-Cookie", "bsecure=3; samesite=None")])))

        def until_close(conversation, request):
            conversation.send(answer(b"hello", length=False))
            conversation.finish()
        self.origin.on("/close", until_close)

    def lines(self, folder, name="sent.log"):
        path = Path(folder) / name
        return path.read_text().splitlines() if path.exists() else []

    def logged(self, folder, before, begin="", name="sent.log"):
        """The line that begins so, behind `before` others; late ones of other tests may stand before it."""
        return wait_until(lambda: next((line for line in self.lines(folder, name)[before:] if line.startswith(begin)), None),
                          f"{begin} in {name}")


class Sent(RequestVariablesTest):
    def line(self, path, fields="", **options):
        before = len(self.lines(self.folder))
        with self.gateway.client() as client:
            try:
                client.get(path, fields, **options)
            except (Cut, ConnectionResetError, AttributeError):
                pass
        return self.logged(self.folder, before, f"{path}|").split("|")

    def test_what_was_sent_is_told(self):
        for path, expected in (("/length", ["200", "5", "-", "keep-alive", "-"]), ("/chunked", ["200", "-", "chunked", "keep-alive", "-"]),
                               ("/timed", ["200", "21", "-", "keep-alive", "timeout=20"]), ("/none", ["204", "-", "-", "keep-alive", "-"]),
                               ("/own-missing", ["404"])):
            self.assertEqual(self.line(path)[1:1 + len(expected)], expected, path)
        self.assertEqual(self.line("/length", "Connection: close\r\n")[4], "close")

    def test_only_whole_answers_are_complete(self):
        for path, complete in (("/length", "OK"), ("/cut", ""), ("/own", "OK"), ("/own-missing", "OK"), ("/own-silent", "")):
            self.assertEqual(self.line(path)[10], complete, path)

    def test_rates_and_cookies_are_told(self):
        self.assertEqual(self.line("/rated")[11], "1048576")
        self.assertEqual(self.line("/rated-more")[11], "2000000")
        self.assertEqual(self.line("/own")[11], "2048")
        self.assertEqual(self.line("/length")[11:15], ["0", "s1", "", "-"])

    def test_they_are_known_early_as_far_as_they_can_be(self):
        complete, length, connection, since, rate = self.gateway.get("/early").text().split("|")
        self.assertEqual((complete, length, connection, rate), ("", "", "close", "0"))
        self.assertRegex(since, r"^\d+\.\d{3}$")
        self.assertEqual(self.gateway.get("/added").get("X-Sent"), "5,close,s1")

    def test_the_port_is_the_requests(self):
        for host, target, expected in (("gw.test", "/port", "[][]gw.test"), ("gw.test:81", "/port", "[81][:]gw.test:81"),
                                       ("[::1]:8080", "/port", "[8080][:][::1]:8080"), ("[::1]", "/port", "[][][::1]"),
                                       ("gw.test:81", "http://b.test:82/port", "[82][:]b.test:82"),
                                       ("gw.test:81", "http://b.test/port", "[][]b.test")):
            self.assertEqual(self.gateway.get(target, host=host).text(), expected, (host, target))

    def test_the_file_of_a_body_can_be_read(self):
        read = []

        def handler(conversation, request):
            if path := request.get("X-File"):
                read.append(Path(path).read_bytes())
            conversation.read_body(request)
            conversation.send(answer(b"read"))
        self.origin.on("/body", handler)
        body = b"0123456789" * 1000
        for size, expected in ((10, []), (len(body), [body])):
            with self.gateway.client() as client:
                client.send(b"POST /body HTTP/1.1\r\nHost: gw.test\r\nContent-Length: %d\r\n\r\n" % size)
                client.send(body[:size])
                self.assertEqual(client.read_answer().text(), "read")
            self.assertEqual(read, expected)

    def test_trailers_are_told(self):
        trailed = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 17\r\n\r\n"
        for path, expected in (("/trailed", "17|-|17|17|-"), ("/untrailed", "-|-|-|-|-")):
            self.origin.on(path, trailed)
            before = len(self.lines(self.folder, "trailers.log"))
            self.gateway.get(path, "TE: trailers\r\n")
            self.assertEqual(self.logged(self.folder, before, name="trailers.log"), expected)
        before = len(self.lines(self.folder, "trailers.log"))
        self.gateway.get("/trailed", version="HTTP/1.0")
        self.assertEqual(self.logged(self.folder, before, name="trailers.log"), "17|-|-|-|-")

    def test_the_kernel_is_asked(self):
        rtt, window = self.gateway.get("/kernel").text().split("|")
        self.assertGreaterEqual(int(rtt), 0)
        self.assertGreater(int(window), 0)

    def test_connections_are_counted(self):
        count_connections(self, self.gateway)

    def test_flags_of_cookies_come_from_variables(self):
        got = self.gateway.get("/flags?flag=Secure&site=lax").all("Set-Cookie")
        self.assertEqual(got, ["a=1; Secure; SameSite=Lax", "b=2; SameSite=Lax", "bsecure=3; SameSite=Lax; Secure"])
        self.assertEqual(self.gateway.get("/flags?flag=x").all("Set-Cookie")[0], "a=1")


def count_connections(test, side):
    """One connection waits for its first request, one for its second, one has sent a part of a head."""
    with Client(side.port) as first, Client(side.port) as second, Client(side.port) as begun, Client(side.port) as asking:
        second.get("/own-cached")
        begun.send("GET / HTTP/1.1\r\nHo")
        # The connections of other tests may take a while to go.
        wait_until(lambda: asking.get("/counts").text() == "4 1 1 2", "the connections")
        begun.send("st: gw.test\r\n\r\n")
        test.assertEqual(begun.read_answer().status, 200)
        first.get("/own-cached")
        wait_until(lambda: asking.get("/counts").text() == "4 0 1 3", "the connections")


@unittest.skipUnless(reference.PROGRAM, "nginx is not installed")
class SentAsNginx(RequestVariablesTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nginx = reference.Nginx(f"log_format sent '{SENT}';", LOCATIONS.format(origin=f"127.0.0.1:{cls.origin.port}"))
        cls.addClassCleanup(cls.nginx.stop)

    def told(self, side, path, fields, options):
        before = len(self.lines(side.folder))
        with Client(side.port) as client:
            try:
                client.get(path, fields, **options)
            except (Cut, ConnectionResetError, AttributeError):
                pass
        return self.logged(side.folder, before, f"{path}|")

    def same(self, path, fields="", **options):
        expected, got = (self.told(side, path, fields, options) for side in (self.nginx, self.gateway))
        expected, got = (line.split("|") for line in (expected, got))
        # When nginx logs it has forgotten that it keeps the connection.
        self.assertIn(expected[4:6], (got[4:6], ["close", "-"]))
        del expected[4:6], got[4:6]
        # The length of a page of their own is not the same, since their names are not.
        if path in ("/own-missing", "/own-away"):
            del expected[2], got[2]
        # nginx takes what its upstream has cut short for complete.
        if path == "/cut":
            self.assertEqual((expected.pop(8), got.pop(8)), ("OK", ""))
        self.assertEqual(got, expected, (path, fields, options))

    def test_in_logs(self):
        for path in ("/length", "/chunked", "/close", "/none", "/same", "/timed", "/rated", "/rated-more", "/cut", "/own",
                     "/own-none", "/own-missing", "/own-away", "/own-cached"):
            for fields in ("", "Connection: close\r\n"):
                self.same(path, fields)
                self.same(path, fields, version="HTTP/1.0")
            self.same(path, "Connection: keep-alive\r\n", version="HTTP/1.0")
            if path not in ("/close", "/cut"):
                self.same(path, method="HEAD")

    def test_early(self):
        for path in ("/early", "/added"):
            for fields in ("", "Connection: close\r\n"):
                answers = []
                for side in (self.nginx, self.gateway):
                    with Client(side.port) as client:
                        got = client.get(path, fields)
                        answers.append((got.text().split("|")[:3], got.get("X-Sent")))
                self.assertEqual(answers[1], answers[0], (path, fields))

    def test_connections(self):
        count_connections(self, self.nginx)

    def test_flags_of_cookies(self):
        for query in ("", "?flag=secure", "?flag=HttpOnly&site=Strict", "?flag=nonsense&site=none", "?flag=samesite%3dlax"):
            got, expected = (side.get("/flags" + query).all("Set-Cookie") for side in (self.gateway, self.nginx))
            self.assertEqual(got, expected, query)


if __name__ == "__main__":
    main()
