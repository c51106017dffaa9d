// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/base/clock.hpp"
#include "gateway/base/tls_settings.hpp"

struct ssl_ctx_st;

namespace signgate::net {

class TicketKeys;

/// TlsSessionStore keeps serialised sessions by their ids, for clients that resume without tickets:
/// ssl_session_cache. When it is full the one least recently added goes. Any thread.
class TlsSessionStore {
 public:
  /// TlsSessionStore holds at most `capacity` bytes, ids and bookkeeping included.
  explicit TlsSessionStore(std::size_t capacity) : capacity_(capacity) {}

  /// put keeps a session until `until`; one of the same id is replaced.
  void put(std::string id, std::string session, SteadyTime until);

  /// find gives the session of that id, or "" when there is none that is still valid at `now`.
  [[nodiscard]] std::string find(const std::string& id, SteadyTime now);

  void remove(const std::string& id);

  /// resize changes the capacity, at once.
  void resize(std::size_t capacity);

  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    std::string id;
    std::string session;
    SteadyTime until;
  };
  using Entries = std::list<Entry>;

  void erase(Entries::iterator entry);
  void shrink();

  mutable std::mutex mutex_;
  Entries entries_;  // oldest first
  std::unordered_map<std::string_view, Entries::iterator> by_id_;
  std::size_t capacity_;
  std::size_t bytes_ = 0;
};

/// TlsSessions is what resumption needs to outlive a reload of the configuration, and to be the
/// same for all workers: the keys of tickets and the shared caches. One a process; the contexts
/// made with it share what they use. Any thread.
class TlsSessions {
 public:
  /// ticket_keys are the self-made keys for sessions that last `life`.
  [[nodiscard]] std::shared_ptr<TicketKeys> ticket_keys(Milliseconds life);

  /// store is the shared cache of that name, of `size` bytes from now on.
  [[nodiscard]] std::shared_ptr<TlsSessionStore> store(const std::string& name, std::size_t size);

 private:
  std::mutex mutex_;
  std::map<Milliseconds, std::shared_ptr<TicketKeys>> ticket_keys_;
  std::map<std::string, std::shared_ptr<TlsSessionStore>> stores_;
};

/// use_session_cache sets up what `context` keeps of its sessions, and for how long.
void use_session_cache(ssl_ctx_st* context, const TlsSessionCache& cache, Milliseconds timeout,
                       TlsSessions& sessions);

}  // namespace signgate::net
