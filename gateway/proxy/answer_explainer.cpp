// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/answer_explainer.hpp"

#include "gateway/base/limits.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/http/trailers.hpp"
#include "gateway/proxy/error_log.hpp"
#include "gateway/proxy/explanation.hpp"
#include "gateway/proxy/logged_request.hpp"
#include "gateway/route/log_escape.hpp"
#include "gateway/route/query.hpp"
#include "signing/time_text.hpp"

namespace signgate::proxy {
namespace {

constexpr std::string_view field_name = "X-Signgate-Explain";

// What is told at once: `name="value"; ...`, on one line whatever the page holds.
class Telling {
 public:
  void add(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += "; ";
    text_.append(name).append("=\"");
    // Redacted before it is cut, so that no half of a signature is left.
    const std::string clean = config::printable(route::redact_signatures(value));
    route::append_json_escaped(std::string_view(clean).substr(0, limits::explained_text), text_);
    text_ += clean.size() > limits::explained_text ? "...\"" : "\"";
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string_view format_name(rewrite::Format format) {
  switch (format) {
    case rewrite::Format::html:
      return "html";
    case rewrite::Format::css:
      return "css";
    case rewrite::Format::json:
      return "json";
    case rewrite::Format::m3u8:
      return "m3u8";
    case rewrite::Format::xml:
      return "xml";
    case rewrite::Format::mpd:
      return "mpd";
    case rewrite::Format::script:
      return "script";
    case rewrite::Format::vtt:
      return "vtt";
    case rewrite::Format::text:
      return "text";
    case rewrite::Format::none:
      break;
  }
  return "none";
}

std::string_view coding_text(codec::Coding coding) {
  const std::string_view name = codec::coding_name(coding);
  return name.empty() ? "identity" : name;
}

std::string joined(const std::vector<std::string>& names, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text.append(i == 0 ? "" : " ").append(names[i]);
  return text;
}

std::string tell_link(const rewrite::CandidateLink& candidate, const Explanation& said) {
  Telling telling;
  telling.add("link", candidate.text);
  telling.add("context", rewrite::link_context_name(candidate.context));
  telling.add("verdict", verdict_name(said.verdict));
  if (!said.rule.empty()) telling.add("rule", said.rule);
  telling.add("reason", said.reason);
  if (!said.resource.empty()) telling.add("resource", said.resource);
  if (said.expires) telling.add("expires", signing::format_time(*said.expires));
  return telling.take();
}

}  // namespace

std::unique_ptr<AnswerExplainer> AnswerExplainer::make(const route::Route& route,
                                                       const http::RequestHead& request,
                                                       const route::VariableValues& values) {
  if (route.settings.explain.empty() || route.signing == nullptr) return nullptr;
  const auto client = parse_peer_ip(values.remote_addr);
  if (!client || !contains(route.settings.explain, *client)) return nullptr;
  return std::make_unique<AnswerExplainer>(route, request, values);
}

AnswerExplainer::AnswerExplainer(const route::Route& route, const http::RequestHead& request,
                                 const route::VariableValues& values)
    : route_(route),
      set_(*route.signing),
      request_(request),
      values_(values),
      candidates_(limits::explained_answer_links) {}

void AnswerExplainer::tell_head(const ResponsePlan& plan, const http::ResponseHead& upstream,
                                UnixSeconds now, Answer& answer, AnswerTexts& texts) {
  Telling telling;
  telling.add("location", route_.location);
  telling.add("sign", joined(set_.rule_names, set_.signers.size()));
  if (plan.rewrites()) {
    telling.add("body", std::string("scanned as ").append(format_name(plan.format)));
    telling.add("coding", std::string(coding_text(plan.upstream_coding))
                              .append(" to ")
                              .append(coding_text(plan.client_coding)));
  } else {
    telling.add("body", std::string("passed: ").append(plan.passed));
  }
  if (const auto cache = answer.fields.value(http::HeaderId::cache_control))
    telling.add("cache", *cache);
  for (const std::string& name : set_.grant_headers)
    telling.add(upstream.fields.find(name) != nullptr ? "granted-by" : "not-granted-by", name);
  answer.fields.remove(field_name);
  const std::string& head = texts.emplace_back(telling.take());
  log(head + logged_request(values_));
  answer.fields.add(field_name, head);
  std::size_t size = 0;
  for (std::string& link : take_links()) {
    log(link);
    size += link.size();
    if (size <= limits::explained_head)
      answer.fields.add(field_name, texts.emplace_back(std::move(link)));
  }
  const Audience viewer{.one_viewer = true, .authorized = false};
  cap_caching(0, viewer, now, upstream, answer, texts);
  trails_ = plan.rewrites() && answer.may_chunk && request_.minor > 0 &&
            request_.method != http::Method::head && http::takes_trailers(request_.fields);
  if (trails_) answer.fields.add("Trailer", field_name);
}

// The links that were noted, in words; they are forgotten.
std::vector<std::string> AnswerExplainer::take_links() {
  const UnixSeconds now = unix_now();
  std::vector<std::string> links;
  const AnswerGrants* const grants = gate_ != nullptr ? &gate_->grants() : nullptr;
  ReflectedLinks* const reflected = gate_ != nullptr ? gate_->reflected() : nullptr;
  for (const rewrite::CandidateLink& candidate : candidates_.candidates())
    links.push_back(tell_link(candidate, explain(set_, candidate, grants, reflected, now)));
  candidates_.forget();
  return links;
}

void AnswerExplainer::tell_links() {
  for (std::string& link : take_links()) {
    log(link);
    if (!trails_) continue;
    if (untold_ > 0 || trailers_size_ + link.size() > limits::explained_trailer) {
      ++untold_;
      continue;
    }
    trailers_size_ += link.size();
    trailers_.push_back(std::move(link));
  }
}

void AnswerExplainer::finish(http::Fields& out) {
  const std::size_t left_out = candidates_.left_out();
  const auto tell_rest = [](std::size_t count) {
    Telling telling;
    telling.add("links-left-out", std::to_string(count));
    return telling.take();
  };
  if (left_out > 0) log(tell_rest(left_out));
  if (!trails_) return;
  if (left_out + untold_ > 0) trailers_.push_back(tell_rest(left_out + untold_));
  for (const std::string& each : trailers_)
    out.add(field_name, each);
}

void AnswerExplainer::log(std::string_view text) const {
  const ErrorPlace place{.connection = values_.connection, .log = values_.error_log};
  log_at(place, ErrorLevel::notice,
         std::string("explain ").append(values_.request_id).append(": ").append(text));
}

}  // namespace signgate::proxy
