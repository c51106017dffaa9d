# SPDX-License-Identifier: Apache-2.0
"""Many clients at once, while the origin is killed and restarted and the configuration read anew, with other numbers of workers
at times: no answer is lost, doubled or mixed up. SIGNGATE_SOAK_SECONDS says for how long, SIGNGATE_SOAK_SEED which clients,
SIGNGATE_SOAK_CONNECTIONS how many; bench/soak.sh sets them."""

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from certificates import Authority
from harness import PATIENCE, Client, Gateway, main, signgate, wait_until
from soak import Outages, Tally, Viewer

SECONDS = float(os.environ.get("SIGNGATE_SOAK_SECONDS", "20"))
CONNECTIONS = int(os.environ.get("SIGNGATE_SOAK_CONNECTIONS", "24"))
SEED = os.environ.get("SIGNGATE_SOAK_SEED") or str(random.SystemRandom().randrange(10 ** 6))
KILL_EVERY, RELOAD_EVERY = 5.0, 2.0
IN_USE = "the new configuration is in use"
KEPT = 16
WORKERS = (2, 2, 1, 1, 3, 3)  # of one generation after the other
CONFIGURATION = """
worker_processes = @WORKERS@
access_log = "/dev/null combined"
gzip = "on"
[[server]]
listen = ["127.0.0.1:0", "127.0.0.1:0 ssl"]
ssl_certificate = "site.pem"
ssl_certificate_key = "site.key"
add_header = ["X-Generation @GENERATION@"]
[[server.route]]
location = "/"
proxy_pass = "http://website"
sign = ["photos"]
client_body_buffer_size = "16k"
[[server.route]]
location = "/stream/"
proxy_pass = "http://website"
sign = ["photos"]
proxy_buffering = "off"
proxy_request_buffering = "off"
[upstream.website]
server = ["127.0.0.1:@ORIGIN@"]
keepalive = @KEPT@
[key.K1]
private_key = "private_key.pem"
[media.photos]
links = ["/media/"]
target = "https://d111111abcdef8.cloudfront.net/"
key = ["K1"]
"""


class OriginProcess:
    """The origin as a process that is killed and started again on the same port."""

    def __init__(self, folder):
        self.journal = folder / "journal"
        self.holder = socket.socket()
        self.holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.holder.bind(("127.0.0.1", 0))
        self.port = self.holder.getsockname()[1]
        self.start()

    def start(self):
        program = Path(__file__).with_name("soak_origin.py")
        self.process = subprocess.Popen([sys.executable, "-B", str(program), str(self.port), str(self.journal)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.process.stdout.readline() != b"ready\n":
            raise AssertionError("the origin did not start")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def stop(self):
        self.kill()
        self.holder.close()

    def doubled(self):
        """The POSTs that came more than once, and how many came."""
        names = self.journal.read_text().split()
        seen = set()
        return [name for name in names if name in seen or seen.add(name)], len(names)


class Soak(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-soak-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        made = signgate("keygen", "--type", "ecdsa-p256", "--out-dir", self.folder)
        self.assertEqual(made.returncode, 0, made.stderr)
        Authority(self.folder).issue("site", ["soak.test"])
        self.origin = OriginProcess(self.folder)
        self.addCleanup(self.origin.stop)
        self.gateway = Gateway(self.text(0), self.folder, listeners=2)
        self.addCleanup(self.gateway.kill)

    def text(self, generation):
        return (CONFIGURATION.replace("@ORIGIN@", str(self.origin.port)).replace("@GENERATION@", str(generation))
                .replace("@KEPT@", str(KEPT)).replace("@WORKERS@", str(WORKERS[generation % len(WORKERS)])))

    def reload(self, generation):
        fresh = self.folder / "fresh.toml"
        fresh.write_text(self.text(generation))
        fresh.rename(self.gateway.file)
        self.gateway.signal(signal.SIGHUP)
        # Two at once would be one.
        wait_until(lambda: self.gateway.log().count(IN_USE) >= generation, f"reload {generation}")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.gateway.process.pid}/fd"))

    def stir(self, outages):
        """Kills, restarts and reloads until the time is up; the number of kills and of reloads, and the memory after a tenth."""
        begin = time.monotonic()
        kills = reloads = 0
        early = None
        while (now := time.monotonic() - begin) < SECONDS and self.gateway.process.poll() is None:
            if now >= (kills + 1) * KILL_EVERY:
                outages.begin()
                self.origin.kill()
                # Clients find nobody for a while, and not only connections that end.
                time.sleep(0.3)
                self.origin.start()
                outages.end()
                kills += 1
            if now >= (reloads + 1) * RELOAD_EVERY:
                reloads += 1
                self.reload(reloads)
            if early is None and now >= SECONDS / 10:
                early = self.gateway.memory()
            time.sleep(0.05)
        # As many workers as at the start, whose descriptors are counted.
        while WORKERS[reloads % len(WORKERS)] != WORKERS[0] and self.gateway.process.poll() is None:
            reloads += 1
            self.reload(reloads)
        return kills, reloads, early or self.gateway.memory()

    def test_no_answer_is_lost_doubled_or_mixed_up(self):
        print(f"{SECONDS:.0f} s, {CONNECTIONS} connections, every fourth of TLS, seed {SEED}", flush=True)
        before = self.descriptors()
        plain, tls = (port for _, port in self.gateway.addresses())
        outages, tally, stop = Outages(), Tally(), threading.Event()
        viewers = [Viewer(number, SEED, tls if number % 4 == 0 else plain, number % 4 == 0, outages, tally, stop)
                   for number in range(CONNECTIONS)]
        for viewer in viewers:
            viewer.start()
        try:
            kills, reloads, early = self.stir(outages)
        finally:
            stop.set()
        for viewer in viewers:
            viewer.join(2 * PATIENCE)
        late = self.gateway.memory()
        self.assertIsNone(self.gateway.process.poll(), f"the gateway died: {self.gateway.log()[-3000:]}")
        # What is open now are kept connections to the origin, at most, files that a reload opened anew, and the queues of
        # two addresses, which stay for the most workers that there were.
        left = before + WORKERS[0] * KEPT + 4 + 2 * (max(WORKERS) - WORKERS[0])
        wait_until(lambda: self.descriptors() <= left, "the clients' descriptors to be closed")
        doubled, posts = self.origin.doubled()
        for name in doubled:
            tally.fail("doubled", f"the POST {name} reached the origin twice")
        self.report(tally, outages, kills, reloads, posts, early, late)
        self.assert_up_to_date(reloads)
        self.quit(plain)
        self.assertEqual([repr(viewer.fault) for viewer in viewers if viewer.fault], [])
        self.assertFalse(any(viewer.is_alive() for viewer in viewers), "a client waits still")
        self.assertEqual("\n".join(tally.failures[:20]), "")
        self.assert_all_was_tried(tally, kills, reloads)

    def report(self, tally, outages, kills, reloads, posts, early, late):
        print(f"the origin was killed {kills} times, the configuration read anew {reloads} times; {posts} POSTs reached the origin")
        for what, count in sorted(tally.counts.items()):
            print(f"  {what}: {count}")
        after, what = outages.latest
        if after > 0:
            print(f"of what the kills explain, this was asked the latest, {after * 1e3:.0f} ms after the origin was back: {what}")
        print("lost {}, doubled {}, mixed {}, dropped {}, otherwise wrong {}".format(
            *(tally.counts[what] for what in ("lost", "doubled", "mixed", "dropped", "wrong"))))
        print(f"memory of the gateway: {early / 2 ** 20:.1f} MiB after a tenth of the time, {late / 2 ** 20:.1f} MiB at the end",
              flush=True)

    def assert_all_was_tried(self, tally, kills, reloads):
        for method in ("GET", "HEAD", "POST"):
            for form in ("length", "chunked", "page"):
                self.assertGreater(tally.counts[f"{method} {form}"], 0, f"{method} {form}")
        self.assertGreater(kills, 0)
        self.assertGreater(reloads, 0)
        numbers = set(re.findall(r"(\d+) workers serve from now on", self.gateway.log()))
        self.assertTrue(numbers, "no reload changed the number of workers")
        print("numbers of workers that reloads went to:", *sorted(numbers), flush=True)

    def assert_up_to_date(self, reloads):
        """The configuration read last is the one in use."""
        with Client(self.gateway.port) as client:
            client.send("GET /echo/last?form=length&size=5 HTTP/1.1\r\nHost: soak.test\r\nX-Id: last\r\n\r\n")
            found = client.read_answer()
        self.assertEqual((found.get("X-Id"), found.get("X-Generation")), ("last", str(reloads)))

    def quit(self, port):
        """Clients that wait are let go, and the process ends in good order: a sanitizer's report is no good order."""
        waiting = [Client(port) for _ in range(4)]
        for number, client in enumerate(waiting):
            client.send(f"GET /echo/q{number}?form=length&size=5 HTTP/1.1\r\nHost: soak.test\r\nX-Id: q{number}\r\n\r\n")
            self.assertEqual(client.read_answer().get("X-Id"), f"q{number}")
        self.gateway.signal(signal.SIGQUIT)
        for client in waiting:
            self.assertTrue(client.at_end())
            client.close()
        status = self.gateway.wait()
        self.assertEqual(status, 0, self.gateway.log()[-3000:])
        for word in ("Sanitizer", "runtime error:"):
            self.assertNotIn(word, self.gateway.log())
        print(f"QUIT: exit status {status}", flush=True)


if __name__ == "__main__":
    main()
