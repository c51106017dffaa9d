// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/cli/demo/cases.hpp"

/// Which checks of the chain a request got through: told from the edge's answer alone, so that the
/// same lights would be lit for a real CloudFront that named its reasons.
namespace signgate::cli::demo {

/// Check is a place in the chain that a link can pass or fail, in the order in which it comes to
/// them: CloudFront's own order, then S3's.
enum class Check : std::uint8_t {
  site,       // the web application wrote a link to it
  gateway,    // the gateway signed that link
  key,        // the edge trusts the key that the link names
  signature,  // the signature is that key's over the policy
  resource,   // the policy covers the address
  time,       // the policy's time has come and is not over
  address,    // the policy lets this viewer in
  cache,      // the edge has it, or asks the bucket
  caller,     // the bucket's policy grants this distribution to read
  referer,    // the bucket's policy grants the page that it was asked from
  object,     // the object is there
};
inline constexpr std::size_t check_count = 11;

/// check_name is a short name for addresses, attributes and tables: "signature".
[[nodiscard]] std::string_view check_name(Check check) noexcept;

/// check_title says in a few words what is checked: "The signature is that key's".
[[nodiscard]] std::string_view check_title(Check check) noexcept;

/// Light says what became of a check.
enum class Light : std::uint8_t { not_reached, passed, failed };

/// light_name is "not-reached", "passed" or "failed".
[[nodiscard]] std::string_view light_name(Light light) noexcept;

/// Step is a check with its light, and a note of a few words: what was found there. Empty for what
/// was not reached.
struct Step {
  Check check = Check::site;
  Light light = Light::not_reached;
  std::string note;
};

/// Trace is a request's way through the chain.
struct Trace {
  std::array<Step, check_count> steps;  // in the order of Check
  bool opened = false;                  // the object came
  std::string by;       // who answered: "CloudFront", "Amazon S3", "the edge's cache"; or empty
  std::string outcome;  // what became of the link and why, in whole sentences

  [[nodiscard]] Step& at(Check check) { return steps[static_cast<std::size_t>(check)]; }
  [[nodiscard]] const Step& at(Check check) const { return steps[static_cast<std::size_t>(check)]; }
};

/// trace_of reads off the edge's answer how far the request came: who refused by Server, which of
/// its checks by x-signgate-reason and without one by the XML's code, hit or miss by X-Cache, and
/// by Age whether the edge only repeats what the bucket had said. The site and the gateway have
/// done their part when there is a link to ask with. An answer that fits nothing of that lights
/// none of the edge's checks. Pure; any thread.
[[nodiscard]] Trace trace_of(const EdgeAnswer& answer);

/// broken_at is the trace of a request that never left the site: `where` (site or gateway) failed,
/// `why` is one sentence.
[[nodiscard]] Trace broken_at(Check where, std::string why);

}  // namespace signgate::cli::demo
