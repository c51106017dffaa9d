// SPDX-License-Identifier: Apache-2.0
#include "policy/distribution_writer.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "policy/json.hpp"
#include "policy/json_writer.hpp"

namespace signgate::policy {
namespace {

constexpr std::int64_t one_day = 24 * 60 * 60;
constexpr std::int64_t one_year = 365 * one_day;

std::string_view known_or(const std::string& id, std::string_view placeholder) {
  return id.empty() ? placeholder : std::string_view(id);
}

std::vector<std::string> known_or(const std::vector<std::string>& ids,
                                  std::string_view placeholder) {
  return ids.empty() ? std::vector<std::string>{std::string(placeholder)} : ids;
}

class DocumentWriter {
 public:
  explicit DocumentWriter(const DistributionPlan& plan) : plan_(plan), json_(text_, 2) {}

  std::string write(DistributionDocument document) {
    switch (document) {
      case DistributionDocument::public_key:
        json_.object([this] { public_key(); });
        break;
      case DistributionDocument::key_group:
        json_.object([this] { key_group(); });
        break;
      case DistributionDocument::origin_access_control:
        json_.object([this] { origin_access_control(); });
        break;
      case DistributionDocument::cache_policy:
        json_.object([this] { cache_policy(); });
        break;
      case DistributionDocument::origin_request_policy:
        json_.object([this] { origin_request_policy(); });
        break;
      case DistributionDocument::distribution:
        json_.object([this] { distribution(); });
        break;
      case DistributionDocument::bucket_policy:
        bucket_policy();
        break;
    }
    return std::move(text_);
  }

 private:
  void string(std::string_view name, std::string_view value) { json_.name(name).string(value); }
  void integer(std::string_view name, std::int64_t value) { json_.name(name).integer(value); }
  void boolean(std::string_view name, bool value) { json_.name(name).boolean(value); }

  /// list writes CloudFront's way of a list, with what stands beside it; without Items when empty.
  template <class Items, class WriteItem>
  void items(const Items& all, WriteItem&& write_item) {
    integer("Quantity", std::ssize(all));
    if (all.empty()) return;
    json_.name("Items").array([&] {
      for (const auto& item : all)
        write_item(item);
    });
  }

  void strings(std::span<const std::string> all) {
    items(all, [this](const std::string& item) { json_.string(item); });
  }

  void list(std::string_view name, std::span<const std::string> all) {
    json_.name(name).object([&] { strings(all); });
  }

  void named(std::string_view part) { string("Name", plan_.name + "-" + std::string(part)); }

  void public_key() {
    string("CallerReference", plan_.caller_reference);
    named("public-key");
    string("EncodedKey", known_or(plan_.public_key_pem, public_key_placeholder));
    string("Comment", "Verifies what signgate signs for " + plan_.bucket_policy.bucket);
  }

  void key_group() {
    named("key-group");
    json_.name("Items").array([this] {
      for (const std::string& id : known_or(plan_.public_key_ids, public_key_id_placeholder))
        json_.string(id);
    });
    string("Comment", "Keys that signgate signs with for " + plan_.bucket_policy.bucket);
  }

  void origin_access_control() {
    named("oac");
    string("Description", "CloudFront signs its requests to " + plan_.bucket_policy.bucket);
    string("SigningProtocol", "sigv4");
    string("SigningBehavior", "always");
    string("OriginAccessControlOriginType", "s3");
  }

  void headers_config(bool with_referer) {
    json_.name("HeadersConfig").object([&] {
      string("HeaderBehavior", with_referer ? "whitelist" : "none");
      if (!with_referer) return;
      const std::string referer = "Referer";
      list("Headers", {&referer, 1});
    });
  }

  void nothing_else() {
    json_.name("CookiesConfig").object([this] { string("CookieBehavior", "none"); });
    json_.name("QueryStringsConfig").object([this] { string("QueryStringBehavior", "none"); });
  }

  void cache_policy() {
    const bool with_referer = plan_.referer == RefererUse::in_cache_key;
    string("Comment", with_referer ? "One copy for each Referer, so that the bucket's policy "
                                     "decides for each"
                                   : "One copy for all viewers");
    named("cache-policy");
    integer("DefaultTTL", one_day);
    integer("MaxTTL", one_year);
    integer("MinTTL", 0);
    json_.name("ParametersInCacheKeyAndForwardedToOrigin").object([&] {
      boolean("EnableAcceptEncodingGzip", true);
      boolean("EnableAcceptEncodingBrotli", true);
      headers_config(with_referer);
      nothing_else();
    });
  }

  void origin_request_policy() {
    string("Comment", "Forwards Referer, which the bucket's policy asks for, on a miss");
    named("origin-request-policy");
    headers_config(true);
    nothing_else();
  }

  std::string origin_id() const { return "s3-" + plan_.bucket_policy.bucket; }

  void origins() {
    json_.name("Origins").object([this] {
      integer("Quantity", 1);
      json_.name("Items").array([this] {
        json_.object([this] {
          string("Id", origin_id());
          // The bucket's REST endpoint: a website endpoint cannot be asked with signed requests.
          string("DomainName",
                 plan_.bucket_policy.bucket + ".s3." + plan_.region +
                     (plan_.region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com"));
          string("OriginPath", "");
          list("CustomHeaders", {});
          json_.name("S3OriginConfig").object([this] { string("OriginAccessIdentity", ""); });
          string("OriginAccessControlId",
                 known_or(plan_.origin_access_control_id, origin_access_control_id_placeholder));
        });
      });
    });
  }

  void behavior(bool is_signed) {
    string("TargetOriginId", origin_id());
    json_.name("TrustedKeyGroups").object([&] {
      boolean("Enabled", is_signed);
      if (is_signed)
        strings(known_or(plan_.key_group_ids, key_group_id_placeholder));
      else
        strings({});
    });
    string("ViewerProtocolPolicy", "redirect-to-https");
    const std::vector<std::string> methods = {"HEAD", "GET"};
    json_.name("AllowedMethods").object([&] {
      strings(methods);
      list("CachedMethods", methods);
    });
    boolean("SmoothStreaming", false);
    boolean("Compress", true);
    string("FieldLevelEncryptionId", "");
    string("CachePolicyId", known_or(plan_.cache_policy_id, cache_policy_id_placeholder));
    if (plan_.referer == RefererUse::on_miss) {
      string("OriginRequestPolicyId",
             known_or(plan_.origin_request_policy_id, origin_request_policy_id_placeholder));
    }
  }

  void error_responses() {
    // A 403 that the bucket gave one Referer would be everybody's for ten seconds.
    const std::vector<int> codes =
        plan_.referer == RefererUse::on_miss ? std::vector<int>{403} : std::vector<int>{};
    json_.name("CustomErrorResponses").object([&] {
      items(codes, [this](int code) {
        json_.object([&] {
          integer("ErrorCode", code);
          integer("ErrorCachingMinTTL", 0);
        });
      });
    });
  }

  void viewer_certificate() {
    json_.name("ViewerCertificate").object([this] {
      const bool own = !plan_.aliases.empty();
      boolean("CloudFrontDefaultCertificate", !own);
      if (!own) return;
      string("ACMCertificateArn", known_or(plan_.certificate_arn, certificate_placeholder));
      string("SSLSupportMethod", "sni-only");
      string("MinimumProtocolVersion", "TLSv1.2_2021");
    });
  }

  void distribution() {
    string("CallerReference", plan_.caller_reference);
    list("Aliases", plan_.aliases);
    string("DefaultRootObject", "");
    origins();
    json_.name("DefaultCacheBehavior").object([this] { behavior(plan_.default_is_signed); });
    json_.name("CacheBehaviors").object([this] {
      items(plan_.behaviors, [this](const CacheBehavior& one) {
        json_.object([&] {
          string("PathPattern", one.path_pattern);
          behavior(one.is_signed);
        });
      });
    });
    error_responses();
    string("Comment", "Private media of " + plan_.bucket_policy.bucket + ", signed by signgate");
    string("PriceClass", "PriceClass_All");
    boolean("Enabled", true);
    viewer_certificate();
    json_.name("Restrictions").object([this] {
      json_.name("GeoRestriction").object([this] {
        string("RestrictionType", "none");
        integer("Quantity", 0);
      });
    });
    string("WebACLId", "");
    string("HttpVersion", "http2and3");
    boolean("IsIPV6Enabled", plan_.ipv6);
  }

  void bucket_policy() {
    BucketPolicyPlan policy = plan_.bucket_policy;
    if (policy.source_arn.empty()) policy.source_arn = distribution_arn_placeholder;
    text_ = write_bucket_policy(policy);
  }

  const DistributionPlan& plan_;
  std::string text_;
  JsonWriter json_;
};

}  // namespace

std::string_view document_name(DistributionDocument document) noexcept {
  switch (document) {
    case DistributionDocument::public_key:
      return "public-key-config";
    case DistributionDocument::key_group:
      return "key-group-config";
    case DistributionDocument::origin_access_control:
      return "origin-access-control-config";
    case DistributionDocument::cache_policy:
      return "cache-policy-config";
    case DistributionDocument::origin_request_policy:
      return "origin-request-policy-config";
    case DistributionDocument::distribution:
      return "distribution-config";
    case DistributionDocument::bucket_policy:
      return "bucket-policy";
  }
  return "";
}

bool is_needed(DistributionDocument document, const DistributionPlan& plan) noexcept {
  const bool is_signed =
      plan.default_is_signed || std::ranges::any_of(plan.behaviors, &CacheBehavior::is_signed);
  switch (document) {
    case DistributionDocument::public_key:
      return is_signed && plan.public_key_ids.empty() && plan.key_group_ids.empty();
    case DistributionDocument::key_group:
      return is_signed && plan.key_group_ids.empty();
    case DistributionDocument::origin_access_control:
      return plan.origin_access_control_id.empty();
    case DistributionDocument::cache_policy:
      return plan.cache_policy_id.empty();
    case DistributionDocument::origin_request_policy:
      return plan.referer == RefererUse::on_miss && plan.origin_request_policy_id.empty();
    case DistributionDocument::distribution:
      return plan.bucket_policy.source_arn.empty();
    case DistributionDocument::bucket_policy:
      return true;
  }
  return false;
}

std::string write_distribution_document(DistributionDocument document,
                                        const DistributionPlan& plan) {
  return DocumentWriter(plan).write(document);
}

std::optional<ArgumentError> check_plan_name(std::string_view name) {
  const bool legal = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  if (legal && !name.empty() && name.size() <= 40) return std::nullopt;
  return ArgumentError{excerpt(name) +
                       " is no name for them: legal are 1 to 40 letters, digits, - and _"};
}

std::optional<ArgumentError> check_path_pattern(std::string_view pattern) {
  static constexpr std::string_view marks = "_-.*?$/~\"'@:+&";
  if (pattern.empty() || pattern.size() > 255)
    return ArgumentError{excerpt(pattern) + ": a path pattern has 1 to 255 characters"};
  for (const char c : pattern) {
    const bool legal = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       marks.find(c) != std::string_view::npos;
    if (!legal) {
      return ArgumentError{excerpt(pattern) +
                           " holds a character that path patterns may not: legal are letters, "
                           "digits and " +
                           std::string(marks)};
    }
  }
  return std::nullopt;
}

}  // namespace signgate::policy
