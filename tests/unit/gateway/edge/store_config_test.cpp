// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/store_config.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "gateway/edge/edge_config.hpp"
#include "unit/gateway/cli/temporary_folder.hpp"

namespace signgate::edge {
namespace {

const std::string before = "[distribution]\nid = \"E1\"\n[bucket]\nname = \"abc\"\n";

EdgeReading read(const std::string& bucket) {
  return read_edge(before + bucket, "edge.toml", "conf");
}

std::string findings(const EdgeReading& reading) {
  std::string all;
  for (const config::Diagnostic& each : reading.diagnostics)
    all += config::render(each) + '\n';
  return all;
}

TEST(StoreConfig, ReadsEveryKey) {
  const EdgeReading reading = read(R"(endpoint = "https://s3.test:8443"
region = "eu-central-1"
access_key_id = "AKIA"
secret_access_key = "s/e+c=ret"
session_token = "t"
addressing = "virtual"
signing = "no-override"
connect_timeout = "2s"
read_timeout = "3s"
ca_certificate = "ca.pem"
)");
  ASSERT_TRUE(reading.file) << findings(reading);
  EXPECT_TRUE(reading.diagnostics.empty());
  ASSERT_TRUE(reading.file->store);
  const StoreSetup& store = reading.file->store->setup;
  EXPECT_TRUE(store.tls);
  EXPECT_EQ(store.host, "s3.test");
  EXPECT_EQ(store.port, 8443);
  EXPECT_EQ(store.region, "eu-central-1");
  EXPECT_EQ(store.access_key_id, "AKIA");
  EXPECT_EQ(store.secret_access_key, "s/e+c=ret");
  EXPECT_EQ(store.session_token, "t");
  EXPECT_EQ(store.addressing, Addressing::virtual_host);
  EXPECT_EQ(store.signing, OacSigning::no_override);
  EXPECT_EQ(store.connect_timeout, Milliseconds(2000));
  EXPECT_EQ(store.read_timeout, Milliseconds(3000));
  EXPECT_EQ(store.ca_certificate, "conf/ca.pem");
}

TEST(StoreConfig, DefaultsAreTheDocumentedOnes) {
  const EdgeReading reading = read("endpoint = \"http://127.0.0.1:7480\"\n");
  ASSERT_TRUE(reading.file) << findings(reading);
  const StoreSetup& store = reading.file->store->setup;
  EXPECT_FALSE(store.tls);
  EXPECT_EQ(store.region, "us-east-1");
  EXPECT_EQ(store.addressing, Addressing::path);
  EXPECT_EQ(store.signing, OacSigning::always);
  EXPECT_EQ(store.connect_timeout, Milliseconds(10000));
  EXPECT_EQ(store.read_timeout, Milliseconds(30000));
}

TEST(StoreConfig, ReadsAnEndpoint) {
  for (const auto& [text, tls, host, port] :
       {std::tuple("http://h", false, "h", 80), std::tuple("https://h", true, "h", 443),
        std::tuple("https://h:80", true, "h", 80), std::tuple("http://h:7480/", false, "h", 7480),
        std::tuple("https://[::1]", true, "::1", 443),
        std::tuple("http://[::1]:7480", false, "::1", 7480)}) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(endpoint->tls, tls) << text;
    EXPECT_EQ(endpoint->host, host) << text;
    EXPECT_EQ(endpoint->port, port) << text;
  }
  for (const char* text : {"", "h", "s3://h", "http://", "http:///", "http://h/bucket",
                           "http://h?x", "http://u@h", "http://h:0", "http://h:99999",
                           "http://unix:/s", "http://h h", "http://h:", "https://[::1"}) {
    EXPECT_FALSE(parse_endpoint(text)) << text;
  }
}

TEST(StoreConfig, EveryMistakeIsToldAndNoSecretShown) {
  const std::string good = "endpoint = \"http://s3.test\"\n";
  for (const auto& [bucket, says] : std::vector<std::pair<std::string, std::string>>{
           {"endpoint = \"s3.test\"\n", "endpoint must be http:// or https://"},
           {good + "root = \"b\"\n", "root is for the embedded bucket"},
           {good + "policy = \"p\"\n", "policy is for the embedded bucket"},
           {good + "cache_control = \"c\"\n", "cache_control is for the embedded bucket"},
           {good + "access_key_id = \"a b\"\n", "access_key_id must be an access key's id"},
           {good + "region = \"\"\n", "region must be a region's name"},
           {good + "secret_access_key = \"hush hush\"\n", "secret_access_key must be one word"},
           {good + "session_token = \"hush\\n\"\n", "session_token must be one word"},
           {good + "addressing = \"dns\"\n", "addressing"},
           {good + "signing = \"sometimes\"\n", "signing"},
           {good + "secret_access_key = \"hush\"\nsecret_access_key_file = \"f\"\n",
            "exclude each other"},
           {good + "secret_access_key_file = \"\"\n", "must not be empty"},
           {good + "ca_certificate = \"\"\n", "must not be empty"},
           {"endpoint = \"http://127.0.0.1\"\naddressing = \"virtual\"\n", "needs a host's name"},
           {"root = \"b\"\npolicy = \"p\"\nregion = \"r\"\n", "region is for a real store"},
           {"root = \"b\"\npolicy = \"p\"\nsecret_access_key = \"hush\"\n",
            "secret_access_key is for a real store"},
       }) {
    const EdgeReading reading = read(bucket);
    EXPECT_FALSE(reading.file) << bucket;
    ASSERT_EQ(reading.diagnostics.size(), 1U) << findings(reading);
    EXPECT_NE(findings(reading).find(says), std::string::npos) << findings(reading);
    EXPECT_EQ(findings(reading).find("hush"), std::string::npos) << findings(reading);
  }
}

class Credentials : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"})
      ::unsetenv(name);
  }
  void TearDown() override { SetUp(); }

  EdgeLoading load(const std::string& bucket) {
    return load_edge(
        folder_.write("edge.toml", before + "endpoint = \"http://s3.test\"\n" + bucket));
  }

  cli::TemporaryFolder folder_;
};

TEST_F(Credentials, ComeFromTheFileThatIsNamed) {
  (void)folder_.write("secret", "from/file+=\n");
  const EdgeLoading loading =
      load("access_key_id = \"AKIA\"\nsecret_access_key_file = \"secret\"\n");
  ASSERT_TRUE(loading.setup);
  EXPECT_EQ(loading.setup->bucket.store->secret_access_key, "from/file+=");
  (void)folder_.write("secret", "hush hush\n");
  const EdgeLoading broken =
      load("access_key_id = \"AKIA\"\nsecret_access_key_file = \"secret\"\n");
  EXPECT_FALSE(broken.setup);
  ASSERT_EQ(broken.diagnostics.size(), 1U);
  EXPECT_EQ(config::render(broken.diagnostics[0]).find("hush"), std::string::npos);
  EXPECT_FALSE(load("access_key_id = \"A\"\nsecret_access_key_file = \"none\"\n").setup);
}

TEST_F(Credentials, ComeFromTheEnvironmentWhereTheConfigurationHasNone) {
  EXPECT_FALSE(load("").setup);
  ::setenv("AWS_ACCESS_KEY_ID", "AKIAENV", 1);
  EXPECT_FALSE(load("").setup);
  ::setenv("AWS_SECRET_ACCESS_KEY", "envsecret", 1);
  ::setenv("AWS_SESSION_TOKEN", "envtoken", 1);
  const EdgeLoading loading = load("");
  ASSERT_TRUE(loading.setup);
  EXPECT_EQ(loading.setup->bucket.store->access_key_id, "AKIAENV");
  EXPECT_EQ(loading.setup->bucket.store->secret_access_key, "envsecret");
  EXPECT_EQ(loading.setup->bucket.store->session_token, "envtoken");
  // Half of them is not mixed with the rest of the other.
  EXPECT_FALSE(load("access_key_id = \"AKIA\"\n").setup);
  const EdgeLoading own = load("access_key_id = \"AKIA\"\nsecret_access_key = \"own\"\n");
  ASSERT_TRUE(own.setup);
  EXPECT_EQ(own.setup->bucket.store->secret_access_key, "own");
  EXPECT_EQ(own.setup->bucket.store->session_token, "");
  ::setenv("AWS_SECRET_ACCESS_KEY", "hush hush", 1);
  const EdgeLoading broken = load("");
  EXPECT_FALSE(broken.setup);
  EXPECT_EQ(config::render(broken.diagnostics[0]).find("hush"), std::string::npos);
}

TEST_F(Credentials, AreNotNeededWhereNothingIsSigned) {
  EXPECT_TRUE(load("signing = \"never\"\n").setup);
}

}  // namespace
}  // namespace signgate::edge
