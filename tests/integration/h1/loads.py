# SPDX-License-Identifier: Apache-2.0
"""Many clients at once, bounded in number: whatever they do, a normal request is answered."""

import socket
import struct
import threading
import time

from .cases import H, case
from .client import PATIENCE
from .outcomes import r_in_order


def plain_get(lane, path):
    r = lane.client.exchange([("GET %s HTTP/1.1\r\n%s\r\n" % (path, H)).encode()], linger=0)
    return None if r.replies and r.replies[0].status == 200 else "a normal request failed: %s" % r.describe()


def open_many(lane, n, data):
    socks = []
    for _ in range(n):
        s = lane.client.connect()
        if data:
            s.sendall(data)
        socks.append(s)
    return socks


def shut(socks):
    for s in socks:
        try:
            s.close()
        except OSError:
            pass


def idle_connections(lane, case):
    socks = open_many(lane, 300, b"")
    try:
        return plain_get(lane, "/c/" + case.name)
    finally:
        shut(socks)


def slow_heads(lane, case):
    socks = open_many(lane, 100, b"GET /c/%s HTTP/1.1\r\nHost: gw" % case.name.encode())
    try:
        why = plain_get(lane, "/c/" + case.name)
        if why:
            return why
        end, alive = time.monotonic() + PATIENCE, list(socks)
        while alive and time.monotonic() < end:
            time.sleep(0.3)
            still = []
            for s in alive:
                s.settimeout(0)
                try:
                    if s.recv(4096):
                        still.append(s)
                except BlockingIOError:
                    still.append(s)
                except OSError:
                    pass
            alive = still
        return "%d of 100 half-sent heads are still open" % len(alive) if alive else None
    finally:
        shut(socks)


def slow_bodies(lane, case):
    socks = open_many(lane, 100, b"POST /c/%s HTTP/1.1\r\n%sContent-Length: 1000\r\n\r\nhello" % (case.name.encode(), H.encode()))
    try:
        return plain_get(lane, "/c/" + case.name + "/x")
    finally:
        shut(socks)


def slow_readers(lane, case):
    socks = open_many(lane, 20, b"GET /c/%s HTTP/1.1\r\n%s\r\n" % (case.name.encode(), H.encode()))
    try:
        time.sleep(0.5)
        return plain_get(lane, "/c/" + case.name + "/x")
    finally:
        shut(socks)


def churn(lane, case):
    for i in range(1000):
        s = lane.client.connect()
        if i % 2:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()
    return plain_get(lane, "/c/" + case.name)


def parallel(lane, case):
    bad = []

    def one(k):
        try:
            steps, want = [], []
            for i in range(10):
                path = "/c/%s/%d-%d" % (case.name, k, i)
                steps += [("GET %s HTTP/1.1\r\n%s\r\n" % (path, H)).encode(), "reply"]
                want.append("target=%s\n" % path)
            r = lane.client.exchange(steps, methods=("GET",) * 10, want=10, linger=0)
            why = r_in_order(*want)(r) if len(r.replies) == 10 else "client %d got %d of 10 replies" % (k, len(r.replies))
            if why:
                bad.append(why)
        except OSError as e:
            bad.append("client %d: %s" % (k, e))
    threads = [threading.Thread(target=one, args=(k,)) for k in range(50)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return bad[0] if bad else None


BIG = b"HTTP/1.1 200 OK\r\nContent-Length: 4194304\r\n\r\n" + b"z" * 4194304
case("conns-300-idle", "exhaustion", "", "any", "300 idle connections do not stop a request", run=idle_connections)
case("conns-100-slow-heads", "slowloris", "", "any", "100 half-sent heads do not stop a request, and are closed",
     run=slow_heads)
case("conns-100-slow-bodies", "R.U.D.Y.", "", "any", "100 stalled bodies do not stop a request", run=slow_bodies)
case("conns-20-slow-readers", "slow read", "", "any", "20 clients that do not read a 4 MB reply do not stop a request",
     run=slow_readers, origin=BIG)
case("conns-1000-short", "churn", "", "any", "1000 connect-and-close", run=churn)
case("conns-50-parallel", "mix-up", "", "any", "50 clients at once each get their own replies", run=parallel)
