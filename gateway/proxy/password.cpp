// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/password.hpp"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "gateway/http/text.hpp"

namespace signgate::proxy {
namespace {

constexpr std::string_view apr1 = "$apr1$";
constexpr std::string_view plain = "{PLAIN}";
constexpr std::string_view sha = "{SHA}";
constexpr std::string_view ssha = "{SSHA}";
constexpr std::size_t sha1_size = 20;

int base64_value(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (http::is_digit(c)) return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

std::optional<std::string> decode_base64(std::string_view text) {
  while (!text.empty() && text.back() == '=')
    text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = base64_value(c);
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 255);
  }
  return out;
}

bool equal_secretly(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// A digest of several parts; nothing when OpenSSL has it not (MD5 where only FIPS is allowed).
class Digest {
 public:
  explicit Digest(const EVP_MD* kind) : context_(EVP_MD_CTX_new()) {
    ok_ = context_ != nullptr && EVP_DigestInit_ex(context_.get(), kind, nullptr) == 1;
  }
  Digest& add(std::string_view part) {
    ok_ = ok_ && EVP_DigestUpdate(context_.get(), part.data(), part.size()) == 1;
    return *this;
  }
  [[nodiscard]] std::optional<std::string> finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    if (!ok_ || EVP_DigestFinal_ex(context_.get(), bytes.data(), &size) != 1) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(bytes.data()), size);
  }

 private:
  struct End {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, End> context_;
  bool ok_ = false;
};

void append_to64(std::uint32_t value, int characters, std::string& out) {
  constexpr std::string_view digits =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (; characters > 0; --characters, value >>= 6)
    out += digits[value & 63];
}

// Apache's MD5: the scheme of crypt's $1$ under another name (Apache, apr_md5.c).
std::optional<std::string> apr1_hash(std::string_view password, std::string_view hash) {
  std::string_view salt = hash.substr(apr1.size());
  salt = salt.substr(0, std::min<std::size_t>(salt.find('$'), 8));
  const auto alternate = Digest(EVP_md5()).add(password).add(salt).add(password).finish();
  if (!alternate) return std::nullopt;
  Digest first(EVP_md5());
  first.add(password).add(apr1).add(salt);
  for (std::size_t left = password.size(); left > 0; left -= std::min<std::size_t>(left, 16))
    first.add(std::string_view(*alternate).substr(0, std::min<std::size_t>(left, 16)));
  for (std::size_t bits = password.size(); bits > 0; bits >>= 1)
    first.add((bits & 1) != 0 ? std::string_view("\0", 1) : password.substr(0, 1));
  auto result = first.finish();
  for (int round = 0; result && round < 1000; ++round) {
    Digest next(EVP_md5());
    next.add((round & 1) != 0 ? password : *result);
    if (round % 3 != 0) next.add(salt);
    if (round % 7 != 0) next.add(password);
    next.add((round & 1) != 0 ? *result : password);
    result = next.finish();
  }
  if (!result) return std::nullopt;
  std::string out(apr1);
  out.append(salt).append("$");
  const auto byte = [&](int i) {
    return static_cast<std::uint32_t>(
        static_cast<unsigned char>((*result)[static_cast<std::size_t>(i)]));
  };
  for (const auto& [a, b, c] : std::initializer_list<std::array<int, 3>>{
           {0, 6, 12}, {1, 7, 13}, {2, 8, 14}, {3, 9, 15}, {4, 10, 5}}) {
    append_to64(byte(a) << 16 | byte(b) << 8 | byte(c), 4, out);
  }
  append_to64(byte(11), 2, out);
  return out;
}

bool matches_system(const std::string& password, const std::string& hash) {
  // 32 KiB, and the password passes through it.
  const auto data = std::make_unique<crypt_data>();
  const char* made = crypt_r(password.c_str(), hash.c_str(), data.get());
  // Failures begin with "*", which no hash does.
  const bool same = made != nullptr && made[0] != '*' && equal_secretly(made, hash);
  OPENSSL_cleanse(data.get(), sizeof(crypt_data));
  return same;
}

}  // namespace

std::optional<BasicCredentials> parse_basic(std::string_view authorization) {
  constexpr std::string_view scheme = "basic ";
  if (authorization.size() < scheme.size() ||
      !http::equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) {
    return std::nullopt;
  }
  const auto decoded = decode_base64(http::trim_ows(authorization.substr(scheme.size())));
  if (!decoded) return std::nullopt;
  const std::size_t colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return BasicCredentials{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

UserFile parse_user_file(std::string_view text) {
  UserFile users;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    line = line.substr(0, line.find('\r'));
    const std::size_t colon = line.find(':');
    if (line.starts_with('#') || colon == std::string_view::npos) continue;
    std::string_view hash = line.substr(colon + 1);
    hash = hash.substr(0, hash.find(':'));
    users.try_emplace(std::string(line.substr(0, colon)), hash);
  }
  return users;
}

bool is_slow_hash(std::string_view hash) noexcept {
  return !hash.starts_with(plain) && !hash.starts_with(sha) && !hash.starts_with(ssha);
}

bool matches_password(const std::string& password, const std::string& hash) {
  // crypt(3) and files end at a NUL, so what follows one would not count.
  if (hash.empty() || password.find('\0') != std::string::npos) return false;
  const std::string_view stored = hash;
  if (stored.starts_with(plain)) return equal_secretly(stored.substr(plain.size()), password);
  if (stored.starts_with(sha) || stored.starts_with(ssha)) {
    const bool salted = stored.starts_with(ssha);
    const auto known = decode_base64(stored.substr(salted ? ssha.size() : sha.size()));
    if (!known || known->size() < sha1_size || (!salted && known->size() != sha1_size))
      return false;
    const std::string_view salt = std::string_view(*known).substr(sha1_size);
    const auto made = Digest(EVP_sha1()).add(password).add(salt).finish();
    return made && equal_secretly(*made, std::string_view(*known).substr(0, sha1_size));
  }
  if (stored.starts_with(apr1)) {
    const auto made = apr1_hash(password, stored);
    return made && equal_secretly(*made, stored);
  }
  return matches_system(password, hash);
}

}  // namespace signgate::proxy
