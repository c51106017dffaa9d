// SPDX-License-Identifier: Apache-2.0
// Answers of our own: error pages, `return`, short texts.
#include <array>

#include "gateway/config/route_target.hpp"
#include "gateway/http/status.hpp"
#include "gateway/proxy/exchange.hpp"

namespace signgate::proxy {

std::optional<Linger> Exchange::linger() const noexcept {
  const config::LingeringClose rule = settings().lingering_close;
  const bool sends = lingering_ || !client_.body_complete();
  const bool wanted =
      rule == config::LingeringClose::always || (rule == config::LingeringClose::on && sends);
  if (!wanted || !client_.started()) return std::nullopt;
  return Linger{.whole = settings().lingering_time, .quiet = settings().lingering_timeout};
}

// Whether what is left of the body can be read away behind the answer. Of a client that still waits
// for a 100 (Continue) nobody knows whether a body or its next request comes.
bool Exchange::discards_body() const {
  const std::uint64_t most = settings().client_max_body_size;
  const http::Framing& framing = client_.framing();
  const bool too_long =
      framing.kind == http::Framing::Kind::length && most != 0 && framing.length > most;
  return !client_.body_complete() && !client_.body_begun() && !client_.waits_for_continue() &&
         !too_long;
}

Discard Exchange::discard() const noexcept {
  const Linger within{.whole = settings().lingering_time, .quiet = settings().lingering_timeout};
  return {.within = within, .most = settings().client_max_body_size};
}

net::Awaitable<void> Exchange::answer_page(int status) {
  if (has_error_page(status)) {
    co_await take_error_page(status);
    co_return;
  }
  // A status that nginx has no name for has no page either.
  const int shown = http::shown_status(status);
  const bool named = !http::reason_phrase(shown).empty();
  std::string page = named ? http::error_page(status, server_token()) : std::string();
  co_await answer_text(shown, named ? "text/html" : "", std::move(page), {});
}

net::Awaitable<void> Exchange::answer_return() {
  std::string value;
  const int status = route_->return_status;
  if (status == 444) {
    values_.status = status;
    co_return;
  }
  const bool redirect = config::is_redirect(status);
  const bool from_page = detour_ && detour_->status != 0 && !redirect;
  values_.status = from_page ? detour_->status : status;
  route_->return_value.append(values_, redirect ? route::Escape::line : route::Escape::none, value);
  if (redirect) {
    if (value.starts_with('/')) value = route_->rules.own_address(values_, value);
    std::string page = http::error_page(status, server_token());
    co_await answer_text(status, "text/html", std::move(page), std::move(value));
  } else if (value.empty() && status >= 400) {
    co_await answer_page(status);
  } else {
    const int shown = values_.status;
    co_await answer_text(shown, settings().default_type, std::move(value), {});
  }
}

net::Awaitable<void> Exchange::answer_text(int status, std::string_view type, std::string body,
                                           std::string location) {
  if (client_.whole_body() && !client_.body_complete()) client_.discard_whole_body();
  lingering_ = lingering_ || (!client_.body_complete() && !discards_body());
  Answer& answer = answer_;
  answer = {};
  trails_ = false;
  answer.may_chunk = settings().chunked_transfer_encoding;
  answer.status = status;
  if (status != 204 && !type.empty()) answer.fields.add("Content-Type", type);
  // The log may ask for what was sent.
  values_.sent = &answer.fields;
  if (!location.empty()) answer.fields.add("Location", texts_.emplace_back(std::move(location)));
  if (detour_) add_kept_fields(answer);
  answer.length = body.size();
  answer.keep_alive_for = settings().keepalive_header;
  values_.status = status;
  add_challenges(answer);
  if (route_->answers) dress(answer, body);
  if (linked_ != nullptr) bound_link(answer);
  // What such a request says of its own end is not to be trusted, whatever page tells of it.
  const int cause = detour_ && detour_->cause != 0 ? detour_->cause : status;
  const bool broken = cause == 400 || cause == 408 || cause == 413 || cause == 414 ||
                      cause == 501 || cause == 505 || (cause >= 494 && cause <= 497);
  client_.start(answer, !lingering_ && !broken && keeps_alive(), server_token(), services_.date());
  if (trails_) tell_trailers();
  const std::array<std::string_view, 1> parts = {body};
  const Result<void> written = co_await client_.write(parts, true, settings().send_timeout);
  // When it failed there is nobody left to tell.
  is_complete_ = written.has_value();
}

}  // namespace signgate::proxy
