// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <string>
#include <string_view>

namespace signgate::config {

/// Flaw says what is wrong with a string value, and at which of its bytes.
struct Flaw {
  std::string message;  // what is legal, without a full stop; reads after the name of the key
  std::size_t offset = 0;
};

/// moved makes a flaw of a part, which begins at `offset`, one of the whole.
[[nodiscard]] Flaw moved(const Flaw& flaw, std::string_view introduction, std::size_t offset);

/// Parsed holds the meaning of a string value, or its Flaw. Test it before use.
template <class T>
using Parsed = boost::system::result<T, Flaw>;

/// throw_exception_from_error lets Parsed::value() exist; reaching it is a bug: a
/// BrokenInvariant (base/check.hpp).
[[noreturn]] void throw_exception_from_error(const Flaw& flaw, const boost::source_location& where);

}  // namespace signgate::config
