// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/refresh.hpp"

#include <algorithm>

#include "gateway/rewrite/ascii.hpp"

namespace signgate::rewrite {

bool find_refresh_url(std::string_view value, std::size_t& begin, std::size_t& end) noexcept {
  std::size_t i = 0;
  const auto skip_space = [&] {
    while (i < value.size() && is_space(value[i]))
      ++i;
  };
  skip_space();
  const std::size_t time = i;
  while (i < value.size() && (is_digit(value[i]) || value[i] == '.'))
    ++i;
  if (i == time || i == value.size()) return false;
  if (value[i] != ';' && value[i] != ',' && !is_space(value[i])) return false;
  skip_space();
  if (i < value.size() && (value[i] == ';' || value[i] == ',')) ++i;
  skip_space();

  // "url=" may be left out, and then the rest is the URL as it stands, quotes and all, if it begins
  // like "url".
  const std::size_t rest = i;
  bool may_be_quoted = true;
  if (i < value.size() && to_lower(value[i]) == 'u') {
    may_be_quoted = false;
    if (istarts_with(value.substr(i), "url")) {
      i += 3;
      skip_space();
      may_be_quoted = i < value.size() && value[i] == '=';
    }
    if (may_be_quoted) {
      ++i;
      skip_space();
    } else {
      i = rest;
    }
  }
  end = value.size();
  if (may_be_quoted && i < value.size() && (value[i] == '"' || value[i] == '\'')) {
    const char quote = value[i++];
    end = std::min(value.find(quote, i), value.size());
  }
  while (end > i && is_space(value[end - 1]))
    --end;
  begin = i;
  return begin < end;
}

}  // namespace signgate::rewrite
