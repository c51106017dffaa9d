// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "gateway/base/error.hpp"
#include "gateway/edge/edge_setup.hpp"
#include "gateway/edge/embedded_bucket.hpp"
#include "gateway/edge/origin_message.hpp"
#include "gateway/net/io.hpp"

namespace signgate::edge {

/// Origin is the bucket behind the edge, of whichever kind the setup names. It belongs to the
/// server's thread.
class Origin {
 public:
  /// open makes it; what has to be awaited later is awaited on `context`. Fails when the bucket's
  /// folder cannot be opened.
  [[nodiscard]] static Result<Origin> open(const EdgeSetup& setup, net::asio::io_context& context);

  /// answer is the bucket's answer. It never fails: what keeps the bucket from answering is an
  /// answer with CloudFront's 502 or 504.
  [[nodiscard]] net::Awaitable<OriginAnswer> answer(OriginRequest request);

  /// stop ends the answers under way, with errors.
  void stop() {}

  /// reconfigure takes the bucket's policy and the distribution from `setup` from now on.
  void reconfigure(const EdgeSetup& setup);

 private:
  using Kind = std::variant<EmbeddedBucket>;
  explicit Origin(Kind kind) noexcept : kind_(std::move(kind)) {}

  Kind kind_;
};

}  // namespace signgate::edge
