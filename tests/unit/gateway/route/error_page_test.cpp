// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/error_page.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

TEST(ErrorPages, AreFoundByStatusInTheirOrder) {
  std::vector<ErrorPage> pages;
  pages.emplace_back(config::ErrorPage{{404, 500}, std::nullopt, "/first"});
  pages.emplace_back(config::ErrorPage{{500, 502}, 200, "@second"});
  EXPECT_EQ(find_error_page(pages, 500), &pages[0]);
  EXPECT_EQ(find_error_page(pages, 502), &pages[1]);
  EXPECT_EQ(find_error_page(pages, 403), nullptr);
}

TEST(ErrorPages, KnowWhatTheirTargetIs) {
  using Kind = ErrorPage::Kind;
  EXPECT_EQ(ErrorPage({{404}, {}, "/x"}).kind, Kind::uri);
  EXPECT_EQ(ErrorPage({{404}, {}, "@x"}).kind, Kind::named);
  EXPECT_EQ(ErrorPage({{404}, {}, "https://x.test/"}).kind, Kind::redirect);
  EXPECT_EQ(ErrorPage({{404}, {}, "$uri"}).kind, Kind::computed);
}

}  // namespace
}  // namespace signgate::route
