// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/origin.hpp"

#include <utility>

namespace signgate::edge {

Result<Origin> Origin::open(const EdgeSetup& setup, net::asio::io_context& /*context*/) {
  auto bucket = EmbeddedBucket::open(setup.bucket, setup.distribution);
  if (!bucket) return bucket.error();
  return Origin(Kind(std::move(*bucket)));
}

net::Awaitable<OriginAnswer> Origin::answer(OriginRequest request) {
  OriginAnswer answer = std::get<EmbeddedBucket>(kind_).answer(request);
  co_return answer;
}

void Origin::reconfigure(const EdgeSetup& setup) {
  if (auto* embedded = std::get_if<EmbeddedBucket>(&kind_)) {
    embedded->reconfigure(setup.bucket, setup.distribution);
  }
}

}  // namespace signgate::edge
