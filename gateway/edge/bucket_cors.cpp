// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/bucket_cors.hpp"

#include <algorithm>
#include <string_view>

#include "gateway/edge/error_document.hpp"
#include "gateway/http/text.hpp"
#include "policy/wildcard.hpp"

namespace signgate::edge {
namespace {

constexpr std::string_view vary =
    "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts)
    text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

bool any_matches(const std::vector<std::string>& patterns, const std::string& text) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return policy::wildcard_match(pattern, text);
  });
}

bool allows_headers(const CorsRule& rule, std::string_view list) {
  bool all = true;
  http::for_each_list_element(list, [&](std::string_view name) {
    all = all && std::any_of(rule.headers.begin(), rule.headers.end(), [&](const auto& pattern) {
            return policy::wildcard_match(lower(pattern), lower(name));
          });
  });
  return all;
}

const CorsRule* rule_for(const std::vector<CorsRule>& rules, std::string_view origin,
                         std::string_view method, std::string_view headers) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const CorsRule& rule) {
    return any_matches(rule.origins, std::string(origin)) &&
           std::find(rule.methods.begin(), rule.methods.end(), method) != rule.methods.end() &&
           allows_headers(rule, headers);
  });
  return found == rules.end() ? nullptr : &*found;
}

void add_rule(const CorsRule& rule, std::string_view origin, OriginAnswer& answer) {
  const bool for_all =
      std::find(rule.origins.begin(), rule.origins.end(), "*") != rule.origins.end();
  answer.add("Access-Control-Allow-Origin", for_all ? "*" : std::string(origin));
  answer.add("Access-Control-Allow-Methods", joined(rule.methods));
  if (!rule.exposed.empty()) answer.add("Access-Control-Expose-Headers", joined(rule.exposed));
  if (rule.max_age) answer.add("Access-Control-Max-Age", std::to_string(*rule.max_age));
  if (!for_all) answer.add("Access-Control-Allow-Credentials", "true");
  answer.add("Vary", std::string(vary));
}

OriginAnswer forbidden(std::string_view message, std::string_view method,
                       const OriginRequest& request) {
  OriginAnswer answer =
      s3_error({403, "AccessForbidden", message,
                "<Method>" + xml_escape(method) + "</Method><ResourceType>OBJECT</ResourceType>"},
               request.number);
  answer.reason = "cors: no rule of the bucket allows this origin, method and headers";
  return answer;
}

}  // namespace

OriginAnswer answer_preflight(const std::vector<CorsRule>& rules, const OriginRequest& request) {
  const auto origin = find_line(request.fields, "Origin");
  const auto method = find_line(request.fields, "Access-Control-Request-Method");
  if (!origin || !method) {
    const bool lacks_origin = !origin;
    OriginAnswer answer =
        s3_error({400,
                  "BadRequest",
                  lacks_origin ? "Insufficient information. Origin request header needed."
                               : "Invalid Access-Control-Request-Method: null",
                  {}},
                 request.number);
    answer.reason = "cors: the bucket saw no ";
    answer.reason += lacks_origin ? "Origin" : "Access-Control-Request-Method";
    answer.reason += "; the behavior forwards what forward_headers and origin_headers list";
    return answer;
  }
  if (rules.empty()) {
    return forbidden("CORSResponse: CORS is not enabled for this bucket.", *method, request);
  }
  const std::string_view headers =
      find_line(request.fields, "Access-Control-Request-Headers").value_or("");
  const CorsRule* rule = rule_for(rules, *origin, *method, headers);
  if (rule == nullptr) {
    return forbidden(
        "CORSResponse: This CORS request is not allowed. This is usually because the evalution of "
        "Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers "
        "are not whitelisted by the resource's CORS spec.",
        *method, request);
  }
  OriginAnswer answer;
  add_rule(*rule, *origin, answer);
  if (!headers.empty()) answer.add("Access-Control-Allow-Headers", lower(headers));
  add_s3_ids(answer, request.number);
  answer.body = Body::of({});
  return answer;
}

void add_bucket_cors(const std::vector<CorsRule>& rules, const OriginRequest& request,
                     OriginAnswer& answer) {
  const auto origin = find_line(request.fields, "Origin");
  if (!origin) return;
  const bool is_head = request.method == http::Method::head;
  const CorsRule* rule = rule_for(rules, *origin, is_head ? "HEAD" : "GET", {});
  if (rule != nullptr) add_rule(*rule, *origin, answer);
}

}  // namespace signgate::edge
