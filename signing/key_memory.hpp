// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace signgate::signing {

/// KeyMemory says how well the memory of private keys is kept.
enum class KeyMemory : std::uint8_t {
  locked,    // never swapped out, never in a core
  unlocked,  // never in a core, but the system refused to lock it (RLIMIT_MEMLOCK)
  ordinary,  // OpenSSL's secure heap could not be had, or was begun by someone else in another way
};

/// key_memory_size is how much of it there is, in bytes: enough for some three hundred
/// RSA keys, twice, as while a reload happens.
inline constexpr std::size_t key_memory_size = 4 * 1024 * 1024;

/// prepare_key_memory gives OpenSSL a heap of its own for the secret numbers of keys: locked, left
/// out of cores, wiped on release. Done once for the process, by the first key at the latest; the
/// answer is always that of the first call. Any thread. Source: OpenSSL, CRYPTO_secure_malloc(3).
KeyMemory prepare_key_memory();

/// has_room_for_key says whether one more key can be read; true where there is no key memory.
[[nodiscard]] bool has_room_for_key();

/// settle_key has OpenSSL make what it keeps for all signatures of an RSA key (Montgomery forms of
/// its primes, the calling thread's blinding) in the key memory. To be called before anybody
/// signs with it or deciphers; other keys have nothing of that kind. Where it fails, so will a
/// signature. Any thread.
void settle_key(evp_pkey_st* key);

/// PlacingScope has OpenSSL take all memory that this thread asks for from the key memory while the
/// scope lives, or from the ordinary heap when that is full: for what it makes of a key by itself
/// and keeps. Whose memory it is decides what giving back does, not the scope. To be kept
/// short: all threads share the lock of the key memory. Scopes may nest. Nothing happens before
/// prepare_key_memory. Source: OpenSSL, CRYPTO_set_mem_functions(3).
class PlacingScope {
 public:
  PlacingScope() noexcept;
  ~PlacingScope();
  PlacingScope(const PlacingScope&) = delete;
  PlacingScope& operator=(const PlacingScope&) = delete;
};

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
