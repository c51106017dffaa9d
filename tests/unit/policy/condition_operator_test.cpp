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

TEST(ConditionOperator, TakesASetBeforeTheName) {
  EXPECT_EQ(find_condition_operator("StringLike")->quantifier, Quantifier::none);
  EXPECT_EQ(find_condition_operator("ForAnyValue:StringLike")->quantifier, Quantifier::any_value);
  const auto all = find_condition_operator("ForAllValues:ArnNotLikeIfExists");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->quantifier, Quantifier::all_values);
  EXPECT_EQ(all->name, "ArnNotLike");
  EXPECT_TRUE(all->negated);
  EXPECT_TRUE(all->if_exists);
}

TEST(ConditionOperator, KnowsNoneThatIsNotEvaluated) {
  for (const std::string_view name :
       {"", "IfExists", "stringequals", "StringLikes", "NullIfExists", "ForAnyValue:Null",
        "ForAllValues:Null", "ForAnyValue:", "ForAnyValue:IfExists", "forAnyValue:StringLike",
        "ForAnyValue: StringLike", "ForAnyValue:ForAnyValue:StringLike", "ForAllValues:Nonsense",
        "StringLikeIfExistsIfExists", "StringLike "}) {
    EXPECT_FALSE(find_condition_operator(name)) << name;
  }
}

TEST(ConditionOperator, ListsAllItKnows) {
  const std::string list = known_condition_operators();
  for (const std::string_view name :
       {"StringEquals, ", "StringNotEqualsIgnoreCase", "NumericLessThanEquals", "DateGreaterThan",
        "Bool", "BinaryEquals", "NotIpAddress", "ForAnyValue:", "ArnNotLike", "Null;",
        "IfExists"}) {
    EXPECT_NE(list.find(name), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace signgate::policy
