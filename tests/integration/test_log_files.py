# SPDX-License-Identifier: Apache-2.0
"""Log files: buffers, rotation by rename and USR1 under load, and what happens when they cannot be written."""

import gzip
import os
import re
import resource
import shutil
import signal
import tempfile
import threading
import unittest
from pathlib import Path

from harness import Client, Gateway, main, wait_until

CONFIGURATION = """
worker_processes = 2
error_log = "@ERROR_LOG@"
[log_format]
short = "$request_uri"
[[server]]
listen = ["127.0.0.1:0"]
access_log = "@LOG@"
[[server.route]]
location = "/"
return = "200 ok"
"""


class LogFileTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="signgate-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def start(self, log, error_log="error.log notice"):
        self.gateway = Gateway(CONFIGURATION.replace("@LOG@", log).replace("@ERROR_LOG@", error_log), self.folder)
        self.addCleanup(self.gateway.kill)
        return self.gateway

    def text(self, name):
        path = self.folder / name
        return path.read_text() if path.is_file() else ""

    def lines(self, name):
        return self.text(name).splitlines()

    def wait_for(self, name, text):
        wait_until(lambda: text in self.text(name), f"{text!r} in {name}")

    def rotate(self, name, to):
        """As logrotate does."""
        os.rename(self.folder / name, self.folder / to)
        self.reopen()
        wait_until((self.folder / name).exists, f"a new {name}")

    def reopen(self):
        self.gateway.signal(signal.SIGUSR1)


class Buffers(LogFileTest):
    def test_a_buffer_is_kept_until_it_is_full(self):
        self.start("a.log short buffer=1k")
        with self.gateway.client() as client:
            for i in range(20):
                client.get(f"/{i}")
            self.assertEqual(self.text("a.log"), "")
            for i in range(20, 300):
                client.get(f"/{i}")
        wait_until(lambda: len(self.text("a.log")) >= 1024, "a full buffer's lines")
        self.gateway.stop()
        self.assertEqual(self.lines("a.log"), [f"/{i}" for i in range(300)])

    def test_flush_bounds_how_long_a_line_waits(self):
        self.start("a.log short buffer=1m flush=300ms")
        self.gateway.get("/one")
        self.wait_for("a.log", "/one\n")

    def test_without_a_buffer_lines_are_there_in_a_moment(self):
        self.start("a.log short")
        self.gateway.get("/one")
        self.wait_for("a.log", "/one\n")

    def test_a_reload_writes_what_is_buffered(self):
        self.start("a.log short buffer=1m")
        self.gateway.get("/one")
        self.gateway.signal(signal.SIGHUP)
        self.wait_for("a.log", "/one\n")


class Rotation(LogFileTest):
    def test_usr1_goes_on_in_new_files(self):
        self.start("logs/a.log short", "logs/error.log notice")
        self.gateway.get("/old")
        self.wait_for("logs/a.log", "/old\n")
        os.rename(self.folder / "logs/error.log", self.folder / "logs/error.log.1")
        self.rotate("logs/a.log", "logs/a.log.1")
        wait_until((self.folder / "logs/error.log").exists, "a new error log")
        self.assertIn("reopening logs", self.text("logs/error.log.1"))
        self.gateway.get("/new")
        self.wait_for("logs/a.log", "/new\n")
        self.assertEqual(self.lines("logs/a.log"), ["/new"])
        self.assertEqual(self.lines("logs/a.log.1"), ["/old"])
        self.gateway.signal(signal.SIGHUP)
        self.wait_for("logs/error.log", "reconfiguring")
        self.gateway.stop()

    def test_usr1_writes_a_buffer_to_the_old_file(self):
        self.start("a.log short buffer=1m")
        with self.gateway.client() as client:
            client.get("/old")
            client.get("/next")  # a line is written behind its answer, and before the next one on a connection
        self.rotate("a.log", "a.log.1")
        self.gateway.get("/new")
        self.gateway.stop()
        old, new = self.lines("a.log.1"), self.lines("a.log")
        self.assertEqual((old[:1], sorted(old + new)), (["/old"], ["/new", "/next", "/old"]))
        self.assertIn("/new", new)

    def test_hup_reopens_too(self):
        self.start("a.log short")
        self.gateway.get("/old")
        self.wait_for("a.log", "/old\n")
        os.rename(self.folder / "a.log", self.folder / "a.log.1")
        self.gateway.signal(signal.SIGHUP)
        wait_until((self.folder / "a.log").exists, "a new log")
        self.gateway.get("/new")
        self.wait_for("a.log", "/new\n")

    def test_no_line_is_lost_or_doubled_under_load(self):
        for log in ("a.log short", "a.log short buffer=4k flush=50ms"):
            with self.subTest(log):
                self.start(log)
                stop = threading.Event()
                asked = [[], [], [], []]

                def ask(mine, number, stop=stop, gateway=self.gateway):
                    with gateway.client() as client:
                        while not stop.is_set() and len(mine) < 900:
                            path = f"/{number}-{len(mine)}"
                            client.get(path)
                            mine.append(path)
                threads = [threading.Thread(target=ask, args=(mine, number)) for number, mine in enumerate(asked)]
                for thread in threads:
                    thread.start()
                names = [f"a.log.{turn}" for turn in range(12)]
                for turn, name in enumerate(names):
                    wait_until(lambda turn=turn: sum(map(len, asked)) > 40 * turn, "requests")
                    self.rotate("a.log", name)
                stop.set()
                for thread in threads:
                    thread.join()
                self.gateway.stop()
                written = [line for name in [*names, "a.log"] for line in self.lines(name)]
                self.assertEqual(sorted(written), sorted(path for mine in asked for path in mine))
                self.assertGreater(sum(1 for name in names if self.text(name)), 3)
                for name in [*names, "a.log"]:
                    (self.folder / name).unlink()

    def test_a_new_file_that_cannot_be_opened_leaves_the_old_one_in_use(self):
        self.start("logs/a.log short")
        self.gateway.get("/one")
        self.wait_for("logs/a.log", "/one\n")
        os.rename(self.folder / "logs", self.folder / "old")
        (self.folder / "logs").write_text("a file where the folder was")
        self.reopen()
        self.wait_for("error.log", 'access_log "logs/a.log" cannot be opened: Not a directory; the old file stays in use')
        self.gateway.get("/two")
        self.wait_for("old/a.log", "/two\n")
        (self.folder / "logs").unlink()
        # The folder is made anew, as at the start.
        self.reopen()
        wait_until((self.folder / "logs/a.log").exists, "a new log")
        self.gateway.get("/three")
        self.wait_for("logs/a.log", "/three\n")
        self.assertEqual(self.lines("old/a.log"), ["/one", "/two"])

    def test_a_removed_folder_stops_nobody(self):
        self.start("logs/a.log short")
        self.gateway.get("/one")
        self.wait_for("logs/a.log", "/one\n")
        shutil.rmtree(self.folder / "logs")
        self.assertEqual(self.gateway.get("/two").status, 200)
        self.reopen()
        wait_until((self.folder / "logs/a.log").exists, "a new log")
        self.gateway.get("/three")
        self.wait_for("logs/a.log", "/three\n")


class Variables(LogFileTest):
    """Logs whose path is another one for each request."""

    def test_each_request_is_in_the_log_that_its_variables_name(self):
        (self.folder / "logs").mkdir()
        self.start("logs/$host.log short")
        for host in ("a.test", "b.test", "A.test"):
            self.gateway.get(f"/{host}", host=host)
        for host in ("a.test", "b.test"):
            self.wait_for(f"logs/{host}.log", f"/{host}\n")
        self.wait_for("logs/a.test.log", "/A.test\n")
        # Each connection is another worker's, perhaps: what they write has no order.
        self.assertEqual(sorted(self.lines("logs/a.test.log")), ["/A.test", "/a.test"])

    def test_a_client_cannot_choose_another_folder(self):
        (self.folder / "logs").mkdir()
        self.start("logs/$arg_to.log short")
        for value in ("../out", "/etc/passwd", "a/b", "..%2fout"):
            self.assertEqual(self.gateway.get(f"/x?to={value}").status, 200)
        self.wait_for("error.log", 'access_log "logs/$arg_to.log": $arg_to has a "/" or a control character; ')
        self.gateway.get("/good?to=good")
        self.wait_for("logs/good.log", "/good?to=good\n")
        self.assertEqual(sorted(path.name for path in (self.folder / "logs").iterdir()), ["..%2fout.log", "good.log"])
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["error.log", "logs", "signgate.toml"])

    def test_a_client_cannot_name_the_folder_above(self):
        (self.folder / "logs").mkdir()
        self.start("logs/$arg_to/a.log short")
        # One at a time: of several losses within a second the last one's reason is told.
        for value, reason in (("..", "of a name; "), ("", "the name of a file or folder empty; "), (".", "of a name; ")):
            told = self.text("error.log").count(reason)
            self.gateway.get(f"/x?to={value}")
            wait_until(lambda: self.text("error.log").count(reason) > told, reason)  # pylint: disable=cell-var-from-loop
        self.assertEqual(sorted(path.name for path in self.folder.rglob("*")), ["error.log", "logs", "signgate.toml"])

    def test_folders_are_not_made_and_what_is_lost_is_told_once_a_second(self):
        self.start("logs/$host/a.log short")
        with self.gateway.client() as client:
            for i in range(50):
                self.assertEqual(client.get(f"/{i}", host="a.test").status, 200)
        self.wait_for("error.log", '"logs/a.test/a.log" cannot be opened: No such file or directory; ')
        (self.folder / "logs/a.test").mkdir(parents=True)
        self.gateway.get("/after", host="a.test")
        self.wait_for("logs/a.test/a.log", "/after\n")

        def told():
            found = [re.search(r"(\S+ \S+) .*; (\d+) lines were lost", line) for line in self.lines("error.log")]
            return [(match.group(1), int(match.group(2))) for match in found if match]
        # Before the end, which tells what is left at once.
        # A line that was pending still when the folder was made is in the file.
        wait_until(lambda: sum(lost for _, lost in told()) + len(self.lines("logs/a.test/a.log")) == 51,
                   "the number of all lines")
        times = [time for time, _ in told()]
        self.assertEqual(len(times), len(set(times)), times)

    def test_usr1_and_hup_go_on_in_new_files(self):
        (self.folder / "logs").mkdir()
        self.start('logs/$host.log short"\nopen_log_file_cache = "max=10 inactive=1h valid=1h')
        for name, by in (("first", signal.SIGUSR1), ("second", signal.SIGHUP)):
            self.gateway.get(f"/{name}", host="a.test")
            self.wait_for("logs/a.test.log", f"/{name}\n")
            os.rename(self.folder / "logs/a.test.log", self.folder / f"logs/{name}")
            # What is kept open goes on where it was.
            self.gateway.get("/kept", host="a.test")
            self.wait_for(f"logs/{name}", "/kept\n")
            self.gateway.signal(by)
            wait_until(lambda: self.gateway.get("/new", host="a.test") and self.text("logs/a.test.log"), "a new file")
            self.assertEqual(set(self.lines("logs/a.test.log")), {"/new"})

    def test_what_is_at_hand_is_written_at_the_end(self):
        self.start("$host.log short")
        self.gateway.get("/last", host="a.test")
        self.gateway.stop()
        self.assertEqual(self.lines("a.test.log"), ["/last"])

    def test_many_names_leave_few_files_open(self):
        (self.folder / "logs").mkdir()
        self.start('logs/$host.log short"\nopen_log_file_cache = "max=5 inactive=1h')
        with self.gateway.client() as client:
            for i in range(60):
                client.get(f"/{i}", host=f"h{i}.test")
        wait_until(lambda: len(list((self.folder / "logs").iterdir())) == 60, "all files")
        descriptors = Path(f"/proc/{self.gateway.process.pid}/fd")
        wait_until(lambda: sum("/logs/h" in os.readlink(each) for each in descriptors.iterdir() if each.is_symlink()) == 5,
                   "five open files")


class Compressed(LogFileTest):
    def test_what_is_gathered_is_compressed(self):
        self.start("a.log.gz short gzip=9 flush=100ms")
        self.gateway.get("/one")
        wait_until(lambda: (self.folder / "a.log.gz").stat().st_size > 0, "the first buffer")
        with self.gateway.client() as client:
            for i in range(900):
                client.get(f"/{i}")
        self.gateway.stop()
        data = (self.folder / "a.log.gz").read_bytes()
        self.assertEqual(gzip.decompress(data).decode().splitlines(), ["/one", *(f"/{i}" for i in range(900))])
        self.assertGreater(data.count(b"\x1f\x8b\x08"), 1)


class Unwritable(LogFileTest):
    def complaints(self, text="writing failed"):
        return [line for line in self.lines("error.log") if text in line]

    def test_a_full_disk_is_told_once_a_second_and_recovered_from(self):
        os.symlink("/dev/full", self.folder / "a.log")
        self.start("a.log short")
        paths = [f"/full-{i}" for i in range(300)]
        with self.gateway.client() as client:
            for path in paths:
                self.assertEqual(client.get(path).status, 200)
            self.wait_for("error.log", 'access_log "a.log": writing failed: No space left on device')
            wait_until(lambda: len(self.complaints()) >= 2, "the second line")
            paths.append("/full-later")
            self.assertEqual(client.get(paths[-1]).status, 200)
        times = [re.match(r"\S+ \S+", line).group() for line in self.complaints()]
        self.assertEqual(len(times), len(set(times)), times)
        (self.folder / "a.log").unlink()
        self.reopen()
        self.wait_for("error.log", 'access_log "a.log" is written again; 0 lines were lost')
        self.gateway.get("/after")
        self.wait_for("a.log", "/after\n")
        self.assertEqual(self.lines("a.log"), [*paths, "/after"])
        self.gateway.stop()

    def test_space_that_returns_is_used_without_a_signal(self):
        """A limit on the size of files stands for the disk: what is beyond it cannot be written."""
        self.start("a.log short", "stderr notice")
        _, hard = resource.prlimit(self.gateway.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.gateway.process.pid, resource.RLIMIT_FSIZE, (1000, hard))
        paths = [f"/limited-{i}" for i in range(200)]
        with self.gateway.client() as client:
            for path in paths:
                self.assertEqual(client.get(path).status, 200)
            wait_until(lambda: 'access_log "a.log": writing failed: File too large' in self.gateway.log(), "the report")
            self.assertEqual(client.get("/still-served").status, 200)
        resource.prlimit(self.gateway.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        wait_until(lambda: 'access_log "a.log" is written again' in self.gateway.log(), "the recovery")
        self.wait_for("a.log", "/still-served\n")
        self.assertEqual(self.lines("a.log"), [*paths, "/still-served"])
        self.gateway.stop()

    def test_an_error_log_on_a_full_disk_stops_nobody(self):
        os.symlink("/dev/full", self.folder / "error.log")
        self.start("a.log short")
        for i in range(5):
            self.gateway.signal(signal.SIGHUP)
            self.assertEqual(self.gateway.get(f"/{i}").status, 200)
        (self.folder / "error.log").unlink()
        self.reopen()
        # What it could not write it kept.
        self.wait_for("error.log", "serves")
        self.wait_for("error.log", "reopening logs")
        self.gateway.stop()

    def test_a_log_that_cannot_be_opened_is_an_error_of_the_start_and_of_a_reload(self):
        (self.folder / "file").write_text("")
        with self.assertRaisesRegex(AssertionError, r'access_log "file/a\.log" cannot be opened: Not a directory'):
            self.start("file/a.log short")
        gateway = self.start("a.log short")
        gateway.file.write_text(gateway.file.read_text().replace("a.log short", "file/a.log short"))
        gateway.signal(signal.SIGHUP)
        self.wait_for("error.log", "the old one stays in use")
        gateway.get("/one")
        self.wait_for("a.log", "/one\n")


class Streams(LogFileTest):
    def test_usr1_leaves_stderr_and_stdout_alone(self):
        self.start("stdout short", "stderr notice")
        self.reopen()
        wait_until(lambda: "reopening logs" in self.gateway.log(), "the signal")
        with Client(self.gateway.port) as client:
            client.get("/on-stdout")
        wait_until(lambda: "/on-stdout\n" in self.gateway.log(), "the line")
        self.gateway.stop()


if __name__ == "__main__":
    main()
