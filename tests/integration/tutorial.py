# SPDX-License-Identifier: Apache-2.0
"""Runs a document: its files are written, its commands run in order by one shell, and what they print is held to what the
document shows.

    ```sh               commands; what they print is the text block behind it, or nothing
    ```text             that: `...` is anything within a line, a line of `...` any lines
    ```sh aws           commands for an account at AWS; run only when asked for
    ```toml, json, ...  a file, whose name is the last in backticks in the paragraph before
"""

import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

from harness import PATIENCE, binary
from ports import free_ports
from wire import wait_until

FILES = ("toml", "json", "html", "xml")


class Block:
    def __init__(self, kind, line):
        self.kind = kind  # "sh", "sh aws" or "file"
        self.line = line  # of its fence
        self.text = ""
        self.name = None  # of a file
        self.shown = ""   # what its commands print
        self.step = None  # the heading that it is below


def parse(text):
    """The document's blocks in order. A block that nobody would run or compare is an error."""
    blocks, lines, step = [], text.splitlines(), None
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if line.startswith("## "):
            step = line[3:]
        if not line.startswith("```"):
            continue
        kind, begin, body = line[3:].strip(), number, []
        while number < len(lines) and lines[number] != "```":
            body.append(lines[number])
            number += 1
        if number == len(lines):
            raise AssertionError(f"line {begin}: the block has no end")
        number += 1
        content = "".join(f"{each}\n" for each in body)
        if kind == "text":
            if not blocks or blocks[-1].kind != "sh" or blocks[-1].shown:
                raise AssertionError(f"line {begin}: an output without commands before it")
            blocks[-1].shown = content
            continue
        block = Block("file" if kind in FILES else kind, begin)
        if block.kind not in ("file", "sh", "sh aws"):
            raise AssertionError(f"line {begin}: a block of kind {kind!r}")
        block.text, block.step = content, step
        if block.kind == "file":
            paragraph = "\n".join(lines[:begin - 1]).rstrip().split("\n\n")[-1]
            names = re.findall(r"`([\w./-]+\.\w+)`", paragraph)
            if not names:
                raise AssertionError(f"line {begin}: a file without a name before it")
            block.name = names[-1]
        blocks.append(block)
    return blocks


def matches(shown, printed):
    """Whether that was printed which is shown. Blanks at the ends of lines, and line ends at the end, do not count."""
    pattern = ""
    for line in shown.splitlines():
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*"
        else:
            pattern += "[^\n]*".join(map(re.escape, line.rstrip().split("..."))) + "\n"
    text = "".join(f"{line.rstrip()}\n" for line in printed.rstrip().splitlines())
    return re.fullmatch(pattern, text) is not None


class Shell:
    """One bash in a folder of its own, with signgate on its PATH."""

    def __init__(self):
        self.place = Path(tempfile.mkdtemp(prefix="signgate-tutorial-"))
        self.folder, self.path = self.place / "reader", self.place / "bin"
        self.folder.mkdir()
        self.path.mkdir()
        (self.path / "signgate").symlink_to(binary())
        # No proxy and no settings of whoever runs the tests.
        environment = {name: value for name, value in os.environ.items()
                       if not name.lower().endswith("_proxy") and not name.startswith("AWS_")}
        environment.update(PATH=f"{self.path}:{environment['PATH']}", LC_ALL="C.UTF-8", CURL_HOME=str(self.place), NO_PROXY="*")
        self.output = bytearray()
        self.process = subprocess.Popen(["bash", "--norc", "--noprofile"], cwd=self.folder, env=environment,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        start_new_session=True)
        self.reader = threading.Thread(target=self.read_output, daemon=True)
        self.reader.start()

    def add_program(self, name, text):
        (self.path / name).write_text(text)
        (self.path / name).chmod(0o755)

    def read_output(self):
        while data := self.process.stdout.read1(65536):
            self.output += data

    def run(self, commands, shown=None):
        """What the commands print, and the exit status of the last. What runs on in the background is waited for until it has
        printed what is shown."""
        script, mark = self.place / "block.sh", secrets.token_hex(16)
        script.write_text(commands)
        self.output.clear()
        # Without a line end the shell writes it at once, so that nothing comes between its parts.
        self.process.stdin.write(f". {script} < /dev/null; printf '%s %d;' {mark} $?\n".encode())
        self.process.stdin.flush()
        end = re.compile(rf"{mark} (\d+);".encode())
        wait_until(lambda: end.search(self.output) or self.process.poll() is not None, f"the end of:\n{commands}",
                   4 * PATIENCE)
        found = end.search(self.output)
        if not found:
            raise AssertionError(f"the shell ended: {self.output.decode(errors='replace')}")

        def printed():
            return end.sub(b"", bytes(self.output)).decode(errors="replace").replace("\r\n", "\n")
        if shown is not None and re.search(r"[^&]&$", commands, re.MULTILINE):
            try:
                wait_until(lambda: matches(shown, printed()), "what is shown")
            except AssertionError:
                pass  # the caller compares, and tells the difference
        return printed(), int(found.group(1))

    def close(self):
        """Ends the shell and all that it has started."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(timeout=PATIENCE)
        self.process.stdin.close()
        self.reader.join(timeout=PATIENCE)
        self.process.stdout.close()
        shutil.rmtree(self.place, ignore_errors=True)


class Walk:
    """A reader who follows the document `text` in a shell. `ports` are those of the document; others, which are free, take
    their places everywhere."""

    def __init__(self, name, text, shell, ports=()):
        self.name, self.shell = name, shell
        self.blocks = parse(text)
        self.ports = dict(zip(map(str, ports), map(str, free_ports(len(ports)))))
        self.counts = {"file": 0, "sh": 0, "sh aws": 0, "shown": 0}

    def put(self, text):
        if not self.ports:
            return text
        return re.sub(r"\b(?:" + "|".join(self.ports) + r")\b", lambda found: self.ports[found.group()], text)

    def follow(self, with_aws=False):
        for block in self.blocks:
            if block.kind == "file":
                path = self.shell.folder / block.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(self.put(block.text))
            elif block.kind == "sh":
                self.run(block)
            elif with_aws:
                self.run_aws(block)
            else:
                continue
            self.counts[block.kind] += 1

    def run(self, block):
        shown = self.put(block.shown)
        printed, status = self.shell.run(self.put(block.text), shown)
        if not matches(shown, printed):
            raise AssertionError(f"{self.name}:{block.line}: these commands print something else than the document shows\n"
                                 f"--- commands\n{block.text}--- shown\n{shown}--- printed\n{printed}")
        if status != 0:
            raise AssertionError(f"{self.name}:{block.line}: the last command's exit status is {status}\n{block.text}")
        self.counts["shown"] += bool(shown)

    def run_aws(self, block):
        """Commands for AWS may print anything."""
        printed, status = self.shell.run(self.put(block.text))
        if status != 0:
            raise AssertionError(f"{self.name}:{block.line}: exit status {status}\n{block.text}--- printed\n{printed}")
