# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium, driven by WebDriver (W3C) with nothing but the standard library."""

import base64
import json
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",  # the tests may run as root, where Chromium's own sandbox does not
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-sync",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-proxy-server",
    "--window-size=1280,900",
]


class WebDriverError(Exception):
    pass


def need(*names):
    """The path of the first program of `names`; missing is a failure, never a reason to skip."""
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    raise WebDriverError(f"{names[0]} is missing: install chromium and chromium-driver (conf/packages-test.txt)")


class Browser:
    """One chromedriver with one session; everything of it goes with close(). `arguments` are Chromium's."""

    def __init__(self, arguments=()):
        driver, chromium = need("chromedriver"), need("chromium", "chromium-browser", "google-chrome")
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self.session = None
        self.profile = tempfile.TemporaryDirectory(prefix="signgate-e2e-", ignore_cleanup_errors=True)
        port = self._start(driver)
        try:
            self.base = f"http://127.0.0.1:{port}"
            answer = self._call("POST", "/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome",
                "goog:chromeOptions": {
                    "binary": chromium,
                    "args": [*ARGUMENTS, *arguments, f"--user-data-dir={self.profile.name}"],
                },
                "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"},
                "timeouts": {"script": 30000, "pageLoad": 60000},
            }}})
            self.session = "/session/" + answer["sessionId"]
        except BaseException:
            self.close()
            raise

    def _start(self, driver):
        """Its port. It takes a free one for IPv4 and gives up when just that one is taken for IPv6, hence the turns."""
        said = []
        for _ in range(5):
            self.driver = subprocess.Popen([driver, "--port=0"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                           stderr=subprocess.STDOUT, text=True)
            for line in self.driver.stdout:
                said.append(line)
                found = re.search(r"on port (\d+)\.?\s*$", line)
                if found and "started successfully" in line:
                    return int(found.group(1))
            self.driver.wait()
            self.driver.stdout.close()
        self.profile.cleanup()
        raise WebDriverError("chromedriver did not start: " + "".join(said)[-1000:])

    def _call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with self.opener.open(request, timeout=90) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise WebDriverError(f"{path}: {value['error']}: {value['message']}") from None

    def close(self):
        if self.session:
            try:
                self._call("DELETE", self.session)
            except (WebDriverError, OSError):
                pass
        self.driver.terminate()
        try:
            self.driver.wait(10)
        except subprocess.TimeoutExpired:
            self.driver.kill()
            self.driver.wait()
        self.driver.stdout.close()
        self.profile.cleanup()

    def open(self, url):
        self._call("POST", self.session + "/url", {"url": url})

    def run(self, script, *arguments):
        """The value that the function body `script` returns; a promise is awaited."""
        return self._call("POST", self.session + "/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, what, script, *arguments, seconds=20):
        """Waits until `script` returns something true, and returns that."""
        deadline = time.monotonic() + seconds
        while True:
            value = self.run(script, *arguments)
            if value:
                return value
            if time.monotonic() > deadline:
                raise WebDriverError(f"waited {seconds} s in vain: {what}")
            time.sleep(0.1)

    def cdp(self, command, **parameters):
        """A command of the Chrome DevTools Protocol."""
        return self._call("POST", self.session + "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def enter_frame(self, css):
        element = self._call("POST", self.session + "/element", {"using": "css selector", "value": css})
        self._call("POST", self.session + "/frame", {"id": element})

    def leave_frame(self):
        self._call("POST", self.session + "/frame", {"id": None})

    def log(self, kind):
        """What was logged since the last call: `browser` (the console) or `performance` (DevTools events)."""
        return self._call("POST", self.session + "/se/log", {"type": kind})

    def network(self, seconds=20):
        """The requests since the last call of network() or log(): a list of {url, headers, status, fields}, the last
        being the answer's.

        Waits until each has an answer or has failed. The status is that of the wire: an answer that the browser then
        hides from the page (opaque response blocking, which an error document in place of a picture meets) has one,
        too.
        """
        def lowered(fields):
            return {name.lower(): text for name, text in fields.items()}

        requests, statuses, fields, failed = {}, {}, {}, set()
        deadline = time.monotonic() + seconds
        while True:
            for entry in self.log("performance"):
                message = json.loads(entry["message"])["message"]
                values = message.get("params", {})
                if message["method"] == "Network.requestWillBeSent":
                    requests[values["requestId"]] = {"url": values["request"]["url"],
                                                     "headers": lowered(values["request"]["headers"])}
                elif message["method"] == "Network.responseReceived":
                    statuses.setdefault(values["requestId"], values["response"]["status"])
                    fields.setdefault(values["requestId"], lowered(values["response"]["headers"]))
                elif message["method"] == "Network.responseReceivedExtraInfo":
                    statuses[values["requestId"]] = values["statusCode"]
                    fields[values["requestId"]] = lowered(values["headers"])
                elif message["method"] == "Network.loadingFailed":
                    failed.add(values["requestId"])
            waiting = [name for name in requests if name not in statuses and name not in failed]
            if not waiting or time.monotonic() > deadline:
                return [dict(request, status=statuses.get(name), fields=fields.get(name, {}))
                        for name, request in requests.items()]
            time.sleep(0.1)

    def screenshot(self, path, width, mobile=False):
        """The whole page, laid out `width` CSS pixels wide, as a PNG file."""
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=mobile)
        time.sleep(0.5)  # pictures that the other width asks for; a shot, not an assertion
        picture = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture["data"]))
        overflow = self.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        self.cdp("Emulation.clearDeviceMetricsOverride")
        return overflow
