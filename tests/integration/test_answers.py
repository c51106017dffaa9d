# SPDX-License-Identifier: Apache-2.0
"""What is added to answers: add_header, expires, and every form of return; beside nginx where it can judge."""

import re
import time
import unittest
from email.utils import parsedate_to_datetime

import reference
from harness import GatewayTest, answer, main
from rewriting import RewritingTest, signed_urls

HEADERS = ["X-Plain a", "X-Always b always", 'X-Quoted "with blanks; and more"', "X-Variable $arg_v",
           "Cache-Control no-transform", "X-Sent $sent_http_content_type", 'X-Empty ""']

LAST = "Tue, 14 Nov 2023 22:13:20 GMT"
EXPIRES = {"/off": "off", "/epoch": "epoch", "/max": "max", "/hour": "1h", "/zero": "0", "/past": "-1",
           "/modified": "modified 1h", "/modifiedback": "modified -1d", "/day": "@15h30m", "/variable": "$arg_e"}

RETURNS = {
    "/r200": "200", "/r200text": "200 hello", "/r204": "204", "/r206": "206 part", "/r201": "201 made",
    "/r301": "301 https://example.com$request_uri", "/r302": "302 /relative", "/r303": "303 http://h/", "/r307": "307 http://h/",
    "/r308": "308 http://h/", "/r304": "304", "/r400": "400", "/r403": "403", "/r404": "404", "/r404text": "404 gone",
    "/r405": "405", "/r418": "418", "/r418text": "418 teapot", "/r429": "429", "/r500": "500", "/r503": "503",
    "/r503text": "503 later", "/r599": "599", "/raddress": "http://example.com/$arg_v", "/rscheme": "$scheme://$host/x",
    "/rquoted": "200 text; with blanks", "/r300": "300", "/r305": "305 text",
}


def configuration():
    routes = [f'[[server.route]]\nlocation = "/added"\nproxy_pass = "http://origin"\nadd_header = {HEADERS!r}\n',
              f'[[server.route]]\nlocation = "/status"\nproxy_pass = "http://origin"\nadd_header = {HEADERS!r}\nexpires = "1h"\n',
              '[[server.route]]\nlocation = "/inherited"\nproxy_pass = "http://origin"\n',
              '[[server.route]]\nlocation = "/own"\nproxy_pass = "http://origin"\nadd_header = ["X-Own o"]\n',
              '[[server.route]]\nlocation = "/replaced"\nproxy_pass = "http://origin"\n'
              'add_header = ["ETag \'\\"mine\\"\'", "Last-Modified \'\'"]\n']
    for path, value in EXPIRES.items():
        routes.append(f'[[server.route]]\nlocation = "= {path}"\nproxy_pass = "http://origin"\nexpires = "{value}"\n')
    for path, value in RETURNS.items():
        routes.append(f'[[server.route]]\nlocation = "= {path}"\nreturn = "{value}"\n')
    return """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
server_name = ["gw.test"]
add_header = ["X-Server s always"]
""" + "".join(routes) + '[upstream.origin]\nserver = ["@ORIGIN@"]\n'


SHOWN = ("X-Plain", "X-Always", "X-Quoted", "X-Variable", "X-Sent", "X-Empty", "X-Server", "X-Own", "ETag",
         "Last-Modified", "Cache-Control", "Content-Type", "Location")


def shown(got):
    fields = {name: got.all(name) for name in SHOWN}
    # Each names its own port in an address that it completes.
    fields["Location"] = [re.sub(r"//gw\.test:\d+/", "//gw.test/", value) for value in fields["Location"]]
    # Expires is now and then a second apart: what counts is how long after Date it is.
    expires, date = got.all("Expires"), got.get("Date")
    distant = [value for value in expires if "1970" in value or "2037" in value]
    fields["Expires"] = distant or [len(expires)]
    fields["after"] = [(parsedate_to_datetime(value) - parsedate_to_datetime(date)).total_seconds()
                       for value in expires if not distant and value != "0"]
    return fields


class AnswersTest(GatewayTest):
    configuration = configuration()

    def setUp(self):
        super().setUp()

        def status(conversation, request):
            conversation.read_body(request)
            code = request.get("X-Status") or "200"
            body = b"" if code in ("204", "304") else b"body"
            conversation.send(answer(body, f"{code} Said", [("Content-Type", "text/plain"), ("ETag", '"u"'),
                                                           ("Cache-Control", "private"), ("Cache-Control", "max-age=9"),
                                                           ("Expires", LAST), ("Last-Modified", LAST)],
                                     length=code not in ("204", "304")))
        for path in ("/added", "/status", "/inherited", "/own", "/replaced", *EXPIRES):
            self.origin.on(path, status)


class Answers(AnswersTest):
    def test_headers_are_added(self):
        got = self.gateway.get("/added?v=1")
        self.assertEqual((got.get("X-Plain"), got.get("X-Always"), got.get("X-Quoted"), got.get("X-Variable")),
                         ("a", "b", "with blanks; and more", "1"))
        self.assertEqual(got.all("Cache-Control"), ["private", "max-age=9", "no-transform"])
        self.assertEqual((got.get("X-Sent"), got.get("X-Empty"), got.get("X-Server")), ("text/plain", None, None))
        self.assertIsNone(self.gateway.get("/added").get("X-Variable"))

    def test_errors_of_our_own_get_what_is_always_added(self):
        for path in ("/nowhere", "/r404", "/r503"):
            self.assertEqual(self.gateway.get(path).get("X-Server"), "s", path)

    def test_a_value_ends_no_line(self):
        got = self.gateway.get("/added?v=a%0d%0aX-Injected:%20b")
        self.assertIsNone(got.get("X-Injected"))

    def test_expires_of_the_day_is_within_a_day(self):
        seconds = int(self.gateway.get("/day").get("Cache-Control").removeprefix("max-age="))
        self.assertTrue(0 <= seconds <= 90000, seconds)

    def test_returns(self):
        self.assertEqual(self.gateway.get("/r200text").text(), "hello")
        got = self.gateway.get("/r301")
        self.assertEqual((got.status, got.get("Location")), (301, "https://example.com/r301"))
        self.assertEqual(self.gateway.get("/r302").get("Location"), f"http://gw.test:{self.gateway.port}/relative")


class BoundedAnswers(RewritingTest):
    """expires and add_header promise a rewritten page no longer life than its links have."""

    configuration = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos"]
expires = "max"
add_header = ["Cache-Control public", "X-Added yes", "Surrogate-Control max-age=999999", "ETag '\\"fixed\\"'"]
[[server.route]]
location = "/plain"
proxy_pass = "http://origin"
expires = "max"
[upstream.origin]
server = ["@ORIGIN@"]
[key.KRSA]
private_key = "rsa/private_key.pem"
[media.photos]
links = ["/media/"]
target = "https://d111111abcdef8.cloudfront.net/private/"
key = ["KRSA"]
ttl = "1h"
"""

    def test_a_rewritten_page_is_bounded(self):
        self.origin.on("/page", self.page(b'<img src="/media/a.jpg">'))
        got = self.gateway.get("/page")
        self.assertEqual(len(signed_urls(got.body)), 1)
        control = ", ".join(got.all("Cache-Control"))
        self.assertIn("max-age=1800", control)
        self.assertNotIn("315360000", control)
        self.assertEqual(got.get("Surrogate-Control"), "max-age=1800")
        life = parsedate_to_datetime(got.get("Expires")) - parsedate_to_datetime(got.get("Date"))
        self.assertLessEqual(life.total_seconds(), 1801)
        self.assertEqual(got.get("X-Added"), "yes")
        self.assertNotEqual(got.get("ETag"), '"fixed"')

    def test_what_is_not_rewritten_keeps_it(self):
        self.origin.on("/plain", self.page(b'<img src="/media/a.jpg">'))
        self.assertEqual(self.gateway.get("/plain").get("Cache-Control"), "max-age=315360000")


@unittest.skipUnless(reference.PROGRAM, "nginx is not installed")
class AnswersAsNginx(AnswersTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        origin = f"http://127.0.0.1:{cls.origin.port}"
        headers = " ".join(f"add_header {each};" for each in HEADERS)
        server = [f"location /added {{ proxy_pass {origin}; {headers} }}",
                  f"location /status {{ proxy_pass {origin}; {headers} expires 1h; }}",
                  f"location /inherited {{ proxy_pass {origin}; }}",
                  f"location /own {{ proxy_pass {origin}; add_header X-Own o; }}",
                  f"location /replaced {{ proxy_pass {origin}; add_header ETag '\"mine\"'; add_header Last-Modified ''; }}"]
        for path, value in EXPIRES.items():
            server.append(f"location = {path} {{ proxy_pass {origin}; expires {value}; }}")
        for path, value in RETURNS.items():
            code, _, text = value.partition(" ")
            server.append(f'location = {path} {{ return {code} {chr(34) + text + chr(34) if text else ""}; }}')
        cls.nginx = reference.Nginx("add_header X-Server s always;", " ".join(server))
        cls.addClassCleanup(cls.nginx.stop)

    def both(self, path, fields=""):
        for _ in range(20):
            results = [server.get(path, fields) for server in (self.nginx, self.gateway)]
            # The two are asked within a second of each other, or asked again.
            if results[0].get("Date") == results[1].get("Date"):
                break
            time.sleep(0.05)  # each keeps its own clock, some milliseconds apart
        return results

    def test_headers_by_status(self):
        for code in (200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 403, 404, 410, 500, 503):
            for path in ("/added", "/status", "/inherited", "/own", "/replaced"):
                nginx, gateway = self.both(path + "?v=1", f"X-Status: {code}\r\n")
                self.assertEqual((gateway.status, shown(gateway)), (nginx.status, shown(nginx)), (path, code))

    def test_expires(self):
        for path in EXPIRES:
            for query in ("", "?e=1h", "?e=off", "?e=epoch", "?e=junk") if path == "/variable" else ("",):
                nginx, gateway = self.both(path + query)
                self.assertEqual(shown(gateway), shown(nginx), path + query)

    def test_returns(self):
        for path in RETURNS:
            nginx, gateway = self.both(path + "?v=1")
            mine, theirs = shown(gateway), shown(nginx)
            self.assertEqual((gateway.status, mine), (nginx.status, theirs), path)
            # Error pages name their server.
            if b"<html>" not in nginx.body:
                self.assertEqual(gateway.body, nginx.body, path)


if __name__ == "__main__":
    main()
