// SPDX-License-Identifier: Apache-2.0
#include "signing/sigv4_verifier.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "signing/time_text.hpp"

namespace signgate::signing {
namespace {

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

bool is_digits(std::string_view text, std::size_t size) {
  return text.size() == size &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// An access key id may hold slashes, as those of some stores do; the scope's four parts do not.
bool read_credential(std::string_view text, SigV4Authorization& out) {
  std::vector<std::string> parts = split(text, '/');
  if (parts.size() < 5) return false;
  const std::size_t scope = parts.size() - 4;
  if (!is_digits(parts[scope], 8) || parts[scope + 3] != "aws4_request") return false;
  if (parts[scope + 1].empty() || parts[scope + 2].empty()) return false;
  out.scope = {parts[scope], parts[scope + 1], parts[scope + 2]};
  for (std::size_t i = 0; i < scope; ++i) {
    if (i > 0) out.access_key_id += '/';
    out.access_key_id += parts[i];
  }
  return !out.access_key_id.empty();
}

// "20130524T000000Z" as seconds.
std::optional<UnixSeconds> read_timestamp(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  if (!is_digits(text.substr(0, 8), 8) || !is_digits(text.substr(9, 6), 6)) return std::nullopt;
  const auto time = parse_time(text);
  if (!time) return std::nullopt;
  return time->seconds;
}

const SigV4Field* find(std::span<const SigV4Field> fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const SigV4Field& field) {
    return equal_ignoring_case(field.name, name);
  });
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace

std::optional<SigV4Authorization> parse_sigv4_authorization(std::string_view value) {
  if (!value.starts_with(sigv4_algorithm)) return std::nullopt;
  value.remove_prefix(sigv4_algorithm.size());
  if (!value.starts_with(' ')) return std::nullopt;
  SigV4Authorization out;
  bool has_credential = false;
  for (const std::string& part : split(value, ',')) {
    const std::string_view text = trimmed(part);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = text.substr(0, equals);
    const std::string_view rest = text.substr(equals + 1);
    if (name == "Credential" && !has_credential) {
      has_credential = true;
      if (!read_credential(rest, out)) return std::nullopt;
    } else if (name == "SignedHeaders" && out.signed_headers.empty()) {
      out.signed_headers = split(rest, ';');
    } else if (name == "Signature" && out.signature.empty()) {
      out.signature = rest;
    } else {
      return std::nullopt;
    }
  }
  if (!has_credential || out.signed_headers.empty()) return std::nullopt;
  if (out.signature.size() != 64 || !is_lower_hex(out.signature)) return std::nullopt;
  return out;
}

Result<SigV4Verdict> verify_sigv4(const SigV4Request& request,
                                  const SigV4Authorization& authorization,
                                  std::string_view secret_access_key, UnixSeconds now) {
  const auto is_signed = [&](std::string_view name) {
    return std::any_of(
        authorization.signed_headers.begin(), authorization.signed_headers.end(),
        [&](const std::string& listed) { return equal_ignoring_case(listed, name); });
  };
  std::vector<SigV4Field> fields;
  if (!is_signed("host")) return SigV4Verdict::unsigned_header;
  for (const SigV4Field& field : request.fields) {
    if (is_signed(field.name)) {
      fields.push_back(field);
    } else if (equal_ignoring_case(field.name.substr(0, 6), "x-amz-")) {
      return SigV4Verdict::unsigned_header;
    }
  }
  const SigV4Field* date = find(request.fields, "x-amz-date");
  const auto sent = date == nullptr ? std::nullopt : read_timestamp(date->value);
  if (!sent || date->value.substr(0, 8) != authorization.scope.day)
    return SigV4Verdict::bad_timestamp;
  if (*sent < now - sigv4_skew || *sent > now + sigv4_skew) return SigV4Verdict::skewed;
  const auto key = SigV4Key::derive(secret_access_key, authorization.scope);
  if (!key) return key.error();
  SigV4Request checked = request;
  checked.fields = fields;
  const auto expected = key->sign(checked, date->value);
  if (!expected) return expected.error();
  const bool same =
      expected->size() == authorization.signature.size() &&
      CRYPTO_memcmp(expected->data(), authorization.signature.data(), expected->size()) == 0;
  return same ? SigV4Verdict::accepted : SigV4Verdict::mismatch;
}

}  // namespace signgate::signing
