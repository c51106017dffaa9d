// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/edge/edge.hpp"
#include "gateway/edge/faults.hpp"
#include "gateway/edge/origin.hpp"
#include "gateway/net/event.hpp"
#include "gateway/net/io.hpp"

namespace signgate::edge {

/// Service is an edge with its origin and its clock: what the connections of all viewers share. It
/// belongs to the server's thread.
class Service {
 public:
  using OnLine = std::function<void(const std::string& line)>;

  /// Service answers by `setup`; `origin` is what stands behind it. Each denial is told to
  /// `on_line`, which may be empty.
  Service(const EdgeSetup& setup, Origin origin, OnLine on_line, net::asio::io_context& context);

  /// now is what the edge's clock shows.
  [[nodiscard]] UnixSeconds now() const noexcept;

  /// begin is Edge::begin.
  [[nodiscard]] Step begin(const ViewerRequest& request, UnixSeconds now) {
    return edge_.begin(request, now);
  }

  /// finish asks the origin as often as it takes and gives the viewer's answer. While one viewer's
  /// question is open, others with the same wait for what it leaves in the cache.
  [[nodiscard]] net::Awaitable<EdgeResponse> finish(Question question,
                                                    const ViewerRequest& request);

  /// reconfigure takes distribution, policy and metadata of `setup` for requests from now on, and
  /// `trust`, which is Origin::trust of it.
  void reconfigure(const EdgeSetup& setup, S3Store::Trust trust);

  /// purge drops what is cached of paths like `pattern` (`*` any run), with whatever query; it
  /// gives their number.
  std::size_t purge(std::string_view pattern);

  /// stop ends every wait under way.
  void stop();

  void log(const std::string& line) const {
    if (on_line_) on_line_(line);
  }

  [[nodiscard]] Edge& edge() noexcept { return edge_; }
  [[nodiscard]] Faults& faults() noexcept { return faults_; }
  [[nodiscard]] Milliseconds clock_offset() const noexcept { return clock_offset_; }
  void set_clock_offset(Milliseconds offset) noexcept { clock_offset_ = offset; }
  [[nodiscard]] std::uint64_t origin_requests() const noexcept { return origin_requests_; }

 private:
  class Flight;
  using Waiting = std::vector<std::shared_ptr<net::Event>>;
  using Flights = std::map<std::string, Waiting, std::less<>>;

  [[nodiscard]] net::Awaitable<OriginAnswer> ask(OriginRequest request);

  net::asio::io_context& context_;
  Edge edge_;
  Origin origin_;
  OnLine on_line_;
  Milliseconds clock_offset_;
  Faults faults_;
  Flights flights_;                               // by cache key: who waits for the answer
  std::set<std::shared_ptr<net::Event>> pauses_;  // of slow answers
  std::uint64_t origin_requests_ = 0;
  bool stopping_ = false;
};

}  // namespace signgate::edge
