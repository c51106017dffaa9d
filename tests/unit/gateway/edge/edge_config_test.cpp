// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/edge_config.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "unit/gateway/edge/small_edge.hpp"

namespace signgate::edge {
namespace {

constexpr std::string_view whole = R"(listen = "127.0.0.1:8443"
[distribution]
id = "EDFDVBD6EXAMPLE"
account = "111122223333"
aliases = ["media.example.test", "*.cdn.example"]
access_control_allow_origin = ["https://www.example.com", "http://127.0.0.1:8080"]
[[distribution.behavior]]
path_pattern = "private/*"
trusted_keys = { K2JCJMDEHXQW5F = "keys/public_key.pem" }
forward_headers = ["Referer", "Origin"]
min_ttl = "1s"
default_ttl = "1h"
max_ttl = "1d"
[[distribution.behavior]]
[bucket]
name = "mistonline-test-bucket"
root = "bucket"
policy = "/etc/bucket-policy.json"
cache_control = "max-age=60"
[clock]
offset = "-1h 30m"
)";

TEST(EdgeConfig, ReadsEveryKey) {
  const EdgeReading reading = read_edge(whole, "edge.toml", "conf");
  ASSERT_TRUE(reading.file) << render(reading.diagnostics.front());
  EXPECT_TRUE(reading.diagnostics.empty());
  const EdgeSetup& setup = reading.file->setup;
  EXPECT_EQ(setup.listen, "127.0.0.1:8443");
  EXPECT_EQ(setup.distribution.arn(),
            "arn:aws:cloudfront::111122223333:distribution/EDFDVBD6EXAMPLE");
  EXPECT_EQ(setup.distribution.aliases.size(), 2U);
  EXPECT_EQ(setup.distribution.cors.origins.size(), 2U);
  ASSERT_EQ(setup.distribution.behaviors.size(), 2U);
  const Behavior& first = setup.distribution.behaviors[0];
  EXPECT_EQ(first.path_pattern, "private/*");
  EXPECT_EQ(first.forward_headers, (std::vector<std::string>{"Referer", "Origin"}));
  EXPECT_EQ(first.ttls.min, 1);
  EXPECT_EQ(first.ttls.default_, 3600);
  EXPECT_EQ(first.ttls.max, 86400);
  EXPECT_EQ(setup.distribution.behaviors[1].path_pattern, "*");
  ASSERT_EQ(reading.file->trusted_keys.size(), 2U);
  ASSERT_EQ(reading.file->trusted_keys[0].size(), 1U);
  EXPECT_EQ(reading.file->trusted_keys[0][0].key_pair_id, "K2JCJMDEHXQW5F");
  EXPECT_EQ(reading.file->trusted_keys[0][0].file.path, "conf/keys/public_key.pem");
  EXPECT_EQ(setup.bucket.root, "conf/bucket");
  EXPECT_EQ(setup.bucket.cache_control, "max-age=60");
  EXPECT_EQ(reading.file->policy.path, "/etc/bucket-policy.json");
  EXPECT_EQ(setup.clock_offset, -std::chrono::minutes(90));
}

constexpr std::string_view rest = R"([bucket]
name = "bucket"
root = "b"
policy = "p"
)";

EdgeReading read_with(const std::string& more) {
  return read_edge(more + std::string(rest), "edge.toml", "conf");
}

TEST(EdgeConfig, ReadsEveryKeyOfABehavior) {
  const EdgeReading reading = read_with(R"(listen = "127.0.0.1:0 ssl"
[tls]
certificate = "a.pem"
certificate_key = "a.key"
[admin]
listen = "127.0.0.1:9181"
[key_group.old]
K1 = "k1.pem"
[key_group.new]
K2 = "k2.pem"
K1 = "k1.pem"
[distribution]
id = "E1"
error_caching_min_ttl = "1m"
access_control_allow_origin = "*"
access_control_max_age = "1h"
[[distribution.behavior]]
path_pattern = "a/*"
forward_headers = ["Origin"]
origin_headers = ["Referer", "User-Agent"]
query_strings = ["v"]
cookies = "all"
allowed_methods = ["OPTIONS", "GET", "HEAD"]
viewer_protocol_policy = "redirect-to-https"
trusted_keys = { K3 = "k3.pem" }
trusted_key_groups = ["old", "new"]
[distribution.default_behavior]
query_strings = "none"
trusted_key_groups = "old"
)");
  ASSERT_TRUE(reading.file) << render(reading.diagnostics.front());
  EXPECT_TRUE(reading.diagnostics.empty());
  const EdgeSetup& setup = reading.file->setup;
  EXPECT_EQ(setup.listen, "127.0.0.1:0");
  ASSERT_TRUE(setup.tls);
  EXPECT_FALSE(setup.tls->self_signed);
  EXPECT_EQ(setup.tls->certificate_key, "conf/a.key");
  EXPECT_EQ(setup.admin_listen, "127.0.0.1:9181");
  EXPECT_EQ(setup.distribution.error_caching_min_ttl, 60);
  EXPECT_EQ(setup.distribution.cors.max_age, 3600);
  const Behavior& first = setup.distribution.behaviors[0];
  EXPECT_EQ(first.origin_headers, (std::vector<std::string>{"Referer", "User-Agent"}));
  EXPECT_EQ(first.query_strings.names, std::vector<std::string>{"v"});
  EXPECT_TRUE(first.cookies.all);
  EXPECT_EQ(first.allowed_methods, AllowedMethods::get_head_options);
  EXPECT_EQ(first.viewer_protocol, ViewerProtocol::redirect_to_https);
  ASSERT_EQ(reading.file->trusted_keys[0].size(), 3U);
  EXPECT_EQ(reading.file->trusted_keys[0][2].key_pair_id, "K2");
  EXPECT_FALSE(setup.distribution.default_behavior.query_strings.all);
  ASSERT_EQ(reading.file->default_keys.size(), 1U);
  EXPECT_EQ(reading.file->default_keys[0].file.path, "conf/k1.pem");
}

TEST(EdgeConfig, MistakesInABehaviorsKeysAreTold) {
  for (const auto& [line, says] : std::vector<std::pair<std::string, std::string>>{
           {"trusted_key_groups = [\"no\"]", "there is no [key_group.no]; there are \"a\", \"b\""},
           {"trusted_key_groups = [\"a\", \"b\"]", "has another file for K1"},
           {"trusted_key_groups = []", "trusted_key_groups must name a key group"},
           {"trusted_keys = {}", "trusted_keys must hold a Key-Pair-Id"},
           {"query_strings = [\"a=b\"]", "must be \"all\", \"none\" or a list of names"},
           {"allowed_methods = [\"GET\"]", "must be one of CloudFront's sets"},
           {"viewer_protocol_policy = \"https\"", "viewer_protocol_policy"},
           {"forward_headers = [\"Referer\"]\norigin_headers = [\"referer\"]",
            "origin_headers names \"referer\", which forward_headers has already"},
           {"origin_headers = [\"Referer\", \"referer\"]",
            "origin_headers names \"referer\" twice"},
           {"origin_headers = [\"Ref erer\"]", "is not a header's name"},
           {"origin_headers = [\"If-Range\"]", "CloudFront answers itself"},
           {"origin_headers = [\"authorization\"]", "must be part of the cache key"},
           {"origin_headers = [\"Cookie\"]", "is what the key cookies is for"},
       }) {
    const EdgeReading reading =
        read_with("key_group.a.K1 = \"1\"\nkey_group.b.K1 = \"2\"\n[distribution]\nid = \"E1\"\n" +
                  std::string("[[distribution.behavior]]\n") + line + '\n');
    EXPECT_FALSE(reading.file) << line;
    ASSERT_EQ(reading.diagnostics.size(), 1U) << line;
    EXPECT_NE(reading.diagnostics[0].message.find(says), std::string::npos)
        << render(reading.diagnostics[0]);
  }
}

TEST(EdgeConfig, AGroupWithoutKeysMakesNothingPublic) {
  const EdgeReading reading = read_with(
      "[key_group.main]\n[distribution]\nid = \"E1\"\n[[distribution.behavior]]\n"
      "trusted_key_groups = [\"main\"]\n");
  EXPECT_FALSE(reading.file);
  ASSERT_EQ(reading.diagnostics.size(), 1U);
  EXPECT_EQ(reading.diagnostics[0].place.line, 1U);
  EXPECT_NE(reading.diagnostics[0].message.find("key_group.main must hold a Key-Pair-Id"),
            std::string::npos)
      << render(reading.diagnostics[0]);
}

TEST(EdgeConfig, QuotasAreWarnedOf) {
  std::string text;
  std::string groups;
  for (int i = 0; i < 5; ++i) {
    const std::string name = "g" + std::to_string(i);
    text += "[key_group." + name + "]\nK" + std::to_string(i) + " = \"k\"\n";
    groups += '"' + name + "\", ";
  }
  for (int i = 5; i < 10; ++i)
    text += "K" + std::to_string(i) + " = \"k\"\n";
  const EdgeReading reading =
      read_with(text + "[distribution]\nid = \"E1\"\n[[distribution.behavior]]\n" +
                "trusted_key_groups = [" + groups + "]\n");
  ASSERT_TRUE(reading.file);
  ASSERT_EQ(reading.diagnostics.size(), 2U);
  EXPECT_NE(reading.diagnostics[0].message.find("5 keys a group"), std::string::npos);
  EXPECT_NE(reading.diagnostics[1].message.find("4 key groups a behavior"), std::string::npos);
}

TEST(EdgeConfig, ReadsMetadataAndCorsOfTheBucket) {
  const EdgeReading reading = read_with("[distribution]\nid = \"E1\"\n");
  ASSERT_TRUE(reading.file);
  const EdgeReading full = read_edge(
      "[distribution]\nid = \"E1\"\n" + std::string(rest) +
          "[[bucket.object]]\nkey_pattern = \"*.m3u8\"\ncontent_type = \"x/y\"\n"
          "[[bucket.cors]]\nallowed_origins = \"https://*.example.com\"\nallowed_methods = "
          "\"GET\"\nmax_age = 5\n",
      "edge.toml", "");
  ASSERT_TRUE(full.file) << render(full.diagnostics.front());
  ASSERT_EQ(full.file->setup.bucket.objects.size(), 1U);
  EXPECT_EQ(full.file->setup.bucket.objects[0].content_type, "x/y");
  ASSERT_EQ(full.file->setup.bucket.cors.size(), 1U);
  EXPECT_EQ(full.file->setup.bucket.cors[0].max_age, 5);
  const EdgeReading wrong =
      read_edge("[distribution]\nid = \"E1\"\n" + std::string(rest) +
                    "[[bucket.object]]\ncontent_type = \"x\"\n[[bucket.cors]]\n"
                    "allowed_origins = \"*.*\"\nallowed_methods = \"G T\"\n",
                "edge.toml", "");
  EXPECT_EQ(wrong.diagnostics.size(), 3U);
}

TEST(EdgeConfig, DefaultsAreTheDocumentedOnes) {
  const EdgeReading reading = read_edge(
      "[distribution]\nid=\"E1\"\n[[distribution.behavior]]\n[bucket]\nname=\"abc\"\nroot=\"b\"\n"
      "policy=\"p\"\n",
      "edge.toml", "");
  ASSERT_TRUE(reading.file);
  const EdgeSetup& setup = reading.file->setup;
  EXPECT_EQ(setup.listen, "127.0.0.1:8443");
  EXPECT_EQ(setup.distribution.account, "123456789012");
  EXPECT_EQ(setup.distribution.partition, "aws");
  EXPECT_EQ(setup.distribution.behaviors[0].ttls.min, 0);
  EXPECT_EQ(setup.distribution.behaviors[0].ttls.default_, 86400);
  EXPECT_EQ(setup.distribution.behaviors[0].ttls.max, 365 * 86400);
  EXPECT_EQ(setup.clock_offset, Milliseconds(0));
}

TEST(EdgeConfig, EveryMistakeIsToldAtItsPlace) {
  struct Case {
    std::string_view old_text;
    std::string_view new_text;
    std::uint32_t line;
    std::string_view says;
  };
  for (const Case& c : {
           Case{"127.0.0.1:8443", "unix:/tmp/x", 1, "must be ADDRESS:PORT"},
           Case{"127.0.0.1:8443", "127.0.0.1:99999", 1, "listen"},
           Case{"id = \"EDFDVBD6EXAMPLE\"", "", 2, "[distribution] needs id"},
           Case{"EDFDVBD6EXAMPLE", "E-1", 3, "id must be a distribution's id"},
           Case{"111122223333", "1111-2222-3333", 4, "account must be an AWS account: 12 digits"},
           Case{"account = \"111122223333\"", "partition = \"aws-iso\"", 4,
                "partition must be \"aws\", \"aws-cn\" or \"aws-us-gov\""},
           Case{"*.cdn.example", "*cdn.example", 5, "is not a host's name"},
           Case{"*.cdn.example", "cdn.example:80", 5, "is not a host's name"},
           Case{"https://www.example.com", "www.example.com", 6, "is not an origin"},
           Case{"https://www.example.com", "https://www.example.com/", 6, "is not an origin"},
           Case{"https://www.example.com", "https://www.*.com", 6, "is not an origin"},
           Case{"\"private/*\"", "\"\"", 8, "path_pattern must be 1 to 255 characters"},
           Case{"K2JCJMDEHXQW5F", "\"K2-JC\"", 9, "is not a Key-Pair-Id"},
           Case{"keys/public_key.pem", "", 9, "must not be empty"},
           Case{"\"Origin\"", "\"Ori gin\"", 10, "is not a header's name"},
           Case{"\"Origin\"", "\"*\"", 10, "is not a header's name"},
           Case{"\"Origin\"", "\"referer\"", 10, "names \"referer\" twice"},
           Case{"\"Origin\"", "\"if-none-match\"", 10, "CloudFront answers itself"},
           Case{"\"Origin\"", "\"If-Modified-Since\"", 10, "CloudFront answers itself"},
           Case{"\"Origin\"", "\"range\"", 10, "CloudFront answers itself"},
           Case{"\"1s\"", "\"1s500ms\"", 11, "whole seconds"},
           Case{"\"1h\"", "\"2d\"", 12, "must not fall: they are 1s, 172800s and 86400s"},
           Case{"\"1h\"", "\"0s\"", 12, "must not fall"},
           Case{"\"1d\"", "\"1 day\"", 13, "max_ttl"},
           Case{"min_ttl", "min_tll", 11, "did you mean \"min_ttl\"?"},
           Case{"mistonline-test-bucket", "Bucket", 16, "name must be a bucket's name"},
           Case{"root = \"bucket\"", "", 15, "[bucket] needs root"},
           Case{"policy = \"/etc/bucket-policy.json\"", "", 15,
                "without one S3 refuses every request"},
           Case{"cache_control", "cash_control", 19, "unknown key \"cash_control\" in [bucket]"},
           Case{"max-age=60", "max-age=60\\n", 19, "one line of text"},
           Case{"-1h 30m", "-", 21, "offset"},
       }) {
    std::string text(whole);
    text.replace(text.find(c.old_text), c.old_text.size(), c.new_text);
    const EdgeReading reading = read_edge(text, "edge.toml", "");
    EXPECT_FALSE(reading.file) << c.new_text;
    ASSERT_EQ(reading.diagnostics.size(), 1U) << c.old_text << " -> " << c.new_text;
    EXPECT_EQ(reading.diagnostics[0].place.line, c.line) << render(reading.diagnostics[0]);
    EXPECT_NE(reading.diagnostics[0].message.find(c.says), std::string::npos)
        << render(reading.diagnostics[0]);
  }
}

TEST(EdgeConfig, AllMistakesAreToldAtOnce) {
  const EdgeReading reading = read_edge("listen = 7\nfoo = 1\n[bucket]\nname = \"A\"\n", "e", "");
  EXPECT_FALSE(reading.file);
  EXPECT_EQ(reading.diagnostics.size(), 6U);
}

TEST(EdgeConfig, WarnsOfABehaviorBehindOneForEveryPath) {
  std::string text(whole);
  text.replace(text.find("private/*"), 9, "/*");
  const EdgeReading reading = read_edge(text, "edge.toml", "");
  EXPECT_TRUE(reading.file);
  ASSERT_EQ(reading.diagnostics.size(), 1U);
  EXPECT_EQ(reading.diagnostics[0].severity, config::Severity::warning);
  EXPECT_EQ(reading.diagnostics[0].place.line, 14U);
}

class EdgeLoadingTest : public testing::Test {
 protected:
  EdgeLoadingTest() {
    std::filesystem::create_directories(small_.folder().path("keys"));
    (void)small_.folder().write("keys/public_key.pem", small_.key().key.public_key().pem());
    (void)small_.folder().write("policy.json", tutorial_policy());
    config_ = small_.folder().write(
        "edge.toml",
        "[distribution]\nid = \"EDFDVBD6EXAMPLE\"\n[[distribution.behavior]]\n"
        "path_pattern = \"private/*\"\ntrusted_keys = { K1 = \"keys/public_key.pem\" }\n"
        "[bucket]\nname = \"test-bucket\"\nroot = \"bucket\"\npolicy = \"policy.json\"\n");
  }

  SmallEdge small_;
  std::string config_;
};

TEST_F(EdgeLoadingTest, LoadsKeysAndPolicy) {
  const EdgeLoading loading = load_edge(config_);
  ASSERT_TRUE(loading.setup) << render(loading.diagnostics.front());
  EXPECT_TRUE(loading.diagnostics.empty());
  EXPECT_EQ(loading.setup->distribution.behaviors[0].trusted_keys.count("K1"), 1U);
  EXPECT_EQ(loading.setup->bucket.policy.statements.size(), 1U);
}

TEST_F(EdgeLoadingTest, AMistakeInThePolicyIsToldInThePolicysFile) {
  const std::string path = small_.folder().write(
      "policy.json",
      "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:*\",\n"
      "\"Resource\":\"*\",\"Condition\":{\"StringLikes\":{}}}]}");
  const EdgeLoading loading = load_edge(config_);
  EXPECT_FALSE(loading.setup);
  ASSERT_EQ(loading.diagnostics.size(), 1U);
  EXPECT_EQ(loading.diagnostics[0].file, path);
  EXPECT_EQ(loading.diagnostics[0].place, (config::Place{2, 29}));
  EXPECT_NE(loading.diagnostics[0].message.find("StringLike, "), std::string::npos);
  EXPECT_NE(render(loading.diagnostics[0]).find('^'), std::string::npos);
}

TEST_F(EdgeLoadingTest, WarnsOfConditionKeysThatNoRequestHas) {
  std::string policy = tutorial_policy();
  policy.replace(policy.find("\"aws:Referer\""), 13, "\"aws:SourceVpc\"");
  (void)small_.folder().write("policy.json", policy);
  const EdgeLoading loading = load_edge(config_);
  EXPECT_TRUE(loading.setup);
  ASSERT_EQ(loading.diagnostics.size(), 1U);
  EXPECT_EQ(loading.diagnostics[0].severity, config::Severity::warning);
  EXPECT_NE(loading.diagnostics[0].message.find("aws:SourceVpc"), std::string::npos);
}

TEST_F(EdgeLoadingTest, WarnsOfAPolicyForAnotherPartition) {
  std::string policy = tutorial_policy();
  policy.replace(policy.find("arn:aws:s3"), 10, "arn:aws-cn:s3");
  const std::string path = small_.folder().write("policy.json", policy);
  const EdgeLoading loading = load_edge(config_);
  EXPECT_TRUE(loading.setup);
  ASSERT_EQ(loading.diagnostics.size(), 1U);
  EXPECT_EQ(loading.diagnostics[0].severity, config::Severity::warning);
  EXPECT_EQ(loading.diagnostics[0].file, path);
  EXPECT_EQ(loading.diagnostics[0].place.line, 3U);
  EXPECT_NE(loading.diagnostics[0].message.find("the bucket is in \"aws\""), std::string::npos)
      << loading.diagnostics[0].message;
  (void)small_.folder().write("policy.json", tutorial_policy(R"(,{"Effect":"Deny","Principal":"*",
      "Action":"s3:PutObject","Resource":["*","arn:*:s3:::test-bucket/*"]})"));
  EXPECT_TRUE(load_edge(config_).diagnostics.empty());
}

TEST_F(EdgeLoadingTest, TellsAllFilesThatCannotBeUsed) {
  (void)small_.folder().write("keys/public_key.pem", small_.key().key.pem());
  std::filesystem::remove_all(small_.folder().path("bucket"));
  std::filesystem::remove(small_.folder().path("policy.json"));
  const EdgeLoading loading = load_edge(config_);
  EXPECT_FALSE(loading.setup);
  ASSERT_EQ(loading.diagnostics.size(), 3U);
  EXPECT_EQ(loading.diagnostics[0].place.line, 5U);
  EXPECT_NE(loading.diagnostics[0].message.find("public key"), std::string::npos);
  EXPECT_EQ(loading.diagnostics[0].message.find("PRIVATE KEY-----"), std::string::npos);
  EXPECT_EQ(loading.diagnostics[1].place.line, 8U);
  EXPECT_NE(loading.diagnostics[1].message.find("is not a folder"), std::string::npos);
  EXPECT_EQ(loading.diagnostics[2].place.line, 9U);
  const EdgeLoading none = load_edge(small_.folder().path("none.toml"));
  EXPECT_FALSE(none.setup);
  EXPECT_EQ(none.diagnostics.size(), 1U);
}

}  // namespace
}  // namespace signgate::edge
