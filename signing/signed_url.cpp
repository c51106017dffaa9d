// SPDX-License-Identifier: Apache-2.0
#include "signing/signed_url.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "policy/cloudfront_statement.hpp"
#include "policy/ip_range.hpp"
#include "signing/query_parameters.hpp"
#include "signing/url_base64.hpp"

namespace signgate::signing {
namespace {

/// EncodeSet says for each byte whether it is percent-encoded.
using EncodeSet = std::array<bool, 256>;

constexpr EncodeSet make_set(std::string_view more) {
  EncodeSet set{};
  for (std::size_t c = 0; c < set.size(); ++c)
    set[c] = c <= 0x20 || c >= 0x7F;
  for (const char c : more)
    set[static_cast<unsigned char>(c)] = true;
  return set;
}

// Browsers send each of these percent-encoded in at least one of the two places, or alter them
// (`\`); the encoded form is what all of them leave alone.
constexpr EncodeSet path_set = make_set("\"<>\\`{}^");
constexpr EncodeSet query_set = make_set("\"<>\\`{}^'");

void append_encoded(std::string& out, std::string_view text, const EncodeSet& set) {
  static constexpr std::string_view hex = "0123456789ABCDEF";
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!set[c]) continue;
    out += text.substr(plain, i - plain);
    out += '%';
    out += hex[c >> 4];
    out += hex[c & 15];
    plain = i + 1;
  }
  out += text.substr(plain);
}

constexpr bool may_stand_in_authority(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~%:[]!$&'()*+,;=").find(c) != std::string_view::npos;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) noexcept {
  if (text.size() < prefix.size()) return false;
  return std::equal(prefix.begin(), prefix.end(), text.begin(), [](char want, char have) {
    return want == (have >= 'A' && have <= 'Z' ? static_cast<char>(have + 32) : have);
  });
}

Error bad_url(std::string_view why) {
  return {ErrorCode::bad_url, "the URL " + std::string(why)};
}

/// check_authority is nothing when `authority`, of legal characters, is a host and perhaps a port.
std::optional<Error> check_authority(std::string_view authority) {
  std::string_view host = authority;
  std::optional<std::string_view> port;
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
  }
  if (host.empty()) return bad_url("names no host");
  if (host.find_first_of("[]:") != std::string_view::npos) {
    const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
    const auto address =
        in_brackets ? policy::parse_ip_range(host.substr(1, host.size() - 2)) : std::nullopt;
    if (!address || !address->ipv6) {
      return bad_url(
          "has a host that is neither a name nor an address: write IPv6 as [2001:db8::1]");
    }
  }
  if (port) {
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(port->data(), port->data() + port->size(), number);
    if (error != std::errc() || end != port->data() + port->size()) {
      return bad_url("has a port that is no number from 0 to 65535");
    }
  }
  return std::nullopt;
}

/// check_base is nothing when `base` is an absolute URL up to its query, else what is wrong.
std::optional<Error> check_base(std::string_view base) {
  const bool secure = starts_with_ignoring_case(base, "https://");
  if (!secure && !starts_with_ignoring_case(base, "http://")) {
    return bad_url("must begin with http:// or https://");
  }
  base.remove_prefix(secure ? 8 : 7);
  const std::string_view authority = base.substr(0, base.find('/'));
  if (authority.empty()) return bad_url("names no host");
  for (const char c : authority) {
    if (c == '@') return bad_url("holds a user name, which no signature can cover: leave it out");
    if (static_cast<unsigned char>(c) >= 0x80) {
      return bad_url("has a host beyond ASCII: write it in its xn-- form");
    }
    if (!may_stand_in_authority(c))
      return bad_url("has a host with a character that none may have");
  }
  return check_authority(authority);
}

/// check_reserved finds CloudFront's own names in the query. `signed_already` tells a signed URL
/// from one whose own parameters collide with them.
std::optional<Error> check_reserved(std::string_view query, Resign resign) {
  std::array<bool, 5> seen{};
  std::optional<ReservedParameter> first;
  QueryCursor cursor(query);
  while (const auto parameter = cursor.next()) {
    const auto reserved = reserved_parameter(parameter->name);
    if (!reserved) continue;
    seen[static_cast<std::size_t>(*reserved)] = true;
    if (!first) first = reserved;
  }
  if (!first) return std::nullopt;
  const auto has = [&seen](ReservedParameter p) { return seen[static_cast<std::size_t>(p)]; };
  const bool signed_already = has(ReservedParameter::signature) &&
                              has(ReservedParameter::key_pair_id) &&
                              (has(ReservedParameter::expires) || has(ReservedParameter::policy));
  if (signed_already && resign == Resign::replace) return std::nullopt;
  std::string message = "the URL's query holds ";
  message += reserved_name(*first);
  message += signed_already
                 ? ": it is signed already"
                 : ", a name that CloudFront keeps for itself (Expires, Policy, Signature, "
                   "Key-Pair-Id, Hash-Algorithm)";
  return Error{ErrorCode::reserved_parameter, std::move(message)};
}

std::size_t decimal_length(UnixSeconds value) noexcept {
  std::array<char, 20> digits;
  return static_cast<std::size_t>(
      std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr - digits.data());
}

constexpr std::string_view expires_is = "Expires=";
constexpr std::string_view policy_is = "Policy=";
constexpr std::string_view signature_is = "&Signature=";
constexpr std::string_view key_pair_id_is = "&Key-Pair-Id=";
constexpr std::string_view hash_is = "&Hash-Algorithm=SHA256";

}  // namespace

Result<SignableUrl> prepare_url(std::string_view url, Resign resign) {
  for (const char c : url) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      return bad_url("holds a control character");
    }
  }
  const UrlParts parts = split_url(url);
  if (auto wrong = check_base(parts.base)) return *std::move(wrong);
  if (parts.query) {
    if (auto wrong = check_reserved(*parts.query, resign)) return *std::move(wrong);
  }
  SignableUrl ready;
  ready.resource.reserve(url.size() - parts.fragment.size());
  append_encoded(ready.resource, parts.base, path_set);
  if (parts.query) {
    std::string own;
    append_without_reserved(own, {}, parts.query);
    append_encoded(ready.resource, own, query_set);
  }
  if (ready.resource.size() > max_url) {
    return Error{ErrorCode::too_long, "the URL is longer than CloudFront's limit of 8192 bytes"};
  }
  ready.fragment = parts.fragment;
  return ready;
}

std::size_t signed_parameters_length(const SignedParameters& parameters) noexcept {
  const std::size_t what = parameters.expires
                               ? expires_is.size() + decimal_length(*parameters.expires)
                               : policy_is.size() + parameters.policy.size();
  return 1 + what + signature_is.size() + parameters.signature.size() + key_pair_id_is.size() +
         parameters.key_pair_id.size() +
         (parameters.hash == HashAlgorithm::sha256 ? hash_is.size() : 0);
}

void append_expires_parameter(std::string& out, UnixSeconds expires) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), expires).ptr;
  out += expires_is;
  out.append(digits.data(), end);
}

void append_after_signature(std::string& out, std::string_view key_pair_id, HashAlgorithm hash) {
  out += key_pair_id_is;
  out += key_pair_id;
  if (hash == HashAlgorithm::sha256) out += hash_is;
}

std::string assemble_url(std::string_view resource, std::string_view fragment,
                         const SignedParameters& parameters) {
  std::string out;
  out.reserve(resource.size() + signed_parameters_length(parameters) + fragment.size());
  out += resource;
  out += resource.find('?') == std::string_view::npos ? '?' : '&';
  if (parameters.expires)
    append_expires_parameter(out, *parameters.expires);
  else
    out.append(policy_is).append(parameters.policy);
  out += signature_is;
  out += parameters.signature;
  append_after_signature(out, parameters.key_pair_id, parameters.hash);
  out += fragment;
  return out;
}

Result<std::string> sign_url_canned(const SigningKey& key, std::string_view url,
                                    UnixSeconds expires, Resign resign) {
  const auto ready = prepare_url(url, resign);
  if (!ready) return ready.error();
  const auto signature = sign_canned(key, ready->resource, expires);
  if (!signature) return signature.error();
  return assemble_url(ready->resource, ready->fragment,
                      {.expires = expires,
                       .policy = {},
                       .signature = *signature,
                       .key_pair_id = key.key_pair_id,
                       .hash = key.hash});
}

Result<std::string> sign_url_custom(const SigningKey& key, std::string_view url,
                                    std::string_view policy, Resign resign) {
  const auto ready = prepare_url(url, resign);
  if (!ready) return ready.error();
  const auto signature = sign_policy(key, policy);
  if (!signature) return signature.error();
  const std::string encoded =
      url_base64_encode({reinterpret_cast<const unsigned char*>(policy.data()), policy.size()});
  return assemble_url(ready->resource, ready->fragment,
                      {.expires = std::nullopt,
                       .policy = encoded,
                       .signature = *signature,
                       .key_pair_id = key.key_pair_id,
                       .hash = key.hash});
}

}  // namespace signgate::signing
