// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/exchange.hpp"

#include <array>
#include <random>

#include "gateway/http/path.hpp"
#include "gateway/http/status.hpp"
#include "gateway/http/text.hpp"
#include "gateway/proxy/cookie_setter.hpp"
#include "gateway/proxy/header_link_signer.hpp"
#include "gateway/proxy/rewrite_pump.hpp"
#include "gateway/proxy/version.hpp"

namespace signgate::proxy {
namespace {

void make_request_id(std::array<char, 32>& id) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  constexpr std::string_view hex = "0123456789abcdef";
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t bits = random();
    for (std::size_t i = 0; i < 16; ++i, bits >>= 4)
      id[half * 16 + i] = hex[bits & 15];
  }
}

// The host that a request names: its target's authority, else Host, else the server's name; lower
// case, no port.
std::string host_of(const http::RequestHead& head) {
  std::string_view text = head.authority;
  if (text.empty()) text = head.fields.value(http::HeaderId::host).value_or(std::string_view());
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string host(text.substr(0, colon));
  for (char& c : host)
    c = http::to_lower(c);
  return host;
}

Milliseconds between(SteadyTime begin, SteadyTime end) {
  return std::chrono::duration_cast<Milliseconds>(end - begin);
}

}  // namespace

Exchange::Exchange(Services& services, ClientStream& client, const Viewer& viewer)
    : services_(services),
      client_(client),
      viewer_(viewer),
      runtime_(services.runtime),
      began_(services.wheel.now()) {
  values_.remote_addr = viewer.address;
  values_.remote_port = viewer.port;
  values_.server_addr = viewer.server_address;
  values_.server_port = viewer.server_port;
  values_.connection = viewer.connection;
  values_.connection_requests = viewer.requests;
  values_.pipelined = client.pipelined();
  values_.request_line = client.head().line;
}

std::string_view Exchange::server_token() const noexcept {
  return settings().server_tokens ? server_with_version : server_name_only;
}

bool Exchange::keeps_alive() const {
  return !services_.draining && settings().keepalive_timeout.count() > 0 &&
         viewer_.requests < settings().keepalive_requests &&
         (client_.body_complete() || pump_ != nullptr);
}

void Exchange::find_route() {
  server_ = &runtime_->find_server(viewer_.listen, host_);
  route_ = &server_->fallback;
  values_.server_name = server_->name;
  values_.host = host_.empty() ? std::string_view(server_->name) : std::string_view(host_);
}

net::Awaitable<void> Exchange::refuse(const Error& error) {
  ++services_.counters.bad_requests;
  find_route();
  lingering_ = true;
  const int status = error_status(error);
  values_.status = status;
  if (status != 499) co_await answer_page(status);
  log();
}

net::Awaitable<void> Exchange::run() {
  ++services_.counters.requests;
  values_.request = &client_.head();
  host_ = host_of(client_.head());
  make_request_id(request_id_);
  values_.request_id = {request_id_.data(), request_id_.size()};
  find_route();
  co_await serve();
  log();
}

net::Awaitable<void> Exchange::serve() {
  // "OPTIONS *" asks about the server as a whole, which is us (RFC 9110 section 9.3.7).
  if (client_.head().path == "*") {
    co_await answer_text(200, "text/plain", {}, {});
    co_return;
  }
  const auto uri = http::normalise_path(client_.head().path, uri_storage_);
  if (!uri) {
    co_await answer_page(error_status(uri.error()));
    co_return;
  }
  values_.uri = *uri;
  const route::Route* found = server_->find_route(*uri);
  if ((found == nullptr || !found->regex) && server_->redirects_to_slash(*uri)) {
    std::string location = http::escape_path(*uri) + "/";
    if (client_.head().has_query) location.append("?").append(client_.head().query);
    const std::string_view host =
        client_.head().fields.value(http::HeaderId::host).value_or(values_.host);
    location = std::string(values_.scheme) + "://" + std::string(host) + location;
    co_await answer_text(301, "text/html", http::error_page(301, server_token()),
                         std::move(location));
    co_return;
  }
  if (found == nullptr) {
    co_await answer_page(404);
    co_return;
  }
  route_ = found;
  if (route_->return_status != 0) {
    co_await answer_return();
  } else if (route_->proxy) {
    co_await proxy();
  } else {
    co_await answer_page(404);
  }
}

net::Awaitable<void> Exchange::proxy() {
  const std::uint64_t most = settings().client_max_body_size;
  if (client_.framing().kind == http::Framing::Kind::length && most != 0 &&
      client_.framing().length > most) {
    lingering_ = true;
    co_await answer_page(413);
    co_return;
  }
  values_.proxy_host = route_->proxy->host;
  values_.proxy_port = route_->proxy->port;
  request_ = make_upstream_request(*route_, client_.head(), client_.framing(), values_, unix_now());
  upstream_began_ = services_.wheel.now();
  Result<void> done = co_await ask_upstream();
  const bool answering = done.has_value();
  if (answering) done = co_await answer_upstream();
  if (pump_) {
    // An answer that came before the request was complete ends the request too.
    if (!pump_->ended()) {
      lingering_ = true;
      pump_->stop();
    }
    const Result<void> moved = co_await pump_->wait();
    // When the client spoilt its own request, that is the error to report, not what followed from
    // it.
    if (!done && !moved && moved.error().side == Side::client) done = moved;
  }
  values_.upstream_response_time = between(upstream_began_, services_.wheel.now());
  if (upstream_) {
    const std::size_t peer = upstream_->connection().peer;
    const bool failed = !done && done.error().side == Side::upstream;
    if (done && (!pump_ || *pump_->result())) give_back();
    runtime_->groups[route_->proxy->group]->report(peer, failed, services_.wheel.now());
  }
  if (done) co_return;
  // What failed before the head was told where the next peer was chosen.
  if (answering && done.error().side != Side::client && done.error().code != ErrorCode::cancelled)
    services_.upstream_log.failed(done.error(), values_);
  if (done.error().side == Side::upstream) ++services_.counters.upstream_errors;
  if (client_.started()) {
    ++services_.counters.cut;
    client_.cut();
    co_return;
  }
  const int status = error_status(done.error());
  lingering_ = lingering_ || !client_.body_complete();
  if (status == 499) {
    values_.status = status;
    co_return;
  }
  co_await answer_page(status);
}

// The exchange ended cleanly: its connection serves again, unless the answer says otherwise.
void Exchange::give_back() {
  if (auto connection = upstream_->take_connection()) {
    runtime_->groups[route_->proxy->group]->put_idle(std::move(connection));
  }
}

net::Awaitable<Result<void>> Exchange::answer_upstream() {
  const http::ResponseHead& head = upstream_->head();
  values_.upstream_status = head.status;
  upstream_->allow(settings().proxy_read_timeout);
  if (client_.whole_body() && !client_.body_complete()) client_.discard_whole_body();
  const route::SignSet* set = route_->signing.get();
  ResponsePlan plan = plan_response(set, client_.head(), head, services_.counters);
  answer_.status = head.status;
  answer_.reason = head.reason;
  copy_end_to_end_fields(head, answer_);
  if (upstream_->framing().kind == http::Framing::Kind::length) {
    answer_.length = upstream_->framing().length;
  } else if (upstream_->framing().kind == http::Framing::Kind::none) {
    // HEAD and 304 state the length that a GET would have had.
    if (const auto stated = http::stated_length(head.fields)) answer_.length = *stated;
  }
  const UnixSeconds now = unix_now();
  const bool credentials = client_.head().fields.find(http::HeaderId::cookie) != nullptr ||
                           client_.head().fields.find(http::HeaderId::authorization) != nullptr;
  std::uint64_t life = set != nullptr ? set->page_life : 0;
  std::optional<rewrite::PageUrl> page;
  if (set != nullptr) {
    const std::string_view named =
        client_.head().authority.empty()
            ? client_.head().fields.value(http::HeaderId::host).value_or(values_.host)
            : client_.head().authority;
    std::string target(client_.head().path.empty() ? std::string_view("/") : client_.head().path);
    if (client_.head().has_query) target.append("?").append(client_.head().query);
    page = rewrite::PageUrl::from_request(values_.scheme, named, target);
    if (plan.rewrite && !page) {
      // An HTTP/1.0 client that names no host, and a server without a name: no link can be
      // resolved.
      plan = {};
      ++services_.counters.passed_without_url;
    }
    if (plan.rewrite) {
      const RewriteFacts facts{.set = *set, .plan = plan, .credentials = credentials, .now = now};
      filter_rewritten(facts, head, answer_, texts_);
    } else if (head.status == 304 && request_.revalidation) {
      filter_not_modified(*request_.revalidation, credentials, now, head, answer_, texts_);
      life = std::min(life, request_.revalidation->remaining);
    }
    bool links = false;
    if (page) {
      LinkSigner signer(*set, services_, values_.remote_addr, now);
      links = co_await sign_header_links(*set, *page, signer, services_, answer_, texts_);
    }
    const CookieRequest request{.set = *set,
                                .request = client_.head(),
                                .site = values_.host,
                                .scheme = values_.scheme,
                                .viewer = values_.remote_addr,
                                .now = now};
    const bool cookies = co_await set_media_cookies(request, services_, answer_, texts_);
    if (links || cookies) {
      const bool make_private = cookies || credentials || set->per_viewer;
      cap_caching(life, make_private, now, head, answer_, texts_);
    }
  }
  values_.status = answer_.status;
  values_.sent = &answer_.fields;
  client_.start(answer_, keeps_alive() && (!pump_ || !pump_->ended() || *pump_->result()),
                server_token(), services_.date());
  if (!plan.rewrite || client_.head().method == http::Method::head) {
    const Result<void> passed = co_await pass_body();
    co_return passed;
  }
  ++services_.counters.rewritten;
  LinkSigner signer(*set, services_, values_.remote_addr, now);
  RewritePump pump(*set, std::move(*page), plan, signer, client_, services_.encoders,
                   settings().send_timeout);
  const Result<void> rewritten = co_await pump.run(*upstream_);
  services_.counters.scanned += pump.counters();
  co_return rewritten;
}

net::Awaitable<Result<void>> Exchange::pass_body() {
  while (true) {
    upstream::Exchange::BodyPart part;
    const auto ready = upstream_->buffered();
    if (!ready) co_return ready.error();
    if (*ready) {
      part = **ready;
    } else {
      // The head does not wait for a body that takes its time.
      const Result<void> flushed = co_await client_.write({}, false, settings().send_timeout);
      if (!flushed) co_return flushed;
      const auto read = co_await upstream_->read_body();
      if (!read) co_return read.error();
      part = *read;
    }
    const std::array<std::string_view, 1> parts = {part.data};
    const Result<void> written = co_await client_.write(parts, part.last, settings().send_timeout);
    if (!written || part.last) co_return written;
  }
}

net::Awaitable<void> Exchange::answer_page(int status) {
  std::string page = http::error_page(status, server_token());
  co_await answer_text(status, "text/html", std::move(page), {});
}

net::Awaitable<void> Exchange::answer_return() {
  std::string value;
  const int status = route_->return_status;
  const bool redirect =
      status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  route_->return_value.append(values_, redirect ? route::Escape::line : route::Escape::none, value);
  if (redirect) {
    if (value.starts_with('/')) {
      // absolute_redirect is nginx's default.
      const std::string_view host =
          client_.head().fields.value(http::HeaderId::host).value_or(values_.host);
      value = std::string(values_.scheme) + "://" + std::string(host) + value;
    }
    std::string page = http::error_page(status, server_token());
    co_await answer_text(status, "text/html", std::move(page), std::move(value));
  } else if (value.empty() && status >= 300) {
    co_await answer_page(status);
  } else {
    co_await answer_text(status, "text/plain", std::move(value), {});
  }
}

net::Awaitable<void> Exchange::answer_text(int status, std::string_view type, std::string body,
                                           std::string location) {
  if (client_.whole_body() && !client_.body_complete()) client_.discard_whole_body();
  lingering_ = lingering_ || !client_.body_complete();
  Answer answer;
  answer.status = status;
  answer.fields.add("Content-Type", type);
  if (!location.empty()) answer.fields.add("Location", location);
  answer.length = body.size();
  values_.status = status;
  const bool broken = status == 400 || status == 408 || status == 413 || status == 414 ||
                      status == 501 || status == 505;
  client_.start(answer, !lingering_ && !broken && keeps_alive(), server_token(), services_.date());
  const std::array<std::string_view, 1> parts = {body};
  const Result<void> written = co_await client_.write(parts, true, settings().send_timeout);
  static_cast<void>(written);  // there is nobody left to tell
}

void Exchange::log() {
  if (route_->access_logs.empty()) return;
  values_.request_time = between(began_, services_.wheel.now());
  values_.bytes_sent = client_.bytes_sent();
  values_.body_bytes_sent = client_.body_bytes_sent();
  values_.request_length = client_.request_length();
  values_.now = std::chrono::system_clock::now();
  for (const std::size_t index : route_->access_logs)
    runtime_->access_logs[index]->write(values_);
  services_.log_dirty = true;
}

}  // namespace signgate::proxy
