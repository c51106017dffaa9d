# SPDX-License-Identifier: Apache-2.0
"""One signature for many links: what it opens, and what it does not."""

import re

from harness import GatewayTest, answer, main, signgate

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["albums"]
[upstream.origin]
server = ["@ORIGIN@"]
[key.K1]
private_key = "private_key.pem"
[media.albums]
links = ["/media/"]
target = "https://d111111abcdef8.cloudfront.net/private/"
key = ["K1"]
policy = "prefix"
scope = 2
"""

EDGE = "https://d111111abcdef8.cloudfront.net/private/"
SIGNED = re.compile(r'"(https://[^"?]+)\?([^"]*?)(Policy=[^"]+)"')


class PrefixPolicy(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        made = signgate("keygen", "--out-dir", folder)
        assert made.returncode == 0, made.stderr
        cls.public_key = folder / "public_key.pem"

    def signed(self, *paths):
        """What became of links to these paths: (URL, own query, parameters) of each."""
        page = "".join(f'<img src="/media/{path}">' for path in paths)
        self.origin.on("/page", answer(page.encode(), fields=[("Content-Type", "text/html")]))
        return SIGNED.findall(self.gateway.get("/page").body.decode().replace("&amp;", "&"))

    def verify(self, url):
        return signgate("verify", url, "--public-key", self.public_key).returncode == 0

    def test_the_links_of_an_album_share_one_signature(self):
        first, second, third = self.signed("albums/7/a.jpg", "albums/7/b/c.jpg?w=1", "albums/8/a.jpg")
        self.assertEqual((first[0], second[:2]), (EDGE + "albums/7/a.jpg", (EDGE + "albums/7/b/c.jpg", "w=1&")))
        self.assertEqual(first[2], second[2])
        self.assertNotEqual(first[2], third[2])
        for url, query, parameters in (first, second, third):
            self.assertTrue(self.verify(f"{url}?{query}{parameters}"))

    def test_it_opens_the_album_and_nothing_else(self):
        (_, _, parameters), = self.signed("albums/7/a.jpg")
        for path, allowed in (("albums/7/other.jpg", True), ("albums/7/deep/down.jpg?w=1", True), ("albums/8/a.jpg", False),
                              ("albums/77/a.jpg", False), ("albums/7", False), ("a.jpg", False)):
            url = EDGE + path
            self.assertEqual(self.verify(f"{url}{'&' if '?' in url else '?'}{parameters}"), allowed, path)

    def test_a_link_that_lies_less_deep_opens_itself_alone(self):
        (url, _, parameters), = self.signed("albums/cover.jpg")
        self.assertTrue(self.verify(f"{url}?{parameters}"))
        self.assertFalse(self.verify(f"{EDGE}albums/other.jpg?{parameters}"))

    def test_a_wildcard_of_a_links_own_widens_nothing(self):
        self.assertEqual(self.signed("albums/*/a.jpg", "*/7/a.jpg"), [])


if __name__ == "__main__":
    main()
