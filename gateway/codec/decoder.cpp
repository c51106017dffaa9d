// SPDX-License-Identifier: Apache-2.0
#include "gateway/codec/decoder.hpp"

#define ZLIB_CONST  // next_in points to const bytes
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "gateway/base/check.hpp"
#include "gateway/codec/stream_codec.hpp"

namespace signgate::codec {
namespace {

constexpr int gzip_window = 15 + 16;  // zlib.h, inflateInit2: + 16 reads the gzip wrapping
constexpr int zlib_window = 15;
constexpr int raw_window = -15;
constexpr std::string_view ends_early = "the body ends early";
constexpr std::string_view too_large = "the text is too large for so short a body";
constexpr std::array<char, 2> gzip_magic = {'\x1f', '\x8b'};

// A bare stream that begins like this would be a stored block with non-zero padding: no encoder
// writes that.
bool is_zlib_header(const std::array<char, 2>& bytes) noexcept {
  const unsigned first = static_cast<unsigned char>(bytes[0]);
  const unsigned second = static_cast<unsigned char>(bytes[1]);
  return (first & 0x0f) == Z_DEFLATED && (first >> 4) <= 7 && (first * 256 + second) % 31 == 0;
}

uInt clamp(std::size_t size) noexcept {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

}  // namespace

void Decoder::InflateEnd::operator()(z_stream_s* stream) const noexcept {
  inflateEnd(stream);
  delete stream;
}

Decoder::Decoder(Coding coding, std::uint64_t max_ratio) noexcept
    : coding_(coding), max_ratio_(max_ratio) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

Error Decoder::fail(ErrorCode code, std::string_view reason) {
  state_ = State::failed;
  stream_.reset();
  other_.reset();
  std::string detail(coding_name(coding_));
  detail.append(": ").append(reason);
  const Side side = code == ErrorCode::resource ? Side::own : Side::upstream;
  return {code, side, Retry::no, std::move(detail)};
}

// Of the output, `free` bytes need no input.
bool Decoder::is_bomb(std::uint64_t free) const noexcept {
  if (total_out_ > limits::decoder_bulk && total_out_ / limits::decoder_bulk_ratio > total_in_)
    return true;
  return total_out_ > free && (total_out_ - free) / max_ratio_ > total_in_;
}

Result<Step> Decoder::decode(std::string_view in, bool last, std::span<char> out) {
  SIGNGATE_CHECK(!out.empty());
  const std::size_t in_size = in.size();
  const std::size_t out_size = out.size();
  bool again = true;
  while (again && state_ != State::ignoring) {
    Result<bool> moved = false;
    switch (state_) {
      case State::start:
        moved = begin(in, last);
        break;
      case State::body:
        moved = other_ ? decode_some(in, last, out) : inflate_some(in, last, out);
        break;
      case State::between:
        moved = next_member(in, last);
        break;
      case State::plain:
        moved = copy_some(in, last, out);
        break;
      case State::failed:
        return fail(ErrorCode::coding_failed, "decoding failed before");
      case State::ignoring:
        break;
    }
    if (moved.has_error()) return moved.error();
    again = *moved;
  }
  if (state_ == State::ignoring) in = {};
  return Step{in_size - in.size(), out_size - out.size(), state_ == State::ignoring};
}

void Decoder::hold(std::string_view& in) {
  prefix_[prefix_size_++] = in.front();
  in.remove_prefix(1);
  ++total_in_;
}

Result<bool> Decoder::begin(std::string_view& in, bool last) {
  if (coding_ == Coding::identity) {
    state_ = State::plain;
    return true;
  }
  if (in.empty() && prefix_size_ == 0) {
    if (last) state_ = State::ignoring;
    return false;
  }
  if (coding_ == Coding::br || coding_ == Coding::zstd) {
    other_ = make_stream_decoder(coding_);
    if (!other_) return fail(ErrorCode::resource, "no memory");
    state_ = State::body;
    return true;
  }
  int window = gzip_window;
  if (coding_ == Coding::deflate) {
    while (prefix_size_ < prefix_.size() && !in.empty())
      hold(in);
    if (prefix_size_ < prefix_.size()) {
      if (last) return fail(ErrorCode::coding_failed, ends_early);
      return false;
    }
    window = is_zlib_header(prefix_) ? zlib_window : raw_window;
  }
  auto stream = std::make_unique<z_stream>();
  if (inflateInit2(stream.get(), window) != Z_OK) return fail(ErrorCode::resource, "no memory");
  stream_.reset(stream.release());
  state_ = State::body;
  return true;
}

Result<bool> Decoder::decode_some(std::string_view& in, bool last, std::span<char>& out) {
  const std::size_t offered = in.size();
  const std::size_t room = out.size();
  const StreamDecoder::Status status = other_->decode(in, out);
  total_in_ += offered - in.size();
  total_out_ += room - out.size();
  if (is_bomb(limits::decoder_run)) return fail(ErrorCode::coding_failed, too_large);
  switch (status) {
    case StreamDecoder::Status::corrupt:
      return fail(ErrorCode::coding_failed, "corrupt data");
    case StreamDecoder::Status::no_memory:
      return fail(ErrorCode::resource, "no memory");
    case StreamDecoder::Status::ended:
      state_ = State::ignoring;
      return false;
    case StreamDecoder::Status::wants_more:
      break;
  }
  if (out.empty()) return false;
  if (!in.empty()) return true;
  if (!last) return false;
  if (!other_->is_complete()) return fail(ErrorCode::coding_failed, ends_early);
  state_ = State::ignoring;
  return false;
}

Result<bool> Decoder::inflate_some(std::string_view& in, bool last, std::span<char>& out) {
  const bool from_prefix = prefix_fed_ < prefix_size_;
  const std::string_view source =
      from_prefix ? std::string_view(prefix_.data(), prefix_size_).substr(prefix_fed_) : in;
  z_stream& stream = *stream_;
  stream.next_in = reinterpret_cast<const Bytef*>(source.data());
  stream.avail_in = clamp(source.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = clamp(out.size());
  const uInt offered = stream.avail_in;
  const uInt room = stream.avail_out;
  const int code = inflate(&stream, Z_NO_FLUSH);
  const std::size_t consumed = offered - stream.avail_in;
  const std::size_t produced = room - stream.avail_out;

  if (from_prefix) {
    prefix_fed_ = static_cast<std::uint8_t>(prefix_fed_ + consumed);
  } else {
    in.remove_prefix(consumed);
    total_in_ += consumed;
  }
  out = out.subspan(produced);
  total_out_ += produced;
  if (is_bomb(limits::decoder_step)) return fail(ErrorCode::coding_failed, too_large);

  switch (code) {
    case Z_STREAM_END:
      prefix_size_ = prefix_fed_ = 0;
      state_ = coding_ == Coding::gzip ? State::between : State::ignoring;
      return true;
    case Z_OK:
    case Z_BUF_ERROR:
      break;
    case Z_MEM_ERROR:
      return fail(ErrorCode::resource, "no memory");
    case Z_NEED_DICT:
      return fail(ErrorCode::coding_failed, "a preset dictionary is asked for");
    default:
      return fail(ErrorCode::coding_failed, stream.msg != nullptr ? stream.msg : "corrupt data");
  }
  if (out.empty()) return false;
  if (!in.empty() || prefix_fed_ < prefix_size_) return true;
  if (last) return fail(ErrorCode::coding_failed, ends_early);
  return false;
}

Result<bool> Decoder::next_member(std::string_view& in, bool last) {
  while (!in.empty()) {
    if (in.front() != gzip_magic[prefix_size_]) {
      state_ = State::ignoring;
      return false;
    }
    hold(in);
    if (prefix_size_ < gzip_magic.size()) continue;
    if (inflateReset(stream_.get()) != Z_OK) return fail(ErrorCode::resource, "no memory");
    state_ = State::body;
    return true;
  }
  if (last && prefix_size_ > 0) return fail(ErrorCode::coding_failed, ends_early);
  if (last) state_ = State::ignoring;
  return false;
}

Result<bool> Decoder::copy_some(std::string_view& in, bool last, std::span<char>& out) {
  const std::size_t size = std::min(in.size(), out.size());
  std::copy_n(in.data(), size, out.data());
  in.remove_prefix(size);
  out = out.subspan(size);
  if (last && in.empty()) state_ = State::ignoring;
  return false;
}

}  // namespace signgate::codec
