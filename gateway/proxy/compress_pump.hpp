// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "gateway/codec/encoder.hpp"
#include "gateway/proxy/client_stream.hpp"
#include "gateway/route/compression_rule.hpp"
#include "gateway/upstream/exchange.hpp"

namespace signgate::proxy {

/// CompressPump moves an answer's body through an encoder. Nothing is read before the client took
/// what there was; whenever the upstream pauses, the client gets all that has come: an event stream
/// is never held back.
class CompressPump {
 public:
  CompressPump(const route::CompressionChoice& choice, ClientStream& client,
               codec::EncoderPool& encoders, Milliseconds send_timeout);

  /// run pumps until the body's end. An error's side says whose it was; the answer is then cut, as
  /// its head is out.
  [[nodiscard]] net::Awaitable<Result<void>> run(upstream::Exchange& upstream);

 private:
  [[nodiscard]] net::Awaitable<Result<void>> encode(std::string_view text,
                                                    codec::Encoder::Flush how);

  codec::Encoder encoder_;
  ClientStream& client_;
  Milliseconds send_timeout_;
  std::unique_ptr<char[]> encoded_;
  bool unflushed_ = false;  // the encoder holds bytes that the client could have
};

}  // namespace signgate::proxy
