// SPDX-License-Identifier: Apache-2.0
// Any value of Content-Security-Policy: extended once it is extended enough, what governs scripts
// stays, and nothing but directives for media is new.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/check.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/content_security_policy.hpp"

using namespace signgate;
using namespace signgate::rewrite;

namespace {

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// The directives of a policy, trimmed, those that are empty left out.
std::vector<std::string_view> directives(std::string_view policy) {
  std::vector<std::string_view> found;
  for (const std::string_view each : split(policy, ';')) {
    if (!trim_space(each).empty()) found.push_back(trim_space(each));
  }
  return found;
}

std::string_view name_of(std::string_view directive) {
  return directive.substr(0, directive.find_first_of(" \t\n\f\r"));
}

bool is_about_media(std::string_view name) {
  for (const std::string_view each :
       {"img-src", "media-src", "font-src", "style-src", "style-src-elem", "connect-src",
        "object-src", "frame-src", "child-src", "manifest-src", "prefetch-src"}) {
    if (iequals(name, each)) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Url page = parse_url("https://www.example.com/a", nullptr).value();
  static const std::vector<Url> targets = {parse_url("https://d1.test/private/", nullptr).value(),
                                           parse_url("https://d2.test:8443/", nullptr).value()};
  // Its own allocation, so that a read past the end is seen.
  const std::string value(reinterpret_cast<const char*>(data), size);
  const auto extended = extend_policies(value, targets, page);
  if (!extended) return 0;
  SIGNGATE_CHECK(*extended != value);
  SIGNGATE_CHECK(!extend_policies(*extended, targets, page));
  const auto before = split(value, ',');
  const auto after = split(*extended, ',');
  SIGNGATE_CHECK(before.size() == after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto old = directives(before[i]);
    const auto now = directives(after[i]);
    SIGNGATE_CHECK(now.size() >= old.size() && now.size() <= old.size() + 2);
    for (std::size_t j = 0; j < now.size(); ++j) {
      if (j < old.size()) {
        SIGNGATE_CHECK(name_of(now[j]) == name_of(old[j]));
        SIGNGATE_CHECK(now[j] == old[j] || is_about_media(name_of(now[j])));
      } else {
        SIGNGATE_CHECK(name_of(now[j]) == "img-src" || name_of(now[j]) == "media-src");
      }
    }
  }
  return 0;
}
