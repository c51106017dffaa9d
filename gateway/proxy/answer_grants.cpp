// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/answer_grants.hpp"

#include <algorithm>
#include <string>

#include "gateway/http/text.hpp"
#include "signing/prefix_resource.hpp"

namespace signgate::proxy {

AnswerGrants AnswerGrants::of(const route::SignSet& set, const http::Fields& fields) {
  std::vector<route::LinkGrants> grants(set.grant_headers.size());
  for (std::size_t i = 0; i < grants.size(); ++i) {
    for (const http::Field& field : fields) {
      // What it lists is forgotten once a line of it is malformed.
      if (http::equal_ignoring_case(field.name, set.grant_headers[i]))
        static_cast<void>(grants[i].add(field.value));
    }
  }
  return AnswerGrants(std::move(grants));
}

void AnswerGrants::take(const route::SignSet& set, const http::Fields& upstream,
                        http::Fields& fields, const route::VariableValues& values,
                        Services& services) {
  *this = of(set, upstream);
  for (std::size_t i = 0; i < grants_.size(); ++i) {
    const std::string& name = set.grant_headers[i];
    fields.remove(name);
    if (!grants_[i].is_malformed()) continue;
    ++services.counters.malformed_grants;
    services.access_errors.tell(
        config::LogLevel::error,
        "upstream sent a malformed " + name +
            ", which lists paths such as \"/albums/7/*\": nothing is granted",
        values);
  }
}

bool AnswerGrants::allow(const route::SignSet& set, const rewrite::Link& link) const {
  const route::MediaSigner& rule = set.signers[link.rule];
  if (!rule.grant_header) return true;
  if (*rule.grant_header >= grants_.size()) return false;
  const route::LinkGrants& grants = grants_[*rule.grant_header];
  if (rule.policy == signing::PolicyForm::canned) return grants.allows(link.path);
  const std::string_view url(link.url);
  const std::string_view path = url.substr(0, url.find('?'));
  if (rule.policy == signing::PolicyForm::custom) {
    // The `?` of the query stands for any character.
    return path.size() == url.size() ? grants.allows(link.path) : grants.allows_below(link.path);
  }
  const auto scope = signing::prefix_scope(url, rule.target_length, rule.scope);
  if (!scope) return grants.allows(link.path);
  if (!scope->wildcard)
    return path.size() == url.size() ? grants.allows(link.path) : grants.allows_below(link.path);
  // What the pattern leaves open of the URL is the end of the link's path as well.
  const std::string_view open = path.substr(std::min(scope->length, path.size()));
  if (!std::string_view(link.path).ends_with(open)) return false;
  return grants.allows_below(std::string_view(link.path).substr(0, link.path.size() - open.size()));
}

}  // namespace signgate::proxy
