// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/unsigning_body.hpp"

namespace signgate::proxy {

net::Awaitable<Result<ClientStream::BodyPart>> UnsigningBody::next() {
  out_.clear();
  ClientStream::BodyPart given;
  while (out_.empty() && !given.last) {
    const auto part = co_await from_.next();
    if (!part) co_return part.error();
    unsigner_.feed(part->data, part->last, out_);
    given.last = part->last;
  }
  if (given.last) counters_.stripped += unsigner_.counts();
  given.data = out_;
  co_return given;
}

}  // namespace signgate::proxy
