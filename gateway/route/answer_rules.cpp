// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/answer_rules.hpp"

#include "gateway/config/answer_values.hpp"

namespace signgate::route {
namespace {

std::vector<AddedHeader> compile(const std::vector<config::AddHeader>& written) {
  std::vector<AddedHeader> compiled;
  for (const config::AddHeader& each : written) {
    compiled.push_back({each.name, http::header_id(each.name), Template(each.value), each.always});
  }
  return compiled;
}

}  // namespace

std::shared_ptr<const AnswerRules> make_answer_rules(const config::Answers& settings) {
  const bool compresses = settings.gzip.on || settings.brotli.on || settings.zstd.on;
  const bool adds = !settings.add_header.empty() || !settings.add_trailer.empty();
  if (!adds && settings.expires == "off" && !compresses) return nullptr;
  auto rules = std::make_shared<AnswerRules>();
  rules->headers = compile(settings.add_header);
  rules->trailers = compile(settings.add_trailer);
  if (settings.expires.find('$') != std::string::npos) {
    rules->expires_value = Template(settings.expires);
  } else if (const auto expires = config::parse_expires(settings.expires)) {
    rules->expires = *expires;
  }
  if (compresses) rules->compression.emplace(settings);
  return rules;
}

bool takes_headers(int status) noexcept {
  switch (status) {
    case 200:
    case 201:
    case 204:
    case 206:
    case 301:
    case 302:
    case 303:
    case 304:
    case 307:
    case 308:
      return true;
    default:
      return false;
  }
}

std::optional<ExpiresFields> expires_for(const AnswerRules& rules, const VariableValues& values,
                                         UnixSeconds now,
                                         std::optional<UnixSeconds> last_modified) {
  if (rules.expires_value.empty()) return expires_fields(rules.expires, now, last_modified);
  std::string value;
  rules.expires_value.append(values, Escape::none, value);
  const auto expires = config::parse_expires(value);
  if (!expires) return std::nullopt;
  return expires_fields(*expires, now, last_modified);
}

}  // namespace signgate::route
