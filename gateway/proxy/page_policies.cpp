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

constexpr std::string_view repaired_policy = "strict-origin-when-cross-origin";

// Where a policy stands, as a warning begins.
constexpr std::string_view of_header = "Referrer-Policy: ";
constexpr std::string_view of_meta = "<meta name=\"referrer\"> with ";
constexpr std::string_view of_attribute = "referrerpolicy of a link with ";

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

void warn(const PageFacts& facts, std::string_view place, http::ReferrerReach reach,
          const rewrite::Url& target) {
  if (!logs(ErrorLevel::warn, facts.values.error_log)) return;
  std::string kind(place);
  kind += reach == http::ReferrerReach::nowhere ? "no-referrer" : "same-origin";
  kind += " of an answer keeps the Referer from ";
  rewrite::append_origin(target, kind);
  kind += ", which may ask for it; referrer_policy = \"repair\" changes ";
  kind += place == of_attribute ? "no attribute" : "that";
  const ErrorPlace where{.connection = facts.values.connection, .log = facts.values.error_log};
  RareLines::shared().tell(std::chrono::steady_clock::now(), where, ErrorLevel::warn, kind,
                           logged_request(facts.values));
}

// Whether a policy of that reach, at a place where it can be changed, is to be.
bool is_repaired(const PageFacts& facts, Counters& counters, std::string_view place,
                 http::ReferrerReach reach) {
  const rewrite::Url* target = find_kept_from(facts, reach);
  if (target == nullptr) return false;
  if (place != of_attribute && facts.settings.referrer_policy == ReferrerPolicy::repair) {
    ++counters.referrer_repaired;
    return true;
  }
  if (facts.format != rewrite::Format::none) {
    ++counters.referrer_warned;
    warn(facts, place, reach, *target);
  }
  return false;
}

void fit_referrer_policy(const PageFacts& facts, Counters& counters, Answer& answer) {
  if (is_repaired(facts, counters, of_header, http::referrer_reach(answer.fields)))
    answer.fields.set(http::HeaderId::other, "Referrer-Policy", repaired_policy);
}

// What <meta name="referrer"> says; an old word for no-referrer among the rest (WHATWG HTML,
// section 4.2.5.1).
http::ReferrerReach reach_of(std::string_view word) {
  if (http::equal_ignoring_case(word, "never")) return http::ReferrerReach::nowhere;
  return http::referrer_reach_of(word).value_or(http::ReferrerReach::anywhere);
}

std::optional<std::string> fit_policy(const PageFacts& facts, Counters& counters,
                                      rewrite::PagePolicy place, std::string_view value) {
  using rewrite::PagePolicy;
  if (place == PagePolicy::content_security) {
    if (facts.settings.csp != config::Csp::extend) return std::nullopt;
    auto extended = rewrite::extend_policies(value, facts.set.targets, facts.page);
    if (extended) ++counters.csp_extended;
    return extended;
  }
  if (facts.settings.referrer_policy == ReferrerPolicy::off) return std::nullopt;
  const std::string_view shown = place == PagePolicy::referrer ? of_meta : of_attribute;
  if (!is_repaired(facts, counters, shown, reach_of(value))) return std::nullopt;
  return std::string(repaired_policy);
}

}  // namespace

void fit_policies(const PageFacts& facts, Services& services, Answer& answer, AnswerTexts& texts) {
  if (facts.settings.csp == config::Csp::extend)
    extend_csp(facts, services.counters, answer, texts);
  if (facts.settings.referrer_policy != ReferrerPolicy::off && sends_requests(facts.format))
    fit_referrer_policy(facts, services.counters, answer);
}

rewrite::PolicyFitter policy_fitter(const PageFacts& facts, Services& services) {
  const bool idle = facts.settings.csp != config::Csp::extend &&
                    facts.settings.referrer_policy == ReferrerPolicy::off;
  if (idle) return {};
  return [&set = facts.set, &settings = facts.settings, &values = facts.values, page = facts.page,
          format = facts.format, &services](rewrite::PagePolicy place, std::string_view value) {
    const PageFacts own{
        .set = set, .settings = settings, .page = page, .values = values, .format = format};
    return fit_policy(own, services.counters, place, value);
  };
}

}  // namespace signgate::proxy
