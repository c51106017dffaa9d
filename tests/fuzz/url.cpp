// SPDX-License-Identifier: Apache-2.0
// Any text as a link: what is parsed, parses again to the same, and a match stays below its target.
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/rewrite/header_links.hpp"
#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/url.hpp"

using namespace signgate;
using namespace signgate::rewrite;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const PageUrl page = PageUrl::make("https://w.test/a/b?c").value();
  static const LinkMatcher matcher =
      LinkMatcher::make({{"p", {"/p", "https://m.test/x"}, "https://d.test/q/"}}).value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  if (const auto url = parse_url(text, &page.base())) {
    std::string written;
    append_url(*url, written);
    const auto again = parse_url(written, nullptr);
    SIGNGATE_CHECK(again.has_value());
    std::string rewritten;
    append_url(*again, rewritten);
    SIGNGATE_CHECK(written == rewritten);
    SIGNGATE_CHECK(!again->has_credentials);
    SIGNGATE_CHECK(url->path.starts_with('/'));
  }

  const auto outcome = matcher.match(text, page);
  if (outcome.verdict == LinkMatcher::Verdict::media) {
    SIGNGATE_CHECK(outcome.url.starts_with("https://d.test/q/"));
    const auto target = parse_url(outcome.url, nullptr);
    SIGNGATE_CHECK(target && !has_dot_segment(target->path));
    // What is signed is what a browser would send for it.
    std::string sent;
    append_url(*target, sent);
    SIGNGATE_CHECK(sent == outcome.url);
    // And it is media again.
    SIGNGATE_CHECK(matcher.match(outcome.url, page).url == outcome.url);
  }

  for (const HeaderForm form : {HeaderForm::whole, HeaderForm::link, HeaderForm::refresh}) {
    Batch batch;
    Counters counters;
    const std::size_t end = find_header_links(form, text, matcher, page, batch, counters);
    SIGNGATE_CHECK(batch.links.size() <= limits::links_per_batch);
    SIGNGATE_CHECK(end == size || batch.links.size() == limits::links_per_batch);
    std::size_t covered = 0;
    for (const Batch::Piece& piece : batch.pieces) {
      SIGNGATE_CHECK(piece.literal.data() == text.data() + covered);
      covered += piece.literal.size();
      if (piece.link >= 0)
        covered += batch.links[static_cast<std::size_t>(piece.link)].original.size();
    }
    SIGNGATE_CHECK(covered == end);
  }
  return 0;
}
