// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "gateway/codec/block_cache.hpp"
#include "gateway/codec/coding.hpp"

/// br and zstd for Decoder and Encoder, which know what a body is; these know the formats alone.
namespace signgate::codec {

/// StreamDecoder decodes one format, by libbrotli or libzstd.
class StreamDecoder {
 public:
  enum class Status : std::uint8_t { wants_more, ended, corrupt, no_memory };

  virtual ~StreamDecoder() = default;

  /// decode moves the two past what it read and wrote. `ended`: nothing that follows belongs to the
  /// body. A zstd body may always go on with one more frame.
  [[nodiscard]] virtual Status decode(std::string_view& in, std::span<char>& out) = 0;

  /// is_complete says whether a body may end here.
  [[nodiscard]] virtual bool is_complete() const noexcept = 0;
};

/// StreamEncoder encodes one format.
class StreamEncoder {
 public:
  enum class Flush : std::uint8_t { none, sync, finish };

  virtual ~StreamEncoder() = default;

  /// encode moves the two past what it took and wrote; true when what was asked is complete,
  /// nothing when there is no memory.
  [[nodiscard]] virtual std::optional<bool> encode(std::string_view& in, Flush flush,
                                                   std::span<char>& out) = 0;

  /// reset makes ready for another body of that level; false when it cannot be used again.
  [[nodiscard]] virtual bool reset(int level) = 0;
};

/// make_stream_decoder is for br and zstd; null when there is no memory. Windows past 8 MiB, which
/// RFC 9659 section 3 forbids for zstd, are corrupt.
[[nodiscard]] std::unique_ptr<StreamDecoder> make_stream_decoder(Coding coding);

/// make_stream_encoder is for br (levels 0 to 11) and zstd (1 to 22); null when there is no memory.
/// `memory` serves br; it outlives the encoder. The window is limits::coding_window_bits.
[[nodiscard]] std::unique_ptr<StreamEncoder> make_stream_encoder(Coding coding, int level,
                                                                 BlockCache& memory);

}  // namespace signgate::codec
