// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "signing/signer.hpp"
#include "signing/verifier.hpp"
#include "unit/signing/vectors.hpp"

/// Keys for tests: those of the vectors.
namespace signgate::signing::vectors {

inline PrivateKey private_key(const std::string& file) {
  return PrivateKey::parse(key_file(file)).value();
}

inline const SigningKey& rsa() {
  static const SigningKey key =
      make_signing_key("KRSA", private_key("rsa2048-a.pkcs8.pem")).value();
  return key;
}

inline const SigningKey& p256() {
  static const SigningKey key = make_signing_key("KEC", private_key("p256.pkcs8.pem")).value();
  return key;
}

inline const TrustedKeys& both() {
  static const TrustedKeys keys{{"KRSA", rsa().key.public_key()}, {"KEC", p256().key.public_key()}};
  return keys;
}

}  // namespace signgate::signing::vectors
