# SPDX-License-Identifier: Apache-2.0
"""Private keys at the start and in memory: refused or warned about by name, and nowhere but in locked memory."""

import base64
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import Gateway, Origin, answer, binary, main, signgate

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos"]
[upstream.origin]
server = ["@ORIGIN@"]
[key.K1]
private_key = "private_key.pem"
[media.photos]
links = ["/media/"]
target = "https://d111111abcdef8.cloudfront.net/"
key = ["K1"]
"""


def private_exponent(path):
    """The bytes of d in a PKCS#1 file: the fourth number of the sequence."""
    der = base64.b64decode("".join(path.read_text().splitlines()[1:-1]))

    def element(at):
        length, at = der[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7f
            length, at = int.from_bytes(der[at:at + size], "big"), at + size
        return at, at + length

    at, _ = element(0)
    for _ in range(3):
        _, at = element(at)
    begin, end = element(at)
    return der[begin:end].lstrip(b"\0")


def is_sanitized():
    program = Path(binary()).read_bytes()
    return b"__asan_init" in program or b"__tsan_init" in program


class Keys(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.origin = Origin()
        self.addCleanup(self.origin.stop)
        self.origin.on("/page", answer(b'<img src="/media/a.jpg">', fields=[("Content-Type", "text/html")]))
        made = signgate("keygen", "--out-dir", self.folder)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.key = self.folder / "private_key.pem"

    def text(self):
        return CONFIGURATION.replace("@ORIGIN@", f"127.0.0.1:{self.origin.port}")

    def start(self):
        gateway = Gateway(self.text(), self.folder)
        self.addCleanup(gateway.kill)
        return gateway

    def test_a_key_that_others_may_read_is_warned_about(self):
        self.key.chmod(0o644)
        gateway = self.start()
        self.assertRegex(gateway.log(), r"\[warning\].*signgate\.toml:13:15: private_key .* has the mode 0644")
        checked = signgate("check", "-c", gateway.file)
        self.assertEqual(checked.returncode, 0)
        self.assertIn(":13:15: warning: private_key", checked.stderr)

    def test_an_openssl_without_sha1_is_found_at_the_start(self):
        shim = os.environ["SIGNGATE_NO_SHA1"]
        if is_sanitized():
            self.skipTest("a sanitizer's build takes no preloaded library")
        file = self.folder / "signgate.toml"
        file.write_text(self.text())
        ran = subprocess.run([binary(), "run", "-c", str(file)], env=dict(os.environ, LD_PRELOAD=shim),
                             capture_output=True, text=True, timeout=60)
        self.assertEqual(ran.returncode, 1)
        self.assertIn(":13:15: error: private_key", ran.stderr)
        self.assertIn("OpenSSL on this system refuses to sign over SHA1", ran.stderr)
        self.assertIn('write hash = "sha256" in [key.K1]', ran.stderr)

    def test_the_key_lies_in_locked_memory_alone(self):
        if is_sanitized():
            self.skipTest("a sanitizer keeps freed memory and maps terabytes")
        gateway = self.start()
        self.assertIn(b"Signature=", gateway.get("/page").body)
        if "cannot be locked" in gateway.log():
            self.skipTest("RLIMIT_MEMLOCK is too low here")
        line = self.key.read_text().splitlines()[3].encode()
        exponent = private_exponent(self.key)
        found = {"text": [], "exponent": []}
        try:
            maps = Path(f"/proc/{gateway.process.pid}/smaps").read_text()
            memory = open(f"/proc/{gateway.process.pid}/mem", "rb", buffering=0)
        except PermissionError:
            self.skipTest("this user may not look into the gateway's memory")
        locked = {}
        with memory:
            for head, body in re.findall(r"^([\da-f]+-[\da-f]+ \S+ .*)\n((?:[A-Z]\w*:.*\n)+)", maps, re.M):
                begin, end = (int(part, 16) for part in head.split()[0].split("-"))
                if "r" not in head.split()[1] or "[v" in head:
                    continue
                flags = re.search(r"^VmFlags: (.*)$", body, re.M).group(1).split()
                memory.seek(begin)
                try:
                    data = memory.read(end - begin)
                except OSError:
                    continue
                locked[head] = "lo" in flags and "dd" in flags
                found["text"] += [head] * (line in data)
                # OpenSSL keeps numbers as words, the lowest first.
                found["exponent"] += [head] * (exponent in data or exponent[::-1] in data)
        self.assertEqual([each for each in found["text"] if not locked[each]], [])
        self.assertEqual([each for each in found["exponent"] if not locked[each]], [])
        self.assertNotEqual(found["exponent"], [], "the search finds nothing at all")


if __name__ == "__main__":
    main()
