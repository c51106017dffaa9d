# SPDX-License-Identifier: Apache-2.0
"""No byte of a request ends a header line that it is put into, towards the origin or towards the client."""

from harness import GatewayTest, main

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
[[server.route]]
location = "/p"
proxy_pass = "http://origin"
[server.route.proxy_set_header]
X-Original = "$uri"
[[server.route]]
location = "/moved"
return = "302 https://x.test$uri"
[upstream.origin]
server = ["@ORIGIN@"]
"""


class Injection(GatewayTest):
    configuration = CONFIGURATION

    def test_a_decoded_line_end_stays_within_its_field_upstream(self):
        self.assertEqual(self.gateway.get("/p%0d%0aX-Evil:%20yes%0aTransfer-Encoding:%20chunked").status, 200)
        seen = self.origin.last()
        self.assertIsNone(seen.get("X-Evil"))
        self.assertIsNone(seen.get("Transfer-Encoding"))
        self.assertEqual(seen.get("X-Original"), "/p%0D%0AX-Evil: yes%0ATransfer-Encoding: chunked")

    def test_a_decoded_line_end_stays_within_its_field_in_a_redirect(self):
        got = self.gateway.get("/moved%0d%0aSet-Cookie:%20a=b")
        self.assertEqual(got.status, 302)
        self.assertIsNone(got.get("Set-Cookie"))
        self.assertEqual(got.get("Location"), "https://x.test/moved%0D%0ASet-Cookie: a=b")


if __name__ == "__main__":
    main()
