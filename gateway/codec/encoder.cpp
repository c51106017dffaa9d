// SPDX-License-Identifier: Apache-2.0
#include "gateway/codec/encoder.hpp"

#define ZLIB_CONST  // next_in points to const bytes
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/codec/stream_codec.hpp"

namespace signgate::codec {
namespace {

uInt clamp(std::size_t size) noexcept {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

int zlib_flush(Encoder::Flush flush) noexcept {
  switch (flush) {
    case Encoder::Flush::none:
      return Z_NO_FLUSH;
    case Encoder::Flush::sync:
      return Z_SYNC_FLUSH;
    case Encoder::Flush::finish:
      return Z_FINISH;
  }
  return Z_NO_FLUSH;
}

bool is_level(Coding coding, int level) noexcept {
  switch (coding) {
    case Coding::identity:
      return true;
    case Coding::gzip:
    case Coding::deflate:
      return level >= 1 && level <= 9;
    case Coding::br:
      return level >= 0 && level <= 11;
    case Coding::zstd:
      return level >= 1 && level <= 22;
  }
  return false;
}

bool is_zlibs(Coding coding) noexcept {
  return coding == Coding::gzip || coding == Coding::deflate;
}

StreamEncoder::Flush stream_flush(Encoder::Flush flush) noexcept {
  switch (flush) {
    case Encoder::Flush::none:
      return StreamEncoder::Flush::none;
    case Encoder::Flush::sync:
      return StreamEncoder::Flush::sync;
    case Encoder::Flush::finish:
      return StreamEncoder::Flush::finish;
  }
  return StreamEncoder::Flush::none;
}

}  // namespace

Encoder::Encoder(Coding coding, int level, EncoderPool* pool)
    : coding_(coding), level_(level), pool_(pool) {
  SIGNGATE_CHECK(is_level(coding, level));
}

Encoder::~Encoder() {
  give_back();
}

Encoder::Encoder(Encoder&&) noexcept = default;

Encoder& Encoder::operator=(Encoder&& other) noexcept {
  if (this == &other) return *this;
  give_back();
  coding_ = other.coding_;
  level_ = other.level_;
  finished_ = other.finished_;
  sizes_ = other.sizes_;
  pool_ = other.pool_;
  stream_ = std::move(other.stream_);
  other_ = std::move(other.other_);
  return *this;
}

Result<void> Encoder::open() {
  if (!is_zlibs(coding_)) {
    // It keeps nothing, so all threads may share it.
    static BlockCache none(0);
    other_ = pool_ != nullptr ? pool_->take_stream(coding_, level_)
                              : make_stream_encoder(coding_, level_, none);
    if (!other_) return Error{ErrorCode::resource, Side::own, Retry::no, "encoder: no memory"};
    return {};
  }
  stream_ = pool_ != nullptr ? pool_->take(coding_, level_) : EncoderPool::make(coding_, level_);
  if (!stream_) return Error{ErrorCode::resource, Side::own, Retry::no, "zlib: no memory"};
  return {};
}

void Encoder::give_back() noexcept {
  if (pool_ != nullptr && stream_) pool_->give(coding_, level_, std::move(stream_));
  if (pool_ != nullptr && other_) pool_->give_stream(coding_, std::move(other_));
}

Result<Step> Encoder::encode_other(std::string_view in, Flush flush, std::span<char> out) {
  const std::size_t offered = in.size();
  const std::size_t room = out.size();
  const auto done = other_->encode(in, stream_flush(flush), out);
  if (!done) return Error{ErrorCode::resource, Side::own, Retry::no, "encoder: no memory"};
  finished_ = *done && flush == Flush::finish;
  return Step{offered - in.size(), room - out.size(), *done};
}

Result<Step> Encoder::encode(std::string_view in, Flush flush, std::span<char> out) {
  auto done = step(in, flush, out);
  if (done) {
    sizes_.plain += done->consumed;
    sizes_.coded += done->produced;
  }
  return done;
}

Result<Step> Encoder::step(std::string_view in, Flush flush, std::span<char> out) {
  SIGNGATE_CHECK(out.size() >= min_out);
  SIGNGATE_CHECK(!finished_ || in.empty());
  if (finished_) return Step{0, 0, true};

  if (coding_ == Coding::identity) {
    const std::size_t size = std::min(in.size(), out.size());
    std::copy_n(in.data(), size, out.data());
    const bool done = size == in.size();
    finished_ = done && flush == Flush::finish;
    return Step{size, size, done};
  }

  if (!stream_ && !other_) {
    if (const auto opened = open(); opened.has_error()) return opened.error();
  }
  if (other_) return encode_other(in, flush, out);
  z_stream& stream = *stream_;
  stream.next_in = reinterpret_cast<const Bytef*>(in.data());
  stream.avail_in = clamp(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = clamp(out.size());
  const bool all_offered = stream.avail_in == in.size();
  const uInt offered = stream.avail_in;
  const uInt room = stream.avail_out;
  const int code = deflate(&stream, all_offered ? zlib_flush(flush) : Z_NO_FLUSH);
  SIGNGATE_CHECK(code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR);

  Step done{offered - stream.avail_in, room - stream.avail_out, false};
  finished_ = code == Z_STREAM_END;
  const bool taken = done.consumed == in.size();
  switch (flush) {
    case Flush::none:
      done.done = taken;
      break;
    // A full `out` may hide more; asked again, zlib then writes the rest or, at worst, a second
    // empty block.
    case Flush::sync:
      done.done = taken && stream.avail_out != 0;
      break;
    case Flush::finish:
      done.done = finished_;
      break;
  }
  return done;
}

Result<std::string> encode_whole(std::string_view text, Coding coding, int level,
                                 EncoderPool* pool) {
  Encoder encoder(coding, level, pool);
  std::string out;
  while (true) {
    const std::size_t before = out.size();
    out.resize(before + limits::kib);
    const std::span<char> room(out.data() + before, limits::kib);
    const auto step = encoder.encode(text, Encoder::Flush::finish, room);
    if (!step) return step.error();
    text.remove_prefix(step->consumed);
    out.resize(before + step->produced);
    if (step->done) return out;
  }
}

}  // namespace signgate::codec
