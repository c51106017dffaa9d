# SPDX-License-Identifier: Apache-2.0
"""W3C Trace Context: a valid traceparent passes as it came, and where it is asked for a trace begins here."""

import re

from harness import GatewayTest, main, wait_until

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
VALID = f"00-{TRACE}-{PARENT}-01"

CONFIGURATION = """
worker_processes = 1
[log_format]
trace = "$request_uri $otel_trace_id $otel_span_id $otel_parent_id $otel_parent_sampled"
[[server]]
listen = ["127.0.0.1:0"]
access_log = "trace.log trace"
traceparent = "on"
[[server.route]]
location = "/"
proxy_pass = "http://origin"
[[server.route]]
location = "/off"
traceparent = "off"
proxy_pass = "http://origin"
[[server.route]]
location = "/told"
return = "200 $otel_trace_id"
[[server.route]]
location = "/asked"
auth_request = "/auth"
proxy_pass = "http://origin"
[[server.route]]
location = "/error"
error_page = "502 = @fallback"
proxy_pass = "http://@DOWN@"
[[server.route]]
location = "@fallback"
proxy_pass = "http://origin"
[upstream.origin]
server = ["@ORIGIN@"]
"""


class Tracing(GatewayTest):
    configuration = CONFIGURATION

    def sent(self, path, fields=""):
        self.assertEqual(self.gateway.get(path, fields).status, 200)
        request = self.origin.last(path)
        return request.get("traceparent"), request.get("tracestate")

    def logged(self, path):
        file = self.folder / "trace.log"
        return wait_until(lambda: next((line.split()[1:] for line in file.read_text().splitlines()
                                        if line.startswith(path + " ")), None), "the line")

    def test_a_valid_one_passes_as_it_came(self):
        fields = f"TraceParent: {VALID}\r\ntracestate: a=1,b=2\r\n"
        self.assertEqual(self.sent("/valid", fields), (VALID, "a=1,b=2"))
        self.assertEqual(self.logged("/valid"), [TRACE, PARENT, PARENT, "1"])
        future = f"cc-{TRACE}-{PARENT}-00-more"
        self.assertEqual(self.sent("/future", f"traceparent: {future}\r\n"), (future, None))

    def test_one_is_made_where_there_is_none_or_none_that_is_valid(self):
        seen = set()
        for number, fields in enumerate(("", "traceparent: nonsense\r\ntracestate: a=1\r\n", "tracestate: a=1\r\n",
                                         f"traceparent: 00-{'0' * 32}-{PARENT}-01\r\n",
                                         f"traceparent: {VALID.upper()}\r\n",
                                         f"traceparent: {VALID}\r\ntraceparent: {VALID}\r\n")):
            path = f"/made{number}"
            made, state = self.sent(path, fields)
            match = re.fullmatch("00-([0-9a-f]{32})-([0-9a-f]{16})-01", made)
            self.assertIsNotNone(match, made)
            self.assertIsNone(state)
            self.assertEqual(self.logged(path), [match[1], match[2], "-", "0"])
            seen.update(match.groups())
        self.assertEqual(len(seen), 12)
        self.assertNotIn("0" * 32, seen)
        self.assertNotIn("0" * 16, seen)

    def test_off_passes_everything_as_it_came(self):
        self.assertEqual(self.sent("/off1"), (None, None))
        self.assertEqual(self.logged("/off1"), ["-", "-", "-", "0"])
        self.assertEqual(self.sent("/off2", "traceparent: nonsense\r\ntracestate: a=1\r\n"), ("nonsense", "a=1"))

    def test_values_of_a_route_know_it(self):
        told = self.gateway.get("/told").text()
        self.assertRegex(told, "^[0-9a-f]{32}$")
        self.assertEqual(self.logged("/told")[0], told)

    def test_subrequests_and_fallbacks_belong_to_the_same_trace(self):
        made, _ = self.sent("/asked")
        self.assertEqual(self.origin.last("/auth").get("traceparent"), made)
        made, _ = self.sent("/error")
        self.assertEqual(self.logged("/error")[0], made.split("-")[1])

    def test_request_ids_go_nowhere_by_themselves(self):
        self.sent("/ids")
        self.assertEqual([name for name, _ in self.origin.last("/ids").head.fields if "request" in name.lower()], [])


if __name__ == "__main__":
    main()
