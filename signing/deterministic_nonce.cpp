// SPDX-License-Identifier: Apache-2.0

// The hashes by their own functions: the way through EVP costs as much again as a block's digest,
// and a nonce takes some twenty of them.
#define OPENSSL_API_COMPAT 0x10100000L
#include "signing/deterministic_nonce.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace signgate::signing {
namespace {

using Scalar = std::array<unsigned char, scalar_bytes>;

// The order of P-256's group, q. Source: FIPS 186-4, D.1.2.3.
constexpr Scalar order = {0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF,
                          0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17,
                          0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51};

struct Sha1 {
  static constexpr std::size_t size = SHA_DIGEST_LENGTH;
  using State = SHA_CTX;
  static void begin(State& state) { SHA1_Init(&state); }
  static void add(State& state, const unsigned char* data, std::size_t length) {
    SHA1_Update(&state, data, length);
  }
  static void end(State& state, unsigned char* out) { SHA1_Final(out, &state); }
};

struct Sha256 {
  static constexpr std::size_t size = SHA256_DIGEST_LENGTH;
  using State = SHA256_CTX;
  static void begin(State& state) { SHA256_Init(&state); }
  static void add(State& state, const unsigned char* data, std::size_t length) {
    SHA256_Update(&state, data, length);
  }
  static void end(State& state, unsigned char* out) { SHA256_Final(out, &state); }
};

/// Hmac is HMAC with a key as long as the digest (RFC 2104); it wipes what it knew.
template <class Hash>
class Hmac {
 public:
  using Digest = std::array<unsigned char, Hash::size>;

  explicit Hmac(const Digest& key) noexcept {
    std::array<unsigned char, 64> pad;
    const auto absorb = [&](typename Hash::State& state, unsigned char mask) {
      pad.fill(mask);
      for (std::size_t i = 0; i < key.size(); ++i)
        pad[i] ^= key[i];
      Hash::begin(state);
      Hash::add(state, pad.data(), pad.size());
    };
    absorb(inner_, 0x36);
    absorb(outer_, 0x5C);
    OPENSSL_cleanse(pad.data(), pad.size());
  }
  ~Hmac() {
    OPENSSL_cleanse(&inner_, sizeof inner_);
    OPENSSL_cleanse(&outer_, sizeof outer_);
  }
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;

  /// of is the code of the parts, one after the other; they may lie in `out`.
  template <class... Parts>
  void of(Digest& out, const Parts&... parts) const noexcept {
    typename Hash::State state = inner_;
    (Hash::add(state, parts.data(), parts.size()), ...);
    Hash::end(state, out.data());
    state = outer_;
    Hash::add(state, out.data(), out.size());
    Hash::end(state, out.data());
    OPENSSL_cleanse(&state, sizeof state);
  }

 private:
  typename Hash::State inner_;
  typename Hash::State outer_;
};

/// minus_order is `value` - q in `difference`; true when that is negative. No branch depends on the
/// value.
bool minus_order(const Scalar& value, Scalar& difference) noexcept {
  unsigned borrow = 0;
  for (std::size_t i = scalar_bytes; i-- > 0;) {
    const unsigned digit = 0x100U + value[i] - order[i] - borrow;
    difference[i] = static_cast<unsigned char>(digit);
    borrow = (digit >> 8) ^ 1U;
  }
  return borrow != 0;
}

/// may_be_nonce holds of 1 to q - 1.
bool may_be_nonce(const Scalar& value) noexcept {
  Scalar difference;
  const bool below = minus_order(value, difference);
  OPENSSL_cleanse(difference.data(), difference.size());
  unsigned any = 0;
  for (const unsigned char byte : value)
    any |= byte;
  return below && any != 0;
}

/// reduced is bits2octets of section 2.3.4: the digest as a number modulo q. It is no secret.
Scalar reduced(std::span<const unsigned char> digest) noexcept {
  Scalar number{};
  std::copy(digest.begin(), digest.end(),
            number.end() - static_cast<std::ptrdiff_t>(digest.size()));
  Scalar difference;
  return minus_order(number, difference) ? number : difference;
}

// The letters of the steps are those of section 3.2.
template <class Hash>
void derive(std::span<const unsigned char, scalar_bytes> secret,
            std::span<const unsigned char> digest,
            std::span<unsigned char, scalar_bytes> nonce) noexcept {
  using Digest = typename Hmac<Hash>::Digest;
  constexpr std::array<unsigned char, 1> zero = {0};
  constexpr std::array<unsigned char, 1> one = {1};
  const Scalar message = reduced(digest);
  Digest v;
  Digest k;
  v.fill(1);                                      // b
  k.fill(0);                                      // c
  Hmac<Hash>(k).of(k, v, zero, secret, message);  // d
  {
    const Hmac<Hash> keyed(k);
    keyed.of(v, v);                        // e
    keyed.of(k, v, one, secret, message);  // f
  }
  Scalar candidate;
  for (bool kept = false; !kept;) {
    const Hmac<Hash> keyed(k);
    keyed.of(v, v);  // g, and the last step of h.3
    for (std::size_t filled = 0; filled < candidate.size();) {
      keyed.of(v, v);  // h.2
      const std::size_t part = std::min(v.size(), candidate.size() - filled);
      std::copy_n(v.begin(), part, candidate.begin() + static_cast<std::ptrdiff_t>(filled));
      filled += part;
    }
    kept = may_be_nonce(candidate);
    if (!kept) keyed.of(k, v, zero);  // h.3
  }
  std::ranges::copy(candidate, nonce.begin());
  OPENSSL_cleanse(candidate.data(), candidate.size());
  OPENSSL_cleanse(v.data(), v.size());
  OPENSSL_cleanse(k.data(), k.size());
}

}  // namespace

void deterministic_nonce(HashAlgorithm hash, std::span<const unsigned char, scalar_bytes> secret,
                         std::span<const unsigned char> digest,
                         std::span<unsigned char, scalar_bytes> nonce) noexcept {
  if (hash == HashAlgorithm::sha1)
    derive<Sha1>(secret, digest, nonce);
  else
    derive<Sha256>(secret, digest, nonce);
}

}  // namespace signgate::signing
