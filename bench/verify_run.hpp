// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/machine.hpp"
#include "bench/turns.hpp"
#include "signing/algorithm.hpp"

/// How fast signed URLs are verified.
namespace signgate::bench {

/// VerifyWay is who decides about the URL.
enum class VerifyWay : std::uint8_t {
  openssl,     // OpenSSL alone, with the digest at hand: the most that can be reached
  fresh,       // signing::verify_url: taken apart, signature checked, policy held against the clock
  remembered,  // the same by the edge's memory of signatures that held
};
inline constexpr std::size_t verify_ways = 3;

/// VerifyResult is what was measured of keys of one type, on one thread.
struct VerifyResult {
  signing::KeyType type = signing::KeyType::rsa2048;
  signing::HashAlgorithm hash = signing::HashAlgorithm::sha1;
  /// per_second is verifications in a second of CPU time, in the order of VerifyWay.
  std::array<Summary, verify_ways> per_second;
  Summary fresh_cost;       // CPU time of a fresh one, OpenSSL's being 1
  Summary remembered_cost;  // likewise
};

/// run_verify has a new key of that type sign a URL for the key type's usual hash, and all ways
/// verify it in turn. An error: no key could be made, or a way did not let the URL through.
[[nodiscard]] Result<VerifyResult> run_verify(signing::KeyType type, const TurnPlan& plan);

/// verify_text is a table with a line that tells the machine.
[[nodiscard]] std::string verify_text(const std::vector<VerifyResult>& results,
                                      const MachineFacts& machine);

/// verify_json is the same as one object: version, date, machine, and for each key type the median,
/// min and max of all figures.
[[nodiscard]] std::string verify_json(const std::vector<VerifyResult>& results,
                                      const MachineFacts& machine, std::string_view version,
                                      std::string_view date);

}  // namespace signgate::bench
