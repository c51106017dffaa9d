// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/grant_cache.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <string>
#include <utility>

#include "gateway/base/limits.hpp"

namespace signgate::proxy {

std::optional<GrantCache::Key> GrantCache::key(std::initializer_list<std::string_view> texts) {
  if (!secret_) {
    Key secret{};
    if (RAND_bytes(secret.data(), static_cast<int>(secret.size())) != 1) return std::nullopt;
    secret_ = secret;
  }
  std::string joined;
  for (const std::string_view text : texts)
    joined.append(std::to_string(text.size())).append(1, ':').append(text);
  Key digest{};
  unsigned int size = 0;
  const auto* made = HMAC(EVP_sha256(), secret_->data(), static_cast<int>(secret_->size()),
                          reinterpret_cast<const unsigned char*>(joined.data()), joined.size(),
                          digest.data(), &size);
  if (made == nullptr || size != digest.size()) return std::nullopt;
  return digest;
}

std::optional<bool> GrantCache::find(const Key& key, SteadyTime now) const {
  for (const Answers* answers : {&young_, &old_}) {
    const auto found = answers->find(key);
    if (found == answers->end()) continue;
    if (found->second.end <= now) return std::nullopt;
    return found->second.granted;
  }
  return std::nullopt;
}

void GrantCache::put(const Key& key, bool granted, SteadyTime end) {
  if (young_.size() >= limits::grant_answers / 2) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_.insert_or_assign(key, Answer{end, granted});
}

void GrantCache::clear() noexcept {
  young_.clear();
  old_.clear();
}

}  // namespace signgate::proxy
