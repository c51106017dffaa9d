// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/header_links.hpp"

#include <algorithm>

#include "gateway/base/limits.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/link_sink.hpp"
#include "gateway/rewrite/refresh.hpp"

namespace signgate::rewrite {
namespace {

// The next `<...>` outside of quoted strings, from `position` on.
bool next_target(std::string_view value, std::size_t& position, std::size_t& begin,
                 std::size_t& end) noexcept {
  for (std::size_t i = position; i < value.size(); ++i) {
    if (value[i] == '"') {
      for (++i; i < value.size() && value[i] != '"'; ++i) {
        if (value[i] == '\\') ++i;
      }
    } else if (value[i] == '<') {
      begin = i + 1;
      end = value.find('>', begin);
      if (end == std::string_view::npos) return false;
      position = end + 1;
      return true;
    }
  }
  return false;
}

}  // namespace

std::size_t find_header_links(HeaderForm form, std::string_view value, const LinkMatcher& matcher,
                              const PageUrl& page, Batch& out, Counters& counters,
                              CandidateLog* candidates) {
  out.clear();
  LinkSink sink(matcher, page, counters, out, value, {.candidates = candidates});
  const auto add = [&](std::size_t begin, std::size_t end) {
    sink.add(value.substr(begin, end - begin), {begin, end}, {}, LinkContext::header);
  };
  std::size_t begin = 0;
  std::size_t end = value.size();
  switch (form) {
    case HeaderForm::whole:
      while (begin < end && is_space(value[begin]))
        ++begin;
      while (end > begin && is_space(value[end - 1]))
        --end;
      add(begin, end);
      break;
    case HeaderForm::refresh:
      if (find_refresh_url(value, begin, end)) add(begin, end);
      break;
    case HeaderForm::link: {
      std::size_t position = 0;
      while (next_target(value, position, begin, end)) {
        add(begin, end);
        if (out.links.size() < limits::links_per_batch) continue;
        sink.finish(position);
        return position;
      }
      break;
    }
  }
  sink.finish(value.size());
  return value.size();
}

}  // namespace signgate::rewrite
