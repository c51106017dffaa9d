# SPDX-License-Identifier: Apache-2.0
"""The whole chain before a real S3 store, Ceph's radosgw: a page of the site has its links signed by the gateway, a browser
follows them to the edge, which asks the bucket by Signature Version 4 and passes the Referer on; the bucket's own policy
decides. The edge is a user to whom nothing belongs: radosgw knows no principal for a service, and owners may read always."""

import json
import os
import re

from edge import Edge
from harness import GatewayTest, answer, main, signgate
from radosgw import Radosgw, hindrance

BUCKET = "media"

EDGE = """
listen = "127.0.0.1:0"
[distribution]
id = "EDFDVBD6EXAMPLE"
[[distribution.behavior]]
path_pattern = "private/*"
forward_headers = ["Referer"]
trusted_keys = { K1 = "k1/public_key.pem" }
[[distribution.behavior]]
path_pattern = "open/*"
forward_headers = ["Referer"]
[bucket]
name = "media"
"""

PAGE = ('<html><body><img src="/media/private/a.jpg"><a href="/media/private/album/b%20c+d.jpg">two</a>'
        '<video src="/media/private/large.mp4"></video></body></html>')
OBJECTS = {"private/a.jpg": b"picture", "private/album/b c+d.jpg": b"another", "private/large.mp4": os.urandom(3 << 20),
           "open/plain.txt": b"for every page of the site"}


def policy(referer, more=()):
    """Those who come from the site's pages may have the edge read for them."""
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Sid": "AllowTheEdgeForPagesOfThisSite", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam:::user/edge"},
         "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*",
         "Condition": {"StringLike": {"aws:Referer": [referer]}}}, *more]}).encode()


class Chain(GatewayTest):
    configuration = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://@ORIGIN@"
sign = ["photos"]
[key.K1]
private_key = "k1/private_key.pem"
[media.photos]
links = ["/media/private/"]
target = "http://127.0.0.1:@EDGE@/private/"
key = ["K1"]
"""

    @classmethod
    def prepare(cls, folder):
        made = signgate("keygen", "--out-dir", folder / "k1")
        assert made.returncode == 0, made.stderr
        (folder / "ceph").mkdir()
        cls.ceph = Radosgw(folder / "ceph")
        cls.addClassCleanup(cls.ceph.stop)
        cls.user = cls.ceph.add_user("edge")
        cls.ask("PUT", f"/{BUCKET}")
        for key, data in OBJECTS.items():
            path = key.replace(" ", "%20").replace("+", "%2B")
            cls.ask("PUT", f"/{BUCKET}/{path}", data, [("content-type", "image/jpeg"), ("cache-control", "max-age=600")])
        cls.edge = cls.start_edge(folder, cls.user.secret_key)
        cls.configuration = cls.configuration.replace("@EDGE@", str(cls.edge.port))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What a browser says of the site's pages to another host (strict-origin-when-cross-origin).
        cls.referer = f"http://127.0.0.1:{cls.gateway.port}/"
        cls.ask("PUT", f"/{BUCKET}?policy", policy(cls.referer + "*"))

    @classmethod
    def ask(cls, *request):
        status, body = cls.ceph.owner.request(*request)
        assert status in (200, 204), body

    @classmethod
    def start_edge(cls, folder, secret, more="", host="127.0.0.1"):
        text = EDGE + (f'endpoint = "http://{host}:{cls.ceph.port}"\naccess_key_id = "{cls.user.access_key}"\n'
                       f'secret_access_key = "{secret}"\n') + more
        edge = Edge(folder, {}, {}, configuration=text)
        cls.addClassCleanup(edge.stop)
        return edge

    def links(self):
        """The links of the page, as a browser reads them."""
        self.origin.on("/page", answer(PAGE, fields=[("Content-Type", "text/html")]))
        page = self.gateway.get("/page")
        self.assertEqual(page.status, 200)
        found = [link.replace("&amp;", "&") for link in re.findall(r'(?:src|href)="([^"]+)"', page.text())]
        self.assertEqual(len(found), 3)
        for link in found:
            self.assertRegex(link, rf"^http://127\.0\.0\.1:{self.edge.port}/private/.*[?&]Signature=.*&Key-Pair-Id=K1$")
        return found

    def follow(self, link, referer, fields=""):
        path = link.partition(f":{self.edge.port}")[2]
        return self.edge.get(path, fields + (f"Referer: {referer}\r\n" if referer else ""))

    def assert_refused_by_the_bucket(self, found, code):
        self.assertEqual(found.status, 403)
        # The edge makes up no such id, and CloudFront's own refusals have none.
        self.assertRegex(found.text(), rf"<Code>{code}</Code>.*<RequestId>tx[0-9a-f-]+-default</RequestId>")
        self.assertEqual(found.get("x-signgate-reason"), f"store: it answered 403 {code}")
        self.assertRegex(found.get("x-amz-request-id"), "^tx")

    def test_a_page_of_the_site_shows_what_the_bucket_holds(self):
        picture, another, film = self.links()
        for link, key in ((picture, "private/a.jpg"), (another, "private/album/b c+d.jpg"), (film, "private/large.mp4")):
            found = self.follow(link, self.referer)
            self.assertEqual((found.status, found.get("Content-Type")), (200, "image/jpeg"), found.text()[:400])
            self.assertTrue(found.body == OBJECTS[key], key)
            self.assertEqual(found.get("X-Cache"), "Miss from cloudfront")
            self.assertRegex(found.get("x-amz-request-id"), "^tx")
        self.assertEqual(self.follow(picture, self.referer).get("X-Cache"), "Hit from cloudfront")

    def test_without_the_sites_referer_the_bucket_itself_refuses(self):
        link = self.links()[0]
        for referer in (None, "https://elsewhere.test/", "http://127.0.0.1/", self.referer[:-1]):
            self.assert_refused_by_the_bucket(self.follow(link, referer), "AccessDenied")

    def test_without_a_signature_cloudfront_refuses(self):
        found = self.follow(self.links()[0].partition("?")[0], self.referer)
        self.assertEqual((found.status, found.get("Server")), (403, "CloudFront"))
        self.assertIn("<Code>MissingKey</Code>", found.text())
        self.assertNotIn("RequestId", found.text())

    def test_nobody_passes_by_the_edge(self):
        stranger = self.ceph.add_user("stranger")
        for client in (stranger, self.user):
            status, body = client.request("GET", f"/{BUCKET}/private/a.jpg")
            self.assertEqual(status, 403, body)
        self.assertEqual(self.user.request("GET", f"/{BUCKET}/private/a.jpg", b"", [("Referer", self.referer)])[0], 200)
        self.assertEqual(stranger.request("GET", f"/{BUCKET}/private/a.jpg", b"", [("Referer", self.referer)])[0], 403)

    def test_a_wrong_secret(self):
        folder = self.folder / "wrong"
        folder.mkdir()
        (folder / "k1").symlink_to(self.folder / "k1")
        edge = self.start_edge(folder, "notTheSecret")
        found = edge.get("/open/plain.txt", f"Referer: {self.referer}\r\n")
        self.assert_refused_by_the_bucket(found, "SignatureDoesNotMatch")

    def test_the_bucket_before_the_hosts_name(self):
        folder = self.folder / "virtual"
        folder.mkdir()
        (folder / "k1").symlink_to(self.folder / "k1")
        edge = self.start_edge(folder, self.user.secret_key, 'addressing = "virtual"\n', "localhost")
        found = edge.get("/open/plain.txt", f"Referer: {self.referer}\r\n")
        self.assertEqual((found.status, found.body), (200, OBJECTS["open/plain.txt"]), found.text())

    def test_ranges(self):
        film = self.links()[2]
        data = OBJECTS["private/large.mp4"]
        for text, first, last in (("0-99", 0, 99), ("1000000-2999999", 1000000, 2999999), ("-5", len(data) - 5, len(data) - 1)):
            found = self.follow(film, self.referer, f"Range: bytes={text}\r\n")
            self.assertEqual((found.status, found.get("Content-Range")), (206, f"bytes {first}-{last}/{len(data)}"))
            self.assertTrue(found.body == data[first:last + 1])

    def test_what_is_not_there(self):
        found = self.edge.get("/open/none.txt", f"Referer: {self.referer}\r\n")
        self.assert_refused_by_the_bucket(found, "AccessDenied")
        listing = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam:::user/edge"}, "Action": "s3:ListBucket",
                   "Resource": f"arn:aws:s3:::{BUCKET}"}
        self.ask("PUT", f"/{BUCKET}?policy", policy(self.referer + "*", [listing]))
        try:
            missing = self.edge.get("/open/none-either.txt", f"Referer: {self.referer}\r\n")
        finally:
            self.ask("PUT", f"/{BUCKET}?policy", policy(self.referer + "*"))
        self.assertEqual(missing.status, 404)
        self.assertIn("<Code>NoSuchKey</Code>", missing.text())

    # These hold the conf/doc page to what it says of radosgw.
    def test_what_radosgw_makes_of_principals_and_missing_keys(self):
        self.ask("PUT", "/facts")
        self.ask("PUT", "/facts/a.jpg", b"picture")
        statement = {"Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject",
                     "Resource": "arn:aws:s3:::facts/*"}

        def read(client, changes, fields=()):
            text = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **changes}]})
            self.ask("PUT", "/facts?policy", text.encode())
            return client.request("GET", "/facts/a.jpg", b"", list(fields))[0]
        edge = {"Principal": {"AWS": "arn:aws:iam:::user/edge"}}
        source = {"Condition": {"StringEquals": {"AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"}}}
        self.assertEqual(read(self.user, {}), 403)
        self.assertEqual(read(self.user, edge), 200)
        self.assertEqual(read(self.user, {**edge, **source}), 403)
        deny = {"Effect": "Deny", "Principal": "*", "Condition": {"StringNotLike": {"aws:Referer": ["https://site.test/*"]}}}
        self.assertEqual(read(self.ceph.owner, deny, [("Referer", "https://evil.test/")]), 403)
        self.assertEqual(read(self.ceph.owner, deny), 200)


if __name__ == "__main__":
    main(hindrance)
