// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/explanation.hpp"

#include <algorithm>

#include "gateway/base/check.hpp"
#include "gateway/proxy/link_signer.hpp"
#include "gateway/rewrite/charset_rewriter.hpp"
#include "gateway/route/grant_prefix.hpp"
#include "signing/expiry_window.hpp"

namespace signgate::proxy {
namespace {

using Verdict = rewrite::LinkMatcher::Verdict;

// Why a link that concerns a rule is left alone; "" when nothing is against it so far.
std::string obstacle(const rewrite::CandidateLink& candidate) {
  switch (candidate.outcome.verdict) {
    case Verdict::refused_reserved:
      return "its query holds Expires, Policy, Signature, Key-Pair-Id or Hash-Algorithm, but it is "
             "not signed";
    case Verdict::refused_path:
      return "a dot segment, perhaps an encoded one, hides where it leads";
    case Verdict::refused_rule:
      return "it leads to media of a rule that this route does not sign";
    case Verdict::refused_too_long:
      return "the URL to be signed is longer than " + std::to_string(limits::link_length) +
             " bytes";
    case Verdict::not_media:
    case Verdict::media:
      break;
  }
  switch (candidate.obstacle) {
    case rewrite::CandidateLink::Obstacle::is_template:
      return "it stands for many URLs, and no signature of this rule opens all of them "
             "(policy = \"prefix\" may)";
    case rewrite::CandidateLink::Obstacle::charset:
      return "its characters depend on the page's charset, and so does what a browser asks for";
    case rewrite::CandidateLink::Obstacle::user_content:
      return "it stands in user content, which may have what user_content_links lists alone";
    case rewrite::CandidateLink::Obstacle::too_long:
      return "its value is longer than " + std::to_string(limits::scan_window) + " bytes";
    case rewrite::CandidateLink::Obstacle::none:
      break;
  }
  return {};
}

// Why a link is refused that came with the request; "" when it did not.
std::string reflection(ReflectedLinks::Verdict verdict) {
  switch (verdict) {
    case ReflectedLinks::Verdict::own:
      break;
    case ReflectedLinks::Verdict::reflected:
      return "the page's address has it, so that whoever asks for the page may have chosen it "
             "(reflect = \"refuse\")";
    case ReflectedLinks::Verdict::unclear:
      return "the page's address may have it, in a form that cannot be judged "
             "(reflect = \"refuse\")";
  }
  return {};
}

}  // namespace

std::string_view verdict_name(Explanation::Verdict verdict) noexcept {
  switch (verdict) {
    case Explanation::Verdict::is_signed:
      return "signed";
    case Explanation::Verdict::skipped:
      return "skipped";
    case Explanation::Verdict::refused:
      return "refused";
  }
  return {};
}

Explanation explain(const route::SignSet& set, const rewrite::CandidateLink& candidate,
                    const AnswerGrants* grants, ReflectedLinks* reflected, UnixSeconds now) {
  Explanation said;
  if (candidate.outcome.verdict == Verdict::not_media) {
    said.reason = "no media rule has links that begin like this";
    return said;
  }
  said.rule = set.rule_names[candidate.outcome.rule];
  said.verdict = Explanation::Verdict::refused;
  said.reason = obstacle(candidate);
  if (!said.reason.empty()) return said;
  const route::MediaSigner& rule = set.signers[candidate.outcome.rule];
  rewrite::Link link;
  link.rule = candidate.outcome.rule;
  link.url = candidate.outcome.url;
  link.path = candidate.outcome.path;
  link.relative = candidate.outcome.relative;
  link.led_by_base = candidate.outcome.led_by_base;
  link.shared = candidate.shared;
  if (rule.refuses_reflected && reflected != nullptr) {
    said.reason = reflection(reflected->judge(set, link));
    if (!said.reason.empty()) return said;
  }
  const bool held = rule.grant_header && grants != nullptr;
  if (held && !grants->allow(set, link)) {
    said.reason = "the answer does not grant it by " + set.grant_headers[*rule.grant_header];
    return said;
  }
  if (rule.key_at(now) == nullptr) {
    said.reason = "none of the rule's keys may sign now";
    return said;
  }
  if (!opens_all(rule, link)) {
    said.reason = "no signature of this rule opens all that it stands for";
    return said;
  }
  said.verdict = Explanation::Verdict::is_signed;
  said.resource = candidate.outcome.url;
  said.expires = signing::expiry_at(rule.expiry, rule.name, said.resource, now);
  said.reason = "its rule is in the route's sign";
  if (held) {
    said.reason += ", and the answer grants it by " + set.grant_headers[*rule.grant_header];
  } else if (rule.grant_header) {
    said.reason += "; the answer has to grant it by " + set.grant_headers[*rule.grant_header];
  } else if (rule.grant_request) {
    said.reason += "; " + rule.grant_request->uri + " has to grant ";
    said.reason += route::grant_prefix(rule, said.resource);
  }
  return said;
}

rewrite::Counters find_candidates(const route::SignSet& set, rewrite::Format format,
                                  std::optional<rewrite::Charset> charset,
                                  const rewrite::PageUrl& page, std::string_view text,
                                  rewrite::CandidateLog& found) {
  rewrite::CharsetRewriter rewriter(
      format, set.matcher, page,
      rewrite::RewriteOptions{.candidates = &found, .rules = &set.page, .charset = charset});
  rewrite::Batch batch;
  // Windows like those of an answer, so that what does not fit there does not fit here.
  std::size_t size = std::min(text.size(), limits::scan_window);
  while (true) {
    const bool last = size == text.size();
    const std::size_t used = rewriter.scan(text.substr(0, size), last, batch);
    text.remove_prefix(used);
    if (text.empty() && last) return rewriter.counters();
    SIGNGATE_CHECK(used > 0 || size < limits::scan_window || !batch.links.empty());
    size = std::min(text.size(), limits::scan_window);
  }
}

}  // namespace signgate::proxy
