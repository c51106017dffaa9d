# SPDX-License-Identifier: Apache-2.0
"""Ports for who has to know them before he listens."""

import random
import socket

# Below those that the system hands out: nobody who asks it for any port, and no outgoing connection, gets one meanwhile.
PORTS = (12000, 32000)


def free_port():
    """A port on which nobody listens, on any address."""
    while True:
        port = random.SystemRandom().randrange(*PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
            return port


def free_ports(count):
    """That many, each another one."""
    found = set()
    while len(found) < count:
        found.add(free_port())
    return list(found)
