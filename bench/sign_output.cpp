// SPDX-License-Identifier: Apache-2.0
#include "bench/sign_output.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "bench/percentiles.hpp"

namespace signgate::bench {
namespace {

[[gnu::format(printf, 2, 3)]] void add(std::string& out, const char* format, ...) {
  char line[512];
  std::va_list values;
  va_start(values, format);
  const int length = std::vsnprintf(line, sizeof line, format, values);
  va_end(values);
  if (length > 0) out.append(line, std::min(static_cast<std::size_t>(length), sizeof line - 1));
}

bool remembers(SignMode mode) noexcept {
  return mode == SignMode::memo || mode == SignMode::prefix;
}

double seconds(std::chrono::nanoseconds time) noexcept {
  return std::chrono::duration<double>(time).count();
}

// Each thread's rate over all rounds.
std::vector<SignThread> per_thread(const SignResult& result) {
  std::vector<SignThread> all(result.rounds.empty() ? 0 : result.rounds.front().threads.size());
  for (const SignRound& round : result.rounds) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (const auto side : {&SignThread::links, &SignThread::bare}) {
        (all[i].*side).count += (round.threads[i].*side).count;
        (all[i].*side).busy += (round.threads[i].*side).busy;
        (all[i].*side).cpu += (round.threads[i].*side).cpu;
      }
    }
  }
  return all;
}

void add_name(std::string& out, const SignRun& run) {
  add(out, "%-8s %-10s %7u", std::string(sign_mode_name(run.plan.mode)).c_str(),
      std::string(signing::key_type_name(run.type)).c_str(), run.plan.threads);
}

void add_rates(std::string& out, const std::vector<SignRun>& runs) {
  out +=
      "mode     key        threads    made/s      +-       min       max    bare/s      +-"
      "     ratio  by CPU time\n";
  for (const SignRun& run : runs) {
    const Summary links = run.result.over(&SignRound::links_per_second);
    const Summary bare = run.result.over(&SignRound::bare_per_second);
    add_name(out, run);
    add(out, " %9.0f %5.1f %% %9.0f %9.0f %9.0f %5.1f %% %9.3f %12.3f\n", links.median,
        links.spread * 100, links.min, links.max, bare.median, bare.spread * 100,
        run.result.over(&SignRound::ratio).median, run.result.over(&SignRound::cpu_ratio).median);
  }
}

void add_latencies(std::string& out, const std::vector<SignRun>& runs) {
  out += "mode     key        threads";
  for (const auto& [name, share] : text_percentiles)
    add(out, " %9s", name);
  out += "   each thread, made/s\n";
  for (const SignRun& run : runs) {
    add_name(out, run);
    for (const auto& [name, share] : text_percentiles)
      add(out, " %9.2f", static_cast<double>(run.result.latency.quantile(share)) / 1e3);
    out += "  ";
    for (const SignThread& thread : per_thread(run.result))
      add(out, " %.0f", thread.links.per_second());
    out += '\n';
  }
}

void add_memo(std::string& out, const SignRun& run) {
  const signing::MemoStatistics& memo = run.result.memo;
  add_name(out, run);
  add(out, "  %llu hits, %llu misses, %llu evictions; %zu signatures, %zu bytes\n",
      static_cast<unsigned long long>(memo.hits), static_cast<unsigned long long>(memo.misses),
      static_cast<unsigned long long>(memo.evictions), memo.entries, memo.bytes);
}

void write_summary(policy::JsonWriter& json, const Summary& sum, int decimals) {
  json.object([&] {
    json.name("median").real(sum.median, decimals);
    json.name("min").real(sum.min, decimals);
    json.name("max").real(sum.max, decimals);
    json.name("spread").real(sum.spread, 5);
  });
}

void write_side(policy::JsonWriter& json, const SignSide& side) {
  json.object([&] {
    json.name("count").integer(static_cast<std::int64_t>(side.count));
    json.name("per_second").real(side.per_second(), 1);
    json.name("per_cpu_second").real(side.per_cpu_second(), 1);
  });
}

void write_memo(policy::JsonWriter& json, const signing::MemoStatistics& memo) {
  const auto integer = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  json.object([&] {
    json.name("hits").integer(integer(memo.hits));
    json.name("misses").integer(integer(memo.misses));
    json.name("evictions").integer(integer(memo.evictions));
    json.name("entries").integer(integer(memo.entries));
    json.name("bytes").integer(integer(memo.bytes));
  });
}

void write_run(policy::JsonWriter& json, const SignRun& run) {
  const SignResult& result = run.result;
  json.object([&] {
    json.name("signer").string("signgate");
    json.name("mode").string(sign_mode_name(run.plan.mode));
    json.name("key_type").string(signing::key_type_name(run.type));
    json.name("hash").string(signing::hash_name(run.hash));
    json.name("threads").integer(run.plan.threads);
    json.name("links").integer(static_cast<std::int64_t>(run.plan.links));
    json.name("rounds").integer(run.plan.rounds);
    json.name("seconds").real(seconds(run.plan.round), 3);
    write_summary(json.name("per_second"), result.over(&SignRound::links_per_second), 1);
    write_summary(json.name("per_cpu_second"), result.over(&SignRound::links_per_cpu_second), 1);
    write_summary(json.name("bare_per_second"), result.over(&SignRound::bare_per_second), 1);
    write_summary(json.name("bare_per_cpu_second"), result.over(&SignRound::bare_per_cpu_second),
                  1);
    write_summary(json.name("ratio"), result.over(&SignRound::ratio), 4);
    write_summary(json.name("cpu_ratio"), result.over(&SignRound::cpu_ratio), 4);
    json.name("per_thread").array([&] {
      for (const SignThread& thread : per_thread(result)) {
        json.object([&] {
          write_side(json.name("links"), thread.links);
          write_side(json.name("bare"), thread.bare);
        });
      }
    });
    json.name("latency_every").integer(latency_sampling(run.plan.mode));
    write_latency(json.name("latency_ns"), result.latency);
    if (remembers(run.plan.mode)) write_memo(json.name("memo"), result.memo);
  });
}

}  // namespace

std::string sign_text(const SignSession& session) {
  std::string out;
  const MachineFacts& machine = session.machine;
  add(out, "signgate %s, %s\n%s, %u cores; %s; %s\n", session.version.c_str(), session.date.c_str(),
      machine.cpu.c_str(), machine.cores, machine.openssl.c_str(), machine.compiler.c_str());
  if (session.runs.empty()) return out;
  const SignPlan& plan = session.runs.front().plan;
  add(out,
      "%zu links; %u rounds of %g s after one that does not count, half of each for OpenSSL alone\n"
      "\nWhole signed URLs or sets of cookies; median of the rounds, median absolute deviation\n",
      plan.links, plan.rounds, seconds(plan.round));
  add_rates(out, session.runs);
  out += "\nLatency in us, all rounds\n";
  add_latencies(out, session.runs);
  const auto& runs = session.runs;
  if (std::ranges::any_of(runs, [](const SignRun& run) { return remembers(run.plan.mode); }))
    out += "\nThe memo of signatures\n";
  for (const SignRun& run : runs) {
    if (remembers(run.plan.mode)) add_memo(out, run);
  }
  return out;
}

std::string sign_json(const SignSession& session) {
  const MachineFacts& machine = session.machine;
  std::string out;
  policy::JsonWriter json(out, 2);
  json.object([&] {
    json.name("tool").string("signgate-bench sign");
    json.name("schema").integer(1);
    json.name("version").string(session.version);
    json.name("date").string(session.date);
    if (!session.label.empty()) json.name("label").string(session.label);
    json.name("machine").object([&] {
      json.name("cpu").string(machine.cpu);
      json.name("cores").integer(machine.cores);
      json.name("openssl").string(machine.openssl);
      json.name("compiler").string(machine.compiler);
      json.name("build").string(machine.build);
    });
    json.name("runs").array([&] {
      for (const SignRun& run : session.runs)
        write_run(json, run);
    });
  });
  out += '\n';
  return out;
}

}  // namespace signgate::bench
