// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/openssl.hpp"

#include <openssl/err.h>

namespace signgate::net::openssl {

std::string take_reason() {
  const char* data = nullptr;
  int flags = 0;
  const unsigned long code = ERR_get_error_all(nullptr, nullptr, nullptr, &data, &flags);
  std::string reason;
  if (code != 0) {
    const char* text = ERR_reason_error_string(code);
    reason = text != nullptr ? text : "error " + std::to_string(code);
    if ((flags & ERR_TXT_STRING) != 0 && data != nullptr && *data != '\0')
      reason += " (" + std::string(data) + ')';
  }
  ERR_clear_error();
  return reason;
}

void forget_errors() noexcept {
  ERR_clear_error();
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

Bio reader(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

}  // namespace signgate::net::openssl
