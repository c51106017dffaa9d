// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/reader.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/unit/gateway/config/readings.hpp"

namespace signgate::config {
namespace {

TEST(ReadToml, ReadsTheMainJob) {
  const Config config = read(
      "worker_processes = 4\nworker_connections = 99\nworker_rlimit_nofile = "
      "4096\nworker_shutdown_timeout = '30s'\nerror_log = "
      "'logs/e.log warn'\n" +
      std::string{tail});
  EXPECT_EQ(config.file, "a.toml");
  EXPECT_EQ(config.folder, "conf");
  EXPECT_EQ(config.worker_processes, 4U);
  EXPECT_EQ(config.worker_connections, 99U);
  EXPECT_EQ(config.worker_rlimit_nofile, 4096U);
  EXPECT_EQ(config.worker_shutdown_timeout, 30s);
  EXPECT_EQ(config.error_log, (std::vector<ErrorLog>{{"logs/e.log", "warn"}}));
  ASSERT_EQ(config.servers.size(), 1U);
  EXPECT_EQ(config.servers[0].listen, std::vector<Listen>{Listen{.address = "80"}});
  EXPECT_EQ(config.servers[0].place, (Place{6, 1}));
  ASSERT_EQ(config.servers[0].routes.size(), 1U);
  const Route& route = config.servers[0].routes[0];
  EXPECT_EQ(route.location, "/");
  EXPECT_EQ(route.place, (Place{8, 12}));
  ASSERT_TRUE(route.proxy_pass);
  EXPECT_EQ(*route.proxy_pass, (ProxyPass{"http", "website", std::nullopt, Place{9, 14}}));
  EXPECT_FALSE(route.return_);
  EXPECT_EQ(route.settings.sign, std::vector<std::string>{"photos"});
  ASSERT_EQ(config.upstreams.size(), 1U);
  EXPECT_EQ(config.upstreams[0].name, "website");
  ASSERT_EQ(config.keys.size(), 1U);
  EXPECT_EQ(config.keys[0].key_pair_id, "K1");
  EXPECT_EQ(config.keys[0].private_key, "conf/k.pem");
  EXPECT_EQ(config.keys[0].place, (Place{14, 15}));
  ASSERT_EQ(config.media.size(), 1U);
  EXPECT_EQ(config.media[0].target, "https://d1.example.net/p/");
  EXPECT_EQ(config.media[0].key, std::vector<std::string>{"K1"});
}

TEST(ReadToml, TakesAutoAndTheErrorLogsDefaultLevel) {
  const Config config =
      read("worker_processes = 'auto'\nerror_log = 'e.log'\n" + std::string{tail});
  EXPECT_EQ(config.worker_processes, std::nullopt);
  EXPECT_EQ(config.error_log, (std::vector<ErrorLog>{{"e.log", "error"}}));
}

TEST(ReadToml, TakesSeveralErrorLogsAndThoseOfServers) {
  const Config config =
      read("error_log = ['e.log', 'stderr crit']\n" + std::string{tail} +
           "[[server]]\nserver_name = 'b'\nreturn = '404'\nerror_log = 'b.log info'\n");
  EXPECT_EQ(config.error_log, (std::vector<ErrorLog>{{"e.log", "error"}, {"stderr", "crit"}}));
  EXPECT_TRUE(config.servers.at(0).error_log.empty());
  EXPECT_EQ(config.servers.at(1).error_log, (std::vector<ErrorLog>{{"b.log", "info"}}));
  EXPECT_EQ(in_server("error_log = ['a', 'b loud', '']\n").size(), 2U);
  EXPECT_EQ(in_server("error_log = []\n"),
            Findings{"2:13: error: error_log must name a log, such as \"stderr notice\""});
  EXPECT_EQ(in_route("location = '/'\nreturn = '200'\nerror_log = 'a'\n").size(), 1U);
}

TEST(ReadToml, ReportsTheTopLevel) {
  EXPECT_EQ(
      findings(
          "worker_processes = 'many'\nworker_connections = 0\nworker_shutdown_timeout = 'soon'\n"
          "error_log = 'e.log wran'\n" +
          std::string{tail}),
      (Findings{
          "1:20: error: worker_processes must be \"auto\" or an integer, not \"many\"",
          "2:22: error: worker_connections must be an integer from 1 to 1000000, not 0",
          "3:28: error: worker_shutdown_timeout \"soon\" is not a time: write numbers with the "
          "units y, M, w, d, "
          "h, m, s, ms, the larger first, such as \"30s\" or \"1h 30m\"",
          "4:20: error: error_log has the unknown level \"wran\"; did you mean \"warn\"?; legal: "
          "\"debug\", "
          "\"info\", \"notice\", \"warn\", \"error\", \"crit\", \"alert\", \"emerg\"",
      }));
  EXPECT_EQ(
      findings("worker_processes = 0\nerror_log = ''\n" + std::string{tail}),
      (Findings{"1:20: error: worker_processes must be an integer from 1 to 1024, not 0",
                "2:14: error: error_log must be \"PATH\", \"PATH LEVEL\" or \"stderr LEVEL\""}));
  EXPECT_EQ(findings("error_log = 'syslog:server=a'\n" + std::string{tail}),
            Findings{"1:14: error: error_log cannot go to syslog: legal is a path or \"stderr\""});
}

TEST(ReadToml, NeedsAServer) {
  EXPECT_EQ(findings(""), Findings{"1:1: error: the configuration needs at least one [[server]]"});
}

TEST(ReadToml, RendersAsCompilersDo) {
  const Reading reading = read_toml(
      "[[server]]\n[[server.route]]\nlocation = '/'\nproxy_pas = 'http://a'\nreturn = '200'\n",
      "conf/a.toml", "conf");
  ASSERT_EQ(reading.diagnostics.size(), 1U);
  EXPECT_FALSE(reading.config);
  const std::string text = render(reading.diagnostics[0]);
  EXPECT_TRUE(text.starts_with(
      "conf/a.toml:4:1: error: unknown key \"proxy_pas\" in [[server.route]]; did you mean "
      "\"proxy_pass\"?; legal: \"absolute_redirect\", \"access\", \"access_log\", "))
      << text;
  EXPECT_TRUE(text.ends_with("\nproxy_pas = 'http://a'\n^")) << text;
}

TEST(ReadToml, GivesBrokenSyntaxAsTheOneError) {
  EXPECT_EQ(findings("nonsense = 1\n[[server]\nlisten = 80\n").size(), 1U);
}

/// all_keys are the keys of one kind of table, sorted and in quotes, as messages list them.
std::string all_keys(const std::string& kind) {
  std::vector<std::string> names = known_keys()[kind];
  std::sort(names.begin(), names.end());
  std::string all;
  for (const std::string& name : names)
    all += (all.empty() ? "" : ", ") + in_quotes(name);
  return all;
}

TEST(ReadToml, ReportsAllErrorsAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(
      findings("frobnicate = 'on'\n"                                       // 1
               "[media.photos]\n"                                          // 2
               "target = '/p/'\n"                                          // 3
               "key = ['K2', 'K1']\n"                                      // 4
               "[[server]]\n"                                              // 5
               "listen = 'example.com:80'\n"                               // 6
               "[[server.route]]\n"                                        // 7
               "location = '~ ('\n"                                        // 8
               "proxy_pass = 'ftp://website'\n"                            // 9
               "sign = 'photo'\n"                                          // 10
               "proxy_set_header = { X-Real-IP = '$remote_adr' }\n"        // 11
               "[upstream.website]\n"                                      // 12
               "server = ['127.0.0.1:3000', '127.0.0.1:3001 wieght=2']\n"  // 13
               "[key.K1]\n"),                                              // 14
      (Findings{
          "1:1: error: unknown key \"frobnicate\" in the top level; legal: " + all_keys(""),
          "2:8: warning: no route has \"photos\" in `sign`: none of its links will be signed",
          "3:11: error: target \"/p/\" is not a URL that begins with http:// or https://: write "
          "\"https://host/path/\"",
          "4:8: error: key names \"K2\", but there is no [key.K2]; did you mean \"K1\"?; defined: "
          "\"K1\"",
          "6:11: error: listen \"example.com:80\" is not an address to listen on: write "
          "\"address:port\", "
          "\"[::]:port\", \"port\", \"*:port\" or \"unix:PATH\"",
          "8:16: error: location is not a regular expression: missing closing parenthesis",
          "9:15: error: proxy_pass \"ftp://website\" is not a URL: write \"http://UPSTREAM\", "
          "\"http://host:port/uri\", \"https://...\" or \"http://unix:PATH:/uri\"",
          "10:8: error: sign names \"photo\", but there is no [media.photo]; did you mean "
          "\"photos\"?; defined: "
          "\"photos\"",
          "11:35: error: proxy_set_header has the unknown variable \"$remote_adr\"; did you mean "
          "\"$remote_addr\"?",
          "13:45: error: server has the unknown parameter \"wieght\"; did you mean \"weight\"?; "
          "legal: \"weight\", "
          "\"max_fails\", \"fail_timeout\", \"max_conns\", \"slow_start\", \"backup\", \"down\", "
          "\"resolve\"",
          "14:1: error: [key.K1] needs private_key: the path of a PEM file, RSA 2048 or P-256",
      }));
}

TEST(ReadToml, RefusesWhatTheProgramDoesNotDoYet) {
  for (const char* text : {"proxy_busy_buffers_size = '8k'\n", "http2 = 'on'\n"}) {
    const auto found = findings(text + std::string{tail});
    ASSERT_EQ(found.size(), 1U) << text;
    EXPECT_TRUE(found[0].starts_with("1:") &&
                found[0].find("error: unknown key") != std::string::npos)
        << found[0];
  }
  const auto grant = findings(std::string{tail} + "grant = 'cookie'\n");
  ASSERT_EQ(grant.size(), 1U);
  EXPECT_NE(grant[0].find(" cannot be "), std::string::npos) << grant[0];
  EXPECT_NE(grant[0].find("; legal: "), std::string::npos) << grant[0];
}

TEST(ReadToml, InheritsFromTopToServerToRoute) {
  const Config config = read(
      "proxy_read_timeout = '1s'\nsend_timeout = '2s'\nclient_header_timeout = "
      "'3s'\nunderscores_in_headers = 'on'\nmax_headers = 300\n"
      "access_log = 'top.log'\nproxy_set_header = { A = '1', B = '2' }\n"
      "[[server]]\nlisten = '81'\nproxy_read_timeout = '4s'\naccess_log = ['s.log json', "
      "'stderr']\n"
      "[[server.route]]\nlocation = '/a'\nreturn = '200'\nproxy_read_timeout = "
      "'5s'\nproxy_set_header = { C = '3' }\n"
      "[[server.route]]\nlocation = '/b'\nreturn = '200'\naccess_log = 'off'\n"
      "[[server]]\nlisten = '82'\nclient_header_timeout = '6s'\nmax_headers = 100000\n"
      "[[server.route]]\nlocation = '/'\nreturn = '200'\n");
  using Headers = std::vector<std::pair<std::string, std::string>>;
  using Logs = std::vector<AccessLog>;
  ASSERT_EQ(config.servers.size(), 2U);
  const Server& first = config.servers[0];
  EXPECT_EQ(first.settings.proxy_read_timeout, 4s);
  EXPECT_EQ(first.settings.send_timeout, 2s);
  EXPECT_EQ(first.client_header_timeout, 3s);
  EXPECT_TRUE(first.underscores_in_headers);
  EXPECT_EQ(first.max_headers, 300U);
  EXPECT_EQ(first.settings.access_log, (Logs{{"s.log", "json"}, {"stderr", "combined"}}));
  EXPECT_EQ(first.settings.proxy_set_header, (Headers{{"A", "1"}, {"B", "2"}}));
  EXPECT_EQ(first.routes[0].settings.proxy_read_timeout, 5s);
  EXPECT_EQ(first.routes[0].settings.send_timeout, 2s);
  EXPECT_EQ(first.routes[0].settings.proxy_set_header, (Headers{{"C", "3"}}));
  EXPECT_EQ(first.routes[0].settings.access_log, first.settings.access_log);
  EXPECT_EQ(first.routes[1].settings.proxy_read_timeout, 4s);
  EXPECT_EQ(first.routes[1].settings.access_log, Logs{});
  EXPECT_EQ(first.routes[1].settings.proxy_set_header, first.settings.proxy_set_header);
  EXPECT_EQ(config.servers[1].settings.proxy_read_timeout, 1s);
  EXPECT_EQ(config.servers[1].client_header_timeout, 6s);
  EXPECT_EQ(config.servers[1].max_headers, 100000U);
  EXPECT_EQ(config.servers[1].settings.access_log, (Logs{{"top.log", "combined"}}));
  EXPECT_EQ(config.settings.proxy_read_timeout, 1s);
}

TEST(ReadToml, LookedUpNamesMayComeFirstOrLast) {
  const Config config = read(
      "media.photos.key = 'K1'\nmedia.photos.target = 'https://d/p/'\n"
      "server = [{ route = [{ sign = 'photos', location = '/', return = '200', send_timeout = "
      "'1s' }], proxy_read_timeout = '2s' }]\n"
      "key.K1.private_key = '/k.pem'\nproxy_read_timeout = '9s'\nproxy_send_timeout = '8s'\n");
  const Settings& settings = config.servers.at(0).routes.at(0).settings;
  EXPECT_EQ(settings.proxy_read_timeout, 2s);
  EXPECT_EQ(settings.proxy_send_timeout, 8s);
  EXPECT_EQ(settings.send_timeout, 1s);
  EXPECT_EQ(config.keys.at(0).private_key, "/k.pem");
}

TEST(ReadToml, OffersTheUpstreamThatWasMeant) {
  const auto with_pass = [](const std::string& url) {
    return findings("[[server]]\n[[server.route]]\nlocation = '/'\nproxy_pass = '" + url +
                    "'\n[upstream.website]\nserver = 'a'\n");
  };
  EXPECT_EQ(with_pass("http://websit/"),
            Findings{"4:14: warning: proxy_pass: no upstream is named \"websit\", so it is taken "
                     "as a host's name; did "
                     "you mean \"website\"?"});
  EXPECT_EQ(with_pass("http://website:80/"),
            Findings{"4:14: error: proxy_pass gives a port to the upstream \"website\": its "
                     "servers have the ports"});
  EXPECT_EQ(with_pass("http://127.0.0.1:3000"), Findings{});
  EXPECT_EQ(with_pass("http://websit.example.com"), Findings{});
  EXPECT_EQ(with_pass("http://unix:/run/a.sock:/"), Findings{});
}

TEST(ReadToml, WarnsOfServersThatCannotBeReached) {
  const std::string route = "[[server.route]]\nlocation = '/'\nreturn = '200'\n";
  EXPECT_EQ(
      findings("[[server]]\nserver_name = 'a'\n" + route +
               "[[server]]\nserver_name = ['b', 'a']\n" + route),
      Findings{
          "6:1: warning: server name \"a\" on \"80\" belongs to the server at line 1 already"});
  EXPECT_EQ(findings("[[server]]\nlisten = '127.0.0.1:0'\n" + route +
                     "[[server]]\nlisten = '127.0.0.1:0'\n" + route),
            Findings{});
  EXPECT_EQ(
      findings("[[server]]\n"),
      Findings{"1:1: warning: this server has no [[server.route]] and no return: it answers every "
               "request with 404"});
  EXPECT_EQ(findings("[[server]]\nreturn = '301 https://$host$request_uri'\n"), Findings{});
  EXPECT_EQ(findings("[[server]]\nreturn = '301'\n"),
            Findings{"2:11: error: return 301 needs an address after the code"});
}

TEST(ReadFile, TakesTheFolderFromThePath) {
  std::string pattern = testing::TempDir() + "read_file_XXXXXX";
  const std::string folder = mkdtemp(pattern.data());
  std::ofstream(folder + "/a.toml") << tail;
  std::ofstream(folder + "/nginx.conf") << "events {}";
  const Reading reading = read_file(folder + "/a.toml");
  ASSERT_TRUE(reading.config);
  EXPECT_EQ(reading.config->file, folder + "/a.toml");
  EXPECT_EQ(reading.config->folder, folder);
  EXPECT_EQ(reading.config->keys[0].private_key, folder + "/k.pem");
  const Reading missing = read_file(folder + "/b.toml");
  ASSERT_EQ(missing.diagnostics.size(), 1U);
  EXPECT_EQ(render(missing.diagnostics[0]), folder + "/b.toml: error: No such file or directory");
  const Reading other = read_file(folder + "/nginx.conf");
  ASSERT_EQ(other.diagnostics.size(), 1U);
  EXPECT_EQ(render(other.diagnostics[0]), folder +
                                              "/nginx.conf: error: the name of a configuration "
                                              "must end in .toml: nginx.conf syntax is not "
                                              "supported");
  std::filesystem::remove_all(folder);
}

TEST(KnownKeys, CoverEveryKindOfTable) {
  const KnownKeys known = known_keys();
  std::vector<std::string> kinds;
  for (const auto& [kind, names] : known)
    kinds.push_back(kind);
  EXPECT_EQ(kinds, (std::vector<std::string>{"", "admin", "key", "media", "server", "server.route",
                                             "server.route.limit_except", "upstream"}));
  EXPECT_EQ(known.at("key"),
            (std::vector<std::string>{"hash", "not_after", "not_before", "private_key"}));
}

TEST(ReadToml, ReadsWhatIsSaidOfPagesPolicies) {
  const Config config = read("csp = 'extend'\nreferrer_policy = 'repair'\n" + std::string{tail});
  EXPECT_EQ(config.servers[0].routes[0].settings.csp, Csp::extend);
  EXPECT_EQ(config.servers[0].routes[0].settings.referrer_policy, ReferrerPolicy::repair);
  EXPECT_EQ(Settings{}.csp, Csp::off);
  EXPECT_EQ(Settings{}.referrer_policy, ReferrerPolicy::warn);
  EXPECT_EQ(in_server("csp = 'on'\nreferrer_policy = 'fix'\n").size(), 2U);
}

TEST(ReadToml, ReadsWhoIsToldWhatBecomesOfLinks) {
  const Config config = read("explain = ['192.0.2.0/24', '::1', 'unix:']\n" + std::string{tail});
  const std::vector<Network>& listed = config.servers[0].routes[0].settings.explain;
  ASSERT_EQ(listed.size(), 3U);
  EXPECT_EQ(listed[0], parse_network("192.0.2.0/24"));
  EXPECT_TRUE(Settings{}.explain.empty());
  const Findings found = in_server("explain = ['192.0.2.0/24', '192.0.2.300', 'localhost']\n");
  EXPECT_EQ(found.size(), 2U);
}

TEST(ReadToml, ReadsWhetherLinksInRequestBodiesAreUnsigned) {
  const Config config = read("unsign = 'on'\n" + std::string{tail});
  EXPECT_TRUE(config.servers[0].routes[0].settings.unsign);
  EXPECT_FALSE(Settings{}.unsign);
  EXPECT_EQ(in_server("unsign = 'yes'\n").size(), 1U);
}

/// The findings of a route with these lines beside a media rule with those.
Findings redirecting(const std::string& route, const std::string& rule = "") {
  return findings("[[server]]\n[[server.route]]\n" + route +
                  "media_redirect = 'films'\n[key.K1]\nprivate_key = 'k'\n[media.films]\n"
                  "target = 'https://d1.example/films/'\nkey = 'K1'\n" +
                  rule);
}

TEST(MediaRedirect, SendsWhatFollowsALocationToARule) {
  for (const char* location : {"/watch/", "^~ /watch/", "= /live"})
    EXPECT_EQ(redirecting("location = '" + std::string{location} + "'\n"), Findings{}) << location;
  const Config config =
      read("[[server]]\n[[server.route]]\nlocation = '/w/'\nmedia_redirect = 'photos'\n" +
           std::string{tail});
  EXPECT_EQ(config.servers[0].routes[0].media_redirect->media, "photos");
}

TEST(MediaRedirect, NeedsALocationThatIsAPath) {
  for (const char* location : {"~ ^/watch/", "~* \\.mp4$", "@watch"}) {
    EXPECT_EQ(
        redirecting("location = '" + std::string{location} + "'\n"),
        Findings{"4:18: error: media_redirect needs a location that is a path, such as "
                 "\"/watch/\" or \"= /live\": what follows it stands below the rule's target, and "
                 "behind a regular expression or a name nothing follows"})
        << location;
  }
  EXPECT_EQ(redirecting("location = '/watch'\n"),
            Findings{"4:18: warning: media_redirect: target \"https://d1.example/films/\" ends "
                     "with \"/\" and the location \"/watch\" does not: what follows the location "
                     "begins with \"/\" and makes two of them"});
}

TEST(MediaRedirect, StandsAloneAndNamesARule) {
  EXPECT_EQ(redirecting("location = '/w/'\nreturn = '200'\n"),
            Findings{"5:18: error: a route has either return or media_redirect, not both"});
  EXPECT_EQ(redirecting("location = '/w/'\nproxy_pass = 'http://a.b'\n"),
            Findings{"5:18: error: a route has either proxy_pass or media_redirect, not both"});
  EXPECT_EQ(in_route("location = '/w/'\nmedia_redirect = 'films'\n"),
            Findings{"4:18: error: media_redirect names \"films\", but there is no [media.films]"});
}

TEST(MediaRedirect, AsksWhoGrantsWhereTheRuleWantsIt) {
  EXPECT_EQ(redirecting("location = '/w/'\n", "grant = 'auth_request'\ngrant_request = '/may'\n"),
            Findings{});
  const std::string granted = "grant = 'header'\n";
  EXPECT_EQ(redirecting("location = '/w/'\n", granted),
            Findings{"4:18: error: media_redirect names \"films\", whose grant = \"header\" needs "
                     "an application's answer that lists what may be signed: give the route an "
                     "auth_request, whose answer is taken for it, or the rule grant = \"route\""});
  EXPECT_EQ(redirecting("location = '/w/'\nauth_request = '/auth'\n", granted), Findings{});
}

TEST(ReadToml, LetsCachesShareOnlyMediaThatIsForAll) {
  const std::string rule(tail);
  EXPECT_EQ(findings(rule + "cache = 'shared'\n"), Findings{});
  EXPECT_EQ(read(rule + "cache = 'shared'\n").media[0].cache, CacheReach::shared);
  EXPECT_EQ(findings(rule + "grant = 'header'\ncache = 'private'\n"), Findings{});
  EXPECT_EQ(findings(rule + "policy = 'custom'\nip = 'client'\ncache = 'shared'\n"),
            Findings{"15:9: error: cache = \"shared\" would have caches hand out links that ip = "
                     "\"client\" signs for one viewer: set cache = \"private\""});
  EXPECT_EQ(
      findings(rule + "grant = 'header'\ncache = 'shared'\n"),
      Findings{"14:9: error: cache = \"shared\" would have caches hand out links that grant = "
               "\"header\" signs for one viewer: set cache = \"private\""});
  EXPECT_EQ(findings(rule + "cache = 'public'\n").size(), 1U);
}

}  // namespace
}  // namespace signgate::config
