// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/result.hpp>
#include <string>

namespace signgate::policy {

/// ArgumentError says what is wrong with a value that a document is to be written from: one
/// sentence without a full stop that says what is legal. The caller puts the option's name in
/// front.
struct ArgumentError {
  std::string message;
};

/// ArgumentResult holds a value or an ArgumentError. Test it before use: `*result` on an error is a
/// bug.
template <class T>
using ArgumentResult = boost::system::result<T, ArgumentError>;

/// throw_exception_from_error lets ArgumentResult::value() exist; reaching it is a bug:
/// std::logic_error.
[[noreturn]] void throw_exception_from_error(const ArgumentError& error,
                                             const boost::source_location& where);

}  // namespace signgate::policy
