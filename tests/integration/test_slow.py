# SPDX-License-Identifier: Apache-2.0
"""The attacks of slowhttptest, slow heads, slow bodies, ranges and slow reads: the gateway's timeouts end each of their connections,
while other clients are served. SIGNGATE_SLOW_CONNECTIONS says how many connections attack, SIGNGATE_SLOW_TIMEOUT, in seconds,
what the gateway allows; bench/slow.sh sets them."""

import collections
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from harness import Client, GatewayTest, answer, main
from wire import Cut, wait_until

TOOL = shutil.which("slowhttptest")
CONNECTIONS = int(os.environ.get("SIGNGATE_SLOW_CONNECTIONS", "40"))
TIMEOUT = int(os.environ.get("SIGNGATE_SLOW_TIMEOUT", "2"))
OTHERS = 4
PAGE = b"what the others came for"
# More than the kernel takes from the gateway on behalf of a client that does not read.
BLOB_SIZE = 8 * 2 ** 20


class Others:
    """Clients who mean well: two stay on their connection, the others come anew for each request."""

    def __init__(self, port):
        self.port = port
        self.stop = threading.Event()
        self.latencies, self.faults = [], []
        self.threads = [threading.Thread(target=self.ask, args=(number % 2 == 0,), daemon=True) for number in range(OTHERS)]
        for each in self.threads:
            each.start()

    def ask(self, stays):
        client = None
        while not self.stop.wait(0.02):
            start = time.monotonic()
            try:
                client = client or Client(self.port)
                found = client.get("/page", "" if stays else "Connection: close\r\n")
                if (found.status, found.body) != (200, PAGE):
                    self.faults.append(f"{found.status} {found.body[:80]!r}")
            except (OSError, Cut) as fault:
                self.faults.append(repr(fault))
                client = None
            self.latencies.append(time.monotonic() - start)
            if client and (not stays or len(self.latencies) % 50 == 0):
                client.close()
                client = None
        if client:
            client.close()

    def end(self):
        self.stop.set()
        for each in self.threads:
            each.join()
        self.latencies.sort()
        return "  ".join(f"{name} {self.latencies[int(share * (len(self.latencies) - 1))] * 1e3:.1f} ms"
                         for name, share in (("p50", .5), ("p99", .99), ("max", 1)))


class Slow(GatewayTest):
    configuration = f"""
worker_processes = 1
worker_connections = {2 * CONNECTIONS + 100}
client_header_timeout = "{TIMEOUT}s"
client_body_timeout = "{TIMEOUT}s"
send_timeout = "{TIMEOUT}s"
[[server]]
listen = ["127.0.0.1:0"]
access_log = "access.log json"
[[server.route]]
location = "/"
proxy_pass = "http://127.0.0.1:@BLOB_ORIGIN@"
proxy_max_temp_file_size = "0"
[[server.route]]
location = "= /page"
proxy_pass = "http://@ORIGIN@"
access_log = "off"
"""

    @classmethod
    def prepare(cls, folder):
        program = Path(__file__).with_name("blob_origin.py")
        blobs = subprocess.Popen([sys.executable, "-B", str(program), str(BLOB_SIZE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        cls.addClassCleanup(blobs.wait)
        cls.addClassCleanup(blobs.stdout.close)
        cls.addClassCleanup(blobs.stdin.close)
        cls.configuration = cls.configuration.replace("@BLOB_ORIGIN@", blobs.stdout.readline().decode().strip())

    def setUp(self):
        super().setUp()
        self.origin.on("/page", answer(PAGE))

    def log_lines(self):
        log = self.folder / "access.log"
        # The last line may not be whole yet.
        return [json.loads(line) for line in log.read_text().split("\n")[:-1]] if log.exists() else []

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.gateway.process.pid}/fd"))

    def attack(self, what, ended, *options):
        """Waits until the gateway is rid of all the connections; `ended` tells a request of theirs by its line in the log."""
        before, known = self.descriptors(), len(self.log_lines())
        others = Others(self.gateway.port)
        start = time.monotonic()
        with subprocess.Popen([TOOL, "-c", str(CONNECTIONS), "-r", str(CONNECTIONS), "-l", "300", "-p", "30", *map(str, options),
                               "-u", f"http://127.0.0.1:{self.gateway.port}/blob"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as tool:
            said = []
            reader = threading.Thread(target=lambda: said.append(tool.stdout.read()), daemon=True)
            reader.start()
            try:
                wait_until(lambda: sum(map(ended, self.log_lines()[known:])) >= CONNECTIONS, f"the end of {CONNECTIONS} requests")
                # Each of the others may have one here and one at the origin, and the tool asks now and then like one of them.
                wait_until(lambda: self.descriptors() <= before + 2 * OTHERS + 6, "the end of their connections")
                took = time.monotonic() - start
                # It sees the end of all its connections by itself, unless it does not read.
                try:
                    tool.wait(3)
                except subprocess.TimeoutExpired:
                    pass
            finally:
                tool.terminate()
                tool.wait()
                reader.join()
                latencies = others.end()
        lines = self.log_lines()[known:]
        statuses = collections.Counter(line["status"] for line in lines if ended(line))
        longest = max(float(line["request_time"]) for line in lines if ended(line))
        end = re.findall(rb"Exit status: ([\w ]+)", said[0])
        print(f"\n{what}, {CONNECTIONS} connections: all ended by the gateway after {took:.1f} s, requests after {longest:.1f} s at "
              f"most, with {', '.join(f'{status}: {count}' for status, count in sorted(statuses.items()))}"
              f"; slowhttptest: {end[-1].decode() if end else 'goes on'}")
        print(f"  {len(others.latencies)} requests of others meanwhile, {len(others.faults)} of them failed: {latencies}", flush=True)
        self.assertEqual(others.faults[:5], [])
        self.assertGreater(len(others.latencies), 0)

    def test_slow_heads_end_by_client_header_timeout(self):
        self.attack("slow heads (-H)", lambda line: line["status"] == 408, "-H", "-i", max(1, TIMEOUT // 2), "-x", 24)

    def test_slow_bodies_end_by_client_body_timeout(self):
        self.attack("slow bodies (-B)", lambda line: line["status"] == 408, "-B", "-i", 2 * TIMEOUT + 1, "-s", 8192)

    def test_many_ranges_are_one_request_each(self):
        self.attack("ranges (-R)", lambda line: line["status"] == 200, "-R", "-t", "HEAD", "-a", 10, "-b", 500)

    def test_more_ranges_than_a_head_may_have_are_refused(self):
        self.attack("ranges beyond a head's length (-R)", lambda line: line["status"] == 400, "-R", "-t", "HEAD", "-a", 10, "-b", 3000)

    def test_slow_reads_end_by_send_timeout(self):
        self.attack("slow reads (-X)", lambda line: line["status"] == 200 and line["body_bytes_sent"] < BLOB_SIZE,
                    "-X", "-w", 512, "-y", 1024, "-n", 2 * TIMEOUT + 1, "-z", 32, "-k", 3)


if __name__ == "__main__":
    if TOOL is None:
        print("skipped: slowhttptest is not installed", file=sys.stderr)
        raise SystemExit(77)
    main()
