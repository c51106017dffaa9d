// SPDX-License-Identifier: Apache-2.0
#include "signing/error.hpp"

#include <stdexcept>

namespace signgate::signing {

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::logic_error(error.message);
}

}  // namespace signgate::signing
