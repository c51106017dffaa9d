// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/subrequest.hpp"

#include <algorithm>
#include <array>

#include "gateway/base/fault.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/config/route_target.hpp"
#include "gateway/http/path.hpp"
#include "gateway/http/text.hpp"
#include "gateway/proxy/client_watch.hpp"
#include "gateway/proxy/fault_log.hpp"
#include "gateway/proxy/upstream_connection.hpp"
#include "gateway/proxy/upstream_request.hpp"
#include "gateway/proxy/upstream_tls.hpp"
#include "gateway/route/next_upstream.hpp"

namespace signgate::proxy {

Subrequest::Subrequest(Services& services, ClientStream& client, const Runtime& runtime,
                       const route::Server& server, const route::VariableValues& values)
    : services_(services), client_(client), runtime_(runtime), server_(server), values_(values) {}

net::Awaitable<Result<void>> Subrequest::run(std::string_view uri) {
  const std::size_t question = uri.find('?');
  path_ = uri.substr(0, question);
  const auto normal = http::normalise_path(path_, uri_storage_, server_.settings.merge_slashes);
  if (!normal) co_return normal.error();
  head_ = *values_.request;
  head_.method = http::Method::get;
  head_.method_name = "GET";
  head_.path = path_;
  head_.has_query = question != std::string_view::npos;
  head_.query = head_.has_query ? uri.substr(question + 1) : std::string_view();
  for (const http::HeaderId id : {http::HeaderId::content_length, http::HeaderId::expect})
    head_.fields.remove(id);
  if (!added_.empty()) drop_replaced();
  // Variables tell of the client's request, its method and length among them; only the URI and the
  // query are this one's (nginx).
  values_.args = head_.query;
  values_.method = {};
  values_.tries = nullptr;
  // As in nginx, named captures are the request's own, numbered ones are not.
  if (values_.captured != nullptr) {
    captured_ = std::make_unique<route::Captured>(*values_.captured);
    captured_->numbered.fill({});
  }
  enter(*normal);
  Result<void> answered = co_await answer();
  while (go_on(answered))
    answered = co_await answer();
  if (answered && !is_own_error_ && page_status_ != 0) values_.status = page_status_;
  co_return answered;
}

// Looks for the location that takes the URI.
void Subrequest::enter(std::string_view uri) {
  values_.uri = uri;
  // nginx: they are the request's as well, and the server's come before the location is looked for.
  route::set_variables(server_.fallback.set, values_);
  route_ = server_.find_route(uri, &captured_);
  values_.captured = captured_.get();
  if (route_ != nullptr) route::set_variables(route_->set, values_);
}

net::Awaitable<Result<void>> Subrequest::answer() {
  values_.status = 404;
  is_own_error_ = true;
  const bool named = route_ != nullptr && route_->location.starts_with('@');
  const bool regex = route_ != nullptr && route_->regex;
  if (!named && !regex && server_.redirects_to_slash(values_.uri)) {
    values_.status = 301;
  } else if (route_ != nullptr && route_->return_status != 0) {
    const int status = values_.status = route_->return_status;
    is_own_error_ = config::is_redirect(status) || (status >= 400 && route_->return_value.empty());
  } else if (route_ != nullptr && route_->proxy) {
    const Result<void> asked = co_await ask(*route_);
    is_own_error_ = !asked;
    co_return asked;
  }
  co_return Result<void>();
}

// The status that error_page may replace; 0: none. As for requests of clients, but that only what
// befell the upstream counts of what failed: our own faults let nobody in.
int Subrequest::error_to_replace(const Result<void>& answered) const {
  constexpr int silent = 444;
  if (!answered) {
    const Error& error = answered.error();
    const bool counts = error.side == Side::upstream && error.code != ErrorCode::cancelled;
    return counts ? error_status(error) : 0;
  }
  const int status = values_.status;
  if (is_own_error_) return status >= 400 && status != silent ? status : 0;
  const bool intercepted = values_.upstream != nullptr && route_ != nullptr && route_->proxy &&
                           route_->settings.proxy_answer.proxy_intercept_errors;
  return intercepted && status >= 300 ? status : 0;
}

// Whether error_page of the location says where the answer is to be had instead; goes there.
bool Subrequest::go_on(const Result<void>& answered) {
  const route::Route& place = route_ != nullptr ? *route_ : server_.fallback;
  if (!follows_pages_ || in_page_ || page_count_ >= limits::internal_redirects) return false;
  const int status = error_to_replace(answered);
  const route::ErrorPage* page = route::find_error_page(place.rules.error_pages, status);
  if (status == 0 || page == nullptr) return false;
  std::string target;
  page->target.append(values_, route::Escape::none, target);
  const route::Route* named = target.starts_with('@') ? server_.find_named(target) : nullptr;
  if (named == nullptr && !target.starts_with('/')) return false;
  ++page_count_;
  in_page_ = !place.settings.proxy_answer.recursive_error_pages;
  page_status_ = page->response.value_or(status);
  redirected_ = !tries_.empty();
  values_.upstream = nullptr;
  upstream_.reset();
  if (named != nullptr) {
    route_ = named;
    route::set_variables(named->set, values_);
    return true;
  }
  const std::string_view all = pages_.emplace_front(std::move(target));
  const std::size_t question = all.find('?');
  values_.args = question == std::string_view::npos ? std::string_view() : all.substr(question + 1);
  enter(all.substr(0, question));
  return true;
}

// What the client sent in the place of our own fields, and what asks for less than an answer.
void Subrequest::drop_replaced() {
  for (const auto& field : added_)
    head_.fields.remove(field.first);
  for (const http::HeaderId id :
       {http::HeaderId::if_match, http::HeaderId::if_none_match, http::HeaderId::if_modified_since,
        http::HeaderId::if_unmodified_since, http::HeaderId::if_range, http::HeaderId::range})
    head_.fields.remove(id);
}

// Behind the others, where neither a client's Connection nor proxy_pass_request_headers takes them
// away.
void Subrequest::append_added(const route::Route& route, std::string& head) const {
  for (const auto& [name, value] : added_) {
    const bool configured =
        std::ranges::any_of(route.headers, [wanted = name](const route::HeaderSetting& setting) {
          return http::equal_ignoring_case(setting.name, wanted);
        });
    if (configured) continue;
    std::string line(name);
    line.append(": ").append(value).append("\r\n");
    head.insert(head.size() - 2, line);
  }
}

// Asks peer after peer, as proxy_next_upstream of that location says: GET may be repeated.
net::Awaitable<Result<void>> Subrequest::ask(const route::Route& route) {
  using Next = route::TryBudget::Next;
  const std::function<bool()> is_wanted = watch_of(client_, route.settings);
  values_.proxy_uri = {};
  if (route.proxy->url.empty()) {
    group_ = runtime_.groups[route.proxy->group];
    values_.proxy_host = route.proxy->host;
    values_.proxy_port = route.proxy->port;
    is_secure_ = route.proxy->tls.has_value();
  } else {
    const Result<void> found =
        co_await find_target(services_, runtime_, route, values_, target_, is_wanted);
    if (!found) co_return found;
    group_ = target_.group;
    is_secure_ = target_.is_secure;
  }
  UpstreamRequest request =
      make_upstream_request(route, head_, http::Framing{}, values_, unix_now());
  append_added(route, request.head);
  const route::Template& balance_key = group_->settings().balance_key;
  std::string key;
  if (!balance_key.empty()) balance_key.append(values_, route::Escape::none, key);
  upstream::Selection selection = group_->begin(values_.remote_addr, std::move(key));
  values_.tries = &tries_;
  route::TryBudget budget(route.settings, selection.set()->tries());
  const SteadyTime began = services_.wheel.now();
  while (true) {
    const std::shared_ptr<upstream::Peer> peer = group_->select(selection, services_.wheel.now());
    if (!peer) {
      Error none{ErrorCode::no_live_upstreams, Side::upstream, Retry::no, "no live upstreams"};
      services_.upstream_log.failed(none, values_);
      co_return none;
    }
    tries_.emplace_back().addr = peer->text;
    tries_.back().redirected = std::exchange(redirected_, false);
    Result<void> asked;
    std::exception_ptr thrown;
    try {
      asked = co_await attempt(route, peer, request.head, budget.needs_fresh(), is_wanted);
    } catch (...) {
      thrown = std::current_exception();  // the peer is to be released all the same
    }
    if (thrown) asked = fault_of(thrown);
    const route::TryFacts facts{
        .sent = upstream_.has_value(),
        .elapsed = std::chrono::duration_cast<Milliseconds>(services_.wheel.now() - began)};
    upstream::Outcome outcome = upstream::Outcome::good;
    Next next = Next::none;
    if (asked) {
      const int status = tries_.back().status = upstream_->head().status;
      if (budget.after_answer(status, facts)) {
        next = Next::other_peer;
        outcome =
            route::is_held_against(status) ? upstream::Outcome::failed : upstream::Outcome::passed;
      } else {
        values_.status = status;
        values_.upstream = &upstream_->head().fields;
        co_await finish();
      }
    } else {
      const Error& last = asked.error();
      const bool reused = upstream_ && upstream_->connection().requests > 1;
      if (last.side == Side::upstream && !budget.excuses(last, reused))
        outcome = upstream::Outcome::failed;
      next = budget.after_error(last, reused, facts);
      if (next == Next::same_peer) {
        selection.again();
        redirected_ = tries_.back().redirected;
        tries_.pop_back();
      } else if (last.code == ErrorCode::fault) {
        tell_fault(last, values_);
      } else if (last.code == ErrorCode::resource) {
        services_.file_log.error(services_.wheel.now(), last.detail);
      } else {
        services_.upstream_log.failed(last, values_);
      }
    }
    group_->release(selection, *peer, outcome, services_.wheel.now());
    if (next == Next::none) co_return asked;
    upstream_.reset();
    if (is_wanted && !is_wanted()) co_return client_left();
  }
}

net::Awaitable<Result<void>> Subrequest::attempt(const route::Route& route,
                                                 const std::shared_ptr<upstream::Peer>& peer,
                                                 const std::string& head, bool fresh_only,
                                                 const std::function<bool()>& is_wanted) {
  const config::Settings& settings = route.settings;
  upstream::TlsTarget target;
  if (is_secure_) target = tls_target(runtime_, route, values_);
  std::unique_ptr<upstream::Connection> connection;
  const std::string local = local_address(services_, route, values_);
  const upstream::IdlePool::Use use{
      .peer = *peer, .tls = target, .local = local, .repeats = settings.proxy_next_upstream.error};
  if (!fresh_only) connection = group_->idle().take(use);
  if (!connection) {
    auto fresh = co_await open_connection(services_, runtime_, *group_, peer, target, local,
                                          values_, settings, is_wanted);
    if (!fresh) co_return fresh.error();
    connection = std::move(*fresh);
  }
  ++connection->requests;
  upstream_.emplace(std::move(connection));
  std::array<net::asio::const_buffer, 1> parts = {net::asio::buffer(head)};
  const std::span<net::asio::const_buffer> all(parts);
  const Result<void> sent = co_await upstream_->send(all, settings.proxy_send_timeout);
  if (!sent && sent.error().code != ErrorCode::closed) co_return sent;
  upstream_->allow(settings.proxy_read_timeout);
  upstream_->watch(is_wanted);
  const Result<void> answered = co_await upstream_->read_head(http::Method::get);
  if (answered && target.context) keep_tls_session(upstream_->connection(), runtime_, *peer->text);
  co_return answered;
}

// The body is of no interest, but a short one is read, so that the connection serves again.
net::Awaitable<void> Subrequest::finish() {
  std::size_t size = 0;
  bool last = false;
  while (!last && size <= limits::auth_answer) {
    const auto part = co_await upstream_->read_body();
    if (!part) co_return;
    size += part->data.size();
    last = part->last;
  }
  if (!last) co_return;
  if (auto connection = upstream_->take_connection()) group_->idle().put(std::move(connection));
}

}  // namespace signgate::proxy
