# SPDX-License-Identifier: Apache-2.0
"""`signgate keygen`, `sign` and `verify` as a shell sees them: arguments, streams, files, exit statuses."""

import contextlib
import json
import os
import re
import stat
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

from harness import PATIENCE, binary, main, signgate

URL = "https://d111111abcdef8.cloudfront.net/a%20b.jpg?size=big#top"
SOON = "2030-01-01T00:00:00Z"
EPOCH = 1893456000


class SigningCommands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="signgate-commands-"))
        cls.addClassCleanup(subprocess.run, ["rm", "-rf", cls.folder], check=True)
        for kind in ("rsa2048", "ecdsa-p256"):
            made = signgate("keygen", "--type", kind, "--out-dir", cls.folder / kind)
            assert made.returncode == 0, made.stderr

    def sign(self, *more, kind="rsa2048", url=URL, text=None):
        return subprocess.run([binary(), "sign", "--url", url, "--key-pair-id", "K1", "--private-key",
                               f"file://{self.folder / kind / 'private_key.pem'}", *more],
                              input=text, capture_output=True, text=True, timeout=PATIENCE, check=False)

    def verify(self, url, *more, kind="rsa2048"):
        return signgate("verify", url, "--public-key", self.folder / kind / "public_key.pem", *more)

    def assert_result(self, got, status, stdout="", stderr=""):
        self.assertEqual(got.returncode, status, got.stderr)
        self.assertRegex(got.stdout, rf"\A{stdout}\Z")
        self.assertRegex(got.stderr, stderr if stderr else r"\A\Z")

    def test_keygen_makes_keys_that_openssl_reads(self):
        for kind, text in (("rsa2048", "2048 bit"), ("ecdsa-p256", "prime256v1")):
            private = self.folder / kind / "private_key.pem"
            self.assertEqual(stat.S_IMODE(private.stat().st_mode), 0o600)
            shown = subprocess.run(["openssl", "pkey", "-in", private, "-noout", "-text", "-check"],
                                   capture_output=True, text=True, check=True).stdout
            self.assertIn(text, shown)
            public = subprocess.run(["openssl", "pkey", "-in", private, "-pubout"],
                                    capture_output=True, text=True, check=True).stdout
            self.assertEqual(public, (self.folder / kind / "public_key.pem").read_text())

    def test_keygen_replaces_nothing_unasked(self):
        folder = self.folder / "kept"
        self.assertEqual(signgate("keygen", "--out-dir", folder).returncode, 0)
        before = (folder / "private_key.pem").read_bytes()
        self.assert_result(signgate("keygen", "--out-dir", folder), 1, stderr="private_key.pem")
        self.assertEqual((folder / "private_key.pem").read_bytes(), before)
        self.assertEqual(signgate("keygen", "--out-dir", folder, "--force").returncode, 0)
        self.assertNotEqual((folder / "private_key.pem").read_bytes(), before)

    def test_an_output_that_cannot_be_written_is_a_failure(self):
        url = self.sign("--date-less-than", SOON).stdout
        public = self.folder / "rsa2048" / "public_key.pem"
        for arguments in (["verify", url, "--public-key", public], ["keygen", "--out-dir", self.folder / "unseen"]):
            with open("/dev/full", "w", encoding="ascii") as full:
                got = subprocess.run([binary(), *map(str, arguments)], stdout=full, stderr=subprocess.PIPE, text=True,
                                     timeout=PATIENCE, check=False)
            self.assertEqual((got.returncode, got.stderr[-42:]), (1, "signgate: cannot write to the standard output\n"[-42:]))
        got = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", binary(), "verify", url, "--public-key", str(public)],
                             stderr=subprocess.PIPE, text=True, timeout=PATIENCE, check=False)
        self.assertEqual((got.returncode, got.stderr), (1, "signgate: cannot write to the standard output\n"))

    def test_a_stream_waits_for_a_reader_behind_a_pipe_that_does_not_block(self):
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        arguments = [binary(), "sign", "--url", "-", "--key-pair-id", "K1", "--private-key",
                     f"file://{self.folder / 'ecdsa-p256' / 'private_key.pem'}", "--date-less-than", SOON]
        with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=writer, stderr=subprocess.PIPE) as signer:
            os.close(writer)
            count = 3000
            feeder = threading.Thread(target=lambda: (signer.stdin.write(b"https://d1.example/a\n" * count),
                                                      signer.stdin.close()))
            feeder.start()
            with os.fdopen(reader, "rb", buffering=0) as answers:
                got = b""
                while part := answers.read(1000):
                    got += part
                    time.sleep(0.0005)
            feeder.join()
            self.assertEqual((got.count(b"\n"), signer.wait(PATIENCE), signer.stderr.read()), (count, 0, b""))

    def test_a_url_that_browsers_write_otherwise_is_warned_about(self):
        got = self.sign("--date-less-than", SOON, url="https://D1.example:443/x/../a")
        self.assert_result(got, 0, r"https://D1\.example:443/x/\.\./a\S+", r'warning: a browser asks for "https://d1\.example/a"')
        self.assert_result(self.verify(got.stdout), 0, "allowed\n", r'warning: a browser asks for "https://d1\.example/a"')

    def test_what_sign_prints_verify_allows(self):
        for kind in ("rsa2048", "ecdsa-p256"):
            for more in ((), ("--date-greater-than", "2020-01-01"), ("--ip-address", "192.0.2.0/24"),
                         ("--policy-resource", "https://d111111abcdef8.cloudfront.net/*"), ("--hash-algorithm", "SHA256")):
                got = self.sign("--date-less-than", SOON, *more, kind=kind)
                self.assert_result(got, 0, r"https://\S+\?size=big&(Expires=1893456000|Policy=[\w~-]+)&Signature=[\w~-]+"
                                           r"&Key-Pair-Id=K1(&Hash-Algorithm=SHA256)?#top")
                allowed = self.verify(got.stdout, "--ip", "192.0.2.7", "--at", EPOCH - 1, kind=kind)
                self.assert_result(allowed, 0, "allowed\n")
                self.assert_result(self.verify(got.stdout, "--ip", "192.0.2.7", "--at", EPOCH + 1, kind=kind), 1,
                                   stderr="AccessDenied")

    def test_an_empty_value_may_be_joined_to_its_name(self):
        apart = self.sign("--date-less-than", SOON, "--ip-address", "")
        self.assert_result(apart, 0, r"https://\S+&Policy=\S+#top")
        self.assert_result(self.sign("--ip-address=", "--date-less-than", SOON), 0, re.escape(apart.stdout))
        self.assert_result(self.sign("--date-less-than="), 2, stderr="--date-less-than")

    def test_openssl_agrees_with_a_canned_signature(self):
        signed = self.sign("--date-less-than", SOON).stdout
        signature = re.search(r"Signature=([\w~-]+)", signed).group(1).translate(str.maketrans("-_~", "+=/"))
        policy = ('{"Statement":[{"Resource":"https://d111111abcdef8.cloudfront.net/a%20b.jpg?size=big","Condition":'
                  f'{{"DateLessThan":{{"AWS:EpochTime":{EPOCH}}}}}}}]}}')
        (self.folder / "signature").write_bytes(subprocess.run(
            ["openssl", "base64", "-d", "-A"], input=signature.encode(), capture_output=True, check=True).stdout)
        checked = subprocess.run(["openssl", "dgst", "-sha1", "-verify", self.folder / "rsa2048" / "public_key.pem",
                                  "-signature", self.folder / "signature"],
                                 input=policy, capture_output=True, text=True, check=False)
        self.assertEqual(checked.stdout, "Verified OK\n", checked.stderr)

    def test_denials_name_the_code_and_the_cause(self):
        signed = self.sign("--date-less-than", SOON).stdout
        self.assert_result(self.verify(URL), 1, stderr="MissingKey")
        self.assert_result(self.verify(signed.replace("a%20b", "a%20c")), 1, stderr="AccessDenied")
        self.assert_result(self.verify(signed.replace("size=big", "size=small")), 1, stderr="AccessDenied")
        self.assert_result(self.verify(signed, "--key-pair-id", "K2"), 1, stderr="InvalidKey: Unknown Key\ncause: no trusted key has the id \"K1\"")
        self.assert_result(self.verify(signed, kind="ecdsa-p256"), 1, stderr="AccessDenied|P-256|key")

    def test_a_list_of_urls_keeps_its_order_and_its_gaps(self):
        got = self.sign("--date-less-than", SOON, url="-",
                        text="https://a.test/1\nftp://a.test/2\nhttps://a.test/3?Policy=x\nhttps://a.test/4")
        self.assertEqual(got.returncode, 1)
        lines = got.stdout.split("\n")
        self.assertEqual([line[:16] for line in lines], ["https://a.test/1", "", "", "https://a.test/4", ""])
        self.assertIn("2", got.stderr)
        self.assertIn("Policy", got.stderr)

    def test_a_coprocess_gets_each_answer_at_once(self):
        with subprocess.Popen([binary(), "sign", "--url", "-", "--key-pair-id", "K1", "--date-less-than", SOON,
                               "--private-key", self.folder / "ecdsa-p256" / "private_key.pem"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as signer:
            for number in range(5):
                signer.stdin.write(f"https://a.test/{number}\n")
                signer.stdin.flush()
                self.assertTrue(signer.stdout.readline().startswith(f"https://a.test/{number}?Expires="))
            signer.stdin.close()
            self.assertEqual(signer.wait(PATIENCE), 0)

    def test_a_long_list_comes_out_in_order_and_equal_from_any_number_of_threads(self):
        text = "".join(f"https://a.test/{number}\n" for number in range(3000))
        one, three = (self.sign("--date-less-than", SOON, "--threads", threads, kind="ecdsa-p256", url="-", text=text)
                      for threads in ("1", "3"))
        self.assertEqual((one.returncode, one.stderr), (0, ""))
        self.assertEqual([line.split("?")[0] for line in one.stdout.splitlines()], text.splitlines())
        self.assertEqual(one.stdout, three.stdout)

    def test_a_reader_that_leaves_ends_it(self):
        with subprocess.Popen([binary(), "sign", "--url", "-", "--key-pair-id", "K1", "--date-less-than", SOON,
                               "--private-key", self.folder / "ecdsa-p256" / "private_key.pem"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as signer:
            signer.stdout.close()
            try:
                for _ in range(2000):
                    signer.stdin.write(b"https://a.test/\n" * 100)
                signer.stdin.close()
            except BrokenPipeError:
                with contextlib.suppress(BrokenPipeError):
                    signer.stdin.close()
            self.assertIn(b"cannot write", signer.stderr.read())
            self.assertEqual(signer.wait(PATIENCE), 1)

    def test_a_reader_that_leaves_ends_it_while_it_waits_for_input(self):
        with subprocess.Popen([binary(), "sign", "--url", "-", "--key-pair-id", "K1", "--date-less-than", SOON,
                               "--private-key", self.folder / "ecdsa-p256" / "private_key.pem"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as signer:
            signer.stdout.close()
            signer.stdin.write(b"https://a.test/\n")
            signer.stdin.flush()  # and stays open
            self.assertEqual(signer.wait(PATIENCE), 1)
            self.assertIn(b"cannot write", signer.stderr.read())

    def test_a_line_that_has_not_ended_keeps_no_answer_back(self):
        with subprocess.Popen([binary(), "sign", "--url", "-", "--key-pair-id", "K1", "--date-less-than", SOON,
                               "--private-key", self.folder / "ecdsa-p256" / "private_key.pem"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as signer:
            signer.stdin.write("https://a.test/1\nhttps://a.te")
            signer.stdin.flush()
            self.assertTrue(signer.stdout.readline().startswith("https://a.test/1?Expires="))
            signer.stdin.write("st/2")
            signer.stdin.close()
            self.assertTrue(signer.stdout.readline().startswith("https://a.test/2?Expires="))
            self.assertEqual(signer.wait(PATIENCE), 0)

    def test_an_input_that_cannot_be_read_is_told(self):
        folder = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
        self.addCleanup(os.close, folder)
        got = subprocess.run([binary(), "sign", "--url", "-", "--key-pair-id", "K1", "--date-less-than", SOON,
                              "--private-key", self.folder / "ecdsa-p256" / "private_key.pem"],
                             stdin=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assert_result(got, 1, stderr="cannot read the standard input: Is a directory")

    def test_cookies_that_are_signed_open(self):
        made = signgate("sign-cookies", "--resource", "https://media.a.test/private/*", "--key-pair-id", "K1",
                        "--private-key", self.folder / "rsa2048" / "private_key.pem", "--date-less-than", SOON)
        self.assertEqual((made.returncode, made.stderr), (0, ""))
        cookies = json.loads(made.stdout)
        self.assertEqual(list(cookies), ["CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id"])
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        for given in (made.stdout, header, "Cookie: " + header):
            self.assert_result(self.verify("https://media.a.test/private/a.jpg?w=1", "--cookie", given), 0, "allowed\n")
        self.assert_result(self.verify("https://media.a.test/public/a.jpg", "--cookie", header), 1,
                           stderr=r"AccessDenied: Access denied\ncause: .*\nlikely: the path differs: the policy has "
                                  r'"/private/\*", the request "/public/a.jpg"')
        self.assert_result(self.verify("https://media.a.test/private/a.jpg"), 1, stderr="MissingKey")
        lines = signgate("sign-cookies", "--resource", "https://media.a.test/private/*", "--key-pair-id", "K1",
                         "--private-key", self.folder / "rsa2048" / "private_key.pem", "--date-less-than", SOON,
                         "--set-cookie", "--domain", "a.test", "--path", "/private/").stdout
        self.assertRegex(lines, r"\A(Set-Cookie: CloudFront-[\w-]+=[\w~-]+; Domain=a\.test; Path=/private/; Secure; HttpOnly; "
                                r"SameSite=Lax\n){3}\Z")

    def test_a_signed_url_comes_before_cookies(self):
        signed = self.sign("--date-less-than", SOON).stdout
        self.assert_result(self.verify(signed, "--cookie", "CloudFront-Signature=x"), 0, "allowed\n")
        self.assert_result(self.verify(signed.replace("=big", "=small"), "--cookie", "CloudFront-Signature=x"), 1,
                           stderr="the cookies were not looked at")

    def test_wrong_usage_is_status_2_and_says_what_is_legal(self):
        for arguments, told in (((), "date-less-than"), (("--date-less-than", "soon"), "soon"),
                                (("--date-less-than", SOON, "--ip-address", "192.0.2.0/33"), "192.0.2.0/33"),
                                (("--date-less-than", SOON, "--hash-algorithm", "MD5"), "SHA256"),
                                (("--date-less-than", SOON, "--policy", "p.json"), "--policy"),
                                (("--date-les-than", SOON), "date-les-than")):
            self.assert_result(self.sign(*arguments), 2, stderr=re.escape(told))
        self.assert_result(signgate("keygen", "--type", "rsa4096", "--out-dir", self.folder / "x"), 2, stderr="rsa2048")
        self.assert_result(signgate("keygen"), 2, stderr="--out-dir")
        self.assert_result(self.verify("https://a.test/", "--at", "later"), 2, stderr="later")
        self.assert_result(signgate("verify", "https://a.test/"), 2, stderr="--public-key")

    def test_a_key_that_cannot_be_used_is_status_1_and_shows_nothing_of_it(self):
        broken = self.folder / "broken.pem"
        broken.write_text("-----BEGIN PRIVATE KEY-----\nTUlJRXZRSUJBREFOQmdrcQ==\n-----END PRIVATE KEY-----\n")
        small = self.folder / "small.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024", "-out", small],
                       check=True, capture_output=True)
        for key, told in ((broken, "PEM|key"), (small, "2048"), (self.folder / "none.pem", "No such file")):
            got = signgate("sign", "--url", URL, "--key-pair-id", "K1", "--private-key", key, "--date-less-than", SOON)
            self.assert_result(got, 1, stderr=told)
            self.assertNotIn("TUlJ", got.stderr)

    def test_no_form_of_a_key_is_shown(self):
        for kind in ("rsa2048", "ecdsa-p256"):
            pem = (self.folder / kind / "private_key.pem").read_text()
            body = "".join(pem.splitlines()[1:-1])
            for argument in ("\n" + pem, "Bag Attributes: <Empty Attributes>\n" + pem, body, pem.replace("BEGIN", "BEGlN")):
                for command in (("sign", "--url", URL, "--key-pair-id", "K1", "--private-key", argument,
                                 "--date-less-than", SOON),
                                ("verify", URL, "--public-key", argument)):
                    got = signgate(*command)
                    self.assertNotIn(body[:20], got.stdout + got.stderr)
                    self.assertNotIn(body[-20:], got.stdout + got.stderr)

    def test_a_key_that_others_may_read_is_warned_about(self):
        key = self.folder / "open.pem"
        key.write_bytes((self.folder / "rsa2048" / "private_key.pem").read_bytes())
        key.chmod(0o644)
        got = signgate("sign", "--url", URL, "--key-pair-id", "K1", "--private-key", key, "--date-less-than", SOON)
        self.assertEqual(got.returncode, 0)
        self.assertIn("warning: --private-key: the key file has the mode 0644", got.stderr)

    def test_a_closed_input_is_told(self):
        got = subprocess.run(["sh", "-c", 'exec "$@" <&-', "sh", binary(), "sign", "--url", "-", "--key-pair-id", "K1",
                              "--private-key", str(self.folder / "rsa2048" / "private_key.pem"), "--date-less-than", SOON],
                             capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(got.returncode, 1)
        self.assertIn("cannot read the standard input: Bad file descriptor", got.stderr)

    def test_damage_is_named_without_the_keys_id(self):
        signed = self.sign("--date-less-than", SOON, url="https://d111111abcdef8.cloudfront.net/a.jpg?x=1&y=2").stdout
        got = self.verify(signed.replace("&", "&amp;"))
        self.assertEqual(got.returncode, 1)
        self.assertIn("likely: the URL holds &amp;", got.stderr)


if __name__ == "__main__":
    main()
