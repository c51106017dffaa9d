// SPDX-License-Identifier: Apache-2.0
// Documents of CloudFront and S3: any bytes end in findings with places within them, the same each
// time, and checks of what was read end too.
#include "policy/lint/documents.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/lint/lint.hpp"
#include "policy/lint/path_pattern.hpp"

namespace {

using namespace signgate::policy::lint;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  LintInput input;
  Findings findings;
  read_document(text, 0, input.documents, findings);
  // The gateway's side, so that all cross checks are made.
  SiteFacts site;
  site.hosts = {{"www.example.com", {8443}}};
  MediaFacts media;
  media.host = "media.example.com";
  media.path = "/private/";
  media.keys = {"K1"};
  media.is_bound_to_address = true;
  site.media = {media};
  input.sites = {site};
  Findings more = check_documents(input);
  require(check_documents(input).size() == more.size());
  findings.insert(findings.end(), more.begin(), more.end());
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  for (const Finding& finding : findings) {
    require(!finding.message.empty());
    require(finding.spot.line <= lines);
  }
  for (const Distribution& distribution : input.documents.distributions) {
    for (const Behavior& behavior : distribution.behaviors) {
      if (!behavior.pattern) continue;
      const std::string& pattern = behavior.pattern->value;
      require(covers(pattern, pattern));
      require(overlaps(pattern, "*"));
    }
  }
  return 0;
}
