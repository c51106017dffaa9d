# SPDX-License-Identifier: Apache-2.0
"""A film in a real browser: hls.js plays a playlist whose segments the gateway signs, under a Content-Security-Policy that did not
know of the edge, from a bucket that asks for the page's Referer; and plays nothing when the signatures are taken away.

usage: hls_test.py SIGNGATE
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))

from edge import Edge  # noqa: E402
from harness import Gateway, signgate  # noqa: E402
from origin import Origin, answer  # noqa: E402
from signing_cases import SKIPPED  # noqa: E402
from webdriver import Browser  # noqa: E402

HERE = Path(__file__).resolve().parent
FILM = HERE.parent / "data" / "hls"
PARTS = ["init.mp4", "0.m4s", "1.m4s", "2.m4s", "3.m4s"]
SECONDS_TO_INSTALL = 120
PLAYER = b""

CONFIGURATION = """
worker_processes = 1
access_log = "off"
[[server]]
listen = ["127.0.0.1:0"]
server_name = ["www.site.test"]
[[server.route]]
location = "/"
proxy_pass = "http://127.0.0.1:{origin}"
sign = ["films"]
csp = "extend"
[key.K1]
private_key = "private_key.pem"
[media.films]
links = ["/films/7/segments/"]
target = "http://media.site.test:{edge}/private/7/"
key = ["K1"]
"""

MASTER = """#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=20000,CODECS="vp09.00.10.08",RESOLUTION=64x36
prog.m3u8
"""
POLICY = "default-src 'self'; connect-src 'self'; media-src blob:"
PAGE = '<!doctype html><title>film</title><link rel="icon" href="data:,"><video muted></video><script src="/hls.js"></script>'
# To play fast is to play; `strip` takes the signatures away.
PLAY = """
const [strip] = arguments;
window.video = document.querySelector("video");
window.faults = [];
const xhrSetup = (xhr, url) => xhr.open("GET", url.split("?")[0]);
const hls = new Hls({enableWorker: false, ...(strip ? {xhrSetup} : {})});
hls.on(Hls.Events.ERROR, (event, {details, fatal, response}) => window.faults.push([details, fatal, response && response.code]));
hls.loadSource("/films/7/master.m3u8");
hls.attachMedia(video);
video.playbackRate = 4;
video.play().catch(() => {});
"""


def install_player():
    """hls.js as npm's registry has it, of the version and checksum in player/package-lock.json; or None and why not."""
    if not shutil.which("npm"):
        return None, "there is no npm"
    with tempfile.TemporaryDirectory(prefix="signgate-e2e-") as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / "player" / name, folder)
        try:
            done = subprocess.run(["npm", "ci", "--prefix", folder, "--cache", f"{folder}/cache", "--ignore-scripts", "--no-audit",
                                   "--no-fund", "--no-update-notifier"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, timeout=SECONDS_TO_INSTALL, check=False)
        except subprocess.TimeoutExpired:
            return None, "npm's registry does not answer"
        if "EINTEGRITY" in done.stdout:
            raise AssertionError(done.stdout)
        if done.returncode != 0:
            return None, f"npm could not install hls.js: {done.stdout.strip()[-200:]}"
        return Path(folder, "node_modules", "hls.js", "dist", "hls.min.js").read_bytes(), None


class FilmInABrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="signgate-e2e-")
        cls.addClassCleanup(folder.cleanup)
        signgate("keygen", "--type", "ecdsa-p256", "--out-dir", folder.name)
        cls.origin = Origin()
        cls.addClassCleanup(cls.origin.stop)
        for path, body, kind in (("/film", PAGE.encode(), "text/html"), ("/hls.js", PLAYER, "text/javascript"),
                                 ("/films/7/master.m3u8", MASTER.encode(), "application/vnd.apple.mpegurl"),
                                 ("/films/7/prog.m3u8", (FILM / "prog.m3u8").read_bytes(), "application/vnd.apple.mpegurl")):
            cls.origin.on(path, answer(body, fields=[("Content-Type", kind), ("Content-Security-Policy", POLICY)]))
        cls.edge = Edge(folder.name, {f"private/7/{name}": (FILM / name).read_bytes() for name in PARTS}, {"K1": "public_key.pem"},
                        referer="http://www.site.test:*")
        cls.addClassCleanup(cls.edge.stop)
        cls.gateway = Gateway(CONFIGURATION.format(origin=cls.origin.port, edge=cls.edge.port), folder.name)
        cls.addClassCleanup(cls.gateway.stop)
        cls.browser = Browser(["--host-resolver-rules=MAP *.site.test 127.0.0.1"])
        cls.addClassCleanup(cls.browser.close)

    def play(self, strip):
        self.browser.log("performance")  # what was before is not of this film
        self.browser.open(f"http://www.site.test:{self.gateway.port}/film")
        self.browser.run(PLAY, strip)

    def answers_of_the_edge(self):
        """(URL, status) of each."""
        messages = [json.loads(entry["message"])["message"] for entry in self.browser.log("performance")]
        answers = [message["params"]["response"] for message in messages if message["method"] == "Network.responseReceived"]
        return [(each["url"], each["status"]) for each in answers if f"//media.site.test:{self.edge.port}/" in each["url"]]

    def refusals(self):
        return re.findall(rb"^.*\b403\b.*$", self.edge.output, re.MULTILINE)

    def test_it_plays_to_its_end(self):
        before = len(self.refusals())
        self.play(strip=False)
        end = self.browser.wait("the film's end", "return video.ended && [video.currentTime, video.videoWidth, faults]", seconds=90)
        self.assertGreater(end[0], 8)
        self.assertEqual(end[1:], [64, []])
        answers = self.answers_of_the_edge()
        self.assertEqual([(url.partition("?")[0].rpartition("/")[2], status) for url, status in answers],
                         [(name, 200) for name in PARTS])
        for url, _ in answers:
            self.assertIn("&Signature=", url)
        self.assertEqual(len(self.refusals()), before)

    def test_without_signatures_nothing_plays(self):
        before = len(self.refusals())
        self.play(strip=True)
        self.browser.wait("a refusal", "return faults.some(([details, fatal, code]) => code === 403)", seconds=90)
        self.assertEqual(self.browser.run("return [video.currentTime, video.readyState]"), [0, 0])
        self.assertEqual({status for _, status in self.answers_of_the_edge()}, {403})
        self.assertGreater(len(self.refusals()), before)


if __name__ == "__main__":
    os.environ["SIGNGATE_BINARY"] = os.path.abspath(sys.argv.pop(1))
    PLAYER, why_not = install_player()
    if PLAYER is None:
        print(f"SKIPPED: {why_not}")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
