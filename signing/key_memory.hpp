// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace signgate::signing {

/// KeyMemory says how well the memory of private keys is kept.
enum class KeyMemory : std::uint8_t {
  locked,    // never swapped out, never in a core
  unlocked,  // never in a core, but the system refused to lock it (RLIMIT_MEMLOCK)
  ordinary,  // OpenSSL's secure heap could not be had, or was begun by someone else in another way
};

/// prepare_key_memory gives OpenSSL a heap of its own for the secret numbers of keys: locked, left
/// out of cores, wiped on release. Done once for the process, by the first key at the latest; the
/// answer is always that of the first call. Where the process has not used OpenSSL before, it also
/// makes WipingScope work. What OpenSSL calculates with beside them (Montgomery
/// forms of an RSA key's primes) lies in ordinary memory. Any thread. Source: OpenSSL,
/// CRYPTO_secure_malloc(3).
KeyMemory prepare_key_memory();

/// WipingScope has OpenSSL overwrite all memory that this thread gives back to it while the scope
/// lives: reading a key leaves copies of its numbers in ordinary memory, which would lie there
/// until somebody happens to use it. Scopes may nest. Source: OpenSSL, CRYPTO_set_mem_functions(3).
class WipingScope {
 public:
  WipingScope() noexcept;
  ~WipingScope();
  WipingScope(const WipingScope&) = delete;
  WipingScope& operator=(const WipingScope&) = delete;
};

/// WipedString overwrites what a string holds when its scope ends; the string has to outlive it and
/// keep its size.
class WipedString {
 public:
  explicit WipedString(std::string& text) noexcept : text_(text) {}
  ~WipedString();
  WipedString(const WipedString&) = delete;
  WipedString& operator=(const WipedString&) = delete;

 private:
  std::string& text_;
};

/// forbid_cores keeps the process out of core files, and its memory from other processes of the
/// same user (ptrace, /proc). Source: Linux, prctl(2), PR_SET_DUMPABLE.
void forbid_cores() noexcept;

/// SecretText is a buffer in the key memory for the text of a key file, wiped when it goes. Owns
/// its memory; one thread at a time.
class SecretText {
 public:
  /// SecretText has room for `capacity` bytes and is empty.
  explicit SecretText(std::size_t capacity);
  ~SecretText();
  SecretText(SecretText&& other) noexcept;
  SecretText& operator=(SecretText&& other) noexcept;

  /// room is where the next bytes go; grown says how many have been put there. `room` is null when
  /// there is no memory.
  [[nodiscard]] char* room() noexcept { return data_ == nullptr ? nullptr : data_ + size_; }
  [[nodiscard]] std::size_t room_size() const noexcept { return capacity_ - size_; }
  void grown(std::size_t count) noexcept { size_ += count; }

  /// text is what is in it; a view that lives as long as the SecretText is neither moved nor gone.
  [[nodiscard]] std::string_view text() const noexcept { return {data_, size_}; }

 private:
  char* data_;
  std::size_t size_ = 0;
  std::size_t capacity_;
};

}  // namespace signgate::signing
