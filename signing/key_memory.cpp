// SPDX-License-Identifier: Apache-2.0
#include "signing/key_memory.hpp"

#include <openssl/crypto.h>
#include <sys/prctl.h>

#include <utility>

namespace signgate::signing {
namespace {

// Some two hundred keys, with what is calculated with their numbers; a power of two.
constexpr std::size_t key_heap = 1024 * 1024;
constexpr std::size_t smallest_block = 32;

}  // namespace

KeyMemory prepare_key_memory() {
  static const KeyMemory kept = [] {
    switch (CRYPTO_secure_malloc_init(key_heap, smallest_block)) {
      case 1:
        return KeyMemory::locked;
      case 2:
        return KeyMemory::unlocked;
      default:
        return KeyMemory::ordinary;
    }
  }();
  return kept;
}

void forbid_cores() noexcept {
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

SecretText::SecretText(std::size_t capacity) : data_(nullptr), capacity_(0) {
  prepare_key_memory();
  data_ = static_cast<char*>(OPENSSL_secure_malloc(capacity));
  if (data_ != nullptr) capacity_ = capacity;
}

SecretText::~SecretText() {
  OPENSSL_secure_clear_free(data_, capacity_);
}

SecretText::SecretText(SecretText&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

SecretText& SecretText::operator=(SecretText&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  return *this;
}

}  // namespace signgate::signing
