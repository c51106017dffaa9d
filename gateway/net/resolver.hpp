// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "gateway/net/deadline.hpp"
#include "gateway/net/name_cache.hpp"

namespace signgate::net {

/// Resolver asks name servers without blocking, by c-ares: UDP with a change to TCP, both address
/// families at once, names followed through CNAME. It remembers answers for their TTL. One
/// worker's. Source: nginx, `resolver`, `resolver_timeout`.
class Resolver {
 public:
  struct Settings {
    std::vector<std::string> servers;  // "ADDRESS:PORT", "[v6]:PORT"; none: the system's, and hosts
    Milliseconds valid{0};             // overrides the TTL when not 0
    bool ipv4 = true;
    bool ipv6 = true;

    friend bool operator==(const Settings&, const Settings&) = default;
  };

  Resolver(asio::io_context& context, DeadlineWheel& wheel, Settings settings);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// resolve gives the addresses of a name: remembered, or asked for within `timeout`. Requests for
  /// one name wait for one question. A name without addresses is an error of the upstream's side,
  /// remembered for a second; its detail does not hold the name. `is_wanted`, unless null or empty,
  /// is asked now and then: when it says no, the answer is not waited for any longer.
  [[nodiscard]] Awaitable<Result<Resolution>> resolve(
      const std::string& name, Milliseconds timeout,
      const std::function<bool()>* is_wanted = nullptr);

  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }

 private:
  class Channel;
  struct Question;

  [[nodiscard]] Result<Resolution> remembered(const Resolution& resolution) const;
  void finish(const std::string& name, Question& question);

  asio::io_context& context_;
  DeadlineWheel& wheel_;
  Settings settings_;
  NameCache cache_;
  std::map<std::string, std::shared_ptr<Question>> open_;
  std::shared_ptr<Channel> channel_;
};

}  // namespace signgate::net
