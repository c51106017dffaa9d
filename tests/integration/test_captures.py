# SPDX-License-Identifier: Apache-2.0
"""What regular expressions of server_name and location take, as variables: $1 to $9 and names."""

import unittest

import reference
from harness import GatewayTest, answer, main, wait_until

CONFIGURATION = r"""
worker_processes = 1
log_format = { own = '$sub|$user|$page|$1' }
access_log = 'access.log own'
[[server]]
listen = ["127.0.0.1:0"]
server_name = ['www.example.com', '~^(?<sub>[^.]+)\.(?<zone>example|invalid)\.com$']
auth_request_set = ['$checked $upstream_http_x_checked']
add_header = ["X-Sub '$sub'"]
[[server.route]]
location = '/'
return = '200 [$sub][$zone][$user][$1]'
[[server.route]]
location = '~ ^/u/(?<user>[^/]+)(?:/(?<page>p[^/]*))?/(.*)$'
proxy_pass = 'http://origin'
proxy_set_header = { X-User = '$user', X-Page = '<$page>', X-Last = '${3}', X-Sub = '$sub' }
[[server.route]]
location = '~ ^/to/(?<target>.+)$'
proxy_pass = 'http://origin/of/$sub/$target'
[[server.route]]
location = '~ ^/plain'
return = '200 [$1][$sub]'
[[server.route]]
location = '~ ^/gone/(?<user>.+)$'
return = '404'
error_page = '404 =200 /after/x'
[[server.route]]
location = '/after/'
return = '200 after $uri [$user][$1]'
[[server.route]]
location = '~ ^/lost/(?<user>.+)$'
return = '404'
error_page = '404 =200 @named'
[[server.route]]
location = '@named'
return = '200 named [$user][$1]'
[[server.route]]
location = '~ ^/asked/(?<user>.+)$'
auth_request = '/auth'
proxy_pass = 'http://origin'
proxy_set_header = { X-Got = '[$user][$1][$checked]' }
auth_request_set = ['$checked $upstream_http_x_checked']
[[server.route]]
location = '/auth'
internal = 'on'
proxy_pass = 'http://origin/auth/$sub/$user/$1'
[[server.route]]
location = '~ ^/redirect/(?<user>.+)$'
proxy_pass = 'http://origin'
proxy_redirect = '~^http://(?<site>[^/]+)/(?<rest>.*)$ /at/$site/${rest}?u=$user'
[upstream.origin]
server = ["@ORIGIN@"]
"""


class Captures(GatewayTest):
    configuration = CONFIGURATION

    def text(self, path, host="shop.example.com"):
        got = self.gateway.get(path, host=host)
        self.assertEqual(got.status, 200, path)
        return got.text()

    def test_what_the_server_s_name_took_is_there_in_its_locations(self):
        self.assertEqual(self.text("/"), "[shop][example][][shop]")
        self.assertEqual(self.text("/", host="Shop.Invalid.COM:81"), "[shop][invalid][][shop]")
        self.assertEqual(self.gateway.get("/", host="shop.example.com").get("X-Sub"), "shop")

    def test_another_name_takes_nothing(self):
        for host in ("www.example.com", "elsewhere.test"):
            self.assertEqual(self.text("/", host=host), "[][][][]")
            self.assertIsNone(self.gateway.get("/", host=host).get("X-Sub"))

    def test_a_request_without_a_host_takes_nothing(self):
        got = self.gateway.exchange("GET / HTTP/1.0\r\n\r\n")
        self.assertEqual((got.status, got.text()), (200, "[][][][]"))

    def test_what_a_location_took_goes_upstream(self):
        self.assertEqual(self.gateway.get("/u/anna%20b/p7/x/y", host="shop.example.com").status, 200)
        seen = self.origin.last()
        self.assertEqual([seen.get(name) for name in ("X-User", "X-Page", "X-Last", "X-Sub")],
                         ["anna b", "<p7>", "x/y", "shop"])

    def test_a_group_without_part_is_empty(self):
        self.gateway.get("/u/anna/x", host="shop.example.com")
        self.assertEqual(self.origin.last().get("X-Page"), "<>")

    def test_a_proxy_pass_may_lead_by_them(self):
        self.gateway.get("/to/a/b", host="shop.example.com")
        self.assertEqual(self.origin.last().target, "/of/shop/a/b")

    def test_numbers_are_the_last_expression_s(self):
        self.assertEqual(self.text("/plain"), "[][shop]")

    def test_they_outlive_an_internal_redirect(self):
        self.assertEqual(self.text("/gone/anna"), "after /after/x [anna][anna]")
        self.assertEqual(self.text("/lost/anna"), "named [anna][anna]")

    def test_they_are_in_logs(self):
        with self.gateway.client() as client:
            client.get("/u/log%22ged/x", host="shop.example.com")
            client.get("/plain", host="www.example.com")
        log = self.gateway.folder / "access.log"
        wait_until(lambda: "shop|log" in log.read_text() and "-|-|-|-" in log.read_text(), "the lines")
        self.assertIn("shop|log\\x22ged||log\\x22ged\n", log.read_text())

    def test_an_authorization_request_sees_names_and_no_numbers(self):
        self.gateway.get("/asked/anna", host="shop.example.com")
        authorization, request = self.origin.seen()[-2:]
        self.assertEqual(authorization.target, "/auth/shop/anna/")
        self.assertEqual((request.target, request.get("X-Got")), ("/asked/anna", "[anna][anna][]"))

    def test_what_they_took_cannot_end_a_header(self):
        self.gateway.get("/u/a%0d%0aEvil:%20x/y", host="shop.example.com")
        seen = self.origin.last()
        self.assertEqual((seen.get("X-User"), seen.get("Evil")), ("a%0D%0AEvil: x", None))

    def test_a_redirect_is_changed_by_names_of_its_own(self):
        self.origin.on("/redirect/anna", answer(b"", status="302 Found", fields=[("Location", "http://other.test/x/y")]))
        got = self.gateway.get("/redirect/anna", host="shop.example.com")
        self.assertRegex(got.get("Location"), r"^http://shop\.example\.com:\d+/at/other\.test/x/y\?u=anna$")


@unittest.skipUnless(reference.PROGRAM, "nginx is not installed")
class CapturesAsNginx(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nginx = reference.Nginx("", r"""
            server_name www.example.com ~^(?<sub>[^.]+)\.(?<zone>example|invalid)\.com$;
            location / { return 200 "[$sub][$zone][$user][$1]"; }
            location ~ ^/plain { return 200 "[$1][$sub]"; }
            location ~ ^/gone/(?<user>.+)$ { return 404; error_page 404 =200 /after/x; }
            location /after/ { return 200 "after $uri [$user][$1]"; }
            location ~ ^/lost/(?<user>.+)$ { return 404; error_page 404 =200 @named; }
            location @named { return 200 "named [$user][$1]"; }
            location ~ ^/u/(?<user>[^/]+)(?:/(?<page>p[^/]*))?/(.*)$ {
                proxy_pass http://127.0.0.1:%d;
                proxy_set_header X-User $user;
                proxy_set_header X-Page <$page>;
                proxy_set_header X-Last $3;
                proxy_set_header X-Sub $sub;
            }
        """ % cls.origin.port)
        cls.addClassCleanup(cls.nginx.stop)

    def test_the_same_in_answers(self):
        for host in ("shop.example.com", "SHOP.invalid.com", "www.example.com", "x.y.example.com", "elsewhere.test"):
            for path in ("/", "/plain", "/plain/x", "/gone/a/b", "/gone/", "/lost/a%20b", "/after/y"):
                got, expected = (side.get(path, host=host) for side in (self.gateway, self.nginx))
                self.assertEqual((got.status, got.text()), (expected.status, expected.text()), (host, path))

    def test_the_same_upstream(self):
        for path in ("/u/anna/x", "/u/anna/p7/x", "/u/anna//x", "/u/a%20b/p%41/"):
            seen = []
            for side in (self.gateway, self.nginx):
                self.assertEqual(side.get(path, host="shop.example.com").status, 200)
                last = self.origin.last()
                seen.append([last.get(name) for name in ("X-User", "X-Page", "X-Last", "X-Sub")])
            self.assertEqual(seen[0], seen[1], path)


if __name__ == "__main__":
    main()
