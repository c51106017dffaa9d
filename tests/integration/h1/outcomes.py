# SPDX-License-Identifier: Apache-2.0
"""How a case may end. Acceptable outcomes are written with `|` between them:

    ok          one complete 2xx reply; the origin received exactly one complete request
    ok:N        N replies, N requests
    ok+close    ok, and the gateway then closes the connection
    ok+end      the first request is ok, what follows it is refused (4xx) or the connection closed
    reject      4xx, 501 or 505, or closed without a reply; the origin received no complete request
    reject:L    the same with the status limited to the comma list L (closing silently still passes)
    must400     a 400 reply has to be sent; the origin received no complete request
    status:L    a complete final reply with one of these statuses, whatever the origin saw
    badgw       complete 500/502/503/504 reply, or closed without a reply
    closed      closed without a reply            silent   no reply, still open when we stop waiting
    raw09       headerless HTTP/0.9 reply         h2       an HTTP/2 SETTINGS frame
    any         only what always holds counts (probe.py)
"""

import re

from .grammar import values
from .origin import OriginRequest

REJECT = set(range(400, 500)) | {501, 505}
BADGW = {500, 502, 503, 504}


def outcome(alt, r):
    """None if the result r is the acceptable outcome alt, else why not."""
    name, _, arg = alt.partition(":")
    n, full = len(r.replies), r.full()
    if name == "any":
        return None
    if name in ("ok", "ok+close"):
        want = int(arg or 1)
        if n != want:
            return "%d replies, not %d" % (n, want)
        for x in r.replies:
            if not 200 <= x.status < 300:
                return "status %d" % x.status
            if not x.complete:
                return "reply cut short"
        if len(full) != want:
            return "origin saw %d complete requests, not %d" % (len(full), want)
        if name == "ok+close" and not r.closed:
            return "connection left open"
        return None
    if name == "ok+end":
        if n < 1 or not 200 <= r.replies[0].status < 300:
            return "first request not answered 2xx"
        if any(x.status not in REJECT for x in r.replies[1:]):
            return "what follows was answered %s" % [x.status for x in r.replies[1:]]
        if not r.closed:
            return "connection left open"
        return None if len(full) == 1 else "origin saw %d complete requests" % len(full)
    if name in ("reject", "must400"):
        if full:
            return "origin saw %d complete request(s)" % len(full)
        if n == 0:
            if not r.closed:
                return "no reply and not closed"
            return "closed without the 400 reply" if name == "must400" else ("stray bytes" if r.stray else None)
        allowed = {400} if name == "must400" else {int(x) for x in arg.split(",")} if arg else REJECT
        return None if r.replies[0].status in allowed else "status %d" % r.replies[0].status
    if name == "status":
        if n < 1 or not r.replies[0].complete:
            return "no complete reply"
        return None if str(r.replies[0].status) in arg.split(",") else "status %d" % r.replies[0].status
    if name == "badgw":
        if n == 0:
            return None if r.closed and not r.stray else "stray bytes" if r.stray else "no reply and not closed"
        if r.replies[0].status in BADGW:
            return None
        return "status %d%s" % (r.replies[0].status, "" if r.replies[0].complete else " (cut, open)")
    if name == "closed":
        return None if n == 0 and r.closed and not r.stray else "not closed silently"
    if name == "silent":
        return None if n == 0 and not r.closed and not r.stray and not full else "not silent"
    if name == "raw09":
        return None if n == 0 and r.stray and not r.stray.startswith(b"HTTP/") else "no headerless reply"
    if name == "h2":
        return None if len(r.data) >= 9 and r.data[3] == 4 and not full else "no SETTINGS frame"
    raise AssertionError("unknown outcome %r" % alt)


# What more may be asked of an accepted outcome: each gets the Result and returns None or a reason. `o_` looks at what the
# origin saw, `r_` at the reply.
def first(r):
    return (r.full() or [OriginRequest("", 0, 0)])[0]


def o_body(b):
    return lambda r: None if first(r).body == b else "origin got body %r" % first(r).body[:40]


def o_method(m):
    return lambda r: None if first(r).method == m else "origin got method %r" % first(r).method


def o_target(*t):
    def f(r):
        got = first(r).target
        got = re.sub(r"(?i)^https?://[^/?]*", "", got) or "/"
        return None if any(got == x.replace("@P@", "/c/" + r.case) for x in t) else "origin got target %r" % got[:80]
    return f


def o_host(*h):
    return lambda r: None if (first(r).get("host") or "").lower() in h else "origin got Host %r" % first(r).get("host")


def o_has(name, value=None):
    def f(r):
        v = values(first(r).fields, name.lower())
        if not v:
            return "origin got no %s" % name
        return None if value is None or value in v else "origin got %s: %r" % (name, v)
    return f


def o_lacks(name, contains=""):
    return lambda r: "origin got %s: %s" % (name, values(first(r).fields, name.lower())) if any(
        contains.lower() in v.lower() for v in values(first(r).fields, name.lower())) else None


def o_joined(name, *want):
    def f(r):
        got = ",".join(values(first(r).fields, name.lower())).replace(" ", "")
        return None if got in want else "origin got %s = %r" % (name, got)
    return f


def o_adds_to_forwarded_for(r):
    got = ",".join(values(first(r).fields, "x-forwarded-for")).strip()
    return "only the spoofed value is left" if got == "6.6.6.6" else None


def r_body(b):
    return lambda r: None if r.replies[0].body == b else "client got body %r" % r.replies[0].body[:40]


def r_lacks(name):
    return lambda r: "client got %s: %s" % (name, r.replies[0].get(name)) if r.replies[0].get(name) is not None else None


def r_has(name, *vals):
    def f(r):
        v = values(r.replies[0].fields, name.lower())
        return None if all(x in v for x in vals) and v else "client got %s: %r" % (name, v)
    return f


def r_in_order(*parts):
    def f(r):
        for x, p in zip(r.replies, parts):
            if p.encode() not in x.body:
                return "reply %r does not answer %r" % (x.body[:60], p)
        return None
    return f


def r_no_interim(r):
    return "client got %s" % [x.status for x in r.interims] if r.interims else None


def r_not_chunked(r):
    return "chunked reply to an HTTP/1.0 client" if r.replies and r.replies[0].get("transfer-encoding") else None
