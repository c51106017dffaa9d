// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/json_scanner.hpp"

#include "gateway/base/byte_set.hpp"

namespace signgate::rewrite {
namespace {

constexpr ByteSet in_string_counts("\"\\\x1E");

}  // namespace

bool JsonScanner::next(std::string_view window) noexcept {
  while (position_ < window.size()) {
    if (passing_) {
      pass_string(window);
      continue;
    }
    switch (window[position_++]) {
      case '"':
        if (begin_string()) return true;
        break;
      case '{':
        open(true);
        break;
      case '[':
        open(false);
        break;
      case '}':
      case ']':
        close();
        break;
      case ',':
        expect_ = in_object() ? Expect::name : Expect::value;
        break;
      case ':':
        if (in_object()) expect_ = Expect::value;
        break;
      case record_separator:
        begin_text();
        break;
      case ' ':
      case '\t':
      case '\n':
      case '\r':
        break;
      default:
        // A number or a word is a value too; of what else stands where one is expected nothing is
        // known.
        if (depth_ > 0 && expect_ == Expect::value) expect_ = Expect::nothing;
        break;
    }
  }
  return false;
}

void JsonScanner::open(bool object) noexcept {
  if (depth_ < depth_limit) {
    objects_[depth_] = object;
  } else if (depth_ == depth_limit) {
    ++too_deep_;
  }
  ++depth_;
  expect_ = object ? Expect::name : Expect::value;
}

// Which bracket it is does not matter where all is well, and where it is not nobody can tell which
// one is wrong.
void JsonScanner::close() noexcept {
  if (depth_ > 0) --depth_;
  expect_ = depth_ > 0 ? Expect::nothing : Expect::value;
}

bool JsonScanner::begin_string() noexcept {
  const bool is_value = expect_ == Expect::value && depth_ <= depth_limit;
  if (depth_ > 0) expect_ = Expect::nothing;
  passing_ = !is_value;
  escaped_ = false;
  return is_value;
}

void JsonScanner::pass_string(std::string_view window) noexcept {
  // A record separator ends the string also behind a backslash.
  if (escaped_ && window[position_] != record_separator) ++position_;
  escaped_ = false;
  position_ = in_string_counts.find(window, position_);
  if (position_ == window.size()) return;
  escaped_ = window[position_] == '\\';
  passing_ = escaped_;
  if (window[position_] != record_separator) ++position_;
}

void JsonScanner::begin_text() noexcept {
  depth_ = 0;
  expect_ = Expect::value;
}

}  // namespace signgate::rewrite
