# SPDX-License-Identifier: Apache-2.0
"""Who is asked: the same peer as by the real nginx where a hash decides, the same shares where turns do."""

import signal
from collections import Counter

from harness import main, wait_until
from upstreams import Nginx, UpstreamsTest, client_from, refuse, require_nginx

KEYS = [f"/image/{number}.jpg" for number in range(150)] + ["", "a", "ä".encode().hex(), "x" * 300]


def peer_of(answer):
    return int(answer.text())


class AsNginx(UpstreamsTest):
    count = 4

    def both(self, servers, balance_toml, balance_nginx):
        """The gateway and nginx with the same servers."""
        lines = ", ".join(f'"{server}"' for server in servers)
        gateway = self.start(f'server = [{lines}]\nbalance = "{balance_toml}"')
        nginx = Nginx(self.text(balance_nginx + " ".join(f"server {server};" for server in servers)), self.folder)
        self.addCleanup(nginx.stop)
        return gateway, nginx

    def by_key(self, port):
        chosen = []
        for key in KEYS:
            with client_from(port, "127.0.0.1") as client:
                chosen.append(peer_of(client.get("/?k=" + key.replace("/", "%2F"), "Connection: close\r\n")))
        return chosen

    def assert_same_by_key(self, servers, balance):
        gateway, nginx = self.both(servers, balance, balance + "; ")
        ours, theirs = self.by_key(gateway.port), self.by_key(nginx.port)
        differ = [(key, us, them) for key, us, them in zip(KEYS, ours, theirs) if us != them and key]
        self.assertEqual(differ, [])
        self.assertGreater(len(set(ours)), 1)

    def test_hash(self):
        self.assert_same_by_key(["@0@", "@1@ weight=3", "@2@", "@3@"], "hash $arg_k")

    def test_hash_consistent(self):
        self.assert_same_by_key(["@0@", "@1@ weight=3", "@2@", "@3@"], "hash $arg_k consistent")

    def test_hash_passes_by_a_server_that_is_down(self):
        for balance in ("hash $arg_k", "hash $arg_k consistent"):
            self.assert_same_by_key(["@0@", "@1@ weight=3 down", "@2@", "@3@"], balance)

    def test_hash_goes_on_from_a_server_that_refuses(self):
        for balance in ("hash $arg_k", "hash $arg_k consistent"):
            self.assert_same_by_key(["@DOWN@ weight=4 max_fails=0", "@1@", "@2@", "@3@ weight=2"], balance)

    def test_ip_hash(self):
        for servers in (["@0@", "@1@ weight=3", "@2@", "@3@"], ["@0@", "@1@ down", "@2@", "@3@"],
                        ["@DOWN@ max_fails=0", "@1@", "@2@", "@3@"]):
            gateway, nginx = self.both(servers, "ip_hash", "ip_hash; ")
            chosen = {}
            for who, port in (("ours", gateway.port), ("theirs", nginx.port)):
                chosen[who] = []
                for number in range(100):
                    with client_from(port, f"127.{number}.{(number * 7) % 250}.{number + 1}") as client:
                        chosen[who].append(peer_of(client.get("/", "Connection: close\r\n")))
            self.assertEqual(chosen["ours"], chosen["theirs"])
            self.assertGreater(len(set(chosen["ours"])), 2)

    def test_round_robin_and_least_conn_take_the_same_turns(self):
        for balance in ("round_robin", "least_conn"):
            gateway, nginx = self.both(["@0@ weight=5", "@1@", "@2@ weight=2", "@3@ down"], balance,
                                       "" if balance == "round_robin" else "least_conn; ")
            turns = {}
            for who, port in (("ours", gateway.port), ("theirs", nginx.port)):
                turns[who] = []
                for _ in range(24):
                    with client_from(port, "127.0.0.1") as client:
                        turns[who].append(peer_of(client.get("/", "Connection: close\r\n")))
            self.assertEqual(turns["ours"], turns["theirs"], balance)

    def test_random_has_the_same_shares(self):
        for balance in ("random", "random two", "random two least_conn"):
            gateway, nginx = self.both(["@0@ weight=3", "@1@", "@2@ weight=4"], balance, balance + "; ")
            shares = {}
            for who, port in (("ours", gateway.port), ("theirs", nginx.port)):
                with client_from(port, "127.0.0.1") as client:
                    shares[who] = Counter(peer_of(client.get("/")) for _ in range(600))
            for number in range(3):
                # Two samples of 600: five standard deviations of their difference are below 100.
                self.assertLess(abs(shares["ours"][number] - shares["theirs"][number]), 140, (balance, shares))


class OnItsOwn(UpstreamsTest):
    count = 3

    def test_a_backup_is_asked_only_when_all_others_fail(self):
        gateway = self.start('server = ["@0@", "@DOWN@", "@2@ backup"]')
        self.assertEqual([peer_of(gateway.get("/")) for _ in range(6)], [0] * 6)
        gateway = self.start('server = ["@DOWN@", "@DOWN@ weight=2", "@2@ backup"]')
        self.assertEqual([peer_of(gateway.get("/")) for _ in range(6)], [2] * 6)

    def test_max_conns_holds_over_all_workers(self):
        def slow(conversation, request):
            conversation.read_body(request)
            conversation.fill()
            conversation.finish()
        self.origins[0].on_all(slow)
        gateway = self.start('server = "@0@ max_conns=2"', workers=4)
        clients = [gateway.client() for _ in range(2)]
        for client in clients:
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        wait_until(lambda: self.asked()[0] == 2, "both requests at the origin")
        self.assertEqual([gateway.get("/").status for _ in range(12)], [502] * 12)
        self.assertEqual(self.asked()[0], 2)
        for client in clients:
            client.reset()
        self.origins[0].on_all(None)
        wait_until(lambda: gateway.get("/").status == 200, "a place to become free")

    def test_workers_share_failures_in_a_zone(self):
        self.origins[1].on_all(refuse)
        for zone, most in (('zone = "app 64k"', 3), ("", 12)):
            gateway = self.start(f'server = ["@0@", "@1@ max_fails=3 fail_timeout=10m"]\n{zone}', workers=4)
            before = self.asked()[1]
            # Each on a connection of its own, which the system gives to any of the workers.
            self.assertEqual([peer_of(gateway.get("/")) for _ in range(80)], [0] * 80)
            tried = self.asked()[1] - before
            self.assertGreaterEqual(tried, 1)
            self.assertLessEqual(tried, most)
            if zone:
                self.assertEqual(tried, most)

    def test_workers_take_turns_together_in_a_zone(self):
        gateway = self.start('server = ["@0@ weight=2", "@1@", "@2@"]\nzone = "app 64k"', workers=4)
        self.assertEqual([peer_of(gateway.get("/")) for _ in range(12)], [0, 1, 2, 0] * 3)

    def test_a_reload_keeps_connections_and_accounts_of_servers_that_stay(self):
        gateway = self.start('server = ["@0@", "@1@ max_fails=1 fail_timeout=10m"]')
        self.origins[1].on_all(lambda conversation, _: conversation.finish())
        for _ in range(4):
            self.assertEqual(peer_of(gateway.get("/")), 0)
        failures = self.asked()[1]
        self.assertEqual(failures, 1)
        connections = self.origins[0].connections
        gateway.file.write_text(gateway.file.read_text().replace("[upstream.app]", "[upstream.app]\nkeepalive = 7"))
        gateway.signal(signal.SIGHUP)
        wait_until(lambda: "the new configuration is in use" in gateway.log(), "the reload")
        for _ in range(4):
            self.assertEqual(peer_of(gateway.get("/")), 0)
        self.assertEqual(self.asked()[1], failures)
        self.assertEqual(self.origins[0].connections, connections)


if __name__ == "__main__":
    require_nginx()
    main()
