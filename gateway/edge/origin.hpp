// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "gateway/base/error.hpp"
#include "gateway/edge/edge_setup.hpp"
#include "gateway/edge/embedded_bucket.hpp"
#include "gateway/edge/origin_message.hpp"
#include "gateway/edge/s3_store.hpp"
#include "gateway/net/deadline.hpp"
#include "gateway/net/io.hpp"

namespace signgate::edge {

/// Origin is the bucket behind the edge, of whichever kind the setup names. It belongs to the
/// server's thread.
class Origin {
 public:
  /// open makes it; what has to be awaited later is awaited on `context`, with its deadlines in
  /// `wheel`, which both outlive it. Fails when the bucket's folder cannot be opened, or a store
  /// not be asked as the setup says.
  [[nodiscard]] static Result<Origin> open(const EdgeSetup& setup, net::asio::io_context& context,
                                           net::DeadlineWheel& wheel);

  /// trust is S3Store::trust of the store in `setup`; null without a store.
  [[nodiscard]] static Result<S3Store::Trust> trust(const EdgeSetup& setup);

  /// answer is the bucket's answer. It never fails: what keeps the bucket from answering is an
  /// answer with CloudFront's 502 or 504.
  [[nodiscard]] net::Awaitable<OriginAnswer> answer(OriginRequest request);

  /// reconfigure takes the bucket's policy and the distribution from `setup` from now on, or the
  /// credentials, region and signing behavior of a real store, which has its own policy, with
  /// `trust` of it. Which of both stands behind the edge, and where, stays.
  void reconfigure(const EdgeSetup& setup, S3Store::Trust trust);

 private:
  using Kind = std::variant<EmbeddedBucket, S3Store>;
  explicit Origin(Kind kind) noexcept : kind_(std::move(kind)) {}

  Kind kind_;
};

}  // namespace signgate::edge
