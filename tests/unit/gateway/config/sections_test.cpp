// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/sections.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/config/readings.hpp"

namespace signgate::config {
namespace {

/// with puts lines at the top level, in front of a whole configuration.
Findings top(const std::string& lines) {
  return findings(lines + std::string{tail});
}

/// in_key puts lines into the table of a key. The line numbers begin at 1.
Findings in_key(const std::string& lines) {
  return findings("[key.K1]\n" + lines +
                  "[[server]]\n[[server.route]]\nlocation = '/'\nreturn = '200'\n");
}
TEST(Settings, ReadsEveryKey) {
  const Config config = read(
      "client_body_timeout = '1s'\nsend_timeout = '2s'\nkeepalive_timeout = 0\nkeepalive_requests "
      "= 5\n"
      "client_max_body_size = '6m'\nserver_tokens = 'off'\nproxy_connect_timeout = "
      "'7s'\nproxy_send_timeout = '8s'\n"
      "proxy_read_timeout = '9s'\nproxy_set_header = { X-Real-IP = '$remote_addr', Accept = '' }\n"
      "access_log = ['a.log json', 'stdout']\nsign = ['photos']\n" +
      std::string{tail});
  Settings expected;
  expected.client_body_timeout = 1s;
  expected.send_timeout = 2s;
  expected.keepalive_timeout = 0s;
  expected.keepalive_requests = 5;
  expected.client_max_body_size = 6291456;
  expected.server_tokens = false;
  expected.proxy_connect_timeout = 7s;
  expected.proxy_send_timeout = 8s;
  expected.proxy_read_timeout = 9s;
  expected.proxy_set_header = {{"X-Real-IP", "$remote_addr"}, {"Accept", ""}};
  expected.access_log = {{"a.log", "json"}, {"stdout", "combined"}};
  expected.sign = {"photos"};
  EXPECT_EQ(config.settings, expected);
  EXPECT_EQ(config.servers[0].routes[0].settings, expected);
}

TEST(Settings, ReadsBothValuesOfKeepaliveTimeout) {
  const auto of = [](const std::string& lines) {
    return read(lines + std::string{tail}).servers[0].settings;
  };
  const Settings two = of("keepalive_timeout = '75s 60s'\nkeepalive_time = '2h'\n");
  EXPECT_EQ(two.keepalive_timeout, 75s);
  EXPECT_EQ(two.keepalive_header, 60U);
  EXPECT_EQ(two.keepalive_time, 2h);
  EXPECT_EQ(of("keepalive_timeout = '10 20'\n").keepalive_header, 20U);
  const Settings one = of("keepalive_timeout = '1m 30s'\n");
  EXPECT_EQ(one.keepalive_timeout, 90s);
  EXPECT_EQ(one.keepalive_header, 0U);
  for (const char* text : {"75s 0", "75s x", "x 60s", "1s 2s 3s"}) {
    EXPECT_EQ(top("keepalive_timeout = '" + std::string(text) + "'\n"),
              Findings{"1:22: error: keepalive_timeout \"" + std::string(text) +
                       "\" is neither a span such as \"75s\" nor two, \"75s 60s\", the second of "
                       "which is told in Keep-Alive"});
  }
}

TEST(Settings, RefusesLogsThatAreNone) {
  EXPECT_EQ(top("access_log = []\n"),
            Findings{"1:14: error: access_log must name a log, or be \"off\""});
  EXPECT_EQ(top("access_log = ['a.log', 'off']\n"),
            Findings{"1:25: error: access_log \"off\" is not a log: write \"PATH\", \"PATH "
                     "FORMAT\" or \"stderr json\", "
                     "and \"off\" alone"});
  EXPECT_EQ(top("access_log = 'a.log main'\n"),
            Findings{"1:21: error: access_log has the unknown format \"main\"; legal: "
                     "\"combined\", \"json\""});
  EXPECT_EQ(top("access_log = 'syslog:a'\n"),
            Findings{"1:15: error: access_log cannot go to syslog: legal is a path, \"stderr\" or "
                     "\"stdout\""});
  EXPECT_EQ(top("access_log = 'logs/$host.log'\n"), Findings{});
}

TEST(Settings, RefusesHeadersThatAreNone) {
  EXPECT_EQ(top("proxy_set_header = { 'X Y' = 'a', Host = 'b', HOST = 'c', A = \"x\\ny\", B = 'p "
                "$', C = 'q $hots' }\n"),
            (Findings{
                "1:22: error: proxy_set_header has \"X Y\", which is not a header's name",
                "1:47: error: proxy_set_header names \"HOST\" twice (case does not matter)",
                "1:65: error: proxy_set_header has a control character in the value of \"A\"",
                "1:78: error: proxy_set_header has a \"$\" without the name of a variable after it",
                "1:89: error: proxy_set_header has the unknown variable \"$hots\"; did you mean "
                "\"$host\"?",
            }));
}

TEST(Settings, RefusesRulesNamedTwice) {
  EXPECT_EQ(top("sign = ['photos', 'photos']\n"),
            Findings{"1:19: error: sign names \"photos\" twice"});
}

TEST(Settings, NeedsTimesAboveZeroWhereZeroMeansNothing) {
  EXPECT_EQ(
      top("proxy_read_timeout = 0\nkeepalive_requests = 0\n"),
      (Findings{"1:22: error: proxy_read_timeout must be at least 1ms",
                "2:22: error: keepalive_requests must be an integer from 1 to 4294967295, not 0"}));
}

TEST(Server, ReadsEveryKey) {
  const Config config = read(
      "[[server]]\nlisten = ['127.0.0.1:8080', 'unix:/run/s proxy_protocol']\nserver_name = ['a', "
      "'*.b']\nclient_header_timeout = '1s'\n"
      "client_header_buffer_size = '2k'\nlarge_client_header_buffers = '8 "
      "16k'\nignore_invalid_headers = false\n"
      "underscores_in_headers = true\n[[server.route]]\nlocation = '= /a'\nreturn = '301 "
      "https://b/'\n");
  Server expected;
  expected.listen = {{.address = "127.0.0.1:8080"},
                     {.address = "unix:/run/s", .proxy_protocol = true}};
  expected.server_name = {"a", "*.b"};
  expected.client_header_timeout = 1s;
  expected.client_header_buffer_size = 2048;
  expected.large_client_header_buffers_number = 8;
  expected.large_client_header_buffers_size = 16384;
  expected.ignore_invalid_headers = false;
  expected.underscores_in_headers = true;
  expected.place = {1, 1};
  Route route;
  route.location = "= /a";
  route.return_ = Return{301, "https://b/"};
  route.place = {10, 12};
  expected.routes = {route};
  EXPECT_EQ(config.servers.at(0), expected);
}

TEST(Server, RefusesIllegalValues) {
  EXPECT_EQ(
      in_server("listen = ['127.0.0.1:80', '80', '127.0.0.1']\nserver_name = ['a b']\n"
                "large_client_header_buffers = '4'\nclient_header_buffer_size = '2m'\n"),
      (Findings{
          "2:33: error: listen names \"127.0.0.1\" twice",
          "3:17: error: server_name \"a b\" is not a server's name: write \"www.example.com\", "
          "\"*.example.com\", \".example.com\", \"www.*\" or \"~regex\", without a port",
          "4:32: error: large_client_header_buffers \"4\" is not a number of buffers (1 to 1024) "
          "and a size (at "
          "most 1m): write \"4 8k\"",
          "5:29: error: client_header_buffer_size must be at most 1048576 bytes",
      }));
  EXPECT_EQ(
      in_server("listen = []\nserver_name = []\n"),
      (Findings{
          "2:10: error: listen must name an address",
          "3:15: error: server_name must hold a name; \"\" stands for requests without a host"}));
  for (const char* value : {"0 8k", "4 0", "4 2m", "4 8k 1", "x 8k", "4 x", "", " "}) {
    EXPECT_EQ(in_server("large_client_header_buffers = '" + std::string{value} + "'\n").size(), 1U)
        << value;
  }
}

TEST(Server, ListensAtEachPortOfARange) {
  const Config config = read(
      "[[server]]\nlisten = ['127.0.0.1:8000-8002 ssl', '[::1]:90-90']\n"
      "ssl_reject_handshake = 'on'\n[[server.route]]\nlocation = '/'\n"
      "return = '200'\n");
  const std::vector<Listen>& listen = config.servers.at(0).listen;
  ASSERT_EQ(listen.size(), 4U);
  EXPECT_EQ(listen[0].address, "127.0.0.1:8000");
  EXPECT_EQ(listen[2].address, "127.0.0.1:8002");
  EXPECT_TRUE(listen[2].ssl);
  EXPECT_EQ(listen[3].address, "[::1]:90");
  EXPECT_EQ(
      in_server("listen = ['8001', '8000-8002', '9-8']\n"),
      (Findings{"2:19: error: listen names \"8001\" twice",
                "2:35: error: listen has a last port that must be an integer from 9 to 65535, "
                "not \"8\""}));
}

TEST(Route, NeedsALocationAndATarget) {
  EXPECT_EQ(
      in_route(""),
      (Findings{
          "2:1: error: [[server.route]] needs location: which requests it takes, such as \"/\"",
          "2:1: error: [[server.route]] needs proxy_pass, return or media_redirect: where its "
          "requests go",
      }));
  EXPECT_EQ(
      in_route("location = '/'\nreturn = '200'\nproxy_pass = 'http://a'\n"),
      Findings{"4:10: warning: return answers all requests here, proxy_pass is never come to"});
}

TEST(Route, RefusesDuplicates) {
  const auto pair = [](const std::string& first, const std::string& second) {
    return in_route("location = '" + first + "'\nreturn = '200'\n[[server.route]]\nlocation = '" +
                    second + "'\nreturn = '200'\n");
  };
  EXPECT_EQ(pair("/a", "^~ /a"),
            Findings{"6:12: error: location \"^~ /a\" stands in this server already, at line 3"});
  EXPECT_EQ(pair("= /a", "=/a").size(), 1U);
  EXPECT_EQ(pair("~ a", "~ a"), Findings{"6:12: warning: location \"~ a\" stands in this server "
                                         "already, at line 3: nothing comes here"});
  EXPECT_EQ(pair("~ a", "~* a"), Findings{});
  EXPECT_EQ(pair("/a", "= /a"), Findings{});
  EXPECT_EQ(pair("/a", "/a/"), Findings{});
}

TEST(Route, TakesNoUriPartBehindARegex) {
  EXPECT_EQ(in_route("location = '~ a'\nproxy_pass = 'http://a/'\n"),
            Findings{"4:14: error: proxy_pass cannot have a URI part in a route whose location is "
                     "a regular expression or a name"});
  EXPECT_EQ(in_route("location = '~ a'\nproxy_pass = 'http://a'\n"), Findings{});
}

TEST(Route, RefusesIllegalTargets) {
  EXPECT_EQ(in_route("location = 'x'\nreturn = '200 $uir'\n"),
            (Findings{
                "3:13: error: location \"x\" is not a location: write \"/prefix\", \"= /path\", "
                "\"^~ /prefix\", \"~ "
                "regex\" or \"~* regex\"",
                "4:15: error: return has the unknown variable \"$uir\"; did you mean \"$uri\"?",
            }));
  EXPECT_EQ(in_route("location = '/'\nproxy_pass = 'website'\n"),
            Findings{"4:15: error: proxy_pass \"website\" is not a URL: write \"http://UPSTREAM\", "
                     "\"http://host:port/uri\", \"https://...\" or \"http://unix:PATH:/uri\""});
  EXPECT_EQ(
      in_route("location = '/'\nproxy_pass = 'ftp://$host'\n"),
      Findings{"4:15: error: proxy_pass must begin with \"http://\", \"https://\" or a variable"});
  EXPECT_EQ(in_route("location = '~ (.*)'\nproxy_pass = 'http://$host/$1'\n"), Findings{});
}

TEST(Key, ReadsEveryKey) {
  const Config config = read(
      "[key.K2]\nprivate_key = 'keys/a.pem'\nhash = 'sha256'\nnot_before = 2026-01-01\nnot_after = "
      "'2026-01-02'\n" +
      std::string{tail});
  Key expected;
  expected.key_pair_id = "K2";
  expected.private_key = "conf/keys/a.pem";
  expected.hash = HashName::sha256;
  expected.not_before = 1767225600;
  expected.not_after = 1767312000;
  expected.place = {2, 15};
  EXPECT_EQ(config.keys.at(0), expected);
}

TEST(Key, RefusesIllegalValues) {
  EXPECT_EQ(
      in_key("private_key = ''\nhash = 'md5'\nnot_before = 2026-01-02\nnot_after = 2026-01-02\n"),
      (Findings{
          "2:15: error: private_key must be the path of a PEM file",
          "3:8: error: hash cannot be \"md5\"; legal: \"sha1\", \"sha256\"",
          "5:13: error: not_after must be later than not_before",
      }));
  EXPECT_EQ(findings("[key.'K/1']\nprivate_key = 'a'\n" + std::string{tail}),
            Findings{"1:6: error: \"K/1\" is not a Key-Pair-Id: 1 to 128 letters and digits, such "
                     "as \"K2JCJMDEHXQW5F\""});
}

TEST(Key, ShowsNothingOfAKeyThatWasPasted) {
  const Reading reading =
      read_toml("[key.K1]\nprivate_key = \"-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkq\"\n" +
                    std::string{"[[server]]\n[[server.route]]\nlocation = '/'\nreturn = '200'\n"},
                "a", "");
  ASSERT_EQ(reading.diagnostics.size(), 1U);
  EXPECT_EQ(render(reading.diagnostics[0]),
            "a:2:15: error: private_key must be the path of a PEM file, not the key itself\n"
            "private_key = \" (not shown)\n"
            "              ^");
}

TEST(Media, ReadsEveryKey) {
  const Config config = read(
      "[media.photos]\nlinks = ['https://m.example.com:8443/p/', '/p/']\ntarget = "
      "'https://d1.example.net/q/'\n"
      "key = ['K1', 'K2']\npolicy = 'custom'\nttl = '2h'\nwindow = 0\nip = 'client'\ngrant = "
      "'header'\ngrant_header = 'X-Allow'\n"
      "[key.K1]\nprivate_key = 'a'\n[key.K2]\nprivate_key = 'b'\n"
      "[[server]]\nsign = 'photos'\n[[server.route]]\nlocation = '/'\nreturn = '200'\n");
  Media expected;
  expected.name = "photos";
  expected.links = {"https://m.example.com:8443/p/", "/p/"};
  expected.target = "https://d1.example.net/q/";
  expected.key = {"K1", "K2"};
  expected.policy = PolicyKind::custom;
  expected.ttl = 2h;
  expected.window = 0s;
  expected.ip = IpBinding::client;
  expected.grant = Grant::header;
  expected.grant_header = "X-Allow";
  expected.place = {1, 8};
  EXPECT_EQ(config.media.at(0), expected);
}

TEST(Media, NeedsTargetAndKey) {
  EXPECT_EQ(
      in_media(""),
      (Findings{
          "1:1: error: [media.photos] needs target: the URL at the edge that takes the place of "
          "the prefixes",
          "1:1: error: [media.photos] needs key: the Key-Pair-Ids that may sign, each a [key.ID]",
      }));
  EXPECT_EQ(in_media("target = 'https://d/'\nkey = []\n"),
            Findings{"3:7: error: key must name at least one Key-Pair-Id"});
  EXPECT_EQ(in_media("target = 'https://d/'\nkey = ['K1', 'K1']\n"),
            Findings{"3:14: error: key names \"K1\" twice"});
}

TEST(Media, RefusesLinksThatCannotMatch) {
  EXPECT_EQ(
      in_media("target = 'https://d'\nkey = 'K1'\nlinks = ['p/', '//m/p/', 'ftp://m/p/', '/p/?q', "
               "'/a/../b/', '/a "
               "b/', 'https://u@m/p/', '/é/']\n"),
      (Findings{
          "2:11: error: target needs a path: write \"https://d/\"",
          "4:11: error: links \"p/\" is not a URL that begins with http:// or https://: write "
          "\"https://host/path/\" or \"/path/\"",
          "4:17: error: links \"//m/p/\" is not a URL that begins with http:// or https://: write "
          "\"https://host/path/\" or \"/path/\"",
          "4:27: error: links \"ftp://m/p/\" is not a URL that begins with http:// or https://: "
          "write "
          "\"https://host/path/\" or \"/path/\"",
          "4:44: error: links must have no query and no fragment",
          "4:50: error: links must have no \".\" or \"..\" in its path",
          "4:64: error: links has a character that must be percent-encoded in a URL",
          "4:79: error: links has no legal host: write \"https://host/path/\" or \"/path/\"",
          "4:90: error: links has a character that must be percent-encoded in a URL",
      }));
}

TEST(Media, WarnsOfPrefixesThatEndWithinAName) {
  EXPECT_EQ(in_media("target = 'https://d/p'\nkey = 'K1'\nlinks = '/private'\n"),
            (Findings{
                "2:10: warning: target \"https://d/p\" does not end with \"/\": it also takes "
                "paths whose last name "
                "merely begins so",
                "4:9: warning: links \"/private\" does not end with \"/\": it also takes paths "
                "whose last name merely "
                "begins so",
            }));
}

TEST(Media, BindsAddressesInCustomPoliciesAlone) {
  const std::string rule = "target = 'https://d/'\nkey = 'K1'\n";
  EXPECT_EQ(
      in_media(rule + "ip = 'client'\n"),
      Findings{"4:6: error: ip = \"client\" needs policy = \"custom\" or \"prefix\": a canned "
               "policy cannot hold an address"});
  EXPECT_EQ(in_media(rule + "policy = 'custom'\nip = 'client'\n"), Findings{});
  EXPECT_EQ(in_media(rule + "policy = 'prefix'\nip = 'client'\n"), Findings{});
  EXPECT_EQ(in_media(rule + "policy = 'wild'\nip = 'server'\n"),
            (Findings{"4:10: error: policy cannot be \"wild\"; legal: \"canned\", \"custom\", "
                      "\"prefix\"",
                      "5:6: error: ip cannot be \"server\"; legal: \"off\", \"client\""}));
}

TEST(Media, HasAScopeInPrefixPoliciesAlone) {
  const std::string rule = "target = 'https://d/'\nkey = 'K1'\n";
  EXPECT_EQ(in_media(rule + "policy = 'prefix'\nscope = 2\n"), Findings{});
  EXPECT_EQ(in_media(rule + "scope = 0\n"), Findings{});
  EXPECT_EQ(in_media(rule + "scope = 1\n"),
            Findings{"4:9: error: scope is for policy = \"prefix\""});
  EXPECT_EQ(in_media(rule + "policy = 'prefix'\nscope = 65\n"),
            Findings{"5:9: error: scope must be an integer from 0 to 64, not 65"});
  EXPECT_EQ(in_media("target = 'https://d/*/'\nkey = 'K1'\npolicy = 'prefix'\n"),
            Findings{"2:10: error: target \"https://d/*/\": with policy = \"prefix\" it has no "
                     "\"*\", which the policy would take for a wildcard; write %2A"});
}

TEST(Media, SignsForWholeSeconds) {
  EXPECT_EQ(
      in_media("target = 'https://d/'\nkey = 'K1'\nttl = '1500ms'\nwindow = '500ms'\n"),
      (Findings{"4:7: error: ttl must be whole seconds, as the expiry of a signed link is",
                "5:10: error: window must be whole seconds, as the expiry of a signed link is"}));
  EXPECT_EQ(in_media("target = 'https://d/'\nkey = 'K1'\nttl = 0\n"),
            Findings{"4:7: error: ttl must be at least 1000ms"});
}

TEST(Captures, AreKnownWhereverTheyAreUsed) {
  const std::string text =
      "add_header = 'X-User $user'\n"
      "[[server]]\n"
      "server_name = ['a.test', '~^(?<sub>.+)\\.b$']\n"
      "[[server.route]]\n"
      "location = '~ ^/u/(?<user>[^/]+)'\n"
      "proxy_set_header = { X-Sub = '$sub', X-One = '$1' }\n"
      "return = '200 $user'\n";
  EXPECT_EQ(findings(text), Findings{});
  EXPECT_EQ(findings(text + "[[server.route]]\nlocation = '/'\nreturn = '200 $usr'\n"),
            Findings{"10:15: error: return has the unknown variable \"$usr\"; did you mean "
                     "\"$user\"?"});
  EXPECT_EQ(findings("[[server]]\nserver_name = '~(?<uri>.*)'\n[[server.route]]\nlocation = "
                     "'/'\nreturn = '200'\n"),
            Findings{"2:20: error: server_name names a capture \"uri\", but $uri has a value "
                     "already: choose another name"});
}

}  // namespace
}  // namespace signgate::config
