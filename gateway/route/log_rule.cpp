// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/log_rule.hpp"

#include <algorithm>
#include <filesystem>

namespace signgate::route {
namespace {

// nginx's predefined format of that name.
constexpr std::string_view combined =
    "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
    "\"$http_referer\" \"$http_user_agent\"";

Escape escape_of(config::LogEscape escape) {
  switch (escape) {
    case config::LogEscape::normal:
      break;
    case config::LogEscape::json:
      return Escape::log_json;
    case config::LogEscape::none:
      return Escape::log_plain;
  }
  return Escape::log;
}

template <class Visit>
void for_each_settings(const config::Config& config, Visit visit) {
  visit(config.settings);
  for (const config::Server& server : config.servers) {
    visit(server.settings);
    for (const config::Route& route : server.routes)
      visit(route.settings);
  }
}

}  // namespace

bool LogRule::is_wanted(const VariableValues& values) const {
  if (condition.empty()) return true;
  thread_local std::string value;
  value.clear();
  condition.append(values, Escape::none, value);
  return !value.empty() && value != "0";
}

std::vector<std::string> secret_variables(const config::Config& config) {
  std::vector<std::string> secrets;
  // A variable may be set from another one that is found later.
  for (std::size_t before = 1, found = 0; before != found; found = secrets.size()) {
    before = secrets.size();
    const auto look_at = [&](const config::SetVariables& set) {
      for (const auto& [name, value] : set) {
        const bool is_known = std::find(secrets.begin(), secrets.end(), name) != secrets.end();
        if (!is_known && Template(value, secrets).has_secret()) secrets.push_back(name);
      }
    };
    for_each_settings(config, [&](const config::Settings& settings) {
      look_at(settings.access.auth_request_set);
    });
    for (const config::Server& server : config.servers) {
      look_at(server.set);
      for (const config::Route& route : server.routes)
        look_at(route.set);
    }
  }
  return secrets;
}

LogRule make_log_rule(const config::AccessLog& log, const std::vector<config::LogFormat>& formats,
                      const std::vector<std::string>& secrets,
                      const config::OpenLogFileCache& cache) {
  LogRule rule;
  rule.settings = log;
  rule.path = LogPath(log.path, secrets);
  if (!rule.path.empty()) rule.cache = cache;
  if (!log.condition.empty()) rule.condition = Template(log.condition);
  const auto found =
      std::find_if(formats.begin(), formats.end(),
                   [&](const config::LogFormat& format) { return format.name == log.format; });
  if (found != formats.end()) {
    rule.format = Template(found->text, secrets);
    rule.escape = escape_of(found->escape);
  } else if (log.format == "combined") {
    rule.format = Template(combined);
  }
  return rule;
}

void share_buffers(std::vector<LogRule>& rules) {
  const auto path_of = [](const LogRule& rule) {
    return std::filesystem::path(rule.settings.path).lexically_normal();
  };
  for (LogRule& rule : rules) {
    if (rule.settings.buffer != 0) continue;
    for (const LogRule& other : rules) {
      if (other.settings.buffer == 0 || path_of(other) != path_of(rule)) continue;
      rule.settings.buffer = other.settings.buffer;
      rule.settings.flush = other.settings.flush;
      rule.settings.gzip = other.settings.gzip;
      break;
    }
  }
}

}  // namespace signgate::route
