// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/service.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace signgate::edge {
namespace {

/// Whether others may wait for what this question leaves in the cache.
bool is_shared(const Question& question) noexcept {
  return question.request.method == http::Method::get && !question.is_part;
}

}  // namespace

/// One question under way; its end, however it comes, wakes those who wait for it.
class Service::Flight {
 public:
  Flight(Flights& flights, const std::string& key)
      : flights_(flights), place_(flights.try_emplace(key).first) {}
  ~Flight() {
    const Waiting waiting = std::move(place_->second);
    flights_.erase(place_);
    for (const auto& landed : waiting)
      landed->notify();
  }
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;

 private:
  Flights& flights_;
  Flights::iterator place_;
};

Service::Service(const EdgeSetup& setup, Origin origin, OnLine on_line,
                 net::asio::io_context& context)
    : context_(context),
      edge_(setup.distribution),
      origin_(std::move(origin)),
      on_line_(std::move(on_line)),
      clock_offset_(setup.clock_offset) {}

UnixSeconds Service::now() const noexcept {
  const auto system =
      std::chrono::duration_cast<Milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  return std::chrono::floor<std::chrono::seconds>(system + clock_offset_).count();
}

net::Awaitable<EdgeResponse> Service::finish(Question question, const ViewerRequest& request) {
  if (is_shared(question)) {
    const auto found = flights_.find(question.cache_key);
    if (found != flights_.end()) {
      // An event of its own: a second wait on one would end the first.
      const auto landed = std::make_shared<net::Event>(context_.get_executor());
      found->second.push_back(landed);
      co_await landed->wait();
      // By the time of its arrival: a signature that ended meanwhile was good then.
      Step step = edge_.begin(request, question.request.now);
      if (auto* response = std::get_if<EdgeResponse>(&step)) co_return std::move(*response);
      question = std::get<Question>(std::move(step));
    }
  }
  std::optional<Flight> flight;
  if (is_shared(question) && !flights_.contains(question.cache_key)) {
    flight.emplace(flights_, question.cache_key);
  }
  while (true) {
    OriginRequest asked = question.request;
    OriginAnswer answer = co_await ask(std::move(asked));
    Step step = edge_.resume(std::move(question), std::move(answer), request, now());
    if (auto* response = std::get_if<EdgeResponse>(&step)) co_return std::move(*response);
    question = std::get<Question>(std::move(step));
  }
}

net::Awaitable<OriginAnswer> Service::ask(OriginRequest request) {
  ++origin_requests_;
  if (faults_.origin_delay.count() > 0 && !stopping_) {
    const auto pause = std::make_shared<net::Event>(context_.get_executor());
    pauses_.insert(pause);
    co_await pause->wait_for(faults_.origin_delay);
    pauses_.erase(pause);
  }
  std::optional<OriginAnswer> fault = faults_.take(request.number);
  if (fault) co_return std::move(*fault);
  OriginAnswer answer = co_await origin_.answer(std::move(request));
  co_return answer;
}

void Service::reconfigure(const EdgeSetup& setup, S3Store::Trust trust) {
  edge_.reconfigure(setup.distribution);
  origin_.reconfigure(setup, std::move(trust));
}

std::size_t Service::purge(std::string_view pattern) {
  return edge_.cache().purge(pattern);
}

void Service::stop() {
  stopping_ = true;
  for (const auto& pause : pauses_)
    pause->notify();
}

}  // namespace signgate::edge
