// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "gateway/base/limits.hpp"
#include "gateway/codec/block_cache.hpp"
#include "gateway/codec/coding.hpp"
#include "gateway/codec/stream_codec.hpp"

struct z_stream_s;

namespace signgate::codec {

/// EncoderPool keeps the memory of encoders that are done for those that come: taking 260 KiB from
/// the system costs more than compressing a page of 16 KiB. Of br it keeps limits::idle_blocks. One
/// worker's; not to be shared between threads. It outlives the encoders that were given it.
class EncoderPool {
 public:
  /// EncoderPool keeps at most `most` idle states, all of its memory.
  explicit EncoderPool(std::size_t most = limits::idle_encoders) noexcept;
  ~EncoderPool();
  EncoderPool(const EncoderPool&) = delete;
  EncoderPool& operator=(const EncoderPool&) = delete;

  /// idle is how many states wait.
  [[nodiscard]] std::size_t idle() const noexcept { return idle_.size() + idle_zstd_.size(); }

 private:
  friend class Encoder;
  struct DeflateEnd {
    void operator()(z_stream_s* stream) const noexcept;
  };
  using Stream = std::unique_ptr<z_stream_s, DeflateEnd>;

  // Null when zlib has no memory.
  static Stream make(Coding coding, int level);
  Stream take(Coding coding, int level);
  std::unique_ptr<StreamEncoder> take_stream(Coding coding, int level);
  void give_stream(Coding coding, std::unique_ptr<StreamEncoder> stream);
  void give(Coding coding, int level, Stream stream);

  struct Idle {
    Coding coding;
    int level;
    Stream stream;
  };
  std::size_t most_;
  std::vector<Idle> idle_;
  BlockCache blocks_;  // outlives the encoders that it serves, which are none of the idle ones
  std::vector<std::unique_ptr<StreamEncoder>> idle_zstd_;
};

}  // namespace signgate::codec
