// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/rewrite/unsign_link.hpp"

namespace signgate::rewrite {

/// UnsignCounts say what became of the links in request bodies. They only grow.
struct UnsignCounts {
  std::uint64_t stripped = 0;
  std::uint64_t too_long = 0;  // left as they were: see limits::unsigned_link

  UnsignCounts& operator+=(const UnsignCounts& other) noexcept;
};

/// Unsigner takes our signatures out of the absolute links in one text of a request's body,
/// wherever they stand in it and however they are written there: see UnsignLink and read_glyph.
/// Only what may be a link to a target of the rules is held back, and no more of it than
/// limits::unsigned_link. Pure; one text at a time, one thread. The rules must outlive it.
class Unsigner {
 public:
  Unsigner(const UnsignRules& rules, BodyText kind) noexcept : link_(rules, kind) {}

  /// feed takes the next bytes of the text and appends to `out` what is known of them.
  void feed(std::string_view text, std::string& out);

  /// finish ends the text: what was held back is appended to `out`. Another text may follow.
  void finish(std::string& out);

  [[nodiscard]] const UnsignCounts& counts() const noexcept { return counts_; }

 private:
  [[nodiscard]] std::size_t scan(std::string_view window, bool last, std::string& out);

  UnsignLink link_;
  bool reading_ = false;  // held_ begins with a link
  std::string held_;
  UnsignCounts counts_;
};

}  // namespace signgate::rewrite
