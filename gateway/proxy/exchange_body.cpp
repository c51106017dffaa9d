// SPDX-License-Identifier: Apache-2.0
// The request's body on its way upstream: held, streamed, replaced or left out.
#include <array>

#include "gateway/base/limits.hpp"
#include "gateway/proxy/client_watch.hpp"
#include "gateway/proxy/exchange.hpp"

namespace signgate::proxy {

void Exchange::find_unsigner() {
  if (held_) return;
  unsigner_.reset();
  if (route_->unsigning && client_.framing().kind != http::Framing::Kind::none)
    unsigner_ = BodyUnsigner::make(*route_->unsigning, client_.head().fields, services_.counters);
}

// Of a body that streams nobody knows in advance.
bool Exchange::has_other_body() const noexcept {
  return unsigner_ && (!held_ || unsigner_->has_changed());
}

// Whether the body is to be read whole before the upstream is asked.
bool Exchange::holds_body() const {
  const config::ProxyRequest& rules = settings().proxy_request;
  const bool dropped = detour_ && detour_->drops_body;
  if (held_ || dropped) return false;
  const auto whole = client_.whole_body();
  if (whole) {
    const bool in_file = rules.client_body_in_file_only != config::InFileOnly::off;
    return (in_file || unsigner_) && !whole->empty();
  }
  const bool unframed =
      rules.proxy_http_minor == 0 &&
      (client_.framing().kind == http::Framing::Kind::chunked || unsigner_ != nullptr);
  return rules.proxy_request_buffering || route_->rules.body || !rules.proxy_pass_request_body ||
         unframed;
}

// Decides what of the body goes upstream and how it is framed there.
void Exchange::frame_body() {
  using Kind = http::Framing::Kind;
  const config::ProxyRequest& rules = settings().proxy_request;
  body_framing_ = client_.framing();
  replaced_body_.reset();
  const auto whole = client_.whole_body();
  const bool dropped = detour_ && detour_->drops_body;
  if (whole) values_.request_body = *whole;
  if (held_) {
    values_.request_body = held_->memory();
    const bool trails = rules.proxy_pass_trailers && !held_->trailers().empty();
    if (trails && rules.proxy_http_minor == 1) {
      body_framing_ = {.kind = Kind::chunked};
    } else {
      body_framing_ = {.kind = Kind::length, .length = held_->size()};
    }
    held_->rewind();
  } else if (unsigner_ && !whole) {
    // It may become shorter on its way.
    body_framing_ = {.kind = Kind::chunked};
  }
  if (dropped || !rules.proxy_pass_request_body) {
    // To a method that usually has a body its absence is told (RFC 9110 section 8.6).
    const bool tells = !route::method_of(values_).starts_with("GET") &&
                       client_.framing().kind != Kind::none && dropped;
    body_framing_ = {.kind = tells ? Kind::length : Kind::none};
  }
  // What is not read now goes nowhere.
  if (dropped && !whole && !client_.body_complete() && !discards_body()) lingering_ = true;
  if (route_->rules.body) {
    std::string text;
    route_->rules.body->append(values_, route::Escape::none, text);
    replaced_body_ = std::move(text);
    body_framing_ = {.kind = Kind::length, .length = replaced_body_->size()};
  }
}

net::Awaitable<Result<void>> Exchange::hold_body() {
  const Result<void> continued = co_await ask_for_body();
  if (!continued) co_return continued;
  StreamedBody source(client_, settings().client_body_timeout, settings().client_max_body_size,
                      body_text_.get());
  std::optional<UnsigningBody> without;
  BodySource* from = &source;
  if (unsigner_) from = &without.emplace(source, *unsigner_, services_.counters);
  const Result<void> read = co_await hold_from(*from);
  co_return read;
}

// Whether another route has held the body as it came, and this one wants it without signatures.
bool Exchange::strips_held_body() const {
  const bool dropped = detour_ && detour_->drops_body;
  return held_ && !unsigner_ && route_->unsigning && !dropped;
}

net::Awaitable<Result<void>> Exchange::strip_held_body() {
  std::unique_ptr<BodyUnsigner> unsigner =
      BodyUnsigner::make(*route_->unsigning, client_.head().fields, services_.counters);
  if (!unsigner) co_return Result<void>();
  held_->rewind();
  UnsigningBody without(*held_, *unsigner, services_.counters);
  const Result<void> read = co_await hold_from(without);
  if (read) unsigner_ = std::move(unsigner);
  co_return read;
}

// Makes what is left of `from` the body that is held.
net::Awaitable<Result<void>> Exchange::hold_from(BodySource& from) {
  const config::InFileOnly in_file = settings().proxy_request.client_body_in_file_only;
  const TempFile::Name name = in_file == config::InFileOnly::on      ? TempFile::Name::kept
                              : in_file == config::InFileOnly::clean ? TempFile::Name::removed
                                                                     : TempFile::Name::none;
  auto held = std::make_unique<HeldBody>(services_.files, name);
  const config::ProxyRequest& rules = settings().proxy_request;
  const Result<void> read = co_await held->read(
      from, static_cast<std::size_t>(rules.client_body_buffer_size), route_->rules.body_folder);
  if (!read) co_return read;
  held_ = std::move(held);
  if (client_.framing().kind == http::Framing::Kind::chunked) values_.held_length = held_->size();
  co_return read;
}

// Begins to look at the body for links that the answer may hand back, where the route's rules
// refuse these.
void Exchange::watch_body() {
  const route::SignSet* set = route_->signing.get();
  const http::Framing& framing = client_.framing();
  const bool has_body = framing.kind == http::Framing::Kind::chunked ||
                        (framing.kind == http::Framing::Kind::length && framing.length > 0);
  if (body_text_ || !has_body || set == nullptr || !set->refuses_reflected) return;
  body_text_ = std::make_unique<rewrite::RequestText>();
  const auto whole = client_.whole_body();
  if (client_.head().fields.find(http::HeaderId::content_encoding) != nullptr) {
    body_text_->give_up();
  } else if (whole && !holds_body()) {
    body_text_->add(*whole);
    body_text_->end();
  } else if (client_.body_begun() || client_.body_complete()) {
    // Another route has had it read, and did not look.
    body_text_->give_up();
  }
}

// Tells a client that waits for it to send the body.
net::Awaitable<Result<void>> Exchange::ask_for_body() {
  if (!client_.waits_for_continue()) co_return Result<void>();
  const http::Fields none;
  const Result<void> sent = co_await client_.send_interim(100, none, settings().send_timeout);
  co_return sent;
}

// The body as far as it is at hand: it goes out with the head. Nothing when it has to be pumped.
std::optional<std::string_view> Exchange::body_at_hand() const {
  if (replaced_body_ && replaced_body_->size() <= limits::read_buffer) return *replaced_body_;
  // What is framed as no body is none, whatever the client sends.
  if (body_framing_.kind == http::Framing::Kind::none ||
      (body_framing_.kind == http::Framing::Kind::length && body_framing_.length == 0))
    return std::string_view();
  if (replaced_body_) return std::nullopt;
  if (!held_) return client_.whole_body();
  const bool fits = !held_->in_file() && held_->size() <= limits::read_buffer &&
                    body_framing_.kind == http::Framing::Kind::length;
  if (fits) return held_->memory();
  return std::nullopt;
}

// Begins to send a body that was not at hand when the head was sent.
net::Awaitable<Result<void>> Exchange::pump_body() {
  BodySource* source = held_.get();
  if (replaced_body_) {
    replacement_ = std::make_unique<HeldBody>(services_.files);
    replacement_->assign(*replaced_body_);
    source = replacement_.get();
  } else if (held_) {
    held_->rewind();
  } else {
    const Result<void> continued = co_await ask_for_body();
    if (!continued) co_return continued;
    sent_body_ = true;
    streamed_ = std::make_unique<StreamedBody>(client_, settings().client_body_timeout,
                                               settings().client_max_body_size, body_text_.get());
    source = streamed_.get();
    if (unsigner_) {
      unsigned_ = std::make_unique<UnsigningBody>(*streamed_, *unsigner_, services_.counters);
      source = unsigned_.get();
    }
  }
  RequestPump::Options options;
  options.send_timeout = settings().proxy_send_timeout;
  options.answer_timeout = settings().proxy_read_timeout;
  options.chunked = body_framing_.kind == http::Framing::Kind::chunked;
  options.drop_digests = has_other_body();
  options.pass_trailers = settings().proxy_request.proxy_pass_trailers;
  options.is_wanted = watch_of(client_, settings());
  pump_ = std::make_unique<RequestPump>(*source, *upstream_, std::move(options));
  pump_->start(services_.context.get_executor());
  co_return Result<void>();
}

}  // namespace signgate::proxy
