// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/store_body.hpp"

#include <utility>

namespace signgate::edge {

net::Awaitable<Result<std::string_view>> StoreBody::read() {
  if (is_done_) co_return Result<std::string_view>(std::string_view());
  const Result<upstream::Exchange::BodyPart> part = co_await exchange_->read_body();
  if (!part) co_return part.error();
  is_done_ = part->last;
  if (is_done_) {
    auto connection = exchange_->take_connection();
    if (connection) pool_->put(std::move(connection));
  }
  co_return Result<std::string_view>(part->data);
}

}  // namespace signgate::edge
