// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/compress_pump.hpp"

#include <array>

#include "gateway/base/limits.hpp"

namespace signgate::proxy {

using Flush = codec::Encoder::Flush;

CompressPump::CompressPump(const route::CompressionChoice& choice, AnswerWriter& out,
                           codec::EncoderPool& encoders)
    : encoder_(choice.coding, choice.level, &encoders),
      out_(out),
      encoded_(std::make_unique_for_overwrite<char[]>(limits::encoder_step)) {}

net::Awaitable<Result<void>> CompressPump::run(upstream::Exchange& upstream) {
  while (true) {
    upstream::Exchange::BodyPart part;
    const auto ready = upstream.buffered();
    if (!ready) co_return ready.error();
    if (*ready) {
      part = **ready;
    } else {
      // Before we wait, the client gets all that is known, the head at least.
      if (unflushed_) {
        const Result<void> flushed = co_await encode({}, Flush::sync);
        if (!flushed) co_return flushed;
      } else {
        const Result<void> written = co_await out_.write({}, false);
        if (!written) co_return written;
      }
      const auto read = co_await upstream.read_body();
      if (!read) co_return read.error();
      part = *read;
    }
    const Flush how = part.last ? Flush::finish : Flush::none;
    const Result<void> encoded = co_await encode(part.data, how);
    if (!encoded || part.last) co_return encoded;
  }
}

net::Awaitable<Result<void>> CompressPump::encode(std::string_view text, Flush how) {
  unflushed_ = how == Flush::none && (unflushed_ || !text.empty());
  while (true) {
    const std::span<char> out(encoded_.get(), limits::encoder_step);
    const auto step = encoder_.encode(text, how, out);
    if (!step) co_return step.error();
    text.remove_prefix(step->consumed);
    const bool last = step->done && how == Flush::finish;
    if (step->produced > 0 || last) {
      const std::array<std::string_view, 1> parts = {std::string_view(out.data(), step->produced)};
      const Result<void> written = co_await out_.write(parts, last);
      if (!written) co_return written;
    }
    if (step->done) co_return Result<void>();
  }
}

}  // namespace signgate::proxy
