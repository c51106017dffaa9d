// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "gateway/base/error.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/codec/coding.hpp"

struct z_stream_s;

namespace signgate::codec {

class StreamDecoder;

/// Decoder turns a coded body into plain bytes, piece by piece. Its memory is bounded: for gzip and
/// deflate zlib's state and its window of 32 KiB, some 40 KiB, taken at the first byte; for br and
/// zstd the window that the body asks for, 16 and 8 MiB at most. Output is bounded by the caller's
/// span at each step, and all in all by `max_ratio` times the input, with one decoder_step for
/// free, for br and zstd, which know longer runs, limits::decoder_run; and of a text of more than
/// limits::decoder_bulk by limits::decoder_bulk_ratio times the input.
///
/// What counts as a body, beyond the RFCs, is what gunzip and browsers take:
/// - gzip: one member after another. After a complete member whatever is no member (zero padding,
///   garbage) is ignored. An end within a member is an error, also after its first byte.
/// - deflate: the zlib wrapping that RFC 9110 section 8.4.1.2 asks for, or the bare RFC 1951 stream
///   that some servers send, told apart by zlib's header (RFC 1950 section 2.2). What follows it
///   is ignored.
/// - br: what follows the stream is ignored. zstd: one frame after another, and nothing else.
/// - An empty body is the empty text in every coding.
/// Source: RFC 1950, RFC 1951, RFC 1952 section 2.2.
class Decoder {
 public:
  explicit Decoder(Coding coding, std::uint64_t max_ratio = limits::decoder_ratio) noexcept;
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;

  /// decode takes the next bytes of the body; `last` says that none follow `in`. It stops when `in`
  /// is consumed or `out` is full; call again with the rest. `done` means that the whole text is
  /// out: with `last`, and before it as soon as nothing that follows can add to it; whatever comes
  /// then is consumed and ignored. Fails with coding_failed (side upstream) when the bytes are not
  /// of that coding, a check value differs, the body ends early or the ratio is exceeded, and with
  /// resource when zlib has no memory. After a failure the decoder fails again. `out` must not be
  /// empty.
  [[nodiscard]] Result<Step> decode(std::string_view in, bool last, std::span<char> out);

 private:
  enum class State : std::uint8_t {
    start,     // nothing seen
    body,      // inside a member or stream
    plain,     // identity
    between,   // after a complete gzip member
    ignoring,  // the text is complete; the rest is swallowed
    failed,
  };
  struct InflateEnd {
    void operator()(z_stream_s* stream) const noexcept;
  };

  // Each handles one state and says whether to look at once at the state that it left behind.
  Result<bool> begin(std::string_view& in, bool last);
  Result<bool> decode_some(std::string_view& in, bool last, std::span<char>& out);
  Result<bool> inflate_some(std::string_view& in, bool last, std::span<char>& out);
  Result<bool> next_member(std::string_view& in, bool last);
  Result<bool> copy_some(std::string_view& in, bool last, std::span<char>& out);
  void hold(std::string_view& in);
  [[nodiscard]] bool is_bomb(std::uint64_t free) const noexcept;
  Error fail(ErrorCode code, std::string_view reason);

  Coding coding_;
  State state_ = State::start;
  std::uint64_t max_ratio_;
  std::uint64_t total_in_ = 0;
  std::uint64_t total_out_ = 0;
  // The two bytes that tell what begins are held here, since a cut may fall between them, then fed
  // first.
  std::array<char, 2> prefix_{};
  std::uint8_t prefix_size_ = 0;
  std::uint8_t prefix_fed_ = 0;
  std::unique_ptr<z_stream_s, InflateEnd> stream_;
  std::unique_ptr<StreamDecoder> other_;  // br and zstd
};

}  // namespace signgate::codec
