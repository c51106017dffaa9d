// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/proxy/body_unsigner.hpp"
#include "gateway/proxy/request_body.hpp"

namespace signgate::proxy {

/// UnsigningBody is another body without our signatures. What it is given must outlive it.
class UnsigningBody final : public BodySource {
 public:
  UnsigningBody(BodySource& from, BodyUnsigner& unsigner, Counters& counters) noexcept
      : from_(from), unsigner_(unsigner), counters_(counters) {}

  /// next reads on until something is known of the body, one part of the other at a time.
  [[nodiscard]] net::Awaitable<Result<ClientStream::BodyPart>> next() override;
  void stop() noexcept override { from_.stop(); }
  [[nodiscard]] std::string_view trailers() const noexcept override { return from_.trailers(); }

 private:
  BodySource& from_;
  BodyUnsigner& unsigner_;
  Counters& counters_;
  std::string out_;
};

}  // namespace signgate::proxy
