# SPDX-License-Identifier: Apache-2.0
"""How long a request is: Host, Content-Length, Transfer-Encoding, chunks."""

from .cases import CHUNKED, H, HELLO, HIDDEN, LAST, P, S, case, get, post
from .outcomes import o_body, o_host, o_lacks, r_in_order

# Host.
case("host-missing", "9112 3.2", get(host=""), "must400")
case("host-missing-10", "9112 3.2", get(host="", version="HTTP/1.0"), "ok", "HTTP/1.0 needs none")
case("host-twice", "9112 3.2", get(host=H + "Host: evil.test\r\n"), "must400")
case("host-twice-reversed", "9112 3.2", get(host="Host: evil.test\r\n" + H), "must400")
case("host-twice-same", "9112 3.2", get(host=H + H), "must400|ok", "a MUST, but one clean copy is harmless")
case("host-twice-absolute", "9112 3.2", get(target=f"http://gw.test{P}", host=H + "Host: evil.test\r\n"), "must400")
case("host-empty", "9112 3.2", get(host="Host:\r\n"), "reject|ok")
for _n, _v in [("space", "gw.test evil"), ("tab", "gw\ttest"), ("path", "gw.test/x"), ("userinfo", "user@gw.test"),
               ("comma", "gw.test, evil.test"), ("query", "gw.test?x"), ("fragment", "gw.test#x"),
               ("port-text", "gw.test:http"), ("bracket", "[::1"), ("backslash", "gw\\test"), ("angle", "<script>"),
               ("quote", 'gw".test'), ("ctl", "gw\x01.test"), ("port-sign", "gw.test:+80"), ("two-ports", "gw.test:80:90")]:
    case("host-" + _n, "9112 3.2", get(host=f"Host: {_v}\r\n"), "reject", "invalid Host value MUST be 400",
         strict=_n not in ("space", "tab", "path", "comma", "ctl"))
case("host-port-big", "9112 3.2", get(host="Host: gw.test:99999\r\n"), "reject|ok")
case("host-port-empty", "3986 3.2.3", get(host="Host: gw.test:\r\n"), "ok|reject", "port may be empty")
case("host-ipv6", "3986 3.2.2", get(host="Host: [::1]:80\r\n"), "ok")
case("host-trailing-dot", "3986 3.2.2", get(host="Host: gw.test.\r\n"), "ok|reject")
case("host-dots", "path traversal", get(host="Host: ../../etc\r\n"), "reject")
case("host-dotdot", "3986 3.2.2", get(host="Host: gw..test\r\n"), "reject|ok")
case("host-high-bit", "9112 3.2", get(host="Host: g\xe9.test\r\n"), "reject|ok")
case("host-5k", "9112 3.2", get(host="Host: " + "a" * 5000 + "\r\n"), "reject|ok")
case("host-forwarded-host", "7239", get("X-Forwarded-Host: evil.test\r\nX-Host: evil.test\r\n"), "ok", "routing by Host only",
     see=[o_host("gw.test")])

# Content-Length.
case("cl", "9112 6.2", post("Content-Length: 5\r\n", "hello"), "ok", see=[o_body(b"hello")])
case("cl-zero", "9112 6.2", post("Content-Length: 0\r\n"), "ok", see=[o_body(b"")])
case("cl-none", "9112 6.3", post(""), "ok|reject:411", "no length: no body", see=[o_body(b"")])
case("cl-ows", "9110 5.5", post("Content-Length:\t 5 \t\r\n", "hello"), "ok", see=[o_body(b"hello")])
case("cl-zeros", "9110 8.6", post("Content-Length: 0005\r\n", "hello"), "ok|reject", "decimal, never octal",
     see=[o_body(b"hello")])
case("cl-octal", "9110 8.6", post("Content-Length: 010\r\n", "helloworld"), "ok|reject", see=[o_body(b"helloworld")])
case("cl-same-twice", "9110 8.6", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), "reject|ok",
     "reject, or forward one", see=[o_body(b"hello")])
case("cl-same-list", "9110 8.6", post("Content-Length: 5, 5\r\n", "hello"), "reject|ok", see=[o_body(b"hello")])
case("cl-differ", "9112 6.3", post("Content-Length: 5\r\nContent-Length: 0\r\n", "hello"), "must400")
case("cl-differ-reversed", "9112 6.3", post("Content-Length: 0\r\nContent-Length: 5\r\n", "hello"), "must400")
case("cl-differ-hidden", "9112 6.3", post("Content-Length: 0\r\nContent-Length: @LEN@\r\n", HIDDEN), "must400")
case("cl-differ-list", "9112 6.3", post("Content-Length: 5, 6\r\n", "hello!"), "must400")
for _n, _v in [("plus", "+5"), ("minus", "-5"), ("minus-zero", "-0"), ("hex", "0x5"), ("float", "5.0"), ("exp", "5e0"),
               ("inner-space", "5 5"), ("underscore", "1_0"), ("text", "five"), ("suffix", "5abc"), ("semicolon", "5;"),
               ("comma", "5,"), ("quoted", '"5"'), ("empty", ""), ("nul", "5\0"), ("vt", "\x0b5"),
               ("fullwidth", "\xef\xbc\x95"), ("x85", "\x855"), ("uint64", "18446744073709551616"),
               ("uint64-wrap", "18446744073709551621"), ("40-digits", "5" * 40)]:
    case("cl-" + _n, "9112 6.3", post(f"Content-Length: {_v}\r\n", "hello"), "reject", "invalid Content-Length MUST be refused")
case("cl-int64", "9112 6.3", post("Content-Length: 9223372036854775808\r\n", "hello"), "reject", "2^63 must not turn negative")
case("cl-empty-then-valid", "http-garden", post("Content-Length: \r\nContent-Length: @LEN@\r\n", HIDDEN), "reject")
case("cl-1t", "9110 15.5.14", post("Content-Length: 1099511627776\r\n", "hello"), "reject|silent|badgw",
     "413, or waits; allocates nothing")
case("cl-get-body", "9110 9.3.1", [get("Content-Length: @HLEN@\r\n"), HIDDEN], "ok|reject", "hidden request inside a GET body",
     linger=0.3)
for _m in ("HEAD", "OPTIONS", "DELETE", "PUT"):
    case("cl-body-" + _m.lower(), "9110 9.3", [f"{_m} {P} HTTP/1.1\r\n{H}Content-Length: @HLEN@\r\n\r\n", HIDDEN], "ok|reject",
         "hidden request in the body stays a body", methods=(_m,), linger=0.3)
case("cl-then-next", "9112 9.3", post("Content-Length: 5\r\n", "hello") + get(target=P + "/2"), "ok:2",
     see=[r_in_order("target=/c/cl-then-next", "/2")], methods=("POST", "GET"))
case("cl-too-long-body", "9112 9.3", post("Content-Length: 5\r\n", "helloXXXXX\r\n\r\n"), "ok+end",
     "surplus bytes are a new, bad request", methods=("POST", "GET"))
case("cl-short-close", "9112 8", [post("Content-Length: 10\r\n", "hello"), "shutwr"], "reject|closed|badgw",
     "incomplete request is not handed on as complete")
case("cl-short-stall", "9112 8", post("Content-Length: 10\r\n", "hello"), "reject|closed|status:408,504", "body timeout")
case("host-in-connection", "9110 7.6.1", get("Connection: close, Host\r\n"), "ok|reject")
case("body-1m", "9112 6.2", post("Content-Length: 1048576\r\n", "0123456789abcdef" * 65536), "ok|reject:413",
     see=[o_body(b"0123456789abcdef" * 65536)])

# Transfer-Encoding.
case("te", "9112 7.1", post(CHUNKED, HELLO), "ok", see=[o_body(b"hello")])
case("te-case", "9112 7", post("tRANSFER-eNCODING: cHUNKED\r\n", HELLO), "ok", see=[o_body(b"hello")])
case("te-ows", "9110 5.5", post("Transfer-Encoding: \t chunked \t\r\n", HELLO), "ok", see=[o_body(b"hello")])
case("te-cl", "9112 6.3", post("Content-Length: 15\r\n" + CHUNKED, HELLO), "reject|ok+close",
     "reject, or TE wins and the connection MUST close", see=[o_body(b"hello")])
case("te-cl-order", "9112 6.3", post(CHUNKED + "Content-Length: 15\r\n", HELLO), "reject|ok+close", see=[o_body(b"hello")])
case("te-cl-hidden", "CL.TE", post("Content-Length: @LEN@\r\n" + CHUNKED, LAST + HIDDEN), "reject|ok+close",
     "CL.TE: the hidden request must not be served", linger=0.4)
case("te-cl-bad", "9112 6.3", post("Content-Length: abc\r\n" + CHUNKED, HELLO), "reject|ok+close", see=[o_body(b"hello")])
case("te-cl-close", "9112 6.1", post("Content-Length: 15\r\n" + CHUNKED, HELLO) + get(target=S), "reject|ok+close",
     "pipelined request after CL+TE is not served", linger=0.4)
case("te-unknown", "9112 6.1", post("Transfer-Encoding: cow\r\n", HELLO), "reject", "501 for an unknown coding")
case("te-gzip-chunked", "9112 6.1", post("Transfer-Encoding: gzip, chunked\r\n", HELLO), "reject",
     "a gateway that does not know the coding refuses it")
case("te-empty", "9112 6.1", post("Transfer-Encoding:\r\nContent-Length: 5\r\n", "hello"), "reject|ok",
     see=[o_body(b"hello"), o_lacks("Transfer-Encoding")])
case("te-comma-first", "9110 5.6.1", post("Transfer-Encoding: ,chunked\r\n", HELLO), "reject|ok",
     "empty list elements are ignored; forwarded clean", see=[o_body(b"hello")])
case("te-comma-last", "9110 5.6.1", post("Transfer-Encoding: chunked,\r\n", HELLO), "reject|ok", see=[o_body(b"hello")])
case("te-two-fields", "9112 6.1", post(CHUNKED + CHUNKED, HELLO), "reject", "chunked applied twice")
case("te-two-fields-identity", "9112 6.1", post(CHUNKED + "Transfer-Encoding: identity\r\n", HELLO), "reject")
case("te-two-fields-cow", "9112 6.1", post("Transfer-Encoding: cow\r\n" + CHUNKED, HELLO), "reject")
case("te-10", "9112 6.1", post(CHUNKED, HELLO, version="HTTP/1.0"), "reject|ok+close", "TE in HTTP/1.0 is faulty framing")
case("te-10-cl-keep", "9112 6.1",
     post(CHUNKED + "Content-Length: @LEN@\r\nConnection: keep-alive\r\n", LAST + HIDDEN, version="HTTP/1.0"), "reject|ok+close",
     linger=0.4)
case("te-trailers-te", "9110 10.1.4", get("TE: trailers\r\nConnection: TE\r\n"), "ok", see=[])

# Chunked bodies.
case("ch-multi", "9112 7.1", post(CHUNKED, "3\r\nhel\r\n2\r\nlo\r\n" + LAST), "ok", see=[o_body(b"hello")])
case("ch-hex-case", "9112 7.1", post(CHUNKED, "A\r\n0123456789\r\na\r\n0123456789\r\n" + LAST), "ok",
     see=[o_body(b"0123456789" * 2)])
case("ch-empty", "9112 7.1", post(CHUNKED, LAST), "ok", see=[o_body(b"")])
case("ch-last-zeros", "9112 7.1", post(CHUNKED, "5\r\nhello\r\n000\r\n\r\n"), "ok|reject", see=[o_body(b"hello")])
case("ch-size-zeros", "9112 7.1", post(CHUNKED, "00000000000000000005\r\nhello\r\n" + LAST), "ok|reject", see=[o_body(b"hello")])
case("ch-ext", "9112 7.1.1", post(CHUNKED, "5;a=b\r\nhello\r\n0;c\r\n\r\n"), "ok", "unknown extensions are ignored",
     see=[o_body(b"hello")])
case("ch-ext-quoted", "9112 7.1.1", post(CHUNKED, '5;a="b;\\"c"\r\nhello\r\n' + LAST), "ok|reject", see=[o_body(b"hello")])
case("ch-ext-bws", "9112 7.1.1", post(CHUNKED, "5 ; a = b\r\nhello\r\n" + LAST), "ok|reject", see=[o_body(b"hello")])
case("ch-ext-bare", "9112 7.1.1", post(CHUNKED, "5;\r\nhello\r\n" + LAST), "ok|reject", see=[o_body(b"hello")])
case("ch-ext-64k", "CVE-2023-39326", post(CHUNKED, "5;a=" + "b" * 65536 + "\r\nhello\r\n" + LAST), "ok|reject",
     "bounded or discarded", see=[o_body(b"hello")])
case("ch-ext-nul", "9112 7.1.1", post(CHUNKED, "5;\0\r\nhello\r\n" + LAST), "reject|ok", see=[o_body(b"hello")])
case("ch-ext-cr", "http-garden", post(CHUNKED, "5;a\rb\r\nhello\r\n" + LAST), "reject|ok", see=[o_body(b"hello")])
case("ch-ext-lf", "TERM.EXT", post(CHUNKED, "5;\nhello\r\n" + LAST), "reject|ok", see=[o_body(b"hello")])
for _n, _v in [("letters", "g"), ("minus", "-5"), ("plus", "+5"), ("hex", "0x5"), ("hex-zero", "0x0"), ("underscore", "0_5"),
               ("float", "5.0"), ("comma", "5,"), ("text-after", "5these"), ("empty", ""), ("space-inside", "0 5"),
               ("overflow", "10000000000000005"), ("overflow-far", "f" * 32 + "5"), ("uint64", "ffffffffffffffff"),
               ("int64", "8000000000000000"), ("arabic", "\xd9\xa5"), ("nul", "5\0"), ("vt", "5\x0b"), ("quote", '"5"')]:
    case("ch-size-" + _n, "9112 7.1", post(CHUNKED, f"{_v}\r\nhello\r\n" + LAST),
         "reject" if _n not in ("uint64", "int64") else "reject|silent", "invalid chunk-size")
case("ch-size-space-before", "9112 7.1", post(CHUNKED, " 5\r\nhello\r\n" + LAST), "reject|ok", see=[o_body(b"hello")])
case("ch-size-space-after", "9112 7.1", post(CHUNKED, "5 \r\nhello\r\n" + LAST), "reject|ok", "old servers pad with spaces",
     see=[o_body(b"hello")])
case("ch-size-tab-after", "9112 7.1", post(CHUNKED, "5\t\r\nhello\r\n" + LAST), "reject|ok", see=[o_body(b"hello")])
case("ch-size-plus-zero", "http-garden", post(CHUNKED, "+0\r\n\r\n" + HIDDEN), "reject", linger=0.3)
case("ch-no-crlf", "9112 7.1", post(CHUNKED, "5\r\nhello0\r\n\r\n"), "reject|silent|closed")
case("ch-data-long", "9112 7.1", post(CHUNKED, "5\r\nhelloXX\r\n" + LAST), "reject", "chunk data longer than its size")
case("ch-data-short", "9112 7.1", post(CHUNKED, "6\r\nhello\r\n" + LAST), "reject|silent|ok",
     "ok: the CR is data and a bare LF ends it", see=[o_body(b"hello\r")])
case("ch-term-xx", "http-garden", post(CHUNKED, "5\r\nhelloXX" + LAST), "reject")
case("ch-term-lf", "9112 7.1", post(CHUNKED, "5\r\nhello\n" + LAST), "reject|ok", "bare LF after chunk data",
     see=[o_body(b"hello")])
case("ch-term-cr", "9112 7.1", post(CHUNKED, "5\r\nhello\r" + LAST), "reject")
case("ch-lf-only", "9112 7.1", post(CHUNKED, HELLO.replace("\r\n", "\n")), "reject|ok|silent", see=[o_body(b"hello")])
case("ch-cr-only", "9112 7.1", post(CHUNKED, "5\rhello\r0\r\r"), "reject|silent")
case("ch-last-xx", "http-garden", post(CHUNKED, "5\r\nhello\r\n0\r\nXX"), "silent|reject",
     "last chunk is not ended by any two bytes")
case("ch-extra-crlf", "http-garden", post(CHUNKED, "5\r\nhello\r\n\r\n" + LAST), "reject")
case("ch-no-last", "9112 8", [post(CHUNKED, "5\r\nhello\r\n"), "shutwr"], "reject|closed|badgw", "incomplete is not complete")
case("ch-cut-size", "9112 8", [post(CHUNKED, "5\r\nhello\r\n1"), "shutwr"], "reject|closed|badgw")
case("ch-cut-data", "9112 8", [post(CHUNKED, "a\r\nhello"), "shutwr"], "reject|closed|badgw")
case("ch-stall", "9112 8", post(CHUNKED, "5\r\nhello\r\n"), "reject|closed|status:408,504", "body timeout")
case("ch-trailer", "9112 7.1.2", post(CHUNKED, "5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n"), "ok", see=[o_body(b"hello"), o_lacks("X-T")])
for _n, _f in [("cl", "Content-Length: 99"), ("te", "Transfer-Encoding: chunked"), ("host", "Host: evil.test"),
               ("auth", "Authorization: Basic eA=="), ("xff", "X-Forwarded-For: 6.6.6.6")]:
    case("ch-trailer-" + _n, "9110 6.5.1", post(CHUNKED, f"5\r\nhello\r\n0\r\n{_f}\r\n\r\n"), "ok|reject",
         "a trailer never becomes a header field",
         see=[o_body(b"hello"), o_host("gw.test"), o_lacks("Authorization"), o_lacks("X-Forwarded-For", "6.6.6.6")])
case("ch-trailer-bad", "9112 7.1.2", post(CHUNKED, "5\r\nhello\r\n0\r\nno colon here\r\n\r\n"), "ok|reject",
     see=[o_body(b"hello")])
case("ch-trailer-lf", "9112 7.1.2", post(CHUNKED, "5\r\nhello\r\n0\nX-T: 1\n\n"), "ok|reject|silent", see=[o_body(b"hello")])
case("ch-trailer-100k", "9112 7.1.2", post(CHUNKED, "5\r\nhello\r\n0\r\n" + "X-T: tttttttttttttttt\r\n" * 5000 + "\r\n"),
     "ok|reject", "bounded or discarded", see=[o_body(b"hello")])
case("ch-trailer-next", "9112 7.1.2", post(CHUNKED, "5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n") + get(target=P + "/2"), "ok:2",
     see=[r_in_order("target=/c/ch-trailer-next", "/2")])
case("ch-then-next", "9112 9.3", post(CHUNKED, HELLO) + get(target=P + "/2"), "ok:2",
     see=[r_in_order("target=/c/ch-then-next", "/2")])
case("ch-then-nul", "http-garden", post(CHUNKED, LAST) + "\0", "ok|ok+end|ok+close", "a surplus byte must not crash anything")
case("ch-dribble", "9112 7.1", [post(CHUNKED, "")] + [x for ch in HELLO for x in (ch, 0.01)], "ok", "one byte a segment",
     see=[o_body(b"hello")])
case("ch-1-byte-x2000", "9112 7.1", post(CHUNKED, "1\r\nz\r\n" * 2000 + LAST), "ok", see=[o_body(b"z" * 2000)])
case("ch-1m", "9112 7.1", post(CHUNKED, ("10000\r\n" + "0123456789abcdef" * 4096 + "\r\n") * 16 + LAST), "ok",
     see=[o_body(b"0123456789abcdef" * 65536)])
