// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/http/head.hpp"
#include "gateway/http/proxy_protocol.hpp"
#include "gateway/route/log_guard.hpp"
#include "gateway/route/regex.hpp"
#include "gateway/route/upstream_try.hpp"

namespace signgate::route {

class RefererRule;
class RequestFacts;

/// DefinedValues are the variables to which the configuration gives values (set,
/// auth_request_set), by name without `$`.
using DefinedValues = std::vector<std::pair<std::string, std::string>>;
class TlsValues;

/// Progress is how far a request has come, and what time it is.
struct Progress {
  std::uint64_t bytes_sent = 0;
  std::uint64_t body_bytes_sent = 0;
  std::uint64_t request_length = 0;
  Milliseconds request_time{0};
  std::chrono::system_clock::time_point now{};  // for $time_local, $time_iso8601, $msec
};

/// ProgressSource tells it while it changes: asked when a value needs it, and not otherwise.
class ProgressSource {
 public:
  [[nodiscard]] virtual Progress progress() const = 0;

 protected:
  ProgressSource() = default;
  ProgressSource(const ProgressSource&) = default;
  ProgressSource& operator=(const ProgressSource&) = default;
  ~ProgressSource() = default;
};

/// VariableValues is what the variables of one request are read from: views and numbers that the
/// exchange keeps up to date. A member that is not known yet gives the value that nginx shows then
/// ("" or "-" in logs).
struct VariableValues {
  const http::RequestHead* request = nullptr;  // null: not even its first line could be read
  std::string_view request_line;               // $request, also of a malformed request
  std::string_view uri;                        // normalised path
  std::optional<std::string_view> args;        // after an internal redirect; none = the request's
  std::string_view method;                     // likewise; empty = the request's
  std::string_view request_body;               // while it is in memory
  std::optional<std::uint64_t> held_length;    // of a chunked body that was read whole
  std::string_view host;                       // lower case, without port
  std::string_view scheme = "http";
  const TlsValues* tls = nullptr;  // of the client's connection; null: a plain one
  std::string_view server_name;
  std::string_view remote_addr;
  std::string_view server_addr;
  std::uint16_t remote_port = 0;
  std::uint16_t server_port = 0;
  const http::ProxyHeader* proxy_protocol = nullptr;
  const Captured* captured = nullptr;  // by the expressions of server_name and location
  std::string_view proxy_uri;          // what a proxy_pass with variables says; empty = none
  std::uint64_t connection = 0;        // serial number of the client's connection
  std::uint64_t connection_requests = 0;
  std::uint32_t error_log = 0;  // number of its server's own; 0: the program's
  std::string_view request_id;
  std::string_view traceparent;  // made for this request; empty = the request's own counts
  std::string_view proxy_host;
  std::uint16_t proxy_port = 0;
  bool pipelined = false;

  int status = 0;
  const ProgressSource* live = nullptr;  // null: `progress` counts
  Progress progress;
  const RequestFacts* facts = nullptr;  // what else the shell knows; null: nothing
  const http::Fields* sent = nullptr;   // the answer's fields

  const UpstreamTries* tries = nullptr;  // null: no upstream was asked

  std::string_view realip_remote_addr;  // as the connection came, whatever real_ip_header says
  std::uint16_t realip_remote_port = 0;
  std::string_view limit_req_status;  // nginx's words, such as PASSED; empty = no limit
  std::string_view limit_conn_status;
  const http::Fields* upstream = nullptr;  // the fields of the upstream's answer
  const RefererRule* referers = nullptr;   // valid_referers of the route
  DefinedValues* defined = nullptr;        // what the configuration's own variables hold
};

/// progress_of is how far the request has come now.
[[nodiscard]] inline Progress progress_of(const VariableValues& values) {
  return values.live != nullptr ? values.live->progress() : values.progress;
}

/// args_of is the query that the request has now, without a "?".
[[nodiscard]] inline std::string_view args_of(const VariableValues& values) noexcept {
  if (values.args) return *values.args;
  return values.request != nullptr ? values.request->query : std::string_view();
}

/// method_of is the method that the request has now.
[[nodiscard]] inline std::string_view method_of(const VariableValues& values) noexcept {
  if (!values.method.empty() || values.request == nullptr) return values.method;
  return values.request->method_name;
}

/// Escape says how a variable's value is written into a template's text.
enum class Escape : std::uint8_t {
  none,  // as it is
  line,  // CR, LF and NUL percent-encoded: header values, which a decoded $uri must not end
  // For logs, with what opens private media or proves who asks masked (log_guard.hpp):
  log,        // nginx's escape=default: `"`, `\`, controls and bytes above 126 as \xXX; "-" for
              // what is not there
  log_json,   // nginx's escape=json: as within a JSON string
  log_plain,  // nginx's escape=none
};

/// Template is a value with variables ("$scheme://$host", "${uri}"), compiled once. Immutable; any
/// thread. The names are config::known_variables; meanings are nginx's
/// (nginx.org/en/docs/varindex.html).
class Template {
 public:
  Template() = default;

  /// Template compiles text that the configuration has checked (config::check_variables): a name
  /// that is none of ours is one that the configuration defines (VariableValues::defined, and
  /// ::captured, which gives way to it).
  /// `secrets` are names of the latter whose values are secret (log_rule.hpp).
  explicit Template(std::string_view text, std::span<const std::string> secrets = {});

  /// append writes the value for one request to the end of `out`.
  void append(const VariableValues& values, Escape escape, std::string& out) const;

  [[nodiscard]] bool empty() const noexcept { return segments_.empty(); }

  /// has_secret says whether a variable in it is one that logs mask whole.
  [[nodiscard]] bool has_secret() const noexcept;

 private:
  enum class Variable : std::uint8_t;
  struct Segment {
    Variable variable;
    std::string text;  // the literal, or the name after arg_, cookie_, http_, sent_http_
    void (*append)(std::string_view text, const VariableValues& values, std::string& out);
    bool (*is_there)(std::string_view text, const VariableValues& values) = nullptr;
    Guard guard = Guard::none;
  };

  static Segment segment_of(std::string_view name);
  static bool is_there(const Segment& segment, const VariableValues& values);
  static void append_logged(const Segment& segment, const VariableValues& values, Escape escape,
                            std::string& value, std::string& out);
  static void append_variable(const Segment& segment, const VariableValues& values,
                              std::string& out);

  std::vector<Segment> segments_;
};

}  // namespace signgate::route
