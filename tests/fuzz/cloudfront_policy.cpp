// SPDX-License-Identifier: Apache-2.0
// A custom policy that is read can be written, and reads back as the same; without its white space
// it still means the same. Whatever Resource it holds can be matched.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/cloudfront_statement.hpp"
#include "policy/json_writer.hpp"
#include "policy/resource_pattern.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace signgate::policy;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto statement = parse_custom_policy(text);
  const std::string compact = compact_json(text);
  if (compact.size() > text.size()) std::abort();
  if (!statement) {
    if (statement.error().position.offset > text.size()) std::abort();
    return 0;
  }
  const auto again = parse_custom_policy(compact);
  if (!again || !(*again == *statement)) std::abort();
  const auto written = parse_custom_policy(custom_policy(*statement));
  if (custom_policy(*statement).size() <= max_custom_policy &&
      (!written || !(*written == *statement))) {
    std::abort();
  }
  if (statement->resource) {
    (void)resource_matches(*statement->resource, "https://d111111abcdef8.cloudfront.net/a/b?c=d");
    // Every pattern without wildcards and odd corners covers the URL of the same text.
    const std::string& resource = *statement->resource;
    if (resource.starts_with("https://") && resource.find_first_of("*") == std::string::npos &&
        !resource_matches(resource, resource)) {
      std::abort();
    }
  }
  return 0;
}
