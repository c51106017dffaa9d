// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/origin.hpp"

#include <utility>

namespace signgate::edge {

Result<Origin> Origin::open(const EdgeSetup& setup, net::asio::io_context& context,
                            net::DeadlineWheel& wheel) {
  if (setup.bucket.store) {
    auto store = S3Store::open(*setup.bucket.store, setup.bucket.name, context, wheel);
    if (!store) return store.error();
    return Origin(Kind(std::move(*store)));
  }
  auto bucket = EmbeddedBucket::open(setup.bucket, setup.distribution);
  if (!bucket) return bucket.error();
  return Origin(Kind(std::move(*bucket)));
}

Result<S3Store::Trust> Origin::trust(const EdgeSetup& setup) {
  if (!setup.bucket.store) return S3Store::Trust();
  return S3Store::trust(*setup.bucket.store);
}

net::Awaitable<OriginAnswer> Origin::answer(OriginRequest request) {
  if (auto* store = std::get_if<S3Store>(&kind_)) {
    OriginAnswer answer = co_await store->answer(std::move(request));
    co_return answer;
  }
  OriginAnswer answer = std::get<EmbeddedBucket>(kind_).answer(request);
  co_return answer;
}

void Origin::reconfigure(const EdgeSetup& setup, S3Store::Trust trust) {
  auto* store = std::get_if<S3Store>(&kind_);
  if ((store != nullptr) != setup.bucket.store.has_value()) return;
  if (store != nullptr) {
    store->reconfigure(*setup.bucket.store, std::move(trust));
  } else {
    std::get<EmbeddedBucket>(kind_).reconfigure(setup.bucket, setup.distribution);
  }
}

}  // namespace signgate::edge
