# SPDX-License-Identifier: Apache-2.0
"""Requests of the table, changed at random: whatever comes of them, what always holds (probe.py) does."""

import random

from .cases import CASES, P, S

BITS = ["\r\n", "\n", "\r", " ", "\t", "\0", ":", ",", ";", "chunked", "Transfer-Encoding: chunked\r\n", "Content-Length: 3\r\n",
        "0\r\n\r\n", "\x85", "\xa0", "\xff", "HTTP/1.1", "-", "+", "0x", "1", "Host: b\r\n", "5\r\n", "\r\n\r\n", "\r\n ", "#",
        "%00", "_"]
# What is not answered within it waits for more bytes, and is left alone.
SECONDS = 0.1
# How many are sent between two looks at whether others are still served.
BETWEEN_VICTIMS = 50


def mutated(seeds, chance, name):
    text = chance.choice(seeds).replace("@LEN@", "25").replace("@HLEN@", "25").replace("@HHEX@", "19")
    text = text.replace(S, P + "/sm").replace(P, "/c/" + name)
    for _ in range(chance.randint(1, 4)):
        at, change = chance.randrange(len(text) + 1), chance.random()
        if change < 0.5:
            text = text[:at] + chance.choice(BITS) + text[at:]
        elif change < 0.75:
            text = text[:at] + text[at + chance.randint(1, 4):]
        elif change < 0.9:
            text = text[:at] + chr(chance.randrange(256)) + text[at + 1:]
        else:
            other = chance.randrange(len(text) + 1)
            text = text[:at] + text[min(other, at):max(other, at)] + text[at:]
    return text.encode("latin-1")


def mutate(lane, name, count, seed):
    """Sends `count` mutations as the case `name`. Gives what went wrong, each kind once."""
    chance, faults = random.Random(seed), {}
    seeds = [each.steps[0] for each in CASES if isinstance(each.steps[0], str) and 20 < len(each.steps[0]) < 600]
    lane.origin.current = name

    def note(fault, number, raw):
        faults.setdefault(fault.split(":")[0], "%s, mutation %d of seed %d: %r" % (fault, number, seed, raw))

    for number in range(count):
        raw = mutated(seeds, chance, name)
        method = "HEAD" if raw.lstrip().startswith(b"HEAD") else "GET"
        got = lane.client.exchange([raw], methods=(method,) * 9, wait=SECONDS, linger=0.01)
        for each in got.replies + got.interims:
            if each.faults:
                note("reply: " + each.faults[0], number, raw)
        seen = lane.origin.seen(name)
        for each in seen:
            if each.faults:
                note("forwarded " + each.faults[0], number, raw)
        lane.origin.forget()
        if number % BETWEEN_VICTIMS == 0 or any(each.faults for each in seen):
            fault = lane.victim()
            if fault:
                note(fault, number, raw)
    return sorted(faults.values())
