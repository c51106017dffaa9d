// SPDX-License-Identifier: Apache-2.0
#include "policy/principal.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "policy/string_list.hpp"

namespace signgate::policy {
namespace {

bool is_account(std::string_view text) noexcept {
  return text.size() == 12 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The fifth part of an ARN; empty when there is none.
std::string_view arn_account(std::string_view arn) noexcept {
  if (!arn.starts_with("arn:")) return {};
  for (int skipped = 0; skipped < 4; ++skipped) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  const std::string_view account = arn.substr(0, arn.find(':'));
  return is_account(account) ? account : std::string_view{};
}

bool is_root(std::string_view arn) noexcept {
  return arn.ends_with(":root");
}

bool names_account(const PrincipalEntry& entry, std::string_view account) noexcept {
  if (entry.kind != PrincipalKind::aws || account.empty()) return false;
  return entry.id == account || (is_root(entry.id) && arn_account(entry.id) == account);
}

/// What follows `marker` in the last part of an ARN that begins with it; empty otherwise.
std::string_view after(std::string_view arn, std::string_view marker) noexcept {
  const std::size_t at = arn.find(marker);
  return at == std::string_view::npos ? std::string_view{} : arn.substr(at + marker.size());
}

bool names_role_of(const PrincipalEntry& entry, const Principal& session) noexcept {
  const std::string_view role = session.session_role();
  if (role.empty() || entry.kind != PrincipalKind::aws) return false;
  // The session's ARN does not tell the path of its role.
  const std::string_view path = after(entry.id, ":role/");
  return !path.empty() && path.substr(path.rfind('/') + 1) == role &&
         arn_account(entry.id) == session.account();
}

bool names_exactly(const PrincipalEntry& entry, const Principal& principal) noexcept {
  return entry.kind == principal.kind && entry.id == principal.id;
}

bool names_somehow(const PrincipalEntry& entry, const Principal& principal) noexcept {
  return names_exactly(entry, principal) || names_account(entry, principal.account()) ||
         names_role_of(entry, principal);
}

std::optional<PrincipalKind> kind_of(std::string_view name) noexcept {
  if (name == "AWS") return PrincipalKind::aws;
  if (name == "Service") return PrincipalKind::service;
  if (name == "Federated") return PrincipalKind::federated;
  if (name == "CanonicalUser") return PrincipalKind::canonical_user;
  return std::nullopt;
}

/// CloudFront's older way to read a bucket; its account is not one of 12 digits. Source: CloudFront
/// Developer Guide, "Use an origin access identity (legacy)".
bool is_access_identity(std::string_view arn) noexcept {
  constexpr std::string_view name = "user/CloudFront Origin Access Identity ";
  if (!arn.starts_with("arn:aws")) return false;
  const std::size_t service = arn.find(":iam::cloudfront:");
  if (service == std::string_view::npos || arn.find(':', 4) != service) return false;
  const std::string_view user = arn.substr(service + std::string_view(":iam::cloudfront:").size());
  return user.starts_with(name) && user.size() > name.size();
}

/// What is wrong with an id, or nothing.
std::string_view flaw_of(PrincipalKind kind, std::string_view id) noexcept {
  const bool wild = id.find_first_of("*?") != std::string_view::npos;
  if (kind == PrincipalKind::aws) {
    if (wild) return "a wildcard in an AWS principal is legal only as the whole of it, \"*\"";
    if (!is_account(id) && arn_account(id).empty() && !is_access_identity(id)) {
      return "an AWS principal is \"*\", an account's 12 digits or an ARN with its account";
    }
  } else if (wild) {
    return "a wildcard is not legal in this kind of principal; only AWS takes \"*\"";
  } else if (id.empty()) {
    return "a principal is not empty";
  }
  return {};
}

}  // namespace

std::string_view Principal::account() const noexcept {
  return kind == PrincipalKind::aws ? arn_account(id) : std::string_view{};
}

std::string_view Principal::session_role() const noexcept {
  if (kind != PrincipalKind::aws) return {};
  const std::string_view role_and_session = after(id, ":assumed-role/");
  return role_and_session.substr(0, role_and_session.find('/'));
}

bool PrincipalElement::covers(const Principal& principal) const noexcept {
  const auto any = [&](auto names) { return std::any_of(entries.begin(), entries.end(), names); };
  const auto somehow = [&](const auto& entry) { return names_somehow(entry, principal); };
  if (!negated) return everyone || any(somehow);
  if (everyone) return false;
  if (grants || principal.kind != PrincipalKind::aws) return !any(somehow);
  const auto account = [&](const auto& entry) { return names_account(entry, principal.account()); };
  const auto role = [&](const auto& entry) { return names_role_of(entry, principal); };
  const auto exactly = [&](const auto& entry) { return names_exactly(entry, principal); };
  const bool left_out = any(account) && (is_root(principal.id) || any(exactly)) &&
                        (principal.session_role().empty() || any(role));
  return !left_out;
}

DocumentResult<PrincipalElement> parse_principal(const JsonValue& value, bool negated) {
  PrincipalElement element;
  element.negated = negated;
  element.position = value.position;
  if (value.is(JsonKind::string) && value.text == "*") {
    element.everyone = true;
    return element;
  }
  if (!value.is(JsonKind::object) || value.members.empty()) {
    return DocumentError{value.position,
                         "a principal is \"*\" or an object of AWS, Service, Federated and "
                         "CanonicalUser, such as {\"Service\": \"cloudfront.amazonaws.com\"}"};
  }
  for (const JsonMember& member : value.members) {
    const auto kind = kind_of(member.name);
    if (!kind) {
      return DocumentError{member.position,
                           "unknown kind of principal " + excerpt(member.name) +
                               "; the known ones are AWS, Service, Federated and CanonicalUser"};
    }
    auto ids = parse_string_list(member.value, member.name);
    if (!ids) return std::move(ids).error();
    for (PlacedText& id : *ids) {
      if (*kind == PrincipalKind::aws && id.text == "*") {
        element.everyone = true;
        continue;
      }
      if (const auto flaw = flaw_of(*kind, id.text); !flaw.empty()) {
        return DocumentError{id.position, std::string(flaw)};
      }
      element.entries.push_back({*kind, std::move(id.text), id.position});
    }
  }
  return element;
}

}  // namespace signgate::policy
