// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "signing/error.hpp"
#include "signing/openssl.hpp"

/// Reading key files; no public header includes this. The forms and errors: private_key.hpp,
/// public_key.hpp.
namespace signgate::signing {

/// read_private_key_file reads one private key; its type is not looked at yet. The result is not
/// null.
[[nodiscard]] Result<openssl::SharedKey> read_private_key_file(std::string_view text);

/// read_public_key_file reads one public key; its type is not looked at yet. The result is not
/// null.
[[nodiscard]] Result<openssl::SharedKey> read_public_key_file(std::string_view text);

/// accepted_key_type is the type of `key` if CloudFront's key groups take it; bad_key names what
/// it is otherwise.
[[nodiscard]] Result<KeyType> accepted_key_type(const EVP_PKEY* key);

}  // namespace signgate::signing
