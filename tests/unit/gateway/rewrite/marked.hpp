// SPDX-License-Identifier: Apache-2.0
// Documents written with marks for their links, so that one text gives what goes in and what comes
// out.
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite::testing {

/// filled is `text` with `%` replaced by `prefix`, with which a link begins, and `~` by `end`, with
/// which it ends.
inline std::string filled(std::string_view text, std::string_view prefix, std::string_view end) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out.append(prefix);
    } else if (c == '~') {
      out.append(end);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

/// original is the document with links below "photos".
inline std::string original(std::string_view text) {
  return filled(text, "/media/private/", "");
}

/// rewritten is what has to become of it.
inline std::string rewritten(std::string_view text) {
  return filled(text, "https://d1.cloudfront.net/private/", "?Signature=0");
}

/// expect_rewriting holds the rewriter of `format` to a marked document, wherever it is cut.
inline void expect_rewriting(Format format, std::string_view text, RewriteOptions options = {}) {
  const std::string document = original(text);
  const std::string expected = rewritten(text);
  const Rewritten run = rewrite_as(format, document, whole(), options);
  ASSERT_EQ(run.output, expected);
  ASSERT_EQ(run.copy, document);
  for (std::size_t cut = 1; cut < document.size(); ++cut)
    ASSERT_EQ(rewrite_as(format, document, cut_at(cut), options).output, expected) << cut;
  for (std::size_t links = 1; links < 20; ++links) {
    RewriteOptions few = options;
    few.links_per_batch = links;
    const Rewritten each_run = rewrite_as(format, document, each(3), few);
    ASSERT_EQ(each_run.output, expected) << links;
    ASSERT_LE(each_run.most_links, links);
  }
  const std::uint64_t first = seed();
  for (std::uint64_t i = 0; i < 100; ++i) {
    ASSERT_EQ(rewrite_as(format, document, random_sizes(first + i, 40), options).output, expected)
        << "seed " << first + i;
  }
}

}  // namespace signgate::rewrite::testing
