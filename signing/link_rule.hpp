// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "signing/expiry_window.hpp"
#include "signing/policy_form.hpp"
#include "signing/signer.hpp"

namespace signgate::signing {

/// LinkRule is a media rule as the signing of its links needs it.
struct LinkRule {
  /// Entry is a key and when it signs: from not_before on and until not_after.
  struct Entry {
    std::shared_ptr<const SigningKey> key;
    std::optional<UnixSeconds> not_before;
    std::optional<UnixSeconds> not_after;
  };

  std::string name;  // part of the grid's shift
  ExpiryWindow expiry;
  PolicyForm policy = PolicyForm::canned;
  bool per_viewer = false;        // custom, prefix: the policy names the viewer's address
  std::size_t target_length = 0;  // prefix: of the URLs, scheme, host, port and the target's path
  std::size_t scope = 0;          // prefix: see prefix_resource
  std::vector<Entry> keys;
  std::uint64_t serial = next_serial();  // tells rules apart: no two of a process share one

  /// key_at is the key that signs at `now`: of those that may, the one whose not_before is latest,
  /// and the first of equals; null when none may.
  [[nodiscard]] const std::shared_ptr<const SigningKey>* key_at(UnixSeconds now) const noexcept;

  /// next_serial is a number that no other rule of the process has. Any thread.
  [[nodiscard]] static std::uint64_t next_serial() noexcept;
};

}  // namespace signgate::signing
