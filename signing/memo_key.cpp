// SPDX-License-Identifier: Apache-2.0
#include "signing/memo_key.hpp"

#include <cstdint>
#include <cstring>
#include <functional>

namespace signgate::signing {

HashedKey hashed(const MemoKey& key) noexcept {
  // The fingerprint is a hash already: any eight bytes of it will do.
  std::uint64_t identity = 0;
  std::memcpy(&identity, key.fingerprint->data(), sizeof identity);
  identity += static_cast<std::uint64_t>(key.hash);
  const std::size_t text = std::hash<std::string_view>{}(key.message);
  return {key, static_cast<std::size_t>(text ^ identity * 0x9E3779B97F4A7C15)};
}

}  // namespace signgate::signing
