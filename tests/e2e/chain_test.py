# SPDX-License-Identifier: Apache-2.0
"""The picture of the chain in a real browser: each link is clicked, the real edge answers, and the checks that light up, the
reason that is shown and the wires are those that its answer calls for; by mouse and by keys, with and without motion.

usage: chain_test.py SIGNGATE SCREENSHOT_FOLDER
"""

import os
import re
import sys
import unittest

from demo_process import Demo
from webdriver import Browser

SIGNGATE, SCREENSHOTS = None, None

CHECKS = ["site", "gateway", "key", "signature", "resource", "time", "address", "cache", "caller", "referer", "object"]
MARKS = {"passed": "M-6 0-2 5 6-5", "failed": "M-5-5 5 5M5-5-5 5", "not-reached": "M-5 0H5"}  # tick, cross, dash
BY_EDGE, BY_BUCKET = ("CloudFront", "Access denied"), ("AmazonS3", "Access Denied")

# slug: the check that fails, who refuses, what x-signgate-reason begins with, and a word of the outcome.
REFUSED = {
    "unsigned": ("key", ("CloudFront", "Missing Key-Pair-Id query parameter or cookie value"), "not_signed", "is not signed"),
    "unknown-key": ("key", ("CloudFront", "Unknown Key"), "unknown_key", "does not trust"),
    "tampered": ("signature", BY_EDGE, "bad_signature", "does not fit"),
    "borrowed": ("signature", BY_EDGE, "bad_signature", "does not fit"),
    "prolonged": ("signature", BY_EDGE, "bad_signature", "does not fit"),
    "other-folder": ("resource", BY_EDGE, "resource_mismatch", "another address"),
    "expired": ("time", BY_EDGE, "expired", "has passed"),
    "other-network": ("address", BY_EDGE, "viewer_address_mismatch", "other addresses"),
    "no-referer": ("referer", BY_BUCKET, "bucket_policy: ", "none was sent"),
    "foreign": ("referer", BY_BUCKET, "bucket_policy: ", "does not list the site"),
    "unforwarded": ("referer", BY_BUCKET, "bucket_policy: ", "does not forward"),
    "missing": ("object", BY_BUCKET, "no_such_key", "no such object"),
}

READ = """
const text = (id) => document.getElementById(id).textContent;
const shown = (node) => getComputedStyle(node.parentNode).display !== 'none';
const checks = (read) => Object.fromEntries([...document.querySelectorAll('[data-check]')].map(n => [n.dataset.check, read(n)]));
return {
  lights: checks(n => n.dataset.light),
  marks: checks(n => n.querySelector('.mark').getAttribute('d')),
  notes: checks(n => n.querySelector('.note').textContent),
  wires: Object.fromEntries([...document.querySelectorAll('[data-wire]')].filter(shown).map(n => [n.dataset.wire, n.dataset.light])),
  words: [...document.querySelectorAll('#steps li')].map(n => n.textContent),
  answer: Object.fromEntries([...document.querySelectorAll('#answer dt')].map(n => [n.textContent, n.nextSibling.textContent])),
  status: text('status'), code: text('code'), by: text('by'), verdict: text('verdict'), outcome: text('outcome'),
  pressed: [...document.querySelectorAll('[aria-pressed="true"]')].map(n => n.dataset.link),
  seen: (document.getElementById('seen').getAttribute('href') ?? '').slice(0, 22),
};"""


def lit(failed=None, beyond=None):
    """What has to light up: all passed before `failed`, or before `beyond`, behind which nothing is reached."""
    stop = CHECKS.index(failed or beyond) if failed or beyond else len(CHECKS)
    lights = {name: "passed" if at < stop else "not-reached" for at, name in enumerate(CHECKS)}
    if failed:
        lights[failed] = "failed"
    return lights


class ChainTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.demo = Demo(SIGNGATE)
        cls.addClassCleanup(cls.demo.stop)
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)
        os.makedirs(SCREENSHOTS, exist_ok=True)

    def setUp(self):
        self.browser.log("browser")
        self.emulate(motion="reduce")
        self.open_page()

    def tearDown(self):
        # A violation of the page's own Content-Security-Policy would be told here.
        self.assertEqual([entry["message"] for entry in self.browser.log("browser") if entry["level"] == "SEVERE"], [])

    def emulate(self, scheme="dark", motion="no-preference"):
        self.browser.cdp("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": motion}])

    def open_page(self):
        self.browser.open(self.demo.site + "/chain")
        self.browser.wait("the page is ready", "return document.readyState === 'complete'")

    def press(self, *keys):
        for key in keys:
            values = {"key": key, "code": "Space" if key == " " else key,
                      "windowsVirtualKeyCode": {"Tab": 9, "Enter": 13, " ": 32, "ArrowDown": 40, "ArrowUp": 38, "End": 35, "Home": 36}[key]}
            if key in ("Enter", " "):
                values["text"] = "\r" if key == "Enter" else " "
            self.browser.cdp("Input.dispatchKeyEvent", type="keyDown", **values)
            values.pop("text", None)
            self.browser.cdp("Input.dispatchKeyEvent", type="keyUp", **values)

    def wait_for(self, slug):
        self.browser.wait(f"{slug} is shown", "return document.getElementById('chain').dataset.shown === arguments[0]", slug)
        return self.browser.run(READ)

    def click(self, slug):
        self.browser.run("document.querySelector(`[data-link=\"${arguments[0]}\"]`).click()", slug)
        return self.wait_for(slug)

    def assert_lights(self, seen, lights):
        """Lights, marks and words say the same."""
        self.assertEqual(seen["lights"], lights)
        for name, light in lights.items():
            self.assertEqual(seen["marks"][name], MARKS[light], name)
            self.assertEqual(seen["notes"][name] == "", light == "not-reached", name)
        words = [text.split(" ")[0] for text in seen["words"]]
        self.assertEqual(words, [lights[name].split("-")[0] for name in CHECKS])

    def test_every_link_is_clicked_here(self):
        links = self.browser.run("return [...document.querySelectorAll('[data-link]')].map(n => n.dataset.link)")
        self.assertEqual(sorted(links), sorted(["signed", "again", *REFUSED]))

    def test_the_signed_link_passes_every_check(self):
        seen = self.click("signed")
        self.assert_lights(seen, lit())
        self.assertEqual((seen["status"], seen["code"], seen["by"]), ("200", "image/png", "by Amazon S3"))
        self.assertEqual(seen["answer"]["X-Cache"], "Miss from cloudfront")
        self.assertNotIn("Reason", seen["answer"])
        self.assertNotIn("Failed at", seen["answer"])
        self.assertEqual(seen["wires"], {"page": "passed", "signed": "passed", "ask": "passed", "origin": "passed",
                                         "from-edge": "idle", "from-bucket": "passed", "answer": "passed"})
        self.assertEqual(seen["seen"], "data:image/png;base64,")
        self.assertEqual(seen["pressed"], ["signed"])
        self.assertRegex(seen["verdict"], "opened$")

    def test_a_second_click_is_a_hit_that_bypasses_the_bucket(self):
        self.click("signed")
        for slug in ("again", "signed"):  # the link of its own, and the same one clicked again
            self.browser.run("document.getElementById('chain').dataset.shown = ''")
            seen = self.click(slug)
            self.assert_lights(seen, lit(beyond="caller"))
            self.assertEqual(seen["answer"]["X-Cache"], "Hit from cloudfront")
            self.assertRegex(seen["answer"]["Age"], r"^\d+$")
            self.assertEqual(seen["by"], "by the edge's cache")
            self.assertIn("the bucket and its policy were not asked", seen["outcome"])
            self.assertEqual([seen["wires"][name] for name in ("origin", "from-bucket", "from-edge")], ["idle", "idle", "passed"])

    def test_the_second_click_alone_is_a_hit_too(self):
        self.assert_lights(self.click("again"), lit(beyond="caller"))

    def test_each_refused_link_fails_at_its_check_for_its_reason(self):
        for slug, (check, (server, message), reason, word) in REFUSED.items():
            with self.subTest(slug):
                seen = self.click(slug)
                self.assert_lights(seen, lit(check))
                answer = seen["answer"]
                self.assertEqual((seen["status"], answer["Status"], answer["Server"], answer["Message"]), ("403", "403", server, message))
                self.assertTrue(answer["Reason"].startswith(reason), answer["Reason"])
                self.assertIn(word, seen["outcome"])
                self.assertIn(f'403 {answer["Code"]} "{message}"', seen["outcome"])
                self.assertEqual(seen["code"], answer["Code"])
                self.assertRegex(seen["verdict"], "refused$")
                asked = check in ("caller", "referer", "object")
                self.assertEqual(seen["wires"]["origin"], "passed" if asked else "idle")
                self.assertEqual(seen["wires"]["from-bucket" if asked else "from-edge"], "failed")
                self.assertEqual(seen["wires"]["from-edge" if asked else "from-bucket"], "idle")
                self.assertEqual(seen["seen"], "")
                self.assertEqual(seen["pressed"], [slug])

    def test_a_kept_refusal_fails_at_the_cache(self):
        self.click("no-referer")
        self.browser.run("document.getElementById('chain').dataset.shown = ''")
        seen = self.click("no-referer")
        if "Age" not in seen["answer"]:  # ten seconds went by between two clicks: the bucket was asked again
            self.assert_lights(seen, lit("referer"))
            self.skipTest("the machine is too slow to click twice within ten seconds")
        self.assert_lights(seen, lit("cache"))
        self.assertIn("keeps the bucket's refusal", seen["outcome"])

    def test_it_is_worked_by_keys(self):
        self.browser.run("document.querySelector('nav a[aria-current]').focus()")
        self.press("Tab")
        focused = "return document.activeElement.dataset.link ?? document.activeElement.tagName"
        self.assertEqual(self.browser.run(focused), "signed")
        self.press("Enter")
        self.assert_lights(self.wait_for("signed"), lit())
        self.press("Tab", "Tab", " ")
        self.assert_lights(self.wait_for("unsigned"), lit("key"))
        self.press("End", "Enter")
        self.assert_lights(self.wait_for("missing"), lit("object"))
        self.press("ArrowUp", "ArrowUp", "Enter")
        self.assert_lights(self.wait_for("foreign"), lit("referer"))
        self.press("Home", "ArrowUp", "ArrowDown")
        self.assertEqual(self.browser.run(focused), "again")
        outline = self.browser.run("return getComputedStyle(document.activeElement).outlineStyle")
        self.assertEqual(outline, "solid", "the focus is seen")

    def test_what_happened_is_spoken(self):
        self.click("expired")
        role = self.browser.run("""
          const live = document.querySelector('[aria-live="polite"]');
          return [live.getAttribute('role'), live.textContent, document.getElementById('chain').getAttribute('aria-busy')];""")
        self.assertEqual(role[0], "status")
        self.assertIn("Refused by CloudFront", role[1])
        self.assertIsNone(role[2])
        described = self.browser.run("""
          return document.getElementById(document.getElementById('picture').getAttribute('aria-describedby')).textContent""")
        self.assertEqual(described.count("passed") + described.count("failed") + described.count("not reached"), len(CHECKS))

    def test_checks_light_up_one_after_another_unless_motion_is_unwanted(self):
        record = """
          const seen = [];
          window.waits = 0;
          new MutationObserver(list => list.forEach(({target}) => {
            if (target.dataset.check && target.dataset.light !== 'not-reached') seen.push(target.dataset.check);
          })).observe(document.getElementById('picture'), {subtree: true, attributeFilter: ['data-light']});
          const wait = window.setTimeout;
          window.setTimeout = (...all) => { window.waits += 1; return wait(...all); };
          const light = (check) => document.querySelector(`[data-check=${check}]`).dataset.light;
          window.lit = () => seen.filter((check, at) => seen.lastIndexOf(check) === at && light(check) !== 'not-reached');"""
        for motion in ("no-preference", "reduce"):
            self.emulate(motion=motion)
            self.open_page()
            self.browser.run(record)
            self.click("expired")
            order = CHECKS[:CHECKS.index("time") + 1]
            self.assertEqual(self.browser.run("return window.lit()"), order)
            self.assertEqual(self.browser.run("return window.waits"), len(order) if motion == "no-preference" else 0, motion)

    def test_a_later_click_ends_an_earlier_one(self):
        self.emulate(motion="no-preference")
        self.browser.run("""
          document.querySelector('[data-link="signed"]').click();
          document.querySelector('[data-link="unsigned"]').click();""")
        self.assert_lights(self.wait_for("unsigned"), lit("key"))

    def test_it_says_so_when_the_site_gives_no_answer(self):
        self.browser.run("window.fetch = () => Promise.reject(new Error('no connection'))")
        self.browser.run("document.querySelector('[data-link=\"signed\"]').click()")
        self.browser.wait("the failure is told", "return document.getElementById('outcome').textContent.startsWith('no connection')")
        seen = self.browser.run(READ)
        self.assertEqual(set(seen["lights"].values()), {"idle"})

    def test_the_page_is_reached_from_the_others(self):
        for path in ("/", "/proof"):
            self.browser.open(self.demo.site + path)
            self.assertEqual(self.browser.run("return document.querySelectorAll('a[href=\"/chain\"]').length > 0"), True, path)

    def test_it_fetches_nothing_from_elsewhere_and_hands_out_no_link(self):
        self.browser.cdp("Network.enable")
        self.browser.log("performance")
        self.open_page()
        for slug in ("signed", "expired"):
            self.click(slug)
        urls = [item["url"] for item in self.browser.network() if not item["url"].startswith("data:")]
        self.assertGreaterEqual(len(urls), 6)
        self.assertEqual([url for url in urls if not url.startswith(self.demo.site + "/")], [])
        page = self.browser.run("return document.documentElement.outerHTML")
        self.assertEqual(re.findall(r"Signature=[^.&\"]{7,}", page), [], "signatures are shortened")

    def test_its_text_stands_out_and_its_boxes_hold_it_in_both_schemes(self):
        for scheme in ("dark", "light"):
            for width, mobile in ((1280, False), (390, True)):
                for slug in ("signed", "other-folder", "other-network", "foreign"):
                    self.emulate(scheme, "reduce")
                    self.browser.cdp("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=mobile)
                    self.open_page()
                    self.click(slug)
                    file = os.path.join(SCREENSHOTS, f"chain-{slug}-{scheme}-{width}.png")
                    over = self.browser.run("""
                      return [...document.querySelectorAll('#picture .part text')].filter(node => {
                        const text = node.getBoundingClientRect();
                        const box = (node.closest('.check') ?? node.closest('.part')).querySelector('rect').getBoundingClientRect();
                        return text.width > 0 && (text.right > box.right || text.left < box.left);
                      }).map(node => node.textContent);""")
                    self.assertEqual(over, [], f"{slug} {scheme} {width}: text leaves its box")
                    self.assertLessEqual(self.browser.screenshot(file, width, mobile), 0, f"overflows at {width}")
            ground = self.browser.run("return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
            self.assertEqual(sum(ground) > 3 * 128, scheme == "light", scheme)
            contrast = self.browser.run("""
              const part = (v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
              const light = (c) => {
                const [r, g, b] = c.match(/[\\d.]+/g).map(Number);
                return .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
              };
              const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
              const box = getComputedStyle(document.querySelector('.box')).fill;
              const fill = (what) => getComputedStyle(document.querySelector('#picture ' + what)).fill;
              return ['.name', '.note', '#part-answer .status'].map(what => ratio(fill(what), box));""")
            self.assertGreaterEqual(min(contrast), 4.5, scheme)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    SIGNGATE, SCREENSHOTS = sys.argv[1:]
    unittest.main(argv=sys.argv[:1], verbosity=2)
