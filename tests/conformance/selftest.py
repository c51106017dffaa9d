#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each check of this folder passes a small good tree, and finds the one thing made wrong in it."""

import pathlib
import shutil
import tempfile
import unittest

import documents
import headers
import house_rules
import layers
import mirror
from tree import Tree

SPDX = house_rules.SPDX + "\n"
GOOD = {
    "CMakeLists.txt": "add_subdirectory(policy)\n",
    "README.md": "[the guide](conf/doc/guide.md#part), [elsewhere](https://example.com/a); run `tests/run.sh`.\n",
    "conf/doc/guide.md": "Back to the [start](../../README.md).\n",
    "tests/run.sh": "true\n",
    "policy/CMakeLists.txt": "signgate_library(signgate_policy SOURCES rule.cpp)\n",
    "policy/rule.hpp": SPDX + "#pragma once\n#include <string>\n",
    "policy/rule.cpp": SPDX + '#include "policy/rule.hpp"\n',
    "gateway/http/CMakeLists.txt": "signgate_library(signgate_http SOURCES head.cpp PUBLIC signgate_policy)\n",
    "gateway/http/head.hpp": SPDX + '#pragma once\n#include "policy/rule.hpp"\n',
    "gateway/http/head.cpp": SPDX + '#include "gateway/http/head.hpp"\n',
    "gateway/net/stream.hpp": SPDX + "#pragma once\n#include <boost/asio/io_context.hpp>\n",
    "tests/unit/policy/CMakeLists.txt": "signgate_unit_test(policy_test SOURCES rule_test.cpp)\n",
    "tests/unit/policy/rule_test.cpp": SPDX + '#include "policy/rule.hpp"\n',
    "tests/unit/gateway/http/CMakeLists.txt": "signgate_unit_test(http_test SOURCES head_test.cpp)\n",
    "tests/unit/gateway/http/head_test.cpp": SPDX + '#include "gateway/http/head.hpp"\n',
}


class HeadersByClang:
    """headers as the other checks are called."""

    @staticmethod
    def violations(tree):
        return headers.violations(tree, ["clang++", *headers.OPTIONS])


class Checks(unittest.TestCase):
    def run_on(self, check, changes):
        """What `check` finds in the good tree after `changes` (path to content; None removes the file)."""
        with tempfile.TemporaryDirectory() as root:
            for name, content in {**GOOD, **changes}.items():
                if content is None:
                    continue
                path = pathlib.Path(root, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
            checked, found = check.violations(Tree(root))
            self.assertGreater(checked, 0)
            return found

    def assert_found(self, check, changes, expected):
        found = self.run_on(check, changes)
        self.assertEqual(1, len(found), found)
        self.assertIn(expected, found[0])

    def header(self, include):
        return SPDX + f"#pragma once\n#include {include}\n"

    def source(self, line):
        return SPDX + f'#include "gateway/http/head.hpp"\n{line}\n'

    def test_a_good_tree_passes(self):
        for check in (layers, house_rules, mirror, documents):
            self.assertEqual([], self.run_on(check, {}))

    def test_an_include_to_the_right_is_found_with_its_line(self):
        self.assert_found(layers, {"policy/rule.hpp": self.header('"gateway/http/head.hpp"')},
                          "policy/rule.hpp:3: policy may not include gateway/http")
        self.assert_found(layers, {"gateway/http/head.hpp": self.header('"gateway/route/router.hpp"')},
                          "gateway/http may not include gateway/route")

    def test_layers_side_by_side_do_not_include_each_other(self):
        self.assert_found(layers, {"gateway/http/head.hpp": self.header('"gateway/net/stream.hpp"')},
                          "gateway/http may not include gateway/net")
        self.assert_found(layers, {"gateway/server/worker.hpp": self.header('"gateway/edge/edge.hpp"')},
                          "gateway/server may not include gateway/edge")

    def test_a_folder_below_a_layer_belongs_to_it(self):
        self.assert_found(layers, {"policy/json/writer.hpp": self.header('"signing/signer.hpp"')},
                          "policy may not include signing")

    def test_an_include_that_is_not_written_from_the_root_is_found(self):
        self.assert_found(layers, {"gateway/http/head.hpp": self.header('"rule.hpp"')}, "write the path from the root")

    def test_a_folder_outside_of_the_layers_is_found(self):
        self.assert_found(layers, {"gateway/utils/all.hpp": self.header("<string>")}, "in none of the layers")

    def test_the_core_has_no_asio_logger_or_thread(self):
        for include, what in (("<boost/asio/post.hpp>", "Asio"), ("<boost/beast/http.hpp>", "Beast"),
                              ("<spdlog/spdlog.h>", "logger"), ("<thread>", "threads"),
                              ("<sys/socket.h>", "sockets")):
            self.assert_found(layers, {"policy/rule.hpp": self.header(include)}, what)
            self.assert_found(layers, {"gateway/http/head.hpp": self.header(include)}, what)

    def test_the_rewriter_does_not_know_signatures(self):
        self.assert_found(layers, {"gateway/rewrite/link.hpp": self.header('"signing/signer.hpp"')}, "signatures")

    def test_the_core_reads_no_clock(self):
        for call in ("std::chrono::system_clock::now();", "unix_now();", "time(nullptr);"):
            self.assert_found(layers, {"gateway/http/head.cpp": self.source(f"auto t = {call}")}, "reads a clock")
        self.assertEqual([], self.run_on(layers, {"gateway/http/head.cpp": self.source("// as system_clock::now does")}))

    def test_a_link_line_to_the_right_is_found(self):
        self.assert_found(layers, {"policy/CMakeLists.txt": "signgate_library(signgate_policy PUBLIC signgate_http)\n"},
                          "policy may not link signgate_http")

    def test_house_rules_of_code(self):
        self.assert_found(house_rules, {"policy/rule.cpp": '#include "policy/rule.hpp"\n'}, "the first line has to be")
        self.assert_found(house_rules, {"policy/rule.hpp": SPDX + "#include <string>\n"}, "#pragma once")
        self.assert_found(house_rules, {"policy/rule.cpp": SPDX + "using namespace std;\n"}, "using namespace std")

    def test_a_check_in_a_noexcept_function_is_found(self):
        for head in ("void A::f(int n) noexcept {", "int f() const noexcept override {",
                     "A::A(int n,\n     int m) noexcept\n    : n_(n), m_(m) {"):
            self.assert_found(house_rules, {"policy/rule.cpp": SPDX + head + "\n  if (n) {\n  }\n  SIGNGATE_CHECK(n);\n}\n"},
                              "SIGNGATE_CHECK in a noexcept function")
        for fine in ("void f() {\n  SIGNGATE_CHECK(n);\n}\n", "int f() noexcept;\nvoid g() {\n  SIGNGATE_CHECK(n);\n}\n",
                     "int f() noexcept { return 1; }\nvoid g() {\n  SIGNGATE_CHECK(n);\n}\n",
                     "int f() noexcept {\n  return 1;\n}\nvoid g() {\n  SIGNGATE_CHECK(n);\n}\n"):
            self.assertEqual([], self.run_on(house_rules, {"policy/rule.cpp": SPDX + fine}))

    def test_the_length_of_a_file(self):
        at_the_limit = SPDX + "\n" * (house_rules.MAX_LINES - 1)
        self.assertEqual([], self.run_on(house_rules, {"policy/rule.cpp": at_the_limit}))
        self.assert_found(house_rules, {"policy/rule.cpp": at_the_limit + "\n"}, "split it")
        table = SPDX + house_rules.GENERATED + "table.py.\n" + "\n" * house_rules.MAX_LINES
        self.assertEqual([], self.run_on(house_rules, {"policy/rule.cpp": table}))

    def test_the_size_of_a_file(self):
        for name, byte, limit in (("conf/picture.png", b"\0", house_rules.MAX_BYTES_BINARY),
                                  ("tests/data/table.txt", b"\n", house_rules.MAX_BYTES_TEXT)):
            self.assertEqual([], self.run_on(house_rules, {name: byte * limit}))
            self.assert_found(house_rules, {name: byte * (limit + 1)}, "the limit is")

    def test_house_rules_of_lines(self):
        for line, expected in (("TO" + "DO: later", "note to self"), ("FIX" + "ME", "note to self"),
                               ("cd /" + "home/jane/signgate", "path of one machine"),
                               ("blank at the end ", "blanks at the end"), ("carriage return\r", "CR LF")):
            self.assert_found(house_rules, {"conf/notes.txt": line + "\n"}, "conf/notes.txt:1: ")
            self.assert_found(house_rules, {"conf/notes.txt": line + "\n"}, expected)
        self.assert_found(house_rules, {"conf/notes.txt": "no end"}, "the last line has no end")

    def test_a_test_stands_where_its_source_stands(self):
        lists = {"tests/unit/policy/CMakeLists.txt": "signgate_unit_test(t SOURCES rule_test.cpp other_test.cpp)\n"}
        self.assert_found(mirror, {**lists, "tests/unit/policy/other_test.cpp": SPDX}, "which is not there")

    def test_a_test_includes_its_header_first(self):
        self.assert_found(mirror, {"tests/unit/policy/rule_test.cpp": SPDX + '#include <a>\n#include "policy/rule.hpp"\n'},
                          "its first include")

    def test_a_source_includes_its_header_first(self):
        self.assert_found(mirror, {"policy/rule.cpp": SPDX + '#include <a>\n#include "policy/rule.hpp"\n'},
                          "policy/rule.cpp:1: its first include")

    def test_a_source_of_the_core_without_a_test_is_found(self):
        more = {"policy/CMakeLists.txt": "signgate_library(signgate_policy SOURCES rule.cpp more.cpp)\n"}
        self.assert_found(mirror, {**more, "policy/more.hpp": SPDX, "policy/more.cpp": SPDX + '#include "policy/more.hpp"\n'},
                          "no test in tests/unit/policy includes policy/more.hpp")
        self.assertEqual([], self.run_on(mirror, {**more, "policy/more.cpp": SPDX + '#include "policy/rule.hpp"\n'}))

    def test_a_detail_is_tested_through_the_source_beside_it(self):
        detail = {"policy/CMakeLists.txt": "signgate_library(signgate_policy SOURCES rule.cpp more.cpp)\n",
                  "policy/more.hpp": SPDX + "#pragma once\n", "policy/more.cpp": SPDX + '#include "policy/more.hpp"\n',
                  "policy/rule.cpp": SPDX + '#include "policy/rule.hpp"\n\n#include "policy/more.hpp"\n'}
        self.assertEqual([], self.run_on(mirror, detail))
        self.assert_found(mirror, {**detail, "gateway/http/head.hpp": self.header('"policy/more.hpp"')},
                          "no test in tests/unit/policy includes policy/more.hpp")
        self.assert_found(mirror, {**detail, "policy/rule.cpp": GOOD["policy/rule.cpp"]},
                          "no test in tests/unit/policy includes policy/more.hpp")

    def test_a_source_that_nothing_compiles_is_found(self):
        self.assert_found(mirror, {"policy/CMakeLists.txt": "signgate_library(signgate_policy SOURCES overrule.cpp)\n"},
                          "policy/rule.cpp:1: no CMakeLists.txt names it")
        self.assert_found(mirror, {"tests/unit/policy/CMakeLists.txt": "\n"}, "rule_test.cpp:1: no CMakeLists.txt")

    def test_what_a_header_includes_is_what_stands_before_all_else(self):
        below = {"policy/a.hpp": "#include <a>\n",
                 "tests/unit/b.hpp": '#include "policy/a.hpp"\n#include "unit/b.hpp"\n#include <b>\n',
                 "policy/c.hpp": '#include "policy/d.hpp"\n', "policy/d.hpp": '#include <d>\nint d;\n#include "policy/c.hpp"\n'}
        for text, expected in (("#include <x>\n", {"<x>"}), ('#include "unit/b.hpp"\n#include <x>\n', {"<a>", "<b>", "<x>"}),
                               ("#include <x>\n#if 1\n#include <y>\n#endif\n#include <z>\n", {"<x>"}),
                               ("#define NAME 1\n#include <x>\n", set()), ("int n;\n#include <x>\n", set()),
                               ('#include <x>\n#include "other/table.inc"\n#include <y>\n', {"<x>"})):
            with tempfile.TemporaryDirectory() as root:
                for name, content in {**below, "policy/x.hpp": SPDX + "#pragma once\n\n" + text}.items():
                    path = pathlib.Path(root, name)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(content, encoding="utf-8")
                found = headers.all_includes(Tree(root), ["policy/x.hpp", *below])
                self.assertEqual(expected, {what for what in found["policy/x.hpp"] if what[0] == "<"}, text)
                for name in ("tests/unit/b.hpp", "policy/c.hpp", "policy/d.hpp"):
                    self.assertEqual(frozenset(), found[name], "it includes itself")

    @staticmethod
    def cost(whats):
        return 100 * len(whats)

    def test_a_header_gets_what_saves_most_of_what_it_includes(self):
        string, both, more = frozenset({"<s>"}), frozenset({"<s>", "<v>"}), frozenset({"<s>", "<v>", "<m>"})
        self.assertEqual([both], list(headers.choose([both] * 9 + [more, string], self.cost)))
        self.assertEqual([], list(headers.choose([both, more], self.cost)))
        self.assertEqual(both, headers.best_of([string, both], more, len))
        self.assertEqual(string, headers.best_of([string, both], string | {"<m>"}, len))
        self.assertIsNone(headers.best_of([string, both], frozenset({"<v>"}), len))

    @unittest.skipUnless(shutil.which("clang++"), "needs clang++")
    def test_a_header_that_lacks_an_include_is_found_also_where_others_have_it(self):
        uses = "inline std::chrono::seconds f() { return {}; }\n"
        tree = {"gateway/net/stream.hpp": None,
                **{f"policy/full{n}.hpp": self.header("<chrono>") + uses for n in range(6)},
                "policy/through.hpp": self.header('"policy/full0.hpp"') + "#include <map>\n" + uses.replace("f()", "g()")}
        chrono = frozenset({"<chrono>"})
        self.assertIn(chrono, headers.choose([chrono] * 6 + [chrono | {"<map>"}] + [frozenset({"<string>"})] * 4, self.cost))
        bare = ("<string>", "<string>\n#if 0\n#include <chrono>\n#endif", '"policy/rule.hpp"')
        tree.update({f"policy/bare{n}.hpp": self.header(includes) + uses for n, includes in enumerate(bare)})
        found = self.run_on(HeadersByClang, tree)
        self.assertEqual([f"policy/bare{n}.hpp" for n in range(3)], [line.split(":")[0] for line in found], found)
        for line in found:
            self.assertIn("'chrono'", line)

    def test_a_link_or_script_that_is_not_there_is_found(self):
        self.assert_found(documents, {"conf/doc/guide.md": "[start](README.md)\n"}, "conf/doc/README.md is not there")
        self.assert_found(documents, {"tests/run.sh": None}, "README.md:1: tests/run.sh is not there")


if __name__ == "__main__":
    unittest.main()
