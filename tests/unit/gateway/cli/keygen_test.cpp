// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/keygen.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <sstream>

#include "signing/private_key.hpp"
#include "unit/gateway/cli/temporary_folder.hpp"

namespace signgate::cli {
namespace {

using testing::HasSubstr;

struct Outcome {
  int status;
  std::string out;
  std::string err;
};

Outcome run(const KeygenOptions& options) {
  std::ostringstream out;
  std::ostringstream err;
  const int status = generate_key_pair(options, out, err);
  return {status, out.str(), err.str()};
}

unsigned mode_of(const std::string& path) {
  struct stat there {};
  return ::stat(path.c_str(), &there) == 0 ? there.st_mode & 07777U : 0U;
}

TEST(Keygen, WritesAPairThatBelongsTogether) {
  for (const signing::KeyType type : {signing::KeyType::rsa2048, signing::KeyType::ecdsa_p256}) {
    const TemporaryFolder folder;
    const Outcome outcome = run({type, folder.path("new/keys"), false});
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, folder.path("new/keys/private_key.pem") + "\n" +
                               folder.path("new/keys/public_key.pem") + "\n");
    const auto half = signing::PrivateKey::parse(folder.read("new/keys/private_key.pem"));
    const auto other = signing::PublicKey::parse(folder.read("new/keys/public_key.pem"));
    ASSERT_TRUE(half && other);
    EXPECT_EQ(half->type(), type);
    EXPECT_EQ(half->fingerprint(), other->fingerprint());
  }
}

TEST(Keygen, PrivateKeyIsForItsOwnerAlone) {
  const TemporaryFolder folder;
  const mode_t before = ::umask(0);
  EXPECT_EQ(run({signing::KeyType::ecdsa_p256, folder.path(""), false}).status, 0);
  ::umask(before);
  EXPECT_EQ(mode_of(folder.path("private_key.pem")), 0600U);
  EXPECT_EQ(mode_of(folder.path("public_key.pem")), 0644U);
}

TEST(Keygen, NeverOverwritesUnlessForced) {
  for (const char* name : {"private_key.pem", "public_key.pem"}) {
    const TemporaryFolder folder;
    const std::string there = folder.write(name, "precious");
    ::chmod(there.c_str(), 0666);
    KeygenOptions options{signing::KeyType::ecdsa_p256, folder.path(""), false};
    const Outcome refused = run(options);
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("--force"));
    EXPECT_EQ(folder.read(name), "precious");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path("")), {}), 1);
    options.force = true;
    EXPECT_EQ(run(options).status, 0);
    EXPECT_TRUE(signing::PrivateKey::parse(folder.read("private_key.pem")));
    EXPECT_EQ(mode_of(folder.path("private_key.pem")), 0600U);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path("")), {}), 2);
  }
}

TEST(Keygen, DoesNotFollowALink) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink(folder.path("elsewhere"), folder.path("private_key.pem"));
  EXPECT_EQ(run({signing::KeyType::ecdsa_p256, folder.path(""), false}).status, 1);
  EXPECT_FALSE(std::filesystem::exists(folder.path("elsewhere")));
}

TEST(Keygen, SaysWhyItCouldNotWrite) {
  const TemporaryFolder folder;
  const std::string file = folder.write("file", "x");
  const Outcome outcome = run({signing::KeyType::ecdsa_p256, file + "/sub", false});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("cannot make the folder"));
}

}  // namespace
}  // namespace signgate::cli
