# SPDX-License-Identifier: Apache-2.0
"""`signgate policy s3`, `policy cloudfront` and `policy distribution` as a shell sees them: arguments, documents, exit statuses.
What the AWS CLI makes of the documents is test_created_distributions.py's."""

import base64
import json
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import PATIENCE, main, signgate
from signing_cases import KEY_PAIR_ID, URLS

ARN = "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"
BUCKET = "mistonline-test-bucket"
S3 = ("policy", "s3", "--bucket", BUCKET, "--distribution-arn", ARN)
DISTRIBUTION = ("policy", "distribution", "--bucket", BUCKET, "--region", "eu-central-1")
DOCUMENTS = ["public-key-config", "key-group-config", "origin-access-control-config", "cache-policy-config",
             "origin-request-policy-config", "distribution-config", "bucket-policy"]
URL = "https://d111111abcdef8.cloudfront.net/image.jpg"

CONFIGURATION = """
[[server]]
listen = ["127.0.0.1:0"]
[[server.route]]
location = "/"
proxy_pass = "http://127.0.0.1:3000"
sign = ["photos", "films", "elsewhere"]
[key.K1]
private_key = "k1.pem"
[key.K2]
private_key = "k2.pem"
[media.photos]
target = "https://media.example.com/private/photos/"
key = ["K1", "K2"]
[media.films]
target = "https://media.example.com/films/"
key = ["K1", "K2"]
policy = "custom"
ip = "client"
[media.elsewhere]
target = "https://d111111abcdef8.cloudfront.net/"
key = ["K1"]
"""


class PolicyTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-policies-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def run_well(self, *arguments, warning=None):
        got = signgate(*arguments)
        self.assertEqual(got.returncode, 0, got.stderr)
        if warning is None:
            self.assertEqual(got.stderr, "")
        else:
            self.assertRegex(got.stderr, rf"warning: .*{warning}")
        return got.stdout

    def assert_refused(self, arguments, status, why):
        got = signgate(*arguments)
        self.assertEqual((got.returncode, got.stdout), (status, ""), got.stderr)
        self.assertRegex(got.stderr, why)


class BucketPolicies(PolicyTest):
    def statements(self, *arguments, **options):
        return json.loads(self.run_well(*S3, *arguments, **options))["Statement"]

    def test_the_distribution_may_read_for_the_referers_of_the_site(self):
        text = self.run_well(*S3, "--site", "www.Example.com", "--www", "--referer", "http://localhost:3000/*")
        self.assertEqual(text, json.dumps(json.loads(text), indent=2) + "\n")
        self.assertEqual(json.loads(text), {"Version": "2012-10-17", "Statement": [{
            "Sid": "AllowCloudFrontServicePrincipalReadOnly", "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{BUCKET}/*",
            "Condition": {"StringEquals": {"AWS:SourceArn": ARN},
                          "StringLike": {"aws:Referer": ["https://example.com/*", "https://www.example.com/*",
                                                         "http://localhost:3000/*"]}}}]})

    def test_other_referers_are_denied_in_a_statement_of_their_own(self):
        allow, deny = self.statements("--referer", "https://a.example/*", "https://b.example/*", "--deny-other")
        self.assertEqual(allow["Condition"], {"StringEquals": {"AWS:SourceArn": ARN}})
        self.assertEqual(deny, {"Sid": "DenyOtherReferers", "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject",
                                "Resource": f"arn:aws:s3:::{BUCKET}/*",
                                "Condition": {"StringNotLike": {"aws:Referer": ["https://a.example/*", "https://b.example/*"]}}})

    def test_a_missing_referer_passes_when_asked(self):
        more = ("--site", "a.example", "--allow-missing-referer")
        self.assertIn("StringLikeIfExists", self.statements(*more, warning="curl pass too")[0]["Condition"])
        condition = self.statements(*more, "--deny-other")[1]["Condition"]
        self.assertEqual(condition, {"StringNotLike": {"aws:Referer": ["https://a.example/*"]}, "Null": {"aws:Referer": "false"}})

    def test_the_list_of_the_bucket(self):
        listing = self.statements("--list-bucket", warning="list of the bucket's keys")[1]
        self.assertEqual((listing["Action"], listing["Resource"]), ("s3:ListBucket", f"arn:aws:s3:::{BUCKET}"))

    def test_the_partition_is_the_distributions_unless_told(self):
        china = ("policy", "s3", "--bucket", BUCKET, "--distribution-arn", ARN.replace("arn:aws:", "arn:aws-cn:"))
        self.assertIn(f'"arn:aws-cn:s3:::{BUCKET}/*"', self.run_well(*china))
        self.assertIn(f'"arn:aws-cn:s3:::{BUCKET}/*"', self.run_well(*china, "--partition", "aws-cn"))
        other = self.run_well(*S3, "--partition", "aws-us-gov", warning=r"--partition: .*in aws-us-gov.*in aws,.*\(arn-partition\)")
        self.assertIn(f'"arn:aws-us-gov:s3:::{BUCKET}/*"', other)

    def test_patterns_that_no_browser_matches_are_warned_about(self):
        for pattern, why in (("https://www.example.com/gallery/*", "holds a path"), ("https://www.example.com", "slash"),
                             ("https://WWW.example.com/*", "upper case"), ("www.example.com/*", "scheme")):
            with self.subTest(pattern=pattern):
                self.statements("--referer", pattern, warning=f'--referer: "{re.escape(pattern)}".*{why}')

    def test_wrong_usage_names_the_option_and_what_is_legal(self):
        cases = {
            ("policy", "s3"): "--distribution-arn is required",
            ("policy", "s3", "--bucket", "B", "--distribution-arn", ARN): "--bucket: .*3 to 63",
            ("policy", "s3", "--bucket", BUCKET, "--distribution-arn", "EDFDVBD6EXAMPLE"): "--distribution-arn: .*legal is arn:aws",
            (*S3, "--site", "https://example.com"): "--site: .*legal is HOST",
            (*S3, "--site", "b\u00fccher.example"): "--site: .*xn--",
            (*S3, "--www"): "--www is about the hosts of --site",
            (*S3, "--referer", "https://${aws:username}/*"): "--referer: .*variables",
            (*S3, "--deny-other"): "--deny-other needs",
            (*S3, "--allow-missing-referer"): "--allow-missing-referer needs",
            (*S3, "--partition", "aws-iso"): "--partition",
        }
        for arguments, why in cases.items():
            with self.subTest(arguments=arguments):
                self.assert_refused(arguments, 2, why)

    def test_the_size_that_s3_takes(self):
        fixed = len(self.run_well(*S3, "--referer", "https://a.example/*")) - len("https://a.example/*")
        longest = 20 * 1024 + 1 - fixed  # the policy has a newline behind it here
        pattern = "https://a.example/*".ljust(longest, "*")
        self.assertEqual(len(self.run_well(*S3, "--referer", pattern)), 20 * 1024 + 1)
        self.assert_refused((*S3, "--referer", pattern + "*"), 1, "has 20481 bytes, and S3 takes 20480")


class CloudFrontPolicies(PolicyTest):
    def policy(self, *arguments, **options):
        return self.run_well("policy", "cloudfront", "--date-less-than", "2030-01-01", *arguments, **options)

    def test_a_canned_policy_byte_for_byte(self):
        canned = '{"Statement":[{"Resource":"%s","Condition":{"DateLessThan":{"AWS:EpochTime":1893456000}}}]}'
        self.assertEqual(self.policy("--url", URL), canned % URL)
        self.assertEqual(self.policy("--url", URL + "?a=1&b=<2>#top", "--canned"), canned % (URL + "?a=1&b=%3C2%3E"))
        self.assertEqual(self.policy("--resource", URL), canned % URL)

    def test_a_custom_policy_byte_for_byte(self):
        text = self.policy("--resource", "https://media.example.com/private/*", "--date-greater-than", "2029-01-01",
                           "--ip-address", "192.0.2.7")
        self.assertEqual(text, '{"Statement":[{"Resource":"https://media.example.com/private/*","Condition":{"DateLessThan":'
                               '{"AWS:EpochTime":1893456000},"IpAddress":{"AWS:SourceIp":"192.0.2.7/32"},"DateGreaterThan":'
                               '{"AWS:EpochTime":1861920000}}}]}')

    def test_what_asks_for_a_custom_policy(self):
        canned, custom = self.policy("--url", URL), self.policy("--url", URL, "--custom")
        self.assertEqual(canned, custom)  # without conditions their texts are the same
        for more, why in ((("--date-greater-than", "2029-01-01"), "--date-greater-than"), (("--ip-address", ""), "--ip-address"),
                          (("--ip-address", "192.0.2.0/24"), "--ip-address"), (("--resource", URL + "*"), r"\*"),
                          (("--resource", "https://*"), r"\*")):
            with self.subTest(more=more):
                self.policy("--url", URL, *more)
                self.assert_refused(("policy", "cloudfront", "--date-less-than", "2030-01-01", "--url", URL, "--canned", *more), 2,
                                    f"--canned: .*{why}.* asks for a custom one")

    def test_it_is_what_sign_signs(self):
        made = signgate("keygen", "--out-dir", self.folder)
        self.assertEqual(made.returncode, 0, made.stderr)
        key = self.folder / "private_key.pem"
        for url in URLS:
            for more in ((), ("--ip-address", "192.0.2.0/24")):
                with self.subTest(url=url, more=more):
                    options = ("--url", url, "--date-less-than", "2030-01-01", *more)
                    signed = signgate("sign", *options, "--key-pair-id", KEY_PAIR_ID, "--private-key", f"file://{key}").stdout
                    policy = signgate("policy", "cloudfront", *options).stdout
                    signature = subprocess.run(["openssl", "dgst", "-sha1", "-sign", key], input=policy.encode(),
                                               capture_output=True, timeout=PATIENCE, check=True).stdout
                    text = base64.b64encode(signature).decode().translate(str.maketrans("+=/", "-_~"))
                    self.assertEqual(re.search("Signature=([^&]*)", signed).group(1), text)
                    if more:
                        encoded = signgate("policy", "cloudfront", *options, "--base64").stdout
                        self.assertEqual(re.search("Policy=([^&]*)", signed).group(1), encoded)

    def test_it_can_be_read_by_people(self):
        options = ("--url", URL, "--ip-address", "192.0.2.7")
        text = self.policy(*options, "--pretty")
        self.assertEqual(text, json.dumps(json.loads(self.policy(*options)), indent=2) + "\n")

    def test_wrong_usage_names_the_option_and_what_is_legal(self):
        until = ("policy", "cloudfront", "--date-less-than", "2030-01-01")
        cases = {
            ("policy", "cloudfront", "--url", URL): "--date-less-than",
            until: "--url",
            (*until, "--url", "ftp://a.example/"): "--url: ",
            (*until, "--url", URL + "?Expires=1"): "--url: .*Expires",
            (*until, "--resource", "media.example.com/*"): "--resource must begin",
            (*until, "--resource", "https://a.example/a b"): "--resource holds",
            (*until, "--url", URL, "--resource", "https://other.example/*"): "--resource does not match",
            (*until, "--url", URL, "--ip-address", "2001:db8::1"): "--ip-address: .*IPv6",
            (*until, "--url", URL, "--date-greater-than", "2031-01-01"): "--date-greater-than",
            ("policy", "cloudfront", "--url", URL, "--date-less-than", "tomorrow"): "--date-less-than: ",
            (*until, "--url", URL, "--canned", "--custom"): "--canned excludes",
            (*until, "--url", URL, "--pretty", "--base64"): "--pretty excludes",
        }
        for arguments, why in cases.items():
            with self.subTest(arguments=arguments):
                self.assert_refused(arguments, 2, why)

    def test_a_url_that_browsers_write_otherwise_is_warned_about(self):
        self.policy("--url", "https://D1.example/a", warning='a browser asks for "https://d1.example/a"')


class DistributionDocuments(PolicyTest):
    def write(self, *arguments, **options):
        """The documents that were written, by name, and the commands for them."""
        folder = self.folder / "aws"
        commands = self.run_well(*DISTRIBUTION, "--out-dir", folder, "--force", *arguments, **options)
        return {path.stem: json.loads(path.read_text()) for path in folder.iterdir()}, commands

    def only(self, name, *arguments, **options):
        return json.loads(self.run_well(*DISTRIBUTION, "--only", name, *arguments, **options))

    def test_one_alone_is_that_of_the_folder(self):
        more = ("--site", "www.example.com", "--referer", "on-miss", "--signed-path", "private/*")
        documents, _ = self.write(*more, warning="goes to everybody")
        self.assertEqual(sorted(documents), sorted(DOCUMENTS))
        for name, document in documents.items():
            self.assertEqual(self.only(name, *more, warning="goes to everybody"), document)

    def test_what_has_an_id_is_not_made_again(self):
        documents, commands = self.write(
            "--key-group-id", "g", "--origin-access-control-id", "EOAC", "--cache-policy-id", "c", "--distribution-arn", ARN)
        self.assertEqual(list(documents), ["bucket-policy"])
        self.assertEqual(re.findall("aws [a-z0-9]+ [a-z-]+", commands), ["aws s3api put-bucket-policy"])
        self.assertEqual(documents["bucket-policy"]["Statement"][0]["Condition"]["StringEquals"]["AWS:SourceArn"], ARN)

    def test_files_are_replaced_when_asked_alone(self):
        self.write()
        before = (self.folder / "aws" / "distribution-config.json").read_text()
        self.assert_refused((*DISTRIBUTION, "--out-dir", self.folder / "aws", "--name", "x"), 1, r"is there already; --force")
        self.assertEqual((self.folder / "aws" / "distribution-config.json").read_text(), before)
        self.write("--name", "x")
        self.assertNotEqual((self.folder / "aws" / "distribution-config.json").read_text(), before)

    def test_a_folder_that_cannot_be_written_is_a_failure(self):
        (self.folder / "file").write_text("")
        self.assert_refused((*DISTRIBUTION, "--out-dir", self.folder / "file"), 1, "cannot (make|write)")

    def test_the_public_key_is_the_one_of_the_file(self):
        made = signgate("keygen", "--type", "ecdsa-p256", "--out-dir", self.folder)
        self.assertEqual(made.returncode, 0, made.stderr)
        public = self.folder / "public_key.pem"
        self.assertEqual(self.only("public-key-config", "--public-key", f"file://{public}")["EncodedKey"], public.read_text())
        got = signgate(*DISTRIBUTION, "--only", "public-key-config", "--public-key", self.folder / "private_key.pem")
        self.assertEqual((got.returncode, got.stdout), (1, ""))
        self.assertRegex(got.stderr, "--public-key: ")
        self.assertNotIn("PRIVATE", got.stdout + got.stderr)

    def test_wrong_usage_names_the_option_and_what_is_legal(self):
        only = (*DISTRIBUTION, "--only", "distribution-config")
        cases = {
            DISTRIBUTION: "--out-dir",
            (*DISTRIBUTION, "--only", "distribution"): "--only",
            ("policy", "distribution", "--bucket", BUCKET, "--region", "frankfurt", "--out-dir", "x"): "--region: .*eu-central-1",
            (*only, "--referer", "on-miss"): "--referer on-miss: .*--site",
            (*only, "--referer", "off", "--site", "a.example"): "--referer off: .*in-cache-key",
            (*only, "--signed-path", "a b/*"): "--signed-path: .*legal are",
            (*only, "--public-path", ""): "--public-path: ",
            (*only, "--name", "a.b"): "--name: .*legal are",
            (*only, "--key-group-id", "a|b"): "--key-group-id: ",
            (*only, "--distribution-arn", "E1"): "--distribution-arn: .*legal is",
            (*only, "--alias", "a.example", "--certificate-arn", "arn:aws:acm:eu-central-1:1:certificate/c"): "us-east-1",
            (*only, "--certificate-arn", "arn:aws:acm:us-east-1:123456789012:certificate/c"): "--alias",
            (*only, "--media", "photos"): "--config",
        }
        for arguments, why in cases.items():
            with self.subTest(arguments=arguments):
                self.assert_refused(arguments, 2, why)

    def test_media_rules_become_paths_keys_and_an_alias(self):
        file = self.folder / "signgate.toml"
        file.write_text(CONFIGURATION)
        more = ("-c", file, "--media", "photos", "films", "--public-path", "icons/*")
        self.assertEqual(self.only("key-group-config", *more)["Items"], ["K1", "K2"])
        distribution = self.only("distribution-config", *more)
        behaviors = [(one["PathPattern"], one["TrustedKeyGroups"]["Enabled"]) for one in distribution["CacheBehaviors"]["Items"]]
        self.assertEqual(behaviors, [("private/photos/*", True), ("films/*", True), ("icons/*", False)])
        self.assertEqual(distribution["Aliases"], {"Quantity": 1, "Items": ["media.example.com"]})
        self.assertIs(distribution["IsIPV6Enabled"], False)
        photos = self.only("distribution-config", "-c", file, "--media", "photos")
        self.assertIs(photos["IsIPV6Enabled"], True)
        elsewhere = self.only("distribution-config", "-c", file, "--media", "elsewhere")
        self.assertEqual((elsewhere["Aliases"], elsewhere["CacheBehaviors"]), ({"Quantity": 0}, {"Quantity": 0}))
        self.assertIs(elsewhere["DefaultCacheBehavior"]["TrustedKeyGroups"]["Enabled"], True)
        china = self.folder / "china.toml"
        china.write_text(CONFIGURATION.replace("cloudfront.net", "cloudfront.cn"))
        china = self.only("distribution-config", "-c", china, "--media", "elsewhere")
        self.assertEqual(china["Aliases"], {"Quantity": 0})
        only = (*DISTRIBUTION, "--only", "distribution-config", "-c", file)
        self.assert_refused(only, 1, "two distributions, media.example.com and d111111abcdef8.cloudfront.net")
        self.assert_refused((*only, "--media", "none"), 1, 'no media rule "none"')
        self.assert_refused((*only, "--media", "elsewhere", "--default-public"), 1, "has to need signatures")
        self.run_well(*DISTRIBUTION, "--only", "key-group-config", "-c", self.with_other_keys(), "--media", "photos", "films",
                      warning="different keys")

    def with_other_keys(self):
        file = self.folder / "other.toml"
        file.write_text(CONFIGURATION.replace('key = ["K1", "K2"]', 'key = ["K2"]', 1))
        return file


if __name__ == "__main__":
    main()
