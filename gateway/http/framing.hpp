// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "gateway/base/error.hpp"
#include "gateway/http/head.hpp"

namespace signgate::http {

/// Framing says how long a message's body is.
struct Framing {
  enum class Kind : std::uint8_t { none, length, chunked, until_close };
  Kind kind = Kind::none;
  std::uint64_t length = 0;  // Kind::length: bytes; may be 0
};

/// request_framing applies RFC 9112 section 6.3 without any of its leniency: Content-Length beside
/// Transfer-Encoding, differing or malformed Content-Length, any coding but one "chunked", and
/// Transfer-Encoding in HTTP/1.0 are errors (400, or 501 for an unknown coding), for a proxy that
/// guesses can be made to smuggle.
[[nodiscard]] Result<Framing> request_framing(const RequestHead& head);

/// response_framing applies RFC 9112 section 6.3 to an upstream's answer to `request_method`; the
/// same doubts are bad_response errors. 1xx, 204 and 304 and answers to HEAD have no body whatever
/// their fields say.
[[nodiscard]] Result<Framing> response_framing(Method request_method, const ResponseHead& head);

/// stated_length is a valid Content-Length of an answer that has no body: what a GET would have
/// had.
[[nodiscard]] std::optional<std::uint64_t> stated_length(const Fields& fields) noexcept;

}  // namespace signgate::http
