// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/parsed.hpp"

namespace signgate::config {

/// known_variables are the names that values with variables may use, sorted, without the `$`.
/// gateway/route gives each its value; the meanings are nginx's (nginx.org/en/docs/varindex.html).
inline constexpr auto known_variables = std::to_array<std::string_view>({
    "args",
    "binary_remote_addr",
    "body_bytes_sent",
    "bytes_sent",
    "connection",
    "connection_requests",
    "connection_time",
    "connections_active",
    "connections_reading",
    "connections_waiting",
    "connections_writing",
    "content_length",
    "content_type",
    "document_uri",
    "gzip_ratio",
    "host",
    "hostname",
    "http2",
    "https",
    "invalid_referer",
    "is_args",
    "is_request_port",
    "limit_conn_status",
    "limit_rate",
    "limit_req_status",
    "msec",
    "nginx_version",
    "otel_parent_id",
    "otel_parent_sampled",
    "otel_span_id",
    "otel_trace_id",
    "pid",
    "pipe",
    "proxy_add_x_forwarded_for",
    "proxy_host",
    "proxy_port",
    "proxy_protocol_addr",
    "proxy_protocol_port",
    "proxy_protocol_server_addr",
    "proxy_protocol_server_port",
    "proxy_protocol_tlv_alpn",
    "proxy_protocol_tlv_authority",
    "proxy_protocol_tlv_netns",
    "proxy_protocol_tlv_ssl",
    "proxy_protocol_tlv_ssl_cipher",
    "proxy_protocol_tlv_ssl_cn",
    "proxy_protocol_tlv_ssl_key_alg",
    "proxy_protocol_tlv_ssl_sig_alg",
    "proxy_protocol_tlv_ssl_verify",
    "proxy_protocol_tlv_ssl_version",
    "proxy_protocol_tlv_unique_id",
    "query_string",
    "realip_remote_addr",
    "realip_remote_port",
    "remote_addr",
    "remote_port",
    "remote_user",
    "request",
    "request_body",
    "request_body_file",
    "request_completion",
    "request_id",
    "request_length",
    "request_method",
    "request_port",
    "request_time",
    "request_uri",
    "scheme",
    "server_addr",
    "server_name",
    "server_port",
    "server_protocol",
    "ssl_alpn_protocol",
    "ssl_cipher",
    "ssl_ciphers",
    "ssl_client_cert",
    "ssl_client_escaped_cert",
    "ssl_client_fingerprint",
    "ssl_client_i_dn",
    "ssl_client_i_dn_legacy",
    "ssl_client_raw_cert",
    "ssl_client_s_dn",
    "ssl_client_s_dn_legacy",
    "ssl_client_serial",
    "ssl_client_sigalg",
    "ssl_client_v_end",
    "ssl_client_v_remain",
    "ssl_client_v_start",
    "ssl_client_verify",
    "ssl_curve",
    "ssl_curves",
    "ssl_early_data",
    "ssl_protocol",
    "ssl_server_name",
    "ssl_session_id",
    "ssl_session_reused",
    "ssl_sigalg",
    "ssl_sigalgs",
    "status",
    "tcpinfo_rcv_space",
    "tcpinfo_rtt",
    "tcpinfo_rttvar",
    "tcpinfo_snd_cwnd",
    "time_iso8601",
    "time_local",
    "upstream_addr",
    "upstream_bytes_received",
    "upstream_bytes_sent",
    "upstream_cache_status",
    "upstream_connect_time",
    "upstream_header_time",
    "upstream_response_length",
    "upstream_response_time",
    "upstream_status",
    "uri",
});

/// known_variable_prefixes begin names that go on with the name of an argument, header field or
/// cookie, in which `-` is written `_`: $arg_page, $http_referer, $cookie_session, $sent_http_etag.
/// Behind "0x" it is a number in hexadecimal digits.
inline constexpr auto known_variable_prefixes = std::to_array<std::string_view>({
    "arg_",
    "cookie_",
    "http_",
    "proxy_protocol_tlv_0x",
    "proxy_protocol_tlv_ssl_0x",
    "sent_http_",
    "sent_trailer_",
    "upstream_cookie_",
    "upstream_http_",
    "upstream_trailer_",
});

/// is_builtin_variable says whether `name`, without the `$`, is one of ours.
[[nodiscard]] bool is_builtin_variable(std::string_view name) noexcept;

/// DefinedVariables makes names known that the configuration itself defines (set,
/// auth_request_set), to the readers of its thread and for as long as it lives: a value may use a
/// name that is defined further down.
class DefinedVariables {
 public:
  explicit DefinedVariables(std::vector<std::string> names);
  ~DefinedVariables();
  DefinedVariables(const DefinedVariables&) = delete;
  DefinedVariables& operator=(const DefinedVariables&) = delete;

 private:
  std::vector<std::string> before_;
};

/// VariableUse is a "$name", "${name}" or "$1" within a value.
struct VariableUse {
  std::size_t begin = 0;  // of the "$"
  std::size_t end = 0;    // behind it
  std::string_view name;  // never empty; of a capture a single digit
};

/// next_variable finds the first one from `from` on; nothing when none follows. What is no
/// well-made variable is passed over: check_variables tells of it.
[[nodiscard]] std::optional<VariableUse> next_variable(std::string_view value,
                                                       std::size_t from) noexcept;

/// is_known_variable says whether `name`, without the `$`, can stand in a value: one of ours, or
/// one that the configuration defines.
[[nodiscard]] bool is_known_variable(std::string_view name) noexcept;

/// check_variables looks at each `$name` and `${name}` of a value: true, or the first one that does
/// not exist, with its offset and the nearest name that does. The message cites the variable, never
/// the value around it.
[[nodiscard]] Parsed<bool> check_variables(std::string_view value);

}  // namespace signgate::config
