// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "bench/recode_work.hpp"
#include "bench/scan_work.hpp"
#include "bench/turns.hpp"

namespace signgate::bench {

/// ScanRun is what scanning one document came to.
struct ScanRun {
  rewrite::Format format = rewrite::Format::html;
  std::size_t bytes = 0;
  rewrite::Counters counters;  // of one document
  Summary gigabytes;           // 10^9 bytes a second of CPU time, so by one core
  Summary seconds;             // of CPU time for the document
};

/// RecodeRun is what becomes of one coded page; times are seconds of CPU time a page.
struct RecodeRun {
  codec::Coding coding = codec::Coding::identity;
  RecodeWork::Sizes sizes;
  std::size_t links = 0;
  Summary recode;         // decoded and encoded again
  Summary recode_longer;  // decoded, and the rewritten page encoded
  Summary rewrite;        // scanned, signed and spliced alone
  Summary whole;          // decoded, scanned, signed, spliced, encoded
  Summary ratio;          // whole to recode, round by round
  Summary ratio_longer;   // whole to recode_longer
};

/// scan_once has the document scanned once; an error when it is not cut into pieces that make it up
/// again.
[[nodiscard]] Result<rewrite::Counters> scan_once(const ScanSubject& subject);

/// run_scans measures scanners alone: links are found, matched and handed out, and nothing else is
/// done. The documents take turns.
[[nodiscard]] Result<std::vector<ScanRun>> run_scans(const std::vector<ScanSubject>& subjects,
                                                     const TurnPlan& plan);

/// run_recode measures what a coded page costs, the parts in turn with the whole.
[[nodiscard]] Result<RecodeRun> run_recode(const ScanSubject& subject, codec::Coding coding,
                                           PageSigner& signer, const TurnPlan& plan);

}  // namespace signgate::bench
