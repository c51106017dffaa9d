// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <variant>

namespace signgate::bench {

/// reads has an option's text read by `parse`, which returns a Choice (name_list.hpp): what is
/// wrong with it is found with the other usage errors.
template <class Parse>
CLI::Validator reads(Parse parse) {
  return CLI::Validator(
      [parse](std::string& text) {
        auto choice = parse(text);
        return choice.index() == 0 ? std::string() : std::get<1>(std::move(choice));
      },
      "");
}

}  // namespace signgate::bench
