// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/cookie_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/config/reader.hpp"

namespace signgate::route {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// A site of these names that signs [media.photos], which has these lines: the first of its table is
// line 8.
std::string site(const std::string& names, const std::string& photos,
                 const std::string& listen = "127.0.0.1:80") {
  return "[[server]]\nserver_name = " + names + "\nlisten = '" + listen +
         "'\n[[server.route]]\nlocation = '/'\nproxy_pass = 'http://127.0.0.1:1'\nsign = "
         "'photos'\n[media.photos]\nkey = 'K1'\ncookies = 'on'\n" +
         photos + "\n[key.K1]\nprivate_key = 'k.pem'\n";
}

std::vector<std::string> findings(const std::string& text) {
  const config::Reading reading = config::read_toml(text, "a.toml", "");
  for (const config::Diagnostic& found : reading.diagnostics)
    EXPECT_NE(found.severity, config::Severity::error) << render(found);
  std::vector<std::string> lines;
  if (!reading.config) return lines;
  for (const CookieFinding& found : check_cookies(*reading.config)) {
    lines.push_back(std::to_string(found.place.line) + ": " +
                    std::string(severity_name(found.severity)) + ": " + found.message);
  }
  return lines;
}

const std::string www = "'www.example.com'";
const std::string target = "target = 'https://media.example.com/p/'";

TEST(CookieCheck, FindsNothingWhereBrowsersTakeAndSendTheCookies) {
  EXPECT_THAT(findings(site(www, target)), IsEmpty());
  EXPECT_THAT(findings(site("'media.example.com'", target)), IsEmpty());
  EXPECT_THAT(findings(site("['*.example.com', 'example.com']", target)), IsEmpty());
  EXPECT_THAT(findings(site("['www.example.com', '~^x', '']", target)), IsEmpty());
  EXPECT_THAT(findings(site(www, target + "\ncookie_domain = 'example.com'\ncookie_path = '/'")),
              IsEmpty());
  EXPECT_THAT(findings(site(www, target + "\ncookie_path = '/p'")), IsEmpty());
  EXPECT_THAT(findings(site("'localhost'", "target = 'http://localhost:8443/p/'")), IsEmpty());
}

TEST(CookieCheck, LooksAtRulesWithCookiesAlone) {
  std::string text = site(www, "target = 'https://d1.cloudfront.net/p/'");
  text.replace(text.find("'on'"), 4, "'off'");
  EXPECT_THAT(findings(text), IsEmpty());
}

TEST(CookieCheck, RefusesCloudFrontsOwnDomain) {
  for (const char* host :
       {"d111111abcdef8.cloudfront.net", "D1.CloudFront.net", "cloudfront.net"}) {
    EXPECT_THAT(
        findings(site(www, "target = 'https://" + std::string(host) + "/p/'")),
        ElementsAre(AllOf(StartsWith("10: error: cookies = \"on\": browsers take no cookie"),
                          HasSubstr("alternate domain name"))))
        << host;
  }
}

TEST(CookieCheck, RefusesSitesThatShareNoDomainWithTheTarget) {
  EXPECT_THAT(findings(site("'www.example.org'", target)),
              ElementsAre(AllOf(StartsWith("10: error: cookies = \"on\": the site "
                                           "\"www.example.org\" shares no parent domain"),
                                HasSubstr("\"media.example.com\""))));
  EXPECT_THAT(findings(site("'a.co.uk'", "target = 'https://b.co.uk/p/'")),
              ElementsAre(StartsWith("10: error: ")));
  EXPECT_THAT(findings(site("'*.example.org'", target)), ElementsAre(StartsWith("10: error: ")));
  EXPECT_THAT(findings(site("'127.0.0.1'", "target = 'http://127.0.0.2/p/'")),
              ElementsAre(StartsWith("10: error: ")));
  EXPECT_THAT(findings(site("['a.example.org', 'b.example.org']", target)),
              ElementsAre(StartsWith("10: error: "), StartsWith("10: error: ")));
}

TEST(CookieCheck, WarnsOfNamesAmongOthersThatGetNone) {
  EXPECT_THAT(findings(site("['www.example.com', 'www.example.org']", target)),
              ElementsAre(AllOf(StartsWith("10: warning: cookies = \"on\": the site "
                                           "\"www.example.org\" shares no parent"),
                                HasSubstr("its answers set none"))));
}

TEST(CookieCheck, WarnsOfSitesWithoutAName) {
  for (const char* names : {"['']", "'~^www'", "'www.*'"}) {
    EXPECT_THAT(findings(site(names, target)),
                ElementsAre(StartsWith("10: warning: cookies = \"on\": no server_name says")))
        << names;
  }
}

TEST(CookieCheck, RefusesADomainThatDoesNotWork) {
  const auto with = [](const std::string& names, const std::string& domain) {
    return findings(site(names, target + "\ncookie_domain = '" + domain + "'"));
  };
  EXPECT_THAT(with(www, "com"), ElementsAre(AllOf(StartsWith("12: error: cookie_domain \"com\""),
                                                  HasSubstr("public suffix"))));
  EXPECT_THAT(with(www, "www.example.com"),
              ElementsAre(AllOf(StartsWith("12: error: cookie_domain \"www.example.com\" does not "
                                           "hold the target's host"))));
  EXPECT_THAT(with(www, "ample.com"), ElementsAre(HasSubstr("does not hold the target's host")));
  EXPECT_THAT(with(www, "media.example.com"),
              ElementsAre(StartsWith("12: error: cookie_domain \"media.example.com\" does not hold "
                                     "the site \"www.example.com\"")));
  EXPECT_THAT(with("['www.example.com', 'media.example.com']", "media.example.com"),
              ElementsAre(StartsWith("12: warning: cookie_domain \"media.example.com\" does not")));
}

TEST(CookieCheck, RefusesAPathThatDoesNotHoldTheTarget) {
  const auto with = [](const std::string& path, const std::string& of) {
    return findings(
        site(www, "target = 'https://media.example.com" + of + "'\ncookie_path = '" + path + "'"));
  };
  EXPECT_THAT(with("/other/", "/p/"),
              ElementsAre(AllOf(StartsWith("12: error: cookie_path \"/other/\" does not hold the "
                                           "target's path \"/p/\""),
                                HasSubstr("write \"/p/\" or a folder above it"))));
  EXPECT_THAT(with("/p/deeper/", "/p/"), ElementsAre(StartsWith("12: error: ")));
  EXPECT_THAT(with("/P/", "/p/"), ElementsAre(StartsWith("12: error: ")));
  // The rule has links such as /pictures/a.jpg too, which browsers send no cookie of /p with.
  EXPECT_THAT(with("/p", "/p"), ElementsAre(StartsWith("12: error: ")));
  EXPECT_THAT(with("/", "/p"), IsEmpty());
}

TEST(CookieCheck, WarnsOfSecureCookiesOnPlainHttp) {
  EXPECT_THAT(findings(site(www, target, "0.0.0.0:80")),
              ElementsAre(AllOf(StartsWith("10: warning: cookies = \"on\": target is https"),
                                HasSubstr("\"0.0.0.0:80\""))));
  for (const char* listen : {"127.0.0.1:80", "127.1.2.3:80", "[::1]:80", "localhost:80", "unix:s"})
    EXPECT_THAT(findings(site(www, target, listen)), IsEmpty()) << listen;
  EXPECT_THAT(findings(site(www, "target = 'http://media.example.com/p/'", "80")), IsEmpty());
}

// The findings about photos at https://media.example.com/p/ and films elsewhere, which the given
// server signs.
std::vector<std::string> beside(const std::string& films, const std::string& server) {
  return findings(site(www, target) + "[media.films]\ncookies = 'on'\nkey = 'K1'\ntarget = '" +
                  films + "'\n[[server]]\nlisten = '127.0.0.1:81'\nserver_name = '" + server +
                  "'\n[[server.route]]\nlocation = '/'\nproxy_pass = 'http://127.0.0.1:1'\nsign = "
                  "'films'\n");
}

TEST(CookieCheck, RefusesRulesWhoseCookiesMeet) {
  // The same Domain and Path: they overwrite each other, of whatever page and target host.
  EXPECT_THAT(beside("https://films.example.com/p/", "www.example.com"),
              ElementsAre(AllOf(StartsWith("15: error: cookies = \"on\": the cookies of media "
                                           "\"photos\" have the same names"),
                                HasSubstr("\"example.com/p/\""))));
  EXPECT_THAT(beside("https://films.example.com/p/", "admin.example.com"),
              ElementsAre(StartsWith("15: error: ")));
  // Other Paths or Domains, both of which hold one request.
  EXPECT_THAT(beside("https://films.example.com/p/deep/", "www.example.com"),
              ElementsAre(StartsWith("15: error: ")));
  EXPECT_THAT(beside("https://films.example.com/", "www.example.com"),
              ElementsAre(StartsWith("15: error: ")));
  EXPECT_THAT(beside("https://films.eu.example.com/p/", "www.eu.example.com"),
              ElementsAre(StartsWith("15: error: ")));
  EXPECT_THAT(beside("https://www.example.com/p/", "www.example.com"),
              ElementsAre(StartsWith("15: error: ")));
  // Cookies know no ports.
  EXPECT_THAT(beside("https://media.example.com:8443/p/", "www.example.com"),
              ElementsAre(StartsWith("15: error: ")));
}

TEST(CookieCheck, TakesRulesWhoseCookiesStayApart) {
  EXPECT_THAT(beside("https://films.example.com/films/", "www.example.com"), IsEmpty());
  EXPECT_THAT(beside("https://films.example.org/p/", "www.example.org"), IsEmpty());
  EXPECT_THAT(beside("https://media.example.com/pq/", "www.example.com"), IsEmpty());
}

}  // namespace
}  // namespace signgate::route
