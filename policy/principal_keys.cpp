// SPDX-License-Identifier: Apache-2.0
#include "policy/principal_keys.hpp"

#include <string>
#include <string_view>

namespace signgate::policy {
namespace {

/// What follows the last `/` of an ARN.
std::string_view last_name(std::string_view arn) noexcept {
  return arn.substr(arn.rfind('/') + 1);
}

void add_keys_of_aws(const Principal& principal, RequestContext& context) {
  const std::string_view arn = principal.id;
  const std::string_view account = principal.account();
  context.set("aws:PrincipalIsAWSService", "false");
  context.set("aws:PrincipalAccount", std::string(account));
  context.set("aws:PrincipalArn", std::string(arn));
  if (const std::string_view role = principal.session_role(); !role.empty()) {
    // "arn:PARTITION:sts::ACCOUNT:assumed-role/..." has the partition in its second part.
    const std::string partition(arn.substr(4, arn.find(':', 4) - 4));
    context.set("aws:PrincipalType", "AssumedRole");
    context.set("aws:PrincipalArn", "arn:" + partition + ":iam::" + std::string(account) +
                                        ":role/" + std::string(role));
  } else if (arn.find(":user/") != std::string_view::npos) {
    context.set("aws:PrincipalType", "User");
    context.set("aws:username", std::string(last_name(arn)));
  } else if (arn.find(":federated-user/") != std::string_view::npos) {
    context.set("aws:PrincipalType", "FederatedUser");
  } else if (arn.ends_with(":root")) {
    context.set("aws:PrincipalType", "Account");
  }
}

}  // namespace

void add_principal_keys(const Principal& principal, RequestContext& context) {
  switch (principal.kind) {
    case PrincipalKind::anonymous:
      context.set("aws:PrincipalType", "Anonymous");
      return;
    case PrincipalKind::aws:
      add_keys_of_aws(principal, context);
      return;
    case PrincipalKind::service:
      context.set("aws:PrincipalIsAWSService", "true");
      context.set("aws:PrincipalServiceName", principal.id);
      return;
    case PrincipalKind::federated:
    case PrincipalKind::canonical_user:
      return;
  }
}

}  // namespace signgate::policy
