# SPDX-License-Identifier: Apache-2.0
"""Whole exchanges: connections, upgrades, what is forwarded, and what an origin may answer."""

from .cases import CHUNKED, HELLO, HIDDEN, P, case, get, post
from .outcomes import (o_adds_to_forwarded_for, o_body, o_has, o_lacks, o_method, o_target, r_body, r_has, r_in_order, r_lacks,
                       r_no_interim, r_not_chunked)

# Connections.
case("keep-alive", "9112 9.3", [get(), "reply", get(target=P + "/2")], "ok:2", see=[r_in_order("target=/c/keep-alive\n", "/2")])
case("close", "9112 9.6", get("Connection: close\r\n"), "ok+close")
case("close-list", "9112 9.6", get("Connection: foo, CLOSE\r\n"), "ok+close", "options are a case-insensitive list")
case("close-two-fields", "9112 9.6", get("Connection: keep-alive\r\nConnection: close\r\n"), "ok+close")
case("http10", "9112 9.3", get(version="HTTP/1.0"), "ok+close", "1.0 closes by default", see=[r_not_chunked])
case("http10-keep", "9112 9.3", get("Connection: keep-alive\r\n", version="HTTP/1.0"), "ok", see=[r_not_chunked])
case("http10-chunked-reply", "9112 6.1", get(version="HTTP/1.0"), "ok+close", "no chunked reply to a 1.0 client",
     see=[r_not_chunked, r_body(b"hello")],
     origin=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
case("pipeline-2", "9112 9.3.2", get() + get(target=P + "/2"), "ok:2", see=[r_in_order("target=/c/pipeline-2\n", "/2")])
case("pipeline-20", "9112 9.3.2", "".join(get(target=f"{P}/{i}") for i in range(20)), "ok:20", "answered in order",
     see=[r_in_order(*[f"/{i}\n" for i in range(20)])])
case("pipeline-bad-second", "9112 9.3.2", get() + "BAD\r\n\r\n", "ok+end", "the first is still answered")
case("pipeline-body-get", "9112 9.3.2",
     post("Content-Length: 0\r\n") + post("Content-Length: 5\r\n", "hello") + get(target=P + "/3"), "ok:3")
case("half-close", "TCP", [get(), "shutwr"], "ok|ok+close", "a half-closed client is answered")
case("half-head-close", "9112 8", [f"GET {P} HTTP/1.1\r\nHost: gw", "shutwr"], "closed|reject")
case("half-head-stall", "9112 9.5", f"GET {P} HTTP/1.1\r\nHost: gw", "closed|reject:408,400", "header timeout")
case("idle", "9112 9.5", [0.5], "silent|closed")
case("dribble-head", "TCP", [x for ch in get().replace(P, "/c/dribble-head") for x in (ch, 0.005)], "ok")
case("split-crlf", "TCP", [get()[:-3].replace(P, "/c/split-crlf"), 0.05, "\n", 0.05, "\r", 0.05, "\n"], "ok")
case("rst-mid-body", "TCP", [post("Content-Length: 100\r\n", "hello"), 0.05, "rst"], "any", "must survive")
case("close-before-reply", "TCP", [get(), "close"], "any", "must survive",
     origin=[0.3, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"])
case("rst-before-reply", "TCP", [get(), 0.05, "rst"], "any", "must survive",
     origin=[0.3, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"])
case("expect", "9110 10.1.1", [post("Content-Length: 5\r\nExpect: 100-continue\r\n"), "reply", "hello"], "ok",
     "100 or at least no deadlock", see=[o_body(b"hello")])
case("expect-case", "9110 10.1.1", [post("Content-Length: 5\r\nExpect: 100-Continue\r\n"), "reply", "hello"], "ok",
     see=[o_body(b"hello")])
case("expect-at-once", "9110 10.1.1", post("Content-Length: 5\r\nExpect: 100-continue\r\n", "hello"), "ok",
     see=[o_body(b"hello")])
case("expect-chunked", "9110 10.1.1", [post(CHUNKED + "Expect: 100-continue\r\n"), "reply", HELLO], "ok", see=[o_body(b"hello")])
case("expect-get", "9110 10.1.1", get("Expect: 100-continue\r\n"), "ok|reject:417")
case("expect-10", "9110 10.1.1", [post("Content-Length: 5\r\nExpect: 100-continue\r\n", version="HTTP/1.0"), 0.3, "hello"], "ok",
     "no 1xx to an HTTP/1.0 client", see=[r_no_interim, o_body(b"hello")])
case("expect-unknown", "9110 10.1.1", post("Content-Length: 5\r\nExpect: miracles\r\n", "hello"), "ok|reject:417,400")
case("expect-next", "9112 9.3", [post("Content-Length: 5\r\nExpect: 100-continue\r\n"), "reply", "hello" + get(target=P + "/2")],
     "ok:2")

# Upgrade and tunnels.
case("up-h2c", "9113 3.1 / h2c smuggling",
     get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"), "ok",
     "h2c upgrade is not passed on", see=[o_lacks("Upgrade", "h2c")])
case("up-h2c-no-connection", "9110 7.8", get("Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"), "ok",
     see=[o_lacks("Upgrade", "h2c")])
case("up-no-connection", "9110 7.8",
     get("Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"), "ok|reject",
     "Upgrade without Connection: upgrade is no upgrade")
case("up-unknown", "9110 7.8", get("Connection: Upgrade\r\nUpgrade: carrier-pigeon\r\n"), "ok|reject")
case("up-10", "9110 7.8", get("Connection: Upgrade\r\nUpgrade: websocket\r\n", version="HTTP/1.0"), "ok|ok+close|reject",
     "Upgrade in HTTP/1.0 MUST be ignored")
case("up-post-body", "9110 7.8",
     post("Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nContent-Length: @HLEN@\r\n", HIDDEN), "ok|reject",
     "the body of an upgrade request is still its body", linger=0.3)

# Forwarding.
case("hop-keep-alive", "9110 7.6.1", get("Keep-Alive: timeout=5\r\nConnection: keep-alive\r\n"), "ok",
     see=[o_lacks("Keep-Alive")])
case("hop-nominated", "9110 7.6.1", get("Connection: X-Hop\r\nX-Hop: 1\r\n"), "ok", "MUST remove fields named in Connection",
     see=[o_lacks("X-Hop")], strict=True)
case("hop-proxy-connection", "9110 7.6.1", get("Proxy-Connection: keep-alive\r\n"), "ok", see=[o_lacks("Proxy-Connection")],
     strict=True)
case("hop-te", "9110 7.6.1", get("TE: trailers, deflate\r\n"), "ok", see=[o_lacks("TE", "deflate")])
case("hop-connection-itself", "9110 7.6.1", get("Connection: X-Hop, keep-alive\r\n"), "ok",
     "the client's Connection options stay on its hop", see=[o_lacks("Connection", "X-Hop")])
case("via", "9110 7.6.3", get(), "ok", "gateways MUST add Via to requests", see=[o_has("Via")], strict=True)
case("max-forwards", "9110 7.6.2", get("Max-Forwards: 0\r\n", method="OPTIONS"), "status:200,204,400,405,501",
     "Max-Forwards: 0 MUST NOT be forwarded", never=[lambda r: "forwarded" if r.origin else None], strict=True)
case("xff-spoof", "7239 8.1", get("X-Forwarded-For: 6.6.6.6\r\n"), "ok", "a spoofed value is not the only one",
     see=[o_adds_to_forwarded_for])
case("put-body", "9110 9.3.4", post("Content-Length: 3\r\n", "\x00\xff\n", method="PUT"), "ok",
     see=[o_method("PUT"), o_body(b"\x00\xff\n")])
case("patch-body", "5789", post("Content-Length: 2\r\n", "{}", method="PATCH"), "ok", see=[o_method("PATCH"), o_body(b"{}")])
case("delete", "9110 9.3.5", get(method="DELETE"), "ok", see=[o_method("DELETE")])
case("options", "9110 9.3.7", get(method="OPTIONS"), "ok", see=[o_method("OPTIONS")])
case("head", "9110 9.3.2", get(method="HEAD"), "ok", see=[r_body(b"")])
case("head-next", "9110 9.3.2", get(method="HEAD") + get(target=P + "/2"), "ok:2", methods=("HEAD", "GET"),
     see=[lambda r: None if b"/2" in r.replies[1].body else "second reply is %r" % r.replies[1].body[:40]])
case("authorization", "9110 11.6.2", get("Authorization: Basic dTpw\r\n"), "ok", see=[o_has("Authorization", "Basic dTpw")])
case("range", "9110 14.2", get("Range: bytes=" + ",".join("0-%d" % i for i in range(900)) + "\r\n"), "ok|status:206,416,400",
     "many ranges do no harm")
case("method-override", "ad hoc", get("X-HTTP-Method-Override: DELETE\r\n"), "ok", see=[o_method("GET")])
case("original-url", "IIS X-Original-URL", get("X-Original-URL: /private/x\r\nX-Rewrite-URL: /private/x\r\n"), "ok",
     see=[o_target(P)])
case("httpoxy", "CVE-2016-5385", get("Proxy: http://evil.test/\r\n"), "ok|reject", "not used by the gateway")

# Replies of a well-behaved origin.
R = b"HTTP/1.1 200 OK\r\n"
case("r-cl", "9112 6.2", get(), "ok", origin=R + b"Content-Length: 5\r\n\r\nhello", see=[r_body(b"hello")])
case("r-chunked", "9112 7.1", get(), "ok",
     origin=R + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nX-T: 1\r\n\r\n", see=[r_body(b"hello")])
case("r-until-close", "9112 6.3", get(), "ok", origin=[R + b"\r\nhello", "close"], see=[r_body(b"hello")])
case("r-empty", "9112 6.3", get(), "ok", origin=R + b"Content-Length: 0\r\n\r\n", see=[r_body(b"")])
case("r-http10", "9112 2.5", get(), "ok", origin=[b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", "close"],
     see=[r_body(b"hello")])
case("r-http10-until-close", "9112 6.3", get(), "ok", origin=[b"HTTP/1.0 200 OK\r\n\r\nhello", "close"], see=[r_body(b"hello")])
case("r-no-reason", "9112 4", get(), "ok|badgw", origin=b"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello")
case("r-empty-reason", "9112 4", get(), "ok", origin=b"HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello")
case("r-slow", "9112 7.1", get(), "ok",
     origin=[R + b"Content-Length: 5\r\n\r\n"] + [x for c in b"hello" for x in (0.1, bytes([c]))], see=[r_body(b"hello")])
case("r-split-head", "TCP", get(), "ok", origin=[x for c in (R + b"Content-Length: 5\r\n\r\nhello") for x in (0.002, bytes([c]))],
     see=[r_body(b"hello")])
case("r-1m", "9112 6.2", get(), "ok", origin=R + b"Content-Length: 1048576\r\n\r\n" + b"0123456789abcdef" * 65536,
     see=[r_body(b"0123456789abcdef" * 65536)])
case("r-set-cookie", "6265 3", get(), "ok", "Set-Cookie lines are not joined",
     origin=R + b"Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n",
     see=[r_has("Set-Cookie", "a=1; Path=/", "b=2")])
case("r-204", "9110 15.3.5", [get(), "reply", get(target=P + "/2")], "ok:2", origin=b"HTTP/1.1 204 No Content\r\n\r\n",
     see=[r_body(b""), r_lacks("Transfer-Encoding"), r_lacks("Content-Length")])
case("r-304", "9110 15.4.5", get(), "status:304", origin=b"HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 5\r\n\r\n",
     see=[r_has("ETag", '"x"')])
case("r-404", "9110 15.5.5", get(), "status:404", origin=b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope",
     see=[r_body(b"nope")])
case("r-head-cl", "9110 9.3.2", get(method="HEAD"), "ok", origin=R + b"Content-Length: 5\r\n\r\n",
     see=[r_has("Content-Length", "5")])
case("r-head-chunked", "9110 9.3.2", get(method="HEAD"), "ok", origin=R + b"Transfer-Encoding: chunked\r\n\r\n")
case("r-100", "9110 15.2.1", get(), "ok", "an interim reply is not the final one",
     origin=b"HTTP/1.1 100 Continue\r\n\r\n" + R + b"Content-Length: 5\r\n\r\nhello", see=[r_body(b"hello")])
case("r-103", "8297", get(), "ok",
     origin=b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" + R + b"Content-Length: 5\r\n\r\nhello",
     see=[r_body(b"hello")])
case("r-102-150", "9110 15.2", get(), "ok",
     origin=b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 150 Odd\r\n\r\n" + R + b"Content-Length: 5\r\n\r\nhello",
     see=[r_body(b"hello")])
case("r-100-to-10", "9110 15.2", get(version="HTTP/1.0"), "ok+close",
     origin=b"HTTP/1.1 103 Early Hints\r\n\r\n" + R + b"Content-Length: 5\r\n\r\nhello", see=[r_no_interim, r_body(b"hello")],
     strict=True)
case("r-conn-close", "9110 7.6.1", [get(), "reply", get(target=P + "/2")], "ok:2",
     "the origin's Connection: close stays on its hop",
     origin=[R + b"Connection: close\r\nContent-Length: 5\r\n\r\nhello", "close"])
case("r-hop-nominated", "9110 7.6.1", get(), "ok", origin=R + b"Connection: X-Hop\r\nX-Hop: 1\r\nContent-Length: 0\r\n\r\n",
     see=[r_lacks("X-Hop")], strict=True)
case("r-hop-keep-alive", "9110 7.6.1", get(), "ok", origin=R + b"Keep-Alive: timeout=77\r\nContent-Length: 0\r\n\r\n",
     see=[lambda r: "Keep-Alive of the origin passed on" if "77" in (r.replies[0].get("keep-alive") or "") else None])
