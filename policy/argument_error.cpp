// SPDX-License-Identifier: Apache-2.0
#include "policy/argument_error.hpp"

#include <stdexcept>

namespace signgate::policy {

void throw_exception_from_error(const ArgumentError& error, const boost::source_location&) {
  throw std::logic_error("an argument was used untested: " + error.message);
}

}  // namespace signgate::policy
