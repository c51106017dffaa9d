// SPDX-License-Identifier: Apache-2.0
#include "signing/nonce_source.hpp"

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

#include <cstring>

#include "signing/openssl.hpp"

namespace signgate::signing {
namespace {

thread_local const unsigned char* lent = nullptr;

// The generator keeps no state: one address stands for all of them.
char only_generator = 0;

void* new_generator(void*, void*, const OSSL_DISPATCH*) {
  return &only_generator;
}

void free_generator(void*) {}

int instantiate(void*, unsigned int, int, const unsigned char*, std::size_t, const OSSL_PARAM*) {
  return 1;
}

int succeed(void*) {
  return 1;
}

void unlock(void*) {}

int generate(void*, unsigned char* out, std::size_t length, unsigned int, int, const unsigned char*,
             std::size_t) {
  // Some versions draw a byte more than the number needs and cut off the front.
  if (lent != nullptr && length >= scalar_bytes && length <= 2 * scalar_bytes) {
    const std::size_t zeros = length - scalar_bytes;
    std::memset(out, 0, zeros);
    std::memcpy(out + zeros, lent, scalar_bytes);
    lent = nullptr;
    return 1;
  }
  // Blinding, where a platform's arithmetic wants it.
  return RAND_priv_bytes(out, static_cast<int>(length));
}

int get_parameters(void*, OSSL_PARAM parameters[]) {
  const auto set = [&](const char* name, auto setter, auto value) {
    OSSL_PARAM* parameter = OSSL_PARAM_locate(parameters, name);
    return parameter == nullptr || setter(parameter, value) == 1;
  };
  return static_cast<int>(
      set(OSSL_RAND_PARAM_STATE, OSSL_PARAM_set_int, EVP_RAND_STATE_READY) &&
      set(OSSL_RAND_PARAM_STRENGTH, OSSL_PARAM_set_uint, 256U) &&
      set(OSSL_RAND_PARAM_MAX_REQUEST, OSSL_PARAM_set_size_t, std::size_t{1} << 16));
}

template <class Function>
constexpr OSSL_DISPATCH entry(int id, Function* function) {
  return {id, reinterpret_cast<void (*)()>(function)};
}

const OSSL_ALGORITHM* query(void*, int operation, int* no_cache) {
  static const OSSL_DISPATCH functions[] = {entry(OSSL_FUNC_RAND_NEWCTX, new_generator),
                                            entry(OSSL_FUNC_RAND_FREECTX, free_generator),
                                            entry(OSSL_FUNC_RAND_INSTANTIATE, instantiate),
                                            entry(OSSL_FUNC_RAND_UNINSTANTIATE, succeed),
                                            entry(OSSL_FUNC_RAND_GENERATE, generate),
                                            entry(OSSL_FUNC_RAND_ENABLE_LOCKING, succeed),
                                            entry(OSSL_FUNC_RAND_LOCK, succeed),
                                            entry(OSSL_FUNC_RAND_UNLOCK, unlock),
                                            entry(OSSL_FUNC_RAND_GET_CTX_PARAMS, get_parameters),
                                            {0, nullptr}};
  static const OSSL_ALGORITHM generators[] = {
      {"SIGNGATE-NONCE", "provider=signgate", functions, "hands out the nonce of a signature"},
      {nullptr, nullptr, nullptr, nullptr}};
  *no_cache = 0;
  return operation == OSSL_OP_RAND ? generators : nullptr;
}

int start_provider(const OSSL_CORE_HANDLE* handle, const OSSL_DISPATCH*, const OSSL_DISPATCH** out,
                   void** context) {
  static const OSSL_DISPATCH functions[] = {entry(OSSL_FUNC_PROVIDER_QUERY_OPERATION, query),
                                            {0, nullptr}};
  *out = functions;
  *context = const_cast<OSSL_CORE_HANDLE*>(handle);
  return 1;
}

// It lives as long as the process: threads that end after main still refer to it.
OSSL_LIB_CTX* make_library() {
  OSSL_LIB_CTX* library = OSSL_LIB_CTX_new();
  const bool ready = library != nullptr &&
                     OSSL_PROVIDER_add_builtin(library, "signgate", start_provider) == 1 &&
                     OSSL_PROVIDER_load(library, "signgate") != nullptr &&
                     RAND_set_DRBG_type(library, "SIGNGATE-NONCE", nullptr, nullptr, nullptr) == 1;
  openssl::forget_errors();
  if (ready) return library;
  OSSL_LIB_CTX_free(library);
  return nullptr;
}

}  // namespace

ossl_lib_ctx_st* nonce_library() {
  static OSSL_LIB_CTX* const library = make_library();
  return library;
}

NonceLoan::NonceLoan(const std::array<unsigned char, scalar_bytes>& nonce) noexcept {
  lent = nonce.data();
}

NonceLoan::~NonceLoan() {
  lent = nullptr;
}

bool NonceLoan::taken() const noexcept {
  return lent == nullptr;
}

}  // namespace signgate::signing
