// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/include.hpp"

#include <gtest/gtest.h>

#include <map>

#include "gateway/base/limits.hpp"
#include "gateway/config/reader.hpp"

namespace signgate::config {
namespace {

using Files = std::map<std::string, std::string>;

constexpr std::string_view server =
    "[[server]]\n[[server.route]]\nlocation = '/'\nreturn = '200'\n";

// Patterns are "FOLDER/*" here.
IncludeFiles in_memory(const Files& files) {
  IncludeFiles includes;
  includes.find = [&files](const std::string& pattern) {
    std::vector<std::string> found;
    for (const auto& [name, text] : files) {
      if (name.starts_with(pattern.substr(0, pattern.size() - 1))) found.push_back(name);
    }
    return found;
  };
  includes.load = [&files](const std::string& path) -> Parsed<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return Flaw{"No such file or directory"};
    return {boost::system::in_place_value, found->second};
  };
  return includes;
}

Reading read(const std::string& text, const Files& files) {
  return read_toml(text, "conf/a.toml", "conf", in_memory(files));
}

// "FILE:LINE:COL: severity: message" of all that was found.
std::vector<std::string> findings(const std::string& text, const Files& files) {
  std::vector<std::string> shown;
  for (Diagnostic& found : read(text, files).diagnostics) {
    found.source_line.clear();
    shown.push_back(render(found));
  }
  return shown;
}

using Findings = std::vector<std::string>;

TEST(Include, AddsWhatFilesHold) {
  const Reading reading =
      read("include = ['d/*', 'one.toml']\nworker_connections = 7\n" + std::string(server),
           {{"conf/d/1.toml", "[upstream.b]\nserver = '127.0.0.1:2'\n"},
            {"conf/d/2.toml", "[[server]]\nserver_name = 'two'\nreturn = '204'\n"},
            {"conf/one.toml",
             "worker_shutdown_timeout = '3s'\n[upstream.a]\nserver = '127.0.0.1:1'\n"}});
  ASSERT_TRUE(reading.config);
  const Config& config = *reading.config;
  EXPECT_EQ(config.worker_connections, 7U);
  EXPECT_EQ(config.worker_shutdown_timeout, 3s);
  ASSERT_EQ(config.servers.size(), 2U);
  EXPECT_EQ(config.servers[1].server_name, std::vector<std::string>{"two"});
  EXPECT_EQ(config.servers[1].place, (Place{1, 1, 2}));
  ASSERT_EQ(config.upstreams.size(), 2U);
  EXPECT_EQ(config.upstreams[0].name, "b");
  EXPECT_EQ(config.included,
            (std::vector<std::string>{"conf/d/1.toml", "conf/d/2.toml", "conf/one.toml"}));
  EXPECT_EQ(place_text(config, config.upstreams[1].place), "conf/one.toml:2:11");
  EXPECT_EQ(place_text(config, config.servers[0].place), "conf/a.toml:3:1");
}

// The text of a server with what is to stand in it and in its route.
std::string server_with(const std::string& own, const std::string& routes) {
  return "[[server]]\n" + own + "\n[[server.route]]\nlocation = '/'\n" + routes + "\n";
}

TEST(Include, AddsToServersAndRoutes) {
  const Reading reading =
      read(server_with("include = 's/*'\nadd_header = ['X-Own 1']\nclient_max_body_size = '5m'",
                       "include = 'route.toml'\nreturn = '200'"),
           {{"conf/s/1.toml", "add_header = ['X-One 1']\nproxy_read_timeout = '7s'\n"},
            {"conf/s/2.toml",
             "add_header = 'X-Two 1'\n[[route]]\nlocation = '/two'\n"
             "include = 'nested.toml'\n"},
            {"conf/nested.toml", "return = '204'\n"},
            {"conf/route.toml", "proxy_send_timeout = '9s'\n"}});
  for (const Diagnostic& found : reading.diagnostics)
    ADD_FAILURE() << render(found);
  ASSERT_TRUE(reading.config);
  const Server& server = reading.config->servers.at(0);
  EXPECT_EQ(server.settings.client_max_body_size, 5U << 20U);
  EXPECT_EQ(server.settings.proxy_read_timeout, 7s);
  EXPECT_EQ(server.settings.answers.add_header.size(), 3U);
  ASSERT_EQ(server.routes.size(), 2U);
  EXPECT_EQ(server.routes[0].settings.proxy_send_timeout, 9s);
  EXPECT_EQ(server.routes[0].settings.proxy_read_timeout, 7s);
  EXPECT_EQ(server.routes[1].location, "/two");
  EXPECT_EQ(server.routes[1].return_->status, 204);
}

TEST(Include, AddsFormatsAndZonesToThoseThatAreThere) {
  const Reading reading = read(
      "include = 'b.toml'\nlimit_req_zone = '$remote_addr zone=a:1m rate=1r/s'\n"
      "[log_format]\none = '$uri'\n" +
          server_with("access_log = ['a.log one', 'b.log two']", "return = '200'"),
      {{"conf/b.toml",
        "limit_req_zone = ['$remote_addr zone=b:1m rate=2r/s']\n"
        "[log_format]\ntwo = '$args'\n"}});
  for (const Diagnostic& found : reading.diagnostics)
    ADD_FAILURE() << render(found);
  ASSERT_TRUE(reading.config);
  EXPECT_EQ(reading.config->log_formats.size(), 2U);
  EXPECT_EQ(reading.config->limit_req_zones.size(), 2U);
  EXPECT_EQ(findings("include = 'b.toml'\n[log_format]\none = '$uri'\n" + std::string(server),
                     {{"conf/b.toml", "[log_format]\none = '$args'\n"}}),
            Findings{"conf/b.toml:2:1: error: \"log_format.one\" stands already at line 3"});
}

TEST(Include, TellsOfMistakesWithinServers) {
  EXPECT_EQ(
      findings(server_with("include = 's.toml'\nclient_max_body_size = '5m'", "return = '200'"),
               {{"conf/s.toml", "client_max_body_size = '6m'\n"}}),
      Findings{"conf/s.toml:1:1: error: \"client_max_body_size\" stands already at line 3"});
  EXPECT_EQ(findings(server_with("include = 's.toml'", "return = '200'"),
                     {{"conf/s.toml", "include = 's.toml'\n"}}),
            Findings{"conf/s.toml:1:11: error: include: \"conf/s.toml\" includes itself"});
  EXPECT_EQ(findings("include = 'b.toml'\n" + std::string(server),
                     {{"conf/b.toml", "[[route]]\nlocation = '/'\n"}})
                .front()
                .substr(0, 43),
            "conf/b.toml:1:3: error: unknown key \"route\"");
}

TEST(Include, HasAllOfItUseTheNamesOfAll) {
  const Reading reading =
      read("include = 'b.toml'\nadd_header = ['X $own']\n" + std::string(server),
           {{"conf/b.toml", "[[server]]\nset = { '$own' = 'x' }\nreturn = '200 $own'\n"}});
  EXPECT_TRUE(reading.config);
}

TEST(Include, KeysLieBesideTheFileThatNamesThem) {
  const std::string key = "[key.%]\nprivate_key = 'keys/private_key.pem'\n";
  const auto named = [&key](const std::string& id) { return std::string(key).replace(5, 1, id); };
  const Reading reading = read("include = 'sites/x.toml'\n" + std::string(server) + named("K1"),
                               {{"conf/sites/x.toml", named("K2")}});
  ASSERT_TRUE(reading.config);
  ASSERT_EQ(reading.config->keys.size(), 2U);
  EXPECT_EQ(reading.config->keys[0].private_key, "conf/keys/private_key.pem");
  EXPECT_EQ(reading.config->keys[1].private_key, "conf/sites/keys/private_key.pem");
}

TEST(Include, FollowsFilesWithinFiles) {
  const Reading reading = read("include = 'b.toml'\n", {{"conf/b.toml", "include = 'd/*'\n"},
                                                        {"conf/d/1.toml", std::string(server)}});
  ASSERT_TRUE(reading.config);
  EXPECT_EQ(reading.config->servers.size(), 1U);
}

TEST(Include, TellsOfTheFileThatIsAtFault) {
  EXPECT_EQ(findings("include = 'b.toml'\n" + std::string(server),
                     {{"conf/b.toml", "\n[upstream.b]\nserver = '127.0.0.1:1'\nkeepalife = 1\n"}})
                .front()
                .substr(0, 62),
            "conf/b.toml:4:1: error: unknown key \"keepalife\" in [upstream.b");
  EXPECT_EQ(findings("include = 'b.toml'\n" + std::string(server), {{"conf/b.toml", "x = \n"}})
                .front()
                .substr(0, 14),
            "conf/b.toml:1:");
  const Reading reading = read("include = 'b.toml'\n" + std::string(server),
                               {{"conf/b.toml", "worker_connections = 'x'\n"}});
  ASSERT_EQ(reading.diagnostics.size(), 1U);
  EXPECT_EQ(reading.diagnostics[0].source_line, "worker_connections = 'x'");
}

TEST(Include, RefusesWhatStandsTwice) {
  EXPECT_EQ(findings("include = ['b.toml', 'c.toml']\nworker_connections = 7\n[upstream.a]\n"
                     "server = '127.0.0.1:1'\n" +
                         std::string(server),
                     {{"conf/b.toml", "worker_connections = 8\n[key.K]\nprivate_key = 'k'\n"},
                      {"conf/c.toml", "[upstream.a]\nserver = '127.0.0.1:2'\n[key.K]\n"}}),
            (Findings{"conf/b.toml:1:1: error: \"worker_connections\" stands already at line 2",
                      "conf/c.toml:1:11: error: \"upstream.a\" stands already at line 3",
                      "conf/c.toml:3:6: error: \"key.K\" stands already at line 2 of "
                      "\"conf/b.toml\""}));
}

TEST(Include, RefusesFilesThatAreNotThere) {
  EXPECT_EQ(
      findings("include = ['none.toml', 'none/*']\n" + std::string(server), {}),
      Findings{"conf/a.toml:1:12: error: include: \"conf/none.toml\": No such file or directory"});
}

TEST(Include, RefusesCircles) {
  EXPECT_EQ(findings("include = './a.toml'\n" + std::string(server), {}),
            Findings{"conf/a.toml:1:11: error: include: \"conf/./a.toml\" includes itself"});
  EXPECT_EQ(findings("include = 'b.toml'\n" + std::string(server),
                     {{"conf/b.toml", "include = 'c.toml'\n"},
                      {"conf/c.toml", "\ninclude = ['b.toml']\n"}}),
            Findings{"conf/c.toml:2:12: error: include: \"conf/b.toml\" includes itself"});
}

TEST(Include, HasABoundOfDepth) {
  const auto chain = [](std::size_t depth) {
    Files files;
    for (std::size_t i = 1; i < depth; ++i)
      files["conf/" + std::to_string(i)] = "include = '" + std::to_string(i + 1) + "'\n";
    files["conf/" + std::to_string(depth)] = "";
    return files;
  };
  const std::string text = "include = '1'\n" + std::string(server);
  EXPECT_EQ(findings(text, chain(limits::include_depth)), Findings{});
  EXPECT_EQ(findings(text, chain(limits::include_depth + 1)),
            Findings{"conf/10:1:11: error: include: \"conf/11\" is one file too many within each "
                     "other: at most 10 are"});
}

TEST(Include, HasABoundOfNumber) {
  Files files;
  for (std::size_t i = 0; i < limits::included_files; ++i)
    files["conf/d/" + std::to_string(i)] = "";
  const std::string text = "include = 'd/*'\n" + std::string(server);
  EXPECT_EQ(findings(text, files), Findings{});
  files["conf/d/x"] = "";
  EXPECT_EQ(findings(text, files),
            Findings{"conf/a.toml:1:11: error: include: \"conf/d/x\" is one file too many: at most "
                     "1000 are"});
}

TEST(Include, MustNameFiles) {
  EXPECT_EQ(
      findings("include = 7\n" + std::string(server), {}),
      Findings{"conf/a.toml:1:11: error: include must be a string or a list of strings, not an "
               "integer"});
  EXPECT_EQ(
      findings("include = ['']\n" + std::string(server), {}),
      Findings{"conf/a.toml:1:12: error: include is empty: write a file, or a pattern such as "
               "\"conf.d/*.toml\""});
  EXPECT_EQ(
      findings("include = 'b.toml'\n" + std::string(server),
               {{"conf/b.toml", "include = [['x']]\n"}}),
      Findings{"conf/b.toml:1:12: error: include must be a string or a list of strings, not a "
               "list"});
}

TEST(Include, DoesNotMixTablesWithWhatIsNone) {
  EXPECT_EQ(
      findings("include = 'b.toml'\n" + std::string(server), {{"conf/b.toml", "server = 1\n"}}),
      Findings{"conf/b.toml:1:1: error: \"server\" stands already at line 2"});
}

}  // namespace
}  // namespace signgate::config
