// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace signgate::route {

/// Guard says what a log may show of a variable's value.
enum class Guard : std::uint8_t {
  none,  // all of it: a number, a time, an address
  scan,  // all but signatures in it (redact_signatures)
  mask,  // nothing: "***" stands for whatever it is
};

/// guard_of is the guard of a variable, by its name without `$`: masked are credentials
/// ($http_authorization), arguments that open a link ($arg_signature, $arg_policy) and the names in
/// `secrets`; what may hold an address or a cookie is looked through.
[[nodiscard]] Guard guard_of(std::string_view name, std::span<const std::string> secrets);

/// guard makes of a value what a log may show. An empty value stays empty.
void guard(Guard how, std::string& value);

}  // namespace signgate::route
