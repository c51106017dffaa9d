// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/tls_values.hpp"

#include <utility>

namespace signgate::route {
namespace {

template <TlsVariable variable>
void append_of(std::string_view, const VariableValues& values, std::string& out) {
  if (values.tls != nullptr) values.tls->append(variable, out);
}

}  // namespace

TlsAppender find_tls_appender(std::string_view name) noexcept {
  using enum TlsVariable;
  static constexpr std::pair<std::string_view, TlsAppender> names[] = {
      {"ssl_alpn_protocol", &append_of<alpn_protocol>},
      {"ssl_cipher", &append_of<cipher>},
      {"ssl_ciphers", &append_of<ciphers>},
      {"ssl_client_cert", &append_of<client_cert>},
      {"ssl_client_escaped_cert", &append_of<client_escaped_cert>},
      {"ssl_client_fingerprint", &append_of<client_fingerprint>},
      {"ssl_client_i_dn", &append_of<client_i_dn>},
      {"ssl_client_i_dn_legacy", &append_of<client_i_dn_legacy>},
      {"ssl_client_raw_cert", &append_of<client_raw_cert>},
      {"ssl_client_s_dn", &append_of<client_s_dn>},
      {"ssl_client_s_dn_legacy", &append_of<client_s_dn_legacy>},
      {"ssl_client_serial", &append_of<client_serial>},
      {"ssl_client_sigalg", &append_of<client_sigalg>},
      {"ssl_client_v_end", &append_of<client_v_end>},
      {"ssl_client_v_remain", &append_of<client_v_remain>},
      {"ssl_client_v_start", &append_of<client_v_start>},
      {"ssl_client_verify", &append_of<client_verify>},
      {"ssl_curve", &append_of<curve>},
      {"ssl_curves", &append_of<curves>},
      {"ssl_early_data", &append_of<early_data>},
      {"ssl_protocol", &append_of<protocol>},
      {"ssl_server_name", &append_of<server_name>},
      {"ssl_session_id", &append_of<session_id>},
      {"ssl_session_reused", &append_of<session_reused>},
      {"ssl_sigalg", &append_of<sigalg>},
      {"ssl_sigalgs", &append_of<sigalgs>},
  };
  for (const auto& [known, append] : names) {
    if (known == name) return append;
  }
  return nullptr;
}

}  // namespace signgate::route
