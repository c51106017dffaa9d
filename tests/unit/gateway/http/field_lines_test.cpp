// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/field_lines.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/base/limits.hpp"
#include "gateway/http/head.hpp"
#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

using namespace std::literals;

// The status that refuses a request head, 0 when it is taken.
int verdict(const std::string& bytes, const HeadRules& rules = {}) {
  RequestHead head;
  const auto parsed = parse_request_head(bytes, rules, head);
  if (parsed) return 0;
  EXPECT_EQ(parsed.error().side, Side::client);
  EXPECT_FALSE(parsed.error().detail.empty());
  return error_status(parsed.error());
}

int verdict_of_fields(std::string_view fields, const HeadRules& rules = {}) {
  return verdict("GET /p HTTP/1.1\r\nHost: gw.test\r\n" + std::string(fields) + "\r\n", rules);
}

std::string names_of(const Fields& fields) {
  std::string out;
  for (const Field& field : fields)
    (out += field.name) += ' ';
  return out;
}

TEST(FieldLines, AreTakenWithoutWhiteSpaceAroundTheValue) {
  const std::string bytes =
      "GET /p HTTP/1.1\r\nhOsT: gw.test\r\nX-A:1\r\nX-B: \t  2 3\t4 \t \r\nX-C:\r\n"
      "X-D: a:b\r\nX!#$%&'*+-.^`|~9z: 1\r\nX-E: caf\xe9\x01\x7f\r\nX-A: again\r\n\r\n";
  RequestHead head;
  ASSERT_TRUE(parse_request_head(bytes, {}, head));
  EXPECT_EQ(head.fields.value(HeaderId::host), "gw.test");
  EXPECT_EQ(head.fields.find("x-a")->value, "1");
  EXPECT_EQ(head.fields.find("x-b")->value, "2 3\t4");
  EXPECT_EQ(head.fields.find("x-c")->value, "");
  EXPECT_EQ(head.fields.find("x-d")->value, "a:b");
  EXPECT_EQ(head.fields.find("x-e")->value, "caf\xe9\x01\x7f");
  EXPECT_EQ(names_of(head.fields), "hOsT X-A X-B X-C X-D X!#$%&'*+-.^`|~9z X-E X-A ");
}

TEST(FieldLines, BareLfEndsALine) {
  const std::string bytes = "GET /p HTTP/1.1\nHost: gw.test\nX-A: a\r\nX-B: b\n\r\n";
  RequestHead head;
  ASSERT_TRUE(parse_request_head(bytes, {}, head));
  EXPECT_EQ(names_of(head.fields), "Host X-A X-B ");
  EXPECT_EQ(head.fields.find("X-A")->value, "a");
}

TEST(FieldLines, WhatFollowsTheEmptyLineIsNotLookedAt) {
  const std::string bytes = "GET /p HTTP/1.1\r\nHost: gw.test\r\n\r\nX-A: 1\r\n bad\r\n\r\n";
  RequestHead head;
  ASSERT_TRUE(parse_request_head(bytes, {}, head));
  EXPECT_EQ(names_of(head.fields), "Host ");
}

TEST(FieldLines, AmbiguousLinesAreRefused) {
  for (const std::string_view fields : {
           "X-A : 1\r\n"sv,
           "X-A\t: 1\r\n"sv,
           "Host : gw.test\r\n"sv,
           "Content-Length : 5\r\n"sv,
           "Transfer-Encoding : chunked\r\n"sv,
           " : 1\r\n"sv,
           ": 1\r\n"sv,
           ":\r\n"sv,
           "X A: 1\r\n"sv,
           "X\tA: 1\r\n"sv,
           "X(A B: 1\r\n"sv,
           "X\x01: 1\r\n"sv,
           "X\x1fZ: 1\r\n"sv,
           "X\x7f: 1\r\n"sv,
           "\x7fX: 1\r\n"sv,
           "Content-Length\x01: 5\r\n"sv,
           "\vTransfer-Encoding: chunked\r\n"sv,
           "Transfer-Encoding\v: chunked\r\n"sv,
           "X-A 1\r\n"sv,
           "Content-Length 5\r\n"sv,
           "Transfer-\r\nEncoding: chunked\r\n"sv,
           " X-A: 1\r\n"sv,
           "X-A: 1\r\n 2\r\n"sv,
           "X-A: 1\r\n\t2\r\n"sv,
           "X-A: 1\n 2\r\n"sv,
           "X-A: 1\r\n \r\n"sv,
           "X-A: a\0b\r\n"sv,
           "X-A: a\0\r\n"sv,
           "X-A: a\rb\r\n"sv,
           "X-A: a\rX-Injected: b\r\n"sv,
           "X-A: a\r\r\n"sv,
           "X-A: \r\r\n"sv,
           "X\0A: 1\r\n"sv,
           "X\rA: 1\r\n"sv,
           "\rX-A: 1\r\n"sv,
           "\r\r\n"sv,
       }) {
    EXPECT_EQ(verdict_of_fields(fields), 400) << fields;
    // And as the first line after the request line.
    EXPECT_EQ(verdict("GET /p HTTP/1.1\r\n" + std::string(fields) + "Host: gw.test\r\n\r\n"), 400)
        << fields;
  }
}

TEST(FieldLines, InvalidNamesAreDroppedOrRefusedAsTheRulesSay) {
  const std::vector<std::string_view> lines = {
      "X(A): 1\r\n", "X\xe9: 1\r\n", "Content-Length\x85: 5\r\n", "X/A: 1\r\n",
      "X@A: 1\r\n",  "\"X\": 1\r\n", "Content_Length: 0\r\n",     "X_A: 1\r\n",
      "_: 1\r\n",
  };
  for (const std::string_view line : lines) {
    const std::string bytes =
        "GET /p HTTP/1.1\r\n" + std::string(line) + "Host: gw.test\r\nX-Z: 1\r\n\r\n";
    RequestHead head;
    ASSERT_TRUE(parse_request_head(bytes, {}, head)) << line;
    EXPECT_EQ(names_of(head.fields), "Host X-Z ") << line;
    EXPECT_EQ(verdict_of_fields(line, {.ignore_invalid_headers = false}), 400) << line;
  }
}

TEST(FieldLines, UnderscoresAreKeptWhenTheRulesSaySo) {
  const std::string bytes =
      "GET /p HTTP/1.1\r\nHost: gw.test\r\nX_A: 1\r\nX@B: 1\r\nContent_Length: 5\r\n\r\n";
  RequestHead head;
  ASSERT_TRUE(parse_request_head(bytes, {.underscores_in_headers = true}, head));
  EXPECT_EQ(names_of(head.fields), "Host X_A Content_Length ");
  EXPECT_EQ(head.fields.find(HeaderId::content_length), nullptr);
}

TEST(FieldLines, EveryByteIsJudgedAtEveryPlaceOfAValue) {
  for (std::size_t size = 1; size <= 20; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string value(size, 'v');
        value[at] = static_cast<char>(byte);
        const std::string bytes =
            "GET /p HTTP/1.1\r\nHost: gw.test\r\nX-A: " + value + "\r\nX-Z: 1\r\n\r\n";
        RequestHead head;
        const bool parsed = parse_request_head(bytes, {}, head).has_value();
        if (byte == '\n') continue;  // two lines, of which the second may be anything
        ASSERT_EQ(parsed, byte != '\0' && byte != '\r') << size << ' ' << at << ' ' << byte;
        if (!parsed) continue;
        const std::string_view kept = trim_ows(value);
        ASSERT_EQ(head.fields.find("X-A")->value, kept) << size << ' ' << at << ' ' << byte;
        ASSERT_EQ(head.fields.find("X-Z")->value, "1");
      }
    }
  }
}

TEST(UniqueFields, ASecondLineIsRefused) {
  for (const std::string name :
       {"Authorization", "Proxy-Authorization", "Content-Range", "Expect", "If-Match",
        "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since"}) {
    const std::string line = name + ": a\r\n";
    const std::string begin = "GET /p HTTP/1.1\r\nHost: gw.test\r\n" + line;
    std::string lower = line;
    lower[0] = to_lower(lower[0]);
    EXPECT_EQ(verdict(begin + "\r\n"), 0) << name;
    EXPECT_EQ(verdict(begin + line + "\r\n"), 400) << name;
    EXPECT_EQ(verdict(begin + "X: 1\r\n" + lower + "\r\n"), 400) << name;
  }
  for (const std::string name : {"Accept", "Accept-Encoding", "Connection", "Cookie", "Range",
                                 "Referer", "User-Agent", "X-Forwarded-For", "X-Other"}) {
    EXPECT_EQ(
        verdict("GET /p HTTP/1.1\r\nHost: gw.test\r\n" + name + ": a\r\n" + name + ": a\r\n\r\n"),
        0)
        << name;
  }
}

TEST(FieldLines, LengthAndNumberAreBounded) {
  EXPECT_EQ(verdict_of_fields("X-A: " + std::string(8187, 'v') + "\r\n"), 0);
  EXPECT_EQ(verdict_of_fields("X-A: " + std::string(8188, 'v') + "\r\n"), 400);
  EXPECT_EQ(verdict_of_fields(std::string(100'000, 'X') + ": 1\r\n"), 400);
  std::string lines;
  for (std::size_t i = 1; i < 1000; ++i)
    lines += "X: 1\r\n";
  EXPECT_EQ(verdict_of_fields(lines), 0);
  EXPECT_EQ(verdict_of_fields(lines + "X(: 1\r\n"), 0) << "those that are dropped do not count";
  EXPECT_EQ(verdict_of_fields(lines + "X: 1\r\n"), 400);
  // Host is one of them.
  EXPECT_EQ(verdict_of_fields("X: 1\r\nX: 1\r\n", {.max_fields = 3}), 0);
  EXPECT_EQ(verdict_of_fields("X: 1\r\nX: 1\r\nX: 1\r\n", {.max_fields = 3}), 400);
}

TEST(TakeLine, EndsAtLfAndDropsOneCr) {
  std::string_view rest = "a\r\nb\nc\r\r\n\r\n\rd";
  for (const std::string_view line : {"a", "b", "c\r", "", "\rd", "", ""}) {
    EXPECT_EQ(take_line(rest), line);
  }
  EXPECT_TRUE(rest.empty());
}

TEST(IsCleanValue, RefusesNulAndCrAlone) {
  EXPECT_TRUE(is_clean_value(std::string_view()));
  for (int byte = 0; byte < 256; ++byte) {
    const std::string value = {'a', static_cast<char>(byte), 'b'};
    EXPECT_EQ(is_clean_value(value), byte != 0 && byte != '\r') << byte;
  }
}

}  // namespace
// By name: "wide" takes underscores and long lines, "narrow" two lines, others neither.
HeadRules rules_of(const void* asked, std::string_view host) {
  static_cast<std::vector<std::string>*>(const_cast<void*>(asked))->emplace_back(host);
  HeadRules rules{.max_line = 40};
  if (host == "wide") rules = {.max_line = 400, .underscores_in_headers = true};
  if (host == "narrow") rules.max_fields = 2;
  return rules;
}

TEST(FieldLines, AreReadByTheRulesOfTheHostFromItsLineOn) {
  const std::string long_line = "X: " + std::string(50, 'x') + "\r\n";
  const auto names = [&](const std::string& lines, std::string_view target = "/") -> std::string {
    std::vector<std::string> asked;
    RequestHead head;
    const std::string bytes = "GET " + std::string(target) + " HTTP/1.1\r\n" + lines + "\r\n";
    const auto parsed =
        parse_request_head(bytes, {.max_line = 40}, head, NamedRules{&asked, rules_of});
    EXPECT_EQ(asked.size(), 1U) << bytes;
    return parsed ? names_of(head.fields) : std::to_string(error_status(parsed.error()));
  };
  EXPECT_EQ(names("A_B: 1\r\nHost: wide\r\nC_D: 1\r\n" + long_line), "Host C_D X ");
  EXPECT_EQ(names("A_B: 1\r\nHost: other\r\nC_D: 1\r\n"), "Host ");
  EXPECT_EQ(names("Host: other\r\n" + long_line), "400");
  EXPECT_EQ(names("A: 1\r\nHost: narrow\r\n"), "A Host ");
  EXPECT_EQ(names("A: 1\r\nHost: narrow\r\nB: 2\r\n"), "400");
  EXPECT_EQ(names("A_B: 1\r\nHost: other\r\n", "http://wide/"), "A_B Host ");
  EXPECT_EQ(names("A_B: 1\r\nHost: wide\r\nC_D: 1\r\n", "http://other/"), "Host ");
}

}  // namespace signgate::http
