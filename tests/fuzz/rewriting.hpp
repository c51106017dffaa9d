// SPDX-License-Identifier: Apache-2.0
// A document through its rewriter: the pieces cover it exactly, and where it is cut does not change
// the output.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/check.hpp"
#include "gateway/rewrite/candidate_log.hpp"
#include "gateway/rewrite/charset_rewriter.hpp"
#include "gateway/rewrite/page_rules.hpp"

namespace signgate::rewrite::testing {

/// matcher knows a prefix that is too short for a word (MediaWords), or one that has one.
inline const LinkMatcher& matcher(bool has_words) {
  static const LinkMatcher made =
      LinkMatcher::make({{"p", {"/p", "https://m.test/"}, "https://d.test/q/"}}).value();
  static const LinkMatcher by_words =
      LinkMatcher::make({{"p", {"/pic/", "https://m.test/"}, "https://d.test/q/"}}).value();
  return has_words ? by_words : made;
}

/// page_rules are what a configuration may add.
inline const PageRules& page_rules() {
  static const PageRules made = [] {
    PageRules rules;
    rules.attributes.add("", "data-u", LinkAttributes::Kind::url);
    rules.attributes.add("", "data-s", LinkAttributes::Kind::srcset);
    rules.attributes.add("p", "data-c", LinkAttributes::Kind::css);
    rules.attributes.add("p", "data-j", LinkAttributes::Kind::json);
    rules.script_strings = true;
    rules.user_content = {"data-uc", {{"https://d.test/q/1"}}};
    return rules;
  }();
  return made;
}

struct Rewritten {
  std::string output;
  std::string copy;
};

inline Rewritten rewrite_in_pieces(Format format, const LinkMatcher& links,
                                   std::string_view document, std::size_t piece,
                                   RewriteOptions options) {
  const std::size_t links_per_batch = options.links_per_batch;
  CharsetRewriter rewriter(format, links, PageUrl::make("https://w.test/a/b").value(), options);
  Rewritten result;
  Batch batch;
  std::string window;
  std::size_t read = 0;
  for (;;) {
    const bool last = read == document.size();
    const std::size_t used = rewriter.scan(window, last, batch);
    const bool full = batch.links.size() >= links_per_batch;
    SIGNGATE_CHECK(batch.links.size() <= links_per_batch);
    std::size_t covered = 0;
    for (const Batch::Piece& part : batch.pieces) {
      SIGNGATE_CHECK(part.literal.data() == window.data() + covered);
      covered += part.literal.size();
      result.output.append(part.literal);
      result.copy.append(part.literal);
      if (part.link < 0) continue;
      const Link& link = batch.links[static_cast<std::size_t>(part.link)];
      if (!link.ready) {
        SIGNGATE_CHECK(link.url.starts_with("https://d.test/q/"));
        SIGNGATE_CHECK(link.url.find_first_of("#<>\" \n") == std::string::npos);
        SIGNGATE_CHECK(link.url.substr(0, link.url.find('?')).find("/../") == std::string::npos);
      }
      SIGNGATE_CHECK(link.original.data() == window.data() + covered);
      covered += link.original.size();
      append_encoded(link, link.ready ? link.url : link.url + "?S=1&K=2", result.output);
      result.copy.append(link.original);
    }
    SIGNGATE_CHECK(covered == used && used <= window.size());
    SIGNGATE_CHECK(used > 0 || full || window.size() < limits::scan_window);
    window.erase(0, used);
    if (last && window.empty() && !full) return result;
    SIGNGATE_CHECK(!last || full || used > 0);
    if (full) continue;
    const std::size_t take =
        std::min({piece, document.size() - read, limits::scan_window - window.size()});
    window.append(document.substr(read, take));
    read += take;
  }
}

/// check_rewriting holds a document in `format` to what a rewriter promises. The first two bytes
/// say how the document behind them is cut, whether the media's prefixes have words, and whether
/// the route adds rules of its own. What is passed over at a glance makes no difference: who asks
/// for the candidates has all of it read.
inline void check_rewriting(Format format, const std::uint8_t* data, std::size_t size) {
  if (size < 2) return;
  const std::size_t piece = 1 + data[0];
  const LinkMatcher& links = matcher(data[0] >= 128);
  const PageRules* rules = data[1] >= 128 ? &page_rules() : nullptr;
  // Every other policy stays, and quotes of both kinds show what becomes of them.
  const PolicyFitter policies = [](PagePolicy, std::string_view value) {
    return value.size() % 2 == 0 ? std::optional<std::string>("'self' \"&<")
                                 : std::optional<std::string>();
  };
  constexpr std::array<std::string_view, 4> labels = {"", "latin1", "koi8-r", "gbk"};
  const std::optional<Charset> charset = find_charset(labels[data[1] / 32 % 4]);
  const RewriteOptions few = {.links_per_batch = std::size_t{1} + data[1] % 8,
                              .rules = rules,
                              .charset = charset,
                              .policies = &policies};
  const std::string_view document(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Rewritten whole =
      rewrite_in_pieces(format, links, document, document.size() + 1,
                        {.rules = rules, .charset = charset, .policies = &policies});
  SIGNGATE_CHECK(whole.copy == document);
  const Rewritten cut = rewrite_in_pieces(format, links, document, piece, few);
  SIGNGATE_CHECK(cut.copy == document);
  SIGNGATE_CHECK(cut.output == whole.output);
  CandidateLog log;
  const Rewritten read = rewrite_in_pieces(
      format, links, document, document.size() + 1,
      {.candidates = &log, .rules = rules, .charset = charset, .policies = &policies});
  SIGNGATE_CHECK(read.output == whole.output);
}

}  // namespace signgate::rewrite::testing
