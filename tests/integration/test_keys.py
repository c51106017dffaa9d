# SPDX-License-Identifier: Apache-2.0
"""Private keys at the start and in memory: refused or warned about by name, and nowhere but in locked memory."""

import datetime
import os
import re
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import Client, Gateway, Origin, answer, binary, is_sanitized, main, signgate, wait_until
from memory_search import search, secrets

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
        self.assertRegex(gateway.log(), r"\[warn\].*signgate\.toml:13:15: private_key .* has the mode 0644")
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

    def test_verify_gives_no_verdict_where_openssl_refuses_sha1(self):
        shim = os.environ["SIGNGATE_NO_SHA1"]
        if is_sanitized():
            self.skipTest("a sanitizer's build takes no preloaded library")
        public = self.folder / "public.pem"
        subprocess.run(["openssl", "rsa", "-in", str(self.key), "-pubout", "-out", str(public)], check=True,
                       capture_output=True)
        url = signgate("sign", "--url", "https://d1.example/a.jpg", "--key-pair-id", "K1", "--private-key", self.key,
                       "--date-less-than", "2030-01-01").stdout
        arguments = [binary(), "verify", url, "--public-key", str(public)]
        self.assertEqual(subprocess.run(arguments, capture_output=True, text=True, timeout=60).stdout, "allowed\n")
        ran = subprocess.run(arguments, env=dict(os.environ, LD_PRELOAD=shim), capture_output=True, text=True, timeout=60)
        self.assertEqual((ran.returncode, ran.stdout), (1, ""))
        self.assertIn("no verdict: OpenSSL on this system refuses signatures over SHA1", ran.stderr)
        self.assertNotIn("AccessDenied", ran.stderr)

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
        self.assertRegex(gateway.log(), r"\[warn\].*signgate\.toml:16:8: media \"photos\": it has no key that signs at ")
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

    def made(self, kind, name):
        made = signgate("keygen", "--type", kind, "--out-dir", self.folder / name)
        self.assertEqual(made.returncode, 0, made.stderr)
        return self.folder / name / "private_key.pem"

    def look(self, process, wanted, stacks=True):
        """Nothing of the secrets lies outside of locked memory; the answer is what was found there. Stacks of threads
        that sign at this moment have some, and are left out on demand."""
        try:
            found = search(process.pid, wanted, stacks)
        except PermissionError:
            self.skipTest("this user may not look into another process's memory")
        self.assertEqual(found.loose, set())
        return found.kept

    def assert_numbers_are_kept(self, process, path, stacks=True):
        wanted = secrets(path)
        kept = self.look(process, wanted, stacks)
        # OpenSSL keeps numbers as words, the lowest first.
        self.assertEqual({name for name in wanted if name.endswith("lowest byte first")} - kept, set())
        self.assertEqual({name for name in kept if name.startswith("text")}, set(), "the text is wiped after use")

    def can_search(self):
        if is_sanitized():
            self.skipTest("a sanitizer keeps freed memory and maps terabytes")
        if 0 <= resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] < 8 << 20:
            self.skipTest("RLIMIT_MEMLOCK is too low here")

    def test_a_gateways_keys_lie_in_locked_memory_alone(self):
        self.can_search()
        for kind, other in (("rsa2048", "ecdsa-p256"), ("ecdsa-p256", "rsa2048"), ("rsa2048", "rsa2048")):
            with self.subTest(kind=kind, other=other):
                old, new = self.made(kind, f"{kind}-{other}-old"), self.made(other, f"{kind}-{other}-new")
                shutil.copy(old, self.key)
                gateway = self.start()
                for _ in range(3):
                    self.assertIn(b"Signature=", gateway.get("/page").body)
                self.assertNotIn("cannot be locked", gateway.log())
                self.assert_numbers_are_kept(gateway.process, old)
                before = gateway.get("/page").body
                shutil.copy(new, self.key)
                gateway.signal(signal.SIGHUP)
                wait_until(lambda: gateway.get("/page").body != before and "is in use" in gateway.log(), "the reload")
                self.assert_numbers_are_kept(gateway.process, new)
                wait_until(lambda: not self.look(gateway.process, secrets(old)), "the old key to be wiped")
                gateway.stop()

    def test_a_servers_tls_keys_lie_in_locked_memory_alone(self):
        self.can_search()
        for kind in ("RSA", "RSA-PSS"):
            key = self.folder / f"{kind}.pem"
            subprocess.run(["openssl", "genpkey", "-algorithm", kind, "-pkeyopt", "rsa_keygen_bits:2048", "-out", str(key)],
                           check=True, capture_output=True)
            certificate = self.folder / f"{kind}.crt"
            subprocess.run(["openssl", "req", "-x509", "-key", str(key), "-subj", "/CN=localhost", "-out",
                            str(certificate)], check=True, capture_output=True)
            gateway = Gateway(f"""
[[server]]
listen = ["127.0.0.1:0 ssl"]
ssl_certificate = "{certificate}"
ssl_certificate_key = "{key}"
access_log = "off"
[[server.route]]
location = "/"
return = "204"
""", self.folder)
            self.addCleanup(gateway.kill)
            context = ssl.create_default_context(cafile=certificate)
            for _ in range(3):
                with socket.create_connection(("127.0.0.1", gateway.port)) as plain:
                    context.wrap_socket(plain, server_hostname="localhost").close()
            self.assert_numbers_are_kept(gateway.process, key)
            gateway.stop()

    def test_a_streams_key_lies_in_locked_memory_alone(self):
        self.can_search()
        for kind in ("rsa2048", "ecdsa-p256"):
            with self.subTest(kind=kind):
                key = self.made(kind, kind)
                process = subprocess.Popen([binary(), "sign", "--url", "-", "--key-pair-id", "K1", "--private-key",
                                            str(key), "--date-less-than", "2030-01-01"], stdin=subprocess.PIPE,
                                           stdout=subprocess.PIPE)
                with process:
                    self.addCleanup(process.kill)
                    for number in range(20):
                        process.stdin.write(b"https://d1.example/%d\n" % number)
                        process.stdin.flush()
                        self.assertIn(b"Signature=", process.stdout.readline())
                    self.assert_numbers_are_kept(process, key)
                    process.stdin.close()
                    self.assertEqual(process.wait(timeout=60), 0)

    def bench(self, key, *arguments):
        return [os.environ["SIGNGATE_BENCH"], "sign", "--key", str(key), "--threads", "2", "--rounds", "1", *arguments]

    def test_the_benchs_keys_lie_in_locked_memory_alone(self):
        self.can_search()
        for kind in ("rsa2048", "ecdsa-p256"):
            with self.subTest(kind=kind):
                key = self.made(kind, kind)
                with subprocess.Popen(self.bench(key, "--seconds", "60"), stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL) as process:
                    try:
                        # Both of its sides sign before long: the time it has had on the processors says so.
                        wait_until(lambda: self.processor_time(process.pid) > 0.6, "signatures")
                        process.send_signal(signal.SIGSTOP)
                        wait_until(lambda: self.has_stopped(process.pid), "all threads to stop")
                        self.assert_numbers_are_kept(process, key, stacks=False)
                    finally:
                        process.kill()

    def has_stopped(self, pid):
        states = [(each / "stat").read_text().rsplit(")", 1)[1].split()[0] for each in Path(f"/proc/{pid}/task").iterdir()]
        return set(states) == {"T"}

    def processor_time(self, pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_the_bench_leaves_no_core_and_warns_about_modes(self):
        key = self.made("ecdsa-p256", "bench")
        key.chmod(0o644)
        ran = subprocess.run(self.bench(key, "--seconds", "0.02"), capture_output=True, text=True, timeout=60)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("warning: --key: the key file has the mode 0644: others may use it", ran.stderr)
        folder = self.folder / "core"
        folder.mkdir()
        limit = resource.getrlimit(resource.RLIMIT_CORE)[1]
        if limit == 0:
            self.skipTest("nothing may leave a core here")
        with subprocess.Popen(self.bench(key, "--seconds", "60"), cwd=folder, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))) as process:
            self.addCleanup(process.kill)
            try:
                wait_until(lambda: self.processor_time(process.pid) > 0.6, "signatures")
            except AssertionError:
                process.kill()
                raise
            process.send_signal(signal.SIGQUIT)
            _, status = os.waitpid(process.pid, 0)
            process.returncode = -signal.SIGQUIT
        self.assertTrue(os.WIFSIGNALED(status))
        self.assertFalse(os.WCOREDUMP(status))

if __name__ == "__main__":
    main()
