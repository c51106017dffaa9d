// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "signing/error.hpp"
#include "signing/signer.hpp"

namespace signgate::signing {

/// ParameterCache keeps the ready signing parameters of wildcard policies, so that a link below a
/// prefix in use costs a look-up and a copy. A small table where a new pattern takes the place of
/// the one in its slot: pages use a handful at a time. One thread at a time.
class ParameterCache {
 public:
  /// Slot is what is known of one pattern.
  struct Slot {
    std::uint64_t rule = 0;                 // LinkRule::serial; 0: empty
    std::string prefix;                     // the pattern without its `*`
    std::shared_ptr<const SigningKey> key;  // kept, so that its address names it
    UnixSeconds from = 0;                   // the parameters are the right ones from then
    UnixSeconds until = 0;                  // until just before then
    std::string parameters;                 // "Policy=...&Signature=...&Key-Pair-Id=..."
  };

  /// find is the parameters for links below `prefix` at `now`, or "". A view until the next store.
  [[nodiscard]] std::string_view find(std::uint64_t rule, std::string_view prefix,
                                      const SigningKey* key, UnixSeconds now) const noexcept;

  /// store keeps a slot's content in place of what was there.
  void store(Slot content);

 private:
  static constexpr std::size_t slots = 256;
  [[nodiscard]] static std::size_t place(std::uint64_t rule, std::string_view prefix) noexcept;

  std::array<Slot, slots> table_;
};

}  // namespace signgate::signing
