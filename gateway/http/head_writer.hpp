// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include "gateway/base/check.hpp"

namespace signgate::http {

/// HeadWriter appends many short texts to a string whose growth is known beforehand: a head is some
/// hundred of them, and each append of std::string is a call. One thread; `out` has to outlive it
/// and must not be touched before finish.
class HeadWriter {
 public:
  /// HeadWriter makes room for `most` bytes behind what `out` holds. To write more is a bug and
  /// throws (SIGNGATE_CHECK), before anything is written.
  HeadWriter(std::string& out, std::size_t most) : out_(out) {
    const std::size_t held = out.size();
    out.resize(held + most);
    at_ = out.data() + held;
    end_ = at_ + most;
  }
  HeadWriter(const HeadWriter&) = delete;
  HeadWriter& operator=(const HeadWriter&) = delete;

  HeadWriter& text(std::string_view bytes) {
    const std::size_t size = bytes.size();
    SIGNGATE_CHECK(size <= static_cast<std::size_t>(end_ - at_));
    const char* const from = bytes.data();
    // Two copies that overlap serve all lengths of a class without a loop or a call.
    if (size > 16) {
      std::memcpy(at_, from, size);
    } else if (size >= 8) {
      std::memcpy(at_, from, 8);
      std::memcpy(at_ + size - 8, from + size - 8, 8);
    } else if (size >= 4) {
      std::memcpy(at_, from, 4);
      std::memcpy(at_ + size - 4, from + size - 4, 4);
    } else {
      for (std::size_t i = 0; i < size; ++i)
        at_[i] = from[i];
    }
    at_ += size;
    return *this;
  }

  /// field writes a field line with its end.
  HeadWriter& field(std::string_view name, std::string_view value) {
    return text(name).text(": ").text(value).text("\r\n");
  }

  /// field_size is what `field` writes of a line, in bytes.
  [[nodiscard]] static constexpr std::size_t field_size(std::string_view name,
                                                        std::string_view value) noexcept {
    return name.size() + value.size() + 4;
  }

  /// finish cuts `out` where the last text ends. Once, as the last call.
  void finish() { out_.resize(static_cast<std::size_t>(at_ - out_.data())); }

 private:
  std::string& out_;
  char* at_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace signgate::http
