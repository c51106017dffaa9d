# SPDX-License-Identifier: Apache-2.0
"""`signgate-bench sign`, `scan` and `report` as a shell sees them: a short measurement, and the page drawn of it."""

import json
import os
import re
import subprocess
import tempfile
import unittest
from html.parser import HTMLParser
from pathlib import Path

from harness import PATIENCE, main

VOID = {"meta", "br"}


def bench(*arguments, text=None):
    return subprocess.run([os.environ["SIGNGATE_BENCH"], *map(str, arguments)], input=text, capture_output=True,
                          text=True, timeout=PATIENCE, check=False)


class Balance(HTMLParser):
    """Every element is closed in its order; what tags and attributes there are."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.wrong = [], set(), set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append((tag, self.getpos()))


def luminance(colour):
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(each * 2 for each in digits)
    parts = [int(digits[at:at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """WCAG 2.1, section 1.4.3."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class BenchReport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="signgate-report-"))
        cls.addClassCleanup(subprocess.run, ["rm", "-rf", cls.folder], check=True)
        got = bench("sign", "--mode", "all", "--type", "ecdsa-p256", "--threads", "1,2", "--seconds", "0.02", "--rounds",
                    "2", "--links", "10", "--label", "</title><script>alert(1)</script>", "--json")
        assert got.returncode == 0, got.stderr
        cls.measured = cls.folder / "here.json"
        cls.measured.write_text(got.stdout)
        cls.page = cls.folder / "report.html"
        drawn = bench("report", cls.measured, "-o", cls.page)
        assert drawn.returncode == 0, drawn.stderr
        cls.html = cls.page.read_text()

    def test_sign_measures_every_mode_and_number_of_threads(self):
        read = json.loads(self.measured.read_text())
        self.assertEqual([(run["mode"], run["threads"]) for run in read["runs"]],
                         [(mode, threads) for mode in ("cold", "memo", "prefix", "cookies") for threads in (1, 2)])
        for run in read["runs"]:
            self.assertGreater(run["per_second"]["min"], 0)
            self.assertGreater(run["bare_per_second"]["min"], 0)
            self.assertEqual(len(run["per_thread"]), run["threads"])
            self.assertLessEqual(run["latency_ns"]["p50"], run["latency_ns"]["max"])

    def test_the_page_is_whole_and_needs_nothing_else(self):
        balance = Balance()
        balance.feed(self.html)
        self.assertEqual((balance.wrong, balance.open), ([], []))
        self.assertFalse(balance.tags & {"script", "link", "img", "iframe", "object", "embed", "base", "a"}, balance.tags)
        self.assertFalse([name for name in balance.attributes if name.startswith("on") or name in ("src", "href", "style")])
        self.assertNotRegex(self.html, r"https?://|url\(|@import")
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", self.html)
        self.assertIn("svg", balance.tags)

    def test_it_shows_the_figures(self):
        for run in json.loads(self.measured.read_text())["runs"]:
            rate = f"{round(run['per_second']['median']):,}".replace(",", "\u00a0")
            self.assertRegex(self.html, rf"<td>{rate}</td>")
        for title in ("Throughput by threads", "Ratio to OpenSSL", "Latency of one"):
            self.assertEqual(self.html.count(f"<figcaption>{title}"), 4)

    def test_it_is_readable_in_light_and_dark(self):
        light, dark = (dict(re.findall(r"--(\w+): (#\w+)", part))
                       for part in re.search(r":root \{(.*?)\}.*?:root \{(.*?)\}", self.html, re.S).groups())
        self.assertEqual(light.keys(), dark.keys())
        for colours in (light, dark):
            for back in ("back", "card"):
                for text in ("text", "faint"):
                    self.assertGreaterEqual(contrast(colours[text], colours[back]), 4.5, (text, back, colours))
                for number in range(8):
                    self.assertGreaterEqual(contrast(colours[f"c{number}"], colours[back]), 3, (number, back, colours))

    def test_files_are_drawn_together_and_streams_are_files(self):
        got = bench("report", self.measured, "-", "-o", "-", text=self.measured.read_text())
        self.assertEqual((got.returncode, got.stderr), (0, ""))
        self.assertTrue(got.stdout.startswith("<!doctype html>"))
        self.assertEqual(got.stdout.count('<p class="faint">'), 2)

    def test_what_is_wrong_is_named_with_its_place(self):
        cases = ((b'{"tool": 1}', ':1:10: error: "tool" is a string'),
                 (b"{", ":1:2: error: expected a member name"),
                 (b'{"tool": "x\xff"}', ":1:12: error: "),
                 (b"", ":1:1: error: "))
        for text, message in cases:
            file = self.folder / "wrong.json"
            file.write_bytes(text)
            got = bench("report", file, "-o", self.folder / "none.html")
            self.assertEqual((got.returncode, got.stdout), (1, ""), text)
            self.assertIn(f"{file}{message}", got.stderr)
            self.assertFalse((self.folder / "none.html").exists())

    def test_results_are_not_drawn_over(self):
        got = bench("report", self.measured, "-o", self.folder / "." / self.measured.name)
        self.assertEqual(got.returncode, 1)
        self.assertIn("the page would take the place of these results", got.stderr)
        json.loads(self.measured.read_text())

    def test_what_has_no_end_is_refused(self):
        got = bench("report", "/dev/zero", "-o", self.folder / "none.html")
        self.assertEqual((got.returncode, got.stdout), (1, ""))
        self.assertIn("/dev/zero:1:", got.stderr)

    def test_a_link_to_a_page_stays_one(self):
        target, link = self.folder / "target.html", self.folder / "link.html"
        target.write_text("old")
        link.symlink_to(target)
        got = bench("report", self.measured, "-o", link)
        self.assertEqual((got.returncode, got.stderr), (0, ""))
        self.assertTrue(link.is_symlink())
        self.assertEqual(target.read_text(), self.html)

    def test_the_links_are_printed_for_other_signers(self):
        got = bench("sign", "--print-links", "--links", "150")
        links = got.stdout.splitlines()
        self.assertEqual((got.returncode, got.stderr, len(set(links))), (0, "", 150))
        self.assertTrue(all(re.fullmatch(r"https://media\.example\.com/private/\S+", link) for link in links))

    def test_a_failure_leaves_the_page_that_was_there(self):
        for source, target in ((self.folder / "missing.json", self.page),
                               (self.measured, self.folder / "no" / "folder.html"), (self.folder, self.page)):
            got = bench("report", source, "-o", target)
            self.assertEqual(got.returncode, 1, (source, target))
            self.assertIn("cannot be", got.stderr)
        self.assertEqual(self.page.read_text(), self.html)
        self.assertEqual([each.name for each in self.folder.glob("*.new")], [])

    def test_wrong_usage(self):
        for arguments in (("report",), ("report", self.measured), ("report", "-o", "x"), ("sign", "--mode", "hot"),
                          ("sign", "--threads", "0"), ("nothing",)):
            got = bench(*arguments)
            self.assertEqual(got.returncode, 2, arguments)
            self.assertNotEqual(got.stderr, "")


class Scan(unittest.TestCase):
    short = ("--seconds", "0.001", "--rounds", "2")

    def test_each_type_and_coding_is_measured(self):
        got = bench("scan", "--size", "8", "--links", "3", "--json", *self.short)
        self.assertEqual(got.returncode, 0, got.stderr)
        read = json.loads(got.stdout)
        self.assertEqual([(each["type"], each["matched"]) for each in read["scans"]],
                         [(kind, links) for kind in ("html", "css", "json", "xml", "m3u8", "mpd") for links in (0, 3)])
        self.assertTrue(all(each["gigabytes_per_cpu_second"]["median"] > 0 for each in read["scans"]))
        self.assertEqual([(each["coding"], each["links"]) for each in read["codings"]], [("gzip", 3), ("br", 3), ("zstd", 3)])
        for each in read["codings"]:
            self.assertGreater(each["rewritten_bytes"], each["page_bytes"] + 3 * 400)
            self.assertGreater(each["whole_cpu_us"]["median"], 0)

    def test_a_file_is_scanned(self):
        with tempfile.NamedTemporaryFile(suffix=".html") as file:
            file.write(b"<img src=/media/private/1.jpg><img src=/media/public/2.jpg>")
            file.flush()
            got = bench("scan", "--type", "html", "--file", file.name, "--coding", "none", *self.short)
        self.assertEqual(got.returncode, 0, got.stderr)
        self.assertRegex(got.stdout, r"\nhtml +59 +\d+ +1 ")

    def test_wrong_usage(self):
        for wrong in (("--type", "text"), ("--coding", "lzw"), ("--file", "x"), ("--type", "css", "--file", "x", "--links", "1")):
            got = bench("scan", *wrong, *self.short)
            self.assertEqual((got.returncode, got.stdout), (2, ""), (wrong, got.stderr))
        self.assertEqual(bench("scan", "--type", "css", "--file", "/none", *self.short).returncode, 1)
        self.assertIn("signgate-bench scan", bench("scan", "--help").stdout)


if __name__ == "__main__":
    main()
