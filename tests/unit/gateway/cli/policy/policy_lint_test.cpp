// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/policy/policy_lint.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "policy/json.hpp"

namespace signgate::cli {
namespace {

using policy::lint::codes;
using policy::lint::Severity;

const std::filesystem::path data = SIGNGATE_SOURCE_DIR "/tests/data/lint";

/// What `policy lint` says of all files of a folder: lines of "FILE:LINE:COLUMN CODE".
std::string lint(const std::filesystem::path& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    paths.push_back(entry.path().string());
  std::ranges::sort(paths);
  std::ostringstream out;
  std::ostringstream err;
  static_cast<void>(lint_files(paths, {.json = true}, out, err));
  EXPECT_EQ(err.str(), "");
  const std::string text = out.str();
  const auto list = policy::json_parse(text, {.bytes = 1 << 20});
  EXPECT_TRUE(list) << text;
  std::string found;
  for (const policy::JsonValue& one : list->items) {
    found += std::filesystem::path(one.find("file")->value.text).filename().string() + ':' +
             one.find("line")->value.text + ':' + one.find("column")->value.text + ' ' +
             one.find("code")->value.text + '\n';
  }
  return found;
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class EachCode : public testing::TestWithParam<std::size_t> {};

TEST_P(EachCode, IsFoundWhereItIsAndNowhereElse) {
  const std::string code(codes[GetParam()].code);
  const std::filesystem::path folder = data / code;
  ASSERT_TRUE(std::filesystem::is_directory(folder / "bad")) << code;
  ASSERT_TRUE(std::filesystem::is_directory(folder / "clean")) << code;
  const std::string expected = content(folder / "expected");
  EXPECT_NE(expected.find(' ' + code + '\n'), std::string::npos) << expected;
  EXPECT_EQ(lint(folder / "bad"), expected);
  EXPECT_EQ(lint(folder / "clean"), "");
}

INSTANTIATE_TEST_SUITE_P(All, EachCode, testing::Range(std::size_t{0}, codes.size()),
                         [](const auto& instance) {
                           std::string name(codes[instance.param].code);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(LintData, HasNoFolderOfACodeThatIsNot) {
  for (const auto& entry : std::filesystem::directory_iterator(data)) {
    EXPECT_NE(policy::lint::find_code(entry.path().filename().string()), nullptr) << entry.path();
  }
}

class LintFiles : public testing::Test {
 protected:
  int run(const std::vector<std::string>& paths, const LintOptions& options = {}) {
    out_.str({});
    err_.str({});
    return lint_files(paths, options, out_, err_);
  }

  static std::string file(const char* name) { return (data / name).string(); }

  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(LintFiles, ShowThePlaceWhyItBitesAndHowToMendIt) {
  const std::string path = file("referer-no-slash/bad/policy.json");
  EXPECT_EQ(run({path}), 1);
  EXPECT_EQ(
      err_.str(),
      path +
          ":27:13: error[referer-no-slash]: \"https://www.example.com\" ends before the slash "
          "that browsers send\n"
          "            \"https://www.example.com\"\n"
          "            ^\n"
          "  why:  a browser sends https://HOST/ with the slash, so it never matches\n"
          "  mend: write https://HOST/*\n");
  EXPECT_EQ(out_.str(), "1 file: 1 error\n");
}

TEST_F(LintFiles, FailAtTheSeverityAskedFor) {
  const std::string error = file("referer-no-slash/bad/policy.json");
  const std::string warning = file("referer-path/bad/policy.json");
  const std::string note = file("referer-missing-denied/bad/policy.json");
  const std::string clean = file("referer-no-slash/clean/policy.json");
  const auto status = [&](const std::string& path, Severity fail_on) {
    return run({path}, {.fail_on = fail_on});
  };
  EXPECT_EQ(status(error, Severity::error), 1);
  EXPECT_EQ(status(warning, Severity::error), 0);
  EXPECT_EQ(status(warning, Severity::warning), 1);
  EXPECT_EQ(status(note, Severity::warning), 0);
  EXPECT_EQ(status(note, Severity::note), 1);
  EXPECT_EQ(status(clean, Severity::note), 0);
  EXPECT_EQ(out_.str(), "1 file: nothing to say\n");
}

TEST_F(LintFiles, FailWhenOneCannotBeRead) {
  EXPECT_EQ(run({"/nonexistent/a.json"}), 1);
  EXPECT_EQ(err_.str(), "signgate: /nonexistent/a.json: No such file or directory\n");
  EXPECT_EQ(run({"/nonexistent/a.toml"}, {.json = true}), 1);
  EXPECT_EQ(err_.str(), "signgate: /nonexistent/a.toml: No such file or directory\n");
  EXPECT_EQ(out_.str(), "[]\n");
}

TEST_F(LintFiles, ShowNothingOfAPrivateKey) {
  EXPECT_EQ(run({file("private-key/bad/public-key.json")}), 1);
  EXPECT_NE(err_.str().find("error[private-key]"), std::string::npos);
  EXPECT_EQ(err_.str().find("c2VjcmV0"), std::string::npos) << err_.str();
}

TEST(PrintCodes, TellsOneOrAll) {
  std::ostringstream out;
  EXPECT_TRUE(print_codes("referer-no-slash", false, out));
  EXPECT_EQ(out.str(),
            "referer-no-slash (error): the Referer pattern ends before the slash\n"
            "  why:  a browser sends https://HOST/ with the slash, so it never matches\n"
            "  mend: write https://HOST/*\n");
  EXPECT_FALSE(print_codes("no-such-code", false, out));
  std::ostringstream all;
  EXPECT_TRUE(print_codes("", true, all));
  const auto list = policy::json_parse(all.str());
  ASSERT_TRUE(list);
  EXPECT_EQ(list->items.size(), codes.size());
  EXPECT_EQ(list->items[0].find("code")->value.text, codes[0].code);
}

}  // namespace
}  // namespace signgate::cli
