// SPDX-License-Identifier: Apache-2.0
#include "gateway/codec/encoder_pool.hpp"

#include <zlib.h>

#include <algorithm>

namespace signgate::codec {
namespace {

constexpr int gzip_window = 15 + 16;  // zlib.h, deflateInit2: + 16 writes the gzip wrapping
constexpr int zlib_window = 15;
constexpr int memory_level = 8;
constexpr std::size_t idle_streams = 8;  // of zstd, some 1 MiB each

}  // namespace

void EncoderPool::DeflateEnd::operator()(z_stream_s* stream) const noexcept {
  deflateEnd(stream);
  delete stream;
}

EncoderPool::EncoderPool(std::size_t most) noexcept
    : most_(most), blocks_(most == 0 ? 0 : limits::idle_blocks) {}
EncoderPool::~EncoderPool() = default;

EncoderPool::Stream EncoderPool::make(Coding coding, int level) {
  auto stream = std::make_unique<z_stream>();
  const int window = coding == Coding::gzip ? gzip_window : zlib_window;
  const int code =
      deflateInit2(stream.get(), level, Z_DEFLATED, window, memory_level, Z_DEFAULT_STRATEGY);
  if (code != Z_OK) return nullptr;
  return Stream(stream.release());
}

EncoderPool::Stream EncoderPool::take(Coding coding, int level) {
  // The one that came last is warm in the cache.
  const auto found = std::find_if(idle_.rbegin(), idle_.rend(), [&](const Idle& idle) {
    return idle.coding == coding && idle.level == level;
  });
  if (found == idle_.rend()) return make(coding, level);
  Stream stream = std::move(found->stream);
  idle_.erase(std::next(found).base());
  if (deflateReset(stream.get()) != Z_OK) return make(coding, level);
  return stream;
}

void EncoderPool::give(Coding coding, int level, Stream stream) {
  if (most_ == 0) return;
  if (idle_.size() == most_) idle_.erase(idle_.begin());
  idle_.push_back({coding, level, std::move(stream)});
}

std::unique_ptr<StreamEncoder> EncoderPool::take_stream(Coding coding, int level) {
  if (coding == Coding::zstd && !idle_zstd_.empty()) {
    std::unique_ptr<StreamEncoder> stream = std::move(idle_zstd_.back());
    idle_zstd_.pop_back();
    if (stream->reset(level)) return stream;
  }
  return make_stream_encoder(coding, level, blocks_);
}

void EncoderPool::give_stream(Coding coding, std::unique_ptr<StreamEncoder> stream) {
  // An encoder of br gives its memory back to blocks_ as it ends here.
  if (coding == Coding::zstd && idle_zstd_.size() < std::min(most_, idle_streams))
    idle_zstd_.push_back(std::move(stream));
}

}  // namespace signgate::codec
