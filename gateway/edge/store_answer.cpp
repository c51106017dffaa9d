// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/store_answer.hpp"

#include <algorithm>
#include <utility>

#include "gateway/edge/error_document.hpp"
#include "gateway/http/connection_options.hpp"
#include "gateway/http/text.hpp"

namespace signgate::edge {
namespace {

constexpr std::size_t longest_code = 64;

// Framing is the edge's towards the viewer, and Date is when it answers.
bool is_left_out(const http::Field& field, const http::ConnectionOptions& options) {
  return http::is_hop_by_hop(field.id) || field.id == http::HeaderId::proxy_authenticate ||
         field.id == http::HeaderId::content_length || field.id == http::HeaderId::date ||
         field.id == http::HeaderId::server || options.list(field.name);
}

}  // namespace

OriginAnswer store_answer(const http::ResponseHead& head) {
  OriginAnswer answer;
  answer.status = head.status;
  answer.server = head.fields.value(http::HeaderId::server).value_or("");
  const http::ConnectionOptions options(head.fields);
  for (const http::Field& field : head.fields) {
    if (!is_left_out(field, options)) answer.add(std::string(field.name), std::string(field.value));
  }
  return answer;
}

std::string_view store_error_code(std::string_view body) noexcept {
  constexpr std::string_view open = "<Code>";
  const std::size_t begin = body.find(open);
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = body.substr(begin + open.size());
  const std::string_view code = rest.substr(0, std::min(rest.find("</Code>"), longest_code + 1));
  const bool is_code =
      code.size() <= longest_code && std::all_of(code.begin(), code.end(), [](char c) {
        return http::is_alpha(c) || http::is_digit(c) || c == '.';
      });
  return is_code ? code : std::string_view();
}

void explain_refusal(OriginAnswer& answer, std::string_view body) {
  answer.code = store_error_code(body);
  answer.reason = "store: it answered " + std::to_string(answer.status);
  if (!answer.code.empty()) answer.reason += ' ' + answer.code;
}

OriginAnswer unreachable(const Error& error, std::string_view where) {
  const bool is_late = error.code == ErrorCode::timed_out;
  EdgeResponse page = cloudfront_error(
      is_late ? 504 : 502,
      is_late ? "CloudFront attempted to establish a connection with the origin, but either the "
                "attempt failed or the origin closed the connection."
              : "CloudFront wasn't able to connect to the origin.");
  OriginAnswer answer;
  answer.status = page.status;
  answer.server = "CloudFront";
  answer.fields = std::move(page.fields);
  std::erase_if(answer.fields,
                [](const auto& field) { return field.first == "X-Cache"; });  // the edge's
  answer.body = std::move(page.body);
  answer.code = std::move(page.code);
  answer.reason = "store_unreachable: ";
  answer.reason.append(where).append(": ").append(
      error.detail.empty() ? error_name(error.code) : std::string_view(error.detail));
  return answer;
}

}  // namespace signgate::edge
