// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "gateway/edge/body_source.hpp"
#include "gateway/upstream/exchange.hpp"
#include "gateway/upstream/idle_pool.hpp"

namespace signgate::edge {

/// StoreBody is an object that is still on its way from the store: one buffer of it is held, and
/// the next is asked for when that was sent. With its last byte the connection goes back to `pool`.
class StoreBody final : public BodySource {
 public:
  /// StoreBody goes on where `exchange`'s head ended.
  StoreBody(std::unique_ptr<upstream::Exchange> exchange, std::shared_ptr<upstream::IdlePool> pool)
      : exchange_(std::move(exchange)), pool_(std::move(pool)) {}

  [[nodiscard]] net::Awaitable<Result<std::string_view>> read() override;

 private:
  std::unique_ptr<upstream::Exchange>
      exchange_;  // its buffer stays when the connection is given back
  std::shared_ptr<upstream::IdlePool> pool_;
  bool is_done_ = false;
};

}  // namespace signgate::edge
