# SPDX-License-Identifier: Apache-2.0
"""Variables that the configuration sets, beside the real nginx."""

import unittest

import reference
from harness import GatewayTest, main, wait_until

SEEN = '"[$a][$b][$c][$d]"'

CONFIGURATION = f"""
worker_processes = 1
log_format = {{ own = "$request_uri [$a][$c][$secret]" }}
access_log = "access.log own"
[[server]]
listen = ["127.0.0.1:0"]
server_name = ["gw.test"]
set = {{ "$a" = "server $uri", "$b" = "$host" }}
[[server.route]]
location = "/"
return = '200 {SEEN[1:-1]}'
[[server.route]]
location = "/own"
set = {{ "$c" = "<$a>", "$a" = "own", "$d" = "$a$c$arg_x" }}
return = '200 {SEEN[1:-1]}'
[[server.route]]
location = '~ ^/u/(?<user>[^/]+)/(.*)$'
set = {{ "$c" = "$user and $2" }}
proxy_pass = "http://@ORIGIN@"
proxy_set_header = {{ X-Seen = {SEEN} }}
[[server.route]]
location = "/gone"
set = {{ "$c" = "gone" }}
return = "404"
error_page = "404 =200 /after"
[[server.route]]
location = "/after"
set = {{ "$d" = "after $c" }}
return = '200 {SEEN[1:-1]}'
[[server.route]]
location = "/lost"
set = {{ "$c" = "lost", "$a" = "kept" }}
return = "404"
error_page = "404 =200 @named"
[[server.route]]
location = "@named"
set = {{ "$d" = "named $c" }}
return = '200 {SEEN[1:-1]}'
[[server.route]]
location = "/asked"
set = {{ "$c" = "asked" }}
auth_request = "/auth"
proxy_pass = "http://@ORIGIN@"
proxy_set_header = {{ X-Seen = {SEEN} }}
[[server.route]]
location = "/auth"
set = {{ "$d" = "auth $c" }}
proxy_pass = "http://@ORIGIN@"
proxy_set_header = {{ X-Seen = {SEEN} }}
[[server.route]]
location = "/masked"
set = {{ "$secret" = "$http_authorization" }}
return = "204"
"""

NGINX = f"""
set $a "server $uri";
set $b $host;
location / {{ return 200 {SEEN}; }}
location /own {{ set $c "<$a>"; set $a own; set $d $a$c$arg_x; return 200 {SEEN}; }}
location ~ ^/u/(?<user>[^/]+)/(.*)$ {{ set $c "$user and $2"; proxy_pass http://@ORIGIN@; proxy_set_header X-Seen {SEEN}; }}
location /gone {{ set $c gone; return 404; error_page 404 =200 /after; }}
location /after {{ set $d "after $c"; return 200 {SEEN}; }}
location /lost {{ set $c lost; set $a kept; return 404; error_page 404 =200 @named; }}
location @named {{ set $d "named $c"; return 200 {SEEN}; }}
location /asked {{ set $c asked; auth_request /auth; proxy_pass http://@ORIGIN@; proxy_set_header X-Seen {SEEN}; }}
location /auth {{ set $d "auth $c"; proxy_pass http://@ORIGIN@; proxy_set_header X-Seen {SEEN}; }}
"""


class Set(GatewayTest):
    configuration = CONFIGURATION

    def test_a_server_s_and_a_route_s(self):
        self.assertEqual(self.gateway.get("/x").text(), "[server /x][gw.test][][]")
        self.assertEqual(self.gateway.get("/own?x=1").text(), "[own][gw.test][<server /own>][own<server /own>1]")

    def test_each_request_begins_anew(self):
        with self.gateway.client() as client:
            client.get("/own?x=1")
            self.assertEqual(client.get("/x").text(), "[server /x][gw.test][][]")

    def test_a_secret_stays_one_under_another_name(self):
        self.gateway.get("/masked", "Authorization: Bearer topsecretword\r\n")
        log = self.folder / "access.log"
        line = wait_until(lambda: [each for each in log.read_text().splitlines() if each.startswith("/masked")], "the line")[0]
        self.assertEqual(line, "/masked [server /masked][-][***]")


@unittest.skipUnless(reference.PROGRAM, "nginx is not installed")
class SetAsNginx(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nginx = reference.Nginx("", NGINX.replace("@ORIGIN@", f"127.0.0.1:{cls.origin.port}"))
        cls.addClassCleanup(cls.nginx.stop)

    def test_the_same_values(self):
        for path in ("/", "/x%20y?x=2", "/own", "/own/deep?x=7", "/u/anna/b/c", "/gone", "/after", "/lost", "/asked?x", "/auth"):
            told = []
            for server in (self.gateway, self.nginx):
                self.origin.forget()
                got = server.get(path)
                told.append((got.status, got.text(), [request.get("X-Seen") for request in self.origin.seen()]))
            self.assertEqual(told[0], told[1], path)


if __name__ == "__main__":
    main()
