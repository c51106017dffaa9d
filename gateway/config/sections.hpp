// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/config/table_reader.hpp"

/// The readers of the single sections, for reader.cpp alone. Each reads one table into its part of
/// a Config and notes the names that it uses, which are looked up when the whole file is read.
namespace signgate::config {

/// References are the names that a configuration uses, with their places.
struct References {
  std::vector<Text> media;                             // in `sign`
  std::vector<Text> redirects;                         // in `media_redirect`
  std::vector<Text> keys;                              // in `key` of media rules
  std::vector<Text> hosts;                             // in `proxy_pass`, as written, with port
  std::vector<Text> req_zones;                         // in `limit_req`
  std::vector<Text> conn_zones;                        // in `limit_conn`
  std::string folder;                                  // what relative paths are taken from
  std::vector<std::string> log_formats;                // legal in access_log, sorted
  std::vector<std::pair<AccessLog, Place>> logs = {};  // all that access_log names
};

/// read_log_formats reads `log_format` of the top level; it comes before whatever has an
/// access_log.
void read_log_formats(TableReader& table, Config& config, References& references);

/// read_access_log reads `access_log`.
void read_access_log(TableReader& table, std::vector<AccessLog>& logs, References& references);

/// read_error_log reads `error_log` of the top level or of a server.
void read_error_log(TableReader& table, std::vector<ErrorLog>& logs);

/// check_logs looks at the logs of each file together: it has one buffer.
void check_logs(const References& references, Diagnostics& diagnostics);

/// read_settings reads what may stand at the top level, in a server and in a route.
void read_settings(TableReader& table, Settings& settings, References& references);

/// read_proxy_request and read_proxy_answer are the part of that about bodies and fields on
/// their way.
void read_proxy_request(TableReader& table, ProxyRequest& settings);
void read_proxy_answer(TableReader& table, ProxyAnswer& settings);

/// read_page_links reads where in a page links are looked for.
void read_page_links(TableReader& table, PageLinks& links);

/// read_access and read_answers read the parts of the settings that have files of their own.
void read_access(TableReader& table, Access& access, References& references);
void read_answers(TableReader& table, Answers& answers);

/// read_networks reads a list of addresses and networks, as `allow` takes them.
void read_networks(TableReader& table, std::string_view key, std::vector<Network>& networks);

/// read_limit_except reads `limit_except` of a route whose access settings are `access`.
void read_limit_except(TableReader& table, const Access& access, std::optional<LimitExcept>& out);

/// read_limit_zones reads `limit_req_zone` and `limit_conn_zone` of the top level.
void read_limit_zones(TableReader& table, Config& config);

/// user_variables are the names, without `$`, of the variables to which a document gives values
/// (set, auth_request_set, the named groups of server_name and location), wherever in it.
[[nodiscard]] std::vector<std::string> user_variables(const Value& root);

/// read_connection_settings reads what may stand at the top level and in a server.
void read_connection_settings(TableReader& table, const std::string& folder, Server& server);

/// read_server_tls and read_upstream_tls read the ssl_* and proxy_ssl_* keys; relative paths are
/// taken from `folder`.
void read_server_tls(TableReader& table, const std::string& folder, ServerTls& tls);
void read_upstream_tls(TableReader& table, const std::string& folder, UpstreamTls& tls);

/// check_listens looks at the servers of each address together: one default server, and with ssl a
/// certificate for whoever comes.
void check_listens(const Config& config, Diagnostics& diagnostics);

/// read_server reads a [[server]] with its routes. `inherited` holds what the top level says.
void read_server(TableReader& table, const Server& inherited, Config& config,
                 References& references);

/// read_listen reads `listen`, with parameters behind the addresses where there may be any.
void read_listen(TableReader& table, bool takes_parameters, std::vector<Listen>& listen);

/// read_upstream, read_key and read_media read one named table each.
void read_upstream(const Text& name, TableReader& table, Config& config);
void read_key(const Text& name, TableReader& table, Config& config);
void read_media(const Text& name, TableReader& table, Config& config, References& references);

}  // namespace signgate::config
