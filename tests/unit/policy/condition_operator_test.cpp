// SPDX-License-Identifier: Apache-2.0
#include "policy/condition_operator.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

TEST(ConditionOperator, TakesItsNameApart) {
  const auto like = find_condition_operator("StringNotLikeIfExists");
  ASSERT_TRUE(like);
  EXPECT_EQ(like->name, "StringNotLike");
  EXPECT_EQ(like->comparison, Comparison::string_like);
  EXPECT_TRUE(like->negated);
  EXPECT_TRUE(like->if_exists);
  EXPECT_FALSE(find_condition_operator("StringLike")->if_exists);
  EXPECT_TRUE(find_condition_operator("StringEqualsIgnoreCaseIfExists")->ignore_case);
}

TEST(ConditionOperator, KnowsNoneThatIsNotEvaluated) {
  for (const std::string_view name :
       {"", "IfExists", "stringequals", "StringLikes", "NullIfExists", "BinaryEquals",
        "ForAnyValue:StringLike", "ForAllValues:StringLike", "StringLikeIfExistsIfExists",
        "StringLike "}) {
    EXPECT_FALSE(find_condition_operator(name)) << name;
  }
}

TEST(ConditionOperator, ListsAllItKnows) {
  const std::string list = known_condition_operators();
  for (const std::string_view name :
       {"StringEquals, ", "StringNotEqualsIgnoreCase", "NumericLessThanEquals", "DateGreaterThan",
        "Bool", "NotIpAddress", "ArnNotLike", "Null;", "IfExists"}) {
    EXPECT_NE(list.find(name), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace signgate::policy
