// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/parsed.hpp"

#include "gateway/base/check.hpp"

namespace signgate::config {

Flaw moved(const Flaw& flaw, std::string_view introduction, std::size_t offset) {
  return {std::string{introduction} + flaw.message, flaw.offset + offset};
}

void throw_exception_from_error(const Flaw&, const boost::source_location& where) {
  check_failed("Parsed holds a value", where.file_name(), static_cast<int>(where.line()));
}

}  // namespace signgate::config
