// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/response_filter.hpp"

#include <array>
#include <utility>
#include <vector>

#include "gateway/http/accept_encoding.hpp"
#include "gateway/http/cache_control.hpp"
#include "gateway/http/connection_options.hpp"
#include "gateway/http/edge_caching.hpp"
#include "gateway/http/media_type.hpp"
#include "gateway/http/text.hpp"
#include "gateway/rewrite/charset_rewriter.hpp"

namespace signgate::proxy {
namespace {

using http::HeaderId;

std::string_view value_of(const http::Fields& fields, HeaderId id) {
  return fields.value(id).value_or(std::string_view());
}

void set_or_remove(Answer& answer, AnswerTexts& texts, HeaderId id, std::string_view name,
                   std::string value) {
  if (value.empty()) {
    answer.fields.remove(id);
    return;
  }
  answer.fields.set(id, name, texts.emplace_back(std::move(value)));
}

bool lists(std::string_view list, std::string_view element) {
  bool found = false;
  http::for_each_list_element(list, [&](std::string_view each) {
    found = found || each == "*" || http::equal_ignoring_case(each, element);
  });
  return found;
}

// Said of every answer whose coding the client's Accept-Encoding chose, whatever gzip_vary says: a
// cache would hand out bytes that a browser cannot read.
void vary_by_coding(Answer& answer, AnswerTexts& texts) {
  std::string vary = http::join_lines(answer.fields, HeaderId::vary);
  if (lists(vary, "Accept-Encoding")) return;
  vary += vary.empty() ? "Accept-Encoding" : ", Accept-Encoding";
  set_or_remove(answer, texts, HeaderId::vary, "Vary", std::move(vary));
}

// What is left of a field that speaks to caches in front of us alone, some under names of their
// own. Nothing for other fields; empty: the field goes.
std::optional<std::string> edge_value(const http::Field& field, const http::CacheBound& bound,
                                      UnixSeconds now, const http::Fields& fields) {
  if (field.id == HeaderId::surrogate_control)
    return http::cap_surrogate_control(http::join_lines(fields, field), bound);
  if (http::is_targeted_cache_control(field.name))
    return http::cap_targeted_cache_control(http::join_lines(fields, field), bound);
  if (field.id != HeaderId::other) return std::nullopt;
  if (http::equal_ignoring_case(field.name, "edge-control"))
    return http::strip_edge_control(http::join_lines(fields, field));
  if (http::equal_ignoring_case(field.name, "x-accel-expires"))
    return http::cap_accel_expires(http::join_lines(fields, field), now, bound);
  return std::nullopt;
}

void cap_edge_caching(const http::CacheBound& bound, UnixSeconds now, Answer& answer,
                      AnswerTexts& texts) {
  std::vector<std::pair<http::Field, std::string>> found;
  for (const http::Field& field : answer.fields) {
    if (auto value = edge_value(field, bound, now, answer.fields))
      found.emplace_back(field, std::move(*value));
  }
  for (auto& [field, value] : found) {
    if (!value.empty()) {
      answer.fields.set(field.id, field.name, texts.emplace_back(std::move(value)));
    } else if (field.id == HeaderId::other) {
      answer.fields.remove(field.name);
    } else {
      answer.fields.remove(field.id);
    }
  }
}

// What upstream said of the bytes that it sent, which are not those that go out.
void drop_facts_of_the_body(Answer& answer) {
  for (const HeaderId id : {HeaderId::content_md5, HeaderId::digest, HeaderId::repr_digest,
                            HeaderId::accept_ranges, HeaderId::last_modified}) {
    answer.fields.remove(id);
  }
  answer.fields.remove("Content-Digest");
  answer.length.reset();
}

// The value that proxy_redirect or proxy_cookie_* give a field, if they change it.
std::optional<std::string> rewritten(const route::RouteRules& rules,
                                     const route::VariableValues& values,
                                     const http::Field& field) {
  if (field.id == HeaderId::location && !rules.redirects.empty())
    return route::apply_first(rules.redirects, field.value, values);
  if (field.id == HeaderId::refresh && !rules.redirects.empty()) {
    constexpr std::string_view sign = "url=";
    std::size_t at = 0;
    while (at + sign.size() <= field.value.size() &&
           !http::equal_ignoring_case(field.value.substr(at, sign.size()), sign))
      ++at;
    at += sign.size();
    if (at > field.value.size()) return std::nullopt;
    auto changed = route::apply_first(rules.redirects, field.value.substr(at), values);
    if (changed) changed->insert(0, field.value.substr(0, at));
    return changed;
  }
  if (field.id == HeaderId::set_cookie && !rules.cookies.empty())
    return rules.cookies.apply(field.value, values);
  return std::nullopt;
}

}  // namespace

ResponsePlan plan_response(const route::SignSet* set, const http::RequestHead& request,
                           const http::ResponseHead& response, Counters& counters) {
  ResponsePlan plan;
  const auto pass = [&plan](std::string_view why) {
    plan.passed = why;
    return plan;
  };
  if (set == nullptr || set->matcher.empty()) return pass("the route signs nothing");
  // 1xx, 204 and 304 have no body; a part of a page cannot be scanned, since it may begin within a
  // tag.
  if (response.status == 204 || response.status == 206 || response.status == 304)
    return pass("an answer of this status is no whole document");
  const auto type = http::parse_media_type(value_of(response.fields, HeaderId::content_type));
  if (!type) return pass("it has no media type");
  const rewrite::Format format = rewrite::find_format(type->essence);
  if (!rewrite::is_looked_into(format, set->page))
    return pass("links are not looked for in this media type");
  const auto label = type->charset();
  const auto charset = label ? rewrite::find_charset(*label) : std::nullopt;
  if (charset && !rewrite::can_read(format, *charset)) {
    ++counters.passed_unscannable_charset;
    return pass("a text in this charset cannot be scanned");
  }
  const auto coding =
      codec::parse_coding(http::join_lines(response.fields, HeaderId::content_encoding));
  if (!coding) {
    ++counters.passed_unknown_coding;
    plan.unknown_coding = true;
    return pass("its content coding is unknown");
  }
  plan.format = format;
  plan.charset = charset;
  plan.upstream_coding = *coding;
  if (*coding != codec::Coding::identity) {
    // What upstream took goes before what it did not, unless the client weighs them otherwise.
    const std::array<std::string_view, 5> available = {codec::coding_name(*coding), "gzip",
                                                       "deflate", "zstd", "br"};
    const std::string accepted = http::join_lines(request.fields, HeaderId::accept_encoding);
    const auto chosen = codec::parse_coding(http::choose_coding(accepted, available));
    plan.client_coding = chosen.value_or(codec::Coding::identity);
    plan.level = codec::page_level(plan.client_coding);
  }
  return plan;
}

void copy_end_to_end_fields(const route::RouteRules& rules, const route::VariableValues& values,
                            const http::ResponseHead& response, Answer& answer,
                            AnswerTexts& texts) {
  const http::ConnectionOptions options(response.fields);
  for (const http::Field& field : response.fields) {
    if (field.id == HeaderId::content_length || rules.hides(field)) continue;
    // Upgrade tells what the server would speak (RFC 9110 section 15.5.22); Connection lists it.
    if (field.id != HeaderId::upgrade &&
        (http::is_hop_by_hop(field.id) || options.list(field.name))) {
      continue;
    }
    http::Field copy = field;
    if (auto changed = rewritten(rules, values, field))
      copy.value = texts.emplace_back(std::move(*changed));
    answer.fields.add(copy);
  }
}

void complete_location(const route::RouteRules& rules, const route::VariableValues& values,
                       const http::ResponseHead& response, Answer& answer, AnswerTexts& texts) {
  const auto given = response.fields.value(HeaderId::location);
  const auto found = answer.fields.value(HeaderId::location);
  if (!given || !found || found->data() == given->data() || !found->starts_with('/')) return;
  answer.fields.set(HeaderId::location, "Location",
                    texts.emplace_back(rules.own_address(values, *found)));
}

void cap_caching(std::uint64_t seconds, const Audience& audience, UnixSeconds now,
                 const http::ResponseHead& response, Answer& answer, AnswerTexts& texts) {
  // What `expires` and add_header gave is bounded like what came from upstream.
  const http::Fields& from = response.fields;
  const std::string cache_control = http::join_lines(answer.fields, HeaderId::cache_control);
  const auto expires = answer.fields.value(HeaderId::expires);
  const bool upstreams = expires == from.value(HeaderId::expires);
  const std::uint64_t age = http::parse_age(http::join_lines(from, HeaderId::age));
  http::Dates dates{.date = upstreams ? value_of(from, HeaderId::date) : "",
                    .expires = expires.value_or(""),
                    .last_modified = value_of(from, HeaderId::last_modified),
                    .age = age};
  http::CacheBound bound{.seconds = seconds,
                         .age = age,
                         .implied = http::implied_lifetime(dates, now),
                         .make_private = audience.one_viewer,
                         .authorized = audience.authorized};
  // Alone it means no-cache to those who heed it; with a Cache-Control it means nothing.
  if (cache_control.empty() && lists(http::join_lines(answer.fields, HeaderId::pragma), "no-cache"))
    bound.implied = 0;
  set_or_remove(answer, texts, HeaderId::cache_control, "Cache-Control",
                http::cap_cache_control(cache_control, bound));
  if (expires) {
    set_or_remove(answer, texts, HeaderId::expires, "Expires",
                  http::cap_expires(*expires, now, seconds));
  }
  dates.date = value_of(from, HeaderId::date);
  dates.expires = {};
  bound.implied = http::implied_lifetime(dates, now);
  cap_edge_caching(bound, now, answer, texts);
}

void tell_coding(const RewriteFacts& facts, const http::ResponseHead& response, Answer& answer,
                 AnswerTexts& texts) {
  const bool was_chosen = facts.plan.upstream_coding != codec::Coding::identity ||
                          facts.plan.client_coding != codec::Coding::identity;
  if (was_chosen) vary_by_coding(answer, texts);
  if (facts.set.per_viewer) {
    // The same viewer may come from another address, for which the kept links are dead.
    answer.fields.remove(HeaderId::etag);
    return;
  }
  const std::string_view coding = codec::coding_name(facts.plan.client_coding);
  const auto tag = http::wrap_entity_tag(value_of(response.fields, HeaderId::etag),
                                         value_of(response.fields, HeaderId::last_modified),
                                         {.signed_at = facts.now,
                                          .rule_set = facts.set.rule_set,
                                          .coding = coding.empty() ? "identity" : coding});
  set_or_remove(answer, texts, HeaderId::etag, "ETag", tag.value_or(std::string()));
}

void filter_rewritten(const RewriteFacts& facts, const http::ResponseHead& response, Answer& answer,
                      AnswerTexts& texts) {
  drop_facts_of_the_body(answer);
  set_or_remove(answer, texts, HeaderId::content_encoding, "Content-Encoding",
                std::string(codec::coding_name(facts.plan.client_coding)));
  cap_caching(facts.set.page_life, facts.audience, facts.now, response, answer, texts);
  tell_coding(facts, response, answer, texts);
}

void filter_not_modified(const http::Revalidation& revalidation, const RewriteFacts& facts,
                         const http::ResponseHead& response, Answer& answer, AnswerTexts& texts) {
  const std::uint64_t life =
      http::remaining_life(revalidation.signed_at, facts.set.page_life, facts.now);
  cap_caching(life, facts.audience, facts.now, response, answer, texts);
  drop_facts_of_the_body(answer);
  answer.fields.remove(HeaderId::content_encoding);
  if (revalidation.coding != "identity") vary_by_coding(answer, texts);
  set_or_remove(answer, texts, HeaderId::etag, "ETag", revalidation.client_tag);
}

}  // namespace signgate::proxy
