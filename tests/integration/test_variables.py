# SPDX-License-Identifier: Apache-2.0
"""What variables stand for outside of logs: while a request is served, in requests to upstreams, in answers of our own."""

import time

from harness import GatewayTest, answer, main

CONFIGURATION = """
worker_processes = 1
client_max_body_size = "1m"
[[server]]
listen = ["127.0.0.1:0"]
server_name = ["www.test"]
access_log = "access.log combined"
[[server.route]]
location = "/up"
proxy_pass = "http://origin"
proxy_set_header = { X-Start = "$msec", X-Date = "$time_iso8601", X-Length = "$request_length", Cookie = "$http_cookie" }
add_header = ["X-Status $status always", "X-Upstream $upstream_status always", "X-Took $request_time always"]
[[server.route]]
location = "/text"
return = "200 $msec|$time_local|$request_length|$status"
[[server.route]]
location = "/away"
return = "301 https://$host$request_uri"
[[server.route]]
location = "/target"
proxy_pass = "http://@ORIGIN@$request_uri"
[[server.route]]
location = "/limited"
return = "200 short"
client_max_body_size = 10
[[server.route]]
location = "/fallback"
proxy_pass = "http://@DOWN@"
error_page = ["502 = @fallback"]
[[server.route]]
location = "@fallback"
proxy_pass = "http://origin"
client_max_body_size = 10
[[server.route]]
location = "/missing"
return = "404"
error_page = ["404 /page"]
[[server.route]]
location = "/page"
return = "200 page $status"
[[server.route]]
location = "/checked"
proxy_pass = "http://origin"
auth_request = "/check?from=here"
[[server.route]]
location = "/check"
proxy_pass = "http://origin"
proxy_set_header = { X-Method = "$request_method", X-Size = "$content_length", X-URI = "$request_uri", X-Args = "$args" }
[upstream.origin]
server = ["@ORIGIN@"]
"""


class Variables(GatewayTest):
    configuration = CONFIGURATION

    def ask(self, path, *fields, host="www.test", method="GET", body=b"", target=None):
        with self.gateway.client() as client:
            lines = [f"{method} {target or path} HTTP/1.1", f"Host: {host}", *fields]
            if body or method == "POST":
                lines.append(f"Content-Length: {len(body)}")
            client.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            return client.read_answer()

    def test_time_and_length_are_known_while_the_request_is_sent_on(self):
        before = time.time()
        got = self.ask("/up")
        seen = self.origin.last("/up")
        self.assertTrue(before - 1 <= float(seen.get("X-Start")) <= time.time() + 1)
        self.assertEqual(seen.get("X-Date")[:4], time.strftime("%Y"))
        self.assertEqual(int(seen.get("X-Length")), len("GET /up HTTP/1.1\r\nHost: www.test\r\n\r\n"))
        self.assertEqual((got.get("X-Status"), got.get("X-Upstream")), ("200", "200"))
        self.assertRegex(got.get("X-Took"), r"^\d+\.\d{3}$")

    def test_they_are_known_to_answers_of_our_own(self):
        text = self.ask("/text").body.decode()
        msec, local, length, status = text.split("|")
        self.assertLess(abs(float(msec) - time.time()), 60)
        self.assertIn(time.strftime("%Y"), local)
        self.assertEqual((int(length), status), (len("GET /text HTTP/1.1\r\nHost: www.test\r\n\r\n"), "200"))
        got = self.ask("/missing")
        self.assertEqual((got.status, got.body), (404, b"page 404"))

    def test_lines_of_cookie_are_joined_as_one_would_be(self):
        self.ask("/up", "Cookie: a=1", "Cookie: b=2")
        self.assertEqual(self.origin.last("/up").all("Cookie"), ["a=1; b=2"])

    def test_request_uri_is_what_stands_behind_the_authority(self):
        for target, expected in (("http://www.test:99/away/x?y", "/away/x?y"), ("/away/%41?b=%2f", "/away/%41?b=%2f")):
            self.assertEqual(self.ask("", target=target).get("Location"), "https://www.test" + expected)
        self.origin.on("/target/x", answer(b"there"))
        self.assertEqual(self.ask("", target="http://www.test/target/x?y").body, b"there")
        self.assertEqual(self.origin.last("/target/x").target, "/target/x?y")

    def test_a_dot_behind_the_host_is_the_same_host(self):
        for host in ("www.test.", "WWW.TEST.", "www.test.:80"):
            self.assertEqual(self.ask("/away", host=host).get("Location"), "https://www.test/away")

    def test_a_body_is_too_long_whoever_would_answer(self):
        self.assertEqual(self.ask("/limited", method="POST", body=b"x" * 11).status, 413)
        self.assertEqual(self.ask("/limited", method="POST", body=b"x" * 10).status, 200)
        # A named place is the same request, which was looked at.
        self.origin.on("/fallback", answer(b"held"))
        self.assertEqual(self.ask("/fallback", method="POST", body=b"x" * 100).body, b"held")

    def test_an_authorizer_hears_of_the_clients_request(self):
        self.origin.on("/check", answer(b""))
        self.origin.on("/checked/a", answer(b"there"))
        self.assertEqual(self.ask("/checked/a?b", method="POST", body=b"12345").body, b"there")
        asked = self.origin.last("/check")
        self.assertEqual((asked.method, *map(asked.get, ("X-Method", "X-Size", "X-URI", "X-Args"))),
                         ("GET", "POST", "5", "/checked/a?b", "from=here"))


if __name__ == "__main__":
    main()
