# SPDX-License-Identifier: Apache-2.0
"""How often and how many at once: limit_req and limit_conn. Rates of a request a minute, so that no test waits."""

import signal
import threading
import time
import unittest

import reference
from harness import Client, GatewayTest, answer, main, wait_until

# path: the limits of both, in nginx's words
LIMITS = {
    "/plain": ["limit_req zone=one"],
    "/burst": ["limit_req zone=one burst=3 nodelay"],
    "/late": ["limit_req zone=one burst=5 delay=3"],
    "/two": ["limit_req zone=one burst=4 nodelay", "limit_req zone=two burst=1 nodelay"],
    "/reverse": ["limit_req zone=two burst=1 nodelay", "limit_req zone=one burst=4 nodelay"],
    "/status": ["limit_req zone=one", "limit_req_status 429"],
    "/dry": ["limit_req zone=one burst=2", "limit_req_dry_run on"],
    "/drywait": ["limit_req zone=one burst=2", "limit_req_dry_run on"],
}

ZONES = ("$arg_k zone=one:64k rate=1r/m", "$arg_j zone=two:64k rate=1r/m")


def route(path, directives):
    """A route with these directives, those of one name as a list."""
    keys = {}
    for directive in directives:
        name, _, value = directive.partition(" ")
        keys.setdefault(name, []).append(value)
    lines = []
    for name, values in keys.items():
        if name.endswith("_status"):
            lines.append(f"{name} = {values[0]}")
        elif name.endswith("_dry_run"):
            lines.append(f'{name} = "{values[0]}"')
        else:
            lines.append(f"{name} = {values}")
    return (f'[[server.route]]\nlocation = "{path}"\nproxy_pass = "http://origin"\n'
            'add_header = ["X-Limit $limit_req_status always"]\n' + "\n".join(lines) + "\n")


CONFIGURATION = (f"""
worker_processes = 2
limit_req_zone = {list(ZONES) + ["$arg_k zone=fast:64k rate=50r/s"]}
limit_conn_zone = ["$arg_k zone=conn:64k", "$server_name zone=all:64k"]
[[server]]
listen = ["127.0.0.1:0"]
server_name = ["gw.test"]
access_log = "access.log combined"
""" + "".join(route(path, directives) for path, directives in LIMITS.items())
    + route("/delayed", ["limit_req zone=fast burst=5"])
    + """
[[server.route]]
location = "/conn"
proxy_pass = "http://origin"
limit_conn = ["conn 2", "all 4"]
add_header = ["X-Limit $limit_conn_status always"]
[[server.route]]
location = "/dryconn"
proxy_pass = "http://origin"
limit_conn = "conn 1"
limit_conn_dry_run = "on"
add_header = ["X-Limit $limit_conn_status always"]
[upstream.origin]
server = ["@ORIGIN@"]
""")


class Limits(GatewayTest):
    configuration = CONFIGURATION

    def statuses(self, path, number, query):
        return [self.gateway.get(f"{path}?{query}").status for _ in range(number)]

    def test_a_burst_and_no_more(self):
        self.assertEqual(self.statuses("/plain", 3, "k=p"), [200, 503, 503])
        self.assertEqual(self.statuses("/burst", 6, "k=b"), [200, 200, 200, 200, 503, 503])
        self.assertEqual(self.statuses("/status", 2, "k=s"), [200, 429])

    def test_keys_are_apart_and_none_is_free(self):
        self.assertEqual(self.statuses("/plain", 1, "k=a1") + self.statuses("/plain", 1, "k=a2"), [200, 200])
        self.assertEqual(self.statuses("/plain", 3, ""), [200, 200, 200])

    def test_workers_share_their_zones(self):
        # Connections of their own reach both workers; all of them together get one burst.
        taken = self.statuses("/burst", 20, "k=shared").count(200)
        self.assertEqual(taken, 4)

    def test_two_zones(self):
        self.assertEqual(self.statuses("/two", 4, "k=t&j=t"), [200, 200, 503, 503])
        # What the second zone refused was not counted in the first.
        self.assertEqual(self.statuses("/burst", 4, "k=t"), [200, 200, 503, 503])

    def test_dry_runs_refuse_nobody_and_say_so(self):
        told = [self.gateway.get("/dry?k=d").get("X-Limit") for _ in range(5)]
        self.assertEqual(told, ["PASSED", "DELAYED_DRY_RUN", "DELAYED_DRY_RUN", "REJECTED_DRY_RUN", "REJECTED_DRY_RUN"])

    def test_a_delayed_request_is_answered(self):
        self.assertEqual(self.gateway.get("/delayed?k=w").get("X-Limit"), "PASSED")
        answers = []

        def ask():
            answers.append(self.gateway.get("/delayed?k=w2").get("X-Limit"))
        threads = [threading.Thread(target=ask) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(answers), 5)
        self.assertLessEqual(set(answers), {"PASSED", "DELAYED"})

    def test_a_client_that_does_not_wait_is_let_go(self):
        self.assertEqual(self.gateway.get("/late?k=gone&n=1").status, 200)
        for number in (2, 3, 4):  # within the delay of 3: at once
            self.assertEqual(self.gateway.get(f"/late?k=gone&n={number}").status, 200)
        client = self.gateway.client()
        client.send("GET /late?k=gone&n=5 HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        time.sleep(0.1)  # so that the gateway has read it: a reset takes it away
        client.reset()
        log = self.folder / "access.log"
        line = wait_until(lambda: [each for each in log.read_text().splitlines() if "n=5" in each], "the line")[0]
        self.assertIn('" 499 0 ', line)
        self.assertEqual(self.origin.seen("/late")[-1].target, "/late?k=gone&n=4")

    def hold(self, path, number):
        """Opens requests that the origin answers when told to."""
        release = threading.Event()
        here = threading.Semaphore(0)

        def slow(conversation, _):
            here.release()
            release.wait(60)
            conversation.send(answer(b"late"))
        self.origin.on(path.partition("?")[0], slow)
        clients = [Client(self.gateway.port) for _ in range(number)]
        for client in clients:
            client.send(f"GET {path} HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        for _ in range(number):
            self.assertTrue(here.acquire(timeout=60))
        return clients, release

    def test_requests_at_once(self):
        clients, release = self.hold("/conn?k=c", 2)
        refused = self.gateway.get("/conn?k=c")
        self.assertEqual((refused.status, refused.get("X-Limit")), (503, "REJECTED"))
        self.origin.forget()
        self.assertEqual(self.gateway.get("/conn?k=other").get("X-Limit"), "PASSED")
        release.set()
        for client in clients:
            with client:
                self.assertEqual(client.read_answer().status, 200)
        # A place is free when its request has ended.
        wait_until(lambda: self.gateway.get("/conn?k=c").status == 200, "a free place")

    def test_a_client_that_leaves_frees_its_place(self):
        clients, release = self.hold("/conn?k=left", 2)
        for client in clients:
            client.close()
        release.set()
        self.origin.forget()
        wait_until(lambda: self.gateway.get("/conn?k=left").status == 200, "a free place")

    def test_requests_at_once_dry(self):
        clients, release = self.hold("/dryconn?k=d", 1)
        self.origin.forget()
        got = self.gateway.get("/dryconn?k=d")
        self.assertEqual((got.status, got.get("X-Limit")), (200, "REJECTED_DRY_RUN"))
        release.set()
        for client in clients:
            client.close()

    def test_refusals_are_logged(self):
        self.statuses("/plain", 2, "k=log")
        wait_until(lambda: 'limiting requests, excess: ' in self.gateway.log() and 'by zone "one", client: 127.0.0.1'
                   in self.gateway.log(), "the refusal")

    def test_a_reload_forgets_nothing(self):
        self.assertEqual(self.statuses("/plain", 2, "k=hup"), [200, 503])
        self.gateway.signal(signal.SIGHUP)
        wait_until(lambda: "the new configuration is in use" in self.gateway.log(), "the reload")
        self.assertEqual(self.statuses("/plain", 1, "k=hup"), [503])


@unittest.skipUnless(reference.PROGRAM, "nginx is not installed")
class LimitsAsNginx(GatewayTest):
    """The same requests in the same order to nginx and to the gateway."""

    configuration = CONFIGURATION

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        http = " ".join(f"limit_req_zone {zone};" for zone in ZONES)
        locations = [f"location {path} {{ proxy_pass http://127.0.0.1:{cls.origin.port}; "
                     "add_header X-Limit $limit_req_status always; " + " ".join(each + ";" for each in directives) + "}"
                     for path, directives in LIMITS.items()]
        cls.nginx = reference.Nginx(http, " ".join(locations))
        cls.addClassCleanup(cls.nginx.stop)

    def test_statuses(self):
        for path, directives in LIMITS.items():
            delayed = path == "/late"
            for query in (f"k=n{path[1:]}&j=n{path[1:]}", f"k=o{path[1:]}", "j=x"):
                # A request that is delayed would take a minute.
                number = 4 if delayed else 8
                told = [[(got.status, got.get("X-Limit")) for got in
                         (server.get(f"{path}?{query}") for _ in range(number))] for server in (self.nginx, self.gateway)]
                self.assertEqual(told[0], told[1], (path, query, directives))


if __name__ == "__main__":
    main()
