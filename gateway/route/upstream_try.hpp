// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/clock.hpp"

namespace signgate::route {

/// UpstreamTry is what is known of one peer that was asked for a request: nginx's upstream state.
struct UpstreamTry {
  std::shared_ptr<const std::string>
      addr;                       // of the peer, or the upstream's name when none was left
  int status = 0;                 // 0 = none came
  Milliseconds connect_time{-1};  // -1 = it did not come so far; since the try began
  Milliseconds header_time{-1};
  Milliseconds response_time{-1};
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t response_length = 0;  // of the body, as it was received
  bool redirected = false;            // an internal redirect came before this try
};

/// UpstreamTries are the tries of one request in order; the first one costs no allocation.
using UpstreamTries = boost::container::small_vector<UpstreamTry, 1>;

/// UpstreamFact names what of the tries is shown.
enum class UpstreamFact : std::uint8_t {
  addr,
  status,
  connect_time,
  header_time,
  response_time,
  bytes_received,
  bytes_sent,
  response_length,
};

/// upstream_fact is what the variable of that name shows, such as "upstream_addr"; nothing for
/// others.
[[nodiscard]] std::optional<UpstreamFact> upstream_fact(std::string_view variable) noexcept;

/// append_upstream writes one fact of all tries, as nginx does in $upstream_addr and its kin: ", "
/// between tries, " : " where an internal redirect came between, "-" for what is not known, seconds
/// with three decimals. Nothing when no peer was asked.
void append_upstream(const UpstreamTries* tries, UpstreamFact fact, std::string& out);

}  // namespace signgate::route
