// SPDX-License-Identifier: Apache-2.0
#include "bench/scan_output.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "bench/scan_page.hpp"
#include "gateway/base/limits.hpp"
#include "policy/json_writer.hpp"

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

double in_us(double seconds) noexcept {
  return seconds * 1e6;
}

void add_scans(std::string& out, const std::vector<ScanRun>& scans) {
  out += "type    bytes   links matched     GB/s      +-     min     max   us/document\n";
  for (const ScanRun& run : scans) {
    const Summary& speed = run.gigabytes;
    add(out, "%-5s %7zu %7llu %7llu %8.2f %5.1f %% %7.2f %7.2f %13.2f\n",
        std::string(scan_format_name(run.format)).c_str(), run.bytes,
        static_cast<unsigned long long>(run.counters.links),
        static_cast<unsigned long long>(run.counters.matched), speed.median, speed.spread * 100,
        speed.min, speed.max, in_us(run.seconds.median));
  }
}

void add_codings(std::string& out, const std::vector<RecodeRun>& codings) {
  out +=
      "coding  level    page   coded  rewritten   coded   a: recode  b: longer  c: rewrite  "
      "d: whole     d/a  (min to max)      d/b  (min to max)\n";
  for (const RecodeRun& run : codings) {
    add(out, "%-7s %5d %7zu %7zu %10zu %7zu %11.1f %10.1f %11.1f %9.1f",
        std::string(codec::coding_name(run.coding)).c_str(), codec::page_level(run.coding),
        run.sizes.page, run.sizes.coded, run.sizes.rewritten, run.sizes.rewritten_coded,
        in_us(run.recode.median), in_us(run.recode_longer.median), in_us(run.rewrite.median),
        in_us(run.whole.median));
    for (const Summary* ratio : {&run.ratio, &run.ratio_longer})
      add(out, " %7.3f (%.3f to %.3f)", ratio->median, ratio->min, ratio->max);
    out += '\n';
  }
}

constexpr const char* legend =
    "us of CPU time a page: a decoded and encoded again; b the same, but the rewritten page is "
    "encoded, longer by its\nsignatures; c scanned, signed from the memo and spliced, without a "
    "coding; d all of it: decoded, scanned, signed,\nspliced, encoded. d/a and d/b are the medians "
    "of the rounds' ratios.\n";

void write_summary(policy::JsonWriter& json, const Summary& sum, double scale, int decimals) {
  json.object([&] {
    json.name("median").real(sum.median * scale, decimals);
    json.name("min").real(sum.min * scale, decimals);
    json.name("max").real(sum.max * scale, decimals);
    json.name("spread").real(sum.spread, 5);
  });
}

void write_scan(policy::JsonWriter& json, const ScanRun& run) {
  json.object([&] {
    json.name("type").string(scan_format_name(run.format));
    json.name("bytes").integer(static_cast<std::int64_t>(run.bytes));
    json.name("links").integer(static_cast<std::int64_t>(run.counters.links));
    json.name("matched").integer(static_cast<std::int64_t>(run.counters.matched));
    write_summary(json.name("gigabytes_per_cpu_second"), run.gigabytes, 1, 4);
    write_summary(json.name("cpu_us"), run.seconds, 1e6, 3);
  });
}

void write_coding(policy::JsonWriter& json, const RecodeRun& run) {
  const auto size = [&json](const char* name, std::size_t value) {
    json.name(name).integer(static_cast<std::int64_t>(value));
  };
  json.object([&] {
    json.name("coding").string(codec::coding_name(run.coding));
    json.name("level").integer(codec::page_level(run.coding));
    json.name("origin_level").integer(origin_level(run.coding));
    size("links", run.links);
    size("page_bytes", run.sizes.page);
    size("coded_bytes", run.sizes.coded);
    size("rewritten_bytes", run.sizes.rewritten);
    size("rewritten_coded_bytes", run.sizes.rewritten_coded);
    write_summary(json.name("recode_cpu_us"), run.recode, 1e6, 3);
    write_summary(json.name("recode_longer_cpu_us"), run.recode_longer, 1e6, 3);
    write_summary(json.name("rewrite_cpu_us"), run.rewrite, 1e6, 3);
    write_summary(json.name("whole_cpu_us"), run.whole, 1e6, 3);
    write_summary(json.name("ratio"), run.ratio, 1, 4);
    write_summary(json.name("ratio_longer"), run.ratio_longer, 1, 4);
  });
}

}  // namespace

std::string scan_text(const ScanSession& session) {
  std::string out;
  const MachineFacts& machine = session.machine;
  const double side = std::chrono::duration<double>(session.plan.side).count();
  add(out, "signgate %s, %s\n%s, %u cores; %s; %s\n", session.version.c_str(), session.date.c_str(),
      machine.cpu.c_str(), machine.cores, machine.openssl.c_str(), machine.compiler.c_str());
  add(out, "one thread; %u rounds of %g s each after one that does not count; reads of %zu KiB\n",
      session.plan.rounds, side, limits::response_buffer / limits::kib);
  if (!session.scans.empty()) {
    out += "\nScanners alone; GB/s of CPU time: median of the rounds, median absolute deviation\n";
    add_scans(out, session.scans);
  }
  if (!session.codings.empty()) {
    add(out, "\nCodings of a page with %zu links\n", session.codings.front().links);
    add_codings(out, session.codings);
    out += legend;
  }
  return out;
}

std::string scan_json(const ScanSession& session) {
  const MachineFacts& machine = session.machine;
  std::string out;
  policy::JsonWriter json(out, 2);
  json.object([&] {
    json.name("tool").string("signgate-bench scan");
    json.name("schema").integer(1);
    json.name("version").string(session.version);
    json.name("date").string(session.date);
    json.name("machine").object([&] {
      json.name("cpu").string(machine.cpu);
      json.name("cores").integer(machine.cores);
      json.name("openssl").string(machine.openssl);
      json.name("compiler").string(machine.compiler);
      json.name("build").string(machine.build);
    });
    json.name("rounds").integer(session.plan.rounds);
    json.name("seconds").real(std::chrono::duration<double>(session.plan.side).count(), 3);
    json.name("scans").array([&] {
      for (const ScanRun& run : session.scans)
        write_scan(json, run);
    });
    json.name("codings").array([&] {
      for (const RecodeRun& run : session.codings)
        write_coding(json, run);
    });
  });
  out += '\n';
  return out;
}

}  // namespace signgate::bench
