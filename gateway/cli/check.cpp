// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/check.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <utility>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/config/key_loader.hpp"
#include "gateway/config/key_times.hpp"
#include "gateway/config/reader.hpp"
#include "gateway/config/text_file.hpp"
#include "gateway/net/tls_session_cache.hpp"
#include "gateway/route/cookie_check.hpp"
#include "gateway/route/prefix_scope.hpp"
#include "gateway/server/tls_setup.hpp"
#include "gateway/server/trusted_hosts.hpp"
#include "policy/json_writer.hpp"

namespace signgate::cli {
namespace {

/// sources_of holds the texts of the configuration and of what it includes, for the lines of
/// further findings.
config::Diagnostics sources_of(const config::Config& config) {
  const auto text_of = [](const std::string& file) {
    const auto text = config::load_text(file);
    return text ? *text : std::string{};
  };
  config::Diagnostics found{config.file, text_of(config.file)};
  for (const std::string& file : config.included)
    static_cast<void>(found.add_file(file, text_of(file)));
  return found;
}

/// check_keys loads each private key, as the gateway does when it starts, and reports at the place
/// of its path what is wrong with it.
void check_keys(const config::Config& config, config::Diagnostics& found) {
  for (const config::Key& key : config.keys) {
    const auto loaded = config::load_key(key);
    if (!loaded) {
      found.error(key.place, loaded.error().message);
      continue;
    }
    for (const std::string& warning : loaded->warnings)
      found.warning(key.place, warning);
  }
}

/// check_key_times finds the rules whose keys may not sign, or not for long.
void check_key_times(const config::Config& config, config::Diagnostics& found) {
  for (const config::Media& rule : config.media) {
    config::KeyOutlook outlook = config::key_outlook(config, rule, unix_now());
    if (outlook.state != config::KeyOutlook::State::signs)
      found.warning(rule.place, std::move(outlook.text));
  }
}

/// check_scopes finds the prefix policies that would open other rules' links.
void check_scopes(const config::Config& config, config::Diagnostics& found) {
  for (const config::Media& rule : config.media) {
    if (const auto other = route::scope_conflict(config, rule))
      found.error(rule.place, route::scope_conflict_text(rule, *other));
  }
}

/// check_cookies finds the cookies that browsers would not take, or would not send.
void check_cookies(const config::Config& config, config::Diagnostics& found) {
  for (route::CookieFinding& finding : route::check_cookies(config)) {
    if (finding.severity == config::Severity::error) {
      found.error(finding.place, std::move(finding.message));
    } else {
      found.warning(finding.place, std::move(finding.message));
    }
  }
}

/// check_tls loads certificates, their keys and what else TLS is told to read.
void check_tls(const config::Config& config, config::Diagnostics& found) {
  std::vector<config::UpstreamTls> upstreams;
  // A health check with tls=on may have the top level's.
  if (std::ranges::any_of(config.upstreams, [](const config::Upstream& upstream) {
        return upstream.health_check && upstream.health_check->tls.value_or(false);
      }))
    upstreams.push_back(config.settings.proxy_ssl);
  for (const config::Server& server : config.servers) {
    for (const config::Route& route : server.routes) {
      if (!route.proxy_pass || route.proxy_pass->scheme != "https") continue;
      const config::UpstreamTls& tls = route.settings.proxy_ssl;
      const bool is_known = std::any_of(upstreams.begin(), upstreams.end(), [&](const auto& other) {
        return other.settings == tls.settings;
      });
      if (!is_known) upstreams.push_back(tls);
    }
  }
  net::TlsSessions sessions;
  std::vector<server::TlsDiagnosis> findings;
  server::load_tls(config, upstreams, sessions, findings);
  for (server::TlsDiagnosis& finding : findings) {
    if (finding.severity == config::Severity::error) {
      found.error(finding.place, std::move(finding.message));
    } else {
      found.warning(finding.place, std::move(finding.message));
    }
  }
}

/// check_hosts asks for the names of trusted proxies, without which the gateway does not start.
void check_hosts(const config::Config& config, config::Diagnostics& found) {
  config::Config copy = config;
  for (server::LostHost& lost : server::resolve_trusted_hosts(copy))
    found.error(lost.place, std::move(lost.message));
}

void write_json(const std::vector<config::Diagnostic>& findings, std::ostream& out) {
  std::string text;
  policy::JsonWriter json{text, 2};
  json.array([&] {
    for (const config::Diagnostic& finding : findings) {
      json.object([&] {
        json.name("file").string(config::printable(finding.file));
        json.name("line").integer(finding.place.line);
        json.name("column").integer(finding.place.column);
        json.name("severity").string(config::severity_name(finding.severity));
        json.name("message").string(finding.message);
      });
    }
  });
  out << text << '\n';
}

}  // namespace

int check_configuration(const std::string& path, const CheckOptions& options, std::ostream& out,
                        std::ostream& err) {
  config::Reading reading = config::read_file(path);
  std::vector<config::Diagnostic> findings = std::move(reading.diagnostics);
  if (reading.config) {
    config::Diagnostics found = sources_of(*reading.config);
    check_keys(*reading.config, found);
    check_key_times(*reading.config, found);
    check_scopes(*reading.config, found);
    check_cookies(*reading.config, found);
    check_tls(*reading.config, found);
    check_hosts(*reading.config, found);
    std::vector<config::Diagnostic> more = found.take();
    findings.insert(findings.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
    std::stable_sort(findings.begin(), findings.end(),
                     [](const auto& a, const auto& b) { return a.place < b.place; });
  }
  const bool failed = std::any_of(findings.begin(), findings.end(), [](const auto& finding) {
    return finding.severity == config::Severity::error;
  });
  if (options.json) {
    write_json(findings, out);
  } else {
    for (const config::Diagnostic& finding : findings)
      err << render(finding, options.colour) << '\n';
    if (!failed) out << "configuration " << config::printable(path) << " is ok\n";
  }
  out.flush();
  return failed ? 1 : 0;
}

void add_check(CLI::App& app, int& exit_status) {
  struct Arguments {
    std::string path;
    CheckOptions options;
  };
  const auto arguments = std::make_shared<Arguments>();
  auto* command = app.add_subcommand(
      "check", "read a configuration and report everything that is wrong with it");
  command->add_option("-c,--config", arguments->path, "the configuration file (.toml)")
      ->required()
      ->type_name("FILE");
  command->add_flag(
      "--json", arguments->options.json,
      "print the findings to stdout as a list of {file, line, column, severity, message}");
  command->footer(
      "The private keys and certificates that the file names are loaded as well. Exit status: 0 "
      "when there is no "
      "error\n"
      "(warnings may have been printed), 1 when there is one, 2 for wrong usage.\n"
      "\n"
      "Example:\n"
      "  signgate keygen --out-dir conf/keys       makes the key that the file names\n"
      "  signgate check -c conf/signgate.toml");
  command->callback([arguments, &exit_status] {
    arguments->options.colour = ::isatty(STDERR_FILENO) == 1;
    exit_status = check_configuration(arguments->path, arguments->options, std::cout, std::cerr);
  });
}

}  // namespace signgate::cli
