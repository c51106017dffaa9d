// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/prefix_grants.hpp"

#include <chrono>

#include "gateway/base/limits.hpp"
#include "gateway/proxy/logged_request.hpp"
#include "gateway/proxy/rare_lines.hpp"
#include "gateway/proxy/subrequest.hpp"
#include "gateway/route/grant_prefix.hpp"
#include "gateway/route/tls_values.hpp"

namespace signgate::proxy {
namespace {

// All values of the fields with that id, as one text.
std::string values_of(const http::Fields& fields, http::HeaderId id) {
  std::string all;
  for (const http::Field& field : fields) {
    if (field.id == id) all.append(field.value).append(1, '\n');
  }
  return all;
}

}  // namespace

bool PrefixGrants::is_open(const route::SignSet& set, const rewrite::Link& link) const {
  return answers_.size() < limits::grant_prefixes && !answers_.contains(question_of(set, link));
}

net::Awaitable<void> PrefixGrants::ask(const route::SignSet& set, const rewrite::Link& link) {
  if (!is_open(set, link)) co_return;
  const route::GrantRequest& request = *set.signers[link.rule].grant_request;
  Question asked = question_of(set, link);
  std::optional<GrantCache::Key> key;
  if (request.valid > Milliseconds(0) && is_current()) key = key_of(set, link.rule, asked.second);
  std::optional<bool> known;
  if (key) known = services_.grants.find(*key, services_.wheel.now());
  Answer answer = Answer::failed;
  if (known) {
    answer = *known ? Answer::granted : Answer::refused;
  } else if (!failed_) {
    answer = co_await ask_elsewhere(request, asked.second);
    failed_ = answer == Answer::failed;
    // A reload may have come in between.
    if (key && !failed_ && is_current())
      services_.grants.put(*key, answer == Answer::granted, services_.wheel.now() + request.valid);
  }
  answers_.emplace(std::move(asked), answer);
}

bool PrefixGrants::is_current() const noexcept {
  return services_.runtime.get() == &runtime_;
}

PrefixGrants::Answer PrefixGrants::answer(const route::SignSet& set,
                                          const rewrite::Link& link) const {
  const auto found = answers_.find(question_of(set, link));
  if (found != answers_.end()) return found->second;
  return answers_.size() >= limits::grant_prefixes ? Answer::too_many : Answer::failed;
}

PrefixGrants::Question PrefixGrants::question_of(const route::SignSet& set,
                                                 const rewrite::Link& link) {
  return {link.rule, std::string(route::grant_prefix(set.signers[link.rule], link.url))};
}

std::optional<GrantCache::Key> PrefixGrants::key_of(const route::SignSet& set, std::size_t rule,
                                                    std::string_view prefix) const {
  const http::Fields& fields = values_.request->fields;
  std::string certificate;
  if (values_.tls != nullptr)
    values_.tls->append(route::TlsVariable::client_fingerprint, certificate);
  // Servers of other addresses may have the same name.
  const std::string server = std::to_string(runtime_.router->index_of(server_));
  return services_.grants.key({set.rule_set, server, set.signers[rule].name, prefix,
                               values_.request->target, values_of(fields, http::HeaderId::host),
                               values_.remote_addr, certificate,
                               values_of(fields, http::HeaderId::cookie),
                               values_of(fields, http::HeaderId::authorization)});
}

net::Awaitable<PrefixGrants::Answer> PrefixGrants::ask_elsewhere(const route::GrantRequest& request,
                                                                 std::string_view prefix) {
  Subrequest subrequest(services_, client_, runtime_, server_, values_);
  subrequest.add_field("X-Sign-Prefix", prefix);
  subrequest.add_field("X-Original-URI", values_.request->target);
  const Result<void> asked = co_await subrequest.run(request.uri);
  if (!asked) {
    // What befell the upstream is told where it did; a client that has left is no failure.
    if (asked.error().side != Side::client) tell(request.uri + " was not answered");
    co_return Answer::failed;
  }
  const int status = subrequest.status();
  if (status >= 200 && status < 300) co_return Answer::granted;
  if (status == 401 || status == 403) co_return Answer::refused;
  tell(request.uri + " unexpected status: " + std::to_string(status));
  co_return Answer::failed;
}

void PrefixGrants::tell(const std::string& what) const {
  if (!logs(ErrorLevel::error, values_.error_log)) return;
  const ErrorPlace place{.connection = values_.connection, .log = values_.error_log};
  RareLines::shared().tell(std::chrono::steady_clock::now(), place, ErrorLevel::error,
                           "grant_request " + what, logged_request(values_));
}

}  // namespace signgate::proxy
