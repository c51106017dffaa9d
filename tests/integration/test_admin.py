# SPDX-License-Identifier: Apache-2.0
"""The admin interface: health, and what the process counts; and by its figures, that a cold link is signed once.

Each link's window has edges of its own. The window is a year, so that none of 60 links has one between two requests, which
would be a second URL of that link, rightly."""

import re
import signal
import threading

from harness import Client, GatewayTest, answer, main, signgate, wait_until

CONFIGURATION = """
worker_processes = 2
[admin]
listen = "127.0.0.1:0"
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos"]
[upstream.origin]
server = ["@ORIGIN@"]
[key.K1]
private_key = "private_key.pem"
[media.photos]
links = ["/media/"]
target = "https://d111111abcdef8.cloudfront.net/"
key = ["K1"]
ttl = "1h"
window = "365d"
"""


class Admin(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        made = signgate("keygen", "--out-dir", folder)
        assert made.returncode == 0, made.stderr

    def setUp(self):
        super().setUp()
        wait_until(lambda: "admin interface on" in self.gateway.log(), "the admin interface")
        self.port = int(re.search(r"admin interface on 127\.0\.0\.1:(\d+)", self.gateway.log()).group(1))

    def ask(self, path, method="GET"):
        with Client(self.port) as client:
            return client.get(path, method=method)

    def metrics(self):
        got = self.ask("/metrics")
        self.assertEqual((got.status, got.get("Content-Type")), (200, "text/plain; version=0.0.4; charset=utf-8"))
        return {name: int(value) for name, value in re.findall(r"^(signgate_\S+) (\d+)$", got.body.decode(), re.M)}

    def page(self, path, links):
        body = "".join(f'<img src="/media/{link}">' for link in links).encode()
        self.origin.on(path, answer(body, fields=[("Content-Type", "text/html")]))

    def settled(self, name, value):
        """The workers tell their counters ten times a second."""
        wait_until(lambda: self.metrics()[name] >= value, f"{name} {value}")
        return self.metrics()

    def test_health(self):
        for path in ("/healthz", "/readyz", "/healthz?verbose"):
            self.assertEqual((self.ask(path).status, self.ask(path).body), (200, b"ok\n"))
        self.assertEqual(self.ask("/healthz", method="HEAD").body, b"")
        self.assertEqual(self.ask("/").status, 404)
        self.assertEqual(self.ask("/metrics", method="POST").status, 405)

    def test_the_text_is_prometheus(self):
        text = self.ask("/metrics").body.decode()
        families = re.findall(r"^# TYPE (\S+) (counter|gauge)$", text, re.M)
        self.assertGreater(len(families), 20)
        self.assertEqual(len(set(families)), len(families))
        for name, kind in families:
            self.assertEqual(name.endswith("_total"), kind == "counter", name)
            self.assertIn(f"# HELP {name} ", text)
        for line in text.splitlines():
            self.assertRegex(line, r'^(# (HELP|TYPE) signgate_\w+ .+|signgate_\w+(\{\w+="\w+"\})? \d+)$')

    def test_hits_and_misses_are_counted(self):
        self.page("/counted", ["counted/1.jpg", "counted/2.jpg"])
        before = self.metrics()
        for _ in range(3):
            self.assertEqual(self.gateway.get("/counted").status, 200)
        after = self.settled("signgate_links_signed_total", before["signgate_links_signed_total"] + 6)
        grown = {name: after[name] - before[name] for name in after}
        self.assertEqual(grown['signgate_memo_lookups_total{result="miss"}'], 2)
        # What the memo had for a worker's first page it keeps for the next; the third may be another worker's.
        self.assertIn(grown['signgate_memo_lookups_total{result="hit"}'], (2, 4))
        self.assertEqual(grown["signgate_memo_entries"], 2)
        self.assertEqual(grown["signgate_signer_jobs_total"], 1)
        self.assertEqual(grown["signgate_answers_rewritten_total"], 3)

    def test_a_cold_link_is_signed_once_however_many_pages_ask(self):
        links = [f"flight/{number}.jpg" for number in range(60)]
        self.page("/flight", links)
        before = self.metrics()
        start = threading.Barrier(12)
        bodies = []

        def ask():
            with self.gateway.client() as client:
                start.wait()
                bodies.append(client.get("/flight").body)

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(bodies), 12)
        self.assertEqual(len(set(bodies)), 1)
        self.assertEqual(bodies[0].count(b"Signature="), 60)
        after = self.settled("signgate_links_signed_total", before["signgate_links_signed_total"] + 12 * 60)
        result = {each: after[f'signgate_memo_lookups_total{{result="{each}"}}'] -
                  before[f'signgate_memo_lookups_total{{result="{each}"}}'] for each in ("hit", "miss", "wait")}
        self.assertEqual(result["miss"], 60)
        # The worker keeps for later pages what the memo had for an earlier one.
        self.assertLessEqual(sum(result.values()), 12 * 60)
        self.assertGreater(result["hit"] + result["wait"], 0)

    def test_draining_is_told(self):
        gateway = self.start_gateway(self.folder_of_its_own())
        self.addCleanup(gateway.kill)
        port = int(re.search(r"admin interface on 127\.0\.0\.1:(\d+)", gateway.log()).group(1))
        release = threading.Event()
        self.addCleanup(release.set)

        def slow(conversation, request):
            conversation.read_body(request)
            release.wait(60)
            conversation.send(answer(b"done"))

        self.origin.on("/slow", slow)
        with gateway.client() as client:
            client.send("GET /slow HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            wait_until(lambda: self.origin.seen("/slow"), "the request at the origin")
            gateway.signal(signal.SIGQUIT)

            def status():
                with Client(port) as admin:
                    return admin.get("/healthz").status

            wait_until(lambda: status() == 503, "the drain")
            release.set()
            self.assertEqual(client.read_answer().body, b"done")
        self.assertEqual(gateway.wait(), 0)

    def folder_of_its_own(self):
        folder = self.folder / "other"
        folder.mkdir()
        self.prepare(folder)
        return folder


if __name__ == "__main__":
    main()
