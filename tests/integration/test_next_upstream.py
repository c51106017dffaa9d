# SPDX-License-Identifier: Apache-2.0
"""When a server fails, refuses, hangs or answers what is not wanted: who is asked next, how often, and what of it is
told in the log."""

import time

from harness import main, wait_until
from origin import answer
from upstreams import UpstreamsTest, hang, lines_of, refuse, say
from wire import wait_until

THREE = 'server = ["@0@ max_fails=0", "@1@ max_fails=0", "@2@ max_fails=0"]'
POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"


class NextUpstream(UpstreamsTest):
    def test_an_error_or_a_timeout_asks_the_next_one(self):
        self.origins[0].on_all(refuse)
        self.origins[1].on_all(hang)
        gateway = self.start(THREE, 'proxy_read_timeout = "300ms"')
        for _ in range(3):
            self.assertEqual(gateway.get("/").text(), "2")

    def test_an_error_status_is_passed_on_unless_it_is_named(self):
        self.origins[0].on_all(say("503 Busy"))
        gateway = self.start(THREE)
        self.assertEqual([gateway.get("/").status for _ in range(3)], [503, 200, 200])
        gateway = self.start(THREE, 'proxy_next_upstream = "http_503"')
        self.assertEqual([gateway.get("/").status for _ in range(6)], [200] * 6)

    def test_every_status_that_can_be_named_asks_the_next_one(self):
        for status in (500, 502, 503, 504, 403, 404, 429):
            self.origins[0].on_all(say(f"{status} No"))
            gateway = self.start(THREE, f'proxy_next_upstream = "http_{status}"')
            self.assertEqual([gateway.get("/").status for _ in range(4)], [200] * 4)

    def test_when_the_tries_are_used_up_the_last_answer_is_passed_on(self):
        for number, origin in enumerate(self.origins):
            origin.on_all(say(f"50{number} No {number}"))
        gateway = self.start(THREE, 'proxy_next_upstream = "http_500 http_502 http_503"')
        self.origins[1].on_all(say("502 No 1"))
        self.origins[2].on_all(say("503 No 2"))
        got = gateway.get("/")
        self.assertEqual((got.status, got.text()), (503, "no: 503 No 2"))
        self.assertEqual(self.asked(), [1, 1, 1])

    def test_tries_are_limited(self):
        for origin in self.origins:
            origin.on_all(refuse)
        gateway = self.start(THREE, "proxy_next_upstream_tries = 2")
        self.assertEqual(gateway.get("/").status, 502)
        self.assertEqual(sum(self.asked()), 2)

    def test_no_next_one_is_asked_after_the_timeout(self):
        for origin in self.origins:
            origin.on_all(hang)
        gateway = self.start(THREE, 'proxy_read_timeout = "400ms"\nproxy_next_upstream_timeout = "100ms"')
        self.assertEqual(gateway.get("/").status, 504)
        self.assertEqual(sum(self.asked()), 1)

    def test_off_asks_nobody_else(self):
        self.origins[0].on_all(refuse)
        gateway = self.start(THREE, 'proxy_next_upstream = "off"')
        self.assertEqual([gateway.get("/").status for _ in range(3)], [502, 200, 200])

    def test_a_subrequest_knows_the_same_limits(self):
        def start(limits):
            for origin in self.origins:
                origin.forget()
            return self.start('server = ["@2@"]\n[upstream.auth]\nserver = ["@0@ max_fails=0", "@1@ max_fails=0"]',
                              'auth_request = "/check"\n[[server.route]]\nlocation = "/check"\n'
                              f'proxy_pass = "http://auth"\n{limits}')
        self.origins[0].on_all(refuse)
        gateway = start("")
        self.assertEqual([gateway.get("/").status for _ in range(2)], [200, 200])
        gateway = start("proxy_next_upstream_tries = 1")
        self.assertEqual([gateway.get("/").status for _ in range(2)], [500, 200])
        self.assertEqual(self.asked(), [1, 1, 1])
        gateway = start('proxy_next_upstream = "off"')
        self.assertEqual([gateway.get("/").status for _ in range(2)], [500, 200])
        self.origins[0].on_all(say("503 Busy"))
        gateway = start('proxy_next_upstream = "http_503"')
        self.assertEqual([gateway.get("/").status for _ in range(2)], [200, 200])

    def test_a_malformed_answer_asks_the_next_one_only_when_named(self):
        def garble(conversation, _):
            conversation.send(b"what?\r\n\r\n")
            conversation.finish()
        self.origins[0].on_all(garble)
        gateway = self.start(THREE)
        self.assertEqual([gateway.get("/").status for _ in range(3)], [502, 200, 200])
        gateway = self.start(THREE, 'proxy_next_upstream = "invalid_header"')
        self.assertEqual([gateway.get("/").status for _ in range(3)], [200] * 3)

    def test_what_was_sent_of_a_post_is_never_repeated(self):
        for origin in self.origins:
            origin.on_all(refuse)
        gateway = self.start(THREE)
        self.assertEqual(gateway.exchange(POST).status, 502)
        self.assertEqual(sum(self.asked()), 1)
        for origin in self.origins:
            origin.forget()
            origin.on_all(say("503 Busy"))
        gateway = self.start(THREE, 'proxy_next_upstream = "error http_503"')
        self.assertEqual(gateway.exchange(POST).status, 503)
        self.assertEqual(sum(self.asked()), 1)

    def test_a_post_goes_to_the_next_one_when_it_could_not_be_sent(self):
        gateway = self.start('server = ["@DOWN@ weight=9 max_fails=0", "@1@"]')
        for _ in range(3):
            self.assertEqual(gateway.exchange(POST).text(), "1")
        self.assertEqual([request.body for request in self.origins[1].seen()], [b"hello"] * 3)

    def test_non_idempotent_repeats_a_post_whole(self):
        self.origins[0].on_all(refuse)
        gateway = self.start(THREE, 'proxy_next_upstream = "error non_idempotent"')
        self.assertEqual(gateway.exchange(POST).text(), "1")
        self.assertEqual(self.origins[1].last().body, b"hello")

    def test_a_server_that_failed_is_left_alone_for_its_fail_timeout(self):
        self.origins[0].on_all(say("500 No"))
        gateway = self.start('server = ["@0@ fail_timeout=10m", "@1@"]', 'proxy_next_upstream = "http_500"')
        for _ in range(6):
            self.assertEqual(gateway.get("/").status, 200)
        self.assertEqual(self.asked()[0], 1)

    def test_404_is_not_held_against_a_server(self):
        self.origins[0].on_all(say("404 No"))
        gateway = self.start('server = ["@0@ fail_timeout=10m", "@1@"]', 'proxy_next_upstream = "http_404"')
        for _ in range(6):
            self.assertEqual(gateway.get("/").status, 200)
        self.assertEqual(self.asked()[0], 3)

    def test_when_all_are_out_it_is_502_at_once(self):
        for origin in self.origins:
            origin.on_all(refuse)
        gateway = self.start('server = ["@0@ fail_timeout=10m", "@1@ fail_timeout=10m"]')
        self.assertEqual([gateway.get("/").status for _ in range(3)], [502] * 3)
        self.assertEqual(sum(self.asked()), 2)
        wait_until(lambda: "no live upstreams" in gateway.log(), "the line")

    def test_a_kept_connection_that_died_is_no_failure_of_its_server(self):
        gateway = self.start('server = ["@0@ fail_timeout=10m", "@DOWN@ backup"]')

        def once_then_die(conversation, request):
            conversation.read_body(request)
            if request.number > 1:
                conversation.finish()
                return
            conversation.send(answer("0"))
        self.origins[0].on_all(once_then_die)
        for _ in range(6):
            self.assertEqual(gateway.get("/").text(), "0")


class Logged(UpstreamsTest):
    def test_every_try_is_listed(self):
        self.origins[0].on_all(refuse)
        self.origins[1].on_all(say("503 Busy"))
        gateway = self.start(THREE, 'proxy_next_upstream = "error http_503"')
        self.assertEqual(gateway.get("/").text(), "2")
        line = lines_of(gateway, 1)[0]
        self.assertEqual(line["upstream_addr"], ", ".join(f"127.0.0.1:{origin.port}" for origin in self.origins))
        self.assertEqual(line["upstream_status"], "502, 503, 200")
        self.assertRegex(line["upstream_response_time"], r"^\d\.\d{3}, \d\.\d{3}, \d\.\d{3}$")

    def test_one_try_is_a_number_and_none_is_null(self):
        gateway = self.start('server = "@0@"')
        gateway.get("/")
        line = lines_of(gateway, 1)[0]
        self.assertEqual((line["upstream_addr"], line["upstream_status"]), (f"127.0.0.1:{self.origins[0].port}", 200))

    def test_an_upstream_without_a_server_left_is_shown_by_its_name(self):
        gateway = self.start('server = "@0@ down"')
        self.assertEqual(gateway.get("/").status, 502)
        line = lines_of(gateway, 1)[0]
        self.assertEqual((line["upstream_addr"], line["upstream_status"]), ("app", 502))

    def test_the_variables_reach_request_headers(self):
        gateway = self.start('server = ["@DOWN@ weight=9 max_fails=0", "@1@"]',
                             'proxy_set_header = { X-Length = "$upstream_response_length" }')
        self.assertEqual(gateway.get("/").text(), "1")


class KeepAlive(UpstreamsTest):
    def connections_for(self, upstream, requests=4):
        before = self.origins[0].connections
        gateway = self.start(f'server = "@0@"\n{upstream}')
        for _ in range(requests):
            self.assertEqual(gateway.get("/").text(), "0")
        return self.origins[0].connections - before

    def test_connections_are_kept_within_their_limits(self):
        self.assertEqual(self.connections_for(""), 1)
        self.assertEqual(self.connections_for("keepalive = 0"), 4)
        self.assertEqual(self.connections_for("keepalive_requests = 2"), 2)

    def test_an_old_connection_ends_with_its_request(self):
        before = self.origins[0].connections
        gateway = self.start('server = "@0@"\nkeepalive_time = "200ms"')
        gateway.get("/")
        time.sleep(0.4)
        gateway.get("/")
        gateway.get("/")
        self.assertEqual(self.origins[0].connections - before, 2)

    def test_an_idle_connection_ends_after_its_timeout(self):
        gateway = self.start('server = "@0@"\nkeepalive_timeout = "100ms"')
        gateway.get("/")
        wait_until(lambda: not self.origins[0].open, "the idle connection to end")


if __name__ == "__main__":
    main()
