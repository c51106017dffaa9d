// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/clock.hpp"
#include "gateway/edge/message.hpp"
#include "gateway/http/head.hpp"

namespace signgate::edge {

/// OriginRequest is what CloudFront asks its origin. It owns all it says: it may outlive the
/// viewer's request.
struct OriginRequest {
  http::Method method = http::Method::get;  // get, head or options
  std::string path;   // as the viewer sent it, percent codes and all, beginning with "/"
  std::string key;    // the same decoded and without its first slash: the object's name to S3
  std::string query;  // what the behaviour forwards of it, without "?" and signing parameters
  /// What reaches the origin of the viewer's fields (Referer, if the behaviour forwards it),
  /// User-Agent, and the edge's own Range or If-None-Match. No Host, no Authorization.
  FieldLines fields;
  std::optional<std::string> authorization;  // the viewer's, if the behaviour forwards it
  UnixSeconds now = 0;                       // by the edge's clock, which may have been moved
  std::uint64_t number = 0;                  // of the viewer's request
};

/// OriginAnswer is what came back. Who answers makes all of it; the edge takes it over.
struct OriginAnswer {
  int status = 200;
  std::string server = "AmazonS3";  // its Server field; empty: it had none
  FieldLines fields;                // end to end; no Content-Length, Date, Server
  /// Up to limits::edge_cached_object as `bytes`, as every error; what is longer as an open `file`,
  /// all of it, or as a `source`, of exactly the bytes that the status promises. For HEAD its
  /// length alone.
  Body body;
  std::string code;    // of an error's XML
  std::string reason;  // of an error: what decided, for the log and x-signgate-reason

  void add(std::string name, std::string value) {
    fields.emplace_back(std::move(name), std::move(value));
  }
};

/// find_line is the value of the first field of that name, in any case; nothing when there is none.
[[nodiscard]] std::optional<std::string_view> find_line(const FieldLines& fields,
                                                        std::string_view name) noexcept;

}  // namespace signgate::edge
