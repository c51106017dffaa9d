// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/base/limits.hpp"
#include "gateway/rewrite/batch.hpp"
#include "gateway/rewrite/link_matcher.hpp"

namespace signgate::rewrite {

/// HtmlOptions are what a page's header says beside its bytes.
struct HtmlOptions {
  std::size_t links_per_batch = limits::links_per_batch;
};

/// HtmlRewriter finds the links to private media in one HTML document, fed in windows. It is pure:
/// no input, output, clock or signature. One document, one thread; movable, not copyable. The
/// matcher must outlive it.
///
/// Typical use, where `window` is the caller's buffer of limits::scan_window bytes:
///
///     for (;;) {
///       std::size_t used = rewriter.scan(window, last, batch);
///       // sign batch.links; write each literal and what append_encoded makes of the link behind
///       it
///       // drop `used` bytes from the front; if the batch had no links, append fresh bytes
///     }
class HtmlRewriter {
 public:
  HtmlRewriter(const LinkMatcher& matcher, PageUrl page, HtmlOptions options = {});
  ~HtmlRewriter();
  HtmlRewriter(HtmlRewriter&&) noexcept;
  HtmlRewriter& operator=(HtmlRewriter&&) noexcept;

  /// scan looks at `window`: the bytes that it left unconsumed last time, unchanged, followed by
  /// fresh ones. It clears `out`, fills it with pieces that cover exactly the consumed prefix in
  /// order, and returns that prefix's length. Literals are views into `window`. `last` says that no
  /// byte follows `window`; then everything is consumed in the end.
  ///
  /// It stops early, with links to sign in `out`, when the batch is full: call again with the rest
  /// before reading on. If it returns less than the whole without a full batch, the rest is a value
  /// or CSS token that the window cuts and that may hold a link: call again with more bytes.
  /// Everything else is consumed at once. Bytes scanned once are not scanned again, so tiny reads
  /// cost no more than large ones. A full window (limits::scan_window bytes) always makes progress:
  /// a value that does not fit goes out untouched and is counted.
  std::size_t scan(std::string_view window, bool last, Batch& out);

  [[nodiscard]] const Counters& counters() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace signgate::rewrite
