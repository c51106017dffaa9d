// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/route/variables.hpp"

namespace signgate::route {

/// TlsVariable names what can be asked about the TLS of a client's connection. Source: nginx,
/// ngx_http_ssl_module, embedded variables.
enum class TlsVariable : std::uint8_t {
  alpn_protocol,
  cipher,
  ciphers,
  client_cert,
  client_escaped_cert,
  client_fingerprint,
  client_i_dn,
  client_i_dn_legacy,
  client_raw_cert,
  client_s_dn,
  client_s_dn_legacy,
  client_serial,
  client_sigalg,
  client_v_end,
  client_v_remain,
  client_v_start,
  client_verify,
  curve,
  curves,
  early_data,
  protocol,
  server_name,
  session_id,
  session_reused,
  sigalg,
  sigalgs,
};

/// TlsValues gives these for one connection. The shell knows TLS; this layer only asks.
class TlsValues {
 public:
  virtual ~TlsValues() = default;

  /// append writes the value to the end of `out`; nothing where nginx has none.
  virtual void append(TlsVariable variable, std::string& out) const = 0;
};

/// TlsAppender writes one of them for a request; nothing when its connection is a plain one.
using TlsAppender = void (*)(std::string_view, const VariableValues& values, std::string& out);

/// find_tls_appender finds that of `ssl_NAME`, a name without its `$`; null for another name.
[[nodiscard]] TlsAppender find_tls_appender(std::string_view name) noexcept;

}  // namespace signgate::route
