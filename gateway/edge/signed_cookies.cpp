// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/signed_cookies.hpp"

#include <string_view>

#include "gateway/http/text.hpp"

namespace signgate::edge {
namespace {

void take(std::string_view value, std::optional<std::string_view>& slot, bool& repeated) {
  if (slot) repeated = true;
  slot = value;
}

void take_cookie(std::string_view name, std::string_view value, signing::Presented& out) {
  if (name == "CloudFront-Expires") take(value, out.expires, out.repeated_policy);
  if (name == "CloudFront-Policy") take(value, out.policy, out.repeated_policy);
  if (name == "CloudFront-Signature") take(value, out.signature, out.repeated_signature);
  if (name == "CloudFront-Key-Pair-Id") take(value, out.key_pair_id, out.repeated_key_pair_id);
  if (name == "CloudFront-Hash-Algorithm") {
    take(value, out.hash_algorithm, out.repeated_hash_algorithm);
  }
}

}  // namespace

signing::Presented presented_cookies(const http::Fields& fields) {
  signing::Presented presented;
  for (const http::Field& field : fields) {
    if (field.id != http::HeaderId::cookie) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::size_t end = rest.find(';');
      const std::string_view pair = http::trim_ows(rest.substr(0, end));
      if (const std::size_t equals = pair.find('='); equals != std::string_view::npos) {
        take_cookie(pair.substr(0, equals), pair.substr(equals + 1), presented);
      }
      rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
  }
  return presented;
}

bool is_presented(const signing::Presented& presented) noexcept {
  return presented.expires || presented.policy || presented.signature || presented.key_pair_id ||
         presented.hash_algorithm;
}

}  // namespace signgate::edge
