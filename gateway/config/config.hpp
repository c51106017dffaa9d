// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/base/listen_options.hpp"
#include "gateway/config/access.hpp"
#include "gateway/config/answers.hpp"
#include "gateway/config/logs.hpp"
#include "gateway/config/media.hpp"
#include "gateway/config/page_links.hpp"
#include "gateway/config/place.hpp"
#include "gateway/config/proxy_settings.hpp"
#include "gateway/config/tls.hpp"
#include "signing/policy_form.hpp"

/// The configuration as typed values. A member initialiser is the default, and stands nowhere
/// else; names, units and defaults are nginx's wherever nginx has the thing (nginx.org/en/docs,
/// ngx_http_core_module and ngx_http_proxy_module). TOML and nginx.conf are two spellings of these
/// structs.
namespace signgate::config {

using namespace std::chrono_literals;

/// Return is the `return` directive: "403", "301 https://...", "200 text"; values take variables.
struct Return {
  int status = 0;
  std::string value;  // the text, or the address of a redirect

  friend bool operator==(const Return&, const Return&) = default;
};

/// ProxyPass is where a route sends its requests: an upstream's name or a URL, with a URI part as
/// in nginx.
struct ProxyPass {
  std::string scheme;  // "http" or "https"
  std::string host;    // upstream name, host or unix:PATH, as written; $proxy_host
  std::optional<std::string>
      uri;  // replaces the matched part of the request's URI; none = passed as it came
  Place place;
  std::string variables = {};  // all of it, when it has variables: then nothing else is set

  friend bool operator==(const ProxyPass&, const ProxyPass&) = default;
};

/// NextUpstream is what proxy_next_upstream names: after which failures the next peer is asked.
struct NextUpstream {
  bool error = true;    // no connection, or it ended before the answer's head
  bool timeout = true;  // of connecting, sending, or waiting for the head
  bool invalid_header = false;
  bool non_idempotent = false;  // also requests such as POST that were sent already
  std::vector<int> statuses;    // of http_403, http_404, http_429, http_500, http_502 to http_504

  friend bool operator==(const NextUpstream&, const NextUpstream&) = default;
};

/// Resolver is the `resolver` directive: name servers, asked in turn.
struct Resolver {
  std::vector<std::string> servers;  // "ADDRESS" (port 53), "ADDRESS:PORT", "[v6]:PORT"
  Milliseconds valid{0};             // how long an answer holds; 0 = as long as its TTL says
  bool ipv4 = true;
  bool ipv6 = true;

  friend bool operator==(const Resolver&, const Resolver&) = default;
};

/// LingeringClose says when a connection that is to end is read from still (lingering_close).
enum class LingeringClose : std::uint8_t {
  off,
  on,      // where the client may be sending
  always,  // whatever it does
};

/// Csp says what becomes of the Content-Security-Policy of answers in which links are looked for.
enum class Csp : std::uint8_t {
  off,     // it passes as it came
  extend,  // the origins of the targets of `sign` are added where it would keep the media out
};

/// ReferrerPolicy says what becomes of a Referrer-Policy that keeps the Referer from the edge.
enum class ReferrerPolicy : std::uint8_t {
  off,     // it passes as it came
  warn,    // so it does, but is counted and told in the error log
  repair,  // strict-origin-when-cross-origin takes its place
};

/// KeepaliveDisable names old browsers whose connections are not kept (keepalive_disable).
struct KeepaliveDisable {
  bool msie6 = true;  // after a POST
  bool safari = false;

  friend bool operator==(const KeepaliveDisable&, const KeepaliveDisable&) = default;
};

/// Settings may stand at the top level, in a server and in a route; the nearer one holds. A child
/// begins as a copy of its parent, which is nginx's inheritance.
struct Settings {
  std::vector<AccessLog> access_log = {AccessLog{}};  // empty = "off"
  OpenLogFileCache open_log_file_cache;               // for those with variables in their path
  std::vector<std::string> sign;  // media rules whose links may be signed in answers
  std::vector<Network> explain;   // clients who are told what becomes of links, and why
  bool unsign = false;            // our signatures are taken out of links in request bodies
  Csp csp = Csp::off;
  ReferrerPolicy referrer_policy = ReferrerPolicy::warn;
  PageLinks page_links;      // where links are looked for
  bool traceparent = false;  // requests without a valid traceparent get one; false = as they came

  Milliseconds client_body_timeout = 60s;  // between two reads of a request body
  Milliseconds send_timeout = 60s;         // between two writes to the client
  Milliseconds keepalive_timeout = 75s;    // an idle client connection; 0 = none is kept
  std::uint32_t keepalive_header = 0;  // seconds in Keep-Alive, its second value; 0 = no such field
  Milliseconds keepalive_time = 1h;    // an older client connection ends with its request
  std::uint64_t keepalive_requests = 1000;  // requests on one client connection
  KeepaliveDisable keepalive_disable;
  bool chunked_transfer_encoding = true;  // false: the connection's end is that of such an answer
  LingeringClose lingering_close = LingeringClose::on;
  Milliseconds lingering_time = 30s;             // in all
  Milliseconds lingering_timeout = 5s;           // for each read
  std::uint64_t client_max_body_size = 1048576;  // bytes; 0 = no limit
  std::string default_type = "text/plain";       // of what `return` says; empty = none
  bool server_tokens = true;                     // the version in Server and on error pages

  Milliseconds proxy_connect_timeout = 60s;
  Milliseconds proxy_send_timeout = 60s;  // between two writes to the upstream
  Milliseconds proxy_read_timeout = 60s;  // between two reads from the upstream
  NextUpstream proxy_next_upstream;
  std::uint32_t proxy_next_upstream_tries = 0;  // peers asked for one request; 0 = all
  Milliseconds proxy_next_upstream_timeout{0};  // none is asked after that; 0 = no limit
  std::optional<Resolver> resolver;             // none: the system's, for names of upstreams
  Milliseconds resolver_timeout = 30s;          // for one name
  /// Name and value with variables; an empty value drops the header. As in nginx a route that sets
  /// any inherits none. Host = $proxy_host and Connection handling are the defaults beneath.
  std::vector<std::pair<std::string, std::string>> proxy_set_header;
  ProxyRequest proxy_request;
  ProxyAnswer proxy_answer;
  Access access;    // who may ask, how often, under which address
  Answers answers;  // what is added to answers, and how they are compressed
  UpstreamTls proxy_ssl;

  friend bool operator==(const Settings&, const Settings&) = default;
};

/// MediaRedirect is where a route sends its clients: what follows its location stands below the
/// target of a media rule.
struct MediaRedirect {
  std::string media;  // the rule's name
  Place place;

  friend bool operator==(const MediaRedirect&, const MediaRedirect&) = default;
};

/// SetVariables are the lines of `set`, in order: a name without `$`, and its value with variables.
using SetVariables = std::vector<std::pair<std::string, std::string>>;

/// Route is a `location`.
struct Route {
  std::string location = "/";  // "/p", "= /x", "^~ /x", "~ regex", "~* regex", "@name"
  std::optional<ProxyPass> proxy_pass;
  std::optional<Return> return_;
  std::optional<MediaRedirect> media_redirect = {};
  bool internal = false;  // for internal requests alone: others get 404
  std::optional<LimitExcept> limit_except = {};
  SetVariables set = {};  // when a request comes here, also by an internal redirect
  Settings settings;
  Place place;

  friend bool operator==(const Route&, const Route&) = default;
};

/// Listen is one address that a server listens on, with the parameters behind it.
struct Listen {
  std::string address;          // address:port, [::]:port, port, unix:PATH; port 0 = any
  bool ssl = false;             // clients speak TLS there, whichever server says so
  bool default_server = false;  // for requests whose host no server names; else the first one is
  bool proxy_protocol = false;  // connections begin with a PROXY header, whichever server says so
  std::optional<ListenOptions> options = {};  // of the socket, where any is given

  friend bool operator==(const Listen&, const Listen&) = default;
};

/// ErrorLog is "PATH LEVEL" or "stderr LEVEL".
struct ErrorLog {
  std::string path = "stderr";
  std::string level = "notice";  // debug | info | notice | warn | error | crit | alert | emerg

  friend bool operator==(const ErrorLog&, const ErrorLog&) = default;
};

/// Server is a `server` block.
struct Server {
  std::vector<Listen> listen = {Listen{.address = "80"}};
  std::vector<std::string> server_name = {""};     // exact, *.wild, .both, wild.*, ~regex
  Milliseconds client_header_timeout = 60s;        // for the whole head of a request
  std::uint64_t client_header_buffer_size = 1024;  // first buffer for a head, bytes
  std::uint32_t large_client_header_buffers_number = 4;
  std::uint64_t large_client_header_buffers_size =
      8192;                             // the longest request line or header line, bytes
  std::uint32_t max_headers = 1000;     // header lines of a request
  bool ignore_invalid_headers = true;   // drop header lines with an invalid name; false = 400
  bool underscores_in_headers = false;  // false: a name with an underscore is an invalid one
  bool merge_slashes = true;            // "//" counts as "/" where locations are looked for
  ServerTls tls;
  std::vector<ErrorLog> error_log =
      {};  // of what is said about its requests; none: the top level's
  Settings settings;
  std::optional<Return> return_ = {};  // answers every request, before routes are looked at
  SetVariables set = {};               // before that
  std::vector<Route> routes;
  Place place;

  friend bool operator==(const Server&, const Server&) = default;
};

/// Peer is one `server` line of an upstream.
struct Peer {
  std::string address;  // host:port, host (port 80), [v6]:port or unix:PATH
  std::uint32_t weight = 1;
  std::uint32_t max_fails = 1;  // failures within fail_timeout that take the peer out; 0 = never
  Milliseconds fail_timeout = 10s;
  std::uint32_t max_conns = 0;  // of all workers together; 0 = no limit
  bool backup = false;
  bool down = false;
  Place place;
  Milliseconds slow_start{0};  // how long a peer that is back takes to its full weight; 0 = none
  bool resolve = false;        // its name is asked for again by TTL, of the upstream's `resolver`

  friend bool operator==(const Peer&, const Peer&) = default;
};

/// BalanceMethod is how a peer is chosen (nginx: round robin, least_conn, ip_hash, hash, random).
enum class BalanceMethod : std::uint8_t {
  round_robin,
  least_conn,
  ip_hash,
  hash,             // "hash KEY"
  hash_consistent,  // "hash KEY consistent"
  random,
  random_two,  // "random two", "random two least_conn"
};

/// Balance is the way in which an upstream chooses, with the key of `hash`, which takes variables.
struct Balance {
  BalanceMethod method = BalanceMethod::round_robin;
  std::string key;

  friend bool operator==(const Balance&, const Balance&) = default;
};

/// HealthCheck is the `health_check` of an upstream: requests that tell whether a peer is well.
struct HealthCheck {
  Milliseconds interval = 5s;  // between two checks of a peer
  Milliseconds jitter{0};      // each check waits up to so much longer
  Milliseconds timeout = 5s;   // for one check in all
  std::uint32_t fails = 1;     // failed checks in a row that take a peer out
  std::uint32_t passes = 1;    // passed checks in a row that take it back
  std::string uri = "/";
  std::string host = {};    // what the request says as Host; "" = the upstream's name
  std::uint16_t port = 0;   // 0 = the peer's own
  bool mandatory = false;   // a peer is out until its first check has passed
  std::optional<bool> tls;  // none = TLS when a route leads to the upstream with https
  std::vector<std::pair<int, int>> status = {{200, 399}};  // what passes: from, to

  friend bool operator==(const HealthCheck&, const HealthCheck&) = default;
};

/// ProxyProtocol is the version of the PROXY protocol in which a peer is told of the client.
enum class ProxyProtocol : std::uint8_t { off, v1, v2 };

/// Upstream is a named group of peers.
struct Upstream {
  std::string name;
  std::vector<Peer> peers;
  Balance balance;
  std::uint32_t keepalive = 32;             // idle connections kept by each worker
  std::uint64_t keepalive_requests = 1000;  // requests on one connection
  Milliseconds keepalive_time = 1h;         // an older connection ends with its request
  Milliseconds keepalive_timeout = 60s;     // how long an idle connection is kept
  ProxyProtocol proxy_protocol = ProxyProtocol::off;
  std::string zone;  // its name; empty = each worker keeps its own accounts of the servers
  std::optional<HealthCheck> health_check;
  std::optional<Resolver> resolver;              // for `resolve`; none = the top level's
  std::optional<Milliseconds> resolver_timeout;  // none = the top level's
  Place place;

  friend bool operator==(const Upstream&, const Upstream&) = default;
};

/// Admin is the interface for operators.
struct Admin {
  std::vector<std::string> listen;  // none: off

  friend bool operator==(const Admin&, const Admin&) = default;
};

/// Config is a whole configuration, valid in itself: every name that it uses is defined in it.
struct Config {
  std::string file;                               // as given, for messages
  std::vector<std::string> included;              // files, by Place::file - 1
  std::string folder;                             // what relative paths are taken from
  std::optional<std::uint32_t> worker_processes;  // none = "auto": one a core
  std::uint32_t worker_connections = 512;         // client connections of one worker
  std::uint64_t worker_rlimit_nofile = 0;     // descriptors of the process; 0 = as it was started
  Milliseconds worker_shutdown_timeout = 0s;  // how long a drain may last; 0 = as long as it takes
  std::vector<ErrorLog> error_log = {ErrorLog{}};  // each line goes to all whose level lets it
  Admin admin;
  std::vector<LogFormat> log_formats;
  std::vector<LimitZone> limit_req_zones;
  std::vector<LimitZone> limit_conn_zones;
  Settings settings;
  std::vector<Server> servers;
  std::vector<Upstream> upstreams;
  std::vector<Key> keys;
  std::vector<Media> media;

  friend bool operator==(const Config&, const Config&) = default;
};

/// place_text is "FILE:LINE:COLUMN" of a place in a configuration, or "FILE" of no line.
[[nodiscard]] std::string place_text(const Config& config, Place place);

}  // namespace signgate::config
