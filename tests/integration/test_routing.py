# SPDX-License-Identifier: Apache-2.0
"""Which location answers, in nginx's order, and what `return` and a proxy_pass with a URI make of a request."""

import reference
from harness import Client, GatewayTest, main, wait_until

LOCATIONS = ("/", "= /", "/img/", "/img/deep/", "^~ /static/", "= /img/exact.jpg", "~ \\\\.php$", "~* \\\\.(jpg|png)$",
             "~ ^/a\\\\.b", "/a.b/", "/caf\u00e9/", "/sp ace/")

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
server_name = ["own.test"]
access_log = "off"
""" + "".join(f"""
[[server.route]]
location = "{location}"
return = "200 {number}"
""" for number, location in enumerate(LOCATIONS)) + """
[[server.route]]
location = "/forbidden/"
return = "403"
[[server.route]]
location = "/moved"
return = "301 https://new.test$request_uri"
[[server.route]]
location = "/local"
return = "302 /there"
[[server.route]]
location = "/local-path"
return = "302 /there"
absolute_redirect = "off"
[[server.route]]
location = "/local-name"
return = "302 /there"
server_name_in_redirect = "on"
[[server.route]]
location = "/local-port"
return = "302 /there"
port_in_redirect = "off"
[[server.route]]
location = "/text"
return = "200 $request_method $host $arg_x"
[[server.route]]
location = "/json"
return = '200 {"uri":"$uri"}'
default_type = "application/json"
[[server.route]]
location = "/typeless"
return = "200 x"
default_type = ""
[[server.route]]
location = "/app/"
proxy_pass = "http://origin/base/"
[[server.route]]
location = "/plain/"
proxy_pass = "http://origin"
[[server.route]]
location = "= /one"
proxy_pass = "http://origin/other"
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
server_name = [".moved.test"]
return = "301 https://$host$request_uri"
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
return = "403"
error_page = ["403 @why"]
deny = ["all"]
[[server.route]]
location = "/"
return = "200 not reached"
[[server.route]]
location = "@why"
allow = ["all"]
return = "200 why $uri"
[upstream.origin]
server = ["@ORIGIN@"]
"""


class Locations(GatewayTest):
    configuration = CONFIGURATION

    def location_of(self, path):
        """The location that answers, as its configuration spells it; or the status that refuses the path."""
        got = self.gateway.get(path)
        return LOCATIONS[int(got.text())].replace("\\\\", "\\") if got.status == 200 else got.status

    def test_nginx_s_order(self):
        for path, location in {
                "/": "= /", "/?x": "= /", "/x": "/", "/img": "/", "/img/": "/img/", "/img/x.txt": "/img/",
                "/img/deep/x": "/img/deep/", "/img/deeper": "/img/", "/IMG/": "/", "/img/x.jpg": "~* \\.(jpg|png)$",
                "/img/x.PNG": "~* \\.(jpg|png)$", "/img/exact.jpg": "= /img/exact.jpg", "/x.php": "~ \\.php$",
                "/x.PHP": "/", "/x.php.png": "~* \\.(jpg|png)$", "/x.jpg.php": "~ \\.php$",
                "/static/x.php": "^~ /static/", "/static/": "^~ /static/", "/static": "/", "/a.b/x": "~ ^/a\\.b",
                "/a.b/x.php": "~ \\.php$", "/a.b/x.jpg": "~* \\.(jpg|png)$", "/axb/": "/"}.items():
            self.assertEqual(self.location_of(path), location, path)

    def test_the_normalised_path_decides(self):
        for path, location in {
                "//": "= /", "/./": "= /", "/x/..": "= /", "//img//x": "/img/", "/x/../img/y": "/img/", "/img/../x": "/",
                "/img%2Fx": "/img/", "/%69mg/": "/img/", "/img/%2e%2e/": "= /", "/img/./deep//x": "/img/deep/",
                "/x%2ephp": "~ \\.php$", "/img/exact%2Ejpg?q": "= /img/exact.jpg", "/caf%C3%A9/": "/caf\u00e9/",
                "/sp%20ace/": "/sp ace/", "/static/../x.php": "~ \\.php$", "/img/x%3Fy.jpg": "~* \\.(jpg|png)$",
                "/img/x?y.jpg": "/img/"}.items():
            self.assertEqual(self.location_of(path), location, path)

    def test_a_path_above_the_root_is_refused(self):
        for path in ("/..", "/../x", "/img/../../x", "/%2e%2e/x", "/%00", "/%zz", "/%"):
            self.assertEqual(self.gateway.get(path).status, 400, path)

    def test_a_prefix_cannot_be_dodged(self):
        for path in ("/forbidden/x", "//forbidden/x", "/./forbidden/x", "/x/../forbidden/x", "/%66orbidden/x",
                     "/forbidden%2Fx", "/forbidden/./x?y", "http://gw.test/forbidden/x", "/forbidden//x"):
            self.assertEqual(self.gateway.get(path).status, 403, path)


class Returns(GatewayTest):
    configuration = CONFIGURATION

    def test_a_status_has_its_page(self):
        got = self.gateway.get("/forbidden/x")
        self.assertEqual((got.status, got.reason, got.get("Content-Type")), (403, "Forbidden", "text/html"))
        self.assertIn("<h1>403 Forbidden</h1>", got.text())

    def test_a_redirect_has_its_location(self):
        got = self.gateway.get("/moved/x?y=%20")
        self.assertEqual((got.status, got.reason), (301, "Moved Permanently"))
        self.assertEqual(got.get("Location"), "https://new.test/moved/x?y=%20")
        self.assertIn("<h1>301 Moved Permanently</h1>", got.text())

    def test_a_path_becomes_an_address_on_this_host(self):
        got = self.gateway.get("/local", host="gw.test:8080")
        self.assertEqual((got.status, got.get("Location")), (302, f"http://gw.test:{self.gateway.port}/there"))
        for path, location in (("/local-path", "/there"), ("/local-name", f"http://own.test:{self.gateway.port}/there"),
                               ("/local-port", "http://gw.test/there")):
            self.assertEqual(self.gateway.get(path, host="gw.test:8080").get("Location"), location)

    def test_a_text_takes_variables(self):
        got = self.gateway.get("/text?x=1", host="Gw.Test:81")
        self.assertEqual((got.text(), got.get("Content-Type")), ("GET gw.test 1", "text/plain"))

    def test_a_text_has_its_type(self):
        self.assertEqual((self.gateway.get("/json").text(), self.gateway.get("/json").get("Content-Type")),
                         ('{"uri":"/json"}', "application/json"))
        self.assertIsNone(self.gateway.get("/typeless").get("Content-Type"))

    def test_head_and_a_request_with_a_body(self):
        with self.gateway.client() as client:
            got = client.get("/text", method="HEAD")
            self.assertEqual((got.status, got.get("Content-Length")), (200, "13"))
            client.send("POST /text?x=y HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello")
            self.assertEqual(client.read_answer().text(), "POST h y")
            client.send("GET /forbidden/ HTTP/1.1\r\nHost: h\r\n\r\n")
            self.assertEqual(client.read_answer().status, 403)

    def test_nothing_of_it_reaches_the_origin(self):
        self.gateway.get("/text")
        self.assertEqual(self.origin.seen(), [])


class ServerReturns(GatewayTest):
    configuration = CONFIGURATION

    def ask(self, server, path, host="gw.test", **options):
        wait_until(lambda: len(self.gateway.addresses()) == 3, "the listeners")
        with Client(self.gateway.addresses()[server][1]) as client:
            return client.get(path, "Connection: close\r\n", host=host, **options)

    def test_a_server_needs_no_route(self):
        for host in ("moved.test", "www.moved.test"):
            got = self.ask(1, "/a%20b?c=d", host)
            self.assertEqual((got.status, got.get("Location")), (301, f"https://{host}/a%20b?c=d"))
        self.assertEqual(self.ask(1, "/", "moved.test", method="HEAD").status, 301)
        self.assertEqual(self.ask(1, "/..", "moved.test").status, 400)

    def test_it_goes_before_locations_and_access_rules(self):
        got = self.ask(2, "/x")
        self.assertEqual((got.status, got.text()), (403, "why /x"))


class ProxyPassUri(GatewayTest):
    configuration = CONFIGURATION

    def test_the_uri_replaces_what_the_location_matched(self):
        for path, target in {"/app/": "/base/", "/app/x?y=%20": "/base/x?y=%20", "/app/a%20b": "/base/a%20b",
                             "/app//a/../b": "/base/b", "/x/../app/c": "/base/c", "/app/%2541": "/base/%2541",
                             "/app/x%3Fy": "/base/x%3Fy", "/one": "/other", "/one?q": "/other?q"}.items():
            self.assertEqual(self.gateway.get(path).status, 200, path)
            self.assertEqual(self.origin.last().target, target, path)

    def test_without_a_uri_the_target_stays_as_it_came(self):
        for path in ("/plain/a%20b//c/../d?x=%zz", "/plain/%41", "//plain/x", "/x/../plain/y"):
            self.assertEqual(self.gateway.get(path).status, 200, path)
            self.assertEqual(self.origin.last().target, path)

    def test_a_folder_without_its_slash_is_redirected(self):
        for path, location in {"/app": "/app/", "/plain?x=y": "/plain/?x=y"}.items():
            got = self.gateway.get(path, host="gw.test:81")
            self.assertEqual((got.status, got.get("Location")), (301, f"http://gw.test:{self.gateway.port}{location}"))


SHOWN = {"X-Uri": "$uri", "X-Request-Uri": "$request_uri", "X-Args": "$args"}
PATHS_CONFIGURATION = """
worker_processes = 1
@MERGE@
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
[server.proxy_set_header]
""" + "".join(f'{name} = "{value}"\n' for name, value in SHOWN.items()) + """
[[server.route]]
location = "/"
proxy_pass = "http://origin"
[[server.route]]
location = "/u/"
proxy_pass = "http://origin/x/"
[[server.route]]
location = "/a/"
proxy_pass = "http://origin/y/"
[[server.route]]
location = "//d/"
proxy_pass = "http://origin/z/"
[upstream.origin]
server = ["@ORIGIN@"]
"""


class PathsAsNginx(GatewayTest):
    """Runs of slashes and fragments: what nginx makes of them."""

    configuration = PATHS_CONFIGURATION.replace("@MERGE@", "")
    nginx_says = ""
    paths = ("//a//b", "/u//a//b", "/a//../b", "//..", "/..", "/a//", "/a/./..//b", "//d//e", "/u%2F%2fx", "/u/%2e%2e//x",
             "/a/b//..", "/a//.", "//u/x", "/u/a?x//y")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        origin = f"http://127.0.0.1:{cls.origin.port}"
        cls.nginx = reference.Nginx(cls.nginx_says, " ".join(
            [*(f"proxy_set_header {name} {value};" for name, value in SHOWN.items()),
             f"location / {{ proxy_pass {origin}; }}", f"location /u/ {{ proxy_pass {origin}/x/; }}",
             f"location /a/ {{ proxy_pass {origin}/y/; }}", f"location //d/ {{ proxy_pass {origin}/z/; }}"]))
        cls.addClassCleanup(cls.nginx.stop)

    def asked(self, server, path):
        """The status, and what the origin was asked and told."""
        self.origin.forget()
        status = server.get(path).status
        seen = self.origin.seen()
        return status, seen and [seen[-1].target, *(seen[-1].get(name) for name in SHOWN)]

    def test_paths_and_what_is_passed_on(self):
        for path in self.paths:
            self.assertEqual(self.asked(self.gateway, path), self.asked(self.nginx, path), path)


class UnmergedAsNginx(PathsAsNginx):
    configuration = PATHS_CONFIGURATION.replace("@MERGE@", 'merge_slashes = "off"')
    nginx_says = "merge_slashes off;"


class FragmentsAsNginx(PathsAsNginx):
    paths = ("/u/a#b", "/u//a//b#c", "/u/a?x#y", "/u/a%23b", "#", "/..#x", "http://gw.test#b", "http://gw.test/u/a#b")

    def test_a_fragment_goes_no_further(self):
        # nginx itself sends it on where proxy_pass has no URI part: its upstream may see another path in it.
        for path, target in (("/c#b", "/c"), ("/b#/../c?d", "/b"), ("/b?c#d", "/b?c"), ("http://gw.test/b#c", "/b")):
            ours, theirs = self.asked(self.gateway, path), self.asked(self.nginx, path)
            self.assertEqual(ours[1][1:], theirs[1][1:], path)
            self.assertEqual((ours[0], ours[1][0]), (200, target), path)


if __name__ == "__main__":
    main()
