// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/trace_context.hpp"

#include <gtest/gtest.h>

#include <string>

namespace signgate::http {
namespace {

const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string parent = "00f067aa0ba902b7";

TEST(ParseTraceparent, TakesItApart) {
  const std::string text = "00-" + trace + '-' + parent + "-01";
  const auto found = parse_traceparent(text);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->trace_id, trace);
  EXPECT_EQ(found->parent_id, parent);
  EXPECT_TRUE(found->sampled);
}

TEST(ParseTraceparent, LooksAtTheLastFlagAlone) {
  for (const char* flags : {"00", "02", "fe"})
    EXPECT_FALSE(parse_traceparent("00-" + trace + '-' + parent + '-' + flags)->sampled) << flags;
  for (const char* flags : {"01", "03", "ff"})
    EXPECT_TRUE(parse_traceparent("00-" + trace + '-' + parent + '-' + flags)->sampled) << flags;
}

TEST(ParseTraceparent, TakesLaterVersionsWithMoreBehind) {
  EXPECT_TRUE(parse_traceparent("01-" + trace + '-' + parent + "-01"));
  EXPECT_TRUE(parse_traceparent("cc-" + trace + '-' + parent + "-01-what the future brings"));
  EXPECT_FALSE(parse_traceparent("cc-" + trace + '-' + parent + "-01.what"));
  EXPECT_FALSE(parse_traceparent("00-" + trace + '-' + parent + "-01-more"));
}

TEST(ParseTraceparent, RefusesWhatIsNotValid) {
  const std::string good = "00-" + trace + '-' + parent + "-01";
  EXPECT_FALSE(parse_traceparent(""));
  EXPECT_FALSE(parse_traceparent("ff" + good.substr(2)));
  EXPECT_FALSE(parse_traceparent("00-" + std::string(32, '0') + '-' + parent + "-01"));
  EXPECT_FALSE(parse_traceparent("00-" + trace + '-' + std::string(16, '0') + "-01"));
  // Every byte counts: another letter, an upper-case digit or a sign less is refused.
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char c : {'g', 'A', ' ', '-', '\0'}) {
      if (good[i] == c) continue;
      std::string bad = good;
      bad[i] = c;
      EXPECT_FALSE(parse_traceparent(bad)) << i << ' ' << bad;
    }
    EXPECT_FALSE(parse_traceparent(good.substr(0, i)));
  }
}

TEST(FindTraceparent, TakesTheOnlyOne) {
  const std::string text = "00-" + trace + '-' + parent + "-01";
  Fields fields;
  EXPECT_FALSE(find_traceparent(fields));
  fields.add("TraceParent", text);
  ASSERT_TRUE(find_traceparent(fields));
  EXPECT_EQ(find_traceparent(fields)->trace_id, trace);
  fields.add("traceparent", text);
  EXPECT_FALSE(find_traceparent(fields));
}

TEST(IsTraceField, KnowsBothInAnyCase) {
  EXPECT_TRUE(is_trace_field("traceparent"));
  EXPECT_TRUE(is_trace_field("TraceState"));
  EXPECT_FALSE(is_trace_field("trace"));
}

}  // namespace
}  // namespace signgate::http
