// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/faults.hpp"

#include <string_view>

#include "gateway/edge/error_document.hpp"

namespace signgate::edge {
namespace {

S3Error error_for(int status) {
  switch (status) {
    case 403:
      return {403, "AccessDenied", "Access Denied", {}};
    case 404:
      return {404, "NoSuchKey", "The specified key does not exist.", {}};
    case 500:
      return {500, "InternalError", "We encountered an internal error. Please try again.", {}};
    case 503:
      return {503, "SlowDown", "Please reduce your request rate.", {}};
    default:
      return {status, "Fault", "This error was asked for.", {}};
  }
}

}  // namespace

std::optional<OriginAnswer> Faults::take(std::uint64_t request_number) {
  if (left == 0) return std::nullopt;
  --left;
  OriginAnswer answer = s3_error(error_for(status), request_number);
  answer.reason = "fault: an admin's call asked for this answer";
  return answer;
}

}  // namespace signgate::edge
