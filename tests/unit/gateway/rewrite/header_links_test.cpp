// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/header_links.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/base/limits.hpp"
#include "unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

std::string signed_value(HeaderForm form, std::string_view value) {
  Batch batch;
  Counters counters;
  EXPECT_EQ(find_header_links(form, value, matcher(), page(), batch, counters), value.size());
  EXPECT_EQ(counters.matched, batch.links.size());
  std::string out;
  std::string copy;
  for (const Batch::Piece& piece : batch.pieces) {
    out.append(piece.literal);
    copy.append(piece.literal);
    if (piece.link < 0) continue;
    const Link& link = batch.links[static_cast<std::size_t>(piece.link)];
    EXPECT_EQ(link.context, LinkContext::header);
    append_encoded(link, mark(link), out);
    copy.append(link.original);
  }
  EXPECT_EQ(copy, value);
  return out;
}

TEST(HeaderLinks, TakesAWholeValue) {
  EXPECT_EQ(signed_value(HeaderForm::whole, "/media/private/x?a&b#c"),
            "https://d1.cloudfront.net/private/x?a&b&Signature=0#c");
  EXPECT_EQ(signed_value(HeaderForm::whole, " ../../media/private/x "),
            " https://d1.cloudfront.net/private/x?Signature=0 ");
  EXPECT_EQ(signed_value(HeaderForm::whole, "/login"), "/login");
  EXPECT_EQ(signed_value(HeaderForm::whole, "/media/private/x?Expires=1"),
            "/media/private/x?Expires=1");
  EXPECT_EQ(signed_value(HeaderForm::whole, ""), "");
}

TEST(HeaderLinks, TakesEachTargetOfALinkField) {
  EXPECT_EQ(signed_value(HeaderForm::link,
                         "</media/private/a>; rel=preload; as=image, </b>; "
                         "rel=next,<https://films.example.com/c>"),
            "<https://d1.cloudfront.net/private/a?Signature=0>; rel=preload; as=image, </b>; "
            "rel=next,<https://d2.cloudfront.net/c?Signature=1>");
  EXPECT_EQ(
      signed_value(HeaderForm::link,
                   "</x>; title=\"</media/private/a>\\\" </media/private/a>\", </media/private/b>"),
      "</x>; title=\"</media/private/a>\\\" </media/private/a>\", "
      "<https://d1.cloudfront.net/private/b?Signature=0>");
  for (const std::string_view odd :
       {"</media/private/a", "/media/private/a", "\"</media/private/a>", "<", "<>", ">", "\"\\"}) {
    EXPECT_EQ(signed_value(HeaderForm::link, odd), odd);
  }
}

TEST(HeaderLinks, GoesOnBehindAFullBatch) {
  std::string value;
  for (std::size_t i = 0; i < limits::links_per_batch + 5; ++i)
    value += "</media/private/x>;title=\"<,\",";
  Batch batch;
  Counters counters;
  std::string copy;
  std::vector<std::size_t> links;
  for (std::size_t done = 0; done < value.size();) {
    done += find_header_links(HeaderForm::link, std::string_view(value).substr(done), matcher(),
                              page(), batch, counters);
    links.push_back(batch.links.size());
    for (const Batch::Piece& piece : batch.pieces)
      copy.append(piece.literal).append(piece.link < 0 ? "" : "/media/private/x");
    ASSERT_EQ(copy, value.substr(0, done));
  }
  EXPECT_EQ(links, (std::vector<std::size_t>{limits::links_per_batch, 5}));
}

TEST(HeaderLinks, TakesTheUrlOfARefresh) {
  const std::string url = "https://d1.cloudfront.net/private/x?Signature=0";
  EXPECT_EQ(signed_value(HeaderForm::refresh, "5; url=/media/private/x"), "5; url=" + url);
  EXPECT_EQ(signed_value(HeaderForm::refresh, "0;URL = '/media/private/x' y"),
            "0;URL = '" + url + "' y");
  EXPECT_EQ(signed_value(HeaderForm::refresh, "5, /media/private/x"), "5, " + url);
  EXPECT_EQ(signed_value(HeaderForm::refresh, "1.5 /media/private/x "), "1.5 " + url + " ");
  EXPECT_EQ(signed_value(HeaderForm::refresh, "5; \"/media/private/x"), "5; \"" + url);
  for (const std::string_view odd :
       {"", "5", "5;", "5; url=", "x; url=/media/private/x", "5x/media/private/x",
        "5; urk=/media/private/x", "url=/media/private/x"}) {
    EXPECT_EQ(signed_value(HeaderForm::refresh, odd), odd);
  }
}

}  // namespace
}  // namespace signgate::rewrite
