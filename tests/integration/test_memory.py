# SPDX-License-Identifier: Apache-2.0
"""A response's memory is a constant: a page of any length, and a client that does not read."""

from harness import GatewayTest, main, signgate, wait_until

CONFIGURATION = """
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
proxy_max_temp_file_size = 0
access_log = "off"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["photos"]
[[server.route]]
location = "/plain"
proxy_pass = "http://origin"
[upstream.origin]
server = ["@ORIGIN@"]
[key.K1]
private_key = "private_key.pem"
[media.photos]
links = ["/media/private/"]
target = "https://d111111abcdef8.cloudfront.net/private/"
key = ["K1"]
"""

MIB = 1 << 20
PAGE = 200 * MIB
MOST = 32 * MIB


class Memory(GatewayTest):
    configuration = CONFIGURATION

    @classmethod
    def prepare(cls, folder):
        made = signgate("keygen", "--type", "ecdsa-p256", "--out-dir", folder)
        if made.returncode != 0:
            raise AssertionError(made.stderr)

    def setUp(self):
        super().setUp()
        filler = b"<p>Text that goes through as it is, in a page without an end.</p>\n" * 200
        self.block = b"".join(b'<img src="/media/private/%d.jpg">\n' % i + filler for i in range(80))
        self.blocks = PAGE // len(self.block) + 1
        self.sent = 0

    def pour(self, conversation, _):
        conversation.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"%x\r\n%s\r\n" % (len(self.block), self.block)
        for _ in range(self.blocks):
            conversation.send(chunk)
            self.sent += len(self.block)
        conversation.send(b"0\r\n\r\n")

    def warm_up(self, path):
        blocks, self.blocks = self.blocks, 2
        self.assertEqual(self.gateway.get(path).status, 200)
        self.blocks, self.sent = blocks, 0
        return self.gateway.memory()

    def assert_streams(self, path):
        self.origin.on(path, self.pour)
        before = self.warm_up(path)
        received = links = 0
        with self.gateway.client() as client:
            client.send(f"GET {path} HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            self.assertEqual(client.read_answer(body=False).status, 200)
            for part in client.chunks():
                received += len(part)
                links += part.count(b"/private/")
        growth = self.gateway.memory("VmHWM") - before
        self.assertGreaterEqual(received, PAGE)
        self.assertLess(growth, MOST, f"grew by {growth / MIB:.1f} MiB while {received / MIB:.0f} MiB went through")
        print(f"{path}: {received / MIB:.0f} MiB, {links} links, memory grew by {growth / MIB:.1f} MiB")

    def assert_waits_for_its_client(self, path):
        self.origin.on(path, self.pour)
        before = self.warm_up(path)
        with self.gateway.client() as client:
            client.send(f"GET {path} HTTP/1.1\r\nHost: gw.test\r\n\r\n")
            self.assertEqual(client.read_answer(body=False).status, 200)
            # Back-pressure: the origin comes to a stand, long before all is sent.
            seen = [-1]

            def stands():
                seen.append(self.sent)
                return len(seen) > 100 and len(set(seen[-100:])) == 1
            wait_until(stands, "the origin to be held back")
            self.assertLess(self.sent, PAGE // 2)
            growth = self.gateway.memory("VmHWM") - before
            self.assertLess(growth, MOST, f"grew by {growth / MIB:.1f} MiB while nothing was read")

    def test_a_page_of_200_mib_is_rewritten_in_constant_memory(self):
        self.assert_streams("/page")

    def test_a_page_of_200_mib_passes_in_constant_memory(self):
        self.assert_streams("/plain")

    def test_a_client_that_does_not_read_holds_the_rewriter_back(self):
        self.assert_waits_for_its_client("/stalled")

    def test_a_client_that_does_not_read_holds_the_origin_back(self):
        self.assert_waits_for_its_client("/plain-stalled")


if __name__ == "__main__":
    main()
