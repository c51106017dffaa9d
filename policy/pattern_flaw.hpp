// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/assert/source_location.hpp>
#include <cstddef>
#include <string>

namespace signgate::policy {

/// PatternFlaw is what is wrong with a pattern: one sentence without a full stop, and the byte it
/// is about.
struct PatternFlaw {
  std::string message;
  std::size_t offset = 0;
};

/// throw_exception_from_error lets Result::value() exist; reaching it is a bug: std::logic_error.
[[noreturn]] void throw_exception_from_error(const PatternFlaw& flaw,
                                             const boost::source_location& where);

}  // namespace signgate::policy
