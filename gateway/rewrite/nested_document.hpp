// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/rewrite/link_sink.hpp"
#include "gateway/rewrite/rewriter.hpp"

namespace signgate::rewrite {

/// NestedDocument has a document looked at that stands, encoded, in another one's text: HTML in a
/// JSON string, in CDATA or in an attribute. The outer scanner decodes and appends; what is found
/// comes back as ranges of the outer window. It streams as the outer document does: at most one
/// window of decoded text is kept. Reused from text to text; one thread.
class NestedDocument {
 public:
  static constexpr std::size_t longest_escape = 4;

  /// The inner rewriter has to be made with `links_per_batch = 1`.
  explicit NestedDocument(std::unique_ptr<Rewriter> inner) : inner_(std::move(inner)) {}

  /// begin starts another text, whose first raw byte is at `position` of the outer window.
  void begin(std::size_t position, Encoding::Outer layer);

  /// room is how many more decoded bytes can be appended before the next scan; an escape, of at
  /// most longest_escape bytes, can be as long as there is any.
  [[nodiscard]] std::size_t room() const noexcept;

  /// append takes the text that the raw bytes up to `raw_end` of the outer window stand for. They
  /// follow those of the last call. `verbatim` says that each byte stands for itself; otherwise the
  /// bytes are one escape.
  void append(std::string_view text, std::size_t raw_end, bool verbatim);

  /// scan looks at what was appended, up to the next link. True: one was added to the sink, call
  /// again. False: more has to be appended, or, after `last`, the text is done.
  bool scan(bool last, LinkSink& sink);

  /// hold is the first byte of the outer window that must be kept.
  [[nodiscard]] std::size_t hold() const noexcept;

  /// let_go gives up what is held, when the outer window is full of it: a link in it is left alone
  /// and counted.
  void let_go() noexcept;

  /// drop says that `count` bytes (at most hold()) have left the outer window's front.
  void drop(std::size_t count) noexcept;

  [[nodiscard]] Counters counters() const { return inner_->counters(); }

 private:
  /// From `text` on, raw offsets are `raw` plus the distance.
  struct Break {
    std::size_t text = 0;
    std::ptrdiff_t raw = 0;
  };

  [[nodiscard]] std::ptrdiff_t raw_offset(std::size_t offset) const noexcept;
  void forget_consumed();

  std::unique_ptr<Rewriter> inner_;
  Encoding::Outer layer_ = Encoding::Outer::plain;
  std::string text_;           // decoded; from begin_ on not consumed
  std::size_t begin_ = 0;      // in text_
  std::vector<Break> breaks_;  // never empty once begun; the first is at or before begin_
  std::ptrdiff_t end_ = 0;     // of the raw bytes appended
  std::ptrdiff_t let_go_ = 0;  // raw bytes before it cannot be replaced any more
  bool fresh_ = true;          // nothing was scanned since begin
  Batch batch_;
};

}  // namespace signgate::rewrite
