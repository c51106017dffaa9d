// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/config/parsed.hpp"
#include "signing/signer.hpp"

namespace signgate::config {

/// LoadedKey is a key of the configuration as it came out of its file.
struct LoadedKey {
  signing::SigningKey key;
  std::vector<std::string> warnings;  // lines for the operator: others may read the file, ...
};

/// load_key reads the private key that `key` names and shows by one signature that this system's
/// OpenSSL makes them with its hash (a hardened one may refuse SHA-1). The flaw is one line for
/// the operator that names the path and holds nothing of the key. What the file held lies in the
/// key memory meanwhile (signing/key_memory) and is wiped. Reads one file; any thread.
[[nodiscard]] Parsed<LoadedKey> load_key(const Key& key);

}  // namespace signgate::config
