// SPDX-License-Identifier: Apache-2.0
// Where a request goes on instead of being answered: error_page, named locations, X-Accel-Redirect.
#include <algorithm>
#include <bitset>

#include "gateway/base/limits.hpp"
#include "gateway/config/route_target.hpp"
#include "gateway/http/path.hpp"
#include "gateway/http/status.hpp"
#include "gateway/http/text.hpp"
#include "gateway/proxy/exchange.hpp"

namespace signgate::proxy {
namespace {

using http::HeaderId;

// What of an answer with X-Accel-Redirect outlives it (nginx, ngx_http_upstream_headers_in).
bool is_kept(const http::Field& field) noexcept {
  return field.id == HeaderId::content_type || field.id == HeaderId::set_cookie ||
         field.id == HeaderId::cache_control || field.id == HeaderId::expires ||
         field.id == HeaderId::accept_ranges ||
         (field.id == HeaderId::other &&
          http::equal_ignoring_case(field.name, "content-disposition"));
}

// Whether the path has a segment "..", percent-encoded or not.
bool climbs_path(std::string_view path) {
  std::string plain;
  for (std::size_t at = 0; at < path.size(); ++at) {
    const bool dot = path.substr(at, 3) == "%2e" || path.substr(at, 3) == "%2E";
    const bool slash = path.substr(at, 3) == "%2f" || path.substr(at, 3) == "%2F";
    plain += dot ? '.' : slash ? '/' : path[at];
    if (dot || slash) at += 2;
  }
  return plain.ends_with("/..") || plain.find("/../") != std::string::npos;
}

}  // namespace

Exchange::Detour& Exchange::detour() {
  if (!detour_) detour_ = std::make_unique<Detour>();
  return *detour_;
}

bool Exchange::has_error_page(int status) const noexcept {
  if (route_->rules.error_pages.empty()) return false;
  const bool used = detour_ && detour_->in_error_page;
  return !used && route::find_error_page(route_->rules.error_pages, status) != nullptr;
}

// Takes the way that error_page names for the status; the caller has seen that there is one.
net::Awaitable<void> Exchange::take_error_page(int status) {
  const route::ErrorPage& page = *route::find_error_page(route_->rules.error_pages, status);
  Detour& way = detour();
  way.in_error_page = !settings().proxy_answer.recursive_error_pages;
  std::string target;
  page.target.append(values_, route::Escape::none, target);
  if (target.starts_with('/') || target.starts_with('@')) {
    way.status = page.response.value_or(http::shown_status(status));
    way.cause = status;
    way.target = std::move(target);
    way.from_answer = false;
    // A body that was too long is not wanted elsewhere either.
    way.drops_body = way.drops_body || status == 413;
    way.pending = true;
    co_return;
  }
  const int code = page.response && config::is_redirect(*page.response) ? *page.response : 302;
  std::string line;
  page.target.append(values_, route::Escape::line, line);
  co_await answer_text(code, "text/html", http::error_page(code, server_token()), std::move(line));
}

// Whether the upstream's answer is not to be passed on, but says where to go on. Remembers what is
// needed, since the answer's head does not live long.
bool Exchange::plan_detour() {
  const http::ResponseHead& head = upstream_->head();
  const config::ProxyAnswer& rules = settings().proxy_answer;
  if (head.status >= 300 && rules.proxy_intercept_errors && has_error_page(head.status)) {
    Detour& way = detour();
    way.intercepted = head.status;
    way.fields.clear();
    if (head.status == 401) {
      for (const http::Field& field : head.fields) {
        if (http::equal_ignoring_case(field.name, "www-authenticate"))
          way.fields.emplace_back(field.name, field.value);
      }
    }
    return true;
  }
  if (rules.ignore_accel_redirect) return false;
  const auto target = head.fields.value(HeaderId::x_accel_redirect);
  if (!target) return false;
  Detour& way = detour();
  way.intercepted = 0;
  way.target = *target;
  way.from_answer = true;
  way.fields.clear();
  for (const http::Field& field : head.fields) {
    if (!is_kept(field) || route_->rules.hides(field)) continue;
    const auto changed = field.id == HeaderId::set_cookie
                             ? route_->rules.cookies.apply(field.value, values_)
                             : std::nullopt;
    way.fields.emplace_back(field.name, changed.value_or(std::string(field.value)));
  }
  if (const auto rate = head.fields.value(HeaderId::x_accel_limit_rate);
      rate && !rules.ignore_accel_limit_rate) {
    way.limit_rate = std::string(*rate);
  }
  return true;
}

net::Awaitable<void> Exchange::take_detour() {
  Detour& way = *detour_;
  if (way.intercepted != 0) {
    const int status = way.intercepted;
    co_await answer_page(status);
    co_return;
  }
  const bool answered = co_await answer_with_media(way.target);
  if (!answered) way.pending = true;
}

// Goes on with a pending internal redirect.
net::Awaitable<void> Exchange::follow() {
  Detour& way = *detour_;
  way.pending = false;
  if (++way.count > limits::internal_redirects) {
    way.in_error_page = true;
    co_await answer_page(500);
    co_return;
  }
  values_.upstream = nullptr;
  pump_.reset();
  upstream_.reset();
  answer_ = {};
  texts_.clear();
  const route::Route* found = nullptr;
  if (way.target.starts_with('@')) {
    found = server_->find_named(way.target);
    if (found == nullptr) {
      co_await answer_page(500);
      co_return;
    }
    if (client_.body_begun() && !held_ && !way.drops_body && found->proxy &&
        found->return_status == 0) {
      // What was read of the body went to the peer that failed, or is lost with it.
      way.in_error_page = true;
      co_await answer_page(way.status != 0 ? way.status : way.cause);
      co_return;
    }
    if (!values_.args) values_.args = client_.head().query;
  } else {
    // The values view way.args until it has a successor.
    const std::size_t question = way.target.find('?');
    std::string args = question == std::string::npos ? "" : way.target.substr(question + 1);
    std::string uri = way.target.substr(0, question);
    if (way.from_answer) {
      std::string storage;
      const auto normal = http::normalise_path(uri, storage, server_->settings.merge_slashes);
      // nginx refuses what climbs at all: an application that has meant it is unlikely.
      const bool climbs = climbs_path(uri);
      if (!uri.starts_with('/') || !normal || climbs) {
        co_await answer_page(404);
        co_return;
      }
      uri = std::string(*normal);
    }
    way.uris.push_front(std::move(uri));
    way.args = std::move(args);
    way.drops_body = way.drops_body || (client_.body_begun() && !held_);
    if (client_.head().method != http::Method::head && route::method_of(values_) != "GET") {
      values_.method = "GET";
      way.drops_body = true;
    }
    values_.uri = way.uris.front();
    values_.args = way.args;
    route::set_variables(server_->fallback.set, values_);
    if (server_->fallback.return_status != 0) {
      route_ = &server_->fallback;
      co_await answer_return();
      co_return;
    }
    found = server_->find_route(values_.uri, &captured_);
    values_.captured = captured_.get();
  }
  if (found == nullptr) {
    route_ = &server_->fallback;
    co_await answer_page(404);
    co_return;
  }
  if (way.target.starts_with('@')) {
    route_ = found;
    route::set_variables(found->set, values_);
  } else {
    enter(*found);
  }
  if (refused_ && (found->access || found->limit_except || found->media ||
                   (found->proxy && found->return_status == 0))) {
    // A request that could not be read: nothing to judge, and nothing to pass on.
    way.in_error_page = true;
    co_await answer_page(way.status != 0 ? way.status : way.cause);
    co_return;
  }
  // A named place is the same request still, which was looked at (nginx).
  if (!way.target.starts_with('@') && has_too_long_body()) {
    co_await refuse_body();
    co_return;
  }
  co_await dispatch();
}

// Fields that an answer with X-Accel-Redirect has left to the one that follows it; what the
// application has said goes before what the place says.
void Exchange::add_kept_fields(Answer& answer) const {
  if (!detour_) return;
  const auto& kept = detour_->fields;
  // Of others than cookies the last line counts, so that each is looked for once: both heads may be
  // long.
  std::bitset<256> seen;
  for (auto field = kept.rbegin(); field != kept.rend(); ++field) {
    const auto& [name, value] = *field;
    const HeaderId id = http::header_id(name);
    if (id == HeaderId::set_cookie || seen.test(static_cast<std::size_t>(id))) continue;
    seen.set(static_cast<std::size_t>(id));
    if (id == HeaderId::content_type && answer.fields.find(id) != nullptr) continue;
    answer.fields.set(id, name, value);
  }
  for (const auto& [name, value] : kept) {
    if (http::header_id(name) == HeaderId::set_cookie) answer.fields.add(name, value);
  }
}

}  // namespace signgate::proxy
