// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/lint/documents.hpp"
#include "policy/lint/finding.hpp"

namespace signgate::policy::lint {

/// MediaFacts is what a gateway says of one media rule.
struct MediaFacts {
  std::string name;
  bool https = true;
  std::string host;         // the target's, in lower case, without a port
  std::string path;         // the target's: links begin with it
  std::int64_t ttl = 0;     // seconds
  std::int64_t window = 0;  // seconds
  bool is_bound_to_address = false;
  std::vector<std::string> keys;  // Key-Pair-Ids
  Spot spot;
};

/// SiteHost is a host whose pages have signed links.
struct SiteHost {
  std::string name;                  // in lower case
  std::vector<std::uint16_t> ports;  // where browsers reach it, if only at others than 80 and 443
};

/// SiteFacts is what a gateway's configuration says of its sites and their media. Whoever can read
/// such a configuration fills it in.
struct SiteFacts {
  std::vector<SiteHost> hosts;
  bool sends_wide_referrer = false;  // pages ask for a Referer with the path, also across origins
  std::vector<MediaFacts> media;
};

/// LintInput is all that is looked at together. Any of it may be empty: a check that needs two
/// sides is made when both are there.
struct LintInput {
  Documents documents;
  std::vector<SiteFacts> sites;
  /// key_flaw says why a public key in PEM is none that key groups take, or nothing. Where it is
  /// empty, keys are not looked at.
  std::function<std::optional<std::string>(std::string_view pem)> key_flaw;
};

/// check_documents makes all checks. The findings are in no particular order; none is there twice.
/// What read_document found is not among them. Any thread. Source: each code's own, in codes.hpp
/// and the sources beside this file.
[[nodiscard]] Findings check_documents(const LintInput& input);

}  // namespace signgate::policy::lint
