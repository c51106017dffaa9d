# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.x on the wire, as both sides of the probe read it: fields, the length of a body, chunks. What is not canonical
(RFC 9112) is noted as a fault, not refused."""

import re

TOKEN = re.compile(rb"^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$")
BARE_LF = re.compile(rb"(?<!\r)\n")
BARE_CR = re.compile(rb"\r(?!\n)")
HEAD_END = re.compile(rb"\r?\n\r?\n")
CHUNK_LINE = re.compile(rb"^([0-9A-Fa-f]{1,16})((?:[ \t]*;[^\r\n\0]*)?)$")


def parse_fields(lines, faults):
    """Header lines (bytes, no CRLF) -> [(lower-case name, value)], adding to faults what is not canonical."""
    out = []
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            faults.append("obs-fold or leading whitespace: %r" % line[:60])
            continue
        name, colon, value = line.partition(b":")
        if not colon:
            faults.append("field line without colon: %r" % line[:60])
            continue
        if not TOKEN.match(name):
            faults.append("bad field name: %r" % name[:60])
        if b"\0" in value or b"\r" in value or b"\n" in value:
            faults.append("NUL/CR/LF in a field value: %r" % line[:80])
        out.append((name.decode("latin-1").lower(), value.strip(b" \t").decode("latin-1")))
    return out


def values(fields, name):
    return [v for n, v in fields if n == name]


def body_length(fields, faults):
    """-> ('te', None) | ('cl', n) | ('none', 0) | ('bad', None) for a request or response head."""
    te, cl = values(fields, "transfer-encoding"), values(fields, "content-length")
    if te:
        if cl:
            faults.append("both Transfer-Encoding and Content-Length")
        if len(te) > 1 or te[0].lower() != "chunked":
            faults.append("Transfer-Encoding is not exactly one 'chunked': %r" % te)
            last = te[-1].split(",")[-1].strip().lower()
            return ("te", None) if last == "chunked" else ("bad", None)
        return ("te", None)
    if cl:
        if len(cl) > 1:
            faults.append("more than one Content-Length: %r" % cl)
        if not re.match(r"^[0-9]{1,18}$", cl[0]):
            faults.append("bad Content-Length: %r" % cl[0][:40])
            return ("bad", None)
        return ("cl", int(cl[0]))
    return ("none", 0)


def dechunk(buf):
    """-> (state, body, consumed, trailer lines, fault) with state in 'done', 'more', 'bad'."""
    body, i = b"", 0
    while True:
        j = buf.find(b"\n", i)
        if j < 0:
            return ("bad", body, i, [], "endless chunk line") if len(buf) - i > 70000 else ("more", body, i, [], None)
        line = buf[i:j]
        if not line.endswith(b"\r"):
            return "bad", body, i, [], "bare LF after chunk size: %r" % line[:40]
        m = CHUNK_LINE.match(line[:-1])
        if not m:
            return "bad", body, i, [], "bad chunk line: %r" % line[:40]
        size, i = int(m.group(1), 16), j + 1
        if size == 0:
            break
        if len(buf) < i + size + 2:
            return "more", body + buf[i:i + size], i, [], None
        if buf[i + size:i + size + 2] != b"\r\n":
            return "bad", body, i, [], "chunk data not followed by CRLF"
        body += buf[i:i + size]
        i += size + 2
    trailers = []
    while True:
        j = buf.find(b"\n", i)
        if j < 0:
            return "more", body, i, [], None
        line = buf[i:j]
        i = j + 1
        if not line.endswith(b"\r"):
            return "bad", body, i, [], "bare LF in trailers"
        if line == b"\r":
            return "done", body, i, trailers, None
        trailers.append(line[:-1])
