// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/tls_accept.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "gateway/proxy/rare_lines.hpp"
#include "gateway/proxy/tls_certificates.hpp"

namespace signgate::proxy {
namespace {

// How a TLS record of a handshake begins (RFC 8446 section 5.1).
constexpr unsigned char handshake_record = 22;

enum class Begins : std::uint8_t { unknown, tls, plain, ended };

Begins look(net::Stream& stream) {
  unsigned char byte = 0;
  const ssize_t got = ::recv(stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return Begins::unknown;
  if (got <= 0) return Begins::ended;
  // nginx lets OpenSSL refuse what looks like SSL 2.
  return byte == handshake_record || (byte & 0x80) != 0 ? Begins::tls : Begins::plain;
}

Milliseconds time_left(SteadyTime end) {
  const auto left = std::chrono::ceil<Milliseconds>(end - std::chrono::steady_clock::now());
  return std::max(left, Milliseconds(1));
}

// The context for a name, whose server the viewer remembers; null keeps the default server's, as
// for a name that no server has.
const net::TlsServerContext* choose_context(const Runtime& runtime, Viewer& viewer,
                                            std::string_view server_name) {
  const auto host = sni_host(server_name);
  if (!host) return nullptr;
  const route::Server* server = runtime.find_named_server(viewer.listen, *host);
  if (server == nullptr) return nullptr;
  const std::size_t index = runtime.router->index_of(*server);
  viewer.named = {static_cast<std::uint32_t>(index), runtime.generation};
  return runtime.server_tls[index].get();
}

void tell(SteadyTime now, const Error& error, const Viewer& viewer) {
  // A certificate that is not there is our own fault; all else clients can bring about at will.
  const ErrorLevel level = error.side == Side::own ? ErrorLevel::error : ErrorLevel::info;
  if (!logs(level)) return;
  const std::string what = error.code == ErrorCode::timed_out ? "client timed out" : error.detail;
  const ErrorPlace place{.connection = viewer.connection};
  RareLines::shared().tell(now, place, level, what + " while SSL handshaking",
                           ", client: " + viewer.address + ", server: " + viewer.server_address +
                               ":" + std::to_string(viewer.server_port));
}

}  // namespace

net::Awaitable<bool> open_tls(Http1Client& client, Viewer& viewer, Services* services) {
  // Pinned: the contexts that a name may lead to have to live through the handshake.
  const std::shared_ptr<const Runtime> runtime = runtime_for(*services, viewer);
  const route::Server& fallback = runtime->default_server(viewer.listen);
  const net::TlsServerContext* context =
      runtime->server_tls[runtime->router->index_of(fallback)].get();
  net::Stream& stream = client.stream();
  const SteadyTime end = std::chrono::steady_clock::now() + fallback.settings.client_header_timeout;
  Begins begins = Begins::unknown;
  // A wait may end for nothing: Asio hands events that were meant for a connection just closed to
  // the one that took its place.
  while (begins == Begins::unknown) {
    services->idle.insert(client.idle_place(), viewer.listen, /*is_new=*/true);
    const Result<void> arrived = co_await stream.wait_readable(time_left(end));
    client.idle_place().leave();
    if (!arrived) co_return false;
    begins = look(stream);
  }
  if (begins == Begins::plain) co_return true;
  if (begins == Begins::ended || context == nullptr) co_return false;
  const net::TlsChooser choose = [&](std::string_view name) {
    const net::TlsServerContext* named = choose_context(*runtime, viewer, name);
    return named == nullptr ? context : named;
  };
  const net::TlsLender lend = [&](ssl_st* connection) {
    return lend_certificates(*services, *runtime, viewer, connection);
  };
  const Result<void> done = co_await stream.accept_tls(*context, choose, lend, time_left(end));
  if (!done) {
    ++services->counters.tls_failed;
    if (done.error().code != ErrorCode::cancelled)
      tell(services->wheel.now(), done.error(), viewer);
    co_return false;
  }
  viewer.tls = std::make_unique<ClientTls>(stream.tls()->handle());
  ++services->counters.tls_handshakes;
  if (viewer.tls->is_resumed()) ++services->counters.tls_resumed;
  co_return true;
}

int tls_refusal(const Viewer& viewer, const Runtime& runtime, const route::Server& server) {
  if (!viewer.tls) return 497;
  const auto& context = runtime.server_tls[runtime.router->index_of(server)];
  return context ? viewer.tls->refusal(*context, viewer.named.generation != 0) : 0;
}

}  // namespace signgate::proxy
