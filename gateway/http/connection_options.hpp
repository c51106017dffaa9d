// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "gateway/http/fields.hpp"

namespace signgate::http {

/// ConnectionOptions are what the Connection fields of a head list: fields of these names concern
/// that connection alone and are not passed on (RFC 9110 section 7.6.1). Views of the fields'
/// values. Who sends a head chooses how many fields and how many options there are, so that a
/// look-up costs the logarithm of their number.
class ConnectionOptions {
 public:
  explicit ConnectionOptions(const Fields& fields);

  /// list says whether `name`, in any case, is among them.
  [[nodiscard]] bool list(std::string_view name) const noexcept {
    return !names_.empty() && is_found(name);
  }

 private:
  [[nodiscard]] bool is_found(std::string_view name) const noexcept;

  std::vector<std::string_view> names_;  // in order, without regard to case
};

}  // namespace signgate::http
