// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/browser_form.hpp"

#include <gtest/gtest.h>

namespace signgate::cli {
namespace {

TEST(BrowserForm, IsNoOtherForAUrlAsBrowsersWriteIt) {
  for (const char* url :
       {"https://h.test/", "https://h.test/a.jpg?b=C&c=../d", "http://h.test/a%20B?x",
        "https://h.test:8443/a", "https://h.test/.well-known/x", "https://h.test/a..b/...",
        "https://h.test/a//b", "https://192.0.2.1/a", "https://h.test/A?url=https://X/../y"})
    EXPECT_EQ(browser_form(url), std::nullopt) << url;
}

TEST(BrowserForm, IsWhatABrowserMakesOfTheUrl) {
  const auto expect = [](std::string_view url, std::string_view form) {
    EXPECT_EQ(browser_form(url), std::optional<std::string>(form)) << url;
  };
  expect("https://H.test/A", "https://h.test/A");
  expect("HTTPS://h.test/A", "https://h.test/A");
  expect("https://h.test:443/a", "https://h.test/a");
  expect("http://h.test:80/a?b", "http://h.test/a?b");
  expect("https://h.test", "https://h.test/");
  expect("https://h.test?a=1", "https://h.test/?a=1");
  expect("https://h.test/x/../y", "https://h.test/y");
  expect("https://h.test/x/./y", "https://h.test/x/y");
  expect("https://h.test/x/%2e%2E/y", "https://h.test/y");
  expect("https://h.test/x\\y", "https://h.test/x/y");
}

TEST(BrowserForm, IsNotToldWhereThePolicyCoversIt) {
  EXPECT_EQ(browser_warning("https://h.test/x/../a", "https://h.test/*"), std::nullopt);
  EXPECT_EQ(browser_warning("https://h.test/x/../a", "*"), std::nullopt);
  EXPECT_NE(browser_warning("https://h.test/x/../a", "https://h.test/x/*"), std::nullopt);
}

TEST(BrowserForm, IsToldInASentence) {
  EXPECT_EQ(browser_warning("https://h.test/a", std::nullopt), std::nullopt);
  EXPECT_EQ(browser_warning("https://h.test:443/a", std::nullopt),
            "a browser asks for \"https://h.test/a\" instead, which a signature over the URL as it "
            "is written does not cover: CloudFront refuses it with 403");
}

}  // namespace
}  // namespace signgate::cli
