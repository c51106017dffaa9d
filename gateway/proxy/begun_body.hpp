// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "gateway/codec/decoder.hpp"
#include "gateway/upstream/exchange.hpp"

namespace signgate::proxy {

/// BegunBody is the front of a coded body, decoded while the head of the answer can still be
/// another: what turns out not to be of its coding then passes as it came. RewritePump goes on with
/// it.
struct BegunBody {
  /// begin decodes the first bytes of `part`, which is what the body begins with. Fails as
  /// Decoder::decode does.
  [[nodiscard]] static Result<BegunBody> begin(codec::Coding coding,
                                               upstream::Exchange::BodyPart part);

  codec::Decoder decoder;
  std::unique_ptr<char[]> window;  // limits::scan_window bytes, of which there is room for more
  std::size_t held = 0;            // decoded bytes at its front
  upstream::Exchange::BodyPart rest = {};  // of the part, not decoded yet
};

/// BodyFront is what was taken of an answer's body before its head was fixed: nothing, where
/// nothing was to be learned from it, or nothing was there.
struct BodyFront {
  std::optional<upstream::Exchange::BodyPart> part = {};  // as it came; dies with the next read
  std::optional<BegunBody> begun = {};                    // the same for who rewrites it
};

}  // namespace signgate::proxy
