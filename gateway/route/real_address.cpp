// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/real_address.hpp"

#include <algorithm>
#include <vector>

#include "gateway/http/text.hpp"

namespace signgate::route {
namespace {

constexpr std::string_view separators = " ,";

// Walks a list from its end. False: walking on is of no use.
bool walk(const RealAddressRule& rule, std::string_view list, Forwarded& current, bool& found) {
  while (true) {
    if (!contains(rule.trusted, current.address)) return false;
    const std::size_t last = list.find_last_not_of(separators);
    list = last == std::string_view::npos ? std::string_view() : list.substr(0, last + 1);
    const std::size_t before = list.find_last_of(separators);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const auto address = parse_ip_port(list.substr(begin));
    if (!address) return false;
    current = *address;
    found = true;
    list = list.substr(0, begin);
    if (!rule.recursive || list.find_first_not_of(separators) == std::string_view::npos)
      return rule.recursive;
  }
}

}  // namespace

std::optional<Forwarded> real_address(const RealAddressRule& rule, const IpAddress& peer,
                                      const http::Fields& fields,
                                      const std::optional<Forwarded>& proxy_protocol) {
  if (http::equal_ignoring_case(rule.header, "proxy_protocol")) {
    if (!proxy_protocol || !contains(rule.trusted, peer)) return std::nullopt;
    return proxy_protocol;
  }
  Forwarded current{peer, 0};
  bool found = false;
  if (http::equal_ignoring_case(rule.header, "X-Forwarded-For")) {
    std::vector<std::string_view> lines;
    for (const http::Field& field : fields) {
      if (field.id == http::HeaderId::x_forwarded_for) lines.push_back(field.value);
    }
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
      if (!walk(rule, *line, current, found)) break;
    }
  } else if (const http::Field* field = fields.find(rule.header)) {
    walk(rule, field->value, current, found);
  }
  if (!found) return std::nullopt;
  return current;
}

}  // namespace signgate::route
