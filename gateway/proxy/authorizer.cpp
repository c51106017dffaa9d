// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/authorizer.hpp"

#include <filesystem>

#include "gateway/http/text.hpp"
#include "gateway/proxy/error_log.hpp"
#include "gateway/proxy/logged_request.hpp"
#include "gateway/proxy/password.hpp"
#include "gateway/proxy/rare_lines.hpp"
#include "gateway/proxy/subrequest.hpp"
#include "gateway/route/log_escape.hpp"

namespace signgate::proxy {

using config::LogLevel;

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  route::append_log_escaped(text, out);
  return out;
}

}  // namespace

Authorizer::Authorizer(Services& services, ClientStream& client, const Runtime& runtime,
                       const route::Server& server, route::VariableValues& values)
    : services_(services), client_(client), runtime_(runtime), server_(server), values_(values) {}

void Authorizer::find_client(const route::AccessRules& rules,
                             const std::optional<Forwarded>& proxy_protocol) {
  if (found_client_ || rules.settings.set_real_ip_from.empty()) return;
  const auto peer = parse_peer_ip(values_.remote_addr);
  if (!peer) return;
  const auto real =
      route::real_address(rules.real_address(), *peer, client_.head().fields, proxy_protocol);
  if (!real) return;
  found_client_ = true;
  address_ = ip_text(real->address);
  values_.remote_addr = address_;
  values_.remote_port = real->port;
}

int Authorizer::check_referer(const route::AccessRules& rules) {
  if (!rules.referers) return 0;
  values_.referers = &*rules.referers;
  const auto referer = client_.head().fields.value(http::HeaderId::referer);
  if (rules.settings.referer_status == 0 || rules.referers->is_valid(referer)) return 0;
  ++services_.counters.denied;
  services_.access_errors.tell(LogLevel::error, "access forbidden by valid_referers", values_);
  return rules.settings.referer_status;
}

net::Awaitable<int> Authorizer::check(const route::AccessRules& rules) {
  // Once a request, as nginx: an internal redirect does not count again.
  if (!rules.requests.empty() && values_.limit_req_status.empty()) {
    const int limited = co_await limit_requests(rules);
    if (limited != 0) co_return limited;
  }
  if (!rules.connections.empty() && values_.limit_conn_status.empty()) {
    const int limited = limit_connections(rules);
    if (limited != 0) co_return limited;
  }
  const int refused = co_await check_access(rules);
  if (refused != 0) ++services_.counters.denied;
  const Milliseconds delay = rules.settings.auth_delay;
  if (refused != 401 || delay == Milliseconds(0)) co_return refused;
  // Whoever tries passwords is slowed down, and learns nothing from how long each took to look at.
  services_.access_errors.tell(LogLevel::info, "delaying unauthorized request", values_);
  const bool wanted = co_await wait(delay);
  co_return wanted ? refused : 499;
}

// nginx's access phase: under "all" the first refusal counts; under "any" the first permission, and
// without one a 401, which the client can do something about, before a 403.
net::Awaitable<int> Authorizer::check_access(const route::AccessRules& rules) {
  const bool any = rules.settings.satisfy_any;
  int refused = 0;
  for (int step = 0; step < 3; ++step) {
    std::optional<int> verdict;
    if (step == 0) {
      verdict = check_address(rules);
    } else if (step == 1 && !rules.realm.empty()) {
      verdict = co_await check_user(rules);
    } else if (step == 2 && !rules.settings.auth_request.empty()) {
      verdict = co_await check_elsewhere(rules);
    }
    if (!verdict) continue;
    if (*verdict == 0) {
      if (!any) continue;
      challenges_.clear();
      co_return 0;
    }
    const bool waits = any && (*verdict == 401 || *verdict == 403);
    if (!waits) co_return *verdict;
    if (refused != 401) refused = *verdict;
  }
  if (refused == 403) {
    services_.access_errors.tell(LogLevel::error, "access forbidden by rule", values_);
  }
  co_return refused;
}

std::optional<int> Authorizer::check_address(const route::AccessRules& rules) {
  if (rules.settings.rules.empty()) return std::nullopt;
  const auto peer = parse_peer_ip(values_.remote_addr);
  const auto allowed =
      peer ? route::is_allowed(rules.settings.rules, *peer) : std::optional<bool>(false);
  if (!allowed) return std::nullopt;
  if (*allowed) return 0;
  if (!rules.settings.satisfy_any)
    services_.access_errors.tell(LogLevel::error, "access forbidden by rule", values_);
  return 403;
}

net::Awaitable<std::optional<int>> Authorizer::check_user(const route::AccessRules& rules) {
  std::string realm;
  rules.realm.append(values_, route::Escape::line, realm);
  if (realm == "off") co_return std::nullopt;
  std::string challenge = "Basic realm=\"" + realm + "\"";
  const auto authorization = client_.head().fields.value(http::HeaderId::authorization);
  std::optional<BasicCredentials> given;
  if (authorization) given = parse_basic(*authorization);
  if (!given || given->user.empty()) {
    services_.access_errors.tell(LogLevel::info,
                                 "no user/password was provided for basic authentication", values_);
    challenges_.push_back(std::move(challenge));
    co_return 401;
  }
  std::string path;
  rules.user_file.append(values_, route::Escape::none, path);
  path = (std::filesystem::path(rules.folder) / path).string();
  const auto users = services_.user_files.find(path);
  if (!users) {
    services_.access_errors.tell(LogLevel::error, "auth_basic_user_file " + users.error().detail,
                                 values_);
    co_return users.error().code == ErrorCode::not_found ? 403 : 500;
  }
  const auto known = (*users)->find(given->user);
  if (known == (*users)->end()) {
    services_.access_errors.tell(
        LogLevel::error,
        "user \"" + escaped(given->user) + "\" was not found in \"" + escaped(path) + "\"",
        values_);
    challenges_.push_back(std::move(challenge));
    co_return 401;
  }
  const int verdict = co_await check_password(*given, known->second);
  if (verdict != 401) co_return verdict;
  services_.access_errors.tell(LogLevel::error,
                               "user \"" + escaped(given->user) + "\": password mismatch", values_);
  challenges_.push_back(std::move(challenge));
  co_return 401;
}

// 0, 401, or 503 when too many wait to be checked.
net::Awaitable<int> Authorizer::check_password(const BasicCredentials& given,
                                               const std::string& hash) {
  if (!is_slow_hash(hash)) co_return matches_password(given.password, hash) ? 0 : 401;
  if (services_.known_passwords.knows(given.user, given.password, hash)) co_return 0;
  bool matches = false;
  std::function<void()> check = [&matches, &given, &hash] {
    matches = matches_password(given.password, hash);
  };
  const bool checked = co_await services_.passwords.run(std::move(check));
  if (!checked) {
    const ErrorPlace place{.connection = values_.connection, .log = values_.error_log};
    RareLines::shared().tell(services_.wheel.now(), place, ErrorLevel::error,
                             "too many passwords wait to be checked", logged_request(values_));
    co_return 503;
  }
  if (matches) services_.known_passwords.keep(given.user, given.password, hash);
  co_return matches ? 0 : 401;
}

net::Awaitable<std::optional<int>> Authorizer::check_elsewhere(const route::AccessRules& rules) {
  Subrequest subrequest(services_, client_, runtime_, server_, values_);
  subrequest.follow_error_pages();
  const Result<void> asked = co_await subrequest.run(rules.settings.auth_request);
  if (!asked && asked.error().side == Side::client) co_return 499;
  for (const auto& set : rules.auth_request_set) {
    std::string text;
    set.second.append(subrequest.values(), route::Escape::none, text);
    route::define(*values_.defined, set.first, std::move(text));
  }
  const int status = asked ? subrequest.status() : 500;
  if (status >= 200 && status < 300) {
    if (grant_set_ != nullptr && subrequest.fields() != nullptr) {
      http::Fields kept_from_nobody;  // nothing of this answer reaches the client
      grants_.take(*grant_set_, *subrequest.fields(), kept_from_nobody, values_, services_);
    }
    co_return 0;
  }
  if (status == 401 && subrequest.fields() != nullptr) {
    for (const http::Field& field : *subrequest.fields()) {
      if (http::equal_ignoring_case(field.name, "WWW-Authenticate"))
        challenges_.emplace_back(field.value);
    }
  }
  if (status == 401 || status == 403) co_return status;
  if (asked) {
    services_.access_errors.tell(
        LogLevel::error, "auth request unexpected status: " + std::to_string(status), values_);
  }
  co_return 500;
}

}  // namespace signgate::proxy
