// SPDX-License-Identifier: Apache-2.0
// Any bytes as a key file: what is taken works, in both halves and after a round through PEM, and
// what is refused is refused without showing any of it.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "signing/private_key.hpp"
#include "signing/public_key.hpp"

namespace {

using namespace signgate::signing;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

// No run of base64 characters, of a length that no word of ours has, comes from the file.
void check_silence(std::string_view message, std::string_view file) {
  constexpr std::size_t telling = 12;
  std::size_t run = 0;
  for (std::size_t i = 0; i < message.size(); ++i) {
    run = is_base64(message[i]) ? run + 1 : 0;
    if (run < telling) continue;
    require(file.find(message.substr(i + 1 - telling, telling)) == std::string_view::npos);
  }
  require(std::ranges::all_of(message, [](char c) { return c >= 0x20 && c < 0x7F; }));
}

void check_public(const PublicKey& key) {
  const auto again = PublicKey::parse(key.pem());
  require(again && again->fingerprint() == key.fingerprint() && again->type() == key.type());
  constexpr std::array<unsigned char, max_signature> zeros{};
  require(!key.verify(HashAlgorithm::sha256, "a text", zeros));
  require(!key.verify(HashAlgorithm::sha1, "", {}));
}

void check_private(const PrivateKey& key) {
  check_public(key.public_key());
  const auto again = PrivateKey::parse(key.pem());
  require(again && again->fingerprint() == key.fingerprint());
  const auto half = PublicKey::parse(key.public_key().pem());
  require(half.has_value());
  for (const HashAlgorithm hash : {HashAlgorithm::sha1, HashAlgorithm::sha256}) {
    std::array<unsigned char, max_signature> first{};
    std::array<unsigned char, max_signature> second{};
    const auto length = key.sign(hash, "a text", first);
    require(length.has_value() && *length >= least_signature(key.type()));
    require(half->verify(hash, "a text", std::span(first).first(*length)));
    require(!half->verify(hash, "another", std::span(first).first(*length)));
    // The same bytes each time, from either copy.
    const auto repeated = again->sign(hash, "a text", second);
    require(repeated.has_value() && *repeated == *length && first == second);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  const auto secret = PrivateKey::parse(file);
  if (secret)
    check_private(*secret);
  else
    check_silence(secret.error().message, file);
  const auto open = PublicKey::parse(file);
  if (open)
    check_public(*open);
  else
    check_silence(open.error().message, file);
  // A file is one or the other, unless it holds a block of each.
  if (secret && open) require(file.find("-----BEGIN ") != std::string_view::npos);
  return 0;
}
