# SPDX-License-Identifier: Apache-2.0
"""The table of conf/doc/caching.md, cell by cell: the guide is what is tested. Each row is one answer of the origin; each
test is one column of one row, and bears their names. Lifetimes count down, so what is measured may be less than what stands
there by the seconds that the test took, and never more."""

import re
import time
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path

from harness import GatewayTest, answer, main, signgate

GUIDE = Path(__file__).parents[2] / "conf/doc/caching.md"
DATE = re.compile(r"<now ([+-]) (\d+) s>")
FIELDS = ("cache-control", "expires", "surrogate-control", "cdn-cache-control", "cloudflare-cdn-cache-control",
          "vercel-cdn-cache-control", "netlify-cdn-cache-control", "akamai-cache-control", "edge-control", "x-accel-expires",
          "age", "vary", "pragma", "last-modified", "etag")
LINK = b'<img src="/media/a.jpg">'

RULE = """
[media.{name}]
links = ["/media/"]
target = "https://d{number}11111abcdef8.cloudfront.net/m/"
key = ["KRSA"]
ttl = "1h"
{more}
"""
ROUTE = """
[[server.route]]
location = "/{name}/"
proxy_pass = "http://origin"
{more}
"""


def names_field(text):
    return re.match(r"[A-Za-z-]+:(?!/)", text) is not None


def field(text):
    """A code span of the guide as a field; one without a name is Cache-Control."""
    if not names_field(text):
        return ("Cache-Control", text)
    name, _, value = text.partition(":")
    return (name, value.strip())


class Row:
    """One row of the guide's table."""

    def __init__(self, line):
        said, *cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        self.text = said
        spans = re.findall(r"`([^`]+)`", said)
        self.status = next((span for span in spans if re.match(r"\d{3} [A-Z]", span)), "200 OK")
        self.fields = [field(span) for span in spans if span != self.status]
        if not any(name == "ETag" for name, _ in self.fields) and "no ETag" not in said:
            self.fields.append(("ETag", '"v1"'))
        if not any(name == "Date" for name, _ in self.fields) and "no Date" not in said:
            self.fields.append(("Date", "<now + 0 s>"))
        self.get, self.viewer, self.kept = [[field(span) for span in re.findall(r"`([^`]+)`", cell)] for cell in cells]
        self.keeps = cells[2] != "none"
        self.name = re.sub(r"\W+", "_", said).strip("_").lower()

    def answer(self, status, body=LINK, kind="text/html"):
        made = [(name, DATE.sub(lambda span: at(span), value)) for name, value in self.fields]
        if status.startswith(("301", "308")):
            made.append(("Location", "/media/a.jpg"))
        bodiless = status.startswith("304")
        return answer(b"" if bodiless else body, status=status, length=not bodiless, fields=[("Content-Type", kind), *made])


def at(span):
    return formatdate(time.time() + int(span[1] + span[2]), usegmt=True)


def rows():
    lines = iter(GUIDE.read_text().splitlines())
    for line in lines:
        if line.startswith("| the upstream says | GET |"):
            break
    next(lines)
    found = []
    for line in lines:
        if not line.startswith("|"):
            break
        found.append(Row(line))
    return found


class CachingTable(GatewayTest):
    configuration = "".join([
        'worker_processes = 1\nproxy_pass_header = ["X-Accel-Expires"]\n',
        '[[server]]\nlisten = ["127.0.0.1:0"]\naccess_log = "off"\n',
        ROUTE.format(name="page", more='sign = ["plain"]'),
        ROUTE.format(name="shared", more='sign = ["shared"]'),
        ROUTE.format(name="mixed", more='sign = ["shared", "other"]'),
        ROUTE.format(name="judged", more='sign = ["shared"]\nauth_request = "/auth"'),
        ROUTE.format(name="bound", more='sign = ["bound"]'),
        ROUTE.format(name="granted", more='sign = ["granted"]'),
        ROUTE.format(name="unsigned", more=""),
        '[[server.route]]\nlocation = "= /auth"\nproxy_pass = "http://origin"\ninternal = "on"\n',
        '[upstream.origin]\nserver = ["@ORIGIN@"]\n[key.KRSA]\nprivate_key = "private_key.pem"\n',
        RULE.format(name="plain", number=1, more=""),
        RULE.format(name="shared", number=2, more='cache = "shared"'),
        RULE.format(name="other", number=3, more=""),
        RULE.format(name="bound", number=4, more='policy = "custom"\nip = "client"'),
        RULE.format(name="granted", number=5, more='grant = "header"'),
    ])

    @classmethod
    def prepare(cls, folder):
        made = signgate("keygen", "--out-dir", folder)
        if made.returncode != 0:
            raise AssertionError(made.stderr)

    def serve(self, row, path, **options):
        def handle(conversation, request):
            conditional = request.get("If-None-Match") or request.get("If-Modified-Since")
            made = row.answer("304 Not Modified" if conditional else row.status, **options)
            conversation.send(made.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if request.method == "HEAD" else made)
        self.origin.on(path, handle)
        self.origin.on("/auth", answer(b"", status="204 No Content", length=False))

    def ask(self, row, path, fields="", method="GET", **options):
        self.began = time.time()
        self.serve(row, path, **options)
        return self.gateway.get(path, fields, method=method)

    def expect(self, got, cell, etag, counts_down=False):
        """The caching fields of the answer are those of the cell, and no others. Where the cell depends on a time, what is
        left of it may be less by now."""
        elapsed = int(time.time() - self.began) + 2
        counts_down = counts_down or any(DATE.fullmatch(value) for _, value in cell)
        wanted = dict(cell)
        if etag is not None:
            wanted["ETag"] = wanted.get("ETag", etag)
        wanted = {name.lower(): value for name, value in wanted.items() if value}
        seen = {name: ", ".join(got.all(name)) for name in FIELDS if any(got.all(name))}
        self.assertEqual(sorted(seen), sorted(wanted), got.head.fields)
        for name, value in wanted.items():
            self.expect_value(name, seen[name], value, elapsed, elapsed if counts_down else 0)

    def expect_value(self, name, seen, wanted, elapsed, gone):
        date = DATE.fullmatch(wanted)
        if date:
            late = parsedate_to_datetime(seen).timestamp() - self.began - int(date[1] + date[2])
            self.assertTrue(-elapsed <= late <= elapsed, f"{name}: {seen} is {late} s off")
            return
        if name == "etag":
            self.assertRegex(seen, "^" + re.escape(wanted).replace(re.escape("…"), '[^"]*') + "$")
            return
        self.assertEqual(re.sub(r"\d+", "N", seen), re.sub(r"\d+", "N", wanted), name)
        for one, other in zip(re.findall(r"\d+", seen), re.findall(r"\d+", wanted)):
            self.assertTrue(int(other) - gone <= int(one) <= int(other), f"{name}: {seen}, not {wanted}")

    def aged_tag(self, row, path, fields=""):
        """The page's tag as if it had been signed 1200 seconds ago."""
        tag = self.ask(row, path, fields).get("ETag")
        signed = re.match(r'W/"sg1-([0-9a-f]+)-', tag)
        return tag.replace(signed[1], f"{int(signed[1], 16) - 1200:x}", 1)

    # ---- the columns

    def column_get(self, row):
        got = self.ask(row, "/page/x")
        self.assertEqual(f"{got.status}", row.status[:3])
        self.assertIn(b"Signature=", got.body)
        self.expect(got, row.get, OURS)

    def column_with_a_cookie(self, row):
        self.expect(self.ask(row, "/page/x", "Cookie: a=b\r\n"), row.viewer, OURS)

    def column_with_authorization(self, row):
        self.expect(self.ask(row, "/page/x", "Authorization: Basic eDp5\r\n"), row.viewer, OURS)

    def column_shared_with_a_cookie(self, row):
        self.expect(self.ask(row, "/shared/x", "Cookie: a=b\r\n"), row.get, OURS)

    def column_shared_with_authorization(self, row):
        said = {}
        for name, value in row.fields:
            said[name] = said.get(name, "") + "," + value
        cell = []
        for name, value in row.get:
            storable = re.search(r"\b(public|s-maxage|must-revalidate)\b", said.get(name, ""))
            cell.append((name, value if storable else value.removesuffix(", must-revalidate")))
        self.expect(self.ask(row, "/shared/x", "Authorization: Basic eDp5\r\n"), cell, OURS)

    def column_only_some_rules_shared_with_a_cookie(self, row):
        self.expect(self.ask(row, "/mixed/x", "Cookie: a=b\r\n"), row.viewer, OURS)

    def column_auth_request(self, row):
        self.expect(self.ask(row, "/judged/x"), row.viewer, OURS)

    def column_bound_to_the_client(self, row):
        got = self.ask(row, "/bound/x", 'If-None-Match: W/"sg1-1-a-isv1"\r\n')
        self.assertIsNone(self.origin.last().get("If-None-Match"))
        self.assertIn(b"Signature=", got.body)
        self.assertIsNone(got.get("ETag"))
        self.assertRegex(got.get("Cache-Control"), "private|no-store")
        for name in [name for name in FIELDS if name.endswith("control")]:
            for value in got.all(name):
                ages = re.findall(r"(?:age|revalidate|error)=(\d+)", re.sub(r'"[^"]*"', "", value))
                self.assertEqual(ages, [got.get("Age") or "0"] * len(ages), f"{name}: {value}")
        self.assertIn(got.get("X-Accel-Expires"), (None, "0"))
        if got.get("Expires") not in (None, "0"):
            self.assertLessEqual(parsedate_to_datetime(got.get("Expires")).timestamp(), time.time())

    def column_granted_by_a_header(self, row):
        cell = [(name, value) for name, value in row.viewer if name != "ETag"]
        self.expect(self.ask(row, "/granted/x"), cell, None)

    def column_304(self, row):
        if not row.keeps:
            self.assertIsNone(self.ask(row, "/page/x").get("ETag"))
            return
        tag = self.aged_tag(row, "/page/x")
        got = self.ask(row, "/page/x", f"If-None-Match: {tag}\r\n")
        self.assertEqual((got.status, got.body), (304, b""))
        self.expect(got, row.kept, tag, counts_down=True)

    def column_304_with_a_cookie(self, row):
        if not row.keeps:
            return
        tag = self.aged_tag(row, "/page/x", "Cookie: a=b\r\n")
        got = self.ask(row, "/page/x", f"If-None-Match: {tag}\r\nCookie: a=b\r\n")
        self.assertEqual((got.status, got.get("ETag")), (304, tag))
        self.assertRegex(got.get("Cache-Control"), "private|no-store")
        most = 600 + int(got.get("Age") or 0)
        for number in re.findall(r"max-?age=(\d+)", re.sub(r'"[^"]*"', "", got.get("Cache-Control"))):
            self.assertLessEqual(int(number), most)

    def column_head(self, row):
        whole, head = self.ask(row, "/page/x"), self.ask(row, "/page/x", method="HEAD")
        self.assertEqual((head.status, head.body), (whole.status, b""))
        self.expect(head, row.get, OURS)
        self.assertIsNone(head.get("Content-Length"))
        names = {"date", "transfer-encoding"}
        self.assertEqual([name for name, _ in head.head.fields if name.lower() not in names],
                         [name for name, _ in whole.head.fields if name.lower() not in names])

    def column_range(self, row):
        for fields in ("Range: bytes=0-3\r\n", 'Range: bytes=0-3\r\nIf-Range: "v1"\r\n'):
            got = self.ask(row, "/page/x", fields)
            self.assertEqual((f"{got.status}", self.origin.last().get("Range")), (row.status[:3], None))
            self.assertIn(b"Signature=", got.body)
            self.expect(got, row.get, OURS)

    def column_a_page_without_links(self, row):
        got = self.ask(row, "/page/x", body=b"<p>nothing here")
        self.assertEqual(got.body, b"<p>nothing here")
        self.expect(got, row.get, OURS)

    def column_a_picture(self, row):
        if row.status.startswith("3"):
            return  # its Location is a signed link
        self.passes(row, self.ask(row, "/page/x", kind="image/png"))

    def column_a_route_without_sign(self, row):
        self.passes(row, self.ask(row, "/unsigned/x"))

    def passes(self, row, got):
        wanted = {}
        for name, value in row.fields:
            if name != "Date":
                wanted[name] = f"{wanted[name]}, {value}" if name in wanted else value
        self.expect(got, list(wanted.items()), None)


OURS = 'W/"sg1-…-isv1"'
COLUMNS = [name for name in dir(CachingTable) if name.startswith("column_")]


def test_of(column, row):
    def test(self):
        getattr(self, column)(row)
    test.__doc__ = f"{row.text} | {column.removeprefix('column_').replace('_', ' ')}"
    return test


ROWS = rows()
if len(ROWS) < 60 or len({row.name for row in ROWS}) != len(ROWS):
    raise AssertionError(f"{len(ROWS)} rows, not all of them with names of their own")
for number, each in enumerate(ROWS, 1):
    for name in COLUMNS:
        setattr(CachingTable, f"test_{number:02}_{each.name}__{name.removeprefix('column_')}", test_of(name, each))

if __name__ == "__main__":
    main()
