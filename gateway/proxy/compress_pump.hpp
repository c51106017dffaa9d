// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "gateway/codec/encoder.hpp"
#include "gateway/proxy/answer_writer.hpp"
#include "gateway/route/compression_rule.hpp"
#include "gateway/upstream/exchange.hpp"

namespace signgate::proxy {

/// CompressPump moves an answer's body through an encoder. Nothing is read before the client took
/// what there was; whenever the upstream pauses, the client gets all that has come: an event stream
/// is never held back.
class CompressPump {
 public:
  CompressPump(const route::CompressionChoice& choice, AnswerWriter& out,
               codec::EncoderPool& encoders);

  /// run pumps until the body's end. An error's side says whose it was; the answer is then cut, as
  /// its head is out.
  [[nodiscard]] net::Awaitable<Result<void>> run(upstream::Exchange& upstream);

  /// sizes are those of the body before and after, so far.
  [[nodiscard]] const codec::Sizes& sizes() const noexcept { return encoder_.sizes(); }

 private:
  [[nodiscard]] net::Awaitable<Result<void>> encode(std::string_view text,
                                                    codec::Encoder::Flush how);

  codec::Encoder encoder_;
  AnswerWriter& out_;
  std::unique_ptr<char[]> encoded_;
  bool unflushed_ = false;  // the encoder holds bytes that the client could have
};

}  // namespace signgate::proxy
