// SPDX-License-Identifier: Apache-2.0
#include "policy/principal_keys.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

/// All keys as "key=value;".
std::string keys_of(const Principal& principal) {
  RequestContext context;
  add_principal_keys(principal, context);
  std::string text;
  for (const RequestContext::Entry& entry : context.entries())
    text += entry.key.substr(4) + "=" + entry.values.front() + ";";
  return text;
}

TEST(PrincipalKeys, FollowFromWhoAsks) {
  EXPECT_EQ(keys_of({}), "PrincipalType=Anonymous;");
  EXPECT_EQ(keys_of({PrincipalKind::service, "cloudfront.amazonaws.com"}),
            "PrincipalIsAWSService=true;PrincipalServiceName=cloudfront.amazonaws.com;");
  EXPECT_EQ(keys_of({PrincipalKind::aws, "arn:aws:iam::111122223333:user/harbour/ada"}),
            "PrincipalIsAWSService=false;PrincipalAccount=111122223333;"
            "PrincipalArn=arn:aws:iam::111122223333:user/harbour/ada;PrincipalType=User;"
            "username=ada;");
  EXPECT_EQ(keys_of({PrincipalKind::aws, "arn:aws-cn:sts::111122223333:assumed-role/Porter/ada"}),
            "PrincipalIsAWSService=false;PrincipalAccount=111122223333;"
            "PrincipalArn=arn:aws-cn:iam::111122223333:role/Porter;PrincipalType=AssumedRole;");
  EXPECT_EQ(keys_of({PrincipalKind::aws, "arn:aws:iam::111122223333:root"}),
            "PrincipalIsAWSService=false;PrincipalAccount=111122223333;"
            "PrincipalArn=arn:aws:iam::111122223333:root;PrincipalType=Account;");
  EXPECT_EQ(keys_of({PrincipalKind::aws, "arn:aws:sts::111122223333:federated-user/ada"}),
            "PrincipalIsAWSService=false;PrincipalAccount=111122223333;"
            "PrincipalArn=arn:aws:sts::111122223333:federated-user/ada;"
            "PrincipalType=FederatedUser;");
  EXPECT_EQ(keys_of({PrincipalKind::canonical_user, "79a59df900b949e5"}), "");
  EXPECT_EQ(keys_of({PrincipalKind::federated, "accounts.google.com"}), "");
}

}  // namespace
}  // namespace signgate::policy
