// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/error.hpp"

#include "gateway/base/check.hpp"

namespace signgate {

int error_status(const Error& error) noexcept {
  const bool upstream = error.side == Side::upstream;
  switch (error.code) {
    case ErrorCode::bad_request:
      return 400;
    case ErrorCode::header_too_large:
      return upstream ? 502 : 400;  // as nginx shows its 494
    case ErrorCode::uri_too_long:
      return 414;
    case ErrorCode::method_not_allowed:
      return 405;
    case ErrorCode::not_implemented:
      return upstream ? 502 : 501;
    case ErrorCode::version_not_supported:
      return 505;
    case ErrorCode::body_too_large:
      return 413;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::timed_out:
      return upstream ? 504 : error.side == Side::client ? 408 : 500;
    case ErrorCode::closed:
      return upstream ? 502 : error.side == Side::client ? 499 : 500;
    case ErrorCode::connect_failed:
    case ErrorCode::bad_response:
    case ErrorCode::coding_failed:
    case ErrorCode::no_live_upstreams:
      return 502;
    case ErrorCode::cancelled:
      return upstream ? 502 : 500;
    case ErrorCode::resource:
    case ErrorCode::fault:
      return 500;
  }
  return 500;
}

std::string_view error_name(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::bad_request:
      return "bad_request";
    case ErrorCode::header_too_large:
      return "header_too_large";
    case ErrorCode::uri_too_long:
      return "uri_too_long";
    case ErrorCode::method_not_allowed:
      return "method_not_allowed";
    case ErrorCode::not_implemented:
      return "not_implemented";
    case ErrorCode::version_not_supported:
      return "version_not_supported";
    case ErrorCode::body_too_large:
      return "body_too_large";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::timed_out:
      return "timed_out";
    case ErrorCode::connect_failed:
      return "connect_failed";
    case ErrorCode::closed:
      return "closed";
    case ErrorCode::bad_response:
      return "bad_response";
    case ErrorCode::no_live_upstreams:
      return "no_live_upstreams";
    case ErrorCode::coding_failed:
      return "coding_failed";
    case ErrorCode::resource:
      return "resource";
    case ErrorCode::fault:
      return "fault";
    case ErrorCode::cancelled:
      return "cancelled";
  }
  return "unknown";
}

void throw_exception_from_error(const Error&, const boost::source_location& where) {
  check_failed("Result holds a value", where.file_name(), static_cast<int>(where.line()));
}

}  // namespace signgate
