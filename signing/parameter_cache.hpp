// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "signing/error.hpp"
#include "signing/signer.hpp"

namespace signgate::signing {

/// ParameterCache keeps the ready signing parameters of links, or of wildcard policies, so that a
/// link in use costs a look-up and a copy. A table where a new resource takes the place of the one
/// in its slot. One thread at a time.
class ParameterCache {
 public:
  /// ParameterCache has `slots` places, whose memory it takes with the first store.
  explicit ParameterCache(std::size_t slots) noexcept : slots_(slots) {}

  /// Slot is what is known of one resource.
  struct Slot {
    std::uint64_t rule = 0;                 // LinkRule::serial; 0: empty
    std::string resource;                   // a link, or a pattern without its `*`
    std::shared_ptr<const SigningKey> key;  // kept, so that its address names it
    UnixSeconds from = 0;                   // the parameters are the right ones from then
    UnixSeconds until = 0;                  // until just before then
    std::string parameters;                 // "Policy=...&Signature=...&Key-Pair-Id=..."
  };

  /// find is the parameters for `resource` at `now`, or "". A view until the next store.
  [[nodiscard]] std::string_view find(std::uint64_t rule, std::string_view resource,
                                      const SigningKey* key, UnixSeconds now) const noexcept;

  /// store keeps a slot's content in place of what was there.
  void store(Slot content);

 private:
  [[nodiscard]] std::size_t place(std::uint64_t rule, std::string_view resource) const noexcept;

  std::size_t slots_;
  std::vector<Slot> table_;
};

}  // namespace signgate::signing
