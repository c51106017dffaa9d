// SPDX-License-Identifier: Apache-2.0
// Credentials, user files and hashes of passwords, but for those of crypt(3), which are slow. The
// first line is an Authorization value, the second a hash, the rest a file.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/proxy/password.hpp"

namespace {

namespace proxy = signgate::proxy;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto given = proxy::parse_basic(next_line(text));
  const std::string hash(next_line(text));
  if (given) require(given->user.find(':') == std::string::npos);
  if (!proxy::is_slow_hash(hash) || hash.starts_with("$apr1$")) {
    const std::string password = given ? given->password : "secret";
    const bool matches = proxy::matches_password(password, hash);
    if (matches) require(!proxy::matches_password(password + "x", hash));
  }
  for (const auto& [user, stored] : proxy::parse_user_file(text)) {
    require(user.find(':') == std::string::npos && user.find('\n') == std::string::npos);
    require(stored.find(':') == std::string::npos && stored.find('\n') == std::string::npos);
  }
  return 0;
}
