// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/codes.hpp"

#include <algorithm>

namespace signgate::policy::lint {

std::string_view severity_name(Severity severity) noexcept {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      break;
  }
  return "note";
}

const CodeEntry* find_code(std::string_view name) noexcept {
  const auto found = std::ranges::find(codes, name, &CodeEntry::code);
  return found == codes.end() ? nullptr : &*found;
}

}  // namespace signgate::policy::lint
