// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/error.hpp"

namespace signgate::http {

/// ProxyHeader is what the PROXY protocol says of a connection: the client's address and the one
/// that it connected to, as texts without brackets.
struct ProxyHeader {
  bool known = false;  // false: "UNKNOWN", a health check of the sender, or a unix socket
  std::string source_address;
  std::uint16_t source_port = 0;
  std::string destination_address;
  std::uint16_t destination_port = 0;
  std::string fields = {};  // of version 2, as they came: see proxy_fields.hpp

  friend bool operator==(const ProxyHeader&, const ProxyHeader&) = default;
};

/// ProxyHeaderStep is how far a parse came.
struct ProxyHeaderStep {
  std::size_t consumed = 0;  // the header's size; 0 = it goes on behind what is there
  ProxyHeader header;
};

/// parse_proxy_header reads a PROXY header of version 1 or 2 at the begin of `bytes`, which may
/// hold more, or only a part of it. Everything else is the client's error: so is a header longer
/// than its version allows (107 bytes) or limits::proxy_header. Type-length-value fields of
/// version 2 are kept and not looked at: what is broken in them breaks nothing else. Source:
/// HAProxy, "The PROXY protocol", sections 2.1 and 2.2; nginx, `listen ... proxy_protocol`.
[[nodiscard]] Result<ProxyHeaderStep> parse_proxy_header(std::string_view bytes);

/// format_proxy_header is the header of that version (1 or 2), without fields. When it is not
/// known, or the two addresses are not of one family, it says so: "UNKNOWN", or the family
/// AF_UNSPEC.
[[nodiscard]] std::string format_proxy_header(const ProxyHeader& header, int version);

}  // namespace signgate::http
