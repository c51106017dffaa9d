// SPDX-License-Identifier: Apache-2.0
#include "bench/machine.hpp"

#include <openssl/crypto.h>
#include <sched.h>

#include <array>
#include <ctime>
#include <fstream>
#include <iterator>

namespace signgate::bench {
namespace {

unsigned usable_cores() noexcept {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  if (::sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
  return static_cast<unsigned>(CPU_COUNT(&cores));
}

std::string_view trim(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

constexpr const char* compiler =
#ifdef __clang__
    "clang " __clang_version__;
#else
    "g++ " __VERSION__;
#endif

constexpr const char* build =
#if defined(SIGNGATE_SANITIZED)
    "with a sanitizer";
#elif !defined(__OPTIMIZE__)
    "not optimised";
#else
        "optimised";
#endif

}  // namespace

MachineFacts machine_facts() {
  std::ifstream in("/proc/cpuinfo", std::ios::binary);
  const std::string cpuinfo{std::istreambuf_iterator<char>(in), {}};
  return {.cpu = cpu_model(cpuinfo),
          .cores = usable_cores(),
          .openssl = OpenSSL_version(OPENSSL_VERSION),
          .compiler = compiler,
          .build = build};
}

std::string cpu_model(std::string_view cpuinfo) {
  while (!cpuinfo.empty()) {
    const std::string_view line = cpuinfo.substr(0, cpuinfo.find('\n'));
    cpuinfo.remove_prefix(std::min(line.size() + 1, cpuinfo.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || trim(line.substr(0, colon)) != "model name") continue;
    if (const auto name = trim(line.substr(colon + 1)); !name.empty()) return std::string(name);
  }
  return "unknown";
}

std::string date_text(std::int64_t unix_seconds) {
  const auto time = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  std::array<char, 32> text{};
  if (::gmtime_r(&time, &parts) == nullptr) return {};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace signgate::bench
