// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a route does with the bodies and fields of requests and answers on their way: parts of
/// Settings, with nginx's names, units and defaults (ngx_http_core_module, ngx_http_proxy_module).
namespace signgate::config {

/// InFileOnly is client_body_in_file_only: whether each body that is held goes to a file with a
/// name.
enum class InFileOnly : std::uint8_t {
  off,
  clean,  // it goes with the request
  on,     // it stays
};

/// ProxyRequest are about what goes to the upstream.
struct ProxyRequest {
  bool proxy_request_buffering = true;             // read the body whole before a peer is asked
  std::uint64_t client_body_buffer_size = 16384;   // bytes of a body in memory; more go to a file
  std::string client_body_temp_path = "/var/tmp";  // folder of these files, which have no name
  InFileOnly client_body_in_file_only = InFileOnly::off;
  std::uint8_t proxy_http_minor = 1;          // proxy_http_version: HTTP/1.<minor>
  std::string proxy_method;                   // with variables; empty = the client's own method
  bool proxy_pass_request_body = true;        // off: none is sent
  bool proxy_pass_request_headers = true;     // off: only those of proxy_set_header
  std::optional<std::string> proxy_set_body;  // with variables; takes the body's place
  bool proxy_pass_trailers = false;           // trailers are passed on, both ways
  std::string proxy_bind;  // "ADDRESS" or "ADDRESS:PORT", with variables; empty = "off"
  bool proxy_socket_keepalive = false;    // TCP probes of idle connections to the upstream
  std::uint64_t proxy_socket_rcvbuf = 0;  // bytes, at most INT_MAX; 0 = the system's own
  std::uint64_t proxy_socket_sndbuf = 0;
  bool proxy_ignore_client_abort = false;  // on: a client that leaves ends nothing

  friend bool operator==(const ProxyRequest&, const ProxyRequest&) = default;
};

/// TextRule is a line "FROM TO": the first rule that fits changes the value.
struct TextRule {
  enum class Kind : std::uint8_t {
    standard,        // "default": what proxy_pass and location imply (proxy_redirect alone)
    literal,         // FROM as it stands; variables are taken
    regex,           // "~FROM"
    regex_caseless,  // "~*FROM"
  };
  Kind kind = Kind::literal;
  std::string from;
  std::string to;  // with variables, after a regex also $1 to $9

  friend bool operator==(const TextRule&, const TextRule&) = default;
};

/// CookieFlags is a line of proxy_cookie_flags: what is added to and taken from the cookies of one
/// name or of those that a regex fits.
struct CookieFlags {
  TextRule::Kind kind = TextRule::Kind::literal;  // never standard
  std::string name;                               // a cookie's name, or a pattern
  std::vector<std::string> flags;  // secure, httponly, samesite=strict|lax|none, nosecure,
                                   // nohttponly, nosamesite

  friend bool operator==(const CookieFlags&, const CookieFlags&) = default;
};

/// ErrorPage is a line of error_page: "404 /404.html", "500 502 =200 /down", "403 = @login",
/// "404 =301 https://...".
struct ErrorPage {
  std::vector<int> codes;
  std::optional<int> response;  // "=CODE"; 0 for "=" alone: the status of what is answered instead
  std::string target;           // "/uri" or "@name" or an address, with variables

  friend bool operator==(const ErrorPage&, const ErrorPage&) = default;
};

/// ProxyAnswer are about what comes back.
struct ProxyAnswer {
  bool proxy_buffering = true;              // read ahead of a client that is slow
  std::uint64_t proxy_buffer_size = 65536;  // the longest head of an answer, bytes
  std::uint32_t proxy_buffers_number = 8;   // with the next: memory for what is read ahead
  std::uint64_t proxy_buffers_size = 4096;
  std::uint64_t proxy_max_temp_file_size = 1073741824;  // more waits in a file up to this; 0 = none
  std::uint64_t proxy_temp_file_write_size = 16384;     // one write to that file, bytes at most
  std::string proxy_temp_path = "/var/tmp";             // its folder; the file has no name
  std::string limit_rate = "0";  // bytes a second to the client, variables taken; 0 = no limit
  std::string limit_rate_after = "0";  // bytes before limit_rate counts
  std::string proxy_limit_rate = "0";  // bytes a second from the upstream, with proxy_buffering
  bool ignore_accel_redirect = false;  // proxy_ignore_headers: X-Accel-Redirect
  bool ignore_accel_limit_rate = false;
  bool ignore_accel_buffering = false;
  std::vector<TextRule> proxy_redirect = {{.kind = TextRule::Kind::standard, .from = {}, .to = {}}};
  std::vector<TextRule> proxy_cookie_domain;
  std::vector<TextRule> proxy_cookie_path;
  std::vector<CookieFlags> proxy_cookie_flags;
  std::vector<std::string> proxy_hide_header;
  std::vector<std::string> proxy_pass_header;
  bool proxy_intercept_errors = false;  // error_page also takes statuses of the upstream
  std::vector<ErrorPage> error_page;
  bool recursive_error_pages = false;
  /// The addresses that are made of a path (`return`, a missing slash, proxy_redirect).
  bool absolute_redirect = true;         // false: the path alone
  bool port_in_redirect = true;          // with the port of the address that listens
  bool server_name_in_redirect = false;  // the first server_name in the place of the request's host

  friend bool operator==(const ProxyAnswer&, const ProxyAnswer&) = default;
};

}  // namespace signgate::config
