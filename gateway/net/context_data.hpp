// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "gateway/net/openssl.hpp"

namespace signgate::net::openssl {

/// ContextData hangs a shared T on an SSL_CTX, so that the context's callbacks find it and it lives
/// as long as the last connection of that context. One kind of data a T.
template <class T>
class ContextData {
 public:
  static void put(SSL_CTX* context, std::shared_ptr<T> data) {
    SSL_CTX_set_ex_data(context, index(), new std::shared_ptr<T>(std::move(data)));
  }

  /// get is what was put there, or null.
  static T* get(const SSL_CTX* context) noexcept {
    auto* held = static_cast<std::shared_ptr<T>*>(SSL_CTX_get_ex_data(context, index()));
    return held == nullptr ? nullptr : held->get();
  }

 private:
  static void drop(void*, void* held, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<std::shared_ptr<T>*>(held);
  }

  static int index() {
    static const int number = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, &drop);
    return number;
  }
};

}  // namespace signgate::net::openssl
