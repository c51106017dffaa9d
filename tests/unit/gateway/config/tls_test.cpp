// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/tls.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/config/readings.hpp"

namespace signgate::config {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view route = "[[server.route]]\nlocation = '/'\nreturn = '200'\n";

std::string server(const std::string& keys) {
  return "[[server]]\n" + keys + std::string(route);
}

TEST(PlaceOf, IsTheValuesOwn) {
  const TlsPlaces places = {{"a", {{1, 2}, {3, 4}}}};
  EXPECT_EQ(place_of(places, "a", 1, {}), (Place{3, 4}));
  EXPECT_EQ(place_of(places, "a", 9, {}), (Place{3, 4}));
  EXPECT_EQ(place_of(places, "b", 0, {9, 9}), (Place{9, 9}));
}

TEST(ServerTls, ReadsEveryKey) {
  const Config config = read(server(
      "listen = ['443 ssl', '[::]:443 ssl default_server']\n"
      "ssl_certificate = ['ec.pem', '/rsa.pem']\n"
      "ssl_certificate_key = ['ec.key', '/rsa.key']\n"
      "ssl_password_file = 'words'\nssl_protocols = 'TLSv1.3'\nssl_ciphers = 'HIGH'\n"
      "ssl_prefer_server_ciphers = 'off'\nssl_ecdh_curve = 'X25519'\nssl_dhparam = 'dh.pem'\n"
      "ssl_conf_command = { Ciphersuites = 'A', Options = 'B' }\nssl_buffer_size = '4k'\n"
      "ssl_session_cache = 'shared:SSL:1m'\nssl_session_timeout = '1h'\n"
      "ssl_session_tickets = 'off'\nssl_session_ticket_key = ['t1', 't2']\n"
      "ssl_stapling = 'on'\nssl_stapling_file = 'a.ocsp'\n"
      "ssl_verify_client = 'optional'\nssl_client_certificate = 'ca.pem'\n"
      "ssl_trusted_certificate = 'more.pem'\nssl_crl = 'crl.pem'\nssl_verify_depth = 2\n"
      "ssl_reject_handshake = 'off'\n"));
  TlsServerSettings expected;
  expected.certificates = {"conf/ec.pem", "/rsa.pem"};
  expected.certificate_keys = {"conf/ec.key", "/rsa.key"};
  expected.password_file = "conf/words";
  expected.protocols.tls_1_2 = false;
  expected.ciphers = "HIGH";
  expected.prefer_server_ciphers = false;
  expected.ecdh_curve = "X25519";
  expected.dhparam = "conf/dh.pem";
  expected.conf_commands = {{"Ciphersuites", "A"}, {"Options", "B"}};
  expected.buffer_size = 4096;
  expected.session_cache = {TlsSessionCache::Kind::shared, "SSL", 1048576};
  expected.session_timeout = 1h;
  expected.session_tickets = false;
  expected.session_ticket_keys = {"conf/t1", "conf/t2"};
  expected.stapling = true;
  expected.stapling_files = {"conf/a.ocsp"};
  expected.verify_client = TlsClientVerify::optional;
  expected.client_certificate = "conf/ca.pem";
  expected.trusted_certificate = "conf/more.pem";
  expected.crl = "conf/crl.pem";
  expected.verify_depth = 2;
  ASSERT_EQ(config.servers.size(), 1U);
  EXPECT_EQ(config.servers[0].tls.settings, expected);
  EXPECT_EQ(place_of(config.servers[0].tls.places, "ssl_certificate", 1, {}), (Place{3, 30}));
  EXPECT_EQ(config.servers[0].listen,
            (std::vector<Listen>{{.address = "443", .ssl = true},
                                 {.address = "[::]:443", .ssl = true, .default_server = true}}));
}

TEST(ServerTls, IsInheritedFromTheTopLevel) {
  const Config config = read("ssl_certificate = 'a.pem'\nssl_certificate_key = 'a.key'\n" +
                             server("listen = '443 ssl'\n") +
                             server("listen = '443 ssl'\nserver_name = 'b'\n"
                                    "ssl_certificate = 'b.pem'\nssl_certificate_key = 'b.key'\n"));
  EXPECT_EQ(config.servers.at(0).tls.settings.certificates.at(0), "conf/a.pem");
  EXPECT_EQ(config.servers.at(1).tls.settings.certificates.at(0), "conf/b.pem");
}

TEST(ServerTls, NeedsAKeyForEachCertificate) {
  EXPECT_EQ(findings(server("ssl_certificate = ['a', 'b']\nssl_certificate_key = 'a'\n")),
            Findings{"2:20: error: ssl_certificate and ssl_certificate_key must name as many "
                     "files: each certificate has its key"});
  EXPECT_EQ(findings(server("ssl_certificate_key = 'a'\n")).size(), 1U);
}

TEST(ServerTls, RefusesWhatCouldNotWork) {
  EXPECT_EQ(findings(server("ssl_stapling = 'on'\n")),
            Findings{"1:1: error: ssl_stapling needs ssl_stapling_file: responses are read from "
                     "files, not asked for at the authority's responder as nginx does"});
  EXPECT_EQ(findings(server("ssl_verify_client = 'on'\n")),
            Findings{"1:1: error: ssl_verify_client needs ssl_client_certificate: the authorities "
                     "to verify by"});
  EXPECT_EQ(findings(server("ssl_verify_client = 'optional_no_ca'\n")), Findings{});
  EXPECT_EQ(findings(server("ssl_crl = '''-----BEGIN X509 CRL-----\n'''\n")),
            Findings{"2:11: error: ssl_crl must be the path of a file, not what is in it"});
  EXPECT_EQ(findings(server("ssl_protocols = []\n")).size(), 1U);
  EXPECT_EQ(findings(server("ssl_session_timeout = '10ms'\n")).size(), 1U);
  EXPECT_EQ(findings(server("ssl_buffer_size = 100\n")).size(), 1U);
}

TEST(Listens, WithSslNeedACertificateOfTheDefaultServer) {
  const std::string missing =
      "error: a server that listens with ssl needs ssl_certificate and ssl_certificate_key, or "
      "ssl_reject_handshake";
  EXPECT_EQ(findings(server("listen = '443 ssl'\n")), Findings{"1:1: " + missing});
  const std::string certified = "ssl_certificate = 'a'\nssl_certificate_key = 'a'\n";
  EXPECT_EQ(findings(server("listen = '443 ssl'\n" + certified) +
                     server("listen = '443'\nserver_name = 'b'\n")),
            Findings{});
  EXPECT_EQ(findings(server("listen = '443 ssl'\nssl_reject_handshake = 'on'\n") +
                     server("listen = '443'\nserver_name = 'b'\n")),
            Findings{"7:1: " + missing});
  EXPECT_EQ(findings(server("listen = '443 ssl'\n") +
                     server("listen = '443 default_server'\nserver_name = 'b'\n" + certified)),
            Findings{});
}

TEST(Listens, HaveOneDefaultServer) {
  EXPECT_EQ(findings(server("listen = '80 default_server'\n") +
                     server("listen = '*:80 default_server'\nserver_name = 'b'\n")),
            Findings{"6:1: error: \"*:80\" has its default_server already, at line 1"});
  EXPECT_EQ(findings(server("listen = 'localhost:80 default_server'\n") +
                     server("listen = '127.0.0.1:80 default_server'\nserver_name = 'b'\n")),
            Findings{"6:1: error: \"127.0.0.1:80\" has its default_server already, at line 1"});
}

TEST(Listens, WarnsOfOtherOptionsOfOneAddress) {
  const std::string certified = "ssl_certificate = 'a'\nssl_certificate_key = 'a'\n";
  EXPECT_EQ(
      findings(server("listen = '80 proxy_protocol'\n") +
               server("listen = '0.0.0.0:80 ssl'\nserver_name = 'b'\n" + certified)),
      (Findings{"1:1: error: a server that listens with ssl needs ssl_certificate and "
                "ssl_certificate_key, or ssl_reject_handshake",
                "6:1: warning: \"0.0.0.0:80\" has other options in the server at line 1: ssl and "
                "proxy_protocol hold for all servers of an address"}));
  EXPECT_EQ(findings(server("listen = '443 ssl'\n" + certified) +
                     server("listen = '*:443'\nserver_name = 'b'\n")),
            Findings{});
}

TEST(Listens, RefuseUnknownParameters) {
  EXPECT_EQ(findings(server("listen = '443 sll'\n")),
            Findings{"2:15: error: listen has the unknown parameter \"sll\"; did you mean "
                     "\"ssl\"?; legal: \"ssl\", \"default_server\", \"proxy_protocol\", "
                     "\"backlog=\", \"reuseport\", \"so_keepalive=\", \"ipv6only=\", "
                     "\"deferred\", \"fastopen=\", \"bind\", \"rcvbuf=\", \"sndbuf=\""});
}

TEST(Listens, RefuseOtherSocketOptionsOfOneAddress) {
  EXPECT_EQ(
      findings(server("listen = '80 backlog=10'\n") +
               server("listen = '*:80 backlog=20'\nserver_name = 'b'\n")),
      Findings{"6:1: error: \"*:80\" has other parameters of the socket than in the server at "
               "line 1"});
  EXPECT_EQ(findings(server("listen = '80 backlog=10'\n") +
                     server("listen = '*:80'\nserver_name = 'b'\n")),
            Findings{});
  EXPECT_EQ(
      findings(server("listen = ['80', '[::]:80 ipv6only=off']\n")),
      Findings{"1:1: error: with ipv6only=off the address takes the IPv4 addresses of port 80 "
               "as well, at which another listen stands"});
  EXPECT_EQ(findings(server("listen = ['80', '[::]:80 ipv6only=on']\n")), Findings{});
}

TEST(UpstreamTls, ReadsEveryKeyAndIsInherited) {
  const Config config = read(
      "[[server]]\nproxy_ssl_protocols = ['TLSv1.2']\nproxy_ssl_ciphers = 'HIGH'\n"
      "proxy_ssl_conf_command = { Ciphersuites = 'A' }\n"
      "proxy_ssl_verify = 'on'\nproxy_ssl_trusted_certificate = 'ca.pem'\n"
      "proxy_ssl_verify_depth = 3\nproxy_ssl_crl = 'crl.pem'\n"
      "proxy_ssl_name = '$host'\nproxy_ssl_server_name = 'on'\n"
      "proxy_ssl_certificate = 'a.pem'\nproxy_ssl_certificate_key = 'a.key'\n"
      "proxy_ssl_password_file = 'words'\nproxy_ssl_session_reuse = 'off'\n"
      "[[server.route]]\nlocation = '/'\nproxy_pass = 'https://a.test'\n");
  TlsClientSettings expected;
  expected.protocols.tls_1_3 = false;
  expected.ciphers = "HIGH";
  expected.conf_commands = {{"Ciphersuites", "A"}};
  expected.verify = true;
  expected.trusted_certificate = "conf/ca.pem";
  expected.verify_depth = 3;
  expected.crl = "conf/crl.pem";
  expected.certificate = "conf/a.pem";
  expected.certificate_key = "conf/a.key";
  expected.password_file = "conf/words";
  expected.session_reuse = false;
  const UpstreamTls& tls = config.servers.at(0).routes.at(0).settings.proxy_ssl;
  EXPECT_EQ(tls.settings, expected);
  EXPECT_EQ(tls.name, "$host");
  EXPECT_TRUE(tls.server_name);
}

TEST(ServerTls, KeepsPathsWithVariablesAsTheyAre) {
  const Config config =
      read("ssl_certificate = 'a.pem'\nssl_certificate_key = 'a.key'\n" +
           server("listen = ['443 ssl']\nssl_certificate = '$ssl_server_name.pem'\n"
                  "ssl_certificate_cache = 'max=5 inactive=20s valid=1m'\n") +
           server("listen = ['443']\nserver_name = 'b'\n"));
  const TlsServerSettings& varying = config.servers.at(0).tls.settings;
  EXPECT_TRUE(varying.certificates_vary);
  EXPECT_EQ(varying.certificates, std::vector<std::string>{"$ssl_server_name.pem"});
  EXPECT_EQ(varying.certificate_keys, std::vector<std::string>{"a.key"});
  EXPECT_EQ(varying.certificate_cache, (TlsCertificateCache{5, 20s, 60s}));
  const TlsServerSettings& fixed = config.servers.at(1).tls.settings;
  EXPECT_FALSE(fixed.certificates_vary);
  EXPECT_EQ(fixed.certificates, std::vector<std::string>{"conf/a.pem"});
  EXPECT_EQ(fixed.certificate_keys, std::vector<std::string>{"conf/a.key"});
}

TEST(ServerTls, RefusesVariablesWhereTheyDoNotGo) {
  const auto first = [](const std::string& keys) { return findings(server(keys)).at(0); };
  EXPECT_EQ(first("ssl_certificate = '$nonsense'\nssl_certificate_key = 'a'\n")
                .find("2:20: error: ssl_certificate has the unknown variable"),
            0U);
  EXPECT_EQ(first("ssl_dhparam = '$host'\n"), "2:16: error: ssl_dhparam takes no variables");
  EXPECT_EQ(first("ssl_certificate = '$host'\nssl_certificate_key = '$host'\n"
                  "ssl_stapling = 'on'\nssl_stapling_file = 'a'\n")
                .find("1:1: error: ssl_stapling does not go with variables in ssl_certificate"),
            0U);
}

TEST(UpstreamTls, KeepsPathsWithVariablesAsTheyAre) {
  const Config config =
      read(server("proxy_ssl_certificate = 'c.pem'\nproxy_ssl_certificate_key = '$arg_k.key'\n"
                  "proxy_ssl_certificate_cache = 'max=1'\n"));
  const TlsClientSettings& settings = config.servers.at(0).settings.proxy_ssl.settings;
  EXPECT_TRUE(settings.certificate_varies);
  EXPECT_EQ(settings.certificate, "c.pem");
  EXPECT_EQ(settings.certificate_key, "$arg_k.key");
  EXPECT_EQ(settings.certificate_cache, (TlsCertificateCache{.max = 1}));
}

TEST(UpstreamTls, RefusesWhatCouldNotWork) {
  EXPECT_EQ(findings("proxy_ssl_verify = 'on'\n" + server("")).size(), 3U);
  EXPECT_EQ(findings(server("proxy_ssl_certificate = 'a'\n")).at(0),
            "2:25: error: proxy_ssl_certificate and proxy_ssl_certificate_key must stand "
            "together");
  EXPECT_EQ(findings(server("proxy_ssl_name = '$nonsense'\n"))
                .at(0)
                .find("2:19: error: proxy_ssl_name has the unknown variable"),
            0U);
}

}  // namespace
}  // namespace signgate::config
