# SPDX-License-Identifier: Apache-2.0
"""What the edge lets in and what it refuses, byte for byte, on raw sockets. CloudFront's documented behaviour, row by row:

    what CloudFront does                                    test
    cookie names, canned and custom, with Hash-Algorithm    CookieRows.test_both_kinds_of_cookies
    a canned cookie covers one exact URL, with its query    CookieRows.test_a_canned_cookie_is_for_one_url
    a canned cookie over /* opens nothing                   CookieRows.test_a_canned_cookie_is_for_one_url
    any signing parameter in the URL: cookies do not count  CookieRows.test_a_url_beats_cookies
    signed cookies add no cache variants                    CookieRows.test_cookies_are_no_cache_variants
    order: key id, signature, policy                        DenialRows.test_checks_come_in_order
    time is checked when the request arrives                DenialRows.test_every_denial (expired), TimeRows
    a download goes on past expiry                          TimeRows.test_a_running_download_goes_on
    a Range after expiry fails                              TimeRows.test_a_later_range_fails
    MissingKey, InvalidKey, MalformedSignature,
      MalformedPolicy, AccessDenied: body and fields        DenialRows.test_every_denial
    S3's own 403 has a capital letter, RequestId, HostId    test_edge_bucket.py
    signing parameters are no part of the cache key         UrlRows.test_signing_parameters_are_taken_out
    signing parameters are removed before the origin        test_edge_store.py
    the first matching behaviour decides                    UrlRows.test_the_first_behavior_decides
    an added query parameter is refused                     UrlRows.test_a_query_counts
    DateGreaterThan, IpAddress, wildcards by section        PolicyRows
    old and new key while they are rotated                  RotationRows
    errors are cached for 10 s                              test_edge_bucket.py
"""

import json
import shutil
import signal
import tempfile
import unittest
from pathlib import Path

from edge import Edge
from harness import Client, main, signgate
from wire import wait_until

CONFIGURATION = """
listen = "127.0.0.1:0"
[key_group.old]
KOLD = "old/public_key.pem"
[key_group.new]
KNEW = "new/public_key.pem"
KEC = "ec/public_key.pem"
[distribution]
id = "EDFDVBD6EXAMPLE"
[[distribution.behavior]]
path_pattern = "private/open/*"
[[distribution.behavior]]
path_pattern = "private/*"
trusted_key_groups = @GROUPS@
[[distribution.behavior]]
path_pattern = "/part?/*"
trusted_key_groups = ["old"]
[bucket]
name = "bucket"
root = "bucket"
policy = "bucket-policy.json"
[admin]
listen = "127.0.0.1:0"
"""

OBJECTS = {"private/a.jpg": b"hello picture", "private/b.jpg": b"b", "private/deep/c.jpg": b"c", "private/open/o.jpg": b"open",
           "part1/x": b"part", "private/big.bin": bytes(range(256)) * 32768}
LATER, EARLIER = "4000000000", "1000000000"
XML = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>{}</Code><Message>{}</Message></Error>'
MESSAGES = {
    "MissingKey": "Missing Key-Pair-Id query parameter or cookie value",
    "InvalidKey": "Unknown Key",
    "MalformedSignature": "Could not unencode Signature",
    "MalformedPolicy": "Malformed Policy",
    "AccessDenied": "Access denied",
}
KEYS = {"KOLD": "old", "KNEW": "new", "KEC": "ec", "KNOBODYS": "old"}


class EdgeTest(unittest.TestCase):
    groups = '["old", "new"]'

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        for name, kind in (("old", "rsa2048"), ("new", "rsa2048"), ("ec", "ecdsa-p256")):
            made = signgate("keygen", "--type", kind, "--out-dir", cls.folder / name)
            assert made.returncode == 0, made.stderr
        cls.edge = Edge(cls.folder, OBJECTS, {}, configuration=CONFIGURATION.replace("@GROUPS@", cls.groups))
        cls.addClassCleanup(cls.edge.stop)
        cls.origin = f"http://127.0.0.1:{cls.edge.port}"

    def sign(self, url, *options, key="KOLD", until=LATER):
        """The target of the signed URL."""
        done = signgate("sign", "--url", self.origin + url, "--key-pair-id", key, "--private-key",
                        f"file://{self.folder / KEYS[key]}/private_key.pem", "--date-less-than", until, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.removeprefix(self.origin)

    def cookies(self, resource, *options, key="KOLD", until=LATER):
        done = signgate("sign-cookies", "--resource", self.origin + resource, "--key-pair-id", key, "--private-key",
                        f"file://{self.folder / KEYS[key]}/private_key.pem", "--date-less-than", until, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def get(self, target, cookies=None, fields=""):
        if cookies:
            fields += "Cookie: x=1; " + "; ".join(f"{name}={value}" for name, value in cookies.items()) + "\r\n"
        return self.edge.get(target, fields)

    def check(self, found, code, reason):
        """A denial of CloudFront's, to the byte."""
        body = XML.format(code, MESSAGES[code]).encode()
        self.assertEqual((found.status, found.reason, found.body), (403, "Forbidden", body), found.get("x-signgate-reason"))
        names = [name for name, _ in found.head.fields if name not in ("Date", "Connection")]
        self.assertEqual(names, ["Server", "Content-Type", "X-Cache", "x-signgate-reason", "Content-Length"])
        self.assertEqual(found.get("Server"), "CloudFront")
        self.assertEqual(found.get("Content-Type"), "text/xml")
        self.assertEqual(found.get("X-Cache"), "Error from cloudfront")
        told = found.get("x-signgate-reason")
        self.assertTrue(told.startswith(reason + ": "), told)
        wait_until(lambda: f" 403 {code} {reason}: " in self.edge.log(), "the line in the log")

    def check_served(self, found, body):
        self.assertEqual((found.status, found.body), (200, body), found.get("x-signgate-reason"))


def changed(target, name, value):
    """The target with another value for a parameter; without it for None."""
    path, _, query = target.partition("?")
    pieces = [piece for piece in query.split("&") if not piece.startswith(name + "=")]
    if value is not None:
        pieces.append(f"{name}={value}")
    return path + "?" + "&".join(pieces)


class DenialRows(EdgeTest):
    def test_every_denial(self):
        good = self.sign("/private/a.jpg")
        custom = self.sign("/private/a.jpg", "--date-greater-than", EARLIER)
        query = good.partition("?")[2]
        for target, code, reason in (
                ("/private/a.jpg", "MissingKey", "not_signed"),
                (changed(good, "Key-Pair-Id", None), "MissingKey", "missing_key_pair_id"),
                (changed(good, "Key-Pair-Id", ""), "MissingKey", "missing_key_pair_id"),
                (changed(good, "Key-Pair-Id", "K_1"), "MissingKey", "missing_key_pair_id"),
                (good + "&Key-Pair-Id=KOLD", "MissingKey", "missing_key_pair_id"),
                (changed(good, "Key-Pair-Id", "KNOBODYS"), "InvalidKey", "unknown_key"),
                (changed(good, "Signature", None), "MalformedSignature", "missing_signature"),
                (changed(good, "Signature", ""), "MalformedSignature", "missing_signature"),
                (changed(good, "Signature", "a+b="), "MalformedSignature", "undecodable_signature"),
                (changed(good, "Signature", "Zm9v"), "MalformedSignature", "undecodable_signature"),
                (changed(good, "Expires", None), "MalformedPolicy", "missing_policy"),
                (changed(good, "Expires", "soon"), "MalformedPolicy", "undecodable_policy"),
                (changed(good, "Expires", "4000000000000"), "MalformedPolicy", "time_in_milliseconds"),
                (changed(custom, "Policy", "+/="), "MalformedPolicy", "undecodable_policy"),
                (good + "&Policy=e30_", "MalformedPolicy", "missing_policy"),
                (changed(good, "Expires", "4000000001"), "AccessDenied", "bad_signature"),
                (changed(custom, "Policy", "e30_"), "AccessDenied", "bad_signature"),
                (changed(good, "Key-Pair-Id", "KNEW"), "AccessDenied", "bad_signature"),
                (f"/private/b.jpg?{query}", "AccessDenied", "bad_signature"),
                (good + "&Hash-Algorithm=SHA256", "AccessDenied", "bad_signature"),
                (good + "&Hash-Algorithm=MD5", "AccessDenied", "unknown_hash_algorithm"),
                (self.sign("/private/a.jpg", until=EARLIER), "AccessDenied", "expired"),
                (self.sign("/private/a.jpg", "--date-greater-than", "3900000000"), "AccessDenied", "not_yet_valid"),
                (self.sign("/private/a.jpg", "--ip-address", "192.0.2.0/24"), "AccessDenied", "viewer_address_mismatch"),
                (self.sign("/private/a.jpg", "--policy-resource", f"{self.origin}/private/a*").replace("/a.jpg", "/b.jpg"),
                 "AccessDenied", "resource_mismatch")):
            with self.subTest(target=target):
                self.check(self.get(target), code, reason)
        self.assertEqual(len(XML.format("MissingKey", MESSAGES["MissingKey"])), 146)
        for line in self.edge.log().splitlines():
            self.assertNotIn(query.partition("Signature=")[2][:40], line)

    def test_checks_come_in_order(self):
        # Each is wrong in all that follows it as well.
        expired = self.sign("/private/a.jpg", until=EARLIER)
        for target, code, reason in (
                (changed(changed(expired, "Key-Pair-Id", "KNOBODYS"), "Signature", "!"), "InvalidKey", "unknown_key"),
                (changed(changed(expired, "Signature", "!"), "Expires", "x"), "MalformedSignature", "undecodable_signature"),
                (changed(expired, "Expires", "x"), "MalformedPolicy", "undecodable_policy"),
                (changed(expired, "Expires", "1000000001"), "AccessDenied", "bad_signature")):
            with self.subTest(target=target):
                self.check(self.get(target), code, reason)

    def test_a_denial_of_head_has_no_body(self):
        with_body = self.get("/private/a.jpg")
        found = self.edge.get("/private/a.jpg", method="HEAD")
        self.assertEqual((found.status, found.body), (403, b""))
        self.assertEqual(found.get("Content-Length"), with_body.get("Content-Length"))


class UrlRows(EdgeTest):
    def test_every_key_and_hash(self):
        for key, options in (("KOLD", ()), ("KOLD", ("--hash-algorithm", "SHA256")), ("KNEW", ()), ("KEC", ()),
                             ("KEC", ("--hash-algorithm", "SHA256")), ("KOLD", ("--date-greater-than", EARLIER)),
                             ("KEC", ("--date-greater-than", EARLIER))):
            with self.subTest(key=key, options=options):
                target = self.sign("/private/a.jpg", *options, key=key)
                self.check_served(self.get(target), b"hello picture")
                # Again, from the memory of signatures.
                self.check_served(self.get(target), b"hello picture")

    def test_parameters_may_stand_in_any_order(self):
        path, _, query = self.sign("/private/a.jpg?x=1").partition("?")
        pieces = query.split("&")
        self.check_served(self.get(path + "?" + "&".join(reversed(pieces))), b"hello picture")

    def test_a_query_counts(self):
        self.check_served(self.get(self.sign("/private/a.jpg?x=1&y")), b"hello picture")
        self.check(self.get(self.sign("/private/a.jpg") + "&x=1"), "AccessDenied", "bad_signature")
        self.check(self.get(self.sign("/private/a.jpg?x=1").replace("x=1", "x=2")), "AccessDenied", "bad_signature")

    def test_signing_parameters_are_taken_out(self):
        self.edge.admin("/purge")
        first = self.get(self.sign("/private/a.jpg?v=1"))
        second = self.get(self.sign("/private/a.jpg?v=1", key="KEC", until="4000000099"))
        self.assertEqual((first.get("X-Cache"), second.get("X-Cache")), ("Miss from cloudfront", "Hit from cloudfront"))
        self.assertEqual(self.get(self.sign("/private/a.jpg?v=2")).get("X-Cache"), "Miss from cloudfront")

    def test_the_first_behavior_decides(self):
        self.check_served(self.get("/private/open/o.jpg"), b"open")
        self.check(self.get("/private/deep/c.jpg"), "MissingKey", "not_signed")
        # The pattern's leading slash is optional, ? is one character, and case counts.
        self.check(self.get("/part1/x"), "MissingKey", "not_signed")
        self.check_served(self.get(self.sign("/part1/x")), b"part")
        self.check(self.get(self.sign("/part1/x", key="KNEW")), "InvalidKey", "unknown_key")
        self.assertEqual(self.get("/Part1/x").get("Server"), "AmazonS3")
        self.assertEqual(self.get("/part12/x").get("Server"), "AmazonS3")


class CookieRows(EdgeTest):
    def test_both_kinds_of_cookies(self):
        for key, options in (("KOLD", ()), ("KEC", ()), ("KOLD", ("--hash-algorithm", "SHA256")),
                             ("KOLD", ("--date-greater-than", EARLIER))):
            with self.subTest(key=key, options=options):
                self.check_served(self.get("/private/a.jpg", self.cookies("/private/a.jpg", *options, key=key)),
                                  b"hello picture")
        wide = self.cookies("/private/*")
        self.assertIn("CloudFront-Policy", wide)
        for path in ("/private/a.jpg", "/private/deep/c.jpg", "/private/a.jpg?x=1"):
            self.assertEqual(self.get(path, wide).status, 200, path)
        self.check(self.get("/part1/x", wide), "AccessDenied", "resource_mismatch")
        for name, code, reason in (("CloudFront-Key-Pair-Id", "MissingKey", "missing_key_pair_id"),
                                   ("CloudFront-Signature", "MalformedSignature", "missing_signature"),
                                   ("CloudFront-Policy", "MalformedPolicy", "missing_policy")):
            self.check(self.get("/private/a.jpg", {each: wide[each] for each in wide if each != name}), code, reason)

    def test_a_canned_cookie_is_for_one_url(self):
        cookies = self.cookies("/private/a.jpg?x=1")
        self.assertIn("CloudFront-Expires", cookies)
        self.check_served(self.get("/private/a.jpg?x=1", cookies), b"hello picture")
        self.check(self.get("/private/a.jpg", cookies), "AccessDenied", "bad_signature")
        self.check(self.get("/private/b.jpg?x=1", cookies), "AccessDenied", "bad_signature")
        # A star in a canned policy is a star.
        target = self.sign("/private/a.jpg")
        names = ("Expires", "Signature", "Key-Pair-Id")
        pieces = dict(piece.split("=", 1) for piece in target.partition("?")[2].split("&"))
        starred = {f"CloudFront-{name}": pieces[name] for name in names}
        self.check(self.get("/private/*", starred), "AccessDenied", "bad_signature")

    def test_a_url_beats_cookies(self):
        cookies = self.cookies("/private/*")
        self.check_served(self.get("/private/a.jpg", cookies), b"hello picture")
        for parameter, code, reason in (("Expires=1", "MissingKey", "missing_key_pair_id"),
                                        ("Policy=x", "MissingKey", "missing_key_pair_id"),
                                        ("Signature=x", "MissingKey", "missing_key_pair_id"),
                                        ("Hash-Algorithm=SHA1", "MissingKey", "not_signed"),
                                        ("Key-Pair-Id=KOLD", "MalformedSignature", "missing_signature")):
            self.check(self.get(f"/private/a.jpg?{parameter}", cookies), code, reason)
        self.check_served(self.get("/private/a.jpg?expires=1", cookies), b"hello picture")
        # And a good URL is enough with bad cookies.
        self.check_served(self.get(self.sign("/private/a.jpg"), {**cookies, "CloudFront-Signature": "x"}), b"hello picture")

    def test_cookies_are_no_cache_variants(self):
        self.edge.admin("/purge")
        first = self.get("/private/b.jpg", self.cookies("/private/*"))
        second = self.get("/private/b.jpg", self.cookies("/private/*", key="KEC", until="4000000099"))
        self.assertEqual((first.get("X-Cache"), second.get("X-Cache")), ("Miss from cloudfront", "Hit from cloudfront"))


class PolicyRows(EdgeTest):
    def sign_for(self, url, resource):
        return self.sign(url, "--policy-resource", resource)

    def test_wildcards_stay_in_their_section(self):
        port = self.edge.port
        for resource, url, matches in (
                ("http://*/private/*", "/private/a.jpg", True),
                ("http*://*/private/*", "/private/a.jpg", True),
                ("*", "/private/a.jpg?x=1", True),
                (f"http://127.0.0.1:{port}*", "/private/deep/c.jpg?x=1", True),
                (f"{self.origin}/private/*", "/private/a.jpg?x=1", True),
                (f"{self.origin}/private/?.jpg", "/private/a.jpg", False),  # the first ? begins the query
                (f"{self.origin}/private/*.jpg?x=*", "/private/a.jpg?x=1", True),
                (f"{self.origin}/*/a.jpg", "/private/a.jpg?x=1", False),
                (f"{self.origin}/private/*?x=1", "/private/a.jpg?x=2", False),
                ("https://*/private/*", "/private/a.jpg", False),
                ("http://*.example.com/private/*", "/private/a.jpg", False)):
            with self.subTest(resource=resource, url=url):
                text = json.dumps({"Statement": [{"Resource": resource, "Condition": {
                    "DateLessThan": {"AWS:EpochTime": int(LATER)}}}]}, separators=(",", ":"))
                (self.folder / "policy.json").write_text(text)
                done = signgate("sign", "--url", self.origin + "/private/x", "--policy", self.folder / "policy.json",
                                "--key-pair-id", "KOLD", "--private-key", self.folder / "old/private_key.pem")
                self.assertEqual(done.returncode, 0, done.stderr)
                signature = done.stdout.partition("?")[2]
                found = self.get(url + ("&" if "?" in url else "?") + signature)
                if matches:
                    self.assertEqual(found.status, 200, found.get("x-signgate-reason"))
                else:
                    self.check(found, "AccessDenied", "resource_mismatch")

    def test_the_viewers_address(self):
        for allowed in ("127.0.0.1", "127.0.0.0/8", "0.0.0.0/0"):
            self.check_served(self.get(self.sign("/private/a.jpg", "--ip-address", allowed)), b"hello picture")
        self.check(self.get(self.sign("/private/a.jpg", "--ip-address", "127.0.0.2/32")), "AccessDenied",
                   "viewer_address_mismatch")

    def test_times(self):
        now = 1900000000
        target = self.sign("/private/a.jpg", "--date-greater-than", str(now), until=str(now + 100))
        self.addCleanup(self.edge.admin, "/clock?offset=0")
        for at, reason in ((now - 1000, "not_yet_valid"), (now + 50, None), (now + 1000, "expired")):
            self.assertEqual(self.edge.admin(f"/clock?at={at}")[0], 200)
            found = self.get(target)
            if reason:
                self.check(found, "AccessDenied", reason)
            else:
                self.check_served(found, b"hello picture")


class TimeRows(EdgeTest):
    def test_a_running_download_goes_on(self):
        target = self.sign("/private/big.bin", until="1900000100")
        self.addCleanup(self.edge.admin, "/clock?offset=0")
        self.edge.admin("/clock?at=1900000000")
        with Client(self.edge.port) as client:
            client.send(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.edge.port}\r\n\r\n")
            found = client.read_answer(body=False)
            self.assertEqual(found.status, 200)
            self.edge.admin("/clock?at=1900001000")
            body = client.read_exactly(int(found.get("Content-Length")))
            self.assertEqual(body, OBJECTS["private/big.bin"])
            # The same connection's next request is late.
            client.send(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.edge.port}\r\n\r\n")
            self.check(client.read_answer(), "AccessDenied", "expired")

    def test_a_later_range_fails(self):
        target = self.sign("/private/big.bin", until="1900000100")
        self.addCleanup(self.edge.admin, "/clock?offset=0")
        self.edge.admin("/clock?at=1900000000")
        found = self.get(target, fields="Range: bytes=256-511\r\n")
        self.assertEqual((found.status, found.body), (206, bytes(range(256))))
        self.edge.admin("/clock?at=1900001000")
        self.check(self.get(target, fields="Range: bytes=512-767\r\n"), "AccessDenied", "expired")


class RotationRows(EdgeTest):
    groups = '["old"]'

    def reload(self, groups):
        before = self.edge.log().count("configuration reloaded")
        self.edge.file.write_text(CONFIGURATION.replace("@GROUPS@", groups))
        self.edge.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.edge.log().count("configuration reloaded") > before, "the reload")
        # Posted before any later call is taken.
        self.edge.admin("/status", "GET")

    def test_a_key_is_rotated_without_a_restart(self):
        old, new = self.sign("/private/a.jpg"), self.sign("/private/a.jpg", key="KNEW")
        self.check_served(self.get(old), b"hello picture")
        self.check(self.get(new), "InvalidKey", "unknown_key")
        self.reload('["old", "new"]')
        self.check_served(self.get(old), b"hello picture")
        self.check_served(self.get(new), b"hello picture")
        self.assertEqual(self.get(new).get("X-Cache"), "Hit from cloudfront")
        self.reload('["new"]')
        # Though its signature is remembered as valid.
        self.check(self.get(old), "InvalidKey", "unknown_key")
        self.check_served(self.get(new), b"hello picture")

    def test_a_broken_file_changes_nothing(self):
        self.reload('["old"]')
        self.edge.file.write_text(CONFIGURATION.replace("@GROUPS@", '["nobody"]'))
        self.edge.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "the configuration was not reloaded" in self.edge.log(), "the refusal")
        self.assertIn('there is no [key_group.nobody]; there are "new", "old"', self.edge.log())
        self.check_served(self.get(self.sign("/private/a.jpg")), b"hello picture")

    def test_the_last_key_taken_out_opens_nothing(self):
        self.reload('["old"]')
        refused = "the configuration was not reloaded"
        before = self.edge.log().count(refused)
        self.edge.file.write_text(CONFIGURATION.replace("@GROUPS@", "[]"))
        self.edge.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.edge.log().count(refused) > before, "the refusal")
        self.assertIn("trusted_key_groups must name a key group", self.edge.log())
        self.check(self.get("/private/a.jpg"), "MissingKey", "not_signed")


if __name__ == "__main__":
    main()
