// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/trace_variables.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

class TraceVariablesTest : public testing::Test {
 protected:
  std::string shown(const std::string& fields) {
    text_ = "GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
    EXPECT_TRUE(http::parse_request_head(text_, {}, head_));
    values_.request = &head_;
    std::string out;
    Template("$otel_trace_id|$otel_span_id|$otel_parent_id|$otel_parent_sampled")
        .append(values_, Escape::none, out);
    return out;
  }

  std::string text_;
  http::RequestHead head_;
  VariableValues values_;
};

TEST_F(TraceVariablesTest, AreOfTheCallersTrace) {
  EXPECT_EQ(shown("traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"),
            "4bf92f3577b34da6a3ce929d0e0e4736|00f067aa0ba902b7|00f067aa0ba902b7|1");
  EXPECT_EQ(shown("traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00\r\n"),
            "4bf92f3577b34da6a3ce929d0e0e4736|00f067aa0ba902b7|00f067aa0ba902b7|0");
}

TEST_F(TraceVariablesTest, AreEmptyWithoutAValidOne) {
  EXPECT_EQ(shown(""), "|||0");
  EXPECT_EQ(shown("traceparent: nonsense\r\n"), "|||0");
  values_.request = nullptr;
  std::string out;
  Template("$otel_trace_id|$otel_parent_sampled").append(values_, Escape::none, out);
  EXPECT_EQ(out, "|0");
}

TEST_F(TraceVariablesTest, AreOfTheTraceThatBeganHere) {
  values_.traceparent = "00-11111111111111111111111111111111-2222222222222222-01";
  EXPECT_EQ(shown("traceparent: nonsense\r\n"),
            "11111111111111111111111111111111|2222222222222222||0");
}

TEST(FindTraceVariable, KnowsNoOther) {
  EXPECT_FALSE(find_trace_variable("otel"));
  EXPECT_FALSE(find_trace_variable("trace_id"));
}

}  // namespace
}  // namespace signgate::route
