# SPDX-License-Identifier: Apache-2.0
"""A configuration of several files: what is added, in which order, what is told of mistakes, and reloads."""

import shutil
import signal
import tempfile
import unittest
from pathlib import Path

from harness import Client, Gateway, main, signgate, wait_until
from ports import free_port

CONFIGURATION = """
include = ["conf.d/*.toml", "more/one.toml"]
worker_processes = 1
[[server]]
listen = ["127.0.0.1:0"]
server_name = ["first.test"]
access_log = "off"
return = "200 first"
"""

SECOND = """[[server]]
listen = ["127.0.0.1:%d"]
access_log = "off"
return = "200 second"
"""


class Include(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "conf.d").mkdir()
        (self.folder / "more").mkdir()
        self.write("more/one.toml", "")

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def start(self):
        self.gateway = Gateway(CONFIGURATION, self.folder)
        self.addCleanup(self.gateway.stop)

    def reload(self, says="the new configuration is in use"):
        before = self.gateway.log().count(says)
        self.gateway.signal(signal.SIGHUP)
        wait_until(lambda: self.gateway.log().count(says) > before, says)

    def at(self, port):
        with Client(port) as client:
            return client.get("/").text()

    def check(self):
        self.write("signgate.toml", CONFIGURATION)
        return signgate("check", "-c", self.folder / "signgate.toml")

    def test_a_reload_takes_up_files_that_have_come(self):
        self.start()
        port = free_port()
        self.write("conf.d/b.toml", SECOND % port)
        self.reload()
        self.assertEqual(self.at(port), "second")
        self.write("conf.d/b.toml", (SECOND % port).replace("200 second", "200 changed"))
        self.reload()
        self.assertEqual(self.at(port), "changed")
        self.write("conf.d/b.toml", (SECOND % port).replace("return", "retrun"))
        self.reload("the old one stays in use")
        self.assertIn(f'{self.folder}/conf.d/b.toml:4:1: error: unknown key "retrun"', self.gateway.log())
        self.assertEqual(self.at(port), "changed")
        self.assertEqual(self.gateway.get("/").text(), "first")

    def test_check_works_through_all_files(self):
        self.assertEqual(self.check().returncode, 0)
        self.write("conf.d/a.toml", "[upstream.a]\nserver = [\"127.0.0.1:1\"]\n[key.K]\nprivate_key = \"none.pem\"\n")
        self.write("more/one.toml", "[upstream.a]\nserver = [\"127.0.0.1:2\"]\n")
        found = self.check()
        self.assertEqual(found.returncode, 1)
        self.assertIn(f'{self.folder}/more/one.toml:1:11: error: "upstream.a" stands already at line 1 of '
                      f'"{self.folder}/conf.d/a.toml"\n[upstream.a]\n          ^\n', found.stderr)
        self.write("more/one.toml", "")
        found = self.check()
        # Found when the key is loaded, past the reading.
        self.assertIn(f"{self.folder}/conf.d/a.toml:4:15: error: private_key", found.stderr)
        self.assertIn('private_key = "none.pem"', found.stderr)

    def test_a_file_that_is_not_there(self):
        (self.folder / "more/one.toml").unlink()
        found = self.check()
        self.assertEqual(found.returncode, 1)
        self.assertIn("signgate.toml:2:29: error: include: ", found.stderr)
        self.assertIn("more/one.toml\": No such file or directory", found.stderr)


if __name__ == "__main__":
    main()
