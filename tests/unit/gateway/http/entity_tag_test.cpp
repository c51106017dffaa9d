// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/entity_tag.hpp"

#include <gtest/gtest.h>

#include "gateway/base/limits.hpp"

namespace signgate::http {
namespace {

constexpr UnixSeconds signed_at = 0x65000000;
constexpr std::string_view rules = "c0ffee";

std::string wrapped(std::string_view etag, std::string_view last_modified = {},
                    UnixSeconds at = signed_at, std::string_view coding = "identity") {
  return wrap_entity_tag(etag, last_modified,
                         {.signed_at = at, .rule_set = rules, .coding = coding})
      .value_or("none");
}

std::optional<Revalidation> unwrapped(std::string_view value, UnixSeconds now = signed_at,
                                      std::string_view accepted = {}) {
  return unwrap_if_none_match(
      value, {.now = now, .rule_set = rules, .page_life = 600, .accept_encoding = accepted});
}

TEST(EntityTag, IsReadExactly) {
  EXPECT_EQ(parse_entity_tag("\"abc\""), (EntityTag{false, "abc"}));
  EXPECT_EQ(parse_entity_tag("W/\"abc\""), (EntityTag{true, "abc"}));
  EXPECT_EQ(parse_entity_tag("\"\""), (EntityTag{false, ""}));
  EXPECT_EQ(parse_entity_tag(" \"a,b\\\" "), (EntityTag{false, "a,b\\"}));
  EXPECT_EQ(parse_entity_tag("\"\xc3\xa4\""), (EntityTag{false, "\xc3\xa4"}));
  for (const char* text : {"", "abc", "\"abc", "abc\"", "w/\"abc\"", "W/abc", "W/ \"abc\"",
                           "\"a b\"", "\"a\"b", "\"a\", \"b\"", "\"a\x7f\"", "*", "\""}) {
    EXPECT_FALSE(parse_entity_tag(text)) << text;
  }
}

TEST(EntityTag, ListsAreReadWholeOrNotAtAll) {
  const auto list = parse_entity_tag_list("\"a\" , W/\"b,c\",,\"\"");
  ASSERT_TRUE(list);
  EXPECT_FALSE(list->any);
  EXPECT_EQ(list->tags, (std::vector<EntityTag>{{false, "a"}, {true, "b,c"}, {false, ""}}));
  const auto any = parse_entity_tag_list(" * ");
  ASSERT_TRUE(any);
  EXPECT_TRUE(any->any);
  for (const char* value :
       {"", ",", "*, \"a\"", "\"a\" \"b\"", "\"a\"\"b\"", "\"a\", b", "a", "\"a\", \"b"}) {
    EXPECT_FALSE(parse_entity_tag_list(value)) << value;
  }
}

TEST(EntityTag, CarriesUpstreamsValidator) {
  EXPECT_EQ(wrapped("\"abc\""), "W/\"sg1-65000000-c0ffee-isabc\"");
  EXPECT_EQ(wrapped("W/\"a-b\""), "W/\"sg1-65000000-c0ffee-iwa-b\"");
  EXPECT_EQ(wrapped("\"\""), "W/\"sg1-65000000-c0ffee-is\"");
  EXPECT_EQ(wrapped("", "Sun, 06 Nov 1994 08:49:37 GMT"), "W/\"sg1-65000000-c0ffee-im2ebc98a1\"");
  EXPECT_EQ(wrapped("\"x\"", "Sun, 06 Nov 1994 08:49:37 GMT"), "W/\"sg1-65000000-c0ffee-isx\"");
}

TEST(EntityTag, GivesNoneWithoutAUsableValidator) {
  EXPECT_EQ(wrapped(""), "none");
  EXPECT_EQ(wrapped("unquoted"), "none");
  EXPECT_EQ(wrapped("unquoted", "Sun, 06 Nov 1994 08:49:37 GMT"), "none");
  EXPECT_EQ(wrapped("", "yesterday"), "none");
  EXPECT_EQ(wrapped("", "Wed, 31 Dec 1969 23:59:59 GMT"), "none");
  const std::string longest(limits::entity_tag, 'x');
  EXPECT_NE(wrapped("\"" + longest + "\""), "none");
  EXPECT_EQ(wrapped("\"" + longest + "x\""), "none");
}

TEST(EntityTag, UnwrapsWhatItWrapped) {
  for (const char* etag : {"\"abc\"", "W/\"abc\"", "\"\"", "\"a-b-c\"", "\"a,b\"",
                           "W/\"\xc3\xa4!#~\"", "W/\"sg1-65000000-c0ffee-isabc\""}) {
    const auto back = unwrapped(wrapped(etag), signed_at + 10);
    ASSERT_TRUE(back) << etag;
    EXPECT_EQ(back->name, "If-None-Match");
    EXPECT_EQ(back->value, etag);
    EXPECT_EQ(back->client_tag, wrapped(etag));
    EXPECT_EQ(back->signed_at, signed_at);
  }
  const auto date = unwrapped(wrapped("", "Sun, 06 Nov 1994 08:49:37 GMT"));
  ASSERT_TRUE(date);
  EXPECT_EQ(date->name, "If-Modified-Since");
  EXPECT_EQ(date->value, "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(EntityTag, OldPagesAreNotValidated) {
  const std::string tag = wrapped("\"a\"");
  EXPECT_TRUE(unwrapped(tag, signed_at + 600));
  EXPECT_FALSE(unwrapped(tag, signed_at + 601));
  EXPECT_FALSE(
      unwrap_if_none_match(tag, {.now = signed_at, .rule_set = "0ther", .page_life = 600}));
  // another replica's clock, and a tag that nobody can have
  const auto ahead = unwrapped(tag, signed_at - 60);
  ASSERT_TRUE(ahead);
  EXPECT_FALSE(unwrapped(tag, signed_at - 61));
}

TEST(EntityTag, TheYoungestOfOursIsTaken) {
  const std::string list = "\"foreign\", " + wrapped("\"old\"", {}, signed_at - 5) + ", " +
                           wrapped("\"new\"") + "," + wrapped("\"older\"", {}, signed_at - 9) +
                           "," + wrapped("\"future\"", {}, signed_at + 999);
  const auto back = unwrapped(list);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->value, "\"new\"");
  EXPECT_EQ(back->client_tag, wrapped("\"new\""));
}

TEST(EntityTag, KnowsTheCoding) {
  for (const std::string_view coding : {"gzip", "deflate", "br", "zstd", "identity"}) {
    const std::string tag = wrapped("\"a\"", {}, signed_at, coding);
    EXPECT_EQ(tag, "W/\"sg1-65000000-c0ffee-" + std::string(coding.substr(0, 1)) + "sa\"");
    const auto back = unwrapped(tag, signed_at, "gzip, deflate, br, zstd");
    ASSERT_TRUE(back) << coding;
    EXPECT_EQ(back->coding, coding);
    EXPECT_EQ(back->client_tag, tag);
  }
}

TEST(EntityTag, CopiesThatTheRequestDoesNotAcceptAreNotValidated) {
  const std::string gzip = wrapped("\"a\"", {}, signed_at, "gzip");
  const std::string br = wrapped("\"b\"", {}, signed_at - 5, "br");
  EXPECT_EQ(unwrapped(gzip + ", " + br, signed_at, "gzip, br")->value, "\"a\"");
  EXPECT_EQ(unwrapped(gzip + ", " + br, signed_at, "br")->value, "\"b\"");
  EXPECT_EQ(unwrapped(gzip, signed_at, "*")->value, "\"a\"");
  EXPECT_FALSE(unwrapped(gzip, signed_at, ""));
  EXPECT_FALSE(unwrapped(gzip, signed_at, "gzip;q=0, br"));
  const std::string plain = wrapped("\"c\"");
  EXPECT_TRUE(unwrapped(plain, signed_at, "gzip"));
  EXPECT_FALSE(unwrapped(plain, signed_at, "gzip, identity;q=0"));
}

TEST(EntityTag, ACopyHasWhatIsLeftOfItsLife) {
  EXPECT_EQ(remaining_life(1000, 600, 1000), 600U);
  EXPECT_EQ(remaining_life(1000, 600, 1590), 10U);
  EXPECT_EQ(remaining_life(1000, 600, 1600), 0U);
  EXPECT_EQ(remaining_life(1000, 600, 9999), 0U);
  EXPECT_EQ(remaining_life(1000, 600, 940), 600U);
}

TEST(EntityTag, ForeignTagsNeverValidate) {
  for (const char* value : {"*",
                            "",
                            "\"abc\"",
                            "W/\"abc\"",
                            "\"sg1-65000000-c0ffee-isabc\"" /* not weak */,
                            "W/\"sg2-65000000-c0ffee-isabc\"",
                            "W/\"sg1-65000000-c0ffee-ixabc\"",
                            "W/\"sg1-65000000-c0ffee-xsabc\"",
                            "W/\"sg1-65000000-c0ffee-sabc\"" /* without a coding */,
                            "W/\"sg1-65000000-c0ffee-i\"",
                            "W/\"sg1-65000000-c0ffee-\"",
                            "W/\"sg1-65000000-c0ffee\"",
                            "W/\"sg1-65000000\"",
                            "W/\"sg1-\"",
                            "W/\"sg1--c0ffee-isa\"",
                            "W/\"sg1-zz-c0ffee-isa\"",
                            "W/\"sg1--1-c0ffee-isa\"",
                            "W/\"sg1-65000000--sa\"",
                            "W/\"sg1-65000000-c0ffee-im\"",
                            "W/\"sg1-65000000-c0ffee-imxyz\"",
                            "W/\"sg1-65000000-c0ffee-im2ebc98a1-gzip\"",
                            "W/\"sg1-fffffffffffffffff-c0ffee-isa\"",
                            "W/\"sg1-65000000-c0ffee-isabc\", broken"}) {
    EXPECT_FALSE(unwrapped(value)) << value;
  }
}

TEST(EntityTag, PreconditionsAskForUpstreamsState) {
  const std::string ours = wrapped("\"a\"");
  EXPECT_EQ(unwrap_precondition(ours), "\"a\"");
  EXPECT_EQ(unwrap_precondition("\"x\", " + ours + ",W/\"y\""), "\"x\", \"a\", W/\"y\"");
  EXPECT_EQ(unwrap_precondition("*"), "*");
  EXPECT_EQ(unwrap_precondition("not a tag"), "not a tag");
  EXPECT_EQ(unwrap_precondition(wrapped("", "Sun, 06 Nov 1994 08:49:37 GMT")), "");
}

}  // namespace
}  // namespace signgate::http
