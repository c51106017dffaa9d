# SPDX-License-Identifier: Apache-2.0
"""limit_except: who may ask by other methods than those named, by the same requests to nginx and to the gateway; and
auth_delay."""

import base64
import time

import reference
from harness import GatewayTest, main, wait_until

USERS = "joe:{PLAIN}secret\n"
BASIC = "Authorization: Basic " + base64.b64encode(b"joe:secret").decode() + "\r\n"
METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS", "PATCH", "FOO")

# location: (keys of the route, its limit_except, body of nginx's location)
LOCATIONS = {
    "/get": ("", 'methods = ["GET"]\ndeny = "all"', "limit_except GET { deny all; }"),
    "/head": ("", 'methods = "HEAD"\ndeny = "all"', "limit_except HEAD { deny all; }"),
    "/two": ("", 'methods = ["post", "GET"]\ndeny = "all"', "limit_except post GET { deny all; }"),
    "/some": ("", 'methods = "GET"\nallow = "127.0.0.1"\ndeny = "all"', "limit_except GET { allow 127.0.0.1; deny all; }"),
    "/opened": ('deny = "all"', 'methods = "POST"\nallow = "all"', "deny all; limit_except POST { allow all; }"),
    "/inherited": ('deny = "all"', 'methods = "POST"', "deny all; limit_except POST { }"),
    "/password": ("", 'methods = "GET"\nauth_basic = "Area"\nauth_basic_user_file = "users"',
                  "limit_except GET { auth_basic Area; auth_basic_user_file users; }"),
    "/either": ('satisfy = "any"', 'methods = "GET"\ndeny = "all"\nauth_basic = "Area"\nauth_basic_user_file = "users"',
                "satisfy any; limit_except GET { deny all; auth_basic Area; auth_basic_user_file users; }"),
    "/freed": ('auth_basic = "Area"\nauth_basic_user_file = "users"', 'methods = "POST"\nauth_basic = "off"',
               "auth_basic Area; auth_basic_user_file users; limit_except POST { auth_basic off; }"),
}

CONFIGURATION = """
worker_processes = 1
error_log = "stderr info"
log_format = { short = "$status $uri" }
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
[[server.route]]
location = "/returned"
return = "200 yes"
limit_except = { methods = ["GET"], deny = "all" }
[[server.route]]
location = "/paged"
return = "404"
limit_except = { methods = ["POST"], deny = "all" }
error_page = ["403 /get/why"]
[[server.route]]
location = "/slow"
proxy_pass = "http://origin"
auth_basic = "Area"
auth_basic_user_file = "users"
auth_delay = "600ms"
[[server.route]]
location = "/long"
proxy_pass = "http://origin"
auth_basic = "Area"
auth_basic_user_file = "users"
auth_delay = "1h"
access_log = "long.log short"
""" + "".join(f'[[server.route]]\nlocation = "{path}"\nproxy_pass = "http://origin"\n{keys}\n'
              f'[server.route.limit_except]\n{limits}\n' for path, (keys, limits, _) in LOCATIONS.items()) + """
[upstream.origin]
server = ["@ORIGIN@"]
"""


class MethodTest(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        (folder / "users").write_text(USERS)


class LimitExcept(MethodTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        proxy = f"proxy_pass http://127.0.0.1:{cls.origin.port};"
        cls.nginx = reference.Nginx("", "location /returned { return 200 yes; limit_except GET { deny all; } }"
                                    + " ".join(f"location {path} {{ {proxy} {body} }}"
                                               for path, (_, _, body) in LOCATIONS.items()))
        cls.addClassCleanup(cls.nginx.stop)
        (cls.nginx.folder / "users").write_text(USERS)

    def test_each_method_has_nginx_s_answer(self):
        for path in (*LOCATIONS, "/returned"):
            for method in METHODS:
                for fields in ("", BASIC):
                    with self.subTest(path=path, method=method, fields=fields):
                        got = [each.get(path, fields, method=method) for each in (self.nginx, self.gateway)]
                        self.assertEqual(*((each.status, each.get("WWW-Authenticate")) for each in got))
        self.assertEqual(self.gateway.get("/get", method="POST").status, 403)
        self.assertEqual(self.gateway.get("/get", method="HEAD").status, 200)
        self.assertEqual(self.gateway.get("/opened", method="POST").status, 403)
        self.assertEqual(self.gateway.get("/freed", method="PUT").status, 200)

    def test_a_redirected_request_is_a_get(self):
        self.assertEqual(self.gateway.get("/paged", method="PUT").status, 403)
        self.assertEqual(self.origin.last().target, "/get/why")

    def test_the_log_says_who(self):
        self.gateway.get("/get?logged", method="DELETE")
        wait_until(lambda: 'request: "DELETE /get?logged HTTP/1.1"' in self.gateway.log(), "the refusal in the log")


class AuthDelay(MethodTest):
    def test_a_401_waits_and_nothing_else_does(self):
        began = time.monotonic()
        self.assertEqual(self.gateway.get("/slow").status, 401)
        self.assertGreaterEqual(time.monotonic() - began, 0.6)
        self.assertEqual(self.gateway.get("/slow", BASIC).status, 200)
        wait_until(lambda: "delaying unauthorized request" in self.gateway.log(), "the delay in the log")

    def test_a_client_that_leaves_ends_it(self):
        client = self.gateway.client()
        client.send("GET /long HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        wait_until(lambda: "GET /long" in self.gateway.log(), "the delay in the log")
        client.reset()
        wait_until(lambda: "499 /long" in (self.folder / "long.log").read_text(), "the end of the request")


if __name__ == "__main__":
    main()
