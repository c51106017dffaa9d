// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/tls_tickets.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>

#include "gateway/base/limits.hpp"
#include "gateway/net/context_data.hpp"
#include "gateway/net/tls_files.hpp"
#include "signing/key_memory.hpp"

namespace signgate::net {
namespace {

constexpr std::size_t aes_256_file = 80;
constexpr std::size_t aes_128_file = 48;

int use_key(const TicketKey& key, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
            bool seals) {
  char digest[] = "SHA256";
  const std::array<OSSL_PARAM, 3> parameters = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.mac(), key.mac_size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  const EVP_CIPHER* aes = key.is_aes_256() ? EVP_aes_256_cbc() : EVP_aes_128_cbc();
  if (seals && RAND_bytes(iv, EVP_CIPHER_get_iv_length(aes)) != 1) return -1;
  const int started = seals ? EVP_EncryptInit_ex(cipher, aes, nullptr, key.cipher(), iv)
                            : EVP_DecryptInit_ex(cipher, aes, nullptr, key.cipher(), iv);
  if (started != 1 || EVP_MAC_CTX_set_params(mac, parameters.data()) != 1) return -1;
  return 1;
}

// SSL_CTX_set_tlsext_ticket_key_evp_cb(3): 1 = go on, 2 = and renew, 0 = no such key.
int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
              EVP_MAC_CTX* mac, int seals) {
  // OpenSSL calls what the first context has, but the keys are those of the one that SNI led to.
  auto* keys = openssl::ContextData<TicketKeys>::get(SSL_get_SSL_CTX(ssl));
  if (keys == nullptr) return -1;
  const SteadyTime now = std::chrono::steady_clock::now();
  if (seals == 1) {
    const TicketKeys::Key key = keys->sealing(now);
    if (!key) return -1;
    std::memcpy(name, key->name(), TicketKey::name_size);
    return use_key(*key, iv, cipher, mac, true);
  }
  const TicketKeys::Opening found = keys->opening(name, now);
  if (!found.key) return 0;
  const int used = use_key(*found.key, iv, cipher, mac, false);
  return used == 1 && found.renew ? 2 : used;
}

}  // namespace

std::shared_ptr<const TicketKey> TicketKey::make() {
  signing::SecretText bytes(aes_256_file);
  if (bytes.room() == nullptr ||
      RAND_priv_bytes(reinterpret_cast<unsigned char*>(bytes.room()), aes_256_file) != 1)
    return nullptr;
  bytes.grown(aes_256_file);
  return read(bytes.text());
}

std::shared_ptr<const TicketKey> TicketKey::read(std::string_view bytes) {
  if (bytes.size() != aes_256_file && bytes.size() != aes_128_file) return nullptr;
  signing::prepare_key_memory();
  const std::shared_ptr<TicketKey> key(new TicketKey);
  key->half_ = (bytes.size() - name_size) / 2;
  key->secret_ = static_cast<unsigned char*>(OPENSSL_secure_malloc(2 * key->half_));
  if (key->secret_ == nullptr) return nullptr;
  const std::string_view first = bytes.substr(name_size, key->half_);
  const std::string_view second = bytes.substr(name_size + key->half_);
  // nginx's order: the large file has the HMAC's key first, the small one last.
  const bool mac_first = bytes.size() == aes_256_file;
  std::memcpy(key->name_.data(), bytes.data(), name_size);
  std::memcpy(key->secret_, (mac_first ? first : second).data(), key->half_);
  std::memcpy(key->secret_ + key->half_, (mac_first ? second : first).data(), key->half_);
  return key;
}

TicketKey::~TicketKey() {
  OPENSSL_secure_clear_free(secret_, 2 * half_);
}

void TicketKeys::rotate(SteadyTime now) {
  if (is_fixed_ || (!keys_.empty() && now - made_ < life_)) return;
  Key fresh = TicketKey::make();
  if (!fresh) return;
  // What was sealed by a key that has rested for longer than a life has expired.
  if (now - made_ >= 2 * life_) keys_.clear();
  keys_.insert(keys_.begin(), std::move(fresh));
  if (keys_.size() > 2) keys_.resize(2);
  made_ = now;
}

TicketKeys::Key TicketKeys::sealing(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  rotate(now);
  return keys_.empty() ? nullptr : keys_.front();
}

TicketKeys::Opening TicketKeys::opening(const unsigned char* name, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  rotate(now);
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (std::memcmp(keys_[i]->name(), name, TicketKey::name_size) == 0) return {keys_[i], i > 0};
  }
  return {};
}

std::shared_ptr<TicketKeys> read_ticket_keys(const std::vector<std::string>& files,
                                             TlsFindings& found) {
  constexpr std::string_view setting = "ssl_session_ticket_key";
  std::vector<TicketKeys::Key> keys;
  for (std::size_t i = 0; i < files.size(); ++i) {
    signing::SecretText text(limits::key_file + 1);
    if (!read_secret_file(setting, i, files[i], found, text)) continue;
    if (auto key = TicketKey::read(text.text())) {
      keys.push_back(std::move(key));
    } else {
      found.error(setting, i,
                  quoted(files[i]) + " must hold 80 or 48 random bytes (openssl rand 80), not " +
                      std::to_string(text.text().size()));
    }
  }
  if (keys.size() != files.size()) return nullptr;
  return std::make_shared<TicketKeys>(std::move(keys));
}

void use_tickets(ssl_ctx_st* context, std::shared_ptr<TicketKeys> keys) {
  if (keys) openssl::ContextData<TicketKeys>::put(context, std::move(keys));
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, &on_ticket);
}

}  // namespace signgate::net
