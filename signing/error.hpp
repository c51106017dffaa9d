// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>

namespace signgate::signing {

/// UnixSeconds is a point in time as policies carry it: seconds since 1970-01-01 UTC, without leap
/// seconds.
using UnixSeconds = std::int64_t;

/// ErrorCode says what kind of thing was refused; callers branch on it, people read the message.
enum class ErrorCode : std::uint8_t {
  bad_key,             // a key file that cannot be used
  bad_key_pair_id,     // an id of a form that CloudFront hands out to nobody
  bad_url,             // not an absolute http(s) URL, or one with characters that no URL holds
  reserved_parameter,  // the URL's own query holds a name that belongs to CloudFront
  too_long,            // beyond max_url
  bad_time,            // a time that cannot be read or represented
  bad_policy,          // a policy that CloudFront would not take
  signing_failed,      // the library refused: memory, or a broken key
};

/// Error is why something was refused: a value, never thrown. The message is one sentence without
/// a full stop that says what is accepted; it never holds key material or a signature.
struct Error {
  ErrorCode code;
  std::string message;
};

/// Result holds a value or an Error. Test it before use: `*result` on an error is a bug.
template <class T>
using Result = boost::system::result<T, Error>;

/// throw_exception_from_error lets Result::value() exist; reaching it is a bug: std::logic_error.
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

}  // namespace signgate::signing
