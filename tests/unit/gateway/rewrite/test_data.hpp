// SPDX-License-Identifier: Apache-2.0
// The shared test data of others, read from beside the source tree; tests skip by name where it is
// missing.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>

namespace signgate::rewrite::testing {

/// data_file is the path of `name` below the folder of shared test data.
std::string data_file(const std::string& name);

/// read_json reads such a file; nothing if it does not exist. A file that does not parse ends the
/// test program.
std::optional<boost::json::value> read_json(const std::string& name);

}  // namespace signgate::rewrite::testing
