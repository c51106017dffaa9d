// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/link_matcher.hpp"

#include <gtest/gtest.h>

#include "gateway/base/limits.hpp"

namespace signgate::rewrite {
namespace {

using Verdict = LinkMatcher::Verdict;

PageUrl page(std::string_view url = "https://www.example.com/albums/7/") {
  return *PageUrl::make(url);
}

const LinkMatcher& matcher() {
  static const LinkMatcher made =
      LinkMatcher::make({{"photos",
                          {"https://media.example.com/private/", "/media/private/"},
                          "https://d1.cloudfront.net/private/"},
                         {"raw",
                          {"https://media.example.com/private/raw/", "//any.example.com/x"},
                          "https://d2.cloudfront.net"}})
          .value();
  return made;
}

std::string target(std::string_view link, const PageUrl& from = page()) {
  const auto outcome = matcher().match(link, from);
  switch (outcome.verdict) {
    case Verdict::not_media:
      return "not media";
    case Verdict::refused_reserved:
      return "reserved";
    case Verdict::refused_rule:
      return "refused rule";
    case Verdict::refused_path:
      return "path";
    case Verdict::refused_too_long:
      return "too long";
    case Verdict::media:
      break;
  }
  return std::to_string(outcome.rule) + " " + outcome.url + outcome.fragment;
}

TEST(LinkMatcher, KeepsWhatIsWrittenOfARelativeLink) {
  const PageUrl album = page("https://www.example.com/media/private/albums/7");
  const auto relative = [&album](std::string_view link) {
    const auto outcome = matcher().match(link, album);
    EXPECT_EQ(outcome.verdict, Verdict::media) << link;
    return outcome.relative;
  };
  EXPECT_EQ(relative("8/a.jpg?w=1#f"), "8/a.jpg");
  EXPECT_EQ(relative("../8/a.jpg"), "8/a.jpg");
  EXPECT_EQ(relative("./.%2E/./8/./a.jpg"), "8/./a.jpg");
  EXPECT_EQ(relative("x/..//8/a.jpg"), "8/a.jpg");
  EXPECT_EQ(relative("https:8/a.jpg"), "8/a.jpg");
  for (const std::string_view link : {"?w=1", "..", "./", "x/../.", "%2e", "https:?w"})
    EXPECT_EQ(relative(link), ".") << link;
  for (const std::string_view link :
       {"/media/private/a.jpg", "/media/private/%61.jpg",
        "//media.example.com/private/../private/a", "https:/media/private/a.jpg?w",
        "HTTPS://media.example.com/private/a.jpg", "\\media/private/a"})
    EXPECT_EQ(relative(link), "") << link;
}

TEST(LinkMatcher, SaysWhichLinksABaseLeads) {
  const auto led = [](std::string_view base, std::string_view link) {
    PageUrl album = page("https://www.example.com/media/private/albums/7");
    if (!base.empty()) album.set_base(base);
    const auto outcome = matcher().match(link, album);
    EXPECT_EQ(outcome.verdict, Verdict::media) << base << ' ' << link;
    return outcome.led_by_base;
  };
  for (const std::string_view link : {"a.jpg", "..", "?", "/media/private/a", "https:a.jpg"}) {
    EXPECT_FALSE(led("", link)) << link;
    EXPECT_FALSE(led("7", link)) << link << ": the page itself";
  }
  for (const std::string_view link : {"a.jpg", ".", "?", "https:a.jpg", "\ta.jpg"})
    EXPECT_TRUE(led("../8/", link)) << link;
  for (const std::string_view link :
       {"/media/private/a", "/media/private/%61", "//media.example.com/private/a",
        "https://media.example.com/private/a", "https:/media/private/a"})
    EXPECT_FALSE(led("../8/", link)) << link;
  EXPECT_TRUE(led("https://media.example.com/", "/private/a"));
  EXPECT_TRUE(led("https://media.example.com/", "/private/%61"));
  EXPECT_FALSE(led("https://media.example.com/", "//media.example.com/private/%61"));
}

// A canned policy is rebuilt from the request, and JSON writes a backslash in two bytes: whether
// CloudFront does so nobody tells.
TEST(LinkMatcher, EncodesABackslashInTheQuery) {
  EXPECT_EQ(target("/media/private/a.jpg?x=\\y\\&z#\\"),
            "0 https://d1.cloudfront.net/private/a.jpg?x=%5Cy%5C&z#\\");
  EXPECT_EQ(target("https://d1.cloudfront.net/private/a.jpg?\\"),
            "0 https://d1.cloudfront.net/private/a.jpg?%5C");
}

TEST(LinkMatcher, MatchesWhatABrowserWouldFetch) {
  const std::string expected = "0 https://d1.cloudfront.net/private/a.jpg";
  for (const std::string_view link :
       {"https://media.example.com/private/a.jpg", "HTTPS://MEDIA.example.COM:443/private/a.jpg",
        "//media.example.com/private/a.jpg", "/media/private/a.jpg", "../../media/private/a.jpg",
        " /media/private/a.jpg\n", "/me\ndia/private/a.jpg", "\\media\\private\\a.jpg",
        "/media/./x/../private/%2e/a.jpg", "/x/%2e%2e/media/private/a.jpg",
        "/../media/private/a.jpg", "https:/media/private/a.jpg",
        "https://www.example.com/media/private/a.jpg", "https://m%65dia.example.com/private/a.jpg",
        "https://d1.cloudfront.net/private/a.jpg", "/media/private/a.jpg?"}) {
    EXPECT_EQ(target(link), expected) << link;
  }
}

TEST(LinkMatcher, LeavesOtherLinksAlone) {
  for (const std::string_view link : {"",
                                      " ",
                                      "#a",
                                      "?a",
                                      "a.jpg",
                                      "http://media.example.com/private/a.jpg",
                                      "https://media.example.com:8443/private/a.jpg",
                                      "https://media.example.com.evil.test/private/a.jpg",
                                      "https://evil.test/https://media.example.com/private/a.jpg",
                                      "https://media.example.com@evil.test/private/a.jpg",
                                      "https://u@media.example.com/private/a.jpg",
                                      "https://u:p@media.example.com/private/a.jpg",
                                      "https://media.example.com/Private/a.jpg",
                                      "/media/privat",
                                      "/media/private/../a.jpg",
                                      "/media/private/%2e%2e/a.jpg",
                                      "/media%2fprivate/a.jpg",
                                      "/media/%70rivate/a.jpg",
                                      "data:,/media/private/a.jpg",
                                      "javascript:'/media/private/'",
                                      "https://médi\u0430.example.com/private/a.jpg",
                                      "ftp://media.example.com/private/a.jpg",
                                      "https://other.example.com/media/private/a.jpg"}) {
    EXPECT_EQ(target(link), "not media") << link;
  }
}

TEST(LinkMatcher, TakesPathPrefixesForThePagesOwnOrigin) {
  EXPECT_EQ(target("/media/private/x", page("http://localhost:8080/")),
            "0 https://d1.cloudfront.net/private/x");
  EXPECT_EQ(target("http://localhost:8080/media/private/x", page("http://localhost:8080/")),
            "0 https://d1.cloudfront.net/private/x");
  EXPECT_EQ(target("https://localhost:8080/media/private/x", page("http://localhost:8080/")),
            "not media");
  PageUrl based = page();
  based.set_base("https://elsewhere.example/");
  EXPECT_EQ(target("/media/private/x", based), "not media");
  EXPECT_EQ(target("https://www.example.com/media/private/x", based),
            "0 https://d1.cloudfront.net/private/x");
}

TEST(LinkMatcher, PrefersTheLongestPrefix) {
  EXPECT_EQ(target("https://media.example.com/private/raw/x"), "1 https://d2.cloudfront.net/x");
  EXPECT_EQ(target("https://media.example.com/private/rawx"),
            "0 https://d1.cloudfront.net/private/rawx");
}

TEST(LinkMatcher, TakesAPrefixWithoutASchemeForBoth) {
  EXPECT_EQ(target("http://any.example.com/xyz"), "1 https://d2.cloudfront.net/yz");
  EXPECT_EQ(target("https://any.example.com/xyz"), "1 https://d2.cloudfront.net/yz");
}

TEST(LinkMatcher, KeepsQueryAndFragment) {
  EXPECT_EQ(target("/media/private/x?a=b c&d'&#f g"),
            "0 https://d1.cloudfront.net/private/x?a=b%20c&d%27&#f%20g");
  EXPECT_EQ(target("/media/private/x?#"), "0 https://d1.cloudfront.net/private/x#");
}

TEST(LinkMatcher, SignsAfreshWhatIsSigned) {
  const std::string expected = "0 https://d1.cloudfront.net/private/x";
  EXPECT_EQ(target("/media/private/x?Expires=1&Signature=s&Key-Pair-Id=k"), expected);
  EXPECT_EQ(target("https://d1.cloudfront.net/private/"
                   "x?Policy=p&Signature=s&Key-Pair-Id=k&Hash-Algorithm=SHA256#f"),
            expected + "#f");
  EXPECT_EQ(target("/media/private/x?a=1&Key-Pair-Id=k&Signature=s&&b&Expires=1"),
            expected + "?a=1&&b");
}

TEST(LinkMatcher, RefusesReservedNamesWithoutASignature) {
  for (const std::string_view query :
       {"Expires=1", "Policy", "Signature=", "Key-Pair-Id=k", "Hash-Algorithm=SHA1",
        "Signature=s&Key-Pair-Id=k", "Expires=1&Signature=s", "a&Expires=1&Key-Pair-Id=k"}) {
    EXPECT_EQ(target("/media/private/x?" + std::string(query)), "reserved") << query;
  }
  EXPECT_EQ(target("/media/private/x?expires=1&MyPolicy=2&Signature-=3"),
            "0 https://d1.cloudfront.net/private/x?expires=1&MyPolicy=2&Signature-=3");
  EXPECT_EQ(target("/other?Expires=1"), "not media");
}

TEST(LinkMatcher, NeverLetsALinkClimbOutOfItsTarget) {
  for (const std::string_view link : {"/media/private/..%2fx", "/media/private/a%2f..%2F..%2fx",
                                      "/media/private/%2e%2e%5cx", "/media/private/%2e%2E%2f"}) {
    EXPECT_EQ(target(link), "path") << link;
  }
  // A prefix that ends within a segment: joining must not make a dot segment of the rest.
  const LinkMatcher partial =
      LinkMatcher::make({{"p", {"/m/p"}, "https://d.example/a/b/"}}).value();
  EXPECT_EQ(partial.match("/m/p..", page()).verdict, Verdict::refused_path);
  EXPECT_EQ(partial.match("/m/p../x", page()).verdict, Verdict::refused_path);
  EXPECT_EQ(partial.match("/m/p.", page()).verdict, Verdict::refused_path);
  EXPECT_EQ(partial.match("/m/p...", page()).url, "https://d.example/a/b/...");
  EXPECT_EQ(partial.match("/m/photos", page()).url, "https://d.example/a/b/hotos");
  const LinkMatcher dot = LinkMatcher::make({{"p", {"/m/"}, "https://d.example/a/.b"}}).value();
  EXPECT_EQ(dot.match("/m/x", page()).url, "https://d.example/a/.bx");
}

TEST(LinkMatcher, RefusesAUrlThatIsTooLong) {
  const std::string prefix = "/media/private/";
  const std::size_t head = std::string_view("https://d1.cloudfront.net/private/").size();
  EXPECT_EQ(matcher().match(prefix + std::string(limits::link_length - head, 'x'), page()).verdict,
            Verdict::media);
  EXPECT_EQ(
      matcher().match(prefix + std::string(limits::link_length - head + 1, 'x'), page()).verdict,
      Verdict::refused_too_long);
  // Encoding makes it longer.
  EXPECT_EQ(
      matcher().match(prefix + std::string(limits::link_length / 3, ' ') + "x", page()).verdict,
      Verdict::refused_too_long);
}

TEST(LinkMatcher, GivesThePathAsItIsWrittenInThePage) {
  const auto outcome = matcher().match("../../media/private/a/../b c?q", page());
  EXPECT_EQ(outcome.path, "/media/private/b%20c");
}

TEST(LinkMatcher, ComparesPunycodeAndAddressesAsTheyAre) {
  const LinkMatcher odd =
      LinkMatcher::make(
          {{"p",
            {"https://xn--mnchen-3ya.example/", "http://[::1]:8080/", "http://127.0.0.1/"},
            "https://d.example/"}})
          .value();
  EXPECT_EQ(odd.match("https://XN--mnchen-3ya.example/a", page()).url, "https://d.example/a");
  EXPECT_EQ(odd.match("https://münchen.example/a", page()).verdict, Verdict::not_media);
  EXPECT_EQ(odd.match("http://[::1]:8080/a", page()).url, "https://d.example/a");
  EXPECT_EQ(odd.match("http://127.0.0.1/a", page()).url, "https://d.example/a");
  EXPECT_EQ(odd.match("http://127.1/a", page()).verdict, Verdict::not_media);
}

TEST(LinkMatcher, RefusesBadPrefixes) {
  const auto error = [](std::string link, std::string to) -> std::string {
    const auto made = LinkMatcher::make({{"good", {"/x/"}, "https://d.example/"},
                                         {"bad", {"/ok/", std::move(link)}, std::move(to)}});
    if (made) return "none";
    EXPECT_EQ(made.error().rule, 1U);
    return made.error().prefix + ": " + made.error().text;
  };
  const std::string good = "https://d.example/";
  EXPECT_EQ(error("/y/", good), "none");
  EXPECT_EQ(error("", good),
            ": neither a URL nor a path from the root; write https://HOST/PATH, http://HOST/PATH, "
            "//HOST/PATH or /PATH");
  for (const std::string bad : {"media/", "ftp://h/", "https:/h/", "?x", "./x", "http:h"})
    EXPECT_NE(error(bad, good).find("neither a URL"), std::string::npos) << bad;
  EXPECT_NE(error("https://h/x?y", good).find("no query"), std::string::npos);
  EXPECT_NE(error("https://h/x#y", good).find("no fragment"), std::string::npos);
  EXPECT_NE(error("https://u@h/x", good).find("no user"), std::string::npos);
  EXPECT_NE(error("/x/../y", good).find("no dot segments"), std::string::npos);
  EXPECT_NE(error("https://h/x/%2e%2e", good).find("no dot segments"), std::string::npos);
  EXPECT_NE(error("/x y", good).find("no white space"), std::string::npos);
  EXPECT_NE(error("/\\evil.example/", good).find("no backslash"), std::string::npos);
  EXPECT_NE(error("https://h:99999/", good).find("not a URL"), std::string::npos);
  EXPECT_NE(error("/y/", "/path").find("/path: not an absolute URL"), std::string::npos);
  EXPECT_NE(error("/y/", "https://h/?x").find("no query"), std::string::npos);
  EXPECT_NE(error("/y/", "").find("write https://HOST/PATH"), std::string::npos);
}

TEST(LinkMatcher, LeavesForeignRulesAloneWhereverTheyLie) {
  const LinkMatcher nested =
      LinkMatcher::make(
          {{"photos", {"/media/"}, "https://d1.example/m/", false},
           {"vip", {"/media/vip/", "https://v.example/"}, "https://d2.example/", true},
           {"deep", {"/deep/"}, "https://d1.example/m/deep/", true},
           {"same", {"/media/"}, "https://d1.example/m/", true}})
          .value();
  EXPECT_FALSE(nested.empty());
  const auto verdict = [&](std::string_view link) { return nested.match(link, page()).verdict; };
  EXPECT_EQ(verdict("/media/a.jpg"), Verdict::media);
  EXPECT_EQ(verdict("/media/vipers.jpg"), Verdict::media);
  EXPECT_EQ(verdict("/media/vip/a.jpg"), Verdict::refused_rule);
  EXPECT_EQ(verdict("https://v.example/a.jpg"), Verdict::refused_rule);
  EXPECT_EQ(verdict("https://d2.example/a.jpg"), Verdict::refused_rule);
  // By the link it is ours, by where it leads it is not.
  EXPECT_EQ(verdict("/media/deep/a.jpg"), Verdict::refused_rule);
  EXPECT_EQ(verdict("https://d1.example/m/deep/a.jpg"), Verdict::refused_rule);
  EXPECT_EQ(verdict("https://d1.example/m/a.jpg"), Verdict::media);
}

TEST(LinkMatcher, KnowsForeignLinksInAnySpellingThatAnOriginMayTakeForThem) {
  const LinkMatcher nested =
      LinkMatcher::make({{"photos", {"/media/"}, "https://d1.example/m/", false},
                         {"own", {"/media/vip/own%20/"}, "https://d1.example/m/vip/own/"},
                         {"vip", {"/media/vip/"}, "https://d1.example/m/vip/", true},
                         {"link", {"/media/link/"}, "https://d2.example/", true}})
          .value();
  const auto verdict = [&](std::string_view link) { return nested.match(link, page()).verdict; };
  for (const std::string_view link :
       {"/media/%76ip/a.jpg", "/media/vip%2Fa.jpg", "/media/vip%5ca.jpg", "/media//vip/a.jpg",
        "/media/%2fvip/a.jpg", "https://d1.example/m/v%69p/a.jpg", "https://d1.example/m//vip/",
        "/media/%6Cink/a.jpg"}) {
    EXPECT_EQ(verdict(link), Verdict::refused_rule) << link;
  }
  for (const std::string_view link :
       {"/media/a%20b.jpg", "/media//a.jpg", "/media/%76ip.jpg", "/media/%zz/", "/media/vip",
        "/media/vip/own%20/a.jpg", "/media/vip/own%20/%61.jpg", "/media/vip/own%20//a.jpg",
        "https://d1.example/m/vip/own/%61"}) {
    EXPECT_EQ(verdict(link), Verdict::media) << link;
  }
}

TEST(LinkMatcher, LetsNoQuerysMarkStandForAnotherCharacter) {
  const auto make = [](bool wildcard) {
    return LinkMatcher::make({{"photos", {"/media/"}, "https://d1.example/m/", false, wildcard},
                              {"vip", {"/vip/"}, "https://d1.example/m/vip/", true}})
        .value();
  };
  const LinkMatcher custom = make(true);
  const LinkMatcher canned = make(false);
  const auto check = [&](std::string_view link, Verdict expected) {
    EXPECT_EQ(custom.match(link, page()).verdict, expected) << link;
    EXPECT_EQ(canned.match(link, page()).verdict, Verdict::media) << link;
  };
  // Each opens a foreign object if the mark stands for one character.
  for (const std::string_view link :
       {"/media/vip?a.jpg", "/media/v?p/a.jpg", "/media/?ip/a.jpg", "/media/?76ip/a.jpg",
        "/media/%7?ip/a.jpg", "/media/vip%?fa.jpg", "/media//vi?/a.jpg", "/media/%76ip?a.jpg"}) {
    check(link, Verdict::refused_rule);
  }
  // Each climbs.
  for (const std::string_view link :
       {"/media/a?../../x.jpg", "/media/a?/../../x.jpg", "/media/x/?./x.jpg", "/media/x/?%2e/x",
        "/media/x/?2e./x", "/media/x/%2?./x", "/media/x/%?e./x", "/media/a?2f../x",
        "/media/a%2?../x", "/media/a%?f../x", "/media/a?..%2fx", "/media/a/.%2?/x"}) {
    check(link, Verdict::refused_path);
  }
  for (const std::string_view link :
       {"/media/a.jpg?w=1&h=2", "/media/a.jpg?17", "/media/a?u=https://x.example/a.b",
        "/media/x/?.a", "/media/x/?v=1.5", "/media/vipers.jpg?1", "/media/a.jpg?",
        "/media/x/..%2e?a"}) {
    check(link, Verdict::media);
  }
  EXPECT_EQ(custom.match("/media/a?b=..&Expires=1&Signature=s&Key-Pair-Id=k", page()).verdict,
            Verdict::media);
}

TEST(LinkMatcher, LetsNoSignatureOfAPrefixOpenAnotherRulesLinks) {
  const auto make = [](bool prefix) {
    return LinkMatcher::make(
               {{"photos", {"/media/"}, "https://d1.example/m/", false, prefix, prefix},
                {"films", {"/films/"}, "https://d1.example/m/films/", false}})
        .value();
  };
  const LinkMatcher shared = make(true);
  const LinkMatcher apart = make(false);
  for (const std::string_view link :
       {"/media/films/x.mp4", "/media/films/", "/media/a/../films/x.mp4", "/media//films/x.mp4",
        "/media/%66ilms/x.mp4", "/media/films/x.mp4?q", "/media/film?/x.mp4"}) {
    EXPECT_EQ(shared.match(link, page()).verdict, Verdict::refused_rule) << link;
    EXPECT_EQ(apart.match(link, page()).verdict, Verdict::media) << link;
  }
  for (const std::string_view link :
       {"/media/a.jpg", "/media/film/x.mp4", "/media/filmsa/x.mp4", "/media/x/films/y.mp4?q"}) {
    EXPECT_EQ(shared.match(link, page()).verdict, Verdict::media) << link;
  }
  // Written as its own rule has it, it is that rule's.
  for (const std::string_view link : {"/films/x.mp4", "https://d1.example/m/films/x.mp4"}) {
    const auto outcome = shared.match(link, page());
    EXPECT_EQ(outcome.verdict, Verdict::media) << link;
    EXPECT_EQ(outcome.rule, 1U) << link;
  }
}

TEST(LinkMatcher, WithForeignRulesAloneHasNothingToScanFor) {
  const LinkMatcher foreign =
      LinkMatcher::make({{"vip", {"/media/"}, "https://d2.example/", true}}).value();
  EXPECT_TRUE(foreign.empty());
  EXPECT_EQ(foreign.match("/media/x", page()).verdict, Verdict::not_media);
}

TEST(LinkMatcher, WithoutRulesMatchesNothing) {
  const LinkMatcher none = LinkMatcher::make({}).value();
  EXPECT_TRUE(none.empty());
  EXPECT_FALSE(matcher().empty());
  EXPECT_EQ(none.match("/media/private/x", page()).verdict, Verdict::not_media);
}

}  // namespace
}  // namespace signgate::rewrite
