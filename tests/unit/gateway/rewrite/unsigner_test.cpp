// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/unsigner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "gateway/base/limits.hpp"
#include "gateway/rewrite/format.hpp"

namespace signgate::rewrite {
namespace {

const UnsignRules rules(std::vector<UnsignRule>{{"https://d.test/p/", {"K1"}}});
const std::string ours = "Expires=1&Signature=a-b_c~&Key-Pair-Id=K1";

std::string unsign(std::string_view text, BodyText kind, std::size_t piece,
                   UnsignCounts* counts = nullptr) {
  Unsigner unsigner(rules, kind);
  std::string out;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    unsigner.feed(text.substr(0, piece), out);
  unsigner.finish(out);
  if (counts != nullptr) *counts = unsigner.counts();
  return out;
}

void expect_unsigned(std::string_view text, std::string_view expected,
                     BodyText kind = BodyText::plain) {
  EXPECT_EQ(unsign(text, kind, text.size() + 1), expected);
  for (std::size_t piece = 1; piece < 20; ++piece)
    EXPECT_EQ(unsign(text, kind, piece), expected) << "in pieces of " << piece;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Unsigner unsigner(rules, kind);
    std::string out;
    unsigner.feed(text.substr(0, cut), out);
    unsigner.feed(text.substr(cut), out);
    unsigner.finish(out);
    EXPECT_EQ(out, expected) << "cut at " << cut;
  }
}

TEST(Unsigner, FindsLinksWhereverTheyStand) {
  const std::string link = "https://d.test/p/a?" + ours;
  expect_unsigned("see " + link + ", (" + link + ") and\n" + link + ".",
                  "see https://d.test/p/a, (https://d.test/p/a) and\nhttps://d.test/p/a.");
  expect_unsigned("<img src='" + link + "' srcset=\"" + link + " 1x, " + link + " 2x\">",
                  "<img src='https://d.test/p/a' srcset=\"https://d.test/p/a 1x, "
                  "https://d.test/p/a 2x\">");
  expect_unsigned("h ht http https https:/ httphttps://https://e.test/" + link + " http",
                  "h ht http https https:/ httphttps://https://e.test/https://d.test/p/a http");
  expect_unsigned("x\\n" + link + "\\ny", "x\\nhttps://d.test/p/a\\ny");
  expect_unsigned("https://d.test/q/a," + link, "https://d.test/q/a,https://d.test/p/a");
  expect_unsigned("https://e.test/?u=" + link + "#f", "https://e.test/?u=https://d.test/p/a#f");
}

TEST(Unsigner, LeavesAllElseByteForByte) {
  for (const std::string_view text :
       {"", "h", "http", "https://", "%68ttp", "https://d.test/p/a?Expires=1&Signature=b",
        "&amp;\\u0026%26\\", "\xFF\xFEh\0t", "https://d.test/p/\xE9?x"}) {
    expect_unsigned(text, text, BodyText::plain);
    expect_unsigned(text, text, BodyText::form);
  }
}

TEST(Unsigner, ReadsACharsetThatIsNotUtf8) {
  expect_unsigned("https://d.test/p/\xE9.jpg?" + ours + " \xE9", "https://d.test/p/\xE9.jpg \xE9");
}

// --- the way back: what the rewriter writes is what is found

struct Way {
  Format format;
  std::string_view page;
};

// A page with its links signed, or with the same links and no signature.
std::string rewritten(const Way& way, std::string_view query) {
  const LinkMatcher matcher =
      LinkMatcher::make({{.name = "m", .links = {"/m/"}, .target = "https://d.test/p/"}}).value();
  const auto rewriter =
      make_rewriter(way.format, matcher, PageUrl::make("https://w.test/x").value());
  Batch batch;
  std::string out;
  for (std::string_view rest = way.page; !rest.empty();) {
    rest.remove_prefix(rewriter->scan(rest, true, batch));
    for (const Batch::Piece& piece : batch.pieces) {
      out.append(piece.literal);
      if (piece.link < 0) continue;
      const Link& link = batch.links[static_cast<std::size_t>(piece.link)];
      std::string url = link.url;
      if (!query.empty()) url.append(url.find('?') == std::string::npos ? "?" : "&").append(query);
      append_encoded(link, url, out);
    }
  }
  return out;
}

std::string as_form(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out = "title=x&body=";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') {
      out += '+';
    } else if ((byte < 0x80 && std::isalnum(byte) != 0) || c == '-' || c == '.' || c == '_') {
      out += c;
    } else {
      out.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
  }
  return out + "&save=1";
}

std::string as_json(std::string_view text, bool solidi) {
  std::string out = "{\"body\":\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || (c == '/' && solidi)) out += '\\';
    if (c == '\n')
      out += "\\n";
    else if ((c == '&' || c == '<') && solidi)
      out += c == '&' ? "\\u0026" : "\\u003c";
    else
      out += c;
  }
  return out + "\",\"n\":1}";
}

// As expect_unsigned, of long texts: they are not cut at every offset.
void expect_given_back(std::string_view posted, std::string_view wanted, BodyText kind) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{100}, posted.size()})
    EXPECT_EQ(unsign(posted, kind, piece), wanted) << "in pieces of " << piece;
}

TEST(Unsigner, GivesBackWhatTheRewriterSigned) {
  const Way ways[] = {
      {Format::html,
       "<img src=\"/m/a.jpg?w=1&amp;h=2#top\" srcset='/m/1.jpg 1x, /m/2.jpg 2x'><a href=/m/c>"
       "<p style=\"background:url(/m/it's.png)\"><iframe srcdoc=\"<img src='/m/d.jpg?x&amp;y'>\">"
       "<script type=application/json>{\"a\":\"\\/m\\/e\"}</script><img src='/m/caf\u00e9.jpg'>"},
      {Format::json,
       "{\"a\":\"/m/a?b\",\"b\":\"\\/m\\/b\",\"c\":\"<img src=\\\"/m/c?d&amp;e\\\">\","
       "\"d\":\"\\u003cimg src='\\/m\\/d'>\"}"},
      {Format::css, "a{background:url(/m/a.png)} b{background:url(\"/m/b.png?x\")}"},
      {Format::xml, "<a href=\"/m/a?b&amp;c\"/><description>&lt;img src=\"/m/b\"></description>"},
  };
  for (const std::string query :
       {"Expires=1700000000&Signature=a-b_c~&Key-Pair-Id=K1",
        "Policy=eyJ-_~&Signature=a-b_c~&Key-Pair-Id=K1&Hash-Algorithm=SHA256"}) {
    for (const Way& way : ways) {
      const std::string posted = rewritten(way, query);
      const std::string wanted = rewritten(way, "");
      EXPECT_NE(posted, wanted);
      expect_given_back(posted, wanted, BodyText::plain);
      expect_given_back(as_form(posted), as_form(wanted), BodyText::form);
      for (const bool solidi : {false, true}) {
        expect_given_back(as_json(posted, solidi), as_json(wanted, solidi), BodyText::plain);
        expect_given_back(as_form(as_json(posted, solidi)), as_form(as_json(wanted, solidi)),
                          BodyText::form);
      }
    }
  }
}

// --- bounds

TEST(Unsigner, HoldsBackOnlyWhatMayBeOurs) {
  Unsigner unsigner(rules, BodyText::plain);
  std::string out;
  unsigner.feed("a text, https://e.test/p/a?Expires=1", out);
  EXPECT_EQ(out, "a text, https://e.test/p/a?Expires=1");
  unsigner.feed(" and h", out);
  EXPECT_EQ(out, "a text, https://e.test/p/a?Expires=1 and ");
  unsigner.feed("elp\n", out);
  EXPECT_TRUE(out.ends_with(" and help\n"));
  unsigner.feed("https://d.test/p/a?Expires=1", out);
  EXPECT_TRUE(out.ends_with("help\n"));
  unsigner.feed("\"", out);
  EXPECT_TRUE(out.ends_with("Expires=1\""));
}

TEST(Unsigner, CountsAndLeavesWhatIsTooLong) {
  UnsignCounts counts;
  const std::string text = "https://d.test/p/" + std::string(limits::unsigned_link, 'a') + "?" +
                           ours + " https://d.test/p/b?" + ours;
  const std::string out = unsign(text, BodyText::plain, 1000, &counts);
  EXPECT_EQ(out, text.substr(0, text.size() - ours.size() - 1));
  EXPECT_EQ(counts.stripped, 1U);
  EXPECT_EQ(counts.too_long, 1U);
}

TEST(Unsigner, MakesTheSameOfAnyCuts) {
  const std::string text = as_form(as_json(
      "<a href=\"https://d.test/p/a?x=1&amp;" + ours + "\">https://d.test/p/a?" + ours, true));
  const std::string whole = unsign(text, BodyText::form, text.size());
  const unsigned seed = 20240601;
  std::mt19937 random(seed);
  for (int run = 0; run < 500; ++run) {
    Unsigner unsigner(rules, BodyText::form);
    std::string out;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t size = std::min<std::size_t>(rest.size(), random() % 30);
      unsigner.feed(rest.substr(0, size), out);
      rest.remove_prefix(size);
    }
    unsigner.finish(out);
    ASSERT_EQ(out, whole) << "seed " << seed << " run " << run;
  }
}

}  // namespace
}  // namespace signgate::rewrite
