// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "gateway/base/error.hpp"
#include "gateway/codec/coding.hpp"
#include "gateway/codec/encoder_pool.hpp"

namespace signgate::codec {

/// Sizes are what an encoder has taken and what it has made of it, in bytes.
struct Sizes {
  std::uint64_t plain = 0;
  std::uint64_t coded = 0;
};

/// Encoder turns plain bytes into a coded body, piece by piece. Its memory is fixed by coding and
/// level: some 260 KiB of zlib's for gzip and deflate, 1 to 4 MiB for br and zstd at the levels
/// that serve answers made on the way, taken at the first byte. The same bytes, cuts and flushes
/// give the same output: no time stamp is written. deflate is written in its zlib wrapping (RFC
/// 9110 section 8.4.1.2).
class Encoder {
 public:
  enum class Flush : std::uint8_t {
    none,    // compress as well as may be; bytes may wait inside
    sync,    // all bytes so far leave, and can be decoded by who has read thus far
    finish,  // the body ends with `in`
  };

  /// min_out is the least space that encode may be given.
  static constexpr std::size_t min_out = 16;

  /// `level` is 1 (fast) to 9 (small), nginx's gzip_comp_level; for br 0 to 11, for zstd 1 to 22;
  /// identity ignores it. The memory comes from `pool` and goes back there in the end, whether the
  /// body was finished or not; without a pool it is the encoder's own.
  Encoder(Coding coding, int level, EncoderPool* pool = nullptr);
  ~Encoder();
  Encoder(Encoder&&) noexcept;
  Encoder& operator=(Encoder&&) noexcept;

  /// encode takes the next bytes. `done` means that what was asked is complete: all of `in` is
  /// taken and, for sync, every byte so far is out; for finish, the end of the body is out. Until
  /// then call again with the rest of `in` and the same `flush`. Nothing may follow a finish that
  /// is done. Fails with resource (side own) when there is no memory. `out` holds at least min_out
  /// bytes.
  [[nodiscard]] Result<Step> encode(std::string_view in, Flush flush, std::span<char> out);

  [[nodiscard]] const Sizes& sizes() const noexcept { return sizes_; }

 private:
  Result<void> open();
  Result<Step> step(std::string_view in, Flush flush, std::span<char> out);
  Result<Step> encode_other(std::string_view in, Flush flush, std::span<char> out);
  void give_back() noexcept;

  Coding coding_;
  int level_;
  bool finished_ = false;
  Sizes sizes_;
  EncoderPool* pool_;
  EncoderPool::Stream stream_;
  std::unique_ptr<StreamEncoder> other_;  // br and zstd
};

/// encode_whole is all of a short text, coded; `pool` as above. Fails as Encoder does.
[[nodiscard]] Result<std::string> encode_whole(std::string_view text, Coding coding, int level,
                                               EncoderPool* pool = nullptr);

}  // namespace signgate::codec
