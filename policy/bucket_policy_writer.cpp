// SPDX-License-Identifier: Apache-2.0
#include "policy/bucket_policy_writer.hpp"

#include <string_view>

#include "policy/json_writer.hpp"

namespace signgate::policy {
namespace {

class PolicyWriter {
 public:
  explicit PolicyWriter(const BucketPolicyPlan& plan)
      : plan_(plan), bucket_("arn:" + plan.partition + ":s3:::" + plan.bucket), json_(text_, 2) {}

  std::string write() {
    json_.object([this] {
      json_.name("Version").string("2012-10-17");
      json_.name("Statement").array([this] {
        allow("AllowCloudFrontServicePrincipalReadOnly", "s3:GetObject", bucket_ + "/*",
              !plan_.deny_other);
        // The Deny below is about objects, so the list asks for the Referer itself: the folder of a
        // bucket is not to be had where its objects are not.
        if (plan_.list_bucket)
          allow("AllowCloudFrontServicePrincipalList", "s3:ListBucket", bucket_, true);
        if (plan_.deny_other && !plan_.referers.empty()) deny_other();
      });
    });
    return std::move(text_);
  }

 private:
  void allow(std::string_view sid, std::string_view action, std::string_view resource,
             bool asks_for_referer) {
    json_.object([&] {
      begin(sid, "Allow");
      json_.name("Principal").object([this] {
        json_.name("Service").string("cloudfront.amazonaws.com");
      });
      act_on(action, resource);
      json_.name("Condition").object([&] {
        json_.name("StringEquals").object([this] {
          json_.name("AWS:SourceArn").string(plan_.source_arn);
        });
        if (asks_for_referer && !plan_.referers.empty())
          referers(plan_.allow_missing_referer ? "StringLikeIfExists" : "StringLike");
      });
    });
  }

  void deny_other() {
    json_.object([this] {
      begin("DenyOtherReferers", "Deny");
      json_.name("Principal").string("*");
      act_on("s3:GetObject", bucket_ + "/*");
      json_.name("Condition").object([this] {
        referers("StringNotLike");
        if (plan_.allow_missing_referer)
          json_.name("Null").object([this] { json_.name("aws:Referer").string("false"); });
      });
    });
  }

  void begin(std::string_view sid, std::string_view effect) {
    json_.name("Sid").string(sid);
    json_.name("Effect").string(effect);
  }

  void act_on(std::string_view action, std::string_view resource) {
    json_.name("Action").string(action);
    json_.name("Resource").string(resource);
  }

  void referers(std::string_view operator_) {
    json_.name(operator_).object([this] {
      json_.name("aws:Referer").array([this] {
        for (const std::string& pattern : plan_.referers)
          json_.string(pattern);
      });
    });
  }

  const BucketPolicyPlan& plan_;
  std::string bucket_;
  std::string text_;
  JsonWriter json_;
};

}  // namespace

std::string write_bucket_policy(const BucketPolicyPlan& plan) {
  return PolicyWriter(plan).write();
}

}  // namespace signgate::policy
