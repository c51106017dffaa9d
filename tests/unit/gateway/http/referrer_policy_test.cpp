// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/referrer_policy.hpp"

#include <gtest/gtest.h>

namespace signgate::http {
namespace {

ReferrerReach reach(std::initializer_list<std::string_view> values) {
  Fields fields;
  fields.add("X-Other", "no-referrer");
  for (const std::string_view value : values)
    fields.add("referrer-Policy", value);
  return referrer_reach(fields);
}

TEST(ReferrerPolicy, KeepsTheRefererFromOthersOrFromAll) {
  EXPECT_EQ(reach({"no-referrer"}), ReferrerReach::nowhere);
  EXPECT_EQ(reach({"same-origin"}), ReferrerReach::same_origin);
  for (const std::string_view policy :
       {"no-referrer-when-downgrade", "origin", "strict-origin", "origin-when-cross-origin",
        "strict-origin-when-cross-origin", "unsafe-url"}) {
    EXPECT_EQ(reach({policy}), ReferrerReach::anywhere) << policy;
  }
}

TEST(ReferrerPolicy, CountsTheLastWordThatIsKnown) {
  EXPECT_EQ(reach({}), ReferrerReach::anywhere);
  EXPECT_EQ(reach({""}), ReferrerReach::anywhere);
  EXPECT_EQ(reach({"no-referrer, strict-origin"}), ReferrerReach::anywhere);
  EXPECT_EQ(reach({"strict-origin,no-referrer , newest-policy"}), ReferrerReach::nowhere);
  EXPECT_EQ(reach({"no-referrer", "origin"}), ReferrerReach::anywhere);
  EXPECT_EQ(reach({"origin", "Same-Origin"}), ReferrerReach::same_origin);
  EXPECT_EQ(reach({"no-referrer strict"}), ReferrerReach::anywhere) << "no word, but two";
  EXPECT_EQ(reach({"never"}), ReferrerReach::anywhere);
}

}  // namespace
}  // namespace signgate::http
