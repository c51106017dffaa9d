# SPDX-License-Identifier: Apache-2.0
"""Private keys at the start and in memory: refused or warned about by name, and nowhere but in locked memory."""

import base64
import datetime
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import Client, Gateway, Origin, answer, binary, is_sanitized, main, signgate, wait_until

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

    def test_the_command_line_names_the_remedy_too(self):
        shim = os.environ["SIGNGATE_NO_SHA1"]
        if is_sanitized():
            self.skipTest("a sanitizer's build takes no preloaded library")
        for command, subject in (("sign", "--url"), ("sign-cookies", "--resource")):
            arguments = [binary(), command, subject, "https://d1.example/a.jpg", "--key-pair-id", "K1", "--private-key",
                         str(self.key), "--date-less-than", "2030-01-01"]
            ran = subprocess.run(arguments, env=dict(os.environ, LD_PRELOAD=shim), capture_output=True, text=True,
                                 timeout=60)
            self.assertEqual((ran.returncode, ran.stdout), (1, ""))
            self.assertIn("refuses to sign over SHA1", ran.stderr)
            self.assertIn("--hash-algorithm SHA256", ran.stderr)
            ran = subprocess.run(arguments + ["--hash-algorithm", "SHA256"], env=dict(os.environ, LD_PRELOAD=shim),
                                 capture_output=True, text=True, timeout=60)
            self.assertEqual(ran.returncode, 0, ran.stderr)

    def timed(self, key, media=""):
        text = self.text().replace('[media.photos]', key + '\n[media.photos]\n' + media)
        return 'error_log = "stderr info"\n' + text + '[admin]\nlisten = "127.0.0.1:0"\n'

    def metrics(self, gateway):
        port = int(re.search(r"admin interface on 127\.0\.0\.1:(\d+)", gateway.log()).group(1))
        with Client(port) as client:
            return client.get("/metrics").text()

    def test_a_key_that_runs_out_is_told_once_and_counted(self):
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=6)
        times = f"not_after = {end:%Y-%m-%dT%H:%M:%SZ}"
        gateway = Gateway(self.timed(times), self.folder)
        self.addCleanup(gateway.kill)
        self.assertRegex(gateway.log(), r"\[warning\].*signgate\.toml:16:8: media \"photos\": it has no key that signs at ")
        out = "no key of it may sign now"
        wait_until(lambda: out in gateway.log(), "the key to run out")
        for _ in range(5):
            self.assertNotIn(b"Signature=", gateway.get("/page").body)
        self.assertEqual(gateway.log().count(out), 1)
        self.assertRegex(gateway.log(), r"\[error\].*signgate\.toml:16:8: media \"photos\": " + out)
        wait_until(lambda: 'signgate_links_unsigned_total{reason="no_key"} 5\n' in self.metrics(gateway), "the metric")
        gateway.file.write_text(gateway.file.read_text().replace(times, ""))
        gateway.signal(signal.SIGHUP)
        wait_until(lambda: b"Signature=" in gateway.get("/page").body, "the reload")
        self.assertEqual(gateway.log().count(out), 1)

    def test_a_key_that_begins_is_told(self):
        begin = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=4)
        gateway = Gateway(self.timed(f"not_before = {begin:%Y-%m-%dT%H:%M:%SZ}"), self.folder)
        self.addCleanup(gateway.kill)
        self.assertIn("no key of it may sign now", gateway.log())
        wait_until(lambda: 'media "photos": its links are signed' in gateway.log(), "the key to begin")
        self.assertIn(b"Signature=", gateway.get("/page").body)

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
