// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/policy/site_facts.hpp"

#include <gtest/gtest.h>

#include "gateway/config/reader.hpp"

namespace signgate::cli {
namespace {

policy::lint::SiteFacts facts(const std::string& server, const std::string& media = {}) {
  const config::Reading reading = config::read_toml(
      "[[server]]\n" + server +
          "[[server.route]]\nlocation = '/'\nproxy_pass = 'http://127.0.0.1:1'\nsign = ['m']\n"
          "[key.K1]\nprivate_key = 'k.pem'\n"
          "[media.m]\nkey = ['K1']\n" +
          (media.empty() ? "target = 'https://M.example.com/a/'\n" : media),
      "a.toml", "");
  EXPECT_TRUE(reading.config) << (reading.diagnostics.empty()
                                      ? ""
                                      : reading.diagnostics.front().message);
  return site_facts(*reading.config, 7);
}

TEST(SiteFacts, HasTheHostsOfPagesWithLinks) {
  const auto found =
      facts("server_name = ['www.example.com', '.example.org', '*.b.c', '~x', '']\n");
  ASSERT_EQ(found.hosts.size(), 2U);
  EXPECT_EQ(found.hosts[0].name, "www.example.com");
  EXPECT_EQ(found.hosts[1].name, "example.org");
  EXPECT_TRUE(found.hosts[0].ports.empty());
}

TEST(SiteFacts, HasPortsOnlyWhereBrowsersHaveToNameThem) {
  const std::string tls =
      "server_name = ['a.example.com']\nssl_certificate = 'c'\nssl_certificate_key = 'k'\n";
  const auto ports = [&](const std::string& listen) {
    return facts(tls + "listen = " + listen + "\n").hosts.at(0).ports;
  };
  EXPECT_EQ(ports("['8443 ssl']"), (std::vector<std::uint16_t>{8443}));
  EXPECT_TRUE(ports("['8443 ssl', '443 ssl']").empty());
  EXPECT_TRUE(ports("['8443 ssl', '8080']").empty());
  EXPECT_TRUE(ports("['127.0.0.1:8443 ssl']").empty());
}

TEST(SiteFacts, HasTheRules) {
  const auto found = facts("",
                           "target = 'http://M.example.com/a/'\nttl = '2h'\nwindow = '5m'\n"
                           "policy = 'custom'\nip = 'client'\n");
  ASSERT_EQ(found.media.size(), 1U);
  const policy::lint::MediaFacts& media = found.media[0];
  EXPECT_EQ(media.name, "m");
  EXPECT_FALSE(media.https);
  EXPECT_EQ(media.host, "m.example.com");
  EXPECT_EQ(media.path, "/a/");
  EXPECT_EQ(media.ttl, 7200);
  EXPECT_EQ(media.window, 300);
  EXPECT_TRUE(media.is_bound_to_address);
  EXPECT_EQ(media.keys, std::vector<std::string>{"K1"});
  EXPECT_EQ(media.spot.file, 7U);
  EXPECT_NE(media.spot.line, 0U);
}

TEST(SiteFacts, KnowsWhereThePathIsSent) {
  EXPECT_FALSE(facts("").sends_wide_referrer);
  EXPECT_FALSE(facts("add_header = ['Referrer-Policy origin']\n").sends_wide_referrer);
  EXPECT_TRUE(facts("add_header = ['referrer-policy unsafe-url']\n").sends_wide_referrer);
}

}  // namespace
}  // namespace signgate::cli
