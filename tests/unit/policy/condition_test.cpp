// SPDX-License-Identifier: Apache-2.0
#include "policy/condition.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <ostream>

namespace signgate::policy {
namespace {

using Value = std::optional<std::string>;  // of the request; nothing is a missing key

/// Whether all conditions of the block hold when the request's only key, k:k, has that value.
bool block_holds(const std::string& block, const Value& value) {
  const auto json = json_parse(block);
  EXPECT_TRUE(json.has_value()) << block;
  const auto conditions = parse_conditions(*json, true);
  EXPECT_TRUE(conditions.has_value()) << block << conditions.error().message;
  if (!conditions) return false;
  RequestContext context;
  if (value) context.set("k:k", *value);
  for (const Condition& condition : *conditions) {
    if (!holds(condition, context)) return false;
  }
  return true;
}

struct Case {
  std::string op;
  std::string listed;  // JSON
  Value actual;
  bool expected;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.op << ' ' << c.listed << " on " << c.actual.value_or("a missing key");
}

void check(const Case& c) {
  const std::string block = "{\"" + c.op + "\":{\"K:k\":" + c.listed + "}}";
  EXPECT_EQ(block_holds(block, c.actual), c.expected) << block << " on " << c.actual.value_or("-");
}

class ConditionRow : public testing::TestWithParam<Case> {};

TEST_P(ConditionRow, Holds) {
  check(GetParam());
}

// What each operator says about a value that is there.
INSTANTIATE_TEST_SUITE_P(
    Present, ConditionRow,
    testing::Values(
        Case{"StringEquals", R"("abc")", "abc", true},
        Case{"StringEquals", R"("abc")", "ABC", false},
        Case{"StringEquals", R"("a*")", "abc", false}, Case{"StringEquals", R"("a*")", "a*", true},
        Case{"StringEquals", R"(["x","abc"])", "abc", true},
        Case{"StringEquals", R"("")", "", true}, Case{"StringNotEquals", R"("abc")", "abc", false},
        Case{"StringNotEquals", R"("abc")", "abd", true},
        // NOR: one that matches is enough to fail.
        Case{"StringNotEquals", R"(["x","abc"])", "abc", false},
        Case{"StringNotEquals", R"(["x","y"])", "abc", true},
        Case{"StringEqualsIgnoreCase", R"("aBc")", "AbC", true},
        Case{"StringNotEqualsIgnoreCase", R"("aBc")", "AbC", false},
        Case{"StringLike", R"("a*c")", "abbc", true}, Case{"StringLike", R"("a?c")", "abbc", false},
        Case{"StringLike", R"("A*")", "abc", false},
        Case{"StringLike", R"(["x*","a*"])", "abc", true},
        Case{"StringLike", R"("${*}")", "*", true}, Case{"StringLike", R"("${*}")", "abc", false},
        Case{"StringNotLike", R"("a*")", "abc", false},
        Case{"StringNotLike", R"("x*")", "abc", true},
        Case{"StringNotLike", R"(["x*","a*"])", "abc", false},
        Case{"NumericEquals", R"("10")", "10.0", true}, Case{"NumericEquals", "10", "10", true},
        Case{"NumericEquals", R"("10")", "11", false},
        Case{"NumericEquals", R"("10")", "ten", false},
        Case{"NumericNotEquals", R"("10")", "11", true},
        Case{"NumericNotEquals", R"("10")", "10", false},
        Case{"NumericLessThan", R"("10")", "9.5", true},
        Case{"NumericLessThan", R"("10")", "10", false},
        Case{"NumericLessThan", R"("10")", "-11", true},
        Case{"NumericLessThanEquals", R"("10")", "10", true},
        Case{"NumericLessThanEquals", R"("10")", "10.1", false},
        Case{"NumericGreaterThan", R"("10")", "10.1", true},
        Case{"NumericGreaterThan", R"("10")", "10", false},
        Case{"NumericGreaterThanEquals", R"("10")", "10", true},
        Case{"NumericGreaterThanEquals", R"("10")", "9", false},
        Case{"NumericGreaterThan", R"("10")", "", false},
        Case{"DateEquals", R"("2030-01-01T00:00:00Z")", "1893456000", true},
        Case{"DateNotEquals", R"("2030-01-01")", "2030-01-01T00:00:00Z", false},
        Case{"DateLessThan", R"("2030-01-01T00:00:00Z")", "2029-12-31T23:59:59Z", true},
        Case{"DateLessThan", R"("2030-01-01T00:00:00Z")", "2030-01-01T00:00:00Z", false},
        Case{"DateLessThan", "1893456000", "2029-12-31T23:59:59Z", true},
        Case{"DateLessThanEquals", R"("2030-01-01T00:00:00Z")", "2030-01-01T00:00:00Z", true},
        Case{"DateGreaterThan", R"("2030-01-01T00:00:00Z")", "2030-01-01T00:00:01Z", true},
        Case{"DateGreaterThan", R"("2030-01-01T00:00:00Z")", "2030-01-01T00:00:00Z", false},
        Case{"DateGreaterThanEquals", R"("2030-01-01T00:00:00Z")", "2030-01-01T00:00:00Z", true},
        Case{"DateGreaterThanEquals", R"("2030-01-01T01:00:00+01:00")", "2030-01-01T00:00:00Z",
             true},
        Case{"Bool", R"("true")", "true", true}, Case{"Bool", "true", "true", true},
        Case{"Bool", "false", "true", false}, Case{"Bool", R"("false")", "false", true},
        Case{"Bool", R"("true")", "1", false},
        Case{"IpAddress", R"("203.0.113.0/24")", "203.0.113.9", true},
        Case{"IpAddress", R"("203.0.113.0/24")", "203.0.114.9", false},
        Case{"IpAddress", R"(["203.0.113.0/24","2001:DB8::/32"])", "2001:db8::1", true},
        Case{"IpAddress", R"("203.0.113.9")", "203.0.113.9", true},
        Case{"IpAddress", R"("0.0.0.0/0")", "nonsense", false},
        Case{"NotIpAddress", R"("203.0.113.0/24")", "203.0.113.9", false},
        Case{"NotIpAddress", R"("203.0.113.0/24")", "203.0.114.9", true},
        Case{"ArnEquals", R"("arn:aws:cloudfront::*:distribution/E1")",
             "arn:aws:cloudfront::123456789012:distribution/E1", true},
        Case{"ArnLike", R"("arn:aws:cloudfront::123456789012:distribution/*")",
             "arn:aws:cloudfront::123456789012:distribution/E1", true},
        Case{"ArnLike", R"("arn:aws:cloudfront::123456789012:Distribution/*")",
             "arn:aws:cloudfront::123456789012:distribution/E1", false},
        Case{"ArnLike", R"("arn:aws:cloudfront:*:distribution/E1:x")",
             "arn:aws:cloudfront::123456789012:distribution/E1", false},
        Case{"ArnNotEquals", R"("arn:aws:s3:::a")", "arn:aws:s3:::a", false},
        Case{"ArnNotLike", R"("arn:aws:s3:::a*")", "arn:aws:s3:::b", true},
        Case{"Null", R"("true")", "x", false}, Case{"Null", R"("false")", "x", true},
        Case{"Null", R"("false")", "", true}, Case{"Null", "true", "x", false},
        // IfExists changes nothing when the key is there.
        Case{"StringLikeIfExists", R"("a*")", "abc", true},
        Case{"StringLikeIfExists", R"("a*")", "xbc", false},
        Case{"StringNotLikeIfExists", R"("a*")", "abc", false},
        Case{"IpAddressIfExists", R"("203.0.113.0/24")", "203.0.114.1", false}));

std::vector<Case> missing_key_rows() {
  struct Sample {
    const char* op;
    const char* listed;
    bool negated;
  };
  std::vector<Case> rows;
  for (const Sample& s : {
           Sample{"StringEquals", R"("a")", false},
           Sample{"StringEqualsIgnoreCase", R"("a")", false},
           Sample{"StringLike", R"("*")", false},
           Sample{"NumericEquals", "1", false},
           Sample{"NumericLessThan", "1", false},
           Sample{"NumericLessThanEquals", "1", false},
           Sample{"NumericGreaterThan", "1", false},
           Sample{"NumericGreaterThanEquals", "1", false},
           Sample{"DateEquals", R"("2030-01-01")", false},
           Sample{"DateLessThan", R"("2030-01-01")", false},
           Sample{"DateLessThanEquals", R"("2030-01-01")", false},
           Sample{"DateGreaterThan", R"("2030-01-01")", false},
           Sample{"DateGreaterThanEquals", R"("2030-01-01")", false},
           Sample{"Bool", "true", false},
           Sample{"Bool", "false", false},
           Sample{"IpAddress", R"("0.0.0.0/0")", false},
           Sample{"ArnEquals", R"("*")", false},
           Sample{"ArnLike", R"("*")", false},
           Sample{"StringNotEquals", R"("a")", true},
           Sample{"StringNotEqualsIgnoreCase", R"("a")", true},
           Sample{"StringNotLike", R"("*")", true},
           Sample{"NumericNotEquals", "1", true},
           Sample{"DateNotEquals", R"("2030-01-01")", true},
           Sample{"NotIpAddress", R"("0.0.0.0/0")", true},
           Sample{"ArnNotEquals", R"("*")", true},
           Sample{"ArnNotLike", R"("*")", true},
       }) {
    rows.push_back({s.op, s.listed, std::nullopt, s.negated});
    rows.push_back({std::string(s.op) + "IfExists", s.listed, std::nullopt, true});
  }
  rows.push_back({"Null", R"("true")", std::nullopt, true});
  rows.push_back({"Null", R"("false")", std::nullopt, false});
  rows.push_back({"Null", R"(["true","false"])", std::nullopt, true});
  return rows;
}

INSTANTIATE_TEST_SUITE_P(MissingKey, ConditionRow, testing::ValuesIn(missing_key_rows()));

TEST(Condition, OperatorsAndKeysMustAllHold) {
  const std::string both = R"({"StringLike":{"k:k":"a*"},"StringNotEquals":{"k:k":"ab"}})";
  EXPECT_TRUE(block_holds(both, "ac"));
  EXPECT_FALSE(block_holds(both, "ab"));
  EXPECT_FALSE(block_holds(both, "xb"));
  EXPECT_FALSE(block_holds(R"({"StringLike":{"k:k":"a*","k:other":"*"}})", "ac"));
  EXPECT_TRUE(block_holds("{}", std::nullopt));
  // Letting a missing Referer through: NotLike alone denies it, Null beside it does not.
  const std::string deny = R"({"StringNotLike":{"k:k":"a*"},"Null":{"k:k":"false"}})";
  EXPECT_FALSE(block_holds(deny, std::nullopt));
  EXPECT_TRUE(block_holds(deny, "xb"));
  EXPECT_FALSE(block_holds(deny, "ab"));
}

/// Whether the one condition holds for those values of k:k.
bool set_holds(const std::string& op, const std::string& listed, std::vector<std::string> values) {
  const auto json = json_parse("{\"" + op + "\":{\"k:k\":" + listed + "}}");
  const auto conditions = parse_conditions(*json, true);
  EXPECT_TRUE(conditions.has_value()) << op;
  RequestContext context;
  context.set_all("k:k", std::move(values));
  return conditions.has_value() && holds(conditions->front(), context);
}

TEST(Condition, ASetIsAskedOfEachValue) {
  struct Row {
    std::string_view op;
    bool none, empty, in, out, both;  // no value, "", those listed, one that is not, one of each
  };
  for (const Row& row : {
           Row{"ForAnyValue:StringEquals", false, false, true, false, true},
           Row{"ForAnyValue:StringNotEquals", false, false, false, true, true},
           Row{"ForAllValues:StringEquals", true, true, true, false, false},
           Row{"ForAllValues:StringNotEquals", true, true, false, true, false},
           Row{"ForAnyValue:StringEqualsIfExists", true, true, true, false, true},
           Row{"ForAllValues:StringNotLikeIfExists", true, true, false, true, false},
           // Without a set all values together are meant.
           Row{"StringEquals", false, false, true, false, true},
           Row{"StringNotEquals", true, true, false, true, false},
       }) {
    const std::string op(row.op);
    const std::string listed = R"(["a","b"])";
    EXPECT_EQ(set_holds(op, listed, {}), row.none) << op;
    EXPECT_EQ(set_holds(op, listed, {""}), row.empty) << op;
    EXPECT_EQ(set_holds(op, listed, {"b", "a"}), row.in) << op;
    EXPECT_EQ(set_holds(op, listed, {"c"}), row.out) << op;
    EXPECT_EQ(set_holds(op, listed, {"c", "a"}), row.both) << op;
    EXPECT_EQ(set_holds(op, listed, {"a", "c"}), row.both) << op;
  }
}

TEST(Condition, VariablesAreThoseOfTheSameRequest) {
  const auto json = json_parse(R"({"StringLike":{"k:k":"${k:who}/*"}})");
  const auto conditions = parse_conditions(*json, true);
  ASSERT_TRUE(conditions.has_value());
  RequestContext context;
  context.set("k:k", "ada/notes");
  EXPECT_FALSE(holds(conditions->front(), context));
  context.set("K:WHO", "ada");
  EXPECT_TRUE(holds(conditions->front(), context));
  context.set("k:who", "ben");
  EXPECT_FALSE(holds(conditions->front(), context));
}

TEST(Condition, WithoutVariablesADollarIsADollar) {
  const auto json = json_parse(R"({"StringLike":{"k:k":"${aws:username}*"}})");
  const auto conditions = parse_conditions(*json, false);
  ASSERT_TRUE(conditions.has_value());
  RequestContext context;
  context.set("k:k", "${aws:username}x");
  EXPECT_TRUE(holds(conditions->front(), context));
}

TEST(Condition, RefusesWhatItCannotEvaluateAtItsPlace) {
  struct Bad {
    std::string_view json;
    std::uint32_t column;
    std::string_view says;
  };
  for (const Bad& c : {
           Bad{R"([])", 1, "object of operators"},
           Bad{R"({"StringLikes":{"k:k":"a"}})", 2, "\"StringLikes\" is unknown; the known"},
           Bad{R"({"ForAnyValue:StringLikes":{"k:k":"a"}})", 2, "is unknown"},
           Bad{R"({"ForAllValues:Null":{"k:k":"true"}})", 2, "StringNotLike"},
           Bad{R"({"NullIfExists":{"k:k":"true"}})", 2, "each but Null also with IfExists"},
           Bad{R"({"StringLike":"a"})", 15, "StringLike is an object of condition keys"},
           Bad{R"({"StringLike":{"Referer":"a"}})", 16, "not a condition key"},
           Bad{R"({"StringLike":{"aws: Referer":"a"}})", 16, "not a condition key"},
           Bad{R"({"StringLike":{"aws:":"a"}})", 16, "not a condition key"},
           Bad{R"({"StringLike":{"k:k":"a","K:K":"b"}})", 26, "listed twice"},
           Bad{R"({"StringLike":{"k:k":[]}})", 22, "one value at least"},
           Bad{R"({"StringLike":{"k:k":null}})", 22, "is a string, not null"},
           Bad{R"({"StringLike":{"k:k":["a",{}]}})", 27, "is a string, not an object"},
           Bad{R"({"StringLike":{"k:k":"${username}"}})", 22, "is not a policy variable"},
           Bad{R"({"ArnLike":{"k:k":"arn:aws:s3:::${username}"}})", 19, "is not a policy variable"},
           Bad{R"({"BinaryEquals":{"k:k":"Zg"}})", 24, "base64"},
           Bad{R"({"NumericEquals":{"k:k":"ten"}})", 25, "\"ten\" cannot be compared by"},
           Bad{R"({"NumericEquals":{"k:k":"1e3"}})", 25, "a decimal number"},
           Bad{R"({"NumericEquals":{"k:k":"inf"}})", 25, "a decimal number"},
           Bad{R"({"DateLessThan":{"k:k":"tomorrow"}})", 24, "a date such as"},
           Bad{R"({"Bool":{"k:k":"yes"}})", 16, "\"true\" or \"false\""},
           Bad{R"({"Null":{"k:k":"0"}})", 16, "\"true\" or \"false\""},
           Bad{R"({"IpAddress":{"k:k":"203.0.113.0/33"}})", 21, "an address or range"},
           Bad{R"({"ArnLike":{"k:k":"EDFDVBD6EXAMPLE"}})", 19, "six parts"},
       }) {
    const auto conditions = parse_conditions(*json_parse(c.json), true);
    ASSERT_TRUE(conditions.has_error()) << c.json;
    EXPECT_EQ(conditions.error().position.column, c.column) << c.json;
    EXPECT_NE(conditions.error().message.find(c.says), std::string::npos)
        << conditions.error().message;
  }
}

}  // namespace
}  // namespace signgate::policy
