# SPDX-License-Identifier: Apache-2.0
"""The main job in a real browser: the gallery through the gateway shows every private picture, and the same
pictures are refused without their signature, with a changed one, without a Referer and to another site.

usage: gallery_test.py SIGNGATE SCREENSHOT_FOLDER
"""

import http.server
import os
import sys
import threading
import unittest
import urllib.parse

from demo_process import Demo, denial, get
from webdriver import Browser

SIGNGATE, SCREENSHOTS = None, None

MISSING_KEY = (403, "MissingKey", "Missing Key-Pair-Id query parameter or cookie value")
REFUSED_BY_EDGE = (403, "AccessDenied", "Access denied")
REFUSED_BY_BUCKET = (403, "AccessDenied", "Access Denied")

LOAD = """
const [url, policy] = arguments;
return new Promise((done) => {
  const picture = new Image();
  if (policy) picture.referrerPolicy = policy;
  picture.onload = picture.onerror = () => done(picture.naturalWidth);
  picture.src = url;
});
"""


def unsigned(url):
    """The URL without CloudFront's parameters."""
    base, _, query = url.partition("?")
    kept = [piece for piece in query.split("&")
            if piece.split("=")[0] not in ("Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm")]
    return base + ("?" + "&".join(kept) if query and kept else "")


def tampered(url):
    """The URL with one letter of its signature changed."""
    at = url.index("Signature=") + 40
    return url[:at] + ("A" if url[at] != "A" else "B") + url[at + 1:]


class OtherSite:
    """A page of another origin (the port makes it one) that embeds a picture."""

    def __init__(self):
        pages = self.pages = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = pages.get(self.path, "").encode()
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class GalleryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.demo = Demo(SIGNGATE)
        cls.addClassCleanup(cls.demo.stop)
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)
        os.makedirs(SCREENSHOTS, exist_ok=True)

    def setUp(self):
        self.browser.cdp("Network.enable")
        self.browser.cdp("Network.clearBrowserCache")
        self.prefix = self.demo.edge + "/private/"

    def open_gallery(self):
        """Opens the page and scrolls through it, so that the lazy picture loads too."""
        self.browser.log("performance")
        self.browser.log("browser")
        self.browser.open(self.demo.site + "/")
        self.browser.run("document.querySelector('img[data-src]').scrollIntoView({behavior: 'instant'})")
        self.browser.wait("every picture is complete",
                          "return !document.querySelector('img.lazy') && [...document.images].every(i => i.complete)")

    def private_links(self):
        """Every private address in the page as the browser holds it."""
        links = self.browser.run("""
          const links = new Set();
          for (const element of document.querySelectorAll('*')) {
            for (const {value} of element.attributes) {
              for (const [link] of value.matchAll(/https?:[^\\s"'(),]*\\/private\\/[^\\s"'(),]*/g)) links.add(link);
            }
          }
          return [...links];""")
        self.assertGreaterEqual(len(links), 20)
        return links

    def pictures(self):
        """(address, natural width) of each img that shows private media."""
        shown = self.browser.run("return [...document.images].map(i => [i.currentSrc, i.naturalWidth])")
        private = [item for item in shown if "/private/" in item[0]]
        self.assertEqual(len(private), 7, shown)
        self.assertEqual(len(shown), 8, "the public cover is the eighth")
        return shown

    def test_every_picture_loads(self):
        self.open_gallery()
        for address, width in self.pictures():
            self.assertGreater(width, 0, address)
            if "/private/" in address:
                self.assertTrue(address.startswith(self.prefix), address)
                self.assertIn("Signature=", address)
            else:
                self.assertNotIn("Signature=", address, "the cover is public")

    def test_backgrounds_poster_and_preview_load(self):
        self.open_gallery()
        found = self.browser.run("""
          const background = (css) => getComputedStyle(document.querySelector(css)).backgroundImage;
          return [background('.hero'), background('.painted'),
                  'url("' + document.querySelector('video').poster + '")',
                  'url("' + document.querySelector('meta[property="og:image"]').content + '")'];""")
        for value in found:
            address = value[len('url("'):-len('")')]
            self.assertTrue(address.startswith(self.prefix) and "Signature=" in address, value)
            self.assertGreater(self.browser.run(LOAD, address, None), 0, address)

    def test_sound_loads(self):
        self.open_gallery()
        for element in ("audio", "video"):
            seconds = self.browser.wait(f"{element} has its metadata", """
              const element = document.querySelector(arguments[0]);
              if (element.error) throw new Error(element.error.message);
              return element.readyState >= HTMLMediaElement.HAVE_METADATA && element.duration;""", element)
            self.assertAlmostEqual(seconds, 8, delta=0.1)

    def test_nothing_fails_on_the_wire_and_every_request_bears_the_referer(self):
        self.open_gallery()
        to_edge = [item for item in self.browser.network() if item["url"].startswith(self.demo.edge)]
        self.assertGreaterEqual(len(to_edge), 9)
        for item in to_edge:
            self.assertIn(item["status"], (200, 206), item["url"])
            self.assertEqual(item["headers"].get("referer"), self.demo.site + "/")
        errors = [entry for entry in self.browser.log("browser") if entry["level"] == "SEVERE"]
        self.assertEqual(errors, [])

    def test_every_link_of_the_page_is_signed_and_opens(self):
        self.open_gallery()
        for link in self.private_links():
            self.assertTrue(link.startswith(self.prefix) and "Signature=" in link, link)
            status, headers, _ = get(link, self.demo.site + "/")
            self.assertEqual(status, 200, link)
            self.assertRegex(headers["Content-Type"], "^(image/png|audio/)")

    def test_the_same_links_are_refused_otherwise(self):
        self.open_gallery()
        referer = self.demo.site + "/"
        for link in self.private_links():
            self.assertEqual(denial(unsigned(link), referer), MISSING_KEY)
            self.assertEqual(denial(tampered(link), referer), REFUSED_BY_EDGE)
            self.assertEqual(denial(link), REFUSED_BY_BUCKET)
            self.assertEqual(denial(link, "https://elsewhere.example/"), REFUSED_BY_BUCKET)
            self.assertEqual(denial(link, self.demo.edge + "/"), REFUSED_BY_BUCKET)

    def test_the_browser_shows_no_picture_without_signature_or_with_a_changed_one(self):
        self.open_gallery()
        link = next(link for link in self.private_links() if "/lake-1280.png" in link)
        for changed in (unsigned(link), tampered(link)):
            self.browser.log("performance")
            self.assertEqual(self.browser.run(LOAD, changed, None), 0)
            statuses = [item["status"] for item in self.browser.network() if item["url"] == changed]
            self.assertEqual(statuses, [403])
        self.assertEqual(self.browser.run(LOAD, link, "no-referrer"), 0, "without a Referer")
        self.browser.cdp("Network.clearBrowserCache")
        self.assertGreater(self.browser.run(LOAD, link, None), 0, "as it stands, it loads")

    def test_another_site_cannot_embed_the_picture(self):
        self.open_gallery()
        link = next(link for link in self.private_links() if "/pines-1280.png" in link)
        other = OtherSite()
        self.addCleanup(other.close)
        image = f'<!doctype html><link rel="icon" href="data:,"><img src="{link.replace("&", "&amp;")}">'
        other.pages["/with"] = image
        other.pages["/without"] = '<meta name="referrer" content="no-referrer">' + image
        for page, referer in (("/with", other.address + "/"), ("/without", None)):
            self.browser.cdp("Network.clearBrowserCache")
            self.browser.log("performance")
            self.browser.open(other.address + page)
            self.browser.wait("the picture is complete", "return document.images[0].complete")
            self.assertEqual(self.browser.run("return document.images[0].naturalWidth"), 0, page)
            asked = [item for item in self.browser.network() if item["url"] == link]
            self.assertEqual([(item["status"], item["headers"].get("referer") or None) for item in asked], [(403, referer)])

    def test_the_proof_page_shows_the_edges_answers(self):
        self.browser.open(self.demo.site + "/proof")
        cards = self.browser.wait("every frame has tried", """
          const cards = [...document.querySelectorAll('.proofs article')];
          if (cards.length !== 8 || cards.some(c => !c.querySelector('.attempt').hasChildNodes())) return null;
          return cards.map(c => [c.id, c.querySelector('.status').textContent.trim(),
                                 c.querySelectorAll('dd')[1].textContent,
                                 c.querySelector('.attempt img')?.naturalWidth ?? 0]);""")
        code = {name: text for name, text, _, _ in cards}
        message = {name: text for name, _, text, _ in cards}
        width = {name: number for name, _, _, number in cards}
        self.assertEqual(code["signed"], "200 image/png")
        self.assertGreater(width["signed"], 0)
        self.assertEqual((code["unsigned"], message["unsigned"]), ("403 MissingKey", MISSING_KEY[2]))
        for name in ("expired", "tampered", "prolonged", "borrowed"):
            self.assertEqual((code[name], message[name]), ("403 AccessDenied", "Access denied"), name)
        for name in ("no-referer", "foreign"):
            self.assertEqual((code[name], message[name]), ("403 AccessDenied", "Access Denied"), name)
        self.assertEqual({name for name in width if width[name]}, {"signed"})
        self.browser.enter_frame("#foreign iframe")
        self.addCleanup(self.browser.leave_frame)
        self.browser.wait("the other site has tried", "return document.getElementById('stolen')?.complete")
        self.assertEqual(self.browser.run("return document.getElementById('stolen').naturalWidth"), 0)
        self.assertEqual(self.browser.run("return location.origin"), self.demo.origin)

    def test_pages_fit_wide_and_narrow_screens(self):
        for name, path in (("gallery", "/"), ("proof", "/proof")):
            self.browser.open(self.demo.site + path)
            if name == "gallery":
                self.open_gallery()
                self.browser.run("scrollTo({top: 0, behavior: 'instant'})")
            self.browser.wait("frames are loaded", """
              return document.readyState === 'complete' &&
                     [...document.querySelectorAll('audio, video')].every(media => media.readyState > 0) &&
                     [...document.querySelectorAll('.attempt')].every(frame => frame.hasChildNodes());""")
            for width, mobile in ((1280, False), (390, True)):
                file = os.path.join(SCREENSHOTS, f"{name}-{width}.png")
                self.assertLessEqual(self.browser.screenshot(file, width, mobile), 0, f"{name} overflows at {width}")

    def test_the_origin_alone_shows_no_private_picture(self):
        self.browser.open(self.demo.origin + "/")
        self.browser.wait("the pictures are complete",
                          "return [...document.querySelectorAll('img:not(.lazy)')].every(i => i.complete)")
        shown = self.browser.run("return [...document.images].filter(i => i.naturalWidth > 0).map(i => i.currentSrc)")
        self.assertEqual([urllib.parse.urlsplit(link).path.rsplit("-", 1)[0] for link in shown],
                         ["/media/public/morning"])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    SIGNGATE, SCREENSHOTS = sys.argv[1:]
    unittest.main(argv=sys.argv[:1], verbosity=2)
