// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/session.hpp"

#include "gateway/proxy/exchange.hpp"
#include "gateway/proxy/http1_client.hpp"
#include "gateway/proxy/proxy_header_reader.hpp"
#include "gateway/proxy/rare_lines.hpp"
#include "gateway/proxy/tls_accept.hpp"

namespace signgate::proxy {
namespace {

// Counts what it stands for as long as it lives.
class Presence {
 public:
  explicit Presence(std::uint64_t& count) : count_(count) { ++count_; }
  ~Presence() { --count_; }
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

 private:
  std::uint64_t& count_;
};

http::HeadRules head_rules(const route::Server& server) {
  const config::Server& settings = server.settings;
  http::HeadRules rules;
  rules.max_line = settings.large_client_header_buffers_size;
  // The large buffers come on top of the first.
  rules.max_head =
      settings.client_header_buffer_size +
      settings.large_client_header_buffers_size * settings.large_client_header_buffers_number;
  rules.max_fields = settings.max_headers;
  rules.ignore_invalid_headers = settings.ignore_invalid_headers;
  rules.underscores_in_headers = settings.underscores_in_headers;
  return rules;
}

// Whom a connection's heads may name: the context of http::NamedRules.
struct NamedServers {
  const Services& services;
  const Viewer& viewer;

  static http::HeadRules rules_of(const void* self, std::string_view host) {
    const auto& from = *static_cast<const NamedServers*>(self);
    const Runtime& runtime = *runtime_for(from.services, from.viewer);
    return head_rules(runtime.find_server(from.viewer.listen, http::host_name(host)));
  }
};

HeadLimits head_limits(const route::Server& server, bool first) {
  const config::Server& settings = server.settings;
  HeadLimits limits;
  limits.rules = head_rules(server);
  limits.first_buffer = settings.client_header_buffer_size;
  limits.header_timeout = settings.client_header_timeout;
  limits.idle_timeout =
      first ? settings.client_header_timeout : settings.settings.keepalive_timeout;
  return limits;
}

Viewer make_viewer(const Services& services, const net::Socket& socket, const net::Endpoint& remote,
                   std::size_t listen) {
  Viewer viewer;
  viewer.address = net::endpoint_host(remote);
  viewer.port = net::endpoint_port(remote);
  const net::Endpoint local = socket.local_endpoint();
  if (local.protocol().family() != AF_UNSPEC) {
    const bool is_unix = local.protocol().family() == AF_UNIX;
    viewer.server_address = is_unix ? net::endpoint_text(local) : net::endpoint_host(local);
    viewer.server_port = net::endpoint_port(local);
  }
  viewer.began = services.wheel.now();
  viewer.connection = Services::next_connection();
  viewer.listen = services.runtime->number_at(listen, viewer.server_address, viewer.server_port);
  if (viewer.listen < services.tenures.size()) viewer.tenure = services.tenures[viewer.listen];
  return viewer;
}

// After is what becomes of the connection after a request.
struct After {
  bool next = false;
  std::optional<Linger> linger = {};  // else: it is closed at once
  // keepalive_timeout of the request that was answered, its route's (nginx).
  std::optional<Milliseconds> patience = {};
};

// One request, whose head was read or could not be. It has a frame of its own: an idle connection
// does without that memory.
net::Awaitable<After> serve_request(Services& services, Http1Client& client, Viewer& viewer,
                                    const Result<bool>& read) {
  const Presence answering(services.answering);
  ++viewer.requests;
  After after;
  if (!read && read.error().code == ErrorCode::cancelled) co_return after;
  Exchange exchange(services, client, viewer);
  if (read) {
    co_await exchange.run();
  } else {
    co_await exchange.refuse(read.error());
    if (client.started()) after.linger = exchange.linger();
    co_return after;
  }
  if (client.owes_body() && !services.draining && !viewer.is_last()) {
    const Discard bounds = exchange.discard();
    const Result<void> discarded = co_await client.discard_body(bounds);
    if (!discarded) {
      // Who sends more than is read still has to see the answer; who sends nothing has had his
      // time.
      const ErrorCode why = discarded.error().code;
      if (why != ErrorCode::timed_out && why != ErrorCode::closed) after.linger = exchange.linger();
      co_return after;
    }
  }
  // An answer that began before the drain has promised to keep the connection; nobody is bound by
  // that. Neither does one whose address a reload has taken away.
  const bool ends = !client.finish_request() || services.draining || viewer.is_last();
  after.next = !ends;
  if (!ends) after.patience = exchange.idle_timeout();
  if (ends) after.linger = exchange.linger();
  co_return after;
}

// What comes before the first request where the address wants it, PROXY header and TLS handshake;
// false: the connection has to end. A frame of its own, as above.
net::Awaitable<bool> begin_connection(Services& services, Http1Client& client, Viewer& viewer) {
  if (runtime_for(services, viewer)->takes_proxy_protocol(viewer.listen)) {
    const Milliseconds patience =
        runtime_for(services, viewer)->default_server(viewer.listen).settings.client_header_timeout;
    services.idle.insert(client.idle_place(), viewer.listen, /*is_new=*/true);
    auto header = co_await read_proxy_header(client.stream(), patience);
    client.idle_place().leave();
    if (!header) {
      if (header.error().code == ErrorCode::cancelled) co_return false;
      ++services.counters.bad_requests;
      if (!logs(ErrorLevel::info)) co_return false;
      const Error& why = header.error();
      const ErrorPlace place{.connection = viewer.connection};
      RareLines::shared().tell(services.wheel.now(), place, ErrorLevel::info,
                               why.detail.empty() ? std::string(error_name(why.code)) : why.detail,
                               ", client: " + viewer.address);
      co_return false;
    }
    if (const auto address = parse_ip(header->source_address))
      viewer.proxy_protocol = Forwarded{*address, header->source_port};
    viewer.proxy = std::make_unique<const http::ProxyHeader>(std::move(*header));
  }
  if (!runtime_for(services, viewer)->speaks_tls(viewer.listen)) co_return true;
  const bool opened = co_await open_tls(client, viewer, &services);
  co_return opened;
}

// All that an idle connection has, but for the wait itself.
net::Awaitable<void> serve_requests(net::Socket socket, Viewer viewer, Services* services) {
  const Presence presence(services->connections);
  Http1Client client(std::move(socket), services->wheel, services->memories);
  if (runtime_for(*services, viewer)->needs_preface(viewer.listen)) {
    const bool begun = co_await begin_connection(*services, client, viewer);
    if (!begun) co_return;
  }
  const NamedServers named{*services, viewer};
  After after{.next = true};
  while (after.next) {
    const bool is_new = viewer.requests == 0;
    HeadLimits limits =
        head_limits(server_before_host(*runtime_for(*services, viewer), viewer), is_new);
    if (after.patience) limits.idle_timeout = *after.patience;
    if (runtime_for(*services, viewer)->heads_differ(viewer.listen))
      limits.named = {&named, NamedServers::rules_of};
    const bool waits = !client.has_bytes();
    if (waits && services->draining) break;
    if (waits) services->idle.insert(client.idle_place(), viewer.listen, is_new);
    Result<bool> read = true;
    if (client.begin_head()) {
      const Result<void> waited = co_await client.wait_for_head(limits);
      read = waited.has_value();
    }
    if (read && *read) read = co_await client.read_head(limits);
    client.idle_place().leave();
    // Another address's servers are not asked in place of those of one that is gone.
    if ((read && !*read) || !runtime_for(*services, viewer)->serves(viewer.listen)) break;
    after = co_await serve_request(*services, client, viewer, read);
  }
  if (after.linger) co_await client.linger(*after.linger);
}

}  // namespace

net::Awaitable<void> serve_connection(net::Socket socket, const net::Endpoint& remote,
                                      std::size_t listen, Services* services) {
  Viewer viewer = make_viewer(*services, socket, remote, listen);
  return serve_requests(std::move(socket), std::move(viewer), services);
}

}  // namespace signgate::proxy
