// SPDX-License-Identifier: Apache-2.0
// The authorizer's limits: nginx's limit_req and limit_conn.
#include <array>
#include <boost/asio/basic_waitable_timer.hpp>
#include <cstdio>

#include "gateway/base/limits.hpp"
#include "gateway/proxy/authorizer.hpp"

namespace signgate::proxy {
namespace {

using route::RateZone;

std::int64_t now_in_milliseconds() {
  return std::chrono::duration_cast<Milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

config::LogLevel one_less(config::LogLevel level) noexcept {
  return level == config::LogLevel::info
             ? level
             : static_cast<config::LogLevel>(static_cast<int>(level) - 1);
}

std::string excess_text(std::string_view what, bool dry_run, std::int64_t excess,
                        const std::string& zone) {
  std::array<char, 48> number{};
  std::snprintf(number.data(), number.size(), "%lld.%03lld", static_cast<long long>(excess / 1000),
                static_cast<long long>(excess % 1000));
  std::string text(what);
  text += dry_run ? ", dry run, excess: " : ", excess: ";
  return text + number.data() + " by zone \"" + zone + "\"";
}

// The state of a zone that is held until all zones were looked at.
struct Held {
  SharedRateZone* zone = nullptr;
  RateZone::State* state = nullptr;
};

}  // namespace

net::Awaitable<int> Authorizer::limit_requests(const route::AccessRules& rules) {
  const config::Access& settings = rules.settings;
  const std::size_t count = rules.requests.size();
  std::vector<Held> held(count);
  std::string key;
  RateZone::Look look{RateZone::Outcome::counted};
  std::size_t last = count;  // the limit that was looked at last
  for (std::size_t i = 0; i < count; ++i) {
    const route::RequestLimit& limit = rules.requests[i];
    key.clear();
    runtime_.router->request_zones()[limit.zone].key.append(values_, route::Escape::none, key);
    // A request without a key is not counted.
    if (key.empty() || key.size() > limits::limit_key) continue;
    SharedRateZone& zone = *runtime_.limits->requests[limit.zone];
    const std::lock_guard lock(zone.mutex);
    look = zone.zone.look(key, limit.milli_burst, i + 1 == count, now_in_milliseconds());
    last = i;
    if (look.outcome != RateZone::Outcome::held) break;
    held[i] = {&zone, look.state};
  }
  if (last == count) co_return 0;
  const auto& zones = runtime_.router->request_zones();
  const bool refused =
      look.outcome == RateZone::Outcome::exceeded || look.outcome == RateZone::Outcome::no_room;
  if (refused) {
    for (const Held& each : held) {
      if (each.state == nullptr) continue;
      const std::lock_guard lock(each.zone->mutex);
      RateZone::release(*each.state);
    }
    const std::string& name = zones[rules.requests[last].zone].settings.name;
    services_.access_errors.tell(
        settings.limit_req_log_level,
        excess_text("limiting requests", settings.limit_req_dry_run, look.excess, name), values_);
    values_.limit_req_status = settings.limit_req_dry_run ? "REJECTED_DRY_RUN" : "REJECTED";
    if (settings.limit_req_dry_run) co_return 0;
    ++services_.counters.req_limited;
    co_return settings.limit_req_status;
  }
  std::int64_t delay = 0;
  std::int64_t excess = look.excess;
  std::size_t slowest = last;
  if (look.outcome == RateZone::Outcome::counted) {
    const route::RequestLimit& limit = rules.requests[last];
    delay = runtime_.limits->requests[limit.zone]->zone.delay(look.excess, limit.milli_delay);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (held[i].state == nullptr) continue;
    const std::lock_guard lock(held[i].zone->mutex);
    const std::int64_t own = held[i].zone->zone.account(*held[i].state, now_in_milliseconds());
    const std::int64_t wanted = held[i].zone->zone.delay(own, rules.requests[i].milli_delay);
    if (wanted <= delay) continue;
    delay = wanted;
    excess = own;
    slowest = i;
  }
  if (delay == 0) {
    values_.limit_req_status = "PASSED";
    co_return 0;
  }
  const std::string& name = zones[rules.requests[slowest].zone].settings.name;
  services_.access_errors.tell(
      one_less(settings.limit_req_log_level),
      excess_text("delaying request", settings.limit_req_dry_run, excess, name), values_);
  values_.limit_req_status = settings.limit_req_dry_run ? "DELAYED_DRY_RUN" : "DELAYED";
  if (settings.limit_req_dry_run) co_return 0;
  ++services_.counters.req_delayed;
  const Milliseconds span(delay);
  const bool wanted = co_await wait(span);
  co_return wanted ? 0 : 499;
}

// In short steps: a client that leaves, or a worker that ends, need not be waited for.
net::Awaitable<bool> Authorizer::wait(Milliseconds span) {
  using Timer = net::asio::basic_waitable_timer<
      std::chrono::steady_clock, net::asio::wait_traits<std::chrono::steady_clock>, net::Executor>;
  Timer timer(services_.context.get_executor());
  const SteadyTime end = std::chrono::steady_clock::now() + span;
  while (true) {
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= left.zero()) co_return true;
    timer.expires_after(std::min<SteadyTime::duration>(left, limits::limit_watch));
    const auto waited = co_await timer.async_wait(net::as_values);
    static_cast<void>(waited);
    if (client_.has_left() || services_.stopping) co_return false;
  }
}

int Authorizer::limit_connections(const route::AccessRules& rules) {
  const config::Access& settings = rules.settings;
  for (const route::ConnectionLimit& limit : rules.connections) {
    const route::LimitZone& zone = runtime_.router->connection_zones()[limit.zone];
    std::string key;
    zone.key.append(values_, route::Escape::none, key);
    if (key.empty() || key.size() > limits::limit_key) continue;
    if (slots_.enter(runtime_.limits->connections[limit.zone], std::move(key), limit.number)) {
      values_.limit_conn_status = "PASSED";
      continue;
    }
    slots_.leave();
    services_.access_errors.tell(settings.limit_conn_log_level,
                                 std::string("limiting connections") +
                                     (settings.limit_conn_dry_run ? ", dry run," : "") +
                                     " by zone \"" + zone.settings.name + "\"",
                                 values_);
    values_.limit_conn_status = settings.limit_conn_dry_run ? "REJECTED_DRY_RUN" : "REJECTED";
    if (settings.limit_conn_dry_run) return 0;
    ++services_.counters.conn_limited;
    return settings.limit_conn_status;
  }
  return 0;
}

}  // namespace signgate::proxy
