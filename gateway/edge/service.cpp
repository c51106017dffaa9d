// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/service.hpp"

#include <chrono>
#include <utility>

namespace signgate::edge {

Service::Service(const EdgeSetup& setup, Origin origin, OnLine on_line)
    : edge_(setup.distribution),
      origin_(std::move(origin)),
      on_line_(std::move(on_line)),
      clock_offset_(setup.clock_offset) {}

UnixSeconds Service::now() const noexcept {
  const auto system =
      std::chrono::duration_cast<Milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  return std::chrono::floor<std::chrono::seconds>(system + clock_offset_).count();
}

net::Awaitable<EdgeResponse> Service::finish(Question question, const ViewerRequest& request) {
  while (true) {
    OriginRequest asked = question.request;
    OriginAnswer answer = co_await origin_.answer(std::move(asked));
    Step step = edge_.resume(std::move(question), std::move(answer), request, now());
    if (auto* response = std::get_if<EdgeResponse>(&step)) co_return std::move(*response);
    question = std::get<Question>(std::move(step));
  }
}

}  // namespace signgate::edge
