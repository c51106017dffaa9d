// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace signgate {

/// Side says whose fault an error is; with the code it picks the status (error_status).
enum class Side : std::uint8_t { client, upstream, own };

/// Retry says whether another attempt at the same exchange may help.
enum class Retry : std::uint8_t {
  no,           // the answer would be the same, or bytes are already out
  yes,          // nothing was sent: any peer may be asked
  reused_only,  // only if the connection came from the idle pool, where it may have been closed
                // meanwhile
};

/// ErrorCode names what went wrong on the data plane. Add a code only when someone branches on it.
enum class ErrorCode : std::uint8_t {
  bad_request,            // malformed head or framing
  header_too_large,       // a header line or the head exceeds its limit
  uri_too_long,           // the request line exceeds its limit
  method_not_allowed,     // a method that is refused for every resource
  not_implemented,        // a transfer coding we do not know
  version_not_supported,  // HTTP/2.0 or later in a request line
  body_too_large,         // client_max_body_size
  not_found,              // no location matches
  timed_out,              // a deadline passed
  connect_failed,         // no connection to the peer
  closed,                 // the other side closed or reset
  bad_response,           // what the upstream sent is not HTTP, or not allowed
  no_live_upstreams,      // every peer is down
  coding_failed,          // a content coding did not decode, or exceeded its bound
  resource,               // memory, descriptors, disk
  fault,      // a bug of our own, or memory that was wanted where none can be (fault.hpp)
  cancelled,  // shut down
};

/// Error is a data-plane failure: a value, never thrown. `detail` is for the log: it never holds a
/// key, a signature, a cookie or an Authorization value.
struct Error {
  ErrorCode code;
  Side side;
  Retry retry = Retry::no;
  std::string detail;
};

/// error_status maps an error to the HTTP status that answers it: the one place that does.
/// 499 (client closed the request; nginx's code) appears in logs alone.
[[nodiscard]] int error_status(const Error& error) noexcept;

/// error_name is the code's stable name for logs and metrics, such as "timed_out".
[[nodiscard]] std::string_view error_name(ErrorCode code) noexcept;

/// Result holds a value or an Error. Test it before use: `*result` on an error is a broken
/// invariant.
template <class T>
using Result = boost::system::result<T, Error>;

/// throw_exception_from_error lets Result::value() exist; reaching it is a bug: a BrokenInvariant
/// (base/check.hpp).
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

}  // namespace signgate
