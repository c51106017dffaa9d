// SPDX-License-Identifier: Apache-2.0
// The PROXY header: a header that is whole is so however it is cut, what is incomplete or broken
// stays so, and what is read is written as it means. Its fields are looked for by name and number.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/base/limits.hpp"
#include "gateway/http/proxy_fields.hpp"
#include "gateway/http/proxy_protocol.hpp"

namespace {

using signgate::http::append_proxy_field;
using signgate::http::format_proxy_header;
using signgate::http::parse_proxy_header;

void require(bool holds) {
  if (!holds) std::abort();
}

// A value is a run of the fields, but for the number of ssl_verify.
void look_into(const std::string& fields) {
  for (const char* name : {"alpn", "authority", "unique_id", "netns", "ssl", "ssl_verify",
                           "ssl_version", "ssl_cn", "0x04", "0xe0", "ssl_0x20", "0x", "ssl_"}) {
    std::string value;
    const bool found = append_proxy_field(fields, name, value);
    require(found || value.empty());
    require(std::string_view(name) == "ssl_verify" || fields.find(value) != std::string::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = parse_proxy_header(bytes);
  if (!whole) {
    require(error_status(whole.error()) == 400);
    require(!parse_proxy_header(std::string(bytes) + "x"));
    return 0;
  }
  require(whole->consumed <= size && whole->consumed <= signgate::limits::proxy_header);
  const std::size_t end = whole->consumed == 0 ? size : whole->consumed;
  for (std::size_t cut = 0; cut < end; ++cut) {
    // Its own allocation: a parser that looks behind the end is seen.
    const std::string part(bytes.substr(0, cut));
    const auto step = parse_proxy_header(part);
    require(step.has_value() && step->consumed == 0);
  }
  if (whole->consumed == 0) return 0;
  const auto alone = parse_proxy_header(bytes.substr(0, whole->consumed));
  require(alone.has_value() && alone->consumed == whole->consumed);
  require(alone->header == whole->header);
  look_into(whole->header.fields);
  for (const int version : {1, 2}) {
    const std::string written = format_proxy_header(whole->header, version);
    const auto again = parse_proxy_header(written);
    require(again.has_value() && again->consumed == written.size());
    require(again->header.known == whole->header.known);
    require(again->header.source_port == whole->header.source_port);
    // Version 2 has one spelling of an address, and it is a fixed point.
    if (version == 2) {
      require(format_proxy_header(again->header, 2) == written);
    } else {
      // Version 1 has no fields.
      auto expected = whole->header;
      expected.fields.clear();
      require(again->header == expected);
    }
  }
  return 0;
}
