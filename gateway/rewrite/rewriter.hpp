// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "gateway/base/limits.hpp"
#include "gateway/rewrite/batch.hpp"
#include "gateway/rewrite/charset.hpp"
#include "gateway/rewrite/page_policy.hpp"

namespace signgate::rewrite {

class CandidateLog;
struct PageRules;

/// RewriteOptions are what a document's surroundings say beside its bytes.
struct RewriteOptions {
  std::size_t links_per_batch = limits::links_per_batch;
  std::size_t depth = 0;  // how many documents this one stands in: Encoding::outer_capacity at most
  CandidateLog* candidates = nullptr;   // notes what is looked at; must outlive the rewriter
  const PageRules* rules = nullptr;     // what the route adds, if anything; must outlive it too
  std::optional<Charset> charset = {};  // what is known of it; none: what the document declares
  bool user_content = false;  // it stands in user content: PageRules::user_content says what it may
  const PolicyFitter* policies = nullptr;  // for HTML; must outlive the rewriter

  /// nested are those of a document within this one, as NestedDocument asks for.
  [[nodiscard]] RewriteOptions nested() const noexcept {
    RewriteOptions inner = *this;
    inner.links_per_batch = 1;
    ++inner.depth;
    inner.policies = nullptr;
    inner.charset = charset.value_or(Charset{}).unresolved();
    return inner;
  }
};

/// Rewriter finds the links to private media in one document, fed in windows: a class for each
/// format. It is pure: no input, output, clock or signature. One document, one thread. The matcher
/// that it was made with must outlive it.
///
/// Typical use, where `window` is the caller's buffer of limits::scan_window bytes:
///
///     for (;;) {
///       std::size_t used = rewriter.scan(window, last, batch);
///       // sign batch.links; write each literal and what append_encoded makes of the link behind
///       it
///       // drop `used` bytes from the front; if the batch had no links, append fresh bytes
///     }
class Rewriter {
 public:
  virtual ~Rewriter() = default;

  /// scan looks at `window`: the bytes that it left unconsumed last time, unchanged, followed by
  /// fresh ones. It clears `out`, fills it with pieces that cover exactly the consumed prefix in
  /// order, and returns that prefix's length. Literals are views into `window`. `last` says that no
  /// byte follows `window`; then everything is consumed in the end.
  ///
  /// It stops early, with links to sign in `out`, when the batch is full: call again with the rest
  /// before reading on. If it returns less than the whole without a full batch, the rest is a token
  /// that the window cuts and that may hold a link: call again with more bytes. Everything else is
  /// consumed at once. Bytes scanned once are not scanned again, so tiny reads cost no more than
  /// large ones. A full window (limits::scan_window bytes) always makes progress: a value that does
  /// not fit goes out untouched and is counted.
  virtual std::size_t scan(std::string_view window, bool last, Batch& out) = 0;

  /// restart begins another document at the same address, with the next scan. The counters go on.
  virtual void restart() = 0;

  /// counters are of all documents so far, those within them included.
  [[nodiscard]] virtual Counters counters() const = 0;

 protected:
  Rewriter() = default;
  Rewriter(const Rewriter&) = default;
  Rewriter(Rewriter&&) = default;
  Rewriter& operator=(const Rewriter&) = default;
  Rewriter& operator=(Rewriter&&) = default;
};

}  // namespace signgate::rewrite
