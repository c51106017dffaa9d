# SPDX-License-Identifier: Apache-2.0
"""What a connection that waits for its next request costs in memory."""

import resource

from harness import GatewayTest, is_sanitized, main, wait_until

BEFORE = 400  # more than a worker keeps memory for, and more than may hold theirs while they wait
COUNTED = 4000  # so many that what does not grow with them does not matter
MOST = 2048     # bytes
DESCRIPTORS = BEFORE + COUNTED + 200  # of the clients, and of the gateway: it keeps a few to the origin

CONFIGURATION = f"""
worker_processes = 1
worker_connections = {2 * (BEFORE + COUNTED)}
worker_rlimit_nofile = {DESCRIPTORS}
access_log = "off"
keepalive_timeout = "10m"
[[server]]
listen = ["127.0.0.1:0"]
[[server.route]]
location = "/"
proxy_pass = "http://origin"
[[server.route]]
location = "/waiting"
return = "200 $connections_waiting"
[upstream.origin]
server = ["@ORIGIN@"]
keepalive = 4
"""


class IdleMemory(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))

    def open(self, count):
        """So many more clients that have been answered once, and what the process takes then."""
        for _ in range(count):
            client = self.gateway.client()
            self.addCleanup(client.close)
            self.assertEqual(client.get("/").status, 200)
            self.waiting += 1
        with self.gateway.client() as beside:
            wait_until(lambda: int(beside.get("/waiting").body) == self.waiting, "all to wait")
        return self.gateway.memory()

    def test_an_idle_connection_takes_less_than_2_kib(self):
        self.waiting = 0
        before = self.open(BEFORE)
        growth = self.open(COUNTED) - before
        print(f"{growth / COUNTED:.0f} bytes for each of {COUNTED} idle connections")
        self.assertLess(growth, COUNTED * MOST)


def hindrance():
    """Why the tests cannot run here, if they cannot."""
    if is_sanitized():
        return "a sanitizer's own memory is many times that of what it watches"
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if resource.RLIM_INFINITY != hard < DESCRIPTORS:
        return f"{DESCRIPTORS} descriptors are wanted, and {hard} allowed"
    return None


if __name__ == "__main__":
    main(hindrance)
