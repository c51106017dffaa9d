// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unit/gateway/edge/small_edge.hpp"

namespace signgate::edge {

/// EdgeFixture asks an edge before the small bucket, at noon and as one viewer unless told
/// otherwise.
class EdgeFixture : public testing::Test {
 protected:
  using Lines = std::vector<std::pair<std::string, std::string>>;

  static constexpr std::string_view site = "https://www.example.com/";
  static inline const Lines from_site = {{"Referer", "https://www.example.com/"}};
  static inline const Lines from_elsewhere = {{"Referer", "https://evil.example/"}};

  [[nodiscard]] static LocalEdge open(const EdgeSetup& setup) { return LocalEdge(setup); }

  EdgeResponse ask(LocalEdge& edge, const std::string& target, const Lines& lines = {},
                   UnixSeconds now = noon, http::Method method = http::Method::get) const {
    http::Fields fields;
    for (const auto& [name, value] : lines)
      fields.add(name, value);
    ViewerRequest request;
    request.method = method;
    request.host = "media.test";
    request.target = target;
    request.fields = &fields;
    request.viewer = policy::parse_ipv4_address("192.0.2.7");
    return edge.answer(request, now);
  }

  /// The target of the signed URL for `path`.
  [[nodiscard]] std::string signed_target(const std::string& path,
                                          UnixSeconds expires = noon + 3600) const {
    return small_.sign("http://media.test" + path, expires).substr(17);
  }

  static std::string field(const EdgeResponse& response, std::string_view name) {
    for (const auto& [own, value] : response.fields) {
      if (own == name) return value;
    }
    return "(none)";
  }

  static std::string text(const EdgeResponse& response) {
    if (response.body.bytes == nullptr) return "(no bytes)";
    return response.body.bytes->substr(response.body.offset, response.body.length);
  }

  SmallEdge small_;
};

}  // namespace signgate::edge
