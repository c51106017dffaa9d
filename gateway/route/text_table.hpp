// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace signgate::route {

/// TextTable finds numbers by texts, in constant time and without an allocation. What cannot be
/// there by its length is not even looked for, and a few texts are compared rather than hashed.
class TextTable {
 public:
  /// add puts a text in; one that is there keeps the number that it had first.
  void add(std::string_view text, std::size_t number) {
    numbers_.try_emplace(std::string(text), static_cast<std::uint32_t>(number));
    shortest_ = std::min(shortest_, text.size());
    longest_ = std::max(longest_, text.size());
  }

  [[nodiscard]] std::optional<std::size_t> find(std::string_view text) const {
    if (text.size() < shortest_ || text.size() > longest_) return std::nullopt;
    if (numbers_.size() <= few) return compare_each(text);
    const auto found = numbers_.find(text);
    if (found == numbers_.end()) return std::nullopt;
    return found->second;
  }

  [[nodiscard]] bool empty() const noexcept { return numbers_.empty(); }

  /// longest is the size of the longest text in it.
  [[nodiscard]] std::size_t longest() const noexcept { return longest_; }

 private:
  // Up to that many comparisons cost less than the hash of a text.
  static constexpr std::size_t few = 6;

  [[nodiscard]] std::optional<std::size_t> compare_each(std::string_view wanted) const {
    for (const auto& [text, number] : numbers_) {
      if (text == wanted) return number;
    }
    return std::nullopt;
  }

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };

  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
  std::size_t shortest_ = static_cast<std::size_t>(-1);
  std::size_t longest_ = 0;
};

}  // namespace signgate::route
