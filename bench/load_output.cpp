// SPDX-License-Identifier: Apache-2.0
#include "bench/load_output.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "bench/percentiles.hpp"
#include "policy/json_writer.hpp"

namespace signgate::bench {
namespace {

using Count = unsigned long long;

[[gnu::format(printf, 2, 3)]] void add(std::string& out, const char* format, ...) {
  char line[512];
  std::va_list values;
  va_start(values, format);
  const int length = std::vsnprintf(line, sizeof line, format, values);
  va_end(values);
  if (length > 0) out.append(line, std::min(static_cast<std::size_t>(length), sizeof line - 1));
}

bool is_open(const LoadSession& session) noexcept {
  return session.plan.rate > 0;
}

unsigned threads_of(const LoadPlan& plan) noexcept {
  return std::min(plan.threads, plan.connections);
}

double seconds_of(const LoadResult& result) noexcept {
  return std::max(std::chrono::duration<double>(result.elapsed).count(), 1e-9);
}

std::int64_t integer(std::uint64_t value) noexcept {
  return static_cast<std::int64_t>(value);
}

void write_links(policy::JsonWriter& json, const LinkCheck& check) {
  const LinkCheck::Counts links = check.counts();
  json.object([&] {
    json.name("verified").integer(integer(links.verified));
    json.name("failed").integer(integer(links.failed));
    json.name("bodies").integer(integer(links.bodies));
    json.name("cut").integer(integer(links.cut));
    json.name("unreadable").integer(integer(links.unreadable));
    json.name("failures").array([&] {
      for (const std::string& failure : check.failures())
        json.string(failure);
    });
  });
}

// What is wrong with the links; a check that saw no link at all proves nothing.
std::string links_complaint(const LinkCheck& check) {
  const LinkCheck::Counts links = check.counts();
  std::string out;
  if (links.failed > 0) {
    add(out, "%llu signed links fail, such as", Count{links.failed});
    for (const std::string& failure : check.failures())
      out += "\n  " + failure;
  } else if (links.unreadable > 0) {
    add(out, "%llu bodies could not be read", Count{links.unreadable});
  } else if (links.verified == 0) {
    out = "no answer has a signed link";
  }
  return out;
}

}  // namespace

std::string load_text(const LoadSession& session) {
  const LoadResult& result = session.result;
  const double seconds = seconds_of(result);
  std::string out = session.url;
  add(out, ": %u connections on %u threads, %.2f s, ", session.plan.connections,
      threads_of(session.plan), seconds);
  if (is_open(session)) {
    add(out,
        "open loop, %g a second asked\n  sent        %llu of %llu, %.1f a second; unsent: %llu\n",
        session.plan.rate, Count{result.sent}, Count{result.due}, result.rate_reached(),
        Count{result.unsent()});
  } else {
    out += "closed loop\n";
  }
  add(out, "  answers     %llu, %.1f a second, %.3f MB a second\n  status     ",
      Count{result.answers()}, static_cast<double>(result.answers()) / seconds,
      static_cast<double>(result.bytes) / seconds / 1e6);
  for (const auto& [status, count] : result.statuses)
    add(out, " %u: %llu", status, Count{count});
  add(out, "%s\n  errors      %llu", result.statuses.empty() ? " none" : "",
      Count{result.error_sum()});
  for (std::size_t i = 0; i < load_error_count; ++i) {
    if (result.errors[i] == 0) continue;
    add(out, ", %s: %llu", load_error_name(static_cast<LoadError>(i)).data(),
        Count{result.errors[i]});
  }
  out += "\n  latency    ";
  for (const auto& [name, share] : text_percentiles)
    add(out, " %s %.3f ms", name, static_cast<double>(result.latency.quantile(share)) / 1e6);
  out += is_open(session) ? ", from when each was due\n" : "\n";
  if (result.links) {
    const LinkCheck::Counts links = result.links->counts();
    add(out, "  links       %llu verified, %llu failed, in %llu bodies searched",
        Count{links.verified}, Count{links.failed}, Count{links.bodies});
    if (links.cut > 0) add(out, "; %llu bodies searched in part", Count{links.cut});
    if (links.unreadable > 0) add(out, "; %llu bodies unreadable", Count{links.unreadable});
    out += '\n';
  }
  return out;
}

std::string load_json(const LoadSession& session) {
  const LoadResult& result = session.result;
  const double seconds = seconds_of(result);
  const auto rate = [seconds](std::uint64_t count) {
    return static_cast<std::int64_t>(static_cast<double>(count) / seconds + 0.5);
  };
  std::string out;
  policy::JsonWriter json(out, 2);
  json.object([&] {
    json.name("tool").string("signgate-bench load");
    json.name("schema").integer(1);
    json.name("version").string(session.version);
    json.name("date").string(session.date);
    json.name("url").string(session.url);
    json.name("connections").integer(session.plan.connections);
    json.name("threads").integer(threads_of(session.plan));
    json.name("loop").string(is_open(session) ? "open" : "closed");
    if (is_open(session)) {
      json.name("rate").real(session.plan.rate, 3);
      json.name("rate_reached").real(result.rate_reached(), 3);
      json.name("due").integer(integer(result.due));
      json.name("sent").integer(integer(result.sent));
      json.name("unsent").integer(integer(result.unsent()));
    }
    json.name("elapsed_ms")
        .integer(std::chrono::duration_cast<Milliseconds>(result.elapsed).count());
    json.name("answers").integer(integer(result.answers()));
    json.name("answers_per_second").integer(rate(result.answers()));
    json.name("bytes").integer(integer(result.bytes));
    json.name("bytes_per_second").integer(rate(result.bytes));
    json.name("status").object([&] {
      for (const auto& [status, count] : result.statuses)
        json.name(std::to_string(status)).integer(integer(count));
    });
    json.name("errors").object([&] {
      for (std::size_t i = 0; i < load_error_count; ++i)
        json.name(load_error_name(static_cast<LoadError>(i))).integer(integer(result.errors[i]));
    });
    write_latency(json.name("latency_ns"), result.latency);
    if (result.links) write_links(json.name("links"), *result.links);
  });
  out += '\n';
  return out;
}

std::string load_complaint(const LoadSession& session) {
  const LoadResult& result = session.result;
  std::string out;
  if (result.error_sum() > 0 || result.answers() == 0) {
    add(out, "%llu exchanges failed, %llu were answered", Count{result.error_sum()},
        Count{result.answers()});
  }
  if (result.unsent() > 0) {
    add(out, "%s%llu of %llu requests could not be sent in time: no connection was free",
        out.empty() ? "" : "; ", Count{result.unsent()}, Count{result.due});
  }
  if (!result.links) return out;
  const std::string links = links_complaint(*result.links);
  if (!out.empty() && !links.empty()) out += "; ";
  return out + links;
}

}  // namespace signgate::bench
