# SPDX-License-Identifier: Apache-2.0
"""What a client may say before the body: the request line, the target, the path, header fields."""

from .cases import H, HELLO, HIDDEN, LAST, P, case, get, post
from .outcomes import o_body, o_has, o_host, o_joined, o_lacks, o_method, o_target

# Request line.
case("get", "9112 3", get(), "ok", "plain request", see=[o_method("GET"), o_target(P)])
case("method-unknown", "9110 9.1", get(method="BREW"), "ok|reject:400,405,501", "unknown method: forward as is or refuse",
     see=[o_method("BREW")])
case("method-lower", "9110 9.1", get(method="get"), "ok|reject:400,405,501",
     "methods are case-sensitive: never turn 'get' into 'GET'", see=[o_method("get")])
case("method-lower-refused", "nginx", get(method="get"), "must400", "nginx takes A to Z, - and _ alone")
case("method-bad-char", "9112 3.1", get(method="GE(T"), "reject", "method is a token")
case("method-quoted", "9112 3.1", get(method='G=":<>(e),[T];?"'), "reject",
     "method taken as its longest valid prefix (http-garden)")
case("method-nul", "9112 3.1", get(method="G\0T"), "reject")
case("method-high-bit", "9112 3.1", get(method="G\xc9T"), "reject")
case("method-empty", "9112 3", f" {P} HTTP/1.1\r\n{H}\r\n", "reject")
case("method-100k", "9112 3", get(method="A" * 100000), "reject", "bounded request line")
case("two-spaces", "9112 3", f"GET  {P} HTTP/1.1\r\n{H}\r\n", "reject|ok",
     "lenient whitespace parsing is allowed, forwarding it is not")
case("tab-separator", "9112 3", f"GET\t{P}\tHTTP/1.1\r\n{H}\r\n", "reject|ok")
case("trailing-space", "9112 3", f"GET {P} HTTP/1.1 \r\n{H}\r\n", "reject|ok")
case("no-version", "9112 3", f"GET {P}\r\n\r\n", "reject|raw09", "HTTP/0.9 simple request")
case("no-version-headers", "9112 3", f"GET {P}\r\n{H}\r\n", "reject|raw09", "HTTP/0.9 line followed by fields")
case("no-target", "9112 3", f"GET HTTP/1.1\r\n{H}\r\n", "reject|raw09", "two-word request line")
case("space-in-target", "9112 3.2", f"GET {P} x HTTP/1.1\r\n{H}\r\n", "reject",
     "SHOULD be 400; a naive split takes the wrong version")
case("target-ctl", "9112 3.2", get(target=P + "/\x01"), "reject")
case("target-del", "9112 3.2", get(target=P + "/\x7f"), "reject")
case("target-nul", "9112 3.2", get(target=P + "/\0x"), "reject")
case("target-cr", "9112 2.2", get(target=P + "\rX"), "reject", "bare CR in the request line")
case("target-high-bit", "9112 3.2", get(target=P + "/\xc3\xa9"), "reject|ok",
     "raw UTF-8 path; forwarding as is or encoded is tolerated")
case("target-overlong-utf8", "3629 3", get(target=P + "/\xc0\xaf..\xc0\xaf"), "reject|ok")
case("target-fragment", "9112 3.2.1", get(target=P + "#frag"), "reject|ok", "origin-form has no fragment (CVE-2023-45539 class)",
     see=[o_target(P, P + "%23frag")])
case("target-relative", "9112 3.2.1", get(target="c/target-relative"), "reject", "no leading slash")
case("target-query-only", "9112 3.2.1", get(target="?x=1"), "reject")
case("target-bang", "9112 3.2", get(target="!"), "reject")
case("target-8000", "9112 3", get(target=P + "?" + "a" * 7900), "ok", "request lines of 8000 octets RECOMMENDED")
case("target-64k", "9112 3", get(target=P + "?" + "a" * 65536), "reject:400,414,431", "URI too long")
case("target-1m", "9112 3", get(target=P + "?" + "a" * 1048576), "reject:400,414,431",
     "bounded memory; may be reset while still sending")
case("line-never-ends", "9112 3", ["GET /" + "a" * 65536, "b" * 65536, "c" * 65536], "reject",
     "endless request line is refused before its end")
case("version-lower", "9112 2.3", get(version="http/1.1"), "reject", "HTTP-name is case-sensitive")
case("version-0-9", "9112 2.3", get(version="HTTP/0.9"), "reject")
case("version-1-2", "9112 2.3", get(version="HTTP/1.2"), "ok|reject:400,505", "higher minor version: treat as 1.1")
case("version-2-0", "9112 2.3", get(version="HTTP/2.0"), "reject|ok",
     "major version 2 without the preface; forwarding needs HTTP/1.1 (A1)")
case("version-9-9", "9112 2.3", get(version="HTTP/9.9"), "reject|ok")
case("version-1-10", "9112 2.3", get(version="HTTP/1.10"), "reject|ok", "one digit each")
case("version-short", "9112 2.3", get(version="HTTP/1"), "reject")
case("version-zero", "9112 2.3", get(version="HTTP/01.1"), "reject")
case("version-plus", "9112 2.3", get(version="HTTP/+1.1"), "reject")
case("version-text", "9112 2.3", get(version="HTTP/1.1abc"), "reject")
case("version-huge", "9112 2.3", get(version="HTTP/4294967297.1"), "reject", "integer wrap in the version")
case("version-space", "9112 2.3", get(version="HTTP/ 1.1"), "reject")
case("version-other", "9112 2.3", get(version="HTCPCP/1.0"), "reject")
case("lf-only", "9112 2.2", get().replace("\r\n", "\n"), "ok|reject", "bare LF MAY be taken as a line end; A1: forwarded as CRLF")
case("lf-request-line", "9112 2.2", f"GET {P} HTTP/1.1\n{H}\r\n", "ok|reject")
case("cr-only", "9112 2.2", get().replace("\r\n", "\r"), "reject|silent", "bare CR is not a line end")
case("lf-inside-line", "9112 3", f"GET {P}\nHTTP/1.1\r\n{H}\r\n", "reject|raw09", "LF is not a separator in the request line")
case("leading-crlf", "9112 2.2", "\r\n" + get(), "ok", "SHOULD ignore one empty line before the request")
case("leading-crlf-3", "9112 2.2", "\r\n\r\n\r\n" + get(), "ok|reject")
case("leading-space", "9112 3", " " + get(), "reject")
case("leading-nul", "9112 3", "\0" + get(), "reject")
case("crlf-only", "9112 2.2", "\r\n\r\n", "silent|closed|reject")
case("garbage", "9112 2.2", "\x80\x81\xfe\xff\x00\x01\r\n\r\n" * 4, "reject")
case("tls-hello", "8446 4.1.2", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\x5a" * 64 + "\r\n\r\n", "reject",
     "TLS on the plain port")
case("socks", "1928", "\x05\x01\x00", "reject|silent")
case("h2-preface", "9113 3.4", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", "reject|h2", "either speak HTTP/2 or refuse")
case("proxy-v1", "PROXY protocol", "PROXY TCP4 192.0.2.7 192.0.2.8 1 2\r\n" + get(), "reject",
     "must not be believed unless configured")

# Request target forms.
case("absolute", "9112 3.2.2", get(target=f"http://gw.test{P}"), "ok", "MUST accept absolute-form", see=[o_target(P)])
case("absolute-other-host", "9112 3.2.2", get(target=f"http://gw.test{P}", host="Host: evil.test\r\n"), "ok|reject:400,421",
     "Host MUST be ignored in favour of the target", see=[o_host("gw.test")])
case("absolute-no-path", "9112 3.2.1", get("X-Case: absolute-no-path\r\n", target="http://gw.test"), "ok", see=[o_target("/")])
case("absolute-query-only", "9112 3.2.1", get(target="http://gw.test?x=1"), "ok|reject", see=[o_target("/?x=1", "?x=1")])
case("absolute-userinfo", "9110 4.2.4", get(target=f"http://user:pw@gw.test{P}"), "reject|ok", "userinfo must not travel on",
     see=[o_host("gw.test")])
case("absolute-upper-scheme", "9110 4.2.3", get(target=f"HTTP://gw.test{P}"), "ok|reject", see=[o_target(P)])
case("absolute-bad-port", "9110 4.2", get(target=f"http://gw.test:99999{P}"), "reject|ok")
case("absolute-file", "9110 4.2", get(target="file:///etc/passwd"), "reject|ok|status:404", "never opens a file",
     never=[lambda r: "leaked a file" if b"root:" in r.data else None])
case("authority-get", "9112 3.2.3", get(target="gw.test:80"), "reject", "authority-form is for CONNECT only")
case("connect", "9110 9.3.6", get(method="CONNECT", target="gw.test:443"), "reject|ok",
     "a reverse proxy opens no tunnels (ok: answered by the origin as a request)")
case("connect-internal", "9110 9.3.6", get(method="CONNECT", target="127.0.0.1:22") + "SSH-2.0-probe\r\n", "reject",
     "no tunnel to an address of the client's choice", linger=0.4)
case("connect-path", "9110 9.3.6", get(method="CONNECT"), "reject|ok")
case("options-star", "9110 9.3.7", get(method="OPTIONS", target="*"), "ok|reject:400,403,405,501|status:200,204", see=[])
case("get-star", "9112 3.2.4", get(target="*"), "reject", "asterisk-form is for OPTIONS only")
case("trace", "9110 9.3.8", get("Authorization: Basic c2VjcmV0\r\nCookie: s=1\r\n", method="TRACE"), "reject|ok",
     "gateway itself must not echo credentials", never=[lambda r: "TRACE echoed credentials" if b"c2VjcmV0" in r.data else None])

# Paths.
case("path-encoded-slash", "3986 2.2", get(target=P + "%2Fa"), "ok", "%2F is not '/'", see=[o_target(P + "%2Fa", P + "%2fa")])
case("path-encoded-unreserved", "3986 6.2.2.2", get(target=P + "/%41"), "ok", see=[o_target(P + "/%41", P + "/A")])
case("path-encoded-space", "3986 2.1", get(target=P + "/a%20b"), "ok", see=[o_target(P + "/a%20b")])
case("path-semicolon", "3986 3.3", get(target=P + "/a;v=1/b"), "ok", see=[o_target(P + "/a;v=1/b")])
case("path-double-slash", "3986 3.3", get(target=P + "//a"), "ok", see=[o_target(P + "//a", P + "/a")])
case("path-plus", "3986 3.3", get(target=P + "/a+b"), "ok", see=[o_target(P + "/a+b")])
case("path-percent-nul", "3986 2.1", get(target=P + "/%00x"), "reject|ok", "never decoded on the way",
     see=[o_target(P + "/%00x")])
case("path-percent-crlf", "CRLF injection", get(target=P + "/%0d%0aX-Injected:%20yes"), "ok|reject", see=[o_lacks("X-Injected")],
     never=[lambda r: "injected" if any(x.get("x-injected") for x in r.replies) else None])
case("path-bad-percent", "3986 2.1", get(target=P + "/%zz"), "ok|reject")
case("path-cut-percent", "3986 2.1", get(target=P + "/%4"), "ok|reject")
case("path-backslash", "3986 3.3", get(target=P + "\\..\\x"), "ok|reject", "'\\' is not '/'",
     see=[o_target(P + "\\..\\x", P + "%5C..%5Cx", P + "%5c..%5cx")])
case("path-dots-above-root", "3986 5.2.4", get(target="/../../../../etc/passwd"), "reject|ok|status:404",
     never=[lambda r: "leaked a file" if b"root:" in r.data else None])
case("path-dots-encoded", "3986 6.2.2", get(target="/%2e%2e/%2e%2e/etc/passwd"), "reject|ok|status:404",
     never=[lambda r: "leaked a file" if b"root:" in r.data else None])
case("path-2000-segments", "9112 3", get(target=P + "/a" * 2000), "ok|reject")
case("query-bytes", "3986 3.4", get(target=P + "?a=%20&b=+&c=%zz&d=/?&e=[]|\"'"), "ok|reject", "query forwarded byte for byte",
     see=[o_target(P + "?a=%20&b=+&c=%zz&d=/?&e=[]|\"'")])
case("query-empty", "3986 3.4", get(target=P + "?"), "ok", see=[o_target(P + "?", P)])
case("query-6k", "9112 3", get(target=P + "?q=" + "x" * 6000), "ok")

# Header fields.
case("field-no-space", "9112 5", get("X-A:1\r\n"), "ok", see=[o_has("X-A", "1")])
case("field-ows", "9112 5", get("X-A: \t  1 \t \r\n"), "ok", "OWS is not part of the value", see=[o_has("X-A", "1")])
case("field-empty", "9112 5", get("X-A:\r\n"), "ok", see=[])
case("field-case", "9110 5.1", f"GET {P} HTTP/1.1\r\nhOsT: gw.test\r\ncOOkie: a=b\r\n\r\n", "ok",
     see=[o_has("Cookie", "a=b"), o_host("gw.test")])
case("field-all-tchars", "9110 5.6.2", get("X!#$%&'*+-.^`|~9z: 1\r\n"), "ok",
     "every tchar is allowed; a gateway may drop odd names", see=[])
case("field-underscore", "nginx underscores_in_headers", get("X_A: 1\r\n"), "ok|reject", "kept or dropped")
case("field-underscore-cl", "smuggling", post("Content_Length: 0\r\nContent-Length: 5\r\n", "hello"), "ok|reject",
     see=[o_body(b"hello")])
case("field-underscore-te", "smuggling", post("Transfer_Encoding: chunked\r\nContent-Length: 5\r\n", LAST), "ok|reject",
     see=[o_body(LAST.encode())])
case("field-repeat", "9110 5.2", get("X-M: a\r\nX-M: b\r\n"), "ok", "order of repeated fields is kept",
     see=[o_joined("X-M", "a,b")])
case("field-obs-text", "9110 5.5", get("X-A: caf\xe9\r\n"), "ok|reject", see=[o_has("X-A", "caf\xe9")])
case("field-tab-inside", "9110 5.5", get("X-A: a\tb\r\n"), "ok", see=[o_has("X-A", "a\tb")])
case("field-cookies", "6265 5.4", get("Cookie: a=1; b=2\r\n"), "ok", see=[o_has("Cookie", "a=1; b=2")])
case("colon-space", "9112 5.1", get("X-A : 1\r\n"), "must400", "whitespace between name and colon MUST be 400")
case("colon-tab", "9112 5.1", get("X-A\t: 1\r\n"), "must400")
case("colon-space-host", "9112 5.1", f"GET {P} HTTP/1.1\r\nHost : gw.test\r\n\r\n", "must400")
case("colon-space-cl", "9112 5.1", post("Content-Length : 5\r\n", "hello"), "must400")
case("colon-space-te", "9112 5.1", post("Transfer-Encoding : chunked\r\nContent-Length: 5\r\n", LAST + HIDDEN), "must400")
case("name-space", "9110 5.1", get("X A: 1\r\n"), "reject|ok", "dropped or refused (A1)", see=[o_lacks("x a")])
case("name-empty", "9112 5", get(": 1\r\n"), "reject|ok")
case("name-only-colon", "9112 5", f"GET {P} HTTP/1.1\r\n:\r\n{H}\r\n", "reject|ok",
     "must not truncate the block: Host still counts")
case("name-vt-te", "http-garden", post("Transfer-Encoding\x0b: chunked\r\nContent-Length: 5\r\n", LAST), "must400", "as nginx")
case("name-ctl-cl", "http-garden", post("Content-Length\x01: 5\r\n", "hello"), "must400", "as nginx")
case("name-space-inside", "9110 5.1", get("X y: 5\r\n"), "must400", "as nginx")
case("name-none", "9112 5", get(": 4\r\n"), "must400", "as nginx")
case("name-del", "9110 5.1", get("X\x7f: 1\r\n"), "must400", "as nginx")
case("authorization-twice", "nginx", get("Authorization: Basic dTpw\r\nAuthorization: Basic dTpx\r\n"), "must400",
     "the first might be checked here and the second there")
case("name-x85-cl", "http-garden", post("Content-Length\x85: 5\r\n", "hello"), "reject|ok+end",
     "not a Content-Length, though some back ends trim \\x85")
case("no-colon", "9112 5", get("X-A 1\r\n"), "reject|ok", "refused or dropped")
case("no-colon-cl", "http-garden", post("Content-Length 5\r\n", "hello"), "reject|ok+end")
case("split-name", "http-garden", post("Transfer-\r\nEncoding: chunked\r\nContent-Length: 5\r\n", LAST), "reject|ok",
     see=[o_body(LAST.encode())])
case("first-line-space", "9112 2.2", f"GET {P} HTTP/1.1\r\n X-A: 1\r\n{H}\r\n", "reject|ok", "refuse, or discard the line",
     see=[o_lacks("X-A")])
case("first-line-space-host", "9112 2.2", f"GET {P} HTTP/1.1\r\n Host: evil.test\r\n{H}\r\n", "reject|ok",
     see=[o_host("gw.test")])
case("first-line-tab-cl", "http-garden", f"POST {P} HTTP/1.1\r\n\tContent-Length: 5\r\n{H}\r\nhello", "reject|ok+end")
case("obs-fold", "9112 5.2", get("X-A: 1\r\n 2\r\n"), "reject|ok", "400, or replaced by spaces (A1)")
case("obs-fold-tab", "9112 5.2", get("X-A: 1\r\n\t2\r\n"), "reject|ok")
case("obs-fold-lf", "9112 5.2", get("X-A: 1\n 2\r\n"), "reject|ok")
case("obs-fold-host", "9112 5.2", f"GET {P} HTTP/1.1\r\nHost:\r\n gw.test\r\n\r\n", "reject|ok", see=[o_host("gw.test")])
case("obs-fold-cl", "9112 5.2", post("Content-Length:\r\n 5\r\n", "hello"), "reject|ok", see=[o_body(b"hello")])
case("obs-fold-te", "9112 5.2", post("Transfer-Encoding:\r\n chunked\r\n", HELLO), "reject|ok", see=[o_body(b"hello")])
case("obs-fold-te-cl", "9112 6.1", post("Content-Length: 5\r\nTransfer-Encoding:\r\n chunked\r\n", LAST + HIDDEN),
     "reject|ok+close", linger=0.4)
case("value-nul", "9110 5.5", get("X-A: a\0b\r\n"), "reject|ok", "reject or replace (A1)")
case("value-nul-end", "9110 5.5", get("X-A: a\0\r\n"), "reject|ok")
case("value-cr", "9110 5.5", get("X-A: a\rb\r\n"), "reject|ok")
case("value-cr-injects", "9110 5.5", get("X-A: a\rX-Injected: b\r\n"), "reject|ok", see=[o_lacks("X-Injected")])
case("value-cr-end", "9110 5.5", get("X-A: a\r\r\n"), "reject|ok")
case("value-lf-line", "9112 2.2", get("X-A: a\nX-B: b\r\n"), "ok|reject", "LF taken as a line end gives two clean fields")
case("value-ctl", "9110 5.5", get("X-A: a\x01\x0b\x0c\x1b\x7fb\r\n"), "ok|reject", "other CTLs MAY be kept")
case("value-nul-host", "9110 5.5", get(host="Host: gw.test\0.evil.test\r\n"), "reject")
case("end-lf", "9112 2.2", f"GET {P} HTTP/1.1\r\n{H}\n", "ok|reject")
case("end-lf-cr", "9112 2.2", f"GET {P} HTTP/1.1\r\n{H}\n\r\n", "ok|reject|ok+end")
case("fields-60", "9110 5.4", get("".join(f"X-{i}: {i}\r\n" for i in range(60))), "ok", see=[o_has("X-59", "59")])
case("fields-10000", "9110 5.4", get("".join(f"X-{i}: {i}\r\n" for i in range(10000))), "reject", "bounded number of fields")
case("fields-1m", "9110 5.4", get("".join(f"X-{i}: {'v' * 1000}\r\n" for i in range(1000))), "reject", "bounded size of the head")
case("value-4k", "9110 5.4", get("X-A: " + "v" * 4000 + "\r\n"), "ok", see=[o_has("X-A", "v" * 4000)])
case("value-100k", "9110 5.4", get("X-A: " + "v" * 100000 + "\r\n"), "reject")
case("name-100k", "9110 5.4", get("X" * 100000 + ": 1\r\n"), "reject")
case("field-never-ends", "9110 5.4", [get("X-A: ")[:-2] + "v" * 65536] + ["v" * 65536] * 8, "reject",
     "endless field is refused before its end")
case("cookie-7k", "6265", get("Cookie: a=" + "c" * 7000 + "\r\n"), "ok")
