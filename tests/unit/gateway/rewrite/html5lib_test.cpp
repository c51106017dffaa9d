// SPDX-License-Identifier: Apache-2.0
// html5lib's tokenizer tests: the start tags and end tags that each of them expects, and each of
// them through the rewriter.
#include "unit/gateway/rewrite/html5lib.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "gateway/rewrite/html_rewriter.hpp"
#include "unit/gateway/rewrite/test_data.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;
namespace json = boost::json;

// \uXXXX once more, for tests that say doubleEscaped. False: a lone surrogate, which UTF-8 cannot
// carry.
bool unescape(std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "\\u") != 0) {
      out.push_back(text[i]);
      continue;
    }
    const auto value = static_cast<unsigned>(std::stoul(text.substr(i + 2, 4), nullptr, 16));
    if (value >= 0xD800 && value < 0xE000) return false;
    if (value < 0x80) {
      out.push_back(static_cast<char>(value));
    } else if (value < 0x800) {
      out.push_back(static_cast<char>(0xC0 | (value >> 6)));
      out.push_back(static_cast<char>(0x80 | (value & 0x3F)));
    } else {
      out.push_back(static_cast<char>(0xE0 | (value >> 12)));
      out.push_back(static_cast<char>(0x80 | ((value >> 6) & 0x3F)));
      out.push_back(static_cast<char>(0x80 | (value & 0x3F)));
    }
    i += 5;
  }
  text = out;
  return true;
}

// What input preprocessing and the tokenizer do to names and values, and ours leaves to URL
// parsing: CR LF and NUL.
std::string normalised(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      out.push_back('\n');
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else if (text[i] == '\0') {
      out.append("\xEF\xBF\xBD");
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

struct Case {
  std::string description;
  std::string input;
  std::string state;
  std::string last_start_tag;
  std::vector<SeenTag> tags;  // attributes sorted
};

void sort_attributes(std::vector<SeenTag>& tags) {
  for (SeenTag& tag : tags) {
    if (tag.end) tag.attributes.clear();  // end tags drop theirs
    if (tag.end) tag.self_closing = false;
    for (auto& [name, value] : tag.attributes) {
      name = normalised(name);
      value = normalised(value);
    }
    tag.name = normalised(tag.name);
    std::ranges::sort(tag.attributes);
  }
}

const std::vector<std::string>& files() {
  static const std::vector<std::string> names = {"contentModelFlags",
                                                 "domjs",
                                                 "entities",
                                                 "escapeFlag",
                                                 "namedEntities",
                                                 "numericEntities",
                                                 "pendingSpecChanges",
                                                 "test1",
                                                 "test2",
                                                 "test3",
                                                 "test4",
                                                 "unicodeChars",
                                                 "unicodeCharsProblematic",
                                                 "xmlViolation"};
  return names;
}

std::vector<Case> read_cases(const json::value& file, std::size_t& lone_surrogates) {
  std::vector<Case> cases;
  const json::object& root = file.as_object();
  const char* key = root.contains("tests") ? "tests" : "xmlViolationTests";
  for (const json::value& item : root.at(key).as_array()) {
    const json::object& test = item.as_object();
    const bool twice = test.contains("doubleEscaped") && test.at("doubleEscaped").as_bool();
    Case made;
    bool valid = true;
    const auto text = [&](const json::value& value) {
      std::string string(value.as_string());
      if (twice) valid = unescape(string) && valid;
      return string;
    };
    made.description = std::string(test.at("description").as_string());
    made.input = text(test.at("input"));
    if (test.contains("lastStartTag"))
      made.last_start_tag = std::string(test.at("lastStartTag").as_string());
    for (const json::value& output : test.at("output").as_array()) {
      const json::array& token = output.as_array();
      const std::string kind(token[0].as_string());
      if (kind != "StartTag" && kind != "EndTag") continue;
      SeenTag tag;
      tag.end = kind == "EndTag";
      tag.name = text(token[1]);
      if (!tag.end) {
        for (const auto& attribute : token[2].as_object())
          tag.attributes.emplace_back(attribute.key(), text(attribute.value()));
      }
      tag.self_closing = token.size() > 3 && token[3].as_bool();
      made.tags.push_back(tag);
    }
    sort_attributes(made.tags);
    if (!valid) {
      ++lone_surrogates;
      continue;
    }
    if (!test.contains("initialStates")) {
      made.state = "Data state";
      cases.push_back(made);
      continue;
    }
    for (const json::value& state : test.at("initialStates").as_array()) {
      made.state = std::string(state.as_string());
      cases.push_back(made);
    }
  }
  return cases;
}

HtmlTokenizer in_state(const Case& test) {
  static const std::map<std::string, TextModel> models = {
      {"Data state", TextModel::data},
      {"RCDATA state", TextModel::rcdata},
      {"RAWTEXT state", TextModel::rawtext},
      {"Script data state", TextModel::script_data},
      {"PLAINTEXT state", TextModel::plaintext}};
  HtmlTokenizer tokenizer;
  if (test.state == "CDATA section state") {
    tokenizer.enter_cdata();
  } else {
    tokenizer.set_text_model(models.at(test.state), test.last_start_tag);
  }
  return tokenizer;
}

class Html5lib : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string name = "html5lib-tokenizer/" + GetParam() + ".test";
    const auto file = read_json(name);
    if (!file) GTEST_SKIP() << data_file(name) << " is missing";
    cases_ = read_cases(*file, lone_surrogates_);
    ASSERT_FALSE(cases_.empty());
    RecordProperty("cases", static_cast<int>(cases_.size()));
    RecordProperty("left_out_for_lone_surrogates", static_cast<int>(lone_surrogates_));
    EXPECT_LE(lone_surrogates_, 4U);
  }

  std::vector<Case> cases_;
  std::size_t lone_surrogates_ = 0;
};

TEST_P(Html5lib, SeesTheExpectedTags) {
  for (const Case& test : cases_) {
    for (const std::size_t size : {test.input.size() + 1, std::size_t{1}, std::size_t{3}}) {
      std::vector<SeenTag> tags = tokenize(in_state(test), test.input, each(size)).tags;
      sort_attributes(tags);
      EXPECT_EQ(tags, test.tags) << test.description << " in " << test.state << ": " << test.input;
    }
  }
}

TEST_P(Html5lib, GoesThroughTheRewriterByteForByte) {
  for (const Case& test : cases_) {
    EXPECT_EQ(rewrite(test.input).output, test.input) << test.description;
    for (std::size_t cut = 1; cut < std::min<std::size_t>(test.input.size(), 200); ++cut) {
      ASSERT_EQ(rewrite(test.input, cut_at(cut)).output, test.input)
          << test.description << " cut at " << cut;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Html5lib, ::testing::ValuesIn(files()),
                         [](const auto& suite) { return suite.param; });

// Character references, by the files that are about them, in an attribute's value. Where a name
// without semicolon is followed by a letter, digit or `=`, an attribute leaves it alone.
TEST(Html5libEntities, DecodeInAttributes) {
  std::size_t compared = 0;
  std::size_t left_alone = 0;
  for (const std::string_view name : {"namedEntities", "numericEntities"}) {
    const std::string path = "html5lib-tokenizer/" + std::string(name) + ".test";
    const auto file = read_json(path);
    if (!file) GTEST_SKIP() << data_file(path) << " is missing";
    for (const json::value& item : file->as_object().at("tests").as_array()) {
      const std::string input(item.as_object().at("input").as_string());
      std::string expected;
      for (const json::value& token : item.as_object().at("output").as_array())
        expected += std::string(token.as_array()[1].as_string());
      AttributeText text;
      text.decode(input);
      ++compared;
      if (text.text() == expected) continue;
      ++left_alone;
      EXPECT_EQ(text.text(), input);
      // What the text rule took is a name that goes on in a letter or digit.
      EXPECT_NE(std::string("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789;")
                    .find(input.back()),
                std::string::npos);
      EXPECT_TRUE(input.ends_with(expected.substr(expected.size() - 1))) << input;
    }
  }
  EXPECT_GT(compared, 4500U);
  EXPECT_LT(left_alone, compared / 20);
}

}  // namespace
}  // namespace signgate::rewrite
