// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "gateway/http/fields.hpp"
#include "gateway/http/text.hpp"

namespace signgate::http {

/// for_each_cookie calls `visit(name, value)` with each cookie of a request in order: views into
/// its Cookie fields, without white space around the pair. What has no `=` is passed over; a value
/// keeps its quotes. Source: RFC 6265, sections 4.2.1 and 5.4.
template <class Visit>
void for_each_cookie(const Fields& fields, Visit visit) {
  for (const Field& field : fields) {
    if (field.id != HeaderId::cookie) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::size_t end = rest.find(';');
      const std::string_view pair = trim_ows(rest.substr(0, end));
      if (const std::size_t equals = pair.find('='); equals != std::string_view::npos)
        visit(pair.substr(0, equals), pair.substr(equals + 1));
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
  }
}

}  // namespace signgate::http
