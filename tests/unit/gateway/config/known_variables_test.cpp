// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/known_variables.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace signgate::config {
namespace {

TEST(KnownVariables, AreSorted) {
  EXPECT_TRUE(std::is_sorted(known_variables.begin(), known_variables.end()));
  for (const auto name : known_variables)
    EXPECT_TRUE(is_known_variable(name)) << name;
}

TEST(KnownVariables, GoOnAfterAPrefix) {
  for (const char* name :
       {"http_referer", "arg_page", "cookie_session", "sent_http_etag", "http_host"}) {
    EXPECT_TRUE(is_known_variable(name)) << name;
  }
  for (const char* name :
       {"http_", "arg_", "http", "http_x-y", "Host", "1", "binary_remote_adr", ""}) {
    EXPECT_FALSE(is_known_variable(name)) << name;
  }
}

TEST(KnownVariables, GoOnWithANumberBehind0x) {
  for (const char* name : {"proxy_protocol_tlv_0xE0", "proxy_protocol_tlv_ssl_0x2a",
                           "proxy_protocol_tlv_alpn", "proxy_protocol_tlv_ssl_cn"}) {
    EXPECT_TRUE(is_known_variable(name)) << name;
  }
  for (const char* name : {"proxy_protocol_tlv_0x", "proxy_protocol_tlv_0xg",
                           "proxy_protocol_tlv_ssl_0x_", "proxy_protocol_tlv_nonsense"}) {
    EXPECT_FALSE(is_known_variable(name)) << name;
  }
}

TEST(CheckVariables, TakesCapturesAsSingleDigits) {
  EXPECT_TRUE(check_variables("/$1x/${2}/$9$1"));
  EXPECT_FALSE(check_variables("$0"));
  EXPECT_FALSE(check_variables("${1x}"));
}

TEST(DefinedVariables, AreKnownForAsLongAsTheyAreDefined) {
  EXPECT_FALSE(is_known_variable("mine"));
  {
    const DefinedVariables outer({"mine"});
    EXPECT_TRUE(is_known_variable("mine"));
    EXPECT_FALSE(is_builtin_variable("mine"));
    EXPECT_TRUE(check_variables("$mine"));
    {
      const DefinedVariables inner({"other"});
      EXPECT_FALSE(is_known_variable("mine"));
    }
    EXPECT_TRUE(is_known_variable("mine"));
  }
  EXPECT_FALSE(is_known_variable("mine"));
}

TEST(CheckVariables, FindsThemInAValue) {
  for (const char* value :
       {"", "plain", "$host", "a${host}b", "$scheme://$host$request_uri", "$http_x_y-$uri"}) {
    EXPECT_TRUE(check_variables(value)) << value;
  }
}

void expect_flaw(std::string_view value, std::size_t offset, std::string_view message) {
  const auto checked = check_variables(value);
  ASSERT_FALSE(checked) << value;
  EXPECT_EQ(checked.error().offset, offset) << value;
  EXPECT_EQ(checked.error().message, message);
}

TEST(CheckVariables, NamesTheNearest) {
  expect_flaw("x $remote_adr", 2,
              "has the unknown variable \"$remote_adr\"; did you mean \"$remote_addr\"?");
  expect_flaw("$host${hots}", 5, "has the unknown variable \"$hots\"; did you mean \"$host\"?");
}

TEST(CheckVariables, RefusesADollarWithoutAName) {
  expect_flaw("5$", 1, "has a \"$\" without the name of a variable after it");
  expect_flaw("$ host", 0, "has a \"$\" without the name of a variable after it");
  expect_flaw("${}", 0, "has a \"$\" without the name of a variable after it");
  expect_flaw("${host", 0, "has a \"${\" without its \"}\"");
}

TEST(CheckVariables, ListsAllWhenNoneIsNear) {
  const auto checked = check_variables("$qqqqqqqqqqqq");
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().message.find("; legal are $args, $binary_remote_addr, "),
            std::string::npos);
  EXPECT_TRUE(checked.error().message.ends_with(", $upstream_http_NAME, $upstream_trailer_NAME"));
}

TEST(CheckVariables, NeverCitesTheValueAround) {
  const auto checked = check_variables("Basic c2VjcmV0 $hots");
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message.find("c2Vj"), std::string::npos);
}

TEST(NextVariable, FindsEachWellMadeOne) {
  const std::string_view value = "a$host-${uri}$1x${2}$ ${x $";
  std::string found;
  std::size_t from = 0;
  while (const auto use = next_variable(value, from)) {
    found += std::string(use->name) + "=" +
             std::string(value.substr(use->begin, use->end - use->begin)) + " ";
    from = use->end;
  }
  EXPECT_EQ(found, "host=$host uri=${uri} 1=$1 2=${2} ");
}

}  // namespace
}  // namespace signgate::config
