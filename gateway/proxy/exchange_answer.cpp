// SPDX-License-Identifier: Apache-2.0
// The upstream's answer on its way to the client: header filters, links in the header, the body.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "gateway/base/fault.hpp"
#include "gateway/http/text.hpp"
#include "gateway/http/trailers.hpp"
#include "gateway/proxy/answer_filter.hpp"
#include "gateway/proxy/compress_pump.hpp"
#include "gateway/proxy/cookie_setter.hpp"
#include "gateway/proxy/exchange.hpp"
#include "gateway/proxy/header_link_signer.hpp"
#include "gateway/proxy/page_policies.hpp"
#include "gateway/proxy/rewrite_pump.hpp"
#include "gateway/proxy/tunnel.hpp"

namespace signgate::proxy {

// The exchange ended cleanly: its connection serves again, unless the answer says otherwise.
void Exchange::give_back() {
  if (auto connection = upstream_->take_connection()) {
    group_->idle().put(std::move(connection));
  }
}

std::optional<rewrite::PageUrl> Exchange::page_url() const {
  const http::RequestHead& head = client_.head();
  const std::string_view named =
      head.authority.empty() ? head.fields.value(http::HeaderId::host).value_or(values_.host)
                             : head.authority;
  std::string target(head.path.empty() ? std::string_view("/") : head.path);
  if (head.has_query) target.append("?").append(head.query);
  return rewrite::PageUrl::from_request(values_.scheme, named, target);
}

Audience Exchange::audience_of(const route::SignSet& set) const {
  const http::Fields& fields = client_.head().fields;
  Audience audience;
  audience.authorized = fields.find(http::HeaderId::authorization) != nullptr;
  const bool credentials = audience.authorized || fields.find(http::HeaderId::cookie) != nullptr;
  audience.one_viewer = set.per_viewer || was_judged_ || (credentials && !set.shared);
  return audience;
}

// The answer's status, length and fields before links are looked at.
void Exchange::begin_answer() {
  const http::ResponseHead& head = upstream_->head();
  answer_.status = head.status;
  answer_.reason = head.reason;
  if (detour_ && detour_->status != 0 && detour_->status != head.status) {
    answer_.status = detour_->status;
    answer_.reason = {};
  }
  copy_end_to_end_fields(route_->rules, values_, head, answer_, texts_);
  if (detour_) add_kept_fields(answer_);
  using Kind = http::Framing::Kind;
  if (upstream_->framing().kind == Kind::length) {
    answer_.length = upstream_->framing().length;
  } else if (upstream_->framing().kind == Kind::none) {
    // HEAD and 304 state the length that a GET would have had.
    const bool states = client_.head().method == http::Method::head || answer_.status == 304;
    const auto stated = http::stated_length(head.fields);
    if (stated && states) answer_.length = *stated;
    if (!states) answer_.length = 0;
  }
}

// What links, and cookies that open them, make of the fields.
net::Awaitable<Result<void>> Exchange::filter_answer(ResponsePlan& plan,
                                                     std::optional<rewrite::PageUrl>& page,
                                                     LinkGate& gate, UnixSeconds now,
                                                     AnswerExplainer* explainer) {
  const http::ResponseHead& head = upstream_->head();
  const route::SignSet& set = *route_->signing;
  Audience audience = audience_of(set);
  std::uint64_t life = set.page_life;
  gate.take_grants(head.fields, answer_.fields, values_, services_);
  page = page_url();
  if (plan.rewrites() && !page) {
    // An HTTP/1.0 client that names no host, and a server without a name: no link can be resolved.
    plan = {};
    plan.passed = "neither the request nor the server names a host";
    ++services_.counters.passed_without_url;
  }
  const RewriteFacts rewriting{.set = set, .plan = plan, .audience = audience, .now = now};
  if (plan.rewrites()) {
    filter_rewritten(rewriting, head, answer_, texts_);
  } else if (head.status == 304 && request_.revalidation) {
    filter_not_modified(*request_.revalidation, rewriting, head, answer_, texts_);
    life = http::remaining_life(request_.revalidation->signed_at, life, now);
  }
  if (page && (plan.rewrites() || (head.status == 304 && request_.revalidation))) {
    const PageFacts facts{.set = set,
                          .settings = settings(),
                          .page = page->page(),
                          .values = values_,
                          .format = plan.format};
    fit_policies(facts, services_, answer_, texts_);
  }
  bool links = false;
  if (page) {
    LinkSigner signer(set, services_, values_.remote_addr);
    signer.hold_to(gate);
    rewrite::CandidateLog* const candidates = explainer ? &explainer->candidates() : nullptr;
    links = co_await sign_header_links(set, *page, signer, services_, answer_, texts_, candidates);
  }
  const CookieRequest request{.set = set,
                              .request = client_.head(),
                              .site = values_.host,
                              .scheme = values_.scheme,
                              .viewer = values_.remote_addr,
                              .now = now};
  const bool cookies = co_await set_media_cookies(request, services_, answer_, texts_);
  if (links || cookies) {
    audience.one_viewer = audience.one_viewer || cookies;
    cap_caching(life, audience, now, head, answer_, texts_);
  }
  co_return Result<void>();
}

std::optional<std::uint64_t> Exchange::wanted_rate() const {
  std::optional<std::string_view> text;
  if (upstream_) text = upstream_->head().fields.value(http::HeaderId::x_accel_limit_rate);
  if (settings().proxy_answer.ignore_accel_limit_rate) text.reset();
  if (!text && detour_ && detour_->limit_rate) text = *detour_->limit_rate;
  if (!text) return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, code] = std::from_chars(text->data(), end, number);
  return code == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

AnswerWriter::Options Exchange::writer_options() {
  const config::ProxyAnswer& rules = settings().proxy_answer;
  const http::Fields& fields = upstream_->head().fields;
  AnswerWriter::Options options;
  options.send_timeout = settings().send_timeout;
  options.buffering = rules.proxy_buffering;
  if (const auto wanted = fields.value(http::HeaderId::x_accel_buffering);
      wanted && !rules.ignore_accel_buffering) {
    if (http::equal_ignoring_case(*wanted, "yes")) options.buffering = true;
    if (http::equal_ignoring_case(*wanted, "no")) options.buffering = false;
  }
  // A stream of events has no end to run ahead to.
  if (options.buffering) {
    const auto type = fields.value(http::HeaderId::content_type);
    constexpr std::string_view events = "text/event-stream";
    if (type && http::equal_ignoring_case(type->substr(0, events.size()), events))
      options.buffering = false;
  }
  options.block = static_cast<std::size_t>(rules.proxy_buffers_size);
  options.memory = options.block * rules.proxy_buffers_number;
  options.max_file = rules.proxy_max_temp_file_size;
  options.file_step = static_cast<std::size_t>(rules.proxy_temp_file_write_size);
  options.folder = route_->rules.answer_folder;
  const auto wanted_by_upstream = wanted_rate();
  options.rate = wanted_by_upstream ? *wanted_by_upstream : route_->rules.limit_rate.of(values_);
  rate_ = options.rate;
  if (options.rate != 0) options.rate_after = route_->rules.limit_rate_after.of(values_);
  return options;
}

// What follows the body of an upstream's answer.
void Exchange::tell_end(AnswerExplainer* explainer) {
  if (trails_) tell_trailers();
  if (explainer == nullptr) return;
  http::Fields fields;
  explainer->finish(fields);
  if (client_.takes_trailers()) client_.add_trailers(fields);
}

net::Awaitable<Result<void>> Exchange::answer_upstream() {
  const http::ResponseHead& head = upstream_->head();
  if (head.status == 101) {
    const Result<void> passed = co_await pass_tunnel();
    co_return passed;
  }
  upstream_->allow(settings().proxy_read_timeout);
  if (client_.whole_body() && !client_.body_complete()) client_.discard_whole_body();
  const route::SignSet* set = route_->signing.get();
  ResponsePlan plan = plan_response(set, client_.head(), head, services_.counters);
  BodyFront front;
  const Result<void> looked = begin_body(plan, front);
  if (!looked) co_return looked;
  begin_answer();
  answer_.may_chunk = settings().chunked_transfer_encoding;
  const UnixSeconds now = unix_now();
  values_.sent = &answer_.fields;
  values_.status = answer_.status;
  if (route_->answers) add_answer_headers(*route_->answers, values_, now, answer_, texts_);
  std::optional<rewrite::PageUrl> page;
  std::unique_ptr<LinkGate> gate;  // apart, as most answers of other routes need none
  const auto explainer = AnswerExplainer::make(*route_, client_.head(), values_);
  if (set != nullptr) {
    gate = std::make_unique<LinkGate>(*set);
    guard(*gate);
    if (explainer) explainer->hold_to(*gate);
    const Result<void> filtered = co_await filter_answer(plan, page, *gate, now, explainer.get());
    if (!filtered) co_return filtered;
  }
  complete_location(route_->rules, values_, head, answer_, texts_);
  const bool trailers = settings().proxy_request.proxy_pass_trailers && !plan.rewrites() &&
                        answer_.may_chunk &&
                        upstream_->framing().kind == http::Framing::Kind::chunked;
  if (trailers) {
    if (const auto announced = head.fields.value(http::HeaderId::trailer))
      answer_.fields.add("Trailer", *announced);
  }
  route::CompressionChoice compression;
  const bool stays_coded = front.part && !plan.rewrites();
  if (route_->answers && route_->answers->compression && !stays_coded) {
    compression =
        compress_fields(*route_->answers->compression, client_.head(),
                        head.fields.value(http::HeaderId::date).value_or(""), now, answer_, texts_);
    if (compression.coding != codec::Coding::identity) {
      plan.compress(compression);
      if (plan.rewrites())
        tell_coding({.set = *set, .plan = plan, .audience = {}, .now = now}, head, answer_, texts_);
      ++services_.counters.compressed;
    }
  }
  trails_ = route_->answers && frame_trailers(*route_->answers, values_.request, answer_);
  add_challenges(answer_);
  if (explainer) explainer->tell_head(plan, head, now, answer_, texts_);
  const bool body_spoilt = pump_ && pump_->ended() && !*pump_->result() && !client_.body_complete();
  answer_.keep_alive_for = settings().keepalive_header;
  client_.start(answer_, keeps_alive() && !body_spoilt && !lingering_, server_token(),
                services_.date());
  const AnswerWriter::Options options = writer_options();
  AnswerWriter out(client_, services_, options);
  // Where the client sets the pace there is no other (nginx).
  if (options.buffering) upstream_->limit_rate(route_->rules.upstream_rate.of(values_));
  if (trails_ || explainer) out.before_end([&] { tell_end(explainer.get()); });
  const bool bodyless = client_.head().method == http::Method::head;
  Result<void> passed;
  // `out` may have work under way, which has to end before it goes.
  std::exception_ptr thrown;
  try {
    if (plan.rewrites() && !bodyless) {
      ++services_.counters.rewritten;
      LinkSigner signer(*set, services_, values_.remote_addr);
      signer.hold_to(*gate);
      const PageFacts facts{.set = *set,
                            .settings = settings(),
                            .page = page->page(),
                            .values = values_,
                            .format = plan.format};
      rewrite::PolicyFitter policies = policy_fitter(facts, services_);
      RewritePump pump(*set, std::move(*page), plan, std::move(policies), signer, out,
                       services_.encoders, explainer.get());
      if (front.begun) pump.go_on(std::move(*front.begun));
      passed = co_await pump.run(*upstream_);
      services_.counters.scanned += pump.counters();
      if (passed) note_sizes(plan.client_coding, pump.sizes());
    } else if (compression.coding != codec::Coding::identity && !bodyless) {
      CompressPump pump(compression, out, services_.encoders);
      passed = co_await pump.run(*upstream_);
      if (passed) note_sizes(compression.coding, pump.sizes());
    } else {
      const Result<bool> at_once = pass_at_once(out, front, trailers);
      if (!at_once) passed = at_once.error();
      if (at_once && !*at_once) passed = co_await pass_body(out, front, trailers);
    }
    const bool has_left = !passed && passed.error().side == Side::client &&
                          passed.error().code != ErrorCode::cancelled;
    if (has_left && settings().proxy_request.proxy_ignore_client_abort) co_await read_rest();
  } catch (...) {
    thrown = std::current_exception();
  }
  if (thrown) passed = fault_of(thrown);
  // Others may have the connection while a slow client still reads.
  if (passed && (!pump_ || pump_->ended())) release_upstream(passed);
  Result<void> finished;
  if (out.is_under_way()) finished = co_await out.finish();
  co_return passed ? finished : passed;
}

// proxy_ignore_client_abort: the upstream gets rid of its answer although nobody takes it any more,
// for as long as one read may last. An answer that never ends would be read for ever.
net::Awaitable<void> Exchange::read_rest() {
  const SteadyTime end = std::chrono::steady_clock::now() + settings().proxy_read_timeout;
  upstream_->limit_rate(0);
  while (std::chrono::steady_clock::now() < end) {
    const auto part = co_await upstream_->read_body();
    if (!part) co_return;
    if (!part->last) continue;
    const Result<void> whole;
    release_upstream(whole);
    co_return;
  }
}

// A body that has come with its head and is taken at once needs no coroutine.
Result<bool> Exchange::pass_at_once(AnswerWriter& out, const BodyFront& front, bool trailers) {
  if (trailers || front.part || !upstream_->has_rest_of_body() || !out.takes_now()) return false;
  const auto part = upstream_->buffered();
  if (!part) return part.error();
  const std::array<std::string_view, 1> parts = {(**part).data};
  return out.write_now(parts, true);
}

net::Awaitable<Result<void>> Exchange::pass_body(AnswerWriter& out, BodyFront& front,
                                                 bool trailers) {
  while (true) {
    upstream::Exchange::BodyPart part;
    Result<std::optional<upstream::Exchange::BodyPart>> ready = std::exchange(front.part, {});
    if (!*ready) ready = upstream_->buffered();
    if (!ready) co_return ready.error();
    if (*ready) {
      part = **ready;
    } else {
      // The head does not wait for a body that takes its time.
      const Result<bool> begun = out.write_now({}, false);
      if (!begun) co_return begun.error();
      if (!*begun) {
        const Result<void> flushed = co_await out.write({}, false);
        if (!flushed) co_return flushed;
      }
      const auto read = co_await upstream_->read_body();
      if (!read) co_return read.error();
      part = *read;
    }
    if (part.last && trailers && client_.takes_trailers()) {
      http::Fields fields;
      const auto parsed = http::parse_trailers(upstream_->trailers(), Side::upstream, fields);
      if (!parsed) co_return parsed.error();
      client_.add_trailers(fields);
    }
    const std::array<std::string_view, 1> parts = {part.data};
    const Result<bool> done = out.write_now(parts, part.last);
    if (!done) co_return done.error();
    if (!*done) {
      const Result<void> written = co_await out.write(parts, part.last);
      if (!written) co_return written;
    }
    if (part.last) co_return Result<void>();
  }
}

// 101 (Switching Protocols): from here on bytes pass both ways as they are.
net::Awaitable<Result<void>> Exchange::pass_tunnel() {
  if (pump_ && !pump_->ended()) {
    co_return Error{ErrorCode::bad_response, Side::upstream, Retry::no,
                    "101 before the request was complete"};
  }
  if (client_.whole_body() && !client_.body_complete()) client_.discard_whole_body();
  begin_answer();
  answer_.length.reset();
  values_.status = answer_.status;
  values_.sent = &answer_.fields;
  client_.start_tunnel(answer_, server_token(), services_.date());
  upstream_->watch(nullptr);
  const Tunnel::Limits limits{.idle = settings().proxy_read_timeout,
                              .client_timeout = settings().send_timeout,
                              .peer_timeout = settings().proxy_send_timeout};
  Tunnel tunnel(client_, *upstream_, services_.buffers, services_.context.get_executor(), limits);
  const Result<void> passed = co_await tunnel.run();
  co_return passed;
}

}  // namespace signgate::proxy
