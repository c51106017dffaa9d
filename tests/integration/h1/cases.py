# SPDX-License-Identifier: Apache-2.0
"""The table of cases: what is sent, which outcomes are acceptable (outcomes.py), and by which rule; `9112 3` is section 3 of
RFC 9112. A strict case is a requirement that common servers ignore."""

import re

CASES = []


class Case:
    def __init__(self, name, ref, send, accept, why, see, never, origin, methods, want, linger, strict, run):
        self.name, self.ref, self.accept, self.why = name, ref, accept.split("|"), why
        self.steps = send if isinstance(send, list) else [send]
        self.see, self.never, self.origin = see, never, origin
        self.methods, self.want, self.linger = methods, want, linger
        self.strict, self.run = strict, run


def case(name, ref, send, accept, why="", see=(), never=(), origin=None, methods=None, want=None, linger=0.12, strict=False,
         run=None):
    """Adds a case. `send` is text, or a list of texts and steps of Client.exchange; `see` holds for accepted outcomes, `never`
    for all; `origin` is what the origin answers, in steps, in place of an echo of the target; `want` replies to `methods` are
    read, and then for `linger` seconds what should not come; `run(lane, case)` plays a case of its own."""
    alts = accept.split("|")
    if want is None:
        want = max([int(a.partition(":")[2]) for a in alts if re.match(r"^ok(\+close)?:\d+$", a)] + [1])
        if "ok+end" in alts:
            want = 2
    if methods is None:
        first_step = send[0] if isinstance(send, list) else send
        methods = ("HEAD",) if isinstance(first_step, str) and first_step.startswith("HEAD ") else ("GET",)
    if isinstance(origin, (bytes, str)):
        origin = [origin]
    CASES.append(Case(name, ref, send, accept, why, list(see), list(never), origin, methods, want, linger, strict, run))


P = "@P@"                                    # path of the case: /c/<case name>
S = "@P@/smuggled"                           # must never reach the origin as a request
H = "Host: gw.test\r\n"
HIDDEN = f"GET {S} HTTP/1.1\r\n{H}\r\n"      # a request hidden in, or behind, another message's body


def get(fields="", target=P, version="HTTP/1.1", method="GET", host=H):
    return f"{method} {target} {version}\r\n{host}{fields}\r\n"


def post(fields, body="", method="POST", version="HTTP/1.1"):
    return f"{method} {P} {version}\r\n{H}{fields}\r\n{body}"


CHUNKED = "Transfer-Encoding: chunked\r\n"
LAST = "0\r\n\r\n"
HELLO = "5\r\nhello\r\n" + LAST
