# SPDX-License-Identifier: Apache-2.0
"""Who may ask: allow and deny, the address behind proxies, passwords, auth_request, internal locations, referers."""

import base64
import hashlib
import socket
import threading
import unittest

import reference
from harness import GatewayTest, answer, main, wait_until

APR1 = "$apr1$rqXexS6Z$aHkKxtrJ39SjHzMujenay1"
BCRYPT = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"
SHA512 = ("$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1")
SHA1 = "{SHA}" + base64.b64encode(hashlib.sha1(b"secret").digest()).decode()

# location: (keys of the route, body of nginx's location)
ADDRESSES = {
    "/open": ("", ""),
    "/deny": ('deny = "all"', "deny all;"),
    "/allow": ('allow = ["127.0.0.1"]\ndeny = ["all"]', "allow 127.0.0.1; deny all;"),
    "/first": ('deny = ["127.0.0.1"]\nallow = ["all"]', "deny 127.0.0.1; allow all;"),
    "/list": ('access = ["deny 127.0.0.2", "allow 127.0.0.0/8", "deny all"]',
              "deny 127.0.0.2; allow 127.0.0.0/8; deny all;"),
    "/v6": ('allow = ["::/0"]\ndeny = ["all"]', "allow ::/0; deny all;"),
    "/other": ('allow = ["10.0.0.0/8"]', "allow 10.0.0.0/8;"),
    "/unix": ('allow = ["unix:"]\ndeny = ["all"]', "allow unix:; deny all;"),
    "/any": ('satisfy = "any"\nallow = ["127.0.0.1"]\ndeny = "all"\nauth_basic = "Area"\nauth_basic_user_file = "users"',
             'satisfy any; allow 127.0.0.1; deny all; auth_basic Area; auth_basic_user_file users;'),
    "/either": ('satisfy = "any"\ndeny = "all"\nauth_basic = "Area"\nauth_basic_user_file = "users"',
                'satisfy any; deny all; auth_basic Area; auth_basic_user_file users;'),
    "/both": ('deny = "all"\nauth_basic = "Area"\nauth_basic_user_file = "users"',
              'deny all; auth_basic Area; auth_basic_user_file users;'),
    "/basic": ('auth_basic = "The area of $host"\nauth_basic_user_file = "users"',
               'auth_basic "The area of $host"; auth_basic_user_file users;'),
    "/nofile": ('auth_basic = "Area"\nauth_basic_user_file = "none"', 'auth_basic Area; auth_basic_user_file none;'),
    "/real": ('set_real_ip_from = ["127.0.0.1"]\nreal_ip_header = "X-Forwarded-For"\nallow = "203.0.113.0/24"\ndeny = "all"',
              "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For; allow 203.0.113.0/24; deny all;"),
    "/deep": ('set_real_ip_from = ["127.0.0.1", "10.0.0.0/8"]\nreal_ip_header = "X-Forwarded-For"\nreal_ip_recursive = "on"',
              "set_real_ip_from 127.0.0.1; set_real_ip_from 10.0.0.0/8; real_ip_header X-Forwarded-For; real_ip_recursive on;"),
    "/byname": ('set_real_ip_from = ["localhost"]', "set_real_ip_from localhost;"),
    "/xreal": ('set_real_ip_from = ["127.0.0.1"]', "set_real_ip_from 127.0.0.1;"),
    "/named": ('set_real_ip_from = ["127.0.0.1"]\nreal_ip_header = "CF-Connecting-IP"',
               "set_real_ip_from 127.0.0.1; real_ip_header CF-Connecting-IP;"),
    "/stranger": ('set_real_ip_from = ["10.0.0.0/8"]', "set_real_ip_from 10.0.0.0/8;"),
    "/auth": ('auth_request = "/check?a=b"\nauth_request_set = ["$who $upstream_http_x_who"]\n'
              'add_header = ["X-Who $who"]',
              "auth_request /check; auth_request_set $who $upstream_http_x_who; add_header X-Who $who; "
              "proxy_set_header X-Who $who;"),
    "/lost": ('auth_request = "/nowhere"', "auth_request /nowhere;"),
    "/returned": ('auth_request = "/no"', "auth_request /no;"),
    "/eitherauth": ('satisfy = "any"\ndeny = "all"\nauth_request = "/check"', "satisfy any; deny all; auth_request /check;"),
}

# What an authority's location does with errors: its proxy_pass, and keys and body that lead elsewhere.
DOWN, ALIVE = "@DOWN@", "@ORIGIN@"
AUTHORITIES = {
    "/open": (DOWN, 'error_page = ["502 =200 /check"]', "error_page 502 =200 /check;"),
    "/kept": (DOWN, 'error_page = ["502 /check"]', "error_page 502 /check;"),
    "/own": (DOWN, 'error_page = ["502 = /check?x=y"]', "error_page 502 = /check?x=y;"),
    "/other": (DOWN, 'error_page = ["504 =200 /check"]', "error_page 504 =200 /check;"),
    "/nowhere": (DOWN, 'error_page = ["502 =200 /nothing"]', "error_page 502 =200 /nothing;"),
    "/no": (DOWN, 'error_page = ["502 =200 /no"]', "error_page 502 =200 /no;"),
    "/named": (DOWN, 'error_page = ["502 = @granted"]', "error_page 502 = @granted;"),
    "/again": (DOWN, 'error_page = ["502 =200 /authority/open"]', "error_page 502 =200 /authority/open;"),
    "/deeper": (DOWN, 'error_page = ["502 = /authority/own"]\nrecursive_error_pages = "on"',
                "error_page 502 = /authority/own; recursive_error_pages on;"),
    "/said": (ALIVE, 'error_page = ["401 503 =200 /yes"]', "error_page 401 503 =200 /yes;"),
    "/heard": (ALIVE, 'error_page = ["401 503 =200 /yes"]\nproxy_intercept_errors = "on"',
               "error_page 401 503 =200 /yes; proxy_intercept_errors on;"),
}
for name in AUTHORITIES:
    ADDRESSES["/paged" + name] = (f'auth_request = "/authority{name}"', f"auth_request /authority{name};")

HEADERS = {"/auth": '[server.route.proxy_set_header]\nX-Who = "$who"\n'}
SHOWN = '[server.route.proxy_set_header]\nX-Seen = "$remote_addr:$remote_port $realip_remote_addr $proxy_add_x_forwarded_for"\n'
NGINX_SHOWN = 'proxy_set_header X-Seen "$remote_addr:$remote_port $realip_remote_addr $proxy_add_x_forwarded_for";'

USERS = f"""# users
joe:{APR1}
ann:{SHA1}:with a comment
bob:{BCRYPT}
eve:{SHA512}
pat:{{PLAIN}}plain
odd:$9$none
"""


def gateway_configuration():
    routes = [f'[[server.route]]\nlocation = "= /authority{name}"\nproxy_pass = "http://{server}/check"\n{keys}\n'
              for name, (server, keys, _) in AUTHORITIES.items()]
    for path, (keys, _) in ADDRESSES.items():
        routes.append(f'[[server.route]]\nlocation = "{path}"\nproxy_pass = "http://origin"\n{keys}\n'
                      + HEADERS.get(path, SHOWN))
    return """
worker_processes = 1
error_log = "stderr info"
[[server]]
listen = ["127.0.0.1:0", "unix:@FOLDER@/socket"]
server_name = ["gw.test"]
access_log = "access.log combined"
[[server.route]]
location = "= /check"
internal = true
proxy_pass = "http://origin"
[[server.route]]
location = "= /downcheck"
proxy_pass = "http://@DOWN@"
[[server.route]]
location = "/dark"
proxy_pass = "http://origin"
auth_request = "/downcheck"
[[server.route]]
location = "= /no"
return = "403"
[[server.route]]
location = "= /yes"
return = "200 yes"
[[server.route]]
location = "@granted"
return = "204"
[[server.route]]
location = "/inside"
internal = true
return = "200 inside"
[[server.route]]
location = "/referred"
proxy_pass = "http://origin"
valid_referers = ["none", "blocked", "server_names", "*.example.com", '~\\.friend\\.']
referer_status = 403
[[server.route]]
location = "/told"
return = "200 invalid=$invalid_referer"
valid_referers = ["server_names"]
[[server.route]]
location = "/closed"
return = "444"
""" + "".join(routes) + '[upstream.origin]\nserver = ["@ORIGIN@"]\n'


def basic(user, password):
    return "Authorization: Basic " + base64.b64encode(f"{user}:{password}".encode()).decode() + "\r\n"


def origin_check(conversation, request):
    """An authority: it answers as the header X-Want says."""
    conversation.read_body(request)
    status = request.get("X-Want") or "200"
    conversation.send(answer(b"checked", f"{status} Said", [("X-Who", "joe"), ("WWW-Authenticate", "Bearer x")]))


class AccessTest(GatewayTest):
    @classmethod
    def prepare(cls, folder):
        (folder / "users").write_text(USERS)
        cls.configuration = gateway_configuration().replace("@FOLDER@", str(folder))

    def setUp(self):
        super().setUp()
        self.origin.on("/check", origin_check)


class Access(AccessTest):
    def status(self, path, fields="", **options):
        return self.gateway.get(path, fields, **options).status

    def seen(self, path, fields):
        self.gateway.get(path, fields)
        return self.origin.last(path).get("X-Seen")

    def test_rules_by_address(self):
        for path, expected in (("/open", 200), ("/deny", 403), ("/allow", 200), ("/first", 403), ("/list", 200),
                               ("/v6", 403), ("/other", 200), ("/unix", 403)):
            self.assertEqual(self.status(path), expected, path)

    def test_a_unix_socket_s_peer(self):
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(str(self.folder / "socket"))
            sock.sendall(b"GET /unix HTTP/1.1\r\nHost: gw.test\r\nConnection: close\r\n\r\n")
            self.assertTrue(sock.recv(100).startswith(b"HTTP/1.1 200 "))

    def test_passwords(self):
        self.assertEqual(self.status("/basic"), 401)
        self.assertEqual(self.gateway.get("/basic").get("WWW-Authenticate"), 'Basic realm="The area of gw.test"')
        for user in ("joe", "ann", "bob", "eve"):
            self.assertEqual(self.status("/basic", basic(user, "secret")), 200, user)
            self.assertEqual(self.status("/basic", basic(user, "Secret")), 401, user)
        self.assertEqual(self.status("/basic", basic("pat", "plain")), 200)
        for user in ("odd", "nobody", ""):
            self.assertEqual(self.status("/basic", basic(user, "secret")), 401, user)
        self.assertEqual(self.status("/basic", "Authorization: Bearer x\r\n"), 401)
        self.assertEqual(self.status("/nofile", basic("joe", "secret")), 403)

    def test_a_slow_hash_does_not_hold_others_up(self):
        # bcrypt of cost 12 takes a fraction of a second: many at once, and a plain request among them is answered.
        slow = "$2b$12$abcdefghijklmnopqrstuu" + "x" * 31
        (self.folder / "users").write_text(USERS + f"slow:{slow}\n")
        try:
            clients = [self.gateway.client() for _ in range(8)]
            for client in clients:
                client.send("GET /basic HTTP/1.1\r\nHost: gw.test\r\n" + basic("slow", "x") + "\r\n")
            self.assertEqual(self.status("/open"), 200)
            for client in clients:
                with client:
                    self.assertEqual(client.read_answer().status, 401)
        finally:
            (self.folder / "users").write_text(USERS)

    def test_a_flood_of_guesses_has_bounds(self):
        # More guesses than may wait, each of which takes a fraction of a second.
        slow = "$2b$11$abcdefghijklmnopqrstuu" + "x" * 31
        (self.folder / "users").write_text(USERS + f"slow:{slow}\n")
        try:
            self.assertEqual(self.status("/basic", basic("bob", "secret")), 200)
            clients = [self.gateway.client() for _ in range(150)]
            for client in clients:
                client.send("GET /basic HTTP/1.1\r\nHost: gw.test\r\n" + basic("slow", "x") + "\r\n")
            # Who was let in before is let in without a check.
            self.assertEqual(self.status("/basic", basic("bob", "secret")), 200)
            statuses = []
            for client in clients:
                with client:
                    statuses.append(client.read_answer().status)
        finally:
            (self.folder / "users").write_text(USERS)
        self.assertEqual(set(statuses), {401, 503})
        self.assertGreaterEqual(statuses.count(401), 64)
        wait_until(lambda: "too many passwords wait to be checked, client: 127.0.0.1" in self.gateway.log(), "the line")

    def test_a_changed_file_counts_at_once(self):
        self.assertEqual(self.status("/basic", basic("new", "pw")), 401)
        (self.folder / "users").write_text(USERS + "new:{PLAIN}pw\n")
        self.assertEqual(self.status("/basic", basic("new", "pw")), 200)
        (self.folder / "users").write_text(USERS)
        self.assertEqual(self.status("/basic", basic("new", "pw")), 401)

    def test_passwords_reach_no_log(self):
        self.status("/basic", basic("joe", "topsecretword"))
        wait_until(lambda: "password mismatch" in self.gateway.log(), "the refusal in the log")
        self.assertNotIn("topsecretword", self.gateway.log())
        self.assertNotIn(basic("joe", "topsecretword").split()[-1], self.gateway.log())

    def test_satisfy(self):
        joe = basic("joe", "secret")
        self.assertEqual(self.status("/any"), 200)
        self.assertEqual(self.status("/either"), 401)
        self.assertEqual(self.status("/either", joe), 200)
        self.assertEqual(self.status("/both", joe), 403)

    def test_the_real_address(self):
        self.assertEqual(self.status("/real"), 403)
        self.assertEqual(self.status("/real", "X-Forwarded-For: 203.0.113.9\r\n"), 200)
        self.assertEqual(self.status("/real", "X-Forwarded-For: 203.0.113.9, 192.0.2.1\r\n"), 403)
        self.assertEqual(self.seen("/deep", "X-Forwarded-For: 198.51.100.1, 203.0.113.9:77, 10.1.1.1\r\n"),
                         "203.0.113.9:77 127.0.0.1 198.51.100.1, 203.0.113.9:77, 10.1.1.1, 203.0.113.9")
        self.assertEqual(self.seen("/xreal", "X-Real-IP: 2001:db8::1\r\n"), "2001:db8::1: 127.0.0.1 2001:db8::1")
        self.assertEqual(self.seen("/named", "CF-Connecting-IP: 203.0.113.7\r\n"), "203.0.113.7: 127.0.0.1 203.0.113.7")
        self.assertTrue(self.seen("/stranger", "X-Real-IP: 203.0.113.7\r\n").startswith("127.0.0.1:"))

    def test_the_real_address_is_logged(self):
        self.gateway.get("/real?logged", "X-Forwarded-For: 203.0.113.42\r\n")
        log = self.folder / "access.log"
        line = wait_until(lambda: [each for each in log.read_text().splitlines() if "?logged" in each], "the line")[0]
        self.assertTrue(line.startswith("203.0.113.42 "), line)

    def test_each_request_of_a_connection_has_its_own_address(self):
        with self.gateway.client() as client:
            for address in ("203.0.113.1", "203.0.113.2"):
                client.get("/xreal", f"X-Real-IP: {address}\r\n")
                self.assertEqual(self.origin.last().get("X-Seen").split(":")[0], address)
            client.get("/xreal")
            self.assertTrue(self.origin.last().get("X-Seen").startswith("127.0.0.1:"))

    def test_an_authority_is_asked(self):
        got = self.gateway.get("/auth", "Cookie: a=b\r\nX-Mine: m\r\n")
        self.assertEqual((got.status, got.get("X-Who")), (200, "joe"))
        asked, served = self.origin.seen("/check")[-1], self.origin.seen("/auth")[-1]
        self.assertEqual((asked.method, asked.target, asked.get("Cookie"), asked.get("X-Mine")),
                         ("GET", "/check?a=b", "a=b", "m"))
        self.assertEqual(served.get("X-Who"), "joe")

    def test_an_authority_gets_no_body(self):
        with self.gateway.client() as client:
            client.send("POST /auth HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
            self.assertEqual(client.read_answer().status, 200)
        asked, served = self.origin.seen("/check")[-1], self.origin.seen("/auth")[-1]
        self.assertEqual((asked.method, asked.body, asked.all("Content-Length")), ("GET", b"", []))
        self.assertEqual((served.method, served.body), ("POST", b"hello"))

    def test_what_an_authority_says(self):
        for said, expected in (("204", 200), ("299", 200), ("401", 401), ("403", 403), ("302", 500), ("404", 500),
                               ("500", 500)):
            got = self.gateway.get("/auth", f"X-Want: {said}\r\n")
            self.assertEqual(got.status, expected, said)
            self.assertEqual(got.get("WWW-Authenticate"), "Bearer x" if said == "401" else None, said)
        self.assertEqual(self.status("/lost"), 500)
        self.assertEqual(self.status("/returned"), 403)
        self.assertEqual(self.status("/eitherauth"), 200)
        self.assertEqual(self.status("/eitherauth", "X-Want: 401\r\n"), 401)

    def test_an_authority_s_connection_serves_again(self):
        self.gateway.get("/auth")
        before = self.origin.connections
        for _ in range(5):
            self.gateway.get("/auth")
        self.assertEqual(self.origin.connections, before)

    def test_an_authority_that_is_not_there(self):
        self.assertEqual(self.status("/dark"), 500)

    def test_an_authority_s_error_page_answers_for_it(self):
        for name, expected in (("/open", 200), ("/kept", 500), ("/own", 200), ("/other", 500), ("/nowhere", 500), ("/no", 403),
                               ("/named", 200), ("/again", 500), ("/deeper", 200)):
            self.assertEqual(self.status("/paged" + name), expected, name)
        self.assertEqual(self.status("/paged/own", "X-Want: 403\r\n"), 403)
        self.assertEqual(self.origin.seen("/check")[-1].target, "/check?x=y")
        self.assertEqual(self.status("/paged/open", "X-Want: 403\r\n"), 200)
        for said in (401, 503):
            self.assertEqual(self.status("/paged/said", f"X-Want: {said}\r\n"), 401 if said == 401 else 500)
            self.assertEqual(self.status("/paged/heard", f"X-Want: {said}\r\n"), 200)

    def test_a_client_that_does_not_wait_for_an_authority(self):
        asked, ended = threading.Event(), threading.Event()
        self.addCleanup(ended.set)

        def silent(_, __):
            asked.set()
            ended.wait(60)
        self.origin.on("/check", silent)
        client = self.gateway.client()
        client.send("GET /auth?left HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        self.assertTrue(asked.wait(60))
        client.reset()
        log = self.folder / "access.log"
        line = wait_until(lambda: [each for each in log.read_text().splitlines() if "?left" in each], "the line")[0]
        self.assertIn('" 499 0 ', line)
        self.assertEqual(self.origin.seen("/auth"), [])

    def test_a_refusal_keeps_the_connection(self):
        with self.gateway.client() as client:
            for path, expected in (("/deny", 403), ("/basic", 401), ("/open", 200)):
                client.send(f"POST {path} HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 5\r\n\r\nhello")
                self.assertEqual(client.read_answer().status, expected, path)

    def test_a_refusal_before_the_body_has_come(self):
        with self.gateway.client() as client:
            client.send("POST /deny HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 500000\r\n\r\nbegin")
            got = client.read_answer()
            self.assertEqual((got.status, got.get("Connection")), (403, None))
            client.send("x" * (500000 - len("begin")))
            self.assertEqual(client.get("/open").status, 200)

    def test_internal_locations_are_not_for_clients(self):
        self.assertEqual(self.status("/check"), 404)
        self.assertEqual(self.status("/inside"), 404)

    def test_referers(self):
        for value, expected in ((None, 200), ("masked", 200), ("http://gw.test/x", 200), ("https://a.example.com/", 200),
                                ("http://x.friend.org/", 200), ("http://evil.test/", 403),
                                ("http://evil.test/gw.test", 403)):
            fields = "" if value is None else f"Referer: {value}\r\n"
            self.assertEqual(self.status("/referred", fields), expected, value)
        self.assertEqual(self.gateway.get("/told", "Referer: http://gw.test/\r\n").text(), "invalid=")
        self.assertEqual(self.gateway.get("/told", "Referer: http://evil.test/\r\n").text(), "invalid=1")

    def test_444_closes_without_an_answer(self):
        with self.gateway.client() as client:
            client.send("GET /closed HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            self.assertTrue(client.at_end())
        with self.gateway.client() as client:
            self.assertEqual(client.get("/open").status, 200)
            client.send("GET /closed HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            self.assertTrue(client.at_end())


@unittest.skipUnless(reference.PROGRAM, "nginx is not installed")
class AccessAsNginx(AccessTest):
    """The same requests to nginx and to the gateway: the same statuses, and the same said of the client."""

    REQUESTS = (
        [(path, fields) for path in ADDRESSES for fields in
         ("", basic("joe", "secret"), basic("joe", "wrong"), basic("ann", "secret"), basic("pat", "plain"),
          "X-Forwarded-For: 203.0.113.5\r\n", "X-Forwarded-For: 198.51.100.1, 203.0.113.5:99, 10.0.0.1\r\n",
          "X-Forwarded-For: 203.0.113.5\r\nX-Forwarded-For: 10.0.0.1\r\n", "X-Forwarded-For: junk, 10.0.0.1\r\n",
          "X-Forwarded-For: [2001:db8::1]:55\r\n", "X-Real-IP: 203.0.113.6\r\n", "X-Real-IP: 203.0.113.6:1234\r\n",
          "CF-Connecting-IP: 203.0.113.7\r\n", "X-Want: 204\r\n", "X-Want: 401\r\n", "X-Want: 403\r\n",
          "X-Want: 302\r\n", "X-Want: 503\r\n")])

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        origin = f"127.0.0.1:{cls.origin.port}"
        locations = []
        for path, (_, body) in ADDRESSES.items():
            shown = "" if path == "/auth" else NGINX_SHOWN
            locations.append(f"location {path} {{ proxy_pass http://{origin}; {body} {shown} }}")
        places = {DOWN: f"127.0.0.1:{cls.down.getsockname()[1]}", ALIVE: origin}
        for name, (server, _, body) in AUTHORITIES.items():
            locations.append(f"location = /authority{name} {{ proxy_pass http://{places[server]}/check; {body} }}")
        cls.nginx = reference.Nginx("", f"location = /check {{ internal; proxy_pass http://{origin}; }} "
                                        "location = /no { return 403; } location = /yes { return 200 yes; } "
                                        "location @granted { return 204; } " + " ".join(locations))
        cls.addClassCleanup(cls.nginx.stop)
        (cls.nginx.folder / "users").write_text(USERS)

    def test_statuses_and_addresses(self):
        for path, fields in self.REQUESTS:
            results = []
            for server in (self.nginx, self.gateway):
                before = len(self.origin.seen(path))
                got = server.get(path, fields)
                seen = self.origin.seen(path)[before:]
                told = seen[-1].get("X-Seen") if seen else None
                # The port of the client itself is another one each time.
                if told and fields == "" or told and told.startswith("127.0.0.1:"):
                    told = told.split(" ", 1)[1]
                results.append((got.status, got.get("WWW-Authenticate"), got.get("X-Who"), told))
            self.assertEqual(results[0], results[1], (path, fields))


if __name__ == "__main__":
    main()
