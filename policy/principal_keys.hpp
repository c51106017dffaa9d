// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "policy/principal.hpp"
#include "policy/request_context.hpp"

namespace signgate::policy {

/// add_principal_keys sets the condition keys that follow from who asks: aws:PrincipalType,
/// aws:PrincipalArn (of a session that of its role, without the role's path, which a session's ARN
/// does not tell), aws:PrincipalAccount and aws:username (of an IAM user) of an AWS principal;
/// aws:PrincipalServiceName of a service; aws:PrincipalIsAWSService of both; of an anonymous one
/// aws:PrincipalType alone. Federated and canonical users get none. Source: IAM User Guide, "AWS
/// global condition context keys", "IAM policy elements: Variables and tags" (the table of
/// principal values).
void add_principal_keys(const Principal& principal, RequestContext& context);

}  // namespace signgate::policy
