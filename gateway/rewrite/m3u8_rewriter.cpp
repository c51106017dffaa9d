// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/m3u8_rewriter.hpp"

#include <algorithm>
#include <array>

#include "gateway/rewrite/ascii.hpp"

namespace signgate::rewrite {
namespace {

constexpr std::string_view tag_begin = "#EXT-X-";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

constexpr std::array<std::string_view, 4> link_names = {"URI", "SERVER-URI", "X-ASSET-URI",
                                                        "X-ASSET-LIST"};
constexpr std::uint8_t any_name = (1U << link_names.size()) - 1;

}  // namespace

// Not inlined into the coroutine that calls it, as HtmlRewriter::scan.
[[gnu::noinline]] std::size_t M3u8Rewriter::scan(std::string_view window, bool last, Batch& out) {
  out.clear();
  LinkSink sink(*matcher_, page_, counters_, out, window, options_);
  bool used_up = place_.finished;
  while (out.links.size() < options_.links_per_batch && !used_up)
    used_up = !step(window, last, sink);
  place_.finished = last && used_up;
  const std::size_t used =
      place_.finished ? window.size() : std::min(place_.begin, place_.position);
  sink.finish(used);
  if (!place_.finished) {
    place_.position -= used;
    if (place_.begin != nowhere) place_.begin -= used;
  }
  return used;
}

// One token. False: the window is used up.
bool M3u8Rewriter::step(std::string_view window, bool last, LinkSink& sink) {
  switch (place_.state) {
    case State::line:
      return step_line(window);
    case State::uri_line:
      return step_uri_line(window, last, sink);
    case State::tag:
      return step_tag(window);
    case State::tag_name:
      if (!step_to(window, ":\n")) return false;
      place_.state = State::name;
      break;
    case State::name:
      return step_name(window);
    case State::value:
      if (place_.position == window.size()) return false;
      if (window[place_.position] != '"') {
        place_.state = State::unquoted;
        return true;
      }
      ++place_.position;
      place_.state = place_.names != 0 ? State::link : State::quoted;
      if (place_.names != 0) place_.begin = place_.position;
      return true;
    case State::quoted:
      if (!step_to(window, "\"\n")) return false;
      place_.state = State::after;
      break;
    case State::link:
      return step_link(window, sink);
    case State::unquoted:
    case State::after:
      if (!step_to(window, ",\n")) return false;
      place_.state = State::name;
      break;
    case State::other:
      if (!step_to(window, "\n")) return false;
      break;
  }
  if (window[place_.position] == '\n') place_.state = State::line;
  ++place_.position;
  place_.matched = 0;
  place_.names = any_name;
  return true;
}

// Up to one of `ends`, the line's end among them. False: the window is used up.
bool M3u8Rewriter::step_to(std::string_view window, std::string_view ends) {
  place_.position = std::min(window.find_first_of(ends, place_.position), window.size());
  return place_.position < window.size();
}

bool M3u8Rewriter::step_line(std::string_view window) {
  if (place_.position == window.size()) return false;
  if (window[place_.position] == '#') {
    place_.state = State::tag;
    place_.first_line = false;
    place_.matched = 0;
  } else {
    place_.state = State::uri_line;
    place_.begin = place_.position;
  }
  return true;
}

bool M3u8Rewriter::step_uri_line(std::string_view window, bool last, LinkSink& sink) {
  const bool ended = step_to(window, "\n");
  if (!ended && !last) return give_up_long(window);
  const std::string_view line = window.substr(place_.begin, place_.position - place_.begin);
  const bool marked = place_.first_line && line.starts_with(byte_order_mark);
  place_.first_line = false;
  if (marked) place_.begin += byte_order_mark.size();
  end_link(window, sink);
  if (ended) ++place_.position;
  place_.state = State::line;
  return ended;
}

bool M3u8Rewriter::step_tag(std::string_view window) {
  while (place_.matched < tag_begin.size()) {
    if (place_.position == window.size()) return false;
    if (window[place_.position] != tag_begin[place_.matched]) {
      place_.state = State::other;
      return true;
    }
    ++place_.position;
    ++place_.matched;
  }
  place_.state = State::tag_name;
  return true;
}

bool M3u8Rewriter::step_name(std::string_view window) {
  for (; place_.position < window.size(); ++place_.position) {
    const char c = window[place_.position];
    if (c == '\n') {
      place_.state = State::line;
      return true;
    }
    if (c == ',') {
      place_.matched = 0;
      place_.names = any_name;
      continue;
    }
    // Some write a space behind the comma, and players take it.
    if (is_space(c) && place_.matched == 0) continue;
    for (std::size_t i = 0; i < link_names.size(); ++i) {
      const std::string_view name = link_names[i];
      const bool goes_on = c == '=' ? place_.matched == name.size()
                                    : place_.matched < name.size() && name[place_.matched] == c;
      if (!goes_on) place_.names = static_cast<std::uint8_t>(place_.names & ~(1U << i));
    }
    if (c == '=') {
      ++place_.position;
      place_.state = State::value;
      return true;
    }
    ++place_.matched;
  }
  return false;
}

bool M3u8Rewriter::step_link(std::string_view window, LinkSink& sink) {
  if (!step_to(window, "\"\n")) return give_up_long(window);
  if (window[place_.position] == '"') {
    end_link(window, sink);
    ++place_.position;
  }
  place_.begin = nowhere;
  place_.state = State::after;
  return true;
}

// The bytes from place_.begin to the position are a link.
void M3u8Rewriter::end_link(std::string_view window, LinkSink& sink) {
  const std::string_view raw = window.substr(place_.begin, place_.position - place_.begin);
  const std::string_view link = trim_space(raw);
  const auto begin = place_.begin + static_cast<std::size_t>(link.data() - raw.data());
  place_.begin = nowhere;
  if (link.empty() || link.front() == '#' || has_other_scheme(link)) return;
  if (raw.size() > limits::link_length) {
    ++counters_.too_long;
  } else if (link.find("{$") != std::string_view::npos) {
    ++counters_.links;
    ++counters_.refused_template;
  } else {
    sink.add(link, {begin, begin + link.size()}, {}, LinkContext::playlist);
  }
}

// Lets go of a link that goes on and cannot match. Always false: the window is used up.
bool M3u8Rewriter::give_up_long(std::string_view window) {
  const std::string_view raw = window.substr(place_.begin, place_.position - place_.begin);
  const std::string_view link = trim_space(raw);
  const bool hopeless = has_other_scheme(link);
  // A mark is not the scheme's first letter: what it hides is found out when the line ends.
  if (!hopeless && raw.size() <= limits::link_length) return false;
  if (!hopeless && !link.empty() && link.front() != '#') ++counters_.too_long;
  place_.begin = nowhere;
  place_.first_line = false;
  place_.state = place_.state == State::link ? State::quoted : State::other;
  return false;
}

}  // namespace signgate::rewrite
