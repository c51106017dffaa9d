# SPDX-License-Identifier: Apache-2.0
"""The gateway of the probe (h1/probe.py): one listener a lane, so that cases that wait do so beside each other."""

import shutil
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from h1.probe import Lane
from harness import Gateway

LANES = 8

SERVER = """
[[server]]
listen = ["127.0.0.1:0"]
[[server.route]]
location = "/"
proxy_pass = "http://origin{lane}"
proxy_read_timeout = "4s"
proxy_set_header = {{ Host = "$host", X-Forwarded-For = "$proxy_add_x_forwarded_for" }}
[upstream.origin{lane}]
server = ["127.0.0.1:{port}"]
keepalive = 16
"""
COMMON = """
worker_processes = 1
worker_connections = 8192
access_log = "off"
client_header_timeout = "4s"
client_body_timeout = "4s"
send_timeout = "4s"
keepalive_timeout = "60s"
client_max_body_size = "8m"
"""


class Lanes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="signgate-test-")
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.lanes = [Lane() for _ in range(LANES)]
        for lane in cls.lanes:
            cls.addClassCleanup(lane.origin.stop)
        servers = [SERVER.format(lane=at, port=lane.origin.port) for at, lane in enumerate(cls.lanes)]
        cls.gateway = Gateway(COMMON + "".join(servers), folder, listeners=LANES)
        cls.addClassCleanup(cls.gateway.stop)
        for lane, (_, port) in zip(cls.lanes, cls.gateway.addresses()):
            lane.connect(port)

    def run_beside(self, work, tasks):
        """Gives work(lane, task) of each task, in order; a lane does one at a time."""
        free = SimpleQueue()
        for lane in self.lanes:
            free.put(lane)

        def run(task):
            lane = free.get()
            try:
                return work(lane, task)
            finally:
                free.put(lane)

        with ThreadPoolExecutor(LANES) as pool:
            return list(pool.map(run, tasks))
