// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/config.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "gateway/config/document.hpp"
#include "gateway/config/known_variables.hpp"
#include "gateway/config/reader.hpp"
#include "tests/unit/gateway/config/readings.hpp"

namespace signgate::config {
namespace {

std::string conf_file(const std::string& name) {
  std::ifstream in(SIGNGATE_SOURCE_DIR "/conf/" + name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// with_optional_keys takes the `#` off the keys that have no default.
std::string with_optional_keys(const std::string& text) {
  std::string all;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    const bool is_key = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    all += (is_key ? line.substr(1) : line) + '\n';
  }
  return all;
}

void collect(const Value& value, const std::string& kind,
             std::map<std::string, std::set<std::string>>& keys) {
  const auto* table = std::get_if<Table>(&value.content);
  const auto* array = std::get_if<Array>(&value.content);
  if (array != nullptr) {
    for (const Value& element : *array)
      collect(element, kind, keys);
  }
  if (table == nullptr) return;
  for (const Entry& entry : *table) {
    keys[kind].insert(entry.key);
    if (entry.key == "proxy_set_header" || entry.key == "set" ||
        entry.key.ends_with("conf_command"))
      continue;
    const bool is_named =
        kind.empty() && (entry.key == "upstream" || entry.key == "key" || entry.key == "media");
    const std::string child = kind.empty() ? entry.key : kind + '.' + entry.key;
    if (!is_named) {
      collect(entry.value, child, keys);
    } else {
      for (const Entry& named : std::get<Table>(entry.value.content))
        collect(named.value, child, keys);
    }
  }
}

std::map<std::string, std::set<std::string>> keys_of(const std::string& text) {
  Diagnostics diagnostics{"reference", text};
  const auto root = parse_toml(diagnostics);
  EXPECT_TRUE(root);
  std::map<std::string, std::set<std::string>> keys;
  if (root) collect(*root, "", keys);
  return keys;
}

TEST(Reference, HasEveryKeyAndNoOther) {
  auto expected = std::map<std::string, std::set<std::string>>{};
  for (const auto& [kind, names] : known_keys())
    expected[kind] = {names.begin(), names.end()};
  ASSERT_EQ(expected.size(), 8U);
  // What a server or route inherits stands once, above; `sign` again where it is usually written.
  for (const char* kind : {"server", "server.route"}) {
    std::erase_if(expected[kind],
                  [&](const std::string& name) { return expected[""].contains(name); });
  }
  expected["server.route"].insert("sign");
  EXPECT_EQ(keys_of(with_optional_keys(conf_file("signgate.reference.toml"))), expected);
}

TEST(Reference, EqualsTheDefaults) {
  const Reading reading = read_toml(conf_file("signgate.reference.toml"), "f", "");
  for (const Diagnostic& found : reading.diagnostics)
    ADD_FAILURE() << render(found);
  ASSERT_TRUE(reading.config);
  Config config = *reading.config;
  ASSERT_EQ(config.servers.size(), 1U);
  ASSERT_EQ(config.servers[0].routes.size(), 3U);
  for (Settings* settings :
       {&config.settings, &config.servers[0].settings, &config.servers[0].routes[0].settings})
    settings->proxy_ssl.places.clear();
  config.servers[0].tls.places.clear();
  ASSERT_EQ(config.upstreams.size(), 1U);
  ASSERT_EQ(config.keys.size(), 1U);
  ASSERT_EQ(config.media.size(), 1U);

  Route route = config.servers[0].routes[0];
  ASSERT_TRUE(route.proxy_pass);
  EXPECT_EQ(route.settings.sign, std::vector<std::string>{"photos"});
  route.proxy_pass.reset();
  route.settings.sign.clear();
  route.place = {};
  EXPECT_EQ(route, Route{});
  EXPECT_EQ(config.servers[0].routes[1].return_->status, 410);
  EXPECT_EQ(config.servers[0].routes[2].media_redirect->media, "photos");

  Server server = config.servers[0];
  server.routes.clear();
  server.place = {};
  EXPECT_EQ(server, Server{});

  Upstream upstream = config.upstreams[0];
  ASSERT_EQ(upstream.peers.size(), 1U);
  Peer peer = upstream.peers[0];
  peer.address.clear();
  peer.place = {};
  EXPECT_EQ(peer, Peer{});
  upstream.name.clear();
  upstream.peers.clear();
  upstream.place = {};
  EXPECT_EQ(upstream, Upstream{});

  Key key = config.keys[0];
  key.key_pair_id.clear();
  key.private_key.clear();
  key.place = {};
  EXPECT_EQ(key, Key{});

  Media media = config.media[0];
  media.name.clear();
  media.target.clear();
  media.key.clear();
  media.place = media.cookies.place = {};
  EXPECT_EQ(media, Media{});

  config.file.clear();
  config.servers.clear();
  config.upstreams.clear();
  config.keys.clear();
  config.media.clear();
  EXPECT_EQ(config, Config{});
}

TEST(Reference, StatesThePeersDefaults) {
  const Config config = read(
      "[[server]]\n[[server.route]]\nlocation='/'\nreturn='200'\n[upstream.a]\n"
      "server=['h', 'h weight=1 max_fails=1 fail_timeout=10s max_conns=0 slow_start=0']\n");
  Peer bare = config.upstreams[0].peers[0];
  Peer spelled = config.upstreams[0].peers[1];
  bare.place = spelled.place = {};
  EXPECT_EQ(bare, spelled);
  EXPECT_NE(conf_file("signgate.reference.toml")
                .find("weight=1 max_fails=1 fail_timeout=10s max_conns=0 slow_start=0"),
            std::string::npos);
}

TEST(Reference, IsLegalWithEveryOptionalKey) {
  const Config config = read(with_optional_keys(conf_file("signgate.reference.toml")));
  ASSERT_EQ(config.keys.size(), 1U);
  EXPECT_TRUE(config.keys[0].hash && config.keys[0].not_before && config.keys[0].not_after);
  ASSERT_EQ(config.media.size(), 1U);
  EXPECT_FALSE(config.media[0].cookies.domain.empty() || config.media[0].cookies.path.empty());
}

TEST(Connections, MayBeHeardOutWhenTheyEnd) {
  const Settings read_settings = read(
                                     "lingering_close = 'always'\nlingering_time = '1m'\n"
                                     "lingering_timeout = '2s'\n" +
                                     std::string{tail})
                                     .servers[0]
                                     .routes[0]
                                     .settings;
  EXPECT_EQ(read_settings.lingering_close, LingeringClose::always);
  EXPECT_EQ(read_settings.lingering_time, 1min);
  EXPECT_EQ(read_settings.lingering_timeout, 2s);
  EXPECT_EQ(findings("lingering_close = true\nlingering_time = 'x'\nlingering_timeout = 0\n" +
                     std::string{tail})
                .size(),
            3U);
}

TEST(DefaultType, IsAMediaTypeOrNone) {
  const auto of = [](const std::string& value) {
    return read("default_type = '" + value + "'\n" + std::string{tail}).settings.default_type;
  };
  EXPECT_EQ(of("application/json; charset=utf-8"), "application/json; charset=utf-8");
  EXPECT_EQ(of(""), "");
  EXPECT_EQ(findings("default_type = 'json'\n" + std::string{tail}),
            Findings{"1:16: error: default_type has \"json\": legal is a media type such as "
                     "\"application/json\", or \"\" for none"});
  EXPECT_EQ(findings("default_type = \"a/b\\r\"\n" + std::string{tail}).size(), 1U);
}

TEST(MergeSlashes, IsAServersAndInherited) {
  const Config config =
      read("merge_slashes = 'off'\n" + std::string{tail} +
           "[[server]]\nmerge_slashes = 'on'\nserver_name = 'b'\nreturn = '404'\n");
  EXPECT_FALSE(config.servers.at(0).merge_slashes);
  EXPECT_TRUE(config.servers.at(1).merge_slashes);
  EXPECT_EQ(in_route("location = '/'\nreturn = '200'\nmerge_slashes = 'off'\n").size(), 1U);
}

TEST(ShortConfiguration, HasNoFindings) {
  EXPECT_EQ(findings(conf_file("signgate.toml")), Findings{});
}

TEST(Guide, NamesEveryKey) {
  const std::string guide = conf_file("doc/configuration.md");
  for (const auto& [kind, names] : known_keys()) {
    for (const std::string& name : names) {
      EXPECT_NE(guide.find('`' + name + '`'), std::string::npos) << kind << '.' << name;
    }
  }
}

TEST(Guide, NamesEveryVariable) {
  const std::string guide = conf_file("doc/configuration.md");
  for (const std::string_view name : known_variables) {
    EXPECT_NE(guide.find("`$" + std::string{name} + '`'), std::string::npos) << name;
  }
  for (const std::string_view prefix : known_variable_prefixes) {
    EXPECT_NE(guide.find("`$" + std::string{prefix} + "NAME`"), std::string::npos) << prefix;
  }
}

TEST(Set, KeepsItsLinesInOrder) {
  const Config config = read(
      "[[server]]\nset = { '$b' = '$host', '$a' = '<$b>' }\n[[server.route]]\nlocation = '/'\n"
      "return = '200 $a$c'\n[server.route.set]\n'$c' = '$a$later'\n"
      "[[server.route]]\nlocation = '/x'\nset = { '$later' = '' }\nreturn = '200'\n");
  EXPECT_EQ(config.servers[0].set, (SetVariables{{"b", "$host"}, {"a", "<$b>"}}));
  EXPECT_EQ(config.servers[0].routes[0].set, (SetVariables{{"c", "$a$later"}}));
}

TEST(Set, RefusesWhatNginxRefuses) {
  const Findings found = in_route(
      "location = '/'\nreturn = '200'\nset = { '$host' = 'x', 'b' = 'x', '$1' = 'x', "
      "'$c' = '$nonesuch' }\n");
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0], "5:9: error: set: \"$host\" has a value already: choose another name");
  EXPECT_EQ(found[1], "5:24: error: set: \"b\" is no variable: write \"$name\"");
  EXPECT_EQ(found[2], "5:35: error: set: \"$1\" is no variable: write \"$name\"");
  EXPECT_TRUE(
      found[3].starts_with("5:55: error: set has the unknown variable \"$nonesuch\"; legal"));
  EXPECT_EQ(in_route("location = '/'\nreturn = '200'\nset = '$a x'\n").size(), 1U);
}

TEST(KeepaliveDisable, NamesBrowsers) {
  const auto read_it = [](const std::string& text) {
    return read("keepalive_disable = '" + text + "'\n" + std::string(tail))
        .settings.keepalive_disable;
  };
  EXPECT_EQ(read_it("none"), (KeepaliveDisable{.msie6 = false, .safari = false}));
  EXPECT_EQ(read_it("msie6"), KeepaliveDisable{});
  EXPECT_EQ(read_it("safari msie6"), (KeepaliveDisable{.msie6 = true, .safari = true}));
  for (const char* text : {"", "none msie6", "msie7"})
    EXPECT_EQ(
        findings("keepalive_disable = '" + std::string(text) + "'\n" + std::string(tail)).size(),
        1U);
}

}  // namespace
}  // namespace signgate::config
