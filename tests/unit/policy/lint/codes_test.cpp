// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/codes.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace signgate::policy::lint {
namespace {

TEST(Codes, HaveShortNamesThatAreTheirOwn) {
  std::set<std::string_view> names;
  for (const CodeEntry& entry : codes) {
    EXPECT_TRUE(names.insert(entry.code).second) << entry.code;
    EXPECT_EQ(entry.code.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string_view::npos)
        << entry.code;
    EXPECT_LE(entry.code.size(), 25U) << entry.code;
  }
}

TEST(Codes, SayWhatWhyAndHow) {
  for (const CodeEntry& entry : codes) {
    for (const std::string_view text : {entry.what, entry.why, entry.mend}) {
      EXPECT_GT(text.size(), 10U) << entry.code;
      EXPECT_NE(text.back(), '.') << entry.code;
    }
  }
}

TEST(Codes, AreFoundByName) {
  ASSERT_NE(find_code("referer-path"), nullptr);
  EXPECT_EQ(find_code("referer-path")->severity, Severity::warning);
  EXPECT_EQ(&codes[code("referer-path")], find_code("referer-path"));
  EXPECT_EQ(find_code("referer"), nullptr);
}

TEST(Severities, HaveNames) {
  EXPECT_EQ(severity_name(Severity::error), "error");
  EXPECT_EQ(severity_name(Severity::warning), "warning");
  EXPECT_EQ(severity_name(Severity::note), "note");
}

/// A cell of a table ends at a bar.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

TEST(Codes, StandInTheGuideWithTheirTexts) {
  std::ifstream file(SIGNGATE_SOURCE_DIR "/conf/doc/policy-lint.md");
  std::vector<std::string> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| `") && !line.starts_with("| `--")) rows.push_back(line);
  }
  std::vector<std::string> expected;
  for (const CodeEntry& entry : codes) {
    expected.push_back("| `" + std::string(entry.code) + "` | " +
                       std::string(severity_name(entry.severity)) + " | " + cell(entry.what) +
                       " | " + cell(entry.why) + " | " + cell(entry.mend) + " |");
  }
  ASSERT_EQ(rows.size(), expected.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_EQ(rows[i], expected[i]);
}

}  // namespace
}  // namespace signgate::policy::lint
