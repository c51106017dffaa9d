// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/unsigner.hpp"

#include "gateway/base/byte_set.hpp"
#include "gateway/rewrite/ascii.hpp"

namespace signgate::rewrite {
namespace {

// No writer escapes letters.
constexpr std::string_view beginning = "http";
constexpr ByteSet first_letters("hH");

// Where the first link may begin, at the end perhaps with less than the whole word.
std::size_t find_link(std::string_view text, std::size_t from, bool last) noexcept {
  for (std::size_t place = from; (place = first_letters.find(text, place)) < text.size(); ++place) {
    const std::string_view word = text.substr(place, beginning.size());
    if (iequals(word, beginning.substr(0, word.size())) &&
        (word.size() == beginning.size() || !last))
      return place;
  }
  return text.size();
}

}  // namespace

UnsignCounts& UnsignCounts::operator+=(const UnsignCounts& other) noexcept {
  stripped += other.stripped;
  too_long += other.too_long;
  return *this;
}

void Unsigner::feed(std::string_view text, std::string& out) {
  if (held_.empty()) {
    held_.assign(text.substr(scan(text, false, out)));
    return;
  }
  held_ += text;
  held_.erase(0, scan(held_, false, out));
}

void Unsigner::finish(std::string& out) {
  static_cast<void>(scan(held_, true, out));
  held_.clear();
}

// Returns how much of the window was dealt with; the rest has to come again, with more.
std::size_t Unsigner::scan(std::string_view window, bool last, std::string& out) {
  std::size_t done = 0;
  while (true) {
    if (!reading_) {
      const std::size_t begin = find_link(window, done, last);
      out.append(window.substr(done, begin - done));
      done = begin;
      if (window.size() - done < beginning.size()) return done;
      link_.begin();
      reading_ = true;
    }
    const std::string_view raw = window.substr(done);
    const UnsignLink::Verdict verdict = link_.read(raw, last);
    if (verdict == UnsignLink::Verdict::more) return done;
    reading_ = false;
    if (verdict == UnsignLink::Verdict::stripped) {
      ++counts_.stripped;
      out.append(link_.text());
    } else {
      if (verdict == UnsignLink::Verdict::too_long) ++counts_.too_long;
      out.append(raw.substr(0, link_.end()));
    }
    done += link_.end();
  }
}

}  // namespace signgate::rewrite
