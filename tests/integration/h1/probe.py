# SPDX-License-Identifier: Apache-2.0
"""A black-box probe of HTTP/1.x robustness and request smuggling. It speaks to the gateway by raw sockets and is its origin as
well: each case of the table says what is sent and which outcomes are acceptable. What always holds, whatever the outcome:

    A1 everything forwarded to the origin is canonical HTTP/1.x: CRLF only, token names, no obs-fold, no NUL/CR/LF in values,
       one valid Host, exactly one unambiguous body length, clean chunks
    A2 no request hidden inside another one (a path that ends in /smuggled) reaches the origin as a request
    A3 everything sent to the client is canonical HTTP/1.x, with no stray bytes after the last reply
    A4 a fresh "victim" request made after the case is answered with its own body (no poisoned connection, no crash)

The gateway passes every path of a listener to a lane's origin, with connections kept, Host $host and X-Forwarded-For
$proxy_add_x_forwarded_for. Its time limits are of some seconds, since cases wait for them."""

import time

from .cases import H, HIDDEN, P
from .client import PATIENCE, SILENCE, Client
from .outcomes import BADGW, outcome
from .origin import Origin

STEPS = ("shutwr", "rst", "close", "reply")


def fill(text, name):
    """Placeholders: @P@ path of the case, @LEN@ length of all after the first blank line, @HLEN@ and @HHEX@ length of the
    hidden request."""
    hidden = len(HIDDEN.replace(P, "/c/" + name))
    text = text.replace("@HLEN@", str(hidden)).replace("@HHEX@", "%x" % hidden).replace(P, "/c/" + name)
    return text.replace("@LEN@", str(len(text.partition("\r\n\r\n")[2]))).encode("latin-1")


class Lane:
    """An origin and the clients of one listener: lanes run cases beside each other."""

    def __init__(self):
        self.origin = Origin()
        self.client = None
        self.victims = 0

    def connect(self, port):
        self.client = Client(port)

    def victim(self):
        """A4: a fresh request must get its own answer. One retry: a 5xx may come from a kept connection that the origin just
        closed."""
        for attempt in (1, 2):
            time.sleep(0.03 * attempt)
            self.victims += 1
            try:
                r = self.client.exchange([("GET /victim/%d HTTP/1.1\r\n%s\r\n" % (self.victims, H)).encode()], linger=0)
            except OSError as fault:
                return "A4: gateway not answering afterwards: %s" % fault
            if r.replies and r.replies[0].status in BADGW and attempt == 1:
                continue
            if not r.replies or r.replies[0].status != 200:
                return "A4: the next client got %s" % r.describe()
            if r.replies[0].body != b"victim=%d\n" % self.victims:
                return "A4: the next client got someone else's reply %r" % r.replies[0].body[:60]
            return None

    @staticmethod
    def judge(case, r):
        problems = []
        for q in r.origin:
            if q.faults:
                problems.append("A1: forwarded %s" % q.faults[0])
            if "/smuggled" in q.target:
                problems.append("A2: smuggled request reached the origin: %s" % q.brief())
        for x in r.replies + r.interims:
            if x.faults:
                problems.append("A3: reply has %s" % x.faults[0])
        if r.stray and r.replies and r.replies[0].status != 101:
            problems.append("A3: stray bytes after the reply: %r" % r.stray[:40])
        reasons, matched = [], None
        for alternative in case.accept:
            why = outcome(alternative, r)
            if why is None:
                matched = alternative
                break
            reasons.append("%s: %s" % (alternative, why))
        if matched is None:
            problems.insert(0, "not as expected [%s]" % "; ".join(reasons))
        elif matched.startswith(("ok", "status")):
            problems += [x for x in (f(r) for f in case.see) if x]
        return problems + [x for x in (f(r) for f in case.never) if x]

    def play(self, case):
        """Sends what the case has to send: what was wrong, and what was seen."""
        steps = [fill(s, case.name) if isinstance(s, str) and s not in STEPS else s for s in case.steps]
        may_be_silent = any(alternative in ("silent", "any") for alternative in case.accept)
        must_close = "ok" not in case.accept and any(each in ("ok+close", "ok+end") for each in case.accept)
        r = self.client.exchange(steps, case.methods, case.want, SILENCE if may_be_silent else PATIENCE,
                                 PATIENCE if must_close else case.linger)
        if r.by_client:
            time.sleep(0.5)
        time.sleep(0.03)
        r.case, r.origin = case.name, self.origin.seen(case.name)
        return self.judge(case, r), r.describe()

    def run(self, case):
        """Gives what is wrong, in words; nothing when the case passes."""
        self.origin.current = case.name
        if case.origin is not None:
            self.origin.scripts[case.name] = case.origin
        if case.run:
            why = case.run(self, case)
            problems, shown = ([why] if why else []), ""
            problems += ["A1: forwarded %s" % q.faults[0] for q in self.origin.seen(case.name) if q.faults][:1]
        else:
            problems, shown = self.play(case)
        why = self.victim()
        if why:
            problems.append(why)
        self.origin.scripts.pop(case.name, None)
        self.origin.forget()
        return "%s; %s {%s}" % ("; ".join(dict.fromkeys(problems)), shown, "|".join(case.accept)) if problems else ""
