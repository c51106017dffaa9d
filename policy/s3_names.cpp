// SPDX-License-Identifier: Apache-2.0
#include "policy/s3_names.hpp"

#include <algorithm>
#include <array>

#include "policy/ipv4_range.hpp"
#include "policy/json.hpp"

namespace signgate::policy {
namespace {

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

constexpr bool is_lower(char c) noexcept {
  return c >= 'a' && c <= 'z';
}

constexpr bool is_upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}

ArgumentError bad_bucket(std::string_view name, std::string_view why) {
  return {"the bucket name " + excerpt(name) + " " + std::string(why)};
}

ArgumentError bad_arn(std::string_view text, std::string_view why) {
  return {excerpt(text) + " is no distribution's ARN: " + std::string(why) +
          "; legal is arn:aws:cloudfront::ACCOUNT:distribution/ID"};
}

/// cut_part takes what stands before the next colon off `rest`; all of it when there is none.
std::string_view cut_part(std::string_view& rest) noexcept {
  const std::size_t colon = rest.find(':');
  const std::string_view part = rest.substr(0, colon);
  rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
  return part;
}

}  // namespace

std::optional<ArgumentError> check_bucket_name(std::string_view name) {
  static constexpr std::array<std::string_view, 3> prefixes = {"xn--", "sthree-", "amzn-s3-demo-"};
  static constexpr std::array<std::string_view, 5> suffixes = {"-s3alias", "--ol-s3", ".mrap",
                                                               "--x-s3", "--table-s3"};
  if (name.starts_with("arn:"))
    return bad_bucket(name, "is an ARN; give the part behind its last colon alone");
  if (name.size() < 3 || name.size() > 63) return bad_bucket(name, "must have 3 to 63 characters");
  const auto end_is_legal = [](char c) { return is_lower(c) || is_digit(c); };
  if (!std::ranges::all_of(name, [&](char c) { return end_is_legal(c) || c == '.' || c == '-'; }))
    return bad_bucket(name, "may hold lower-case letters, digits, dots and hyphens only");
  if (!end_is_legal(name.front()) || !end_is_legal(name.back()))
    return bad_bucket(name, "must begin and end with a letter or a digit");
  if (name.find("..") != std::string_view::npos)
    return bad_bucket(name, "may not hold two dots in a row");
  if (parse_ipv4_address(name)) return bad_bucket(name, "may not look like an IP address");
  for (const std::string_view prefix : prefixes) {
    if (name.starts_with(prefix))
      return bad_bucket(name, "may not begin with " + std::string(prefix) + ", which is reserved");
  }
  for (const std::string_view suffix : suffixes) {
    if (name.ends_with(suffix))
      return bad_bucket(name, "may not end with " + std::string(suffix) + ", which is reserved");
  }
  return std::nullopt;
}

ArgumentResult<DistributionArn> parse_distribution_arn(std::string_view text) {
  std::string_view rest = text;
  if (cut_part(rest) != "arn") return bad_arn(text, "it must begin with arn:");
  DistributionArn arn;
  arn.partition = cut_part(rest);
  if (!is_partition(arn.partition))
    return bad_arn(text, "the partition must be aws, aws-cn or aws-us-gov");
  if (cut_part(rest) != "cloudfront") return bad_arn(text, "the service must be cloudfront");
  if (!cut_part(rest).empty())
    return bad_arn(text, "it holds a Region, and CloudFront's ARNs have none");
  arn.account = cut_part(rest);
  if (arn.account.size() != 12 || !std::ranges::all_of(arn.account, is_digit))
    return bad_arn(text, "the account must be twelve digits");
  static constexpr std::string_view kind = "distribution/";
  if (!rest.starts_with(kind)) return bad_arn(text, "the resource must be distribution/ID");
  arn.id = rest.substr(kind.size());
  if (arn.id.empty() || arn.id.size() > 64 ||
      !std::ranges::all_of(arn.id, [](char c) { return is_upper(c) || is_digit(c); })) {
    return bad_arn(text, "the distribution's id must be upper-case letters and digits");
  }
  return arn;
}

bool is_partition(std::string_view name) noexcept {
  return name == "aws" || name == "aws-cn" || name == "aws-us-gov";
}

std::optional<std::string_view> partition_of_region(std::string_view region) noexcept {
  const bool legal =
      std::ranges::all_of(region, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
  const bool shaped = region.size() >= 6 && region.size() <= 32 && is_lower(region.front()) &&
                      is_digit(region.back()) && std::ranges::count(region, '-') >= 2 &&
                      region.find("--") == std::string_view::npos;
  if (!legal || !shaped) return std::nullopt;
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  return "aws";
}

}  // namespace signgate::policy
