// SPDX-License-Identifier: Apache-2.0
#include "signing/verified_signatures.hpp"

#include <utility>

namespace signgate::signing {
namespace {

constexpr std::size_t entry_overhead = 96;  // of the set's node and the string

/// All parts but the last have a fixed length or are told by one that has: no two differ alike.
std::string entry_of(const PublicKey& key, HashAlgorithm hash, std::string_view message,
                     std::span<const unsigned char> signature) {
  std::string entry;
  entry.reserve(key.fingerprint().size() + 9 + signature.size() + message.size());
  entry.append(reinterpret_cast<const char*>(key.fingerprint().data()), key.fingerprint().size());
  entry += static_cast<char>(hash);
  const std::uint64_t size = signature.size();
  entry.append(reinterpret_cast<const char*>(&size), sizeof size);
  entry.append(reinterpret_cast<const char*>(signature.data()), signature.size());
  entry += message;
  return entry;
}

}  // namespace

bool VerifiedSignatures::verify(const PublicKey& key, HashAlgorithm hash, std::string_view message,
                                std::span<const unsigned char> signature) {
  std::string entry = entry_of(key, hash, message, signature);
  if (young_.contains(entry)) {
    ++hits_;
    return true;
  }
  if (const auto found = old_.find(entry); found != old_.end()) {
    ++hits_;
    old_bytes_ -= found->size() + entry_overhead;
    old_.erase(found);
    remember(std::move(entry));
    return true;
  }
  ++checks_;
  if (!key.verify(hash, message, signature)) return false;
  remember(std::move(entry));
  return true;
}

void VerifiedSignatures::clear() noexcept {
  young_.clear();
  old_.clear();
  young_bytes_ = old_bytes_ = 0;
}

void VerifiedSignatures::remember(std::string entry) {
  const std::size_t cost = entry.size() + entry_overhead;
  if (cost > half_) return;
  if (young_bytes_ + cost > half_) {
    old_ = std::move(young_);
    old_bytes_ = young_bytes_;
    young_.clear();
    young_bytes_ = 0;
  }
  young_.insert(std::move(entry));
  young_bytes_ += cost;
}

}  // namespace signgate::signing
