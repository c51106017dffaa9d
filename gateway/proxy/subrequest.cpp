// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/subrequest.hpp"

#include <array>

#include "gateway/base/limits.hpp"
#include "gateway/http/path.hpp"
#include "gateway/proxy/upstream_request.hpp"

namespace signgate::proxy {

Subrequest::Subrequest(Services& services, ClientStream& client, const Runtime& runtime,
                       const route::Server& server, const route::VariableValues& values)
    : services_(services), client_(client), runtime_(runtime), server_(server), values_(values) {}

net::Awaitable<Result<void>> Subrequest::run(std::string_view uri) {
  const std::size_t question = uri.find('?');
  path_ = uri.substr(0, question);
  const auto normal = http::normalise_path(path_, uri_storage_);
  if (!normal) co_return normal.error();
  head_ = *values_.request;
  head_.method = http::Method::get;
  head_.method_name = "GET";
  head_.path = path_;
  head_.has_query = question != std::string_view::npos;
  head_.query = head_.has_query ? uri.substr(question + 1) : std::string_view();
  for (const http::HeaderId id : {http::HeaderId::content_length, http::HeaderId::expect})
    head_.fields.remove(id);
  values_.request = &head_;
  values_.uri = *normal;
  values_.upstream_addr = {};
  values_.upstream_status = 0;
  values_.status = 404;
  const route::Route* route = server_.find_route(*normal);
  if ((route == nullptr || !route->regex) && server_.redirects_to_slash(*normal)) {
    values_.status = 301;
  } else if (route != nullptr && route->return_status != 0) {
    values_.status = route->return_status;
  } else if (route != nullptr && route->proxy) {
    const Result<void> asked = co_await ask(*route);
    co_return asked;
  }
  co_return Result<void>();
}

// Asks peer after peer until one has answered: GET may be repeated.
net::Awaitable<Result<void>> Subrequest::ask(const route::Route& route) {
  values_.proxy_host = route.proxy->host;
  values_.proxy_port = route.proxy->port;
  const UpstreamRequest request =
      make_upstream_request(route, head_, http::Framing{}, values_, unix_now());
  upstream::Group& group = *runtime_.groups[route.proxy->group];
  upstream::Group::Tried tried(group.size(), false);
  bool stale = false;
  Error last{ErrorCode::no_live_upstreams, Side::upstream, Retry::no, "no live upstreams"};
  while (true) {
    const std::size_t peer = group.select(tried, services_.wheel.now());
    if (peer == upstream::Group::none) co_return last;
    values_.upstream_addr = group.peer(peer).text;
    const Result<void> asked = co_await attempt(route, group, peer, request.head);
    if (asked) {
      values_.status = values_.upstream_status = upstream_->head().status;
      values_.upstream = &upstream_->head().fields;
      co_await finish(group);
      group.report(peer, false, services_.wheel.now());
      co_return asked;
    }
    last = asked.error();
    const bool reused = upstream_ && upstream_->connection().requests > 1;
    const bool excused = last.retry == Retry::reused_only && reused && !stale;
    upstream_.reset();
    group.report(peer, !excused && last.side == Side::upstream, services_.wheel.now());
    if (!excused) services_.upstream_log.failed(last, values_);
    if (last.side != Side::upstream) co_return last;
    if (excused) {
      stale = true;
    } else {
      tried[peer] = true;
    }
  }
}

net::Awaitable<Result<void>> Subrequest::attempt(const route::Route& route, upstream::Group& group,
                                                 std::size_t peer, const std::string& head) {
  const config::Settings& settings = route.settings;
  std::unique_ptr<upstream::Connection> connection = group.take_idle(peer);
  if (!connection) {
    const net::Executor executor = services_.context.get_executor();
    auto fresh =
        std::make_unique<upstream::Connection>(net::Socket(executor), services_.wheel, peer);
    const net::Endpoint endpoint = group.peer(peer).endpoint;
    const Result<void> connected =
        co_await fresh->stream.connect(endpoint, settings.proxy_connect_timeout);
    if (!connected) co_return connected;
    connection = std::move(fresh);
  }
  ++connection->requests;
  upstream_.emplace(std::move(connection));
  std::array<net::asio::const_buffer, 1> parts = {net::asio::buffer(head)};
  const std::span<net::asio::const_buffer> all(parts);
  const Result<void> sent = co_await upstream_->send(all, settings.proxy_send_timeout);
  if (!sent && sent.error().code != ErrorCode::closed) co_return sent;
  upstream_->allow(settings.proxy_read_timeout);
  upstream_->watch([client = &client_] { return !client->has_left(); });
  const Result<void> answered = co_await upstream_->read_head(http::Method::get);
  co_return answered;
}

// The body is of no interest, but a short one is read, so that the connection serves again.
net::Awaitable<void> Subrequest::finish(upstream::Group& group) {
  std::size_t size = 0;
  bool last = false;
  while (!last && size <= limits::auth_answer) {
    const auto part = co_await upstream_->read_body();
    if (!part) co_return;
    size += part->data.size();
    last = part->last;
  }
  if (!last) co_return;
  if (auto connection = upstream_->take_connection()) group.put_idle(std::move(connection));
}

}  // namespace signgate::proxy
