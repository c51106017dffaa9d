// SPDX-License-Identifier: Apache-2.0
// What variables make of a proxy_pass: whatever they hold, the host is one, and the URI part cannot
// end the request line.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/route/dynamic_target.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Its own allocation: a parser that looks behind the end is seen.
  for (const std::string& url : {std::string(text), "http://" + std::string(text)}) {
    const auto target = signgate::route::parse_dynamic_target(url);
    if (!target) {
      require(error_status(target.error()) == 500);
      continue;
    }
    const auto address = signgate::config::parse_peer(target->host);
    require(address.has_value() && address->host == target->address.host);
    require(!target->address.unix_path.empty() || target->address.port != 0);
    if (!target->uri) continue;
    require(target->uri->starts_with('/'));
    for (const char c : *target->uri)
      require(static_cast<unsigned char>(c) > 0x20 && c != 0x7F);
    // What can be sent stays as it is.
    const auto again = signgate::route::parse_dynamic_target("http://a" + *target->uri);
    require(again.has_value() && again->uri == target->uri);
  }
  return 0;
}
