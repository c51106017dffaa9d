// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>

#include "signing/algorithm.hpp"

namespace signgate::cli {

/// KeygenOptions is the command line of `keygen`.
struct KeygenOptions {
  signing::KeyType type = signing::KeyType::rsa2048;
  std::string out_dir;  // made if it is missing
  bool force = false;   // existing files are replaced, whole or not at all
};

/// generate_key_pair writes private_key.pem (mode 0600) and public_key.pem into options.out_dir
/// and names them on `out`. Existing files are an error unless `force`. Failures go to `err`. The
/// answer is the exit status: 0, or 1 when the pair is not there whole.
/// Source: CloudFront Developer Guide, "Create key pairs for your signers".
[[nodiscard]] int generate_key_pair(const KeygenOptions& options, std::ostream& out,
                                    std::ostream& err);

}  // namespace signgate::cli
