// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/nested_document.hpp"

#include <gtest/gtest.h>

#include "gateway/rewrite/html_rewriter.hpp"
#include "tests/unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

// A document whose whole text is HTML in which `\c` stands for c: the least outer document there
// could be.
class Escaped {
 public:
  Escaped()
      : nested_(std::make_unique<HtmlRewriter>(matcher(), page(),
                                               RewriteOptions{.links_per_batch = 1})) {
    nested_.begin(0, Encoding::Outer::json_string);
  }

  std::size_t scan(std::string_view window, bool last, Batch& out) {
    out.clear();
    const PageUrl address = page();
    LinkSink sink(matcher(), address, counters_, out, window);
    bool done = false;
    while (!done && out.links.empty()) {
      decode(window);
      done = !nested_.scan(last && position_ == window.size(), sink) &&
             (position_ == window.size() || window.substr(position_) == "\\");
    }
    if (done && !last && nested_.hold() == 0 && window.size() >= limits::scan_window)
      nested_.let_go();
    const std::size_t used = done && last ? window.size() : nested_.hold();
    sink.finish(used);
    nested_.drop(used);
    position_ -= used;
    return used;
  }

  Counters counters() const {
    Counters all = counters_;
    all += nested_.counters();
    return all;
  }

 private:
  void decode(std::string_view window) {
    while (position_ < window.size() && nested_.room() > 0) {
      if (window[position_] == '\\') {
        if (position_ + 1 == window.size()) return;
        nested_.append(window.substr(position_ + 1, 1), position_ + 2, false);
        position_ += 2;
        continue;
      }
      const std::size_t end = std::min(window.find('\\', position_), window.size());
      const std::size_t size = std::min(end - position_, nested_.room());
      nested_.append(window.substr(position_, size), position_ + size, true);
      position_ += size;
    }
  }

  NestedDocument nested_;
  std::size_t position_ = 0;
  Counters counters_;
};

struct Outcome {
  std::string output;
  std::string copy;
  std::size_t most_held = 0;
  Counters counters;
};

Outcome run_in(std::string_view document, Sizes sizes) {
  Escaped outer;
  Outcome run;
  Batch batch;
  std::string window;
  std::size_t read = 0;
  for (;;) {
    const bool last = read == document.size();
    const std::size_t used = outer.scan(window, last, batch);
    for (const Batch::Piece& piece : batch.pieces) {
      run.output.append(piece.literal);
      run.copy.append(piece.literal);
      if (piece.link < 0) continue;
      const Link& link = batch.links[static_cast<std::size_t>(piece.link)];
      append_encoded(link, mark(link), run.output);
      run.copy.append(link.original);
    }
    window.erase(0, used);
    if (!batch.links.empty()) continue;
    run.most_held = std::max(run.most_held, window.size());
    if (last) break;
    const std::size_t take =
        std::min({std::max<std::size_t>(sizes(document.size() - read), 1), document.size() - read,
                  limits::scan_window - window.size()});
    window.append(document.substr(read, take));
    read += take;
  }
  run.counters = outer.counters();
  return run;
}

constexpr std::string_view text =
    R"(<p class=\"a\">\<img src=\"\/media\/private\/1.jpg?a=1&amp;b#f\" srcset=\"/media/private/2)"
    R"( 1x, /\m\e\d\i\a/private/3 2x\" alt=\"/media/private/no\"><a href=/media/private/4>x<\/a>)"
    R"(<style>a{b:url('/media/private/5')}</style>\)";

TEST(NestedDocument, PutsLinksBackInTheOuterDocumentsForm) {
  const Outcome run = run_in(text, whole());
  EXPECT_EQ(run.copy, text);
  EXPECT_EQ(
      run.output,
      R"(<p class=\"a\">\<img src=\"https://d1.cloudfront.net/private/1.jpg?a=1&amp;b&amp;Signature=0#f\")"
      R"( srcset=\"https://d1.cloudfront.net/private/2?Signature=0 1x, )"
      R"(https://d1.cloudfront.net/private/3?Signature=0 2x\" alt=\"/media/private/no\">)"
      R"(<a href=\"https://d1.cloudfront.net/private/4?Signature=0\">x<\/a>)"
      R"(<style>a{b:url('https://d1.cloudfront.net/private/5?Signature=0')}</style>\)");
  EXPECT_EQ(run.counters.matched, 5U);
}

TEST(NestedDocument, GivesTheSameWhereverTheOuterDocumentIsCut) {
  const std::string expected = run_in(text, whole()).output;
  for (std::size_t cut = 1; cut < text.size(); ++cut)
    ASSERT_EQ(run_in(text, cut_at(cut)).output, expected) << cut;
  ASSERT_EQ(run_in(text, each(1)).output, expected);
  const std::uint64_t first = seed();
  for (std::uint64_t i = 0; i < 200; ++i)
    ASSERT_EQ(run_in(text, random_sizes(first + i, 30)).output, expected) << "seed " << first + i;
}

TEST(NestedDocument, StreamsATextOfAnyLength) {
  std::string document;
  std::size_t links = 0;
  for (; document.size() < 5 * limits::scan_window; ++links)
    document += R"(\<p>some \"text\" that goes on and on</p><img src=\"/media/private/x\">)";
  const Outcome run = run_in(document, each(1500));
  EXPECT_EQ(run.copy, document);
  EXPECT_EQ(run.counters.matched, links);
  EXPECT_LT(run.most_held, 200U);
}

TEST(NestedDocument, LetsALinkGoWhoseEscapesFillTheOuterWindow) {
  std::string document = "<img srcset=\\\"/media/private/a 1x,";
  document += std::string(2 * limits::scan_window, '\\');  // a window of backslashes, decoded
  document += "\\\"><img src=\\\"/media/private/b\\\">";
  const Outcome run = run_in(document, each(4096));
  EXPECT_EQ(run.copy, document);
  EXPECT_EQ(run.output.find("private/a?Signature"), std::string::npos);
  EXPECT_NE(run.output.find("private/b?Signature"), std::string::npos);
  EXPECT_GE(run.counters.too_long, 1U);
}

}  // namespace
}  // namespace signgate::rewrite
