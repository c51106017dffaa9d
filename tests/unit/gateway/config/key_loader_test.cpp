// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/key_loader.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "gateway/base/limits.hpp"
#include "signing/private_key.hpp"

namespace signgate::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class KeyLoader : public testing::Test {
 protected:
  KeyLoader() {
    std::string name = (std::filesystem::temp_directory_path() / "signgate-key-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~KeyLoader() override { std::filesystem::remove_all(folder_); }

  Key write(const std::string& text, mode_t mode = 0600) {
    Key key;
    key.key_pair_id = "K1";
    key.private_key = (folder_ / "key.pem").string();
    std::ofstream(key.private_key) << text;
    ::chmod(key.private_key.c_str(), mode);
    return key;
  }

  static std::string pem(signing::KeyType type) {
    return signing::PrivateKey::generate(type)->pem();
  }

  std::filesystem::path folder_;
};

TEST_F(KeyLoader, LoadsAKeyWithItsIdAndHash) {
  Key key = write(pem(signing::KeyType::ecdsa_p256));
  const auto loaded = load_key(key);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->key.key_pair_id, "K1");
  EXPECT_EQ(loaded->key.hash, signing::HashAlgorithm::sha256);
  EXPECT_TRUE(loaded->warnings.empty());
}

TEST_F(KeyLoader, WarnsOfAFileThatOthersMayUse) {
  const std::string text = pem(signing::KeyType::ecdsa_p256);
  for (const auto& [mode, says] : {std::pair{0644, "0644"}, {0640, "0640"}, {0601, "0601"}}) {
    const auto loaded = load_key(write(text, static_cast<mode_t>(mode)));
    ASSERT_TRUE(loaded);
    EXPECT_THAT(loaded->warnings, ElementsAre(AllOf(HasSubstr(says), HasSubstr("0600"))));
  }
  EXPECT_THAT(load_key(write(text, 0700))->warnings, ElementsAre(HasSubstr("0700")));
  for (const mode_t mode : {0600U, 0400U})
    EXPECT_TRUE(load_key(write(text, mode))->warnings.empty()) << mode;
}

TEST_F(KeyLoader, WarnsOfSha1WithAP256Key) {
  Key key = write(pem(signing::KeyType::ecdsa_p256));
  key.hash = HashName::sha1;
  EXPECT_THAT(load_key(key)->warnings, ElementsAre(HasSubstr("P-256")));
}

TEST_F(KeyLoader, SaysWhatIsWrongAndNothingOfTheKey) {
  Key key = write("x");
  key.private_key += ".none";
  EXPECT_THAT(load_key(key).error().message, HasSubstr("No such file or directory"));
  key.private_key = folder_.string();
  EXPECT_THAT(load_key(key).error().message, HasSubstr("is not a regular file"));
  std::string text = pem(signing::KeyType::rsa2048);
  const std::string body = text.substr(text.find('\n') + 1, 64);
  text.resize(text.size() / 2);
  const auto broken = load_key(write(text));
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("key.pem"));
  EXPECT_THAT(broken.error().message, Not(HasSubstr(body)));
}

TEST_F(KeyLoader, BoundsTheFile) {
  const std::string text = pem(signing::KeyType::ecdsa_p256);
  EXPECT_TRUE(load_key(write(text + std::string(limits::key_file - text.size(), ' '))));
  const auto larger = load_key(write(text + std::string(limits::key_file - text.size() + 1, ' ')));
  ASSERT_FALSE(larger);
  EXPECT_THAT(larger.error().message, HasSubstr("is larger than 65536 bytes"));
}

}  // namespace
}  // namespace signgate::config
