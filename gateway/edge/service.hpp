// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "gateway/base/clock.hpp"
#include "gateway/edge/edge.hpp"
#include "gateway/edge/origin.hpp"
#include "gateway/net/io.hpp"

namespace signgate::edge {

/// Service is an edge with its origin and its clock: what the connections of all viewers share. It
/// belongs to the server's thread.
class Service {
 public:
  using OnLine = std::function<void(const std::string& line)>;

  /// Service answers by `setup`; `origin` is what stands behind it. Each denial is told to
  /// `on_line`, which may be empty.
  Service(const EdgeSetup& setup, Origin origin, OnLine on_line);

  /// now is what the edge's clock shows.
  [[nodiscard]] UnixSeconds now() const noexcept;

  /// begin is Edge::begin.
  [[nodiscard]] Step begin(const ViewerRequest& request, UnixSeconds now) {
    return edge_.begin(request, now);
  }

  /// finish asks the origin as often as it takes and gives the viewer's answer.
  [[nodiscard]] net::Awaitable<EdgeResponse> finish(Question question,
                                                    const ViewerRequest& request);

  void log(const std::string& line) const {
    if (on_line_) on_line_(line);
  }

 private:
  Edge edge_;
  Origin origin_;
  OnLine on_line_;
  Milliseconds clock_offset_;
};

}  // namespace signgate::edge
