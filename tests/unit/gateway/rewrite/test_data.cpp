// SPDX-License-Identifier: Apache-2.0
#include "unit/gateway/rewrite/test_data.hpp"

#include <boost/json/src.hpp>
#include <fstream>
#include <iterator>

namespace signgate::rewrite::testing {

std::string data_file(const std::string& name) {
  return SIGNGATE_SOURCE_DIR "/../shared/data/" + name;
}

std::optional<boost::json::value> read_json(const std::string& name) {
  std::ifstream in(data_file(name), std::ios::binary);
  if (!in) return std::nullopt;
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return boost::json::parse(text);
}

}  // namespace signgate::rewrite::testing
