# SPDX-License-Identifier: Apache-2.0
"""The whole chain before a real S3 store, Ceph's radosgw: a page of the site has its links signed by the gateway, a browser
follows them to the edge, which asks the bucket by Signature Version 4 and passes the Referer on; the bucket decides by the
policy that `signgate policy s3` wrote. The edge is a user to whom nothing belongs: owners may read always."""

import json
import os
import re
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "e2e"))

from cookies_test import picture  # noqa: E402
from edge import Edge  # noqa: E402
from harness import GatewayTest, answer, main, signgate  # noqa: E402
from radosgw import Radosgw, hindrance  # noqa: E402
from webdriver import Browser  # noqa: E402

BUCKET = "media"
ARN = "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"

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

PAGE = ('<html><body><img src="/media/private/a.png"><a href="/media/private/album/b%20c+d.png">two</a>'
        '<video src="/media/private/large.mp4"></video></body></html>')
OBJECTS = {"private/a.png": picture(3), "private/album/b c+d.png": picture(5), "private/shown.png": picture(7),
           "private/large.mp4": os.urandom(3 << 20), "open/plain.txt": b"for every page of the site"}


def for_radosgw(document):
    """The generated policy, for a store that is not AWS's: no request comes in CloudFront's name there, and none says of which
    distribution it is. So the edge's user takes the place of the service, without the condition on aws:SourceArn; all else, the
    Referers above all, stands as it was written."""
    policy = json.loads(document)
    for statement in policy["Statement"]:
        if statement["Principal"] == "*":
            continue
        assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}, statement
        assert statement["Condition"].pop("StringEquals") == {"AWS:SourceArn": ARN}, statement
        statement["Principal"] = {"AWS": "arn:aws:iam:::user/edge"}
        if not statement["Condition"]:
            del statement["Condition"]
    return json.dumps(policy).encode()


class Chain(GatewayTest):
    configuration = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
server_name = ["www.site.test"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://@ORIGIN@"
sign = ["photos"]
[key.K1]
private_key = "k1/private_key.pem"
[media.photos]
links = ["/media/private/"]
target = "http://media.site.test:@EDGE@/private/"
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
            cls.ask("PUT", f"/{BUCKET}/{path}", data, [("content-type", "image/png"), ("cache-control", "max-age=600")])
        cls.edge = cls.start_edge(folder, cls.user.secret_key)
        cls.configuration = cls.configuration.replace("@EDGE@", str(cls.edge.port))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What a browser says of the site's pages to another host (strict-origin-when-cross-origin).
        cls.referer = f"http://www.site.test:{cls.gateway.port}/"
        cls.put_policy()
        cls.browser = Browser(["--host-resolver-rules=MAP *.test 127.0.0.1"])
        cls.addClassCleanup(cls.browser.close)

    @classmethod
    def put_policy(cls, *options):
        """What the generator writes for the site, or with its `options`, goes to the bucket."""
        site = ("--site", f"www.site.test:{cls.gateway.port}", "--http")
        made = signgate("policy", "s3", "--bucket", BUCKET, "--distribution-arn", ARN, *(options or site))
        assert made.returncode == 0, made.stderr
        cls.ask("PUT", f"/{BUCKET}?policy", for_radosgw(made.stdout))

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
        page = self.gateway.get("/page", host=f"www.site.test:{self.gateway.port}")
        self.assertEqual(page.status, 200)
        found = [link.replace("&amp;", "&") for link in re.findall(r'(?:src|href)="([^"]+)"', page.text())]
        self.assertEqual(len(found), 3)
        for link in found:
            self.assertRegex(link, rf"^http://media\.site\.test:{self.edge.port}/private/.*[?&]Signature=.*&Key-Pair-Id=K1$")
        return found

    def follow(self, link, referer, fields=""):
        path = link.partition(f":{self.edge.port}")[2]
        return self.edge.get(path, fields + (f"Referer: {referer}\r\n" if referer else ""), f"media.site.test:{self.edge.port}")

    def assert_refused_by_the_bucket(self, found, code):
        self.assertEqual(found.status, 403)
        # The edge makes up no such id, and CloudFront's own refusals have none.
        self.assertRegex(found.text(), rf"<Code>{code}</Code>.*<RequestId>tx[0-9a-f-]+-default</RequestId>")
        self.assertEqual(found.get("x-signgate-reason"), f"store: it answered 403 {code}")
        self.assertRegex(found.get("x-amz-request-id"), "^tx")

    def test_a_page_of_the_site_shows_what_the_bucket_holds(self):
        shown, another, film = self.links()
        for link, key in ((shown, "private/a.png"), (another, "private/album/b c+d.png"), (film, "private/large.mp4")):
            found = self.follow(link, self.referer)
            self.assertEqual((found.status, found.get("Content-Type")), (200, "image/png"), found.text()[:400])
            self.assertTrue(found.body == OBJECTS[key], key)
            self.assertEqual(found.get("X-Cache"), "Miss from cloudfront")
            self.assertRegex(found.get("x-amz-request-id"), "^tx")
        self.assertEqual(self.follow(shown, self.referer).get("X-Cache"), "Hit from cloudfront")

    def test_without_the_sites_referer_the_bucket_itself_refuses(self):
        link = self.links()[0]
        for referer in (None, "https://elsewhere.test/", "http://www.site.test/", self.referer[:-1]):
            self.assert_refused_by_the_bucket(self.follow(link, referer), "AccessDenied")

    def test_the_generated_deny(self):
        self.put_policy("--referer", self.referer + "*", "--deny-other")
        self.addCleanup(self.put_policy)
        target = f"/{BUCKET}/open/plain.txt"
        self.assertEqual(self.user.request("GET", target, b"", [("Referer", self.referer)])[0], 200)
        for client in (self.user, self.ceph.owner):
            status, body = client.request("GET", target, b"", [("Referer", "https://elsewhere.test/")])
            self.assertEqual((status, b"<Code>AccessDenied</Code>" in body), (403, True), body)

    def show(self, page, body):
        """Opens the page with an empty cache. Gives the answers of the edge, and the first picture's width."""
        self.origin.on("/" + page.rpartition("/")[2], answer(body, fields=[("Content-Type", "text/html")]))
        self.browser.cdp("Network.clearBrowserCache")
        self.browser.network()
        self.browser.open(page)
        self.browser.wait("the pictures are complete", "return [...document.images].every(each => each.complete)")
        width = self.browser.run("return document.images.length ? document.images[0].naturalWidth : -1")
        return [each for each in self.browser.network() if f":{self.edge.port}/" in each["url"]], width

    def assert_the_bucket_said_no(self, found):
        self.assertEqual(found["status"], 403)
        self.assertRegex(found["fields"]["x-amz-request-id"], "^tx[0-9a-f-]+-default$")
        self.assertEqual(found["fields"]["x-signgate-reason"], "store: it answered 403 AccessDenied")

    def test_a_browser_shows_the_picture_on_the_sites_page_alone(self):
        site, foreign = f"http://www.site.test:{self.gateway.port}", f"http://elsewhere.test:{self.origin.port}"
        (asked,), width = self.show(site + "/album", '<!doctype html><img src="/media/private/shown.png">')
        self.assertEqual((asked["status"], asked["headers"]["referer"], width), (200, self.referer, 7))
        self.assertRegex(asked["fields"]["x-amz-request-id"], "^tx[0-9a-f-]+-default$")
        link = asked["url"]

        without = '<!doctype html><img referrerpolicy="no-referrer" src="/media/private/shown.png">'
        (asked,), width = self.show(site + "/bare", without)
        self.assertEqual((asked["headers"].get("referer", ""), width), ("", 0))
        self.assert_the_bucket_said_no(asked)

        thief = f'<!doctype html><img src="{link.replace("&", "&amp;")}">'
        (asked,), width = self.show(foreign + "/thief", thief)
        self.assertEqual((asked["headers"]["referer"], width), (foreign + "/", 0))
        self.assert_the_bucket_said_no(asked)

    def test_a_browser_is_told_by_the_bucket_what_it_refused(self):
        link, foreign = self.links()[0], f"http://elsewhere.test:{self.origin.port}"
        asked, _ = self.show(foreign + "/list", f'<!doctype html><a href="{link.replace("&", "&amp;")}">a picture</a>')
        self.assertEqual(asked, [])
        self.browser.run("document.querySelector('a').click()")
        self.browser.wait("the answer", "return location.port === arguments[0]", str(self.edge.port))
        told = self.browser.wait("the document", "return document.querySelector('RequestId')?.textContent")
        asked, = [each for each in self.browser.network() if each["url"] == link]
        self.assertEqual(asked["headers"]["referer"], foreign + "/")
        self.assert_the_bucket_said_no(asked)
        self.assertEqual(told, asked["fields"]["x-amz-request-id"])
        self.assertEqual(self.browser.run("return document.querySelector('Code').textContent"), "AccessDenied")

        self.browser.open(link)  # as if it were typed
        asked, = [each for each in self.browser.network() if each["url"] == link]
        self.assertEqual(asked["headers"].get("referer", ""), "")
        self.assert_the_bucket_said_no(asked)

    def test_without_a_signature_cloudfront_refuses(self):
        found = self.follow(self.links()[0].partition("?")[0], self.referer)
        self.assertEqual((found.status, found.get("Server")), (403, "CloudFront"))
        self.assertIn("<Code>MissingKey</Code>", found.text())
        self.assertNotIn("RequestId", found.text())

    def test_nobody_passes_by_the_edge(self):
        stranger = self.ceph.add_user("stranger")
        for client in (stranger, self.user):
            status, body = client.request("GET", f"/{BUCKET}/private/a.png")
            self.assertEqual(status, 403, body)
        self.assertEqual(self.user.request("GET", f"/{BUCKET}/private/a.png", b"", [("Referer", self.referer)])[0], 200)
        self.assertEqual(stranger.request("GET", f"/{BUCKET}/private/a.png", b"", [("Referer", self.referer)])[0], 403)

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
        self.put_policy("--referer", self.referer + "*", "--list-bucket")
        self.addCleanup(self.put_policy)
        missing = self.edge.get("/open/none-either.txt", f"Referer: {self.referer}\r\n")
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

        def deny(*sites):
            return {"Effect": "Deny", "Principal": "*", "Condition": {"StringNotLike": {"aws:Referer": sites}}}
        self.assertEqual(read(self.ceph.owner, deny("https://site.test/*"), [("Referer", "https://evil.test/")]), 403)
        self.assertEqual(read(self.ceph.owner, deny("https://site.test/*"), [("Referer", "https://site.test/")]), 200)
        self.assertEqual(read(self.ceph.owner, deny("https://site.test/*")), 200)
        two = deny("https://site.test/*", "https://www.site.test/*")
        self.assertEqual(read(self.ceph.owner, two, [("Referer", "https://site.test/")]), 403)


if __name__ == "__main__":
    main(hindrance)
