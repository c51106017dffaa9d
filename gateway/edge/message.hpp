// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/edge/file.hpp"
#include "gateway/http/fields.hpp"
#include "gateway/http/head.hpp"
#include "policy/ipv4_range.hpp"

namespace signgate::edge {

/// ViewerRequest is what a viewer asks of the edge: views that must outlive the answering.
struct ViewerRequest {
  http::Method method = http::Method::get;
  int minor = 1;  // of the version, HTTP/1.x
  std::string_view scheme = "http";
  std::string_view host;    // the Host field, or the authority of an absolute target
  std::string_view target;  // path and query as they came, beginning with "/"
  const http::Fields* fields = nullptr;
  std::optional<policy::Ipv4Address> viewer;  // none: over IPv6
};

class BodySource;

/// FieldLines is a header section that owns its text.
using FieldLines = std::vector<std::pair<std::string, std::string>>;

/// Body is an answer's body: `length` bytes from `offset` of a file, or of `bytes`, which may be
/// shared with the cache, or all that a `source` gives (its offset is 0).
struct Body {
  std::shared_ptr<const std::string> bytes;
  File file;
  std::shared_ptr<BodySource> source;  // body_source.hpp
  std::uint64_t offset = 0;
  std::uint64_t length = 0;

  [[nodiscard]] static Body of(std::string text) {
    const std::uint64_t length = text.size();
    return {std::make_shared<const std::string>(std::move(text)), {}, nullptr, 0, length};
  }
};

/// EdgeResponse is the edge's answer. Content-Length, Date and Connection are the shell's to write.
struct EdgeResponse {
  int status = 200;
  std::string server = "CloudFront";  // the origin's when it answered; empty: no such field
  bool from_origin = false;           // or from the cache
  FieldLines fields;
  Body body;           // also for HEAD, where only its length is told
  std::string code;    // of an error's XML: "MissingKey", "AccessDenied"; for the log
  std::string reason;  // of a denial: which check failed, for the log and x-signgate-reason

  void add(std::string name, std::string value) {
    fields.emplace_back(std::move(name), std::move(value));
  }
};

}  // namespace signgate::edge
