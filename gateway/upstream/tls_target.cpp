// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/tls_target.hpp"

#include "gateway/base/limits.hpp"

namespace signgate::upstream {
namespace {

std::string key_of(const TlsTarget& target, std::string_view peer) {
  const auto* context = target.context.get();
  std::string key(reinterpret_cast<const char*>(&context), sizeof context);
  key += target.sends_name ? '+' : '-';
  key.append(peer).append(1, ' ').append(target.name);
  key.append(1, '\0').append(target.paths.certificate).append(1, '\0').append(target.paths.key);
  return key;
}

}  // namespace

std::string tls_host(std::string_view name) {
  if (name.starts_with("unix:")) return "localhost";
  if (name.starts_with('[')) return std::string(name.substr(1, name.find(']') - 1));
  return std::string(name.substr(0, name.find(':')));
}

net::TlsSession TlsSessionMemory::find(const TlsTarget& target, std::string_view peer) const {
  const auto found = sessions_.find(key_of(target, peer));
  return found == sessions_.end() ? nullptr : found->second;
}

void TlsSessionMemory::keep(const TlsTarget& target, std::string_view peer,
                            net::TlsSession session) {
  if (!session || !target.context->reuses_sessions()) return;
  if (sessions_.size() >= limits::tls_upstream_sessions) sessions_.erase(sessions_.begin());
  sessions_[key_of(target, peer)] = std::move(session);
}

void TlsSessionMemory::forget(const TlsTarget& target, std::string_view peer) {
  sessions_.erase(key_of(target, peer));
}

}  // namespace signgate::upstream
