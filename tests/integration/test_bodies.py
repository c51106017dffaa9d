# SPDX-License-Identifier: Apache-2.0
"""Request bodies: held or streamed, in memory or in a file, replaced or left out; interim answers and trailers."""

import os
import threading
from pathlib import Path

from harness import Answer, GatewayTest, answer, main, wait_until

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "access.log json"
client_max_body_size = "64m"
client_body_timeout = "5s"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
client_body_temp_path = "bodies"
[[server.route]]
location = "/small"
proxy_pass = "http://origin"
client_max_body_size = 1000
[[server.route]]
location = "/streamed"
proxy_pass = "http://origin"
proxy_request_buffering = "off"
proxy_pass_trailers = "on"
[[server.route]]
location = "/trailed"
proxy_pass = "http://origin"
proxy_pass_trailers = "on"
[[server.route]]
location = "/streamed-small"
proxy_pass = "http://origin"
proxy_request_buffering = "off"
client_max_body_size = 1000
[[server.route]]
location = "/two"
proxy_pass = "http://two"
[[server.route]]
location = "/sized"
proxy_pass = "http://origin"
proxy_set_header = { X-Size = "$content_length" }
[[server.route]]
location = "/nobody"
proxy_pass = "http://origin"
proxy_pass_request_body = "off"
[[server.route]]
location = "/bare"
proxy_pass = "http://origin"
proxy_pass_request_headers = "off"
proxy_set_header = { X-Own = "1" }
[[server.route]]
location = "/set"
proxy_pass = "http://origin"
proxy_method = "PATCH"
proxy_set_body = "<$request_body|$request_method>"
[[server.route]]
location = "/old"
proxy_pass = "http://origin"
proxy_http_version = "1.0"
[[server.route]]
location = "/kept"
proxy_pass = "http://origin"
client_body_temp_path = "kept"
client_body_in_file_only = "on"
proxy_pass_request_body = "off"
proxy_set_header = { X-File = "$request_body_file", X-Body = "$request_body" }
[[server.route]]
location = "/cleaned"
proxy_pass = "http://origin"
client_body_temp_path = "cleaned"
client_body_in_file_only = "clean"
proxy_set_header = { X-File = "$request_body_file" }
[[server.route]]
location = "/full"
proxy_pass = "http://origin"
client_body_temp_path = "/dev/full/nowhere"
client_body_buffer_size = 10
[upstream.origin]
server = ["@ORIGIN@"]
[upstream.two]
server = ["@DOWN@", "@ORIGIN@"]
"""


def post(path, body, framing=None, fields="", method="POST"):
    framing = framing or f"Content-Length: {len(body)}"
    return f"{method} {path} HTTP/1.1\r\nHost: gw.test\r\n{framing}\r\n{fields}\r\n".encode()


def chunked(body, size=10_000, trailers=b""):
    out = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(body[at:at + size]), body[at:at + size]) for at in range(0, len(body), size))
    return out + b"0\r\n" + trailers + b"\r\n"


CHUNKED = "Transfer-Encoding: chunked"


class Bodies(GatewayTest):
    configuration = CONFIGURATION

    def assert_arrives(self, path, body, **options):
        with self.gateway.client() as client:
            client.send(post(path, body, **options))
            client.send(chunked(body) if "framing" in options else body)
            self.assertEqual(client.read_answer().status, 200)
            self.assertEqual(client.get("/next").status, 200)
        got = self.origin.last(path)
        self.assertTrue(got.body == body)
        return got

    def test_bodies_of_all_sizes_arrive_unchanged(self):
        for size in (0, 1, 10, 16383, 16384, 16385, 65536, 65537, 3_000_000):
            body = os.urandom(size)
            for path in ("/held", "/streamed"):
                with self.subTest(size=size, path=path):
                    self.assert_arrives(path, body)
                    got = self.assert_arrives(path, body, framing=CHUNKED)
                    # What is known whole is told whole, as nginx does.
                    framings = (got.get("Content-Length"), got.get("Transfer-Encoding"))
                    self.assertEqual(framings, (None, "chunked") if path == "/streamed" else (str(size), None))

    def test_each_body_has_a_file_where_one_is_wanted(self):
        for path in ("/kept", "/cleaned"):
            for size in (0, 1, 100_000):
                body = os.urandom(size)
                files = []

                def look(conversation, request, files=files):
                    conversation.read_body(request)
                    name = request.get("X-File")
                    files.append(name and Path(name).read_bytes())
                    conversation.send(answer(b""))
                self.origin.on(path, look)
                with self.gateway.client() as client:
                    client.send(post(path, body) + body)
                    self.assertEqual(client.read_answer().status, 200)
                    self.assertEqual(client.get("/next").status, 200)
                got = self.origin.last(path)
                self.assertTrue(files == [body if size else None], (path, size))
                self.assertTrue(got.body == (b"" if path == "/kept" else body))
                self.assertIsNone(got.get("X-Body"))
        self.assertEqual(sorted(each.stat().st_size for each in (self.folder / "kept").iterdir()), [1, 100_000])
        wait_until(lambda: not list((self.folder / "cleaned").iterdir()), "the files to go")

    def test_a_held_body_is_not_begun_before_it_is_whole(self):
        with self.gateway.client() as client:
            client.send(post("/held", b"x" * 100_000) + b"x" * 99_999)
            client.sock.settimeout(0.5)
            with self.assertRaises(TimeoutError):
                client.read_answer()
            self.assertEqual(self.origin.seen("/held"), [])
            client.sock.settimeout(60)
            client.send(b"x")
            self.assertEqual(client.read_answer().status, 200)

    def test_a_streamed_body_is_begun_at_once(self):
        with self.gateway.client() as client:
            client.send(post("/streamed", b"x" * 10) + b"first")
            wait_until(lambda: self.origin.seen("/streamed"), "the request at the origin")
            client.send(b"other")
            self.assertEqual(client.read_answer().status, 200)

    def test_long_bodies_lie_in_a_folder_without_names(self):
        with self.gateway.client() as client:
            client.send(post("/held", b"x" * 1_000_000) + b"x" * 900_000)
            wait_until(lambda: (self.folder / "bodies").is_dir(), "the folder")
            files = wait_until(lambda: [each for each in self.open_files() if "/bodies/" in each], "the file")
            self.assertEqual([each.endswith(" (deleted)") for each in files], [True])
            self.assertEqual(list((self.folder / "bodies").iterdir()), [])
            client.send(b"x" * 100_000)
            self.assertEqual(client.read_answer().status, 200)
        wait_until(lambda: not [each for each in self.open_files() if "/bodies/" in each], "the file to go")

    def open_files(self):
        folder = f"/proc/{self.gateway.process.pid}/fd"
        found = []
        for name in os.listdir(folder):
            try:
                found.append(os.readlink(f"{folder}/{name}"))
            except OSError:
                pass
        return found

    def test_a_held_body_goes_to_the_next_peer_when_the_first_is_down(self):
        for size in (5, 40_000):
            body = os.urandom(size)
            for _ in range(3):
                self.assert_arrives("/two", body)

    def test_a_held_body_is_sent_again_where_the_method_allows_it(self):
        body = os.urandom(100_000)

        def hang_up(conversation, request):
            if request.number > 1:
                conversation.finish()
                return
            conversation.read_body(request)
            conversation.send(answer(b"at last"))
        self.origin.on("/held", hang_up)
        self.assertEqual(self.gateway.get("/1").status, 200)
        got = self.gateway.exchange(post("/held", body, method="PUT") + body)
        self.assertEqual(got.body, b"at last")
        self.assertTrue(self.origin.last("/held").body == body)

    def test_bodies_that_are_too_long_are_413(self):
        for path in ("/small", "/streamed-small"):
            for body in (b"x" * 1001, b"x" * 200_000):
                for framing in (None, CHUNKED):
                    with self.subTest(path=path, size=len(body), framing=framing), self.gateway.client() as client:
                        client.send(post(path, body, framing=framing))
                        try:
                            client.send(chunked(body) if framing else body)
                        except OSError:
                            pass
                        self.assertEqual(client.read_answer().status, 413)
            self.assert_arrives(path, b"x" * 1000)
            self.assert_arrives(path, b"x" * 1000, framing=CHUNKED)

    def test_a_disk_that_takes_nothing_is_500_and_told_once(self):
        for _ in range(5):
            with self.gateway.client() as client:
                client.send(post("/full", b"x" * 100_000))
                client.send(b"x" * 100_000)
                self.assertEqual(client.read_answer().status, 500)
        lines = wait_until(lambda: [each for each in self.gateway.log().splitlines() if "temporary file" in each], "the line")
        self.assertIn(len(lines), (1, 2))
        self.assertIn("/dev/full/nowhere", lines[0])
        self.assertEqual(self.origin.seen("/full"), [])

    def test_a_client_that_leaves_within_its_body_is_noticed(self):
        client = self.gateway.client()
        client.send(post("/held", b"x" * 100) + b"x" * 50)
        client.close()
        log = self.folder / "access.log"
        line = wait_until(lambda: next((each for each in log.read_text().splitlines() if '"/held"' in each and "499" in each), None),
                          "the line in the log")
        self.assertIn("499", line)
        self.assertEqual(self.origin.seen("/held"), [])

    # ---- what goes instead

    def test_the_body_may_be_left_out(self):
        got = self.assert_arrives_as("/nobody", b"hello", b"")
        self.assertEqual((got.get("Content-Length"), got.get("Transfer-Encoding"), got.get("Content-Type")), (None, None, "a/b"))
        self.assert_arrives_as("/nobody", b"x" * 100_000, b"")

    def assert_arrives_as(self, path, body, wanted):
        with self.gateway.client() as client:
            client.send(post(path, body, fields="Content-Type: a/b\r\n") + body)
            self.assertEqual(client.read_answer().status, 200)
            self.assertEqual(client.get("/next").status, 200)
        got = self.origin.last(path)
        self.assertEqual(got.body, wanted)
        return got

    def test_the_fields_may_be_left_out(self):
        got = self.assert_arrives_as("/bare", b"hello", b"hello")
        self.assertEqual([name for name, _ in got.head.fields], ["X-Own", "Host", "Content-Length"])

    def test_method_and_body_may_be_others(self):
        got = self.assert_arrives_as("/set", b"hello", b"<hello|POST>")
        self.assertEqual((got.method, got.get("Content-Length")), ("PATCH", "12"))
        with self.gateway.client() as client:
            client.send(post("/set", b"", framing=CHUNKED) + chunked(b"hello"))
            self.assertEqual(client.read_answer().status, 200)
        self.assertEqual(self.origin.last("/set").body, b"<hello|POST>")

    def test_an_upstream_may_be_asked_in_http_1_0(self):
        got = self.assert_arrives("/old", b"hello", framing=CHUNKED)
        self.assertEqual((got.version, got.get("Connection"), got.get("Content-Length")), ("HTTP/1.0", "close", "5"))

    def test_the_length_of_a_chunked_body_is_known_once_it_was_read(self):
        for body in (b"", b"hello", b"x" * 100_000):
            self.assert_arrives("/sized", body, framing=CHUNKED)
            self.assertEqual(self.origin.last("/sized").get("X-Size"), str(len(body)))

    # ---- 100 (Continue) and other interim answers

    def test_a_client_that_waits_is_told_to_go_on(self):
        for path in ("/held", "/streamed"):
            with self.gateway.client() as client:
                client.send(post(path, b"hello", fields="Expect: 100-continue\r\n"))
                self.assertEqual(client.read_head().start_line, "HTTP/1.1 100 Continue")
                client.send(b"hello")
                self.assertEqual(client.read_answer().status, 200)
                self.assertIsNone(self.origin.last(path).get("Expect"))

    def test_it_is_told_once(self):
        def go_on(conversation, request):
            conversation.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n")
            conversation.read_body(request)
            conversation.send(answer(b"final"))
        self.origin.on("/streamed", go_on)
        with self.gateway.client() as client:
            client.send(post("/streamed", b"hello", fields="Expect: 100-continue\r\n"))
            self.assertEqual(client.read_head().start_line, "HTTP/1.1 100 Continue")
            self.assertEqual(client.read_head().start_line, "HTTP/1.1 103 Early Hints")
            client.send(b"hello")
            self.assertEqual(client.read_answer().body, b"final")

    def test_a_client_that_waits_is_refused_before_it_sends(self):
        with self.gateway.client() as client:
            client.send(post("/small", b"x" * 2000, fields="Expect: 100-continue\r\n"))
            self.assertEqual(Answer(client.read_head()).status, 413)

    def test_interim_answers_are_passed_on(self):
        interim = (b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n"
                   b"Connection: X-Hop\r\nX-Hop: 1\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
        self.origin.on("/hints", interim + answer(b"final"))
        with self.gateway.client() as client:
            client.send("GET /hints HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            self.assertEqual(client.read_head().start_line, "HTTP/1.1 102 Processing")
            hints = client.read_head()
            self.assertEqual((hints.start_line, hints.get("Link"), hints.get("X-Hop"), hints.get("Server")),
                             ("HTTP/1.1 103 Early Hints", "</a.css>; rel=preload", None, None))
            self.assertEqual(client.read_answer().body, b"final")
            self.assertEqual(client.get("/next").status, 200)
        # HTTP/1.0 knows none.
        with self.gateway.client() as client:
            client.send("GET /hints HTTP/1.0\r\nHost: gw.test\r\n\r\n")
            self.assertEqual(Answer(client.read_head()).status, 200)

    def test_interim_answers_leave_at_once(self):
        go_on = threading.Event()

        def hint_first(conversation, _):
            conversation.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
            self.assertTrue(go_on.wait(30))
            conversation.send(answer(b"final"))
        self.origin.on("/hints", hint_first)
        with self.gateway.client() as client:
            client.send("GET /hints HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            self.assertEqual(client.read_head().start_line, "HTTP/1.1 103 Early Hints")
            go_on.set()
            self.assertEqual(client.read_answer().body, b"final")

    # ---- trailers

    def test_trailers_of_answers_are_passed_on_where_that_is_on(self):
        text = (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\n"
                b"X-Sum: 1\r\nContent-Length: 7\r\nSet-Cookie: a=b\r\n\r\n")
        for path, wanted in (("/trailed", ["X-Sum: 1"]), ("/plain", [])):
            self.origin.on(path, text)
            with self.gateway.client() as client:
                client.send(f"GET {path} HTTP/1.1\r\nHost: gw.test\r\nTE: trailers\r\n\r\n")
                got = client.read_answer(body=False)
                self.assertEqual(got.get("Trailer"), "X-Sum" if wanted else None)
                self.assertEqual(client.read_line(), b"5")
                self.assertEqual(client.read_exactly(7), b"hello\r\n")
                self.assertEqual(client.read_line(), b"0")
                lines = []
                while line := client.read_line():
                    lines.append(line.decode())
                self.assertEqual(lines, wanted)
                self.assertEqual(client.get("/next").status, 200)
            asked = self.origin.last(path)
            self.assertEqual((asked.get("TE"), asked.get("Connection")), ("trailers", "TE") if wanted else (None, None))

    def test_trailers_of_requests_are_passed_on_where_that_is_on(self):
        for path, wanted in (("/streamed/t", ["X-Sum: 1"]), ("/trailed/t", ["X-Sum: 1"]), ("/held/t", None)):
            seen = []

            def read_trailers(conversation, request, seen=seen):
                if request.get("Content-Length"):
                    conversation.read_body(request)
                    seen.append(None)
                else:
                    while size := int(conversation.read_line(), 16):
                        conversation.read_exactly(size + 2)
                    lines = []
                    while line := conversation.read_line():
                        lines.append(line.decode())
                    seen.append(lines)
                conversation.send(answer(b"done"))
            self.origin.on(path, read_trailers)
            with self.gateway.client() as client:
                client.send(post(path, b"", framing=CHUNKED) + chunked(b"hello", trailers=b"X-Sum: 1\r\nHost: evil\r\n"))
                self.assertEqual(client.read_answer().status, 200)
                self.assertEqual(client.get("/next").status, 200)
            self.assertEqual(seen, [wanted])

    # ---- early answers

    def test_an_answer_before_the_body_is_read_arrives(self):
        for path in ("/held", "/streamed"):
            def refuse(conversation, _):
                conversation.send(answer(b"no", status="403 Forbidden", fields=[("Connection", "close")]))
                conversation.finish()
            self.origin.on(path, refuse)
            with self.gateway.client() as client:
                client.send(post(path, b"x" * 3_000_000))
                try:
                    client.send(b"x" * 3_000_000)
                except OSError:
                    pass
                self.assertEqual(client.read_answer().status, 403)

    def test_a_half_closed_client_gets_its_answer(self):
        for path in ("/held", "/streamed"):
            with self.gateway.client() as client:
                client.send(post(path, b"hello") + b"hello")
                client.sock.shutdown(1)
                self.assertEqual(client.read_answer().status, 200)

    def test_pipelined_requests_wait_for_a_client_that_does_not_read(self):
        self.origin.on("/big", answer(b"x" * 1_000_000))
        client = self.gateway.client()
        self.addCleanup(client.close)
        client.sock.settimeout(1)
        sent = 0
        try:
            while sent < 64 << 20:
                sent += client.sock.send(b"GET /big HTTP/1.1\r\nHost: gw.test\r\n\r\n" * 1000)
        except TimeoutError:
            pass
        self.assertLess(sent, 32 << 20)
        self.assertLess(len(self.origin.seen("/big")), 20)


if __name__ == "__main__":
    main()
