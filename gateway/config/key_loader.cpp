// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/key_loader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/base/limits.hpp"
#include "gateway/config/diagnostic.hpp"
#include "signing/key_memory.hpp"

namespace signgate::config {
namespace {

struct Descriptor {
  int fd;
  explicit Descriptor(int opened) noexcept : fd(opened) {}
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
};

struct KeyFile {
  signing::SecretText text;
  mode_t mode;
};

// Not by way of a stream, whose buffer would keep the key in ordinary memory.
Parsed<KeyFile> read_key_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat facts {};
  if (file.fd < 0 || ::fstat(file.fd, &facts) != 0) return Flaw{std::strerror(errno)};
  if (!S_ISREG(facts.st_mode)) return Flaw{"is not a regular file"};
  KeyFile read{signing::SecretText(limits::key_file + 1), facts.st_mode};
  if (read.text.room() == nullptr) return Flaw{"there is no key memory left for it"};
  while (read.text.room_size() > 0) {
    const ssize_t got = ::read(file.fd, read.text.room(), read.text.room_size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Flaw{std::strerror(errno)};
    if (got == 0) return {boost::system::in_place_value, std::move(read)};
    read.text.grown(static_cast<std::size_t>(got));
  }
  return Flaw{"is larger than " + std::to_string(limits::key_file) + " bytes"};
}

std::optional<signing::HashAlgorithm> hash_of(const Key& key) {
  if (!key.hash) return std::nullopt;
  return *key.hash == HashName::sha1 ? signing::HashAlgorithm::sha1
                                     : signing::HashAlgorithm::sha256;
}

std::vector<std::string> warnings_about(const std::string& name, mode_t mode,
                                        const signing::SigningKey& key) {
  std::vector<std::string> warnings;
  if ((mode & 077) != 0) {
    constexpr char digits[] = "01234567";
    const std::string text = {'0', digits[mode >> 6 & 7], digits[mode >> 3 & 7], digits[mode & 7]};
    warnings.push_back(name + " has the mode " + text + ": others may use it; set it to 0600");
  }
  if (key.key.type() == signing::KeyType::ecdsa_p256 && key.hash == signing::HashAlgorithm::sha1)
    warnings.emplace_back(
        "this is a P-256 key: hash = \"sha1\" is what the AWS CLI refuses for it");
  return warnings;
}

}  // namespace

Parsed<LoadedKey> load_key(const Key& key) {
  const std::string name = "private_key " + in_quotes(key.private_key);
  const auto fail = [&](const std::string& why) { return Flaw{name + ": " + why}; };
  const auto file = read_key_file(key.private_key);
  if (!file) return fail(file.error().message);
  auto parsed = signing::PrivateKey::parse(file->text.text());
  if (!parsed) return fail(parsed.error().message);
  auto made = signing::make_signing_key(key.key_pair_id, *std::move(parsed), hash_of(key));
  if (!made) return fail(made.error().message);
  if (!signing::sign_policy(*made, "signgate hash check")) {
    const std::string hash(signing::hash_name(made->hash));
    return fail("OpenSSL on this system refuses to sign over " + hash +
                (made->hash == signing::HashAlgorithm::sha1
                     ? ", as hardened ones do; write hash = \"sha256\" in [key." + key.key_pair_id +
                           "], which CloudFront takes as well"
                     : ": see its configuration (openssl version -d)"));
  }
  auto warnings = warnings_about(name, file->mode, *made);
  return LoadedKey{*std::move(made), std::move(warnings)};
}

}  // namespace signgate::config
