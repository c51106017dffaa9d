// SPDX-License-Identifier: Apache-2.0
// The upstream's answer on its way to the client: header filters, links in the header, the body.
#include <array>

#include "gateway/proxy/answer_filter.hpp"
#include "gateway/proxy/cookie_setter.hpp"
#include "gateway/proxy/exchange.hpp"
#include "gateway/proxy/header_link_signer.hpp"
#include "gateway/proxy/rewrite_pump.hpp"

namespace signgate::proxy {

// The exchange ended cleanly: its connection serves again, unless the answer says otherwise.
void Exchange::give_back() {
  if (auto connection = upstream_->take_connection()) {
    group_->idle().put(std::move(connection));
  }
}

net::Awaitable<Result<void>> Exchange::answer_upstream() {
  const http::ResponseHead& head = upstream_->head();
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
  values_.upstream = &head.fields;
  values_.sent = &answer_.fields;
  if (route_->answers) add_answer_headers(*route_->answers, values_, now, answer_, texts_);
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
      LinkSigner signer(*set, services_, values_.remote_addr);
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
  route::CompressionChoice compression;
  if (route_->answers && route_->answers->compression) {
    compression =
        compress_fields(*route_->answers->compression, client_.head(),
                        head.fields.value(http::HeaderId::date).value_or(""), now, answer_, texts_);
    if (compression.coding != codec::Coding::identity) {
      plan.compress(compression);
      ++services_.counters.compressed;
    }
  }
  values_.status = answer_.status;
  add_challenges(answer_);
  client_.start(answer_, keeps_alive() && (!pump_ || !pump_->ended() || *pump_->result()),
                server_token(), services_.date());
  if (!plan.rewrite || client_.head().method == http::Method::head) {
    const bool coded = compression.coding != codec::Coding::identity &&
                       client_.head().method != http::Method::head;
    if (coded) {
      const Result<void> compressed = co_await pass_compressed(compression);
      co_return compressed;
    }
    const Result<void> passed = co_await pass_body();
    co_return passed;
  }
  ++services_.counters.rewritten;
  LinkSigner signer(*set, services_, values_.remote_addr);
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

}  // namespace signgate::proxy
