// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// Content codings as byte filters. Each decoder and encoder belongs to one message and one thread;
/// it moves bytes between spans that the caller owns and keeps no view of them.
namespace signgate::codec {

/// Coding is a content coding that this program decodes and encodes.
/// Source: RFC 9110 section 8.4.1; RFC 7932 (br); RFC 8878 (zstd).
enum class Coding : std::uint8_t { identity, gzip, deflate, br, zstd };

/// parse_coding reads a Content-Encoding value: one coding in any case, `x-gzip` for gzip,
/// `identity` and empty list elements aside. An empty value is identity. Nothing for an unknown
/// coding and for several on top of each other: such a body is passed on as it came. Source: RFC
/// 9110 sections 8.4, 8.4.1.3 and 5.6.1.2.
[[nodiscard]] std::optional<Coding> parse_coding(std::string_view content_encoding) noexcept;

/// coding_name is the token that Content-Encoding carries; empty for identity, which is not
/// written.
[[nodiscard]] std::string_view coding_name(Coding coding) noexcept;

/// page_level is how hard a rewritten page is compressed again: as fast as gzip's level 1, or
/// faster (conf/doc/rewriting.md).
[[nodiscard]] int page_level(Coding coding) noexcept;

/// Step tells what one call did. A call that neither consumed nor produced anything and is not done
/// wants more input (the decoder) or more output space (both).
struct Step {
  std::size_t consumed = 0;  // bytes taken from the front of `in`
  std::size_t produced = 0;  // bytes written to the front of `out`
  bool done = false;         // what that means: Decoder::decode, Encoder::encode
};

}  // namespace signgate::codec
