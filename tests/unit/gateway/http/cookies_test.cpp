// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/cookies.hpp"

#include <gtest/gtest.h>

#include <string>

namespace signgate::http {
namespace {

std::string listed(const Fields& fields) {
  std::string out;
  for_each_cookie(fields, [&out](std::string_view name, std::string_view value) {
    out.append("[").append(name).append("][").append(value).append("]");
  });
  return out;
}

TEST(ForEachCookie, VisitsAllCookiesInOrder) {
  Fields fields;
  fields.add("Cookie", "a=1; b=2;c = 3 ;\td=\"x y\"");
  fields.add("Accept", "e=5");
  fields.add("cookie", "a=4=5");
  EXPECT_EQ(listed(fields), "[a][1][b][2][c ][ 3][d][\"x y\"][a][4=5]");
}

TEST(ForEachCookie, PassesOverWhatIsNoPair) {
  Fields fields;
  fields.add("Cookie", ";; a; =x; b=;");
  EXPECT_EQ(listed(fields), "[][x][b][]");
  EXPECT_EQ(listed({}), "");
}

}  // namespace
}  // namespace signgate::http
