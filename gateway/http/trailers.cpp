// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/trailers.hpp"

#include "gateway/base/limits.hpp"
#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

bool may_trail(const Field& field) {
  if (is_hop_by_hop(field.id)) return false;
  switch (field.id) {
    case HeaderId::other:
      // The names that the proxy itself gives a meaning to.
      return !equal_ignoring_case(field.name, "www-authenticate") &&
             !equal_ignoring_case(field.name, "max-forwards") &&
             !(field.name.size() > 8 && equal_ignoring_case(field.name.substr(0, 8), "x-accel-"));
    case HeaderId::content_md5:
    case HeaderId::digest:
    case HeaderId::repr_digest:
    case HeaderId::etag:
    case HeaderId::last_modified:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool takes_trailers(const Fields& fields) noexcept {
  bool takes = false;
  for (const Field& field : fields) {
    if (field.id != HeaderId::te) continue;
    for_each_list_element(field.value, [&](std::string_view each) {
      takes = takes || equal_ignoring_case(each, "trailers");
    });
  }
  return takes;
}

Result<void> parse_trailers(std::string_view lines, Side side, Fields& out) {
  constexpr HeadRules rules{.max_line = limits::trailer_section,
                            .max_head = limits::trailer_section,
                            .ignore_invalid_headers = true,
                            .underscores_in_headers = true};
  Fields all;
  const auto parsed = parse_field_lines(lines, side, rules, all);
  if (!parsed) return parsed.error();
  for (const Field& field : all) {
    if (may_trail(field)) out.add(field);
  }
  return {};
}

}  // namespace signgate::http
