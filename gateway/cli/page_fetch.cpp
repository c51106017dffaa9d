// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/page_fetch.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <vector>

#include "gateway/base/limits.hpp"
#include "gateway/codec/decoder.hpp"
#include "gateway/config/address.hpp"
#include "gateway/http/path.hpp"
#include "gateway/http/status.hpp"
#include "gateway/net/endpoint.hpp"
#include "gateway/net/tls_session_cache.hpp"
#include "gateway/proxy/upstream_request.hpp"
#include "gateway/server/tls_setup.hpp"
#include "gateway/upstream/exchange.hpp"
#include "gateway/upstream/health_probe.hpp"
#include "gateway/upstream/tls_target.hpp"

namespace signgate::cli {
namespace {

namespace asio = net::asio;

Error failure(Side side, std::string text) {
  return {ErrorCode::resource, side, Retry::no, std::move(text)};
}

// All that one attempt works with; it outlives the coroutine.
struct Attempt {
  net::Endpoint endpoint;
  std::string preamble;  // a PROXY header
  upstream::TlsTarget tls;
  std::string request;
  const config::Settings& settings;
};

net::Awaitable<Result<FetchedPage>> ask(net::DeadlineWheel& wheel, const Attempt& attempt) {
  const net::Executor executor = co_await asio::this_coro::executor;
  auto connection = std::make_unique<upstream::Connection>(net::Socket(executor), wheel, nullptr);
  const config::Settings& settings = attempt.settings;
  const Result<void> connected =
      co_await connection->stream.connect(attempt.endpoint, settings.proxy_connect_timeout);
  if (!connected) co_return connected.error();
  if (!attempt.preamble.empty()) {
    std::array<asio::const_buffer, 1> preamble = {asio::buffer(attempt.preamble)};
    const std::span<asio::const_buffer> header(preamble);
    const Result<void> told =
        co_await connection->stream.write(header, settings.proxy_send_timeout);
    if (!told) co_return told.error();
  }
  if (attempt.tls.context) {
    net::TlsPeer whom;
    whom.name = attempt.tls.name;
    whom.sends_name = attempt.tls.sends_name;
    const Result<void> secured = co_await connection->stream.connect_tls(
        *attempt.tls.context, whom, settings.proxy_connect_timeout);
    if (!secured) co_return secured.error();
  }
  FetchedPage page;
  upstream::Exchange exchange(std::move(connection));
  exchange.allow(settings.proxy_read_timeout);
  std::array<asio::const_buffer, 1> parts = {asio::buffer(attempt.request)};
  const std::span<asio::const_buffer> all(parts);
  const Result<void> sent = co_await exchange.send(all, settings.proxy_send_timeout);
  if (!sent) co_return sent.error();
  const Result<void> head = co_await exchange.read_head(http::Method::get);
  if (!head) co_return head.error();
  page.status = exchange.head().status;
  for (const http::Field& field : exchange.head().fields)
    page.fields.add(page.texts.emplace_back(field.name), page.texts.emplace_back(field.value));
  while (true) {
    const auto part = co_await exchange.read_body();
    if (!part) co_return part.error();
    if (page.body.size() + part->data.size() > limits::explained_page)
      co_return failure(Side::upstream, "the page is longer than 64 MiB");
    page.body.append(part->data);
    if (part->last) co_return page;
  }
}

Result<FetchedPage> run(const Attempt& attempt) {
  asio::io_context context(1);
  net::DeadlineWheel wheel(context);
  std::optional<Result<FetchedPage>> answer;
  asio::co_spawn(context, ask(wheel, attempt),
                 [&](std::exception_ptr thrown, Result<FetchedPage> result) {
                   if (thrown) std::rethrow_exception(thrown);
                   answer.emplace(std::move(result));
                   wheel.stop();
                 });
  context.run();
  return std::move(*answer);
}

Result<void> decode_body(FetchedPage& page, std::string_view head_coding) {
  const auto coding = codec::parse_coding(head_coding);
  if (!coding)
    return failure(Side::upstream, "its Content-Encoding is not one that can be decoded: " +
                                       std::string(head_coding));
  if (*coding == codec::Coding::identity) return {};
  codec::Decoder decoder(*coding);
  std::string text;
  std::vector<char> space(limits::decoder_step);
  std::string_view raw(page.body);
  while (true) {
    const auto step = decoder.decode(raw, true, space);
    if (!step) return step.error();
    raw.remove_prefix(step->consumed);
    if (text.size() + step->produced > limits::explained_page)
      return failure(Side::upstream, "the page is longer than 64 MiB");
    text.append(space.data(), step->produced);
    if (step->done) break;
  }
  page.body = std::move(text);
  return {};
}

}  // namespace

Result<PagePlace> find_place(const route::Router& router, const rewrite::Url& address) {
  const std::uint16_t standard = address.https ? 443 : 80;
  const std::uint16_t port = address.port == 0 ? standard : address.port;
  PagePlace place;
  const route::Server* first = nullptr;
  int best = -1;
  for (std::size_t i = 0; i < router.listens().size(); ++i) {
    const route::Listen& listen = router.listens()[i];
    const route::Server& found = router.find_server(i, address.host);
    const auto& names = found.settings.server_name;
    const bool named = std::ranges::find(names, address.host) != names.end() ||
                       router.index_of(found) != listen.servers.front();
    const int fits = (named ? 4 : 0) + (listen.ssl == address.https ? 2 : 0) +
                     (listen.address.port == port ? 1 : 0);
    if (fits <= best) continue;
    best = fits;
    place.server = &found;
    // How slashes count is settled before the host is: by the server that the handshake names.
    first = listen.ssl ? &found : &router.default_server(i);
  }
  if (place.server == nullptr) return failure(Side::own, "the configuration listens nowhere");
  std::string storage;
  const auto uri = http::normalise_path(address.path, storage, first->settings.merge_slashes);
  if (!uri) return uri.error();
  place.uri = *uri;
  place.route = place.server->find_route(place.uri);
  return place;
}

Result<FetchedPage> fetch_page(const config::Config& config, const route::Router& router,
                               const PagePlace& place, const std::string& scheme,
                               const std::string& host, const std::string& target) {
  const route::Route& route = *place.route;
  if (!route.proxy || !route.proxy->url.empty())
    return failure(Side::own,
                   "the route has no proxy_pass that is known without a client; give "
                   "the page by --file");
  const route::Group& group = router.groups()[route.proxy->group];
  const std::string head = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  http::RequestHead request;
  const Result<void> parsed = http::parse_request_head(head, {}, request);
  if (!parsed) return parsed.error();
  route::VariableValues values;
  values.request = &request;
  values.request_line = request.line;
  values.uri = place.uri;
  values.host = std::string_view(host).substr(0, host.rfind(':'));
  values.scheme = scheme;
  values.server_name = place.server->name;
  values.remote_addr = "127.0.0.1";
  values.proxy_host = route.proxy->host;
  values.proxy_port = route.proxy->port;
  const std::string asked =
      proxy::make_upstream_request(route, request, {}, values, unix_now()).head;
  upstream::TlsTarget tls;
  if (route.proxy->tls) {
    net::TlsSessions sessions;
    std::vector<server::TlsDiagnosis> findings;
    server::TlsContexts contexts =
        server::load_tls(config, router.upstream_tls(), sessions, findings);
    for (const server::TlsDiagnosis& finding : findings) {
      if (finding.severity == config::Severity::error) return failure(Side::own, finding.message);
    }
    tls.context = contexts.upstreams[*route.proxy->tls];
    std::string name;
    route.proxy->tls_name.append(values, route::Escape::none, name);
    tls.name = upstream::tls_host(name);
    tls.sends_name = route.proxy->tls_server_name;
  }
  Error last = failure(Side::upstream, "no server of the upstream may be asked");
  for (const config::Peer& peer : group.peers) {
    if (peer.down) continue;
    const auto address = config::parse_peer(peer.address);
    if (!address) continue;
    std::vector<net::Endpoint> endpoints;
    if (address->unix_path.empty()) {
      auto resolved = net::resolve(address->host, address->port);
      if (resolved) endpoints = std::move(*resolved);
      if (!resolved) last = resolved.error();
    } else if (const auto local = net::unix_endpoint(address->unix_path)) {
      endpoints.push_back(*local);
    }
    for (const net::Endpoint& endpoint : endpoints) {
      auto page = run({endpoint, upstream::probe_preamble(group), tls, asked, route.settings});
      if (!page) {
        last = page.error();
        last.detail = peer.address + ": " + last.detail;
        continue;
      }
      const auto coding = page->fields.value(http::HeaderId::content_encoding);
      const Result<void> decoded = decode_body(*page, coding.value_or(std::string_view()));
      if (!decoded) return decoded.error();
      return page;
    }
  }
  return last;
}

}  // namespace signgate::cli
