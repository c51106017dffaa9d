# SPDX-License-Identifier: Apache-2.0
"""The tutorial, followed: each file is written, each local command run, and what it prints is what the document shows."""

import re
import subprocess
import unittest
from pathlib import Path

from harness import main
from tutorial import Shell, Walk, matches, parse

NAME = "conf/doc/tutorial.md"
TEXT = (Path(__file__).parents[2] / NAME).read_text()
PORTS = (8443, 8080, 3000)
STEPS = 5


class Tutorial(unittest.TestCase):
    def setUp(self):
        self.shell = Shell()
        self.addCleanup(self.shell.close)

    def test_it_does_what_it_shows(self):
        walk = Walk(NAME, TEXT, self.shell, PORTS)
        walk.follow()
        self.assertGreaterEqual(walk.counts["file"], 9, walk.counts)
        self.assertGreaterEqual(walk.counts["sh"], 28, walk.counts)
        self.assertGreaterEqual(walk.counts["shown"], 25, walk.counts)
        self.assertEqual(walk.counts["sh aws"], 0)
        for log in self.shell.folder.glob("*.log"):
            self.assertNotIn("Sanitizer", log.read_text(), log.name)

    def test_each_step_stands_there_for_aws_and_for_this_machine(self):
        blocks = parse(TEXT)
        for number in range(1, STEPS + 1):
            kinds = [block.kind for block in blocks if (block.step or "").startswith(f"Step {number}:")]
            self.assertIn("sh", kinds, f"step {number}")
            self.assertIn("sh aws", kinds, f"step {number}")

    def test_it_names_no_other_ports(self):
        self.assertEqual(set(map(int, re.findall(r"(?:127\.0\.0\.1|localhost):(\d+)", TEXT))), set(PORTS))


class Reader(unittest.TestCase):
    """What follows the document is no test if it lets everything pass."""

    def follow(self, text, ports=()):
        shell = Shell()
        self.addCleanup(shell.close)
        walk = Walk("a.md", text, shell, ports)
        walk.follow()
        return walk

    def test_another_output_fails_with_its_line(self):
        with self.assertRaisesRegex(AssertionError, "^a.md:3: .*something else"):
            self.follow("Here:\n\n```sh\necho two\n```\n\n```text\none\n```\n")

    def test_an_output_that_is_not_shown_fails(self):
        with self.assertRaisesRegex(AssertionError, "^a.md:1: .*something else"):
            self.follow("```sh\necho one\n```\n")

    def test_a_command_that_fails_fails(self):
        with self.assertRaisesRegex(AssertionError, "^a.md:5: .*exit status is 3"):
            self.follow("```sh\ntrue\n```\n\n```sh\n(exit 3)\n```\n")

    def test_variables_files_and_ports_last(self):
        walk = self.follow("`a/b.toml`:\n\n```toml\nport = 8080\n```\n\n```sh\nx=$(cat a/b.toml)\n```\n\n"
                           "```sh\necho \"$x\"\n```\n\n```text\nport = 8080\n```\n", [8080])
        self.assertEqual(walk.counts, {"file": 1, "sh": 2, "sh aws": 0, "shown": 1})
        self.assertNotIn("8080", (walk.shell.folder / "a" / "b.toml").read_text())

    def test_what_comes_late_from_the_background_is_waited_for(self):
        self.follow("```sh\n(sleep 0.3; echo ready) &\n```\n\n```text\nready\n```\n")

    def test_what_was_started_ends(self):
        walk = self.follow("```sh\nsleep 600 &\necho $! > id\n```\n")
        number = (walk.shell.folder / "id").read_text().strip()
        walk.shell.close()
        state = subprocess.run(["ps", "-o", "stat=", "-p", number], capture_output=True, text=True, check=False).stdout
        self.assertTrue(not state or state.startswith("Z"), state)

    def test_dots_stand_for_a_part_of_a_line_or_for_lines(self):
        for shown, printed, same in (
                ("a\n", "a\n", True), ("a\n", "a", True), ("a\n", "b\n", False), ("a\n", "a\nb\n", False), ("", "a\n", False),
                ("a\n", "", False), ("", "", True), ("x ... z\n", "x y z\n", True), ("x ... z\n", "x y\nz\n", False),
                ("a\n...\nb\n", "a\nb\n", True), ("a\n...\nb\n", "a\n1\n2\nb\n", True), ("a\n...\nb\n", "a\n1\n", False),
                ("...\n", "", True), ("a.c\n", "abc\n", False), ("a\n", "a  \n", True)):
            self.assertEqual(matches(shown, printed), same, (shown, printed))

    def test_a_block_that_nobody_would_compare_is_refused(self):
        for text, why in (("```text\na\n```\n", "without commands"), ("```sh\na\n", "no end"),
                          ("```toml\na\n```\n", "without a name"), ("```bash\na\n```\n", "of kind"), ("```\na\n```\n", "of kind"),
                          ("```sh aws\na\n```\n\n```text\na\n```\n", "without commands")):
            with self.assertRaisesRegex(AssertionError, why):
                parse(text)


if __name__ == "__main__":
    main()
