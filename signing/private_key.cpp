// SPDX-License-Identifier: Apache-2.0
#include "signing/private_key.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>

#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <vector>

#include "signing/ecdsa_signer.hpp"
#include "signing/key_file.hpp"
#include "signing/key_memory.hpp"
#include "signing/openssl.hpp"
#include "signing/rsa_fault_check.hpp"
#include "signing/rsa_signer.hpp"

namespace signgate::signing {
namespace {

/// Session is what one signature at a time needs, set up once: setting up costs a P-256 signature a
/// quarter of its time.
struct Session {
  openssl::Digest digest;
  std::optional<RsaSigner> rsa;
  std::optional<EcdsaSigner> ecdsa;

  [[nodiscard]] bool ready() const noexcept {
    return digest && (ecdsa ? ecdsa->ready() : rsa->ready());
  }
};

Session open_session(EVP_PKEY* key, KeyType type, HashAlgorithm hash) {
  Session session;
  session.digest.reset(EVP_MD_CTX_new());
  if (type == KeyType::rsa2048) {
    session.rsa.emplace(key, hash, !openssl_checks_rsa(key));
  } else {
    session.ecdsa.emplace(key, hash);
  }
  return session;
}

bool sign_with(const Session& session, const EVP_MD* md, std::string_view message,
               std::span<unsigned char, max_signature> out, std::size_t& length) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  if (md == nullptr || EVP_DigestInit_ex2(session.digest.get(), md, nullptr) != 1 ||
      EVP_DigestUpdate(session.digest.get(), message.data(), message.size()) != 1 ||
      EVP_DigestFinal_ex(session.digest.get(), digest.data(), &size) != 1)
    return false;
  if (session.ecdsa) return session.ecdsa->sign(std::span(digest).first(size), out, length);
  return session.rsa->sign(std::span(digest).first(size), out, length);
}

Error no_room() {
  return {ErrorCode::bad_key, "the locked memory for keys (" +
                                  std::to_string(key_memory_size / 1024 / 1024) +
                                  " MiB) has no room for one more: use fewer keys"};
}

Error refused() {
  return {ErrorCode::signing_failed,
          "OpenSSL could not sign (out of memory, or the digest is forbidden)"};
}

}  // namespace

// Its address tells threads apart.
thread_local const char here = 0;

/// Sessions keeps the idle ones. It belongs to the key, not to the threads: when the last copy of
/// the key goes, so does every reference to its secret.
struct PrivateKey::Sessions {
  const char* const maker = &here;
  std::atomic<bool> others_settled = false;
  std::mutex mutex;
  std::array<std::vector<Session>, 2> idle;  // by HashAlgorithm

  Session take(EVP_PKEY* key, KeyType type, HashAlgorithm hash) {
    {
      const std::lock_guard lock(mutex);
      auto& sessions = idle[static_cast<std::size_t>(hash)];
      if (!sessions.empty()) {
        Session session = std::move(sessions.back());
        sessions.pop_back();
        return session;
      }
    }
    return open_session(key, type, hash);
  }

  void give_back(Session session, HashAlgorithm hash) {
    const std::lock_guard lock(mutex);
    idle[static_cast<std::size_t>(hash)].push_back(std::move(session));
  }

  /// settle comes before a signature: OpenSSL blinds for the thread that signs first (the maker)
  /// and, by numbers of their own, for all others together.
  void settle(EVP_PKEY* key, KeyType type) {
    if (others_settled.load(std::memory_order_relaxed) || maker == &here) return;
    if (type == KeyType::rsa2048) settle_key(key);
    others_settled.store(true, std::memory_order_relaxed);
  }
};

Result<PrivateKey> PrivateKey::adopt(std::shared_ptr<evp_pkey_st> key) {
  auto half = PublicKey::adopt(std::move(key), nullptr);
  if (!half) return half.error();
  settle_key(half->key_.get());
  PrivateKey pair(*std::move(half), std::make_shared<Sessions>());
  // One signature shows that the halves belong together and that no number in the file is off.
  constexpr std::string_view probe = "signgate key check";
  std::array<unsigned char, max_signature> signature;
  const auto length = pair.sign(HashAlgorithm::sha256, probe, signature);
  if (!length ||
      !pair.public_.verify(HashAlgorithm::sha256, probe, std::span(signature).first(*length))) {
    return Error{
        ErrorCode::bad_key,
        "the private key is broken: its own signature does not verify; make or copy it anew"};
  }
  return pair;
}

Result<PrivateKey> PrivateKey::parse(std::string_view text) {
  if (!has_room_for_key()) return no_room();
  const WipingScope wiping;
  auto key = read_private_key_file(text);
  if (!key) return key.error();
  return adopt(*std::move(key));
}

Result<PrivateKey> PrivateKey::generate(KeyType type) {
  if (!has_room_for_key()) return no_room();
  const WipingScope wiping;
  auto key = openssl::adopt(type == KeyType::rsa2048 ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
  openssl::forget_errors();
  if (!key) return Error{ErrorCode::signing_failed, "OpenSSL could not generate a key"};
  return adopt(std::move(key));
}

Result<std::size_t> PrivateKey::sign(HashAlgorithm hash, std::string_view message,
                                     std::span<unsigned char, max_signature> out) const {
  sessions_->settle(public_.key_.get(), type());
  Session session = sessions_->take(public_.key_.get(), type(), hash);
  if (!session.ready()) {
    openssl::forget_errors();
    return refused();
  }
  std::size_t length = 0;
  if (!sign_with(session, openssl::digest_of(hash), message, out, length)) {
    openssl::forget_errors();
    return refused();
  }
  sessions_->give_back(std::move(session), hash);
  return length;
}

std::string PrivateKey::pem() const {
  const WipingScope wiping;
  const openssl::Bio bio(BIO_new(BIO_s_secmem()));
  if (!bio || PEM_write_bio_PrivateKey_traditional(bio.get(), public_.key_.get(), nullptr, nullptr,
                                                   0, nullptr, nullptr) != 1) {
    openssl::forget_errors();
    return {};
  }
  return openssl::contents(bio.get());
}

}  // namespace signgate::signing
