// SPDX-License-Identifier: Apache-2.0
// What the tests of the rewriter share: a matcher, and a run over a document cut in pieces.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/rewrite/format.hpp"

namespace signgate::rewrite::testing {

/// matcher knows two rules: "photos" below two prefixes, "films" on a host of its own.
inline const LinkMatcher& matcher() {
  static const LinkMatcher made =
      LinkMatcher::make({{"photos",
                          {"https://media.example.com/private/", "/media/private/"},
                          "https://d1.cloudfront.net/private/"},
                         {"films", {"https://films.example.com"}, "https://d2.cloudfront.net/"}})
          .value();
  return made;
}

inline PageUrl page() {
  return PageUrl::make("https://www.example.com/albums/7/index.html").value();
}

/// Sizes says how long the next piece of a document is, given the bytes that are left.
using Sizes = std::function<std::size_t(std::size_t)>;

inline Sizes whole() {
  return [](std::size_t left) { return left; };
}
inline Sizes each(std::size_t size) {
  return [size](std::size_t) { return size; };
}
inline Sizes cut_at(std::size_t offset) {
  return [offset, first = true](std::size_t left) mutable {
    return std::exchange(first, false) ? offset : left;
  };
}
inline Sizes random_sizes(std::uint64_t seed, std::size_t longest) {
  return [random = std::mt19937_64(seed), longest](std::size_t) mutable {
    return 1 + random() % longest;
  };
}

/// seed is new in every run, and printed; SIGNGATE_SEED in the environment repeats one.
inline std::uint64_t seed() {
  const char* given = std::getenv("SIGNGATE_SEED");
  const std::uint64_t value =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::cout << "seed " << value << '\n';
  return value;
}

struct Rewritten {
  std::string output;
  std::string copy;  // the literals and originals: must equal the document
  Counters counters;
  std::size_t scans = 0;
  std::size_t most_links = 0;  // in one batch
  std::size_t most_held = 0;   // bytes left unconsumed by a scan whose batch was not full
  bool stuck = false;          // a full window without progress
};

/// Sign makes the text that stands for a signature.
using Sign = std::function<std::string(const Link&)>;
inline std::string mark(const Link& link) {
  if (link.ready) return link.url;
  return link.url + (link.url.find('?') == std::string::npos ? "?" : "&") +
         "Signature=" + std::to_string(link.rule);
}

/// rewrite_by feeds `document` as the proxy does: windows of at most limits::scan_window bytes.
/// The rewriter was made with `links_per_batch`.
inline Rewritten rewrite_by(Rewriter& rewriter, std::string_view document, Sizes sizes,
                            std::size_t links_per_batch, const Sign& sign = mark) {
  Rewritten run;
  Batch batch;
  std::string window;
  std::size_t read = 0;
  std::size_t owed = 0;  // of a piece that did not fit into the window
  for (;;) {
    const bool last = read == document.size();
    const std::size_t used = rewriter.scan(window, last, batch);
    ++run.scans;
    run.most_links = std::max(run.most_links, batch.links.size());
    const bool full = batch.links.size() >= links_per_batch;
    for (const Batch::Piece& piece : batch.pieces) {
      run.output.append(piece.literal);
      run.copy.append(piece.literal);
      if (piece.link < 0) continue;
      const Link& link = batch.links[static_cast<std::size_t>(piece.link)];
      append_encoded(link, sign(link), run.output);
      run.copy.append(link.original);
    }
    if (used == 0 && !full && window.size() >= limits::scan_window) run.stuck = true;
    window.erase(0, used);
    if (!full) run.most_held = std::max(run.most_held, window.size());
    if (run.stuck || (last && window.empty() && !full)) break;
    if (full) continue;
    if (owed == 0 && !last)
      owed =
          std::min(std::max<std::size_t>(sizes(document.size() - read), 1), document.size() - read);
    const std::size_t take = std::min(owed, limits::scan_window - window.size());
    window.append(document.substr(read, take));
    read += take;
    owed -= take;
  }
  run.counters = rewriter.counters();
  return run;
}

/// rewrite_as does so with the rewriter of a format.
inline Rewritten rewrite_as(Format format, std::string_view document, Sizes sizes = whole(),
                            RewriteOptions options = {}, const Sign& sign = mark,
                            const LinkMatcher& links = matcher()) {
  const std::unique_ptr<Rewriter> rewriter = make_rewriter(format, links, page(), options);
  return rewrite_by(*rewriter, document, std::move(sizes), options.links_per_batch, sign);
}

/// rewrite does so with an HTML document.
inline Rewritten rewrite(std::string_view document, Sizes sizes = whole(),
                         RewriteOptions options = {}, const Sign& sign = mark,
                         const LinkMatcher& links = matcher()) {
  return rewrite_as(Format::html, document, std::move(sizes), options, sign, links);
}

}  // namespace signgate::rewrite::testing
