// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/tls_session_cache.hpp"

#include <algorithm>

#include "gateway/base/limits.hpp"
#include "gateway/net/context_data.hpp"
#include "gateway/net/tls_tickets.hpp"

namespace signgate::net {
namespace {

// What an entry costs beside its id and session.
constexpr std::size_t overhead = 128;

std::string id_of(const SSL_SESSION* session) {
  unsigned int size = 0;
  const unsigned char* id = SSL_SESSION_get_id(session, &size);
  return {reinterpret_cast<const char*>(id), size};
}

int on_new_session(SSL* ssl, SSL_SESSION* session) {
  auto* store = openssl::ContextData<TlsSessionStore>::get(SSL_get_SSL_CTX(ssl));
  const int size = i2d_SSL_SESSION(session, nullptr);
  if (store == nullptr || size <= 0 || static_cast<std::size_t>(size) > limits::tls_session)
    return 0;
  std::string bytes(static_cast<std::size_t>(size), '\0');
  auto* cursor = reinterpret_cast<unsigned char*>(bytes.data());
  i2d_SSL_SESSION(session, &cursor);
  const auto life = std::chrono::seconds(SSL_SESSION_get_timeout(session));
  store->put(id_of(session), std::move(bytes), std::chrono::steady_clock::now() + life);
  return 0;  // we keep bytes, not a reference
}

SSL_SESSION* on_find_session(SSL* ssl, const unsigned char* id, int size, int* copy) {
  *copy = 0;
  auto* store = openssl::ContextData<TlsSessionStore>::get(SSL_get_SSL_CTX(ssl));
  if (store == nullptr) return nullptr;
  const std::string bytes =
      store->find({reinterpret_cast<const char*>(id), static_cast<std::size_t>(size)},
                  std::chrono::steady_clock::now());
  if (bytes.empty()) return nullptr;
  const auto* cursor = reinterpret_cast<const unsigned char*>(bytes.data());
  return d2i_SSL_SESSION(nullptr, &cursor, static_cast<long>(bytes.size()));
}

void on_remove_session(SSL_CTX* context, SSL_SESSION* session) {
  if (auto* store = openssl::ContextData<TlsSessionStore>::get(context))
    store->remove(id_of(session));
}

}  // namespace

void TlsSessionStore::put(std::string id, std::string session, SteadyTime until) {
  const std::lock_guard lock(mutex_);
  if (const auto known = by_id_.find(id); known != by_id_.end()) erase(known->second);
  bytes_ += id.size() + session.size() + overhead;
  entries_.push_back({std::move(id), std::move(session), until});
  by_id_.emplace(entries_.back().id, std::prev(entries_.end()));
  shrink();
}

std::string TlsSessionStore::find(const std::string& id, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  const auto known = by_id_.find(id);
  if (known == by_id_.end()) return {};
  if (known->second->until <= now) {
    erase(known->second);
    return {};
  }
  return known->second->session;
}

void TlsSessionStore::remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  if (const auto known = by_id_.find(id); known != by_id_.end()) erase(known->second);
}

void TlsSessionStore::resize(std::size_t capacity) {
  const std::lock_guard lock(mutex_);
  capacity_ = capacity;
  shrink();
}

std::size_t TlsSessionStore::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

void TlsSessionStore::erase(Entries::iterator entry) {
  bytes_ -= entry->id.size() + entry->session.size() + overhead;
  by_id_.erase(entry->id);
  OPENSSL_cleanse(entry->session.data(), entry->session.size());
  entries_.erase(entry);
}

void TlsSessionStore::shrink() {
  while (bytes_ > capacity_ && !entries_.empty())
    erase(entries_.begin());
}

std::shared_ptr<TicketKeys> TlsSessions::ticket_keys(Milliseconds life) {
  const std::lock_guard lock(mutex_);
  auto& keys = ticket_keys_[life];
  if (!keys) keys = std::make_shared<TicketKeys>(life);
  return keys;
}

std::shared_ptr<TlsSessionStore> TlsSessions::store(const std::string& name, std::size_t size) {
  const std::lock_guard lock(mutex_);
  auto& store = stores_[name];
  if (!store) store = std::make_shared<TlsSessionStore>(size);
  store->resize(size);
  return store;
}

void use_session_cache(ssl_ctx_st* context, const TlsSessionCache& cache, Milliseconds timeout,
                       TlsSessions& sessions) {
  SSL_CTX_set_timeout(context, std::chrono::duration_cast<std::chrono::seconds>(timeout).count());
  // Callbacks are asked of the context that a connection began with, the store of the one that SNI
  // led to: so every context has the callbacks.
  SSL_CTX_sess_set_new_cb(context, &on_new_session);
  SSL_CTX_sess_set_get_cb(context, &on_find_session);
  SSL_CTX_sess_set_remove_cb(context, &on_remove_session);
  SSL_CTX_set_session_cache_mode(context, cache.kind == TlsSessionCache::Kind::off
                                              ? SSL_SESS_CACHE_OFF
                                              : SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL);
  std::shared_ptr<TlsSessionStore> store;
  if (cache.kind == TlsSessionCache::Kind::builtin) {
    store = std::make_shared<TlsSessionStore>(static_cast<std::size_t>(cache.size) *
                                              (limits::tls_session_bytes + overhead));
  } else if (cache.kind == TlsSessionCache::Kind::shared) {
    store = sessions.store(cache.name, static_cast<std::size_t>(cache.size));
  }
  if (store) openssl::ContextData<TlsSessionStore>::put(context, std::move(store));
}

}  // namespace signgate::net
