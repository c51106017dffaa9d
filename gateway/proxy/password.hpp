// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace signgate::proxy {

/// BasicCredentials are those of an `Authorization: Basic` value.
struct BasicCredentials {
  std::string user;
  std::string password;
};

/// parse_basic reads an Authorization value; nothing when it is of another scheme, not base64, or
/// without a colon. Source: RFC 7617 section 2.
[[nodiscard]] std::optional<BasicCredentials> parse_basic(std::string_view authorization);

/// UserFile holds the users of an auth_basic_user_file and their hashed passwords.
using UserFile = std::unordered_map<std::string, std::string>;

/// parse_user_file reads lines "name:hash" and "name:hash:comment"; lines that begin with "#" and
/// those without a colon are passed over; of several for one name the first counts. Source: nginx,
/// auth_basic_user_file.
[[nodiscard]] UserFile parse_user_file(std::string_view text);

/// is_slow_hash says whether the check of a password against that hash takes long by design (all
/// but {PLAIN}, {SHA} and {SSHA}): it does not belong on an event loop.
[[nodiscard]] bool is_slow_hash(std::string_view hash) noexcept;

/// matches_password says whether the password is the one that was hashed: {PLAIN}, {SHA}, {SSHA},
/// $apr1$ (Apache's MD5), and whatever the system's crypt(3) knows, such as bcrypt and SHA-512. A
/// hash of no known form matches nothing. Any thread. Source: nginx, ngx_crypt.
[[nodiscard]] bool matches_password(const std::string& password, const std::string& hash);

}  // namespace signgate::proxy
