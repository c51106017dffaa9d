// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_set>

namespace signgate::proxy {

/// PasswordMemo remembers which passwords were right, so that a page with fifty pictures costs one
/// slow check and not fifty, and whoever was let in before is not held up by others who guess. It
/// holds neither names, passwords nor hashes, but HMAC-SHA256 over all three under a key that is
/// drawn at the start and never leaves the process; a user file that changes the hash is another
/// entry, so nothing has to be forgotten. Wrong passwords are not remembered: each costs a check.
/// At most limits::known_passwords, the oldest makes room. One worker's. (nginx has none.)
class PasswordMemo {
 public:
  PasswordMemo();
  ~PasswordMemo();
  PasswordMemo(const PasswordMemo&) = delete;
  PasswordMemo& operator=(const PasswordMemo&) = delete;

  /// knows says whether that password of that user was right for that hash before.
  [[nodiscard]] bool knows(std::string_view user, std::string_view password,
                           std::string_view hash) const;

  /// keep remembers it.
  void keep(std::string_view user, std::string_view password, std::string_view hash);

 private:
  using Mark = std::array<std::uint8_t, 32>;
  struct MarkHash {
    std::size_t operator()(const Mark& mark) const noexcept;
  };

  /// mark_of is nothing where OpenSSL has no HMAC for us, or had no key: then nothing is known.
  [[nodiscard]] std::optional<Mark> mark_of(std::string_view user, std::string_view password,
                                            std::string_view hash) const;

  std::array<std::uint8_t, 32> key_{};
  bool has_key_;
  std::unordered_set<Mark, MarkHash> known_;
  std::deque<Mark> order_;  // the oldest first
};

}  // namespace signgate::proxy
