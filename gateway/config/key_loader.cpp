// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/key_loader.hpp"

#include <utility>

#include "gateway/config/diagnostic.hpp"
#include "gateway/config/key_file_reader.hpp"

namespace signgate::config {
namespace {

std::optional<signing::HashAlgorithm> hash_of(const Key& key) {
  if (!key.hash) return std::nullopt;
  return *key.hash == HashName::sha1 ? signing::HashAlgorithm::sha1
                                     : signing::HashAlgorithm::sha256;
}

std::vector<std::string> warnings_about(const std::string& name, const KeyFile& file,
                                        const signing::SigningKey& key) {
  std::vector<std::string> warnings;
  if (auto warning = key_mode_warning(name, file)) warnings.push_back(*std::move(warning));
  if (key.key.type() == signing::KeyType::ecdsa_p256 && key.hash == signing::HashAlgorithm::sha1)
    warnings.emplace_back(
        "this is a P-256 key: hash = \"sha1\" is what the AWS CLI refuses for it");
  return warnings;
}

}  // namespace

Parsed<LoadedKey> load_key(const Key& key) {
  const std::string name = "private_key " + in_quotes(key.private_key);
  const auto fail = [&](const std::string& why) { return Flaw{name + ": " + why}; };
  const auto file = read_key_file(key.private_key, KeySource::regular_file);
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
  auto warnings = warnings_about(name, *file, *made);
  return LoadedKey{*std::move(made), std::move(warnings)};
}

}  // namespace signgate::config
