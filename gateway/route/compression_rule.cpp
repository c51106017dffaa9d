// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/compression_rule.hpp"

#include <algorithm>

#include "gateway/http/accept_encoding.hpp"
#include "gateway/http/http_date.hpp"
#include "gateway/http/text.hpp"
#include "gateway/http/user_agent.hpp"

namespace signgate::route {
namespace {

using http::HeaderId;
namespace proxied = config::proxied;

// Whether a directive of that name stands in any line of Cache-Control.
bool has_directive(const http::Fields& fields, std::string_view wanted) {
  bool found = false;
  for (const http::Field& field : fields) {
    if (field.id != HeaderId::cache_control) continue;
    http::for_each_list_element(field.value, [&](std::string_view element) {
      found = found || http::equal_ignoring_case(element.substr(0, element.find('=')), wanted);
    });
  }
  return found;
}

}  // namespace

CompressionRule::CompressionRule(const config::Answers& settings)
    : vary_(settings.gzip_vary),
      proxied_(settings.gzip_proxied),
      least_minor_(settings.gzip_http_version) {
  add(codec::Coding::zstd, settings.zstd);
  add(codec::Coding::br, settings.brotli);
  add(codec::Coding::gzip, settings.gzip);
  for (const std::string& pattern : settings.gzip_disable) {
    if (pattern == "msie6") {
      not_msie6_ = true;
    } else {
      disabled_.emplace_back(pattern, true);
    }
  }
}

void CompressionRule::add(codec::Coding coding, const config::Compression& settings) {
  if (!settings.on) return;
  const bool any =
      std::find(settings.types.begin(), settings.types.end(), "*") != settings.types.end();
  codings_.push_back({coding, codec::coding_name(coding), static_cast<int>(settings.level),
                      settings.min_length, settings.types, any});
}

bool CompressionRule::is_excluded(const http::RequestHead& request) const {
  if (request.minor < least_minor_) return true;
  if (!not_msie6_ && disabled_.empty()) return false;
  const std::string_view agent =
      request.fields.value(HeaderId::user_agent).value_or(std::string_view());
  if (agent.empty()) return false;
  return (not_msie6_ && http::is_msie6(agent)) ||
         std::any_of(disabled_.begin(), disabled_.end(),
                     [agent](const Regex& pattern) { return pattern.matches(agent); });
}

bool CompressionRule::may_go_to_proxy(const CompressionFacts& facts) const {
  if (facts.request.fields.find("Via") == nullptr) return true;
  if ((proxied_ & proxied::off) != 0) return false;
  if ((proxied_ & proxied::any) != 0) return true;
  if ((proxied_ & proxied::auth) != 0 &&
      facts.request.fields.find(HeaderId::authorization) != nullptr) {
    return true;
  }
  if (const auto expires = facts.fields.value(HeaderId::expires)) {
    if ((proxied_ & proxied::expired) == 0) return false;
    const auto until = http::parse_http_date(*expires, facts.now);
    const auto date = http::parse_http_date(facts.date, facts.now);
    return until && *until < date.value_or(facts.now);
  }
  if (facts.fields.find(HeaderId::cache_control) != nullptr) {
    return ((proxied_ & proxied::no_cache) != 0 && has_directive(facts.fields, "no-cache")) ||
           ((proxied_ & proxied::no_store) != 0 && has_directive(facts.fields, "no-store")) ||
           ((proxied_ & proxied::private_) != 0 && has_directive(facts.fields, "private"));
  }
  if ((proxied_ & proxied::no_last_modified) != 0 &&
      facts.fields.find(HeaderId::last_modified) != nullptr) {
    return false;
  }
  return (proxied_ & proxied::no_etag) == 0 || facts.fields.find(HeaderId::etag) == nullptr;
}

CompressionChoice CompressionRule::choose(const CompressionFacts& facts) const {
  CompressionChoice choice;
  if (facts.status != 200 && facts.status != 403 && facts.status != 404) return choice;
  if (const auto coding = facts.fields.value(HeaderId::content_encoding);
      coding && !coding->empty()) {
    return choice;
  }
  const std::string_view content_type =
      facts.fields.value(HeaderId::content_type).value_or(std::string_view());
  std::string type(http::trim_ows(content_type.substr(0, content_type.find(';'))));
  if (type.empty()) return choice;
  std::transform(type.begin(), type.end(), type.begin(), http::to_lower);
  std::vector<const Each*> fitting;
  for (const Each& each : codings_) {
    if (facts.length && *facts.length < each.min_length) continue;
    if (!each.any_type &&
        std::find(each.types.begin(), each.types.end(), type) == each.types.end()) {
      continue;
    }
    fitting.push_back(&each);
  }
  if (fitting.empty() || has_directive(facts.fields, "no-transform")) return choice;
  // As nginx: Vary stands on each answer that some client would get compressed.
  choice.vary = vary_;
  const std::string accepted = http::join_lines(facts.request.fields, HeaderId::accept_encoding);
  if (accepted.empty() || is_excluded(facts.request) || !may_go_to_proxy(facts)) return choice;
  std::vector<std::string_view> names;
  for (const Each* each : fitting)
    names.push_back(each->name);
  const std::string_view chosen = http::choose_coding(accepted, names);
  for (const Each* each : fitting) {
    if (each->name != chosen) continue;
    choice.coding = each->coding;
    choice.level = each->level;
  }
  return choice;
}

}  // namespace signgate::route
