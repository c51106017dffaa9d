# SPDX-License-Identifier: Apache-2.0
"""Several workers at once with all that they share: signatures, keys, zones of limits, servers and their health, log files and
counters; while the configuration is taken up anew, logs are opened anew and metrics are asked for. Under ThreadSanitizer, which is
what this is for before all, the gateway ends with a status of its own when it saw a race."""

import re
import signal
import threading

from harness import Client, GatewayTest, answer, main, signgate, wait_until
from origin import Origin

CLIENTS = 6
REQUESTS = 40  # of each client
LINKS = 8  # of each page

CONFIGURATION = """
worker_processes = 4
error_log = "error.log info"
limit_req_zone = ["$binary_remote_addr zone=asked:1m rate=100000r/s"]
limit_conn_zone = ["$binary_remote_addr zone=open:1m"]
[admin]
listen = "127.0.0.1:0"
[[server]]
listen = ["127.0.0.1:0"]
access_log = "access.log combined buffer=4k flush=100ms"
limit_req = "zone=asked burst=1000 nodelay"
limit_conn = "open 1000"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos", "films"]
[upstream.origin]
server = ["@ORIGIN@ max_conns=200", "@OTHER@ weight=2"]
balance = "least_conn"
keepalive = 4
health_check = "uri=/health interval=50ms"
[key.K1]
private_key = "k1/private_key.pem"
[key.K2]
private_key = "k2/private_key.pem"
[media.photos]
links = ["/photos/"]
target = "https://d111111abcdef8.cloudfront.net/"
key = ["K1"]
ttl = "1h"
[media.films]
links = ["/films/"]
target = "https://d222222abcdef8.cloudfront.net/"
key = ["K2"]
"""


class Workers(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        cls.other = Origin()
        cls.addClassCleanup(cls.other.stop)
        cls.configuration = CONFIGURATION.replace("@OTHER@", f"127.0.0.1:{cls.other.port}")
        for name, kind in (("k1", "rsa2048"), ("k2", "ecdsa-p256")):
            signgate("keygen", "--type", kind, "--out-dir", folder / name)

    def page(self, conversation, request):
        """Half of the links are everybody's, half are of this page alone."""
        number = request.target.rpartition("?")[2]
        links = [f"/{kind}/{at if at < LINKS // 4 else number + '-' + str(at)}.jpg"
                 for kind in ("photos", "films") for at in range(LINKS // 2)]
        body = "".join(f'<img src="{link}">' for link in links).encode()
        conversation.send(answer(body, fields=[("Content-Type", "text/html")]))

    def ask(self, client_number, got):
        try:
            with self.gateway.client() as client:
                for number in range(REQUESTS):
                    answered = client.get(f"/page?{client_number}-{number}")
                    got.append((answered.status, answered.body.count(b"Signature=")))
        except Exception as fault:  # told by the main thread
            got.append(fault)

    def in_use(self):
        """How often a new configuration was taken up."""
        return self.said().count("the new configuration is in use")

    def said(self):
        return self.gateway.log() + (self.folder / "error.log").read_text("latin-1")

    def test_what_workers_share_holds(self):
        for origin in (self.origin, self.other):
            origin.on("/page", self.page)
        got = []
        clients = [threading.Thread(target=self.ask, args=(number, got)) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        admin = wait_until(lambda: re.search(r"admin interface on 127\.0\.0\.1:(\d+)", self.said()), "the admin interface")
        text, turns = self.gateway.file.read_text(), 0
        while turns < 3 or any(client.is_alive() for client in clients):
            turns += 1
            self.gateway.file.write_text(text if turns % 2 else text.replace('ttl = "1h"', 'ttl = "2h"'))
            before = self.in_use()
            self.gateway.signal(signal.SIGHUP)
            wait_until(lambda: self.in_use() > before, "the new configuration")
            (self.folder / "access.log").rename(self.folder / f"access.{turns}.log")
            self.gateway.signal(signal.SIGUSR1)
            wait_until((self.folder / "access.log").exists, "the new log")
            with Client(int(admin.group(1))) as client:
                self.assertIn(b"signgate_", client.get("/metrics").body)
        for client in clients:
            client.join()
        self.assertEqual(got, [(200, LINKS)] * (CLIENTS * REQUESTS))
        logged = re.compile(r'"GET /page\?([\d-]+) HTTP/1.1" 200 ')

        def lines():
            return [line for path in self.folder.glob("access*.log") for line in logged.findall(path.read_text("latin-1"))]
        wait_until(lambda: len(lines()) >= CLIENTS * REQUESTS, "the lines of all requests")
        self.assertEqual(len(set(lines())), CLIENTS * REQUESTS)


if __name__ == "__main__":
    main()
