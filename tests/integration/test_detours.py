# SPDX-License-Identifier: Apache-2.0
"""What of a request is left when it goes on elsewhere (error_page, X-Accel-Redirect): nothing of its body reaches an upstream
unannounced, nothing is announced that does not come, and no text of a client's ends a line."""

import threading

from harness import GatewayTest, answer, main

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
error_page = ["413 = @elsewhere", "408 = @elsewhere", "400 /unreadable"]
[[server.route]]
location = "/"
proxy_pass = "http://@ORIGIN@"
[[server.route]]
location = "@elsewhere"
proxy_pass = "http://@ORIGIN@"
[[server.route]]
location = "/small"
client_max_body_size = 10
proxy_pass = "http://@ORIGIN@"
[[server.route]]
location = "/intercepted"
proxy_intercept_errors = "on"
proxy_pass = "http://@ORIGIN@"
[[server.route]]
location = "/streamed"
proxy_request_buffering = "off"
proxy_pass = "http://@ORIGIN@"
error_page = "502 503 /page"
proxy_intercept_errors = "on"
[[server.route]]
location = "/stalls"
client_body_timeout = "300ms"
proxy_pass = "http://@ORIGIN@"
[[server.route]]
location = "/named"
proxy_intercept_errors = "on"
error_page = "404 = /missing?was=$uri"
proxy_pass = "http://@ORIGIN@/gone"
[[server.route]]
location = "/inner/"
internal = true
proxy_pass = "http://@ORIGIN@"
add_header = ["X-Uri $uri always", "X-Args $args always"]
[[server.route]]
location = "/asked"
auth_request = "/check?host=@ORIGIN@"
proxy_pass = "http://@ORIGIN@"
[[server.route]]
location = "= /check"
internal = true
proxy_pass = "http://$arg_host"
[[server.route]]
location = "/nowhere"
error_page = "401 = @nowhere"
return = "401"
[[server.route]]
location = "/returned"
return = "200 returned"
proxy_pass = "http://@ORIGIN@"
[[server.route]]
location = "~ ^/twi(ce)"
return = "200 first"
[[server.route]]
location = "~ ^/twi(ce)"
return = "200 second"
[[server.route]]
location = "= /unreadable"
auth_request = "/check?host=@ORIGIN@"
proxy_pass = "http://@ORIGIN@"
"""

INNER = b"GET /smuggled HTTP/1.1\r\nHost: gw.test\r\n\r\n"


def head(path, fields, method="POST"):
    return f"{method} {path} HTTP/1.1\r\nHost: gw.test\r\n{fields}\r\n".encode()


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


class Detours(GatewayTest):
    configuration = CONFIGURATION

    def assert_nothing_is_smuggled(self, *pieces):
        go_on = threading.Event()

        def answer_later(conversation, request):
            conversation.read_body(request)
            go_on.wait(2)
            conversation.send(answer(b"elsewhere"))
        path = pieces[0].split(b" ")[1].decode()
        self.origin.on(path, answer_later)
        with self.gateway.client() as client:
            for piece in pieces:
                client.send(piece)
                if piece is not pieces[-1]:
                    threading.Event().wait(0.1)
            threading.Event().wait(0.1)
            go_on.set()
            self.assertIn(client.read_answer().status, (200, 413))
        self.assertEqual(self.gateway.get("/victim").status, 200)
        self.assertEqual([each.target for each in self.origin.seen()][-1], "/victim")
        self.assertEqual(self.origin.seen("/smuggled"), [])
        for each in self.origin.seen(path):
            self.assertEqual(each.body, b"")

    def test_a_name_that_is_not_there_is_an_error_of_that_request(self):
        self.assertEqual(self.gateway.get("/nowhere").status, 500)

    def test_return_goes_before_proxy_pass_and_the_first_of_two_regexes_before_the_other(self):
        self.assertEqual(self.gateway.get("/returned").text(), "returned")
        self.assertEqual(self.origin.seen("/returned"), [])
        self.assertEqual(self.gateway.get("/twice").text(), "first")

    def test_a_body_that_is_too_long_goes_nowhere(self):
        length = f"Content-Length: {len(INNER)}\r\n"
        self.assert_nothing_is_smuggled(head("/small", length) + INNER)
        self.assert_nothing_is_smuggled(head("/small", length), INNER)
        self.assert_nothing_is_smuggled(head("/small", "Transfer-Encoding: chunked\r\n") + chunk(b"x" * 32), chunk(INNER), b"0\r\n\r\n")

    def test_nor_does_one_that_the_origin_finds_too_long(self):
        asked = []

        def refuse_once(conversation, request):
            conversation.read_body(request)
            asked.append(request.body)
            conversation.send(answer(status="413 Too Large") if len(asked) == 1 else answer(b"elsewhere"))
        self.origin.on("/intercepted", refuse_once)
        got = self.gateway.exchange(head("/intercepted", f"Content-Length: {len(INNER)}\r\n") + INNER)
        self.assertEqual((got.status, got.body), (200, b"elsewhere"))
        self.assertEqual(asked, [INNER, b""])
        self.assertEqual(self.gateway.get("/victim").status, 200)
        self.assertEqual(self.origin.seen("/smuggled"), [])

    def test_a_body_that_was_streamed_is_not_announced_again(self):
        for method in ("GET", "POST", "PUT"):
            for fields, body in (("Content-Length: 20\r\n", [b"A" * 20]), ("Transfer-Encoding: chunked\r\n", [chunk(b"A" * 20), b"0\r\n\r\n"])):
                for how in (answer(fields=[("X-Accel-Redirect", "/inner/one")]), answer(status="503 Busy")):
                    self.origin.forget()

                    def answer_after_the_body(conversation, request, how=how):
                        conversation.read_body(request)
                        conversation.send(how)
                    self.origin.on("/streamed", answer_after_the_body)
                    with self.gateway.client() as client:
                        client.send(head("/streamed", fields, method))
                        for piece in body:
                            threading.Event().wait(0.05)
                            client.send(piece)
                        client.read_answer()
                    second = self.origin.last()
                    self.assertIn(second.target, ("/inner/one", "/page"))
                    self.assertIn(second.get("Content-Length"), (None, "0"))
                    self.assertIsNone(second.get("Transfer-Encoding"))
                    self.assertEqual(self.gateway.get("/victim", "Cookie: a=secret\r\n").status, 200)
                    self.assertEqual((self.origin.last().target, self.origin.last().get("Cookie")), ("/victim", "a=secret"))

    def test_half_a_body_is_not_passed_on_as_all_of_it(self):
        with self.gateway.client() as client:
            client.send(head("/stalls", "Content-Length: 20\r\n") + b"first-ten-")
            threading.Event().wait(0.6)
            try:
                client.send(b"last--ten-")
            except OSError:
                pass
            self.assertEqual(client.read_answer().status, 408)
        self.assertEqual(self.origin.seen("/stalls"), [])

    def test_no_text_of_the_clients_ends_a_line(self):
        self.origin.on("/gone/a HTTP/1.1\r\nX-Injected: yes\r\nX: ".replace(" ", "%20").replace("\r\n", "%0D%0A"), answer(status="404 No"))
        self.origin.on("/missing", answer(b"nothing here"))
        with self.gateway.client() as client:
            path = "/named/a%20HTTP/1.1%0d%0aX-Injected:%20yes%0d%0aX:%20"
            client.get(path)
        for each in self.origin.seen():
            self.assertIsNone(each.get("X-Injected"))
            self.assertEqual(each.version, "HTTP/1.1")

    def test_a_second_redirect_to_nowhere_leaves_what_the_first_one_said(self):
        long = "a" * 200
        self.origin.on("/app", answer(fields=[("X-Accel-Redirect", f"/inner/{long}?{long}")]))
        self.origin.on(f"/inner/{long}", answer(fields=[("X-Accel-Redirect", "nowhere-" + "b" * 300)]))
        got = self.gateway.get("/app")
        self.assertEqual(got.status, 404)
        self.assertIn(got.get("X-Uri"), (None, f"/inner/{long}"))
        self.assertIn(got.get("X-Args"), (None, long))

    def test_an_auth_request_to_what_variables_name_is_a_plain_one(self):
        self.assertEqual(self.gateway.get("/asked").status, 200)
        self.assertEqual(len(self.origin.seen("/check")), 1)

    def test_a_request_that_cannot_be_read_is_passed_to_nobody(self):
        got = self.gateway.exchange(b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n")
        self.assertEqual(got.status, 400)
        self.assertEqual(self.origin.seen(), [])


if __name__ == "__main__":
    main()
