// SPDX-License-Identifier: Apache-2.0

// Preloaded into the gateway, this makes its OpenSSL one that has no SHA-1, as hardened systems do.
#include <dlfcn.h>

#include <cstring>

extern "C" void* EVP_MD_fetch(void* library, const char* name, const char* properties) {
  using Fetch = void* (*)(void*, const char*, const char*);
  static const auto real = reinterpret_cast<Fetch>(::dlsym(RTLD_NEXT, "EVP_MD_fetch"));
  return std::strcmp(name, "SHA1") == 0 ? nullptr : real(library, name, properties);
}
