# SPDX-License-Identifier: Apache-2.0
"""Where a running process keeps the numbers and the text of a private key."""

import base64
import re
from pathlib import Path

RSA_NUMBERS = ("version", "modulus", "public exponent", "d", "p", "q", "dp", "dq", "qinv")


def der_elements(der):
    """The contents of the elements that follow each other in `der`."""
    at = 0
    while at < len(der):
        length, at = der[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7f
            length, at = int.from_bytes(der[at:at + size], "big"), at + size
        yield der[at:at + length]
        at += length


def secrets(path):
    """What nobody may see of a PKCS#1 or SEC1 file, or of an RSA key's PKCS#8 file, by its name: a line of the text, and
    numbers in both byte orders."""
    lines = path.read_text().splitlines()
    body = lines[1:-1]
    parts = list(der_elements(next(der_elements(base64.b64decode("".join(body))))))
    is_pkcs8 = lines[0] == "-----BEGIN PRIVATE KEY-----"
    if is_pkcs8:
        parts = list(der_elements(next(der_elements(parts[2]))))
    if is_pkcs8 or "RSA" in lines[0]:
        numbers = {name: int.from_bytes(part, "big") for name, part in zip(RSA_NUMBERS, parts)}
        # A remainder that OpenSSL calculates with: 2**2048 less it has the prime as a factor.
        numbers |= {f"2**2048 mod {prime}": pow(2, 2048, numbers[prime]) for prime in "pq"}
        sought = {name: numbers[name] for name in numbers if name not in RSA_NUMBERS[:3]}
        wanted = {f"text, line {number}": body[number].encode() for number in (5, 12, 20)}
    else:
        sought = {"d": int.from_bytes(parts[1], "big")}
        wanted = {"text, line 0": body[0].encode()}
    for name, number in sought.items():
        size = (number.bit_length() + 7) // 8
        wanted[name + ", highest byte first"] = number.to_bytes(size, "big")
        wanted[name + ", lowest byte first"] = number.to_bytes(size, "little")
    return wanted


class Found:
    """What was found: names of secrets in locked memory that no core has, and (name, mapping) of those elsewhere."""

    def __init__(self):
        self.kept = set()
        self.loose = set()


def stack_pointers(pid):
    """Where the threads of a stopped process have their stacks."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        words = (thread / "syscall").read_text().split()
        if len(words) > 2:
            yield int(words[-2], 16)


def search(pid, wanted, stacks=True):
    """Looks for the secrets in all the memory of a process, which has to be stopped for its stacks to be left out;
    PermissionError where this user may not."""
    pointers = [] if stacks else list(stack_pointers(pid))
    found = Found()
    maps = Path(f"/proc/{pid}/smaps").read_text()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for head, body in re.findall(r"^([\da-f]+-[\da-f]+ \S+ .*)\n((?:[A-Z]\w*:.*\n)+)", maps, re.M):
            begin, end = (int(part, 16) for part in head.split()[0].split("-"))
            ignored = any(begin <= each < end for each in pointers)
            if "r" not in head.split()[1] or "[v" in head or ignored:
                continue
            memory.seek(begin)
            try:
                data = memory.read(end - begin)
            except OSError:
                continue
            flags = re.search(r"^VmFlags: (.*)$", body, re.M).group(1).split()
            locked = "lo" in flags and "dd" in flags
            for name, secret in wanted.items():
                if secret in data:
                    if locked:
                        found.kept.add(name)
                    else:
                        found.loose.add((name, head))
    return found
