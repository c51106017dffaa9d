// SPDX-License-Identifier: Apache-2.0
// Answers that send the client to private media: X-Accel-Redirect, media_redirect.
#include "gateway/http/status.hpp"
#include "gateway/http/text.hpp"
#include "gateway/proxy/authorizer.hpp"
#include "gateway/proxy/exchange.hpp"
#include "gateway/proxy/header_link_signer.hpp"
#include "gateway/proxy/link_gate.hpp"

namespace signgate::proxy {
namespace {

using http::HeaderId;
using Verdict = rewrite::LinkMatcher::Verdict;
using Outcome = signing::UrlSigner::Outcome;

// Counts what the matcher says of a link, and gives the status for who asked for it; 0: go on.
int judge(Verdict verdict, rewrite::Counters& counters) {
  ++counters.links;
  switch (verdict) {
    case Verdict::media:
      ++counters.matched;
      return 0;
    case Verdict::refused_reserved:
      ++counters.refused_reserved;
      return 400;
    case Verdict::refused_path:
      ++counters.refused_path;
      return 400;
    case Verdict::refused_rule:
      ++counters.refused_rule;
      return 403;
    case Verdict::refused_too_long:
      ++counters.too_long;
      return 414;
    case Verdict::not_media:
      break;
  }
  return 404;
}

// The status for who asked for a link that could not be signed.
int unsigned_status(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::pattern:
      return 400;
    case Outcome::no_address:
      return 403;
    case Outcome::too_long:
      return 414;
    default:
      return 500;
  }
}

}  // namespace

// X-Accel-Redirect to private media: the client is sent to the signed URL. False when it is none of
// the route's.
net::Awaitable<bool> Exchange::answer_with_media(std::string target) {
  const route::SignSet* set = route_->signing.get();
  if (set == nullptr) co_return false;
  auto page = page_url();
  if (!page) co_return false;
  const rewrite::LinkMatcher::Outcome outcome = set->matcher.match(target, *page);
  if (outcome.verdict != Verdict::media) co_return false;
  Answer answer;
  answer.status = 302;
  answer.fields.add("Location", target);
  AnswerTexts texts;
  LinkSigner signer(*set, services_, values_.remote_addr);
  const bool is_media = co_await sign_header_links(*set, *page, signer, services_, answer, texts);
  if (!is_media || signer.last_outcome() != Outcome::done) {
    // The edge would refuse it; and the application has said that this client may have it.
    co_await answer_page(500);
    co_return true;
  }
  std::string location(answer.fields.value(HeaderId::location).value_or(std::string_view()));
  std::erase_if(detour_->fields, [](const auto& field) {
    return http::header_id(field.first) == HeaderId::content_type ||
           http::header_id(field.first) == HeaderId::accept_ranges ||
           http::equal_ignoring_case(field.first, "content-disposition");
  });
  const Audience audience = audience_of(*set);
  co_await answer_link(*set, audience, std::move(location));
  co_return true;
}

// media_redirect: whoever may come here is sent to a link that was signed now.
net::Awaitable<void> Exchange::answer_media_redirect() {
  const route::MediaRedirect& media = *route_->media;
  const std::string_view method = route::method_of(values_);
  if (method != "GET" && method != "HEAD") {
    // Not for a page that takes its place, which may have methods of its own.
    if (!has_error_page(405)) detour().fields.emplace_back("Allow", "GET, HEAD");
    co_await answer_page(405);
    co_return;
  }
  auto page = page_url();
  // A client that names no host: the link is an absolute one anyway.
  if (!page) page = rewrite::PageUrl::make("http://own-origin.invalid/");
  const bool is_written = !detour_ || detour_->uris.empty();
  const route::AccessRules* rules = access_rules();
  const bool judged = rules != nullptr && !rules->settings.auth_request.empty();
  // A fragment is in what the application was told, and in nothing that is signed.
  const bool is_odd = judged && is_written && client_.head().target.find('#') != std::string::npos;
  const route::RedirectedPath asked{
      .location = route_->location,
      .exact = route_->kind == config::LocationKind::exact,
      .uri = values_.uri,
      .written = is_written ? client_.head().path : std::string_view(),
      .args = route::args_of(values_),
      .judged = judged};
  rewrite::LinkMatcher::Outcome found = route::find_media(media, asked, *page);
  if (is_odd) found.verdict = Verdict::refused_path;
  const int refused = judge(found.verdict, services_.counters.scanned);
  if (refused != 0) {
    co_await answer_page(refused);
    co_return;
  }
  rewrite::Batch batch;
  rewrite::Link& link = batch.links.emplace_back();
  link.rule = found.rule;
  link.url = std::move(found.url);
  link.path = std::move(found.path);
  link.context = rewrite::LinkContext::header;
  // The link is the request's own by design, so that none of these is refused as reflected.
  LinkGate gate(*media.set);
  if (authorizer_) gate.grant(authorizer_->grants());
  gate.ask_by(services_, client_, *runtime_, *server_, values_);
  LinkSigner signer(*media.set, services_, values_.remote_addr);
  signer.hold_to(gate);
  std::vector<std::string> urls;
  co_await signer.sign(batch, urls);
  if (!urls.front().empty()) {
    constexpr Audience viewer{.one_viewer = true};
    co_await answer_link(*media.set, viewer, std::move(urls.front()));
    co_return;
  }
  const auto outcome = signer.last_outcome();
  int status = 403;
  if (outcome) {
    status = unsigned_status(*outcome);
  } else if (gate.refusal(link) == LinkGate::Refusal::grant_failed) {
    status = 500;  // who is to grant it could not be asked, as with auth_request
  } else {
    ++services_.counters.denied;
    const bool by_header = media.set->signers[link.rule].grant_header.has_value();
    services_.access_errors.tell(
        config::LogLevel::error,
        by_header ? "media_redirect: the answer to auth_request does not list the link"
                  : "media_redirect: grant_request does not grant the link",
        values_);
  }
  co_await answer_page(status);
}

// Sends the client to a link that `set` has signed: no cache keeps that longer than the link lives,
// and none that others are answered from if it is for one viewer.
net::Awaitable<void> Exchange::answer_link(const route::SignSet& set, const Audience& audience,
                                           std::string location) {
  linked_ = &set;
  linked_audience_ = audience;
  return answer_text(302, "text/html", http::error_page(302, server_token()), std::move(location));
}

// Comes after what an application, `expires` and add_header have said.
void Exchange::bound_link(Answer& answer) {
  cap_caching(linked_->page_life, linked_audience_, unix_now(), http::ResponseHead(), answer,
              texts_);
}

}  // namespace signgate::proxy
