# SPDX-License-Identifier: Apache-2.0
"""Heads with very many lines: max_headers for clients, what fits into proxy_buffer_size for upstreams."""

from harness import Client, GatewayTest, answer, main, wait_until

UPSTREAM_MOST = 10000

CONFIGURATION = """
worker_processes = 1
access_log = "off"
max_headers = 20
[[server]]
listen = ["127.0.0.1:0"]
max_headers = 1000
large_client_header_buffers = "8 8k"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
proxy_set_header = { Connection = "" }
[[server.route]]
location = "/short"
proxy_pass = "http://origin"
proxy_buffer_size = "16k"
[[server]]
listen = ["127.0.0.1:0"]
error_page = ["494 /told"]
[[server.route]]
location = "/"
proxy_pass = "http://origin"
[[server.route]]
location = "/told"
return = "200 told"
[[server]]
listen = ["127.0.0.1:0"]
client_header_buffer_size = "1k"
large_client_header_buffers = "2 1k"
[[server.route]]
location = "/"
return = "200 taken"
[upstream.origin]
server = ["@ORIGIN@"]
keepalive = 4
"""


def lines(count, first="Host: gw.test"):
    return "".join(f"{line}\r\n" for line in [first, *(f"X-{number}: {number}" for number in range(1, count))])


class ManyFields(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.few, cls.small = (at[1] for at in wait_until(lambda: cls.gateway.addresses()[2:] and cls.gateway.addresses()[1:3],
                                                         "the other listeners"))

    def ask(self, head_lines):
        return self.gateway.exchange(f"GET / HTTP/1.1\r\n{head_lines}\r\n")

    def few_take(self, head_lines):
        with Client(self.few) as client:
            client.send(f"GET / HTTP/1.1\r\n{head_lines}\r\n")
            return client.read_answer()

    def test_as_many_lines_as_max_headers_says_go_through(self):
        self.assertEqual(self.ask(lines(1000)).status, 200)
        request = self.origin.last("/")
        for number in range(1, 1000):
            self.assertEqual(request.get(f"X-{number}"), str(number))

    def test_one_more_is_400_and_goes_no_further(self):
        got = self.ask(lines(1001))
        self.assertEqual((got.status, got.get("Connection")), (400, "close"))
        self.assertEqual(self.origin.seen(), [])

    def test_lines_that_are_dropped_do_not_count(self):
        self.assertEqual(self.ask(lines(1000) + "X(1): 1\r\nX_2: 2\r\n").status, 200)
        self.assertIsNone(self.origin.last("/").get("X_2"))

    def test_a_server_without_its_own_has_that_of_the_top_level(self):
        self.assertEqual(self.few_take(lines(20)).status, 200)
        self.assertEqual(len(self.origin.seen()), 1)
        # nginx's own status for it is 494.
        got = self.few_take(lines(21))
        self.assertEqual((got.status, got.body), (400, b"told"))
        self.assertEqual(len(self.origin.seen()), 1)

    def test_large_buffers_come_on_top_of_the_first(self):
        for count, status in ((3, 200), (4, 400)):
            fields = "".join(f"X-{number}: {'x' * 880}\r\n" for number in range(count))
            with Client(self.small) as client:
                self.assertEqual(client.get("/", fields + "Connection: close\r\n").status, status, count)

    def test_requests_after_one_with_many_lines_are_as_ever(self):
        with self.gateway.client() as client:
            for count in (1000, 2, 900, 3):
                client.send(f"GET /{count} HTTP/1.1\r\n{lines(count)}\r\n")
                self.assertEqual(client.read_answer().status, 200)
                found = [name for name, _ in self.origin.last(f"/{count}").head.fields if name.startswith("X-")]
                self.assertEqual(len(found), count - 1)

    def test_options_of_connection_are_dropped_however_many_there_are(self):
        listed = ",".join(f"X-{number}" for number in range(2, 1000, 2))
        self.assertEqual(self.ask(lines(999) + f"Connection: {listed}\r\n").status, 200)
        request = self.origin.last("/")
        found = {name for name, _ in request.head.fields if name.startswith("X-")}
        self.assertEqual(found, {f"X-{number}" for number in range(1, 999, 2)})

    def answer_with(self, fields):
        self.origin.on("/many", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + fields + b"\r\nok")
        self.origin.on("/short", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + fields + b"\r\nok")

    def test_an_upstream_may_send_as_many_as_fit_into_its_buffer(self):
        self.answer_with(b"".join(b"X-%d: %d\r\n" % (number, number) for number in range(4000)))
        got = self.gateway.get("/many")
        self.assertEqual((got.status, got.body), (200, b"ok"))
        self.assertEqual([(name, value) for name, value in got.head.fields if name.startswith("X-")],
                         [(f"X-{number}", str(number)) for number in range(4000)])
        self.assertEqual(self.gateway.get("/short").status, 502)

    def test_but_no_more_than_the_bound_that_everything_has(self):
        self.answer_with(b"X:\r\n" * (UPSTREAM_MOST - 1))
        got = self.gateway.get("/many")
        self.assertEqual((got.status, len(got.all("X"))), (200, UPSTREAM_MOST - 1))
        self.answer_with(b"X:\r\n" * UPSTREAM_MOST)
        self.assertEqual(self.gateway.get("/many").status, 502)

    def test_an_upstreams_options_of_connection_are_dropped_too(self):
        listed = b",".join(b"X-%d" % number for number in range(0, 2000, 2))
        fields = b"".join(b"X-%d: 1\r\n" % number for number in range(2000))
        self.answer_with(b"Connection: " + listed + b"\r\n" + fields)
        got = self.gateway.get("/many")
        self.assertEqual({name for name, _ in got.head.fields if name.startswith("X-")},
                         {f"X-{number}" for number in range(1, 2000, 2)})

    def test_a_redirect_keeps_what_it_has_always_kept(self):
        cookies = [("Set-Cookie", f"c{number}=1") for number in range(1000)]
        kept = [("Cache-Control", f"max-age={number}") for number in range(1000)]
        self.origin.on("/from", answer(fields=[("X-Accel-Redirect", "/to"), *cookies, *kept]))
        self.origin.on("/to", answer(b"to", fields=[("Cache-Control", "no-store"), ("X-Own", "1")]))
        got = self.gateway.get("/from")
        self.assertEqual((got.body, got.get("Cache-Control"), got.get("X-Own")), (b"to", "max-age=999", "1"))
        self.assertEqual(got.all("Set-Cookie"), [value for _, value in cookies])


if __name__ == "__main__":
    main()
