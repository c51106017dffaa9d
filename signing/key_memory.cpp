// SPDX-License-Identifier: Apache-2.0
#include "signing/key_memory.hpp"

#include <malloc.h>
#include <openssl/crypto.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace signgate::signing {
namespace {

// Some two hundred keys, with what is calculated with their numbers; a power of two.
constexpr std::size_t key_heap = 1024 * 1024;
constexpr std::size_t smallest_block = 32;

thread_local int wiping = 0;  // WipingScopes of this thread

void* allocate(std::size_t size, const char* /*file*/, int /*line*/) {
  return size == 0 ? nullptr : std::malloc(size);
}

void give_back(void* block, const char* /*file*/, int /*line*/) {
  if (block != nullptr && wiping > 0) OPENSSL_cleanse(block, ::malloc_usable_size(block));
  std::free(block);
}

void* reallocate(void* block, std::size_t size, const char* file, int line) {
  if (size == 0) {
    give_back(block, file, line);
    return nullptr;
  }
  if (block == nullptr || wiping == 0) return std::realloc(block, size);
  // The C library would move it and leave the old place as it was.
  void* const larger = std::malloc(size);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, block, std::min(size, ::malloc_usable_size(block)));
  give_back(block, file, line);
  return larger;
}

}  // namespace

KeyMemory prepare_key_memory() {
  static const KeyMemory kept = [] {
    // Refused once OpenSSL has allocated: then what it frees is left as it is.
    CRYPTO_set_mem_functions(allocate, reallocate, give_back);
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

WipingScope::WipingScope() noexcept {
  ++wiping;
}

WipingScope::~WipingScope() {
  --wiping;
}

WipedString::~WipedString() {
  OPENSSL_cleanse(text_.data(), text_.size());
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
