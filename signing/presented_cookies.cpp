// SPDX-License-Identifier: Apache-2.0
#include "signing/presented_cookies.hpp"

#include "signing/cookie_header.hpp"

namespace signgate::signing {
namespace {

void take(std::string_view value, std::optional<std::string_view>& slot, bool& repeated) {
  if (slot) repeated = true;
  slot = value;
}

void take_cookie(std::string_view name, std::string_view value, Presented& out) {
  if (name == expires_cookie) take(value, out.expires, out.repeated_policy);
  if (name == policy_cookie) take(value, out.policy, out.repeated_policy);
  if (name == signature_cookie) take(value, out.signature, out.repeated_signature);
  if (name == key_pair_id_cookie) take(value, out.key_pair_id, out.repeated_key_pair_id);
  if (name == hash_algorithm_cookie) take(value, out.hash_algorithm, out.repeated_hash_algorithm);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

}  // namespace

void take_cookies(std::string_view value, Presented& presented) {
  while (!value.empty()) {
    const std::size_t end = value.find(';');
    const std::string_view pair = trimmed(value.substr(0, end));
    if (const std::size_t equals = pair.find('='); equals != std::string_view::npos)
      take_cookie(pair.substr(0, equals), pair.substr(equals + 1), presented);
    value = end == std::string_view::npos ? std::string_view{} : value.substr(end + 1);
  }
}

bool is_presented(const Presented& presented) noexcept {
  return presented.expires || presented.policy || presented.signature || presented.key_pair_id ||
         presented.hash_algorithm;
}

}  // namespace signgate::signing
