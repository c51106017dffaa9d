// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include "gateway/base/limits.hpp"
#include "gateway/config/text_file.hpp"
#include "gateway/edge/edge_config.hpp"
#include "gateway/http/text.hpp"

namespace signgate::edge {
namespace {

using config::Diagnostic;
using config::Diagnostics;

/// The condition keys that the edge gives a request; others a policy may name count as missing.
constexpr std::array<std::string_view, 11> supplied_keys{"aws:SourceArn",
                                                         "aws:SourceAccount",
                                                         "aws:PrincipalIsAWSService",
                                                         "aws:PrincipalServiceName",
                                                         "aws:SecureTransport",
                                                         "aws:CurrentTime",
                                                         "aws:EpochTime",
                                                         "s3:authType",
                                                         "s3:signatureversion",
                                                         "aws:Referer",
                                                         "aws:UserAgent"};

config::Place place_of(const policy::Position& position) {
  return {position.line, position.column};
}

void warn_of_missing_keys(const policy::BucketPolicy& policy, Diagnostics& found) {
  for (const policy::Statement& statement : policy.statements) {
    for (const policy::Condition& condition : statement.conditions) {
      const auto same = [&](std::string_view key) {
        return http::equal_ignoring_case(key, condition.key);
      };
      if (std::any_of(supplied_keys.begin(), supplied_keys.end(), same)) continue;
      found.warning(place_of(condition.position), "the edge has no value for " +
                                                      config::in_quotes(condition.key) +
                                                      ": it counts as missing in every request");
    }
  }
}

/// A policy for buckets of another partition is about none of the edge's requests.
void warn_of_partitions(const policy::BucketPolicy& policy, std::string_view partition,
                        Diagnostics& found) {
  for (const policy::Statement& statement : policy.statements) {
    for (const policy::ResourceArn& resource : statement.resources) {
      if (!resource.text.starts_with("arn:")) continue;
      const std::string_view rest = std::string_view(resource.text).substr(4);
      const std::string_view named = rest.substr(0, rest.find(':'));
      if (named == partition || named.find_first_of("*?") != named.npos) continue;
      found.warning(place_of(resource.position),
                    "the bucket is in " + config::in_quotes(partition) +
                        ", as [distribution] partition has it: no request is for " +
                        config::in_quotes(resource.text));
    }
  }
}

void take_findings(Diagnostics& found, EdgeLoading& loading) {
  auto taken = found.take();
  std::move(taken.begin(), taken.end(), std::back_inserter(loading.diagnostics));
}

/// Reads the policy's file; what is wrong inside it is told with that file's lines.
void load_policy(EdgeFile& file, Diagnostics& found, EdgeLoading& loading) {
  const auto text = config::load_text(file.policy.path);
  if (!text) {
    found.error(file.policy.place,
                "policy " + config::in_quotes(file.policy.path) + ": " + text.error().message);
    return;
  }
  Diagnostics inside{file.policy.path, *text};
  auto policy = policy::parse_bucket_policy(*text);
  if (policy) {
    warn_of_missing_keys(*policy, inside);
    warn_of_partitions(*policy, file.setup.distribution.partition, inside);
    file.setup.bucket.policy = std::move(*policy);
  } else {
    inside.error(place_of(policy.error().position), policy.error().message);
  }
  take_findings(inside, loading);
}

void load_keys(const std::vector<KeyFile>& files, signing::TrustedKeys& out, Diagnostics& found) {
  for (const KeyFile& key : files) {
    const std::string named = "public key " + config::in_quotes(key.file.path) + ": ";
    const auto text = config::load_text(key.file.path, limits::key_file);
    if (!text) {
      found.error(key.file.place, named + text.error().message);
      continue;
    }
    auto parsed = signing::PublicKey::parse(*text);
    if (!parsed) {
      found.error(key.file.place, named + parsed.error().message);
      continue;
    }
    out.emplace(key.key_pair_id, std::move(*parsed));
  }
}

void load_all_keys(EdgeFile& file, Diagnostics& found) {
  Distribution& distribution = file.setup.distribution;
  for (std::size_t i = 0; i < file.trusted_keys.size(); ++i)
    load_keys(file.trusted_keys[i], distribution.behaviors[i].trusted_keys, found);
  load_keys(file.default_keys, distribution.default_behavior.trusted_keys, found);
}

void check_root(const EdgeFile& file, Diagnostics& found) {
  struct stat status {};
  if (::stat(file.root.path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return;
  found.error(file.root.place, "root " + config::in_quotes(file.root.path) + " is not a folder");
}

}  // namespace

EdgeLoading load_edge(const std::string& path) {
  EdgeLoading loading;
  const auto text = config::load_text(path);
  Diagnostics found{path, text ? *text : std::string()};
  if (!text) {
    found.error({}, text.error().message);
    take_findings(found, loading);
    return loading;
  }
  EdgeReading reading = read_edge(*text, path, config::folder_of(path));
  loading.diagnostics = std::move(reading.diagnostics);
  if (!reading.file) return loading;
  load_all_keys(*reading.file, found);
  if (reading.file->store) {
    load_credentials(*reading.file->store, found);
    reading.file->setup.bucket.store = reading.file->store->setup;
  } else {
    check_root(*reading.file, found);
    load_policy(*reading.file, found, loading);
  }
  take_findings(found, loading);
  const bool failed =
      std::any_of(loading.diagnostics.begin(), loading.diagnostics.end(),
                  [](const auto& finding) { return finding.severity == config::Severity::error; });
  if (!failed) loading.setup = std::move(reading.file->setup);
  return loading;
}

}  // namespace signgate::edge
