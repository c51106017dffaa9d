// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/upstream_try.hpp"

#include <utility>

namespace signgate::route {
namespace {

void append_time(Milliseconds span, std::string& out) {
  if (span.count() < 0) {
    out += '-';
    return;
  }
  const auto rest = span.count() % 1000;
  out += std::to_string(span.count() / 1000);
  out += {'.', static_cast<char>('0' + rest / 100), static_cast<char>('0' + rest / 10 % 10),
          static_cast<char>('0' + rest % 10)};
}

void append_fact(const UpstreamTry& attempt, UpstreamFact fact, std::string& out) {
  switch (fact) {
    case UpstreamFact::addr:
      if (attempt.addr) out += *attempt.addr;
      break;
    case UpstreamFact::status:
      out += attempt.status == 0 ? "-" : std::to_string(attempt.status);
      break;
    case UpstreamFact::connect_time:
      append_time(attempt.connect_time, out);
      break;
    case UpstreamFact::header_time:
      append_time(attempt.header_time, out);
      break;
    case UpstreamFact::response_time:
      append_time(attempt.response_time, out);
      break;
    case UpstreamFact::bytes_received:
      out += std::to_string(attempt.bytes_received);
      break;
    case UpstreamFact::bytes_sent:
      out += std::to_string(attempt.bytes_sent);
      break;
    case UpstreamFact::response_length:
      out += std::to_string(attempt.response_length);
      break;
  }
}

}  // namespace

std::optional<UpstreamFact> upstream_fact(std::string_view variable) noexcept {
  using enum UpstreamFact;
  static constexpr std::pair<std::string_view, UpstreamFact> facts[] = {
      {"upstream_addr", addr},
      {"upstream_status", status},
      {"upstream_connect_time", connect_time},
      {"upstream_header_time", header_time},
      {"upstream_response_time", response_time},
      {"upstream_bytes_received", bytes_received},
      {"upstream_bytes_sent", bytes_sent},
      {"upstream_response_length", response_length}};
  for (const auto& [name, fact] : facts) {
    if (name == variable) return fact;
  }
  return std::nullopt;
}

void append_upstream(const UpstreamTries* tries, UpstreamFact fact, std::string& out) {
  if (tries == nullptr) return;
  bool first = true;
  for (const UpstreamTry& attempt : *tries) {
    if (!first) out += attempt.redirected ? " : " : ", ";
    first = false;
    append_fact(attempt, fact, out);
  }
}

}  // namespace signgate::route
