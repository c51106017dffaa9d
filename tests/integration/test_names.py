# SPDX-License-Identifier: Apache-2.0
"""Names of servers: asked again when their time is over, followed when they move, missed without harm; and hosts that
a request's variables name."""

import signal
import socket
import threading

from harness import main, wait_until
from name_server import NameServer
from upstreams import UpstreamsTest, lines_of


class Names(UpstreamsTest):
    count = 1

    def setUp(self):
        super().setUp()
        self.server = NameServer()
        self.addCleanup(self.server.stop)
        # The same port at several loopback addresses: a name has addresses, no ports.
        self.port = self.origins[0].port

    def site(self, address):
        """One more server, at that loopback address and the origin's port; it answers with its address."""
        listener = socket.create_server((address, self.port))
        self.addCleanup(listener.close)
        self.addCleanup(listener.shutdown, socket.SHUT_RDWR)  # ends the thread that accepts, and frees the port

        def serve():
            while True:
                try:
                    sock, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=speak, args=(sock,), daemon=True).start()

        def speak(sock):
            with sock:
                data = b""
                while piece := sock.recv(65536):
                    data += piece
                    while b"\r\n\r\n" in data:
                        head, _, data = data.partition(b"\r\n\r\n")
                        body = f"{address} {head.split(b' ')[1].decode()}".encode()
                        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        threading.Thread(target=serve, daemon=True).start()

    def resolver(self, more=""):
        return f'resolver = "127.0.0.1:{self.server.port} {more}"\n'


class OfUpstreams(Names):
    def test_a_name_is_followed_when_it_moves(self):
        self.site("127.0.0.2")
        self.site("127.0.0.3")
        self.server.names["app.test"] = [("A", 1, "127.0.0.2")]
        gateway = self.start(self.resolver() + f'server = "app.test:{self.port} resolve"')
        wait_until(lambda: gateway.get("/").text().startswith("127.0.0.2"), "the first address")
        self.server.names["app.test"] = [("A", 1, "127.0.0.3")]
        wait_until(lambda: gateway.get("/").text().startswith("127.0.0.3"), "the second address")
        self.server.names["app.test"] = [("A", 1, "127.0.0.2"), ("A", 1, "127.0.0.3")]
        wait_until(lambda: {gateway.get("/").text()[:9] for _ in range(4)} == {"127.0.0.2", "127.0.0.3"}, "both")

    def test_known_addresses_stay_when_the_name_server_goes_away(self):
        self.site("127.0.0.2")
        self.server.names["app.test"] = [("A", 1, "127.0.0.2")]
        gateway = self.start(self.resolver() + 'resolver_timeout = "200ms"\n' + f'server = "app.test:{self.port} resolve"')
        wait_until(lambda: gateway.get("/").status == 200, "the address")
        self.server.silent = True
        wait_until(lambda: "its addresses stay" in gateway.log(), "the failure")
        self.assertEqual(gateway.get("/").status, 200)
        gateway.file.write_text(gateway.file.read_text().replace("[upstream.app]", "[upstream.app]\nkeepalive = 7"))
        gateway.signal(signal.SIGHUP)
        wait_until(lambda: "the new configuration is in use" in gateway.log(), "the reload")
        for _ in range(5):
            self.assertEqual(gateway.get("/").status, 200)

    def test_workers_that_come_know_what_the_others_know(self):
        self.site("127.0.0.2")
        self.server.names["app.test"] = [("A", 60, "127.0.0.2")]
        gateway = self.start(self.resolver() + 'resolver_timeout = "200ms"\n' + f'server = "app.test:{self.port} resolve"')
        wait_until(lambda: gateway.get("/").status == 200, "the address")
        self.server.silent = True
        gateway.file.write_text(gateway.file.read_text().replace("worker_processes = 1", "worker_processes = 3"))
        gateway.signal(signal.SIGHUP)
        wait_until(lambda: "the new configuration is in use" in gateway.log(), "the reload")
        # So many that each of the three has some.
        self.assertEqual([gateway.get("/").status for _ in range(36)], [200] * 36)

    def test_a_start_without_names_is_502_until_they_come_and_one_line(self):
        self.site("127.0.0.2")
        gateway = self.start(self.resolver() + 'resolver_timeout = "200ms"\n' + f'server = "app.test:{self.port} resolve"')
        self.assertEqual([gateway.get("/").status for _ in range(3)], [502] * 3)
        wait_until(lambda: "left out until it is found" in gateway.log(), "the line")
        self.server.names["app.test"] = [("A", 60, "127.0.0.2")]
        wait_until(lambda: gateway.get("/").status == 200, "the name")
        self.assertEqual(gateway.log().count("left out until it is found"), 1)

    def test_a_name_of_the_systems_resolver_that_is_missing_keeps_nobody_from_starting(self):
        gateway = self.start('server = ["nobody.invalid:80", "@0@"]')
        self.assertEqual([gateway.get("/").text() for _ in range(4)], ["0"] * 4)
        # The server, and what was said of its host.
        wait_until(lambda: gateway.log().count("nobody.invalid") == 2, "the line")

    def test_an_alias_and_the_time_that_is_configured_count(self):
        self.site("127.0.0.2")
        self.server.names["app.test"] = [("CNAME", 600, "real.test")]
        self.server.names["real.test"] = [("A", 600, "127.0.0.2")]
        gateway = self.start(self.resolver("valid=1s ipv6=off") + f'server = "app.test:{self.port} resolve"')
        wait_until(lambda: gateway.get("/").status == 200, "the address")
        wait_until(lambda: self.server.asked.count("app.test") >= 3, "questions in spite of the TTL")


class OfRequests(Names):
    """Variables in proxy_pass."""

    def start_with(self, proxy_pass, more=""):
        return self.start('server = "@0@"', self.resolver() + more, proxy_pass=proxy_pass)

    def test_hosts_are_resolved_and_remembered(self):
        self.site("127.0.0.2")
        self.server.names["two.test"] = [("A", 60, "127.0.0.2"), ("AAAA", 60, "::1")]
        gateway = self.start_with(f"http://$arg_host:{self.port}")
        for _ in range(3):
            # The other family is not listened at: the next address is asked.
            self.assertEqual(gateway.get("/a%20b?host=two.test").text(), "127.0.0.2 /a%20b?host=two.test")
        self.assertEqual(self.server.asked.count("two.test"), 2)  # once for each family
        line = lines_of(gateway, 3)[0]
        self.assertTrue(line["upstream_addr"].endswith(f"127.0.0.2:{self.port}"))

    def test_hosts_that_are_not_there_are_502(self):
        gateway = self.start_with("http://$arg_host")
        self.assertEqual(gateway.get("/?host=nobody.test").status, 502)
        wait_until(lambda: "could not be resolved" in gateway.log(), "the line")

    def test_a_silent_name_server_is_502_after_the_timeout(self):
        self.server.silent = True
        gateway = self.start_with("http://$arg_host", 'resolver_timeout = "200ms"')
        self.assertEqual(gateway.get("/?host=two.test").status, 502)

    def test_answers_that_are_cut_are_asked_for_over_tcp(self):
        self.site("127.0.0.2")
        self.server.truncates = True
        self.server.names["two.test"] = [("A", 60, "127.0.0.2")]
        gateway = self.start_with(f"http://$arg_host:{self.port}")
        self.assertEqual(gateway.get("/?host=two.test").status, 200)
        self.assertGreater(self.server.over_tcp, 0)

    def test_answers_to_other_questions_are_ignored(self):
        self.site("127.0.0.2")
        self.server.spoof = True
        self.server.names["two.test"] = [("A", 60, "127.0.0.2")]
        gateway = self.start_with(f"http://$arg_host:{self.port}")
        self.assertEqual(gateway.get("/?host=two.test").status, 200)

    def test_many_requests_for_one_name_are_one_question(self):
        self.server.silent = True
        gateway = self.start_with("http://$arg_host", 'resolver_timeout = "500ms"')
        clients = [gateway.client() for _ in range(8)]
        for client in clients:
            client.send("GET /?host=two.test HTTP/1.1\r\nHost: a\r\n\r\n")
        for client in clients:
            self.assertEqual(client.read_answer().status, 502)
            client.close()
        self.assertLessEqual(self.server.asked.count("two.test"), 4)

    def test_upstreams_and_addresses_need_no_resolver(self):
        gateway = self.start('server = "@0@"', "", proxy_pass="http://$arg_host")
        self.assertEqual(gateway.get("/?host=app").text(), "0")
        self.assertEqual(gateway.get(f"/?host=127.0.0.1:{self.port}").text(), "0")
        self.assertEqual(gateway.get("/?host=two.test").status, 502)
        wait_until(lambda: "no resolver defined" in gateway.log(), "the line")
        for bad in ("", "a%20b", "a%0d%0ab", "a:b"):
            self.assertEqual(gateway.get(f"/?host={bad}").status, 500, bad)

    def test_a_uri_part_is_sent_as_it_says(self):
        gateway = self.start('server = "@0@"', "", proxy_pass="http://app/$arg_to?x=$arg_x")
        gateway.get("/seen?to=here&x=1")
        self.assertEqual(self.origins[0].last().target, "/here?x=1")
        self.assertEqual(self.origins[0].last().get("Host"), "app")


class Captures(UpstreamsTest):
    count = 1

    def gateway_for(self, location, proxy_pass):
        gateway = self.start('server = "@0@"', f"""
[[server.route]]
location = '{location}'
proxy_pass = "{proxy_pass}"
proxy_set_header = {{ X-Part = "$1|$2|$3" }}
""")
        return gateway

    def test_captures_of_the_location_go_into_the_target_and_headers(self):
        gateway = self.gateway_for("~ ^/u/([^/]+)/(.*)$", "http://app/users/$1?path=$2&$args")
        gateway.get("/u/anna/a%20b/c?q=1")
        last = self.origins[0].last()
        self.assertEqual(last.target, "/users/anna?path=a%20b/c&q=1")
        self.assertEqual(last.get("X-Part"), "anna|a b/c|")

    def test_a_capture_cannot_end_the_request_line(self):
        gateway = self.gateway_for("~ ^/u/([^/]*)$", "http://app/$1")
        gateway.get("/u/a%0d%0aX-Evil:%201")
        last = self.origins[0].last()
        self.assertEqual(last.target, "/a%0D%0AX-Evil:%201")
        self.assertIsNone(last.get("X-Evil"))


if __name__ == "__main__":
    main()
