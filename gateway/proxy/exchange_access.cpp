// SPDX-License-Identifier: Apache-2.0
// The exchange's dealings with who may ask, and with what is added to answers.
#include <array>

#include "gateway/proxy/answer_filter.hpp"
#include "gateway/proxy/authorizer.hpp"
#include "gateway/proxy/compress_pump.hpp"
#include "gateway/proxy/exchange.hpp"
#include "gateway/proxy/link_gate.hpp"

namespace signgate::proxy {

const route::AccessRules* Exchange::access_rules() const {
  const std::optional<route::LimitExcept>& except = route_->limit_except;
  if (except && except->limits(route::method_of(values_))) return except->access.get();
  return route_->access.get();
}

void Exchange::find_client(const route::AccessRules& rules) {
  if (!authorizer_)
    authorizer_ = std::make_unique<Authorizer>(services_, client_, *runtime_, *server_, values_);
  authorizer_->find_client(rules, viewer_.proxy_protocol);
}

net::Awaitable<bool> Exchange::is_authorized(const route::AccessRules& rules) {
  find_client(rules);
  was_judged_ = was_judged_ || !rules.settings.auth_request.empty();
  int status = authorizer_->check_referer(rules);
  // limit_except is looked at where `return` is not reached yet (nginx).
  const bool is_limited = &rules != route_->access.get();
  if (status == 0 && (route_->return_status == 0 || is_limited)) {
    if (route_->media) authorizer_->take_grants(*route_->media->set);
    status = co_await authorizer_->check(rules);
  }
  if (status == 0) co_return true;
  if (status == 444 || status == 499) {
    values_.status = status;
    lingering_ = false;
  } else {
    co_await answer_page(status);
  }
  co_return false;
}

void Exchange::guard(LinkGate& gate) const {
  gate.refuse_reflected(client_.head(), body_text_.get());
  gate.ask_by(services_, client_, *runtime_, *server_, values_);
}

void Exchange::add_challenges(Answer& answer) const {
  if (!authorizer_ || answer.status != 401) return;
  for (const std::string& challenge : authorizer_->challenges())
    answer.fields.add("WWW-Authenticate", challenge);
}

void Exchange::tell_trailers() {
  if (!client_.takes_trailers()) return;
  http::Fields fields;
  add_trailers(*route_->answers, values_, answer_.status, fields, texts_);
  client_.add_trailers(fields);
}

void Exchange::dress(Answer& answer, std::string& body) {
  const UnixSeconds now = unix_now();
  add_answer_headers(*route_->answers, values_, now, answer, texts_);
  if (route_->answers->compression) compress(answer, body, now);
  const http::RequestHead* request = refused_ ? nullptr : values_.request;
  trails_ = frame_trailers(*route_->answers, request, answer);
}

void Exchange::compress(Answer& answer, std::string& body, UnixSeconds now) {
  const std::uint64_t plain = body.size();
  const route::CompressionChoice choice =
      compress_fields(*route_->answers->compression, client_.head(), {}, now, answer, texts_);
  if (choice.coding == codec::Coding::identity) return;
  auto coded = compress_text(body, choice, services_.encoders);
  if (coded) {
    body = std::move(*coded);
  } else {
    answer.fields.remove(http::HeaderId::content_encoding);
    answer.length = plain;
    return;
  }
  answer.length = body.size();
  note_sizes(choice.coding, {.plain = plain, .coded = body.size()});
}

void Exchange::note_sizes(codec::Coding coding, const codec::Sizes& sizes) {
  if (coding == codec::Coding::gzip)
    gzip_ = route::GzipSizes{.plain = sizes.plain, .coded = sizes.coded};
}

}  // namespace signgate::proxy
