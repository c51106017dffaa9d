// SPDX-License-Identifier: Apache-2.0
// stdin: a request a line, its parts separated by 0x1F: access key id, secret, region, seconds,
// method, path, query, payload hash, then names and values of fields. stdout: for each the value of
// its Authorization field. For tests/integration/test_sigv4.py.
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "signing/sigv4.hpp"

using namespace signgate::signing;

namespace {

constexpr char separator = 0x1F;
constexpr std::size_t fixed_parts = 8;

std::vector<std::string_view> parts_of(std::string_view line) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = line.find(separator);
    parts.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return parts;
    line.remove_prefix(end + 1);
  }
}

std::string authorization(const std::vector<std::string_view>& parts) {
  std::vector<SigV4Field> fields;
  for (std::size_t i = fixed_parts; i + 1 < parts.size(); i += 2)
    fields.push_back({parts[i], parts[i + 1]});
  const std::string timestamp = sigv4_timestamp(std::strtoll(parts[3].data(), nullptr, 10));
  const auto key =
      SigV4Key::derive(parts[1], {timestamp.substr(0, 8), std::string(parts[2]), "s3"});
  if (!key) return key.error().message;
  const SigV4Request request{parts[4], parts[5], parts[6], fields, parts[7]};
  const auto value = sigv4_authorization(*key, parts[0], request, timestamp);
  return value ? *value : value.error().message;
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::vector<std::string_view> parts = parts_of(line);
    if (parts.size() < fixed_parts) return 1;
    std::cout << authorization(parts) << '\n';
  }
  return 0;
}
