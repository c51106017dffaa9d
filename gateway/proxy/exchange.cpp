// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/exchange.hpp"

#include "gateway/base/fault.hpp"
#include "gateway/http/path.hpp"
#include "gateway/http/status.hpp"
#include "gateway/http/text.hpp"
#include "gateway/http/user_agent.hpp"
#include "gateway/proxy/authorizer.hpp"
#include "gateway/proxy/client_watch.hpp"
#include "gateway/proxy/fault_log.hpp"
#include "gateway/proxy/random_id.hpp"
#include "gateway/proxy/tls_accept.hpp"
#include "gateway/proxy/version.hpp"

namespace signgate::proxy {
namespace {

// The host that a request names: its target's authority, else Host, else the server's name; lower
// case, no port.
std::string_view authority_of(const http::RequestHead& head) {
  if (!head.authority.empty()) return head.authority;
  return head.fields.value(http::HeaderId::host).value_or(std::string_view());
}

}  // namespace

Exchange::Exchange(Services& services, ClientStream& client, const Viewer& viewer)
    : services_(services),
      client_(client),
      viewer_(viewer),
      runtime_(runtime_for(services, viewer)),
      began_(client.began()) {
  set_connection(viewer, values_);
  values_.pipelined = client.pipelined();
  values_.request_line = client.head().line;
  values_.defined = &defined_;
  values_.live = this;
  values_.facts = this;
}

Exchange::~Exchange() {
  // What it has signed by a former configuration is remembered with the keys of that one.
  if (runtime_ != services_.runtime) services_.urls = signing::UrlSigner(services_.memo);
}

std::string_view Exchange::server_token() const noexcept {
  return settings().server_tokens ? server_with_version : server_name_only;
}

// nginx: Internet Explorer may wait for long when the connection of a POST is kept.
bool Exchange::is_for_one_request() const {
  const config::KeepaliveDisable& rule = settings().keepalive_disable;
  const bool msie6 = rule.msie6 && client_.head().method == http::Method::post;
  if (!msie6 && !rule.safari) return false;
  const auto agent = client_.head().fields.value(http::HeaderId::user_agent);
  if (!agent) return false;
  return (msie6 && http::is_msie6(*agent)) || (rule.safari && http::is_safari(*agent));
}

bool Exchange::keeps_alive() const {
  return !services_.leaving && !viewer_.is_last() && settings().keepalive_timeout.count() > 0 &&
         services_.wheel.now() - viewer_.began < settings().keepalive_time &&
         viewer_.requests < settings().keepalive_requests &&
         (client_.body_complete() || pump_ != nullptr || discards_body()) && !is_for_one_request();
}

void Exchange::take_server(const route::Server& server) {
  server_ = &server;
  route_ = &server_->fallback;
  values_.server_name = server_->name;
  values_.error_log = runtime_->error_log(*server_);
  values_.host = host_.empty() ? std::string_view(server_->name) : std::string_view(host_);
}

net::Awaitable<void> Exchange::refuse(const Error& error) {
  ++services_.counters.bad_requests;
  // A head may have named its host before it went wrong.
  const std::string_view authority = authority_of(client_.head());
  if (!authority.empty() && http::is_valid_host(authority)) {
    host_ = http::host_name(authority);
    take_server(runtime_->find_server(viewer_.listen, host_, &captured_));
    values_.captured = captured_.get();
  } else {
    take_server(server_before_host(*runtime_, viewer_));
  }
  lingering_ = refused_ = true;
  // For the log: what was read before it went wrong.
  if (client_.head().has_line) {
    values_.request = &client_.head();
    const bool merges = server_before_host(*runtime_, viewer_).settings.merge_slashes;
    const auto uri = http::normalise_path(client_.head().path, uri_storage_, merges);
    if (uri) values_.uri = *uri;
  }
  // nginx's own status, by which error_page tells it from other bad requests; shown as 400.
  const int status = error.code == ErrorCode::header_too_large ? 494 : error_status(error);
  values_.status = status;
  std::exception_ptr thrown;
  try {
    if (status != 499) co_await answer_page(status);
    while (detour_ && detour_->pending)
      co_await follow();
  } catch (...) {
    thrown = std::current_exception();
  }
  if (thrown) give_up(fault_of(thrown));
  log();
}

// What is left when even the answer to a fault meets one: the client sees a cut.
void Exchange::give_up(const Error& fault) {
  tell_fault(fault, values_);
  if (client_.started()) ++services_.counters.cut;
  client_.cut();
}

net::Awaitable<void> Exchange::run() {
  ++services_.counters.requests;
  values_.request = &client_.head();
  host_ = http::host_name(authority_of(client_.head()));
  make_random_id(request_id_);
  values_.request_id = {request_id_.data(), request_id_.size()};
  take_server(runtime_->find_server(viewer_.listen, host_, &captured_));
  values_.captured = captured_.get();
  if (route_->access) find_client(*route_->access);
  // A reload may have made a plain connection's address one for TLS.
  const int refused =
      runtime_->speaks_tls(viewer_.listen) ? tls_refusal(viewer_, *runtime_, *server_) : 0;
  std::exception_ptr thrown;
  try {
    if (refused != 0)
      co_await answer_page(refused);
    else
      co_await serve();
    while (detour_ && detour_->pending)
      co_await follow();
  } catch (...) {
    thrown = std::current_exception();
  }
  if (thrown) {
    if (detour_) detour_->pending = false;
    const Error fault = fault_of(std::exchange(thrown, nullptr));
    try {
      co_await answer_failure(fault, false);
      while (detour_ && detour_->pending)
        co_await follow();
    } catch (...) {
      thrown = std::current_exception();
    }
    if (thrown) give_up(fault_of(thrown));
  }
  log();
}

// What needs no coroutine of its own is none here: each frame of a request costs.
net::Awaitable<void> Exchange::serve() {
  // "OPTIONS *" asks about the server as a whole, which is us (RFC 9110 section 9.3.7).
  if (client_.head().path == "*") return answer_text(200, "text/plain", {}, {});
  // nginx takes the path apart before it knows the host.
  const bool merges = server_before_host(*runtime_, viewer_).settings.merge_slashes;
  const auto uri = http::normalise_path(client_.head().path, uri_storage_, merges);
  if (!uri) return answer_page(error_status(uri.error()));
  values_.uri = *uri;
  route::set_variables(server_->fallback.set, values_);
  if (server_->fallback.return_status != 0) return answer_return();
  const route::Route* found = server_->find_route(*uri, &captured_);
  values_.captured = captured_.get();
  if ((found == nullptr || !found->regex) && server_->redirects_to_slash(*uri)) {
    std::string location = http::escape_path(*uri) + "/";
    if (client_.head().has_query) location.append("?").append(client_.head().query);
    location = route_->rules.own_address(values_, location);
    return answer_text(301, "text/html", http::error_page(301, server_token()),
                       std::move(location));
  }
  if (found == nullptr) return answer_page(404);
  enter(*found);
  if (route_->internal) return answer_page(404);
  return has_too_long_body() ? refuse_body() : dispatch();
}

bool Exchange::has_too_long_body() const noexcept {
  const std::uint64_t most = settings().client_max_body_size;
  return client_.framing().kind == http::Framing::Kind::length && most != 0 &&
         client_.framing().length > most && !(detour_ && detour_->drops_body);
}

net::Awaitable<void> Exchange::refuse_body() {
  lingering_ = true;
  return answer_page(413);
}

// Makes the route that was found for the URI the request's.
void Exchange::enter(const route::Route& route) {
  route_ = &route;
  route::set_variables(route.set, values_);
  if (route.settings.traceparent) begin_trace();
}

// Answers by the route that was found.
net::Awaitable<void> Exchange::dispatch() {
  const route::AccessRules* rules = access_rules();
  return rules != nullptr ? authorize(*rules) : respond();
}

net::Awaitable<void> Exchange::authorize(const route::AccessRules& rules) {
  const bool authorized = co_await is_authorized(rules);
  if (authorized) co_await respond();
}

net::Awaitable<void> Exchange::respond() {
  if (route_->return_status != 0) return answer_return();
  if (route_->proxy) return proxy();
  return route_->media ? answer_media_redirect() : answer_page(404);
}

net::Awaitable<void> Exchange::proxy() {
  values_.proxy_uri = values_.proxy_host = {};
  if (route_->proxy->url.empty()) {
    group_ = runtime_->groups[route_->proxy->group];
    is_secure_ = route_->proxy->tls.has_value();
    values_.proxy_host = route_->proxy->host;
    values_.proxy_port = route_->proxy->port;
  } else {
    target_ = std::make_unique<FoundTarget>();
    const std::function<bool()> is_wanted = watch_of(client_, settings());
    const Result<void> found =
        co_await find_target(services_, *runtime_, *route_, values_, *target_, is_wanted);
    if (!found && found.error().side == Side::client) {
      co_await answer_failure(found.error(), /*answering=*/false);
      co_return;
    }
    if (!found) {
      services_.upstream_log.failed(found.error(), values_);
      ++services_.counters.upstream_errors;
      co_await answer_page(error_status(found.error()));
      co_return;
    }
    group_ = target_->group;
    is_secure_ = target_->is_secure;
  }
  upstream_began_ = services_.wheel.now();
  released_ = false;
  Result<void> done;
  bool answering = false;
  bool diverted = false;
  // The pump of the request's body may be at work, and has to end before this request does.
  std::exception_ptr thrown;
  try {
    find_unsigner();
    watch_body();
    if (holds_body())
      done = co_await hold_body();
    else if (strips_held_body())
      done = co_await strip_held_body();
    if (done) {
      frame_body();
      request_ = make_upstream_request(*route_, client_.head(), body_framing_, values_, unix_now(),
                                       has_other_body());
      upstream_began_ = services_.wheel.now();
      done = co_await ask_upstream();
      answering = done.has_value();
    }
    if (answering) {
      values_.upstream = &upstream_->head().fields;
      tries_.back().status = upstream_->head().status;
      tries_.back().bytes_received = upstream_->bytes_received();
    }
    diverted = answering && plan_detour();
    if (answering && !diverted) done = co_await answer_upstream();
  } catch (...) {
    thrown = std::current_exception();
  }
  if (thrown) {
    done = fault_of(thrown);
    diverted = false;
  }
  if (pump_) {
    // An answer that came before the request was complete ends the request too.
    if (!pump_->ended()) {
      lingering_ = lingering_ || !client_.body_complete();
      pump_->stop();
    }
    const Result<void> moved = co_await pump_->wait();
    // When the client spoilt its own request, that is the error to report, not what followed from
    // it.
    if (!done && !moved && moved.error().side != Side::upstream) done = moved;
  }
  release_upstream(done);
  if (diverted) {
    co_await take_detour();
    co_return;
  }
  if (done) {
    is_complete_ = true;
    co_return;
  }
  co_await answer_failure(done.error(), answering);
}

// Reports how the exchange with the upstream went; its connection serves others if it is clean.
void Exchange::release_upstream(const Result<void>& done) {
  if (released_) return;
  released_ = true;
  if (upstream_) {
    end_try(upstream_->head().status);
    if (done && (!pump_ || (pump_->ended() && *pump_->result()))) give_back();
  }
  if (!peer_) return;
  // What fails within the body is told to the client, and not held against the peer (nginx).
  group_->release(selection_, *peer_, upstream::Outcome::good, services_.wheel.now());
  peer_.reset();
}

// `answering`: the upstream's answer had begun.
net::Awaitable<void> Exchange::answer_failure(Error error, bool answering) {
  // What failed before the head was told where the next peer was chosen.
  if (error.code == ErrorCode::fault) {
    tell_fault(error, values_);
  } else if (error.side == Side::own && error.code == ErrorCode::resource) {
    services_.file_log.error(services_.wheel.now(), error.detail);
  } else if (answering && error.side != Side::client && error.code != ErrorCode::cancelled) {
    services_.upstream_log.failed(error, values_);
  }
  if (error.side == Side::upstream) ++services_.counters.upstream_errors;
  if (client_.started()) {
    ++services_.counters.cut;
    client_.cut();
    co_return;
  }
  const int status = error_status(error);
  if (status == 499) {
    values_.status = status;
    co_return;
  }
  co_await answer_page(status);
}

void Exchange::log() {
  if (route_->access_logs.empty()) return;
  // One moment for all logs.
  values_.progress = progress();
  values_.live = nullptr;
  for (const std::size_t index : route_->access_logs)
    runtime_->access_logs[index]->write(values_);
  services_.log_dirty = true;
}

}  // namespace signgate::proxy
