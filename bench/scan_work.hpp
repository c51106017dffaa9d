// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "gateway/base/error.hpp"
#include "gateway/codec/coding.hpp"
#include "gateway/rewrite/format.hpp"
#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/page_rules.hpp"

namespace signgate::bench {

/// scan_target is where the media of ScanSubject is.
inline constexpr std::string_view scan_target = "https://d111111abcdef8.cloudfront.net/private/";

/// ScanSubject is a document, and what a scanner is told beside it: UTF-8, at
/// https://www.example.org/blog/, with one media rule of two prefixes, scan_media_path on the
/// page's own host and the same on https://media.example.com.
struct ScanSubject {
  ScanSubject(rewrite::Format its_format, std::string its_text);

  rewrite::Format format;
  std::string text;
  rewrite::LinkMatcher matcher;
  rewrite::PageUrl page;
  rewrite::PageRules rules;
};

/// TakeBatch is given each batch in turn, which dies with the call; `last` with the one that ends
/// the document.
using TakeBatch = std::function<Result<void>(const rewrite::Batch& batch, bool last)>;

/// scan_body has `body`, which is the subject's text in that coding, scanned as proxy::RewritePump
/// has it: a rewriter of its own; reads of limits::response_buffer, scanned where they lie, but
/// behind a token that was cut, which is carried to the front of a window; what is decoded is
/// decoded into that window. Returns what the rewriter has counted; the decoder's or take's error;
/// resource when the rewriter makes no progress.
[[nodiscard]] Result<rewrite::Counters> scan_body(const ScanSubject& subject, std::string_view body,
                                                  codec::Coding coding, const TakeBatch& take);

/// decode_body decodes it in the same way, with nobody to scan it: `take` is given each part.
[[nodiscard]] Result<void> decode_body(
    std::string_view body, codec::Coding coding,
    const std::function<Result<void>(std::string_view part, bool last)>& take);

}  // namespace signgate::bench
