// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "signing/error.hpp"

/// What Signature Version 4 makes of a request before anything is signed. Pure, any thread.
/// Source: Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header".
namespace signgate::signing {

/// sigv4_algorithm begins the Authorization field and the string to sign.
inline constexpr std::string_view sigv4_algorithm = "AWS4-HMAC-SHA256";

/// sigv4_unsigned_payload is the x-amz-content-sha256 of a request whose body is not signed.
inline constexpr std::string_view sigv4_unsigned_payload = "UNSIGNED-PAYLOAD";

/// sigv4_empty_payload is that of a request without a body: the SHA-256 of nothing.
inline constexpr std::string_view sigv4_empty_payload =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// SigV4Field is one field line of a request; its name may be in any case.
struct SigV4Field {
  std::string_view name;
  std::string_view value;
};

/// SigV4Request is what is signed of a request: views, nothing checked.
struct SigV4Request {
  std::string_view method;             // "GET"
  std::string_view path;               // as sent, beginning with "/"
  std::string_view query;              // as sent, without its "?"
  std::span<const SigV4Field> fields;  // those to be signed, `Host` among them
  std::string_view payload_hash;       // the value of x-amz-content-sha256
};

/// sigv4_timestamp is the value of x-amz-date, "20130524T000000Z"; empty outside the years 1 to
/// 9999.
[[nodiscard]] std::string sigv4_timestamp(UnixSeconds time);

/// sigv4_path is a path as S3 signs it: decoded, and each byte but letters, digits, `-._~` and `/`
/// as %XX in capitals. Encoded once, and its dot segments and double slashes stay: keys have them.
/// The same once more is the same; who sends a path in this form is understood by every store.
[[nodiscard]] std::string sigv4_path(std::string_view path);

/// sigv4_query is a query as it is signed: names and values decoded and encoded as in a path, `/`
/// too, sorted by name and then by value, each with its `=`. Empty pieces go. A `+` is a plus.
[[nodiscard]] std::string sigv4_query(std::string_view query);

/// sigv4_signed_headers is the names of the fields in small letters, sorted, once each, joined by
/// `;`.
[[nodiscard]] std::string sigv4_signed_headers(std::span<const SigV4Field> fields);

/// sigv4_canonical_request is the text whose digest is signed. Values are trimmed and runs of white
/// space within them made one space; those of one name are joined by commas, in their order.
[[nodiscard]] std::string sigv4_canonical_request(const SigV4Request& request);

}  // namespace signgate::signing
