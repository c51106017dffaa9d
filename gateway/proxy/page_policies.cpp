// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/page_policies.hpp"

#include <algorithm>
#include <string>

#include "gateway/http/referrer_policy.hpp"
#include "gateway/http/text.hpp"
#include "gateway/proxy/logged_request.hpp"
#include "gateway/proxy/rare_lines.hpp"
#include "gateway/rewrite/content_security_policy.hpp"

namespace signgate::proxy {
namespace {

using config::ReferrerPolicy;

void extend_csp(const PageFacts& facts, Counters& counters, Answer& answer, AnswerTexts& texts) {
  answer.fields.transform([&](http::Field& field) {
    if (field.id != http::HeaderId::other ||
        (!http::equal_ignoring_case(field.name, "content-security-policy") &&
         !http::equal_ignoring_case(field.name, "content-security-policy-report-only")))
      return;
    auto extended = rewrite::extend_policies(field.value, facts.set.targets, facts.page);
    if (!extended) return;
    field.value = texts.emplace_back(std::move(*extended));
    ++counters.csp_extended;
  });
}

// A playlist or JSON is fetched, and its links by the page that asked for it: of its own it sends
// nothing. A style sheet does, by its own policy.
bool sends_requests(rewrite::Format format) noexcept {
  return format == rewrite::Format::none || format == rewrite::Format::html ||
         format == rewrite::Format::css || format == rewrite::Format::xml;
}

bool is_same_origin(const rewrite::Url& a, const rewrite::Url& b) {
  return a.https == b.https && a.port == b.port && a.host == b.host;
}

// The first target that gets no Referer; null: all do.
const rewrite::Url* find_kept_from(const PageFacts& facts, http::ReferrerReach reach) {
  const std::vector<rewrite::Url>& targets = facts.set.targets;
  if (reach == http::ReferrerReach::anywhere || targets.empty()) return nullptr;
  if (reach == http::ReferrerReach::nowhere) return &targets.front();
  const auto other = std::ranges::find_if(
      targets, [&](const rewrite::Url& target) { return !is_same_origin(target, facts.page); });
  return other == targets.end() ? nullptr : &*other;
}

void warn(const PageFacts& facts, http::ReferrerReach reach, const rewrite::Url& target) {
  if (!logs(ErrorLevel::warn, facts.values.error_log)) return;
  std::string kind = reach == http::ReferrerReach::nowhere ? "Referrer-Policy: no-referrer"
                                                           : "Referrer-Policy: same-origin";
  kind += " of an answer keeps the Referer from ";
  rewrite::append_origin(target, kind);
  kind += ", which may ask for it; referrer_policy = \"repair\" changes that";
  const ErrorPlace place{.connection = facts.values.connection, .log = facts.values.error_log};
  RareLines::shared().tell(std::chrono::steady_clock::now(), place, ErrorLevel::warn, kind,
                           logged_request(facts.values));
}

void fit_referrer_policy(const PageFacts& facts, Counters& counters, Answer& answer) {
  const http::ReferrerReach reach = http::referrer_reach(answer.fields);
  const rewrite::Url* target = find_kept_from(facts, reach);
  if (target == nullptr) return;
  if (facts.settings.referrer_policy == ReferrerPolicy::repair) {
    answer.fields.set(http::HeaderId::other, "Referrer-Policy", "strict-origin-when-cross-origin");
    ++counters.referrer_repaired;
  } else if (facts.format != rewrite::Format::none) {
    ++counters.referrer_warned;
    warn(facts, reach, *target);
  }
}

}  // namespace

void fit_policies(const PageFacts& facts, Services& services, Answer& answer, AnswerTexts& texts) {
  if (facts.settings.csp == config::Csp::extend)
    extend_csp(facts, services.counters, answer, texts);
  if (facts.settings.referrer_policy != ReferrerPolicy::off && sends_requests(facts.format))
    fit_referrer_policy(facts, services.counters, answer);
}

}  // namespace signgate::proxy
