// SPDX-License-Identifier: Apache-2.0

// Signing with a nonce of one's own has no place in EVP before OpenSSL 3.2.
#define OPENSSL_API_COMPAT 0x10100000L
#include "signing/ecdsa_signer.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>

#include "signing/deterministic_nonce.hpp"
#include "signing/nonce_source.hpp"
#include "signing/openssl.hpp"

namespace signgate::signing {

#if OPENSSL_VERSION_NUMBER >= 0x30200000L

struct EcdsaSigner::State {
  openssl::KeyContext context;
};

EcdsaSigner::EcdsaSigner(evp_pkey_st* key, HashAlgorithm hash)
    : state_(new State{openssl::KeyContext(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr))}) {
  EVP_PKEY_CTX* context = state_->context.get();
  unsigned int deterministic = 1;
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_uint(OSSL_SIGNATURE_PARAM_NONCE_TYPE, &deterministic),
      OSSL_PARAM_construct_end()};
  const EVP_MD* md = openssl::digest_of(hash);
  if (context == nullptr || md == nullptr || EVP_PKEY_sign_init(context) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context, md) != 1 ||
      EVP_PKEY_CTX_set_params(context, parameters) != 1)
    state_->context.reset();
}

bool EcdsaSigner::ready() const noexcept {
  return state_->context != nullptr;
}

bool EcdsaSigner::sign(std::span<const unsigned char> digest, std::span<unsigned char> out,
                       std::size_t& length) const {
  length = out.size();
  return EVP_PKEY_sign(state_->context.get(), out.data(), &length, digest.data(), digest.size()) ==
         1;
}

#else

namespace {

using EcKey = std::unique_ptr<EC_KEY, openssl::Free<EC_KEY_free>>;
using NumberContext = std::unique_ptr<BN_CTX, openssl::Free<BN_CTX_free>>;
using SecretNumber = std::unique_ptr<BIGNUM, openssl::Free<BN_clear_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, openssl::Free<ECDSA_SIG_free>>;

/// SecretBytes are wiped when they go.
struct SecretBytes {
  std::array<unsigned char, scalar_bytes> bytes;
  ~SecretBytes() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
};

NumberContext make_numbers() {
  OSSL_LIB_CTX* library = nonce_library();
  return NumberContext(library == nullptr ? nullptr : BN_CTX_secure_new_ex(library));
}

/// Setup is what a signature takes of its nonce k: 1/k and the x of k times the generator.
struct Setup {
  SecretNumber inverse;
  SecretNumber x;
};

/// draw_setup has OpenSSL draw the nonce, multiply and invert; what it draws is ours.
bool draw_setup(EC_KEY* key, BN_CTX* numbers, const SecretBytes& nonce, Setup& setup) {
  BIGNUM* inverse = nullptr;
  BIGNUM* x = nullptr;
  const NonceLoan loan(nonce.bytes);
  const bool done = ECDSA_sign_setup(key, numbers, &inverse, &x) == 1 && loan.taken();
  setup.inverse.reset(inverse);
  setup.x.reset(x);
  return done;
}

/// calculate_setup does the same by OpenSSL's public functions, in half as much time again.
bool calculate_setup(EC_KEY* key, BN_CTX* numbers, const SecretBytes& nonce, Setup& setup) {
  const EC_GROUP* group = EC_KEY_get0_group(key);
  const BIGNUM* order = EC_GROUP_get0_order(group);
  const SecretNumber k(BN_secure_new());
  const SecretNumber power(BN_dup(order));
  const std::unique_ptr<EC_POINT, openssl::Free<EC_POINT_clear_free>> point(EC_POINT_new(group));
  setup.inverse.reset(BN_secure_new());
  setup.x.reset(BN_new());
  if (!k || !power || !point || !setup.inverse || !setup.x ||
      BN_bin2bn(nonce.bytes.data(), scalar_bytes, k.get()) == nullptr)
    return false;
  BN_set_flags(k.get(), BN_FLG_CONSTTIME);
  // The order is a prime: k to the power of order - 2 is 1/k (Fermat), in constant time.
  return EC_POINT_mul(group, point.get(), k.get(), nullptr, nullptr, numbers) == 1 &&
         EC_POINT_get_affine_coordinates(group, point.get(), setup.x.get(), nullptr, numbers) ==
             1 &&
         BN_nnmod(setup.x.get(), setup.x.get(), order, numbers) == 1 &&
         BN_sub_word(power.get(), 2) == 1 &&
         BN_mod_exp_mont_consttime(setup.inverse.get(), k.get(), power.get(), order, numbers,
                                   nullptr) == 1;
}

/// draws_loans says whether this OpenSSL draws a nonce as draw_setup expects. It has no promise to:
/// a later 3.0 may draw in another way, and then signatures take the longer way.
bool draws_loans(EC_KEY* key, BN_CTX* numbers) {
  static const bool known = [&] {
    SecretBytes nonce;
    nonce.bytes.fill(0x5A);
    Setup drawn;
    Setup calculated;
    return draw_setup(key, numbers, nonce, drawn) &&
           calculate_setup(key, numbers, nonce, calculated) &&
           BN_cmp(drawn.x.get(), calculated.x.get()) == 0 &&
           BN_cmp(drawn.inverse.get(), calculated.inverse.get()) == 0;
  }();
  return known;
}

}  // namespace

struct EcdsaSigner::State {
  EcKey key;
  NumberContext numbers;
  HashAlgorithm hash;
  bool draws;
};

EcdsaSigner::EcdsaSigner(evp_pkey_st* key, HashAlgorithm hash)
    : state_(new State{EcKey(EVP_PKEY_get1_EC_KEY(key)), make_numbers(), hash, false}) {
  state_->draws = ready() && draws_loans(state_->key.get(), state_->numbers.get());
}

bool EcdsaSigner::ready() const noexcept {
  return state_->key && state_->numbers;
}

bool EcdsaSigner::sign(std::span<const unsigned char> digest, std::span<unsigned char> out,
                       std::size_t& length) const {
  EC_KEY* key = state_->key.get();
  SecretBytes secret;
  SecretBytes nonce;
  const BIGNUM* scalar = EC_KEY_get0_private_key(key);
  if (scalar == nullptr || BN_bn2binpad(scalar, secret.bytes.data(), scalar_bytes) < 0)
    return false;
  deterministic_nonce(state_->hash, secret.bytes, digest, nonce.bytes);
  Setup setup;
  const bool prepared = state_->draws ? draw_setup(key, state_->numbers.get(), nonce, setup)
                                      : calculate_setup(key, state_->numbers.get(), nonce, setup);
  if (!prepared) return false;
  const Signature signature(ECDSA_do_sign_ex(digest.data(), static_cast<int>(digest.size()),
                                             setup.inverse.get(), setup.x.get(), key));
  if (!signature) return false;
  const int size = i2d_ECDSA_SIG(signature.get(), nullptr);
  if (size <= 0 || static_cast<std::size_t>(size) > out.size()) return false;
  unsigned char* end = out.data();
  length = static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), &end));
  return true;
}

#endif

EcdsaSigner::~EcdsaSigner() = default;
EcdsaSigner::EcdsaSigner(EcdsaSigner&&) noexcept = default;
EcdsaSigner& EcdsaSigner::operator=(EcdsaSigner&&) noexcept = default;

}  // namespace signgate::signing
