// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/fields.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace signgate::http {
namespace {

std::string text(const Fields& fields) {
  std::string out;
  for (const Field& field : fields) {
    out += field.name;
    out += '=';
    out += field.value;
    out += ';';
  }
  return out;
}

Fields sample() {
  Fields fields;
  fields.add("Set-Cookie", "a=1");
  fields.add("X-One", "1");
  fields.add("set-cookie", "b=2");
  fields.add("x-two", "2");
  fields.add("X-ONE", "3");
  return fields;
}

TEST(Fields, KeepTheOrderAndTheCaseOfTheWire) {
  const Fields fields = sample();
  EXPECT_EQ(text(fields), "Set-Cookie=a=1;X-One=1;set-cookie=b=2;x-two=2;X-ONE=3;");
  EXPECT_EQ(fields.size(), 5U);
  EXPECT_EQ(fields.count(HeaderId::set_cookie), 2U);
  EXPECT_EQ(fields.count(HeaderId::other), 3U);
  EXPECT_EQ(fields.count(HeaderId::host), 0U);
}

TEST(Fields, FindReturnsTheFirstOfThatNameOrNothing) {
  const Fields fields = sample();
  ASSERT_NE(fields.find(HeaderId::set_cookie), nullptr);
  EXPECT_EQ(fields.find(HeaderId::set_cookie)->value, "a=1");
  EXPECT_EQ(fields.value(HeaderId::set_cookie), "a=1");
  EXPECT_EQ(fields.find(HeaderId::host), nullptr);
  EXPECT_EQ(fields.value(HeaderId::host), std::nullopt);
  ASSERT_NE(fields.find("x-one"), nullptr);
  EXPECT_EQ(fields.find("x-one")->value, "1");
  EXPECT_EQ(fields.find("SET-COOKIE")->value, "a=1");
  EXPECT_EQ(fields.find("x-on"), nullptr);
  EXPECT_EQ(fields.find(""), nullptr);
}

TEST(Fields, RemoveDropsEveryFieldOfThatId) {
  Fields fields = sample();
  fields.remove(HeaderId::host);
  EXPECT_EQ(fields.size(), 5U);
  fields.remove(HeaderId::set_cookie);
  EXPECT_EQ(text(fields), "X-One=1;x-two=2;X-ONE=3;");
}

TEST(Fields, RemoveByNameIgnoresCaseAndLeavesOtherNames) {
  Fields fields = sample();
  fields.remove("X-THREE");
  EXPECT_EQ(fields.size(), 5U);
  fields.remove("x-One");
  EXPECT_EQ(text(fields), "Set-Cookie=a=1;set-cookie=b=2;x-two=2;");
  fields.remove("Set-cookie");
  EXPECT_EQ(text(fields), "x-two=2;");
}

TEST(Fields, SetReplacesTheFirstAndDropsTheOthers) {
  Fields fields = sample();
  fields.set(HeaderId::set_cookie, "Set-Cookie", "c=3");
  EXPECT_EQ(text(fields), "Set-Cookie=c=3;X-One=1;x-two=2;X-ONE=3;");
  fields.set(HeaderId::etag, "ETag", "\"x\"");
  EXPECT_EQ(text(fields), "Set-Cookie=c=3;X-One=1;x-two=2;X-ONE=3;ETag=\"x\";");
}

// Fields that the proxy has no id for must not fall with each other.
TEST(Fields, SetOfAFieldWithoutAnIdTouchesThatNameAlone) {
  Fields fields = sample();
  fields.set(HeaderId::other, "x-one", "4");
  EXPECT_EQ(text(fields), "Set-Cookie=a=1;X-One=4;set-cookie=b=2;x-two=2;");
  fields.set(HeaderId::other, "X-Three", "5");
  EXPECT_EQ(text(fields), "Set-Cookie=a=1;X-One=4;set-cookie=b=2;x-two=2;X-Three=5;");
}

TEST(Fields, ClearLeavesNothing) {
  Fields fields = sample();
  fields.clear();
  EXPECT_EQ(fields.size(), 0U);
  EXPECT_EQ(text(fields), "");
}

TEST(JoinLines, MakesOneValueOfAllLinesOfAField) {
  const Fields fields = sample();
  EXPECT_EQ(join_lines(fields, HeaderId::set_cookie), "a=1, b=2");
  EXPECT_EQ(join_lines(fields, HeaderId::etag), "");
  EXPECT_EQ(join_lines(fields, *fields.find("x-one")), "1, 3");
}

TEST(ConnectionLists, OptionsAreACaseInsensitiveListOverAllFields) {
  Fields fields;
  EXPECT_FALSE(connection_lists(fields, "close"));
  fields.add("Connection", "keep-alive, ,X-Hop");
  fields.add("X-Hop", "close");
  fields.add("CONNECTION", "foo\t, CLOSE");
  EXPECT_TRUE(connection_lists(fields, "close"));
  EXPECT_TRUE(connection_lists(fields, "Keep-Alive"));
  EXPECT_TRUE(connection_lists(fields, "x-hop"));
  EXPECT_FALSE(connection_lists(fields, "keep"));
  EXPECT_FALSE(connection_lists(fields, "keep-alive, ,X-Hop"));
  EXPECT_FALSE(connection_lists(fields, ""));
}

TEST(Fields, KnowDigestsOfContent) {
  for (const char* name : {"Content-MD5", "digest", "Content-Digest", "REPR-DIGEST"})
    EXPECT_TRUE(is_digest({.name = name, .value = "x", .id = header_id(name)})) << name;
  for (const char* name : {"ETag", "Content-Digests", "Want-Digest"})
    EXPECT_FALSE(is_digest({.name = name, .value = "x", .id = header_id(name)})) << name;
}

}  // namespace
}  // namespace signgate::http
