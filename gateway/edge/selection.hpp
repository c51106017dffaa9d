// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/base/clock.hpp"
#include "gateway/http/fields.hpp"

namespace signgate::edge {

/// Validators are what a request's conditions and range are held against.
struct Validators {
  std::string_view etag;                     // strong, with its quotes
  std::optional<UnixSeconds> last_modified;  // none: conditions on it do not count
  std::uint64_t size = 0;
};

/// Selection is which part of an object answers a request, and how.
struct Selection {
  int status = 200;  // 200, 206, 304, 412 or 416
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::string_view failed;  // of 412: the condition's name
};

/// select applies If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since, If-Range and
/// Range, in that order, to a GET or HEAD. A condition that cannot be read is as if it were not
/// there. Source: RFC 9110 section 13.2.2; S3 API Reference, GetObject.
[[nodiscard]] Selection select(const Validators& validators, const http::Fields& fields,
                               UnixSeconds now);

}  // namespace signgate::edge
