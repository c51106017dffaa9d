// SPDX-License-Identifier: Apache-2.0
#include "signing/key_memory.hpp"

#include <malloc.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <sys/prctl.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "signing/openssl.hpp"

namespace signgate::signing {
namespace {

constexpr std::size_t smallest_block = 32;
// What reading a key file takes for a while (the text, what it decodes to), rounded up to powers of
// two as the heap does it, and what the key keeps.
constexpr std::size_t room_for_a_key = 512 * 1024;

thread_local int wiping = 0;   // WipingScopes of this thread
thread_local int placing = 0;  // PlacingScopes of this thread

// Where OpenSSL's secure heap begins; 0 until there is one.
std::atomic<std::uintptr_t> heap_begin = 0;

bool in_key_heap(const void* block) {
  const std::uintptr_t begin = heap_begin.load(std::memory_order_acquire);
  return begin != 0 && reinterpret_cast<std::uintptr_t>(block) - begin < key_memory_size;
}

void* allocate(std::size_t size, const char* file, int line) {
  if (size == 0) return nullptr;
  if (placing > 0 && heap_begin.load(std::memory_order_acquire) != 0) {
    if (void* const block = CRYPTO_secure_malloc(size, file, line)) return block;
  }
  return std::malloc(size);
}

void give_back(void* block, const char* file, int line) {
  if (in_key_heap(block)) {
    CRYPTO_secure_free(block, file, line);  // wipes
    return;
  }
  if (block != nullptr && wiping > 0) OPENSSL_cleanse(block, ::malloc_usable_size(block));
  std::free(block);
}

void* reallocate(void* block, std::size_t size, const char* file, int line) {
  if (size == 0) {
    give_back(block, file, line);
    return nullptr;
  }
  if (block == nullptr) return allocate(size, file, line);
  const bool secret = in_key_heap(block);
  if (!secret && wiping == 0 && placing == 0) return std::realloc(block, size);
  // The C library would move it and leave the old place as it was.
  void* const larger = secret ? CRYPTO_secure_malloc(size, file, line) : allocate(size, file, line);
  if (larger == nullptr) return nullptr;
  const std::size_t old = secret ? CRYPTO_secure_actual_size(block) : ::malloc_usable_size(block);
  std::memcpy(larger, block, std::min(size, old));
  give_back(block, file, line);
  return larger;
}

// OpenSSL refuses them once it has allocated, so they are given to it before main() begins, by each
// program that this file is linked into.
const bool functions_taken = CRYPTO_set_mem_functions(allocate, reallocate, give_back) == 1;

KeyMemory open_heap() {
  const int made = CRYPTO_secure_malloc_init(key_memory_size, smallest_block);
  if (made != 1 && made != 2) return KeyMemory::ordinary;
  // It does not tell where it lies; but a block as large as all of it begins where it does.
  void* const all = OPENSSL_secure_malloc(key_memory_size);
  if (functions_taken && CRYPTO_secure_allocated(all) == 1)
    heap_begin.store(reinterpret_cast<std::uintptr_t>(all), std::memory_order_release);
  OPENSSL_secure_free(all);
  return made == 1 ? KeyMemory::locked : KeyMemory::unlocked;
}

}  // namespace

KeyMemory prepare_key_memory() {
  static const KeyMemory kept = open_heap();
  return kept;
}

bool has_room_for_key() {
  return prepare_key_memory() == KeyMemory::ordinary ||
         CRYPTO_secure_used() + room_for_a_key <= key_memory_size;
}

void settle_key(evp_pkey_st* key) {
  const int type = EVP_PKEY_get_base_id(key);
  if (type != EVP_PKEY_RSA && type != EVP_PKEY_RSA_PSS) return;
  prepare_key_memory();
  const openssl::Digest context(EVP_MD_CTX_new());
  const int size = EVP_PKEY_get_size(key);
  // No digest is named: keys for RSA-PSS may be bound to one, which is then the default.
  if (context && size > 0 &&
      EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key, nullptr) == 1) {
    // What the thread keeps for other purposes does not belong into the key memory.
    unsigned char byte = 0;
    RAND_priv_bytes(&byte, 1);
    std::vector<unsigned char> signature(static_cast<std::size_t>(size));
    std::size_t length = signature.size();
    const PlacingScope in_key_memory;
    EVP_DigestSign(context.get(), signature.data(), &length, &byte, 1);
  }
  openssl::forget_errors();
}

PlacingScope::PlacingScope() noexcept {
  ++placing;
}

PlacingScope::~PlacingScope() {
  --placing;
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
