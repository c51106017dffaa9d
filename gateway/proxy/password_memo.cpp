// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/password_memo.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cstring>
#include <string>

#include "gateway/base/limits.hpp"

namespace signgate::proxy {

PasswordMemo::PasswordMemo()
    : has_key_(RAND_bytes(key_.data(), static_cast<int>(key_.size())) == 1) {}

PasswordMemo::~PasswordMemo() {
  OPENSSL_cleanse(key_.data(), key_.size());
}

std::size_t PasswordMemo::MarkHash::operator()(const Mark& mark) const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, mark.data(), sizeof value);
  return value;
}

std::optional<PasswordMemo::Mark> PasswordMemo::mark_of(std::string_view user,
                                                        std::string_view password,
                                                        std::string_view hash) const {
  if (!has_key_) return std::nullopt;
  // With their lengths before them no two triples read the same.
  std::string text = std::to_string(user.size()) + ' ' + std::to_string(password.size()) + ' ';
  text.reserve(text.size() + user.size() + password.size() + hash.size());
  text.append(user).append(password).append(hash);
  Mark mark{};
  unsigned size = 0;
  const bool made = HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
                         reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                         mark.data(), &size) != nullptr;
  OPENSSL_cleanse(text.data(), text.size());
  if (!made || size != mark.size()) return std::nullopt;
  return mark;
}

bool PasswordMemo::knows(std::string_view user, std::string_view password,
                         std::string_view hash) const {
  if (known_.empty()) return false;
  const auto mark = mark_of(user, password, hash);
  return mark && known_.contains(*mark);
}

void PasswordMemo::keep(std::string_view user, std::string_view password, std::string_view hash) {
  const auto mark = mark_of(user, password, hash);
  if (!mark || !known_.insert(*mark).second) return;
  order_.push_back(*mark);
  if (order_.size() <= limits::known_passwords) return;
  known_.erase(order_.front());
  order_.pop_front();
}

}  // namespace signgate::proxy
