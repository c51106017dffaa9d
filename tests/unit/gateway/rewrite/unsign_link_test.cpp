// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/unsign_link.hpp"

#include <gtest/gtest.h>

#include "gateway/base/limits.hpp"

namespace signgate::rewrite {
namespace {

using Verdict = UnsignLink::Verdict;

const UnsignRules rules({{"https://d.test/p/", {"K1", "K2"}}});
const std::string ours = "Expires=1&Signature=a-b_c~&Key-Pair-Id=K1";

struct Read {
  Verdict verdict = Verdict::more;
  std::size_t end = 0;
  std::string text;
};

// The verdict on the link that begins `text`, fed byte by byte: the same as on all of it at once.
Read read(std::string_view text, BodyText kind = BodyText::plain) {
  UnsignLink whole(rules, kind);
  whole.begin();
  UnsignLink cut(rules, kind);
  cut.begin();
  const Verdict verdict = whole.read(text, true);
  Verdict found = Verdict::more;
  for (std::size_t size = 4; size <= text.size() && found == Verdict::more; ++size)
    found = cut.read(text.substr(0, size), false);
  if (found == Verdict::more) found = cut.read(text, true);
  EXPECT_EQ(found, verdict) << text;
  EXPECT_EQ(cut.end(), whole.end()) << text;
  EXPECT_EQ(cut.text(), whole.text()) << text;
  return {verdict, whole.end(), std::string(whole.text())};
}

void expect_stripped(const std::string& link, std::string_view expected) {
  for (const std::string_view behind : {"", " ", "\"", "<", "#f", "\\n", "`"}) {
    const Read found = read(link + std::string(behind));
    EXPECT_EQ(found.verdict, Verdict::stripped) << link << behind;
    EXPECT_EQ(found.text, expected) << link << behind;
    EXPECT_EQ(found.end, link.size()) << link << behind;
  }
}

void expect_passed(const std::string& link) {
  EXPECT_EQ(read(link).verdict, Verdict::pass) << link;
}

TEST(UnsignLink, TakesOutAWholeSignature) {
  expect_stripped("https://d.test/p/a.jpg?" + ours, "https://d.test/p/a.jpg");
  expect_stripped("https://d.test/p/?Policy=x&Signature=y&Key-Pair-Id=K2", "https://d.test/p/");
  expect_stripped("https://d.test/p/a?" + ours + "&Hash-Algorithm=SHA256", "https://d.test/p/a");
  expect_stripped("https://d.test/p/a?Key-Pair-Id=K1&Signature=b&Expires=1", "https://d.test/p/a");
  expect_stripped("HTTPS://D.test:443/x/../p/a?" + ours, "HTTPS://D.test:443/x/../p/a");
}

TEST(UnsignLink, KeepsAllOtherParametersAsTheyStand) {
  expect_stripped("https://d.test/p/a?w=1&h=%C3%A9&" + ours, "https://d.test/p/a?w=1&h=%C3%A9");
  expect_stripped("https://d.test/p/a?" + ours + "&w=1&&h", "https://d.test/p/a?w=1&&h");
  expect_stripped("https://d.test/p/a?Expires=1&w=1&Signature=b&h=2&Key-Pair-Id=K1&z",
                  "https://d.test/p/a?w=1&h=2&z");
  expect_stripped("https://d.test/p/a?x&amp;Expires=1&#38;Signature=b\\u0026Key-Pair-Id=K1&amp;y",
                  "https://d.test/p/a?x&amp;y");
  expect_stripped("https://d.test/p/a?expires=2&" + ours, "https://d.test/p/a?expires=2");
}

TEST(UnsignLink, EndsBehindItsSignatureWhateverTextFollows) {
  for (const std::string_view behind : {"'>", ")", "), x", ",b", ".", ";", "!", "|", "]"}) {
    const std::string link = "https://d.test/p/it's(1).jpg?" + ours;
    const Read found = read(link + std::string(behind));
    EXPECT_EQ(found.verdict, Verdict::stripped) << behind;
    EXPECT_EQ(found.text, "https://d.test/p/it's(1).jpg") << behind;
    EXPECT_EQ(found.end, link.size()) << behind;
  }
  const Read asked = read("https://d.test/p/a?" + ours + "?");
  EXPECT_EQ(asked.text, "https://d.test/p/a?");
}

TEST(UnsignLink, IsNoConcernOfOursWithoutAWholeSignature) {
  expect_passed("https://d.test/p/a.jpg");
  expect_passed("https://d.test/p/a.jpg?w=1");
  for (const char* query :
       {"Signature=b&Key-Pair-Id=K1", "Expires=1&Key-Pair-Id=K1", "Expires=1&Signature=b",
        "Expires=1&Policy=p&Signature=b&Key-Pair-Id=K1", "Expires=1&Signature=&Key-Pair-Id=K1",
        "Expires=1&Signature=b&Key-Pair-Id", "Expires=1&Expires=2&Signature=b&Key-Pair-Id=K1",
        "Expires=1&Signature=a+b&Key-Pair-Id=K1", "expires=1&Signature=b&Key-Pair-Id=K1",
        "Expires=1&Signature=b&Key-Pair-Id=K1&Key-Pair-Id=K2",
        "xExpires=1&Signature=b&Key-Pair-Id=K1"})
    expect_passed(std::string("https://d.test/p/a?") + query);
}

TEST(UnsignLink, LeavesTheSignaturesOfOthers) {
  expect_passed("https://d.test/p/a?Expires=1&Signature=b&Key-Pair-Id=K3");
  expect_passed("https://d.test/p/a?Expires=1&Signature=b&Key-Pair-Id=K11");
  for (const std::string_view place :
       {"https://d.test/q/a", "https://d.test/p/../a", "https://e.test/p/a", "http://d.test/p/a",
        "https://d.test:8443/p/a", "https://u@d.test/p/a", "https://d.test.evil.test/p/a",
        "https://d.test", "https://", "http:/d.test/p/a", "httpss://d.test/p/a"})
    expect_passed(std::string(place) + "?" + ours);
}

TEST(UnsignLink, ReadsNoMoreOfAnothersLinkThanItsHost) {
  EXPECT_EQ(read("https://e.test/p/a?" + ours).end, 8U);
  EXPECT_EQ(read("httpx").end, 4U);
  EXPECT_EQ(read("http").end, 4U);
}

TEST(UnsignLink, HoldsALinkInItsPathOrBehindIt) {
  expect_stripped("https://d.test/p/200x/https://e.test/a.jpg?" + ours,
                  "https://d.test/p/200x/https://e.test/a.jpg");
  expect_stripped("https://d.test/p/a?u=https://e.test/?x&" + ours,
                  "https://d.test/p/a?u=https://e.test/?x");
  expect_stripped("https://d.test/p/a),url(https://d.test/p/b?" + ours,
                  "https://d.test/p/a),url(https://d.test/p/b");
  expect_stripped("https://d.test/p/a?v=1),url(https://d.test/p/b?" + ours + "&w=1",
                  "https://d.test/p/a?v=1),url(https://d.test/p/b?w=1");
  // Below another path of that host the next link is looked at on its own.
  EXPECT_EQ(read("https://d.test/q/a,https://d.test/p/b?" + ours).end, 8U);
}

TEST(UnsignLink, EndsWithItsPairOfAForm) {
  const Read found = read(
      "https%3A%2F%2Fd.test%2Fp%2Fa%3Fx%3D1%26Expires%3D1%26Signature%3Da%7E"
      "%26Key-Pair-Id%3DK1&b=c",
      BodyText::form);
  EXPECT_EQ(found.verdict, Verdict::stripped);
  EXPECT_EQ(found.text, "https%3A%2F%2Fd.test%2Fp%2Fa%3Fx%3D1");
}

TEST(UnsignLink, IsLeftAloneWhereItIsTooLong) {
  const std::string end = "?" + ours;
  const std::string begin = "https://d.test/p/";
  const std::string fits(limits::unsigned_link - begin.size() - end.size(), 'a');
  EXPECT_EQ(read(begin + fits + end).verdict, Verdict::stripped);
  EXPECT_EQ(read(begin + fits + "a" + end).verdict, Verdict::too_long);
}

}  // namespace
}  // namespace signgate::rewrite
