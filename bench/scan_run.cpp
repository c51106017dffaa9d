// SPDX-License-Identifier: Apache-2.0
#include "bench/scan_run.hpp"

namespace signgate::bench {

Result<rewrite::Counters> scan_once(const ScanSubject& subject) {
  std::string made;
  const auto scanned =
      scan_body(subject, subject.text, codec::Coding::identity,
                [&made](const rewrite::Batch& batch, bool) -> Result<void> {
                  for (const rewrite::Batch::Piece& piece : batch.pieces) {
                    made += piece.literal;
                    if (piece.link >= 0)
                      made += batch.links[static_cast<std::size_t>(piece.link)].original;
                  }
                  return {};
                });
  if (scanned && made != subject.text) {
    return Error{ErrorCode::resource, Side::own, Retry::no,
                 "the scanner's pieces are not the document"};
  }
  return scanned;
}

Result<std::vector<ScanRun>> run_scans(const std::vector<ScanSubject>& subjects,
                                       const TurnPlan& plan) {
  std::vector<ScanRun> runs;
  std::vector<TurnStep> sides;
  const TakeBatch take = [](const rewrite::Batch&, bool) { return Result<void>(); };
  for (const ScanSubject& subject : subjects) {
    const auto counters = scan_once(subject);
    if (!counters) return counters.error();
    runs.push_back({.format = subject.format,
                    .bytes = subject.text.size(),
                    .counters = *counters,
                    .gigabytes = {},
                    .seconds = {}});
    sides.emplace_back([&subject, &take]() -> Result<void> {
      const auto scanned = scan_body(subject, subject.text, codec::Coding::identity, take);
      if (!scanned) return scanned.error();
      return {};
    });
  }
  const auto rounds = take_turns(sides, plan);
  if (!rounds) return rounds.error();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    ScanRun& run = runs[i];
    run.seconds =
        over_rounds(*rounds, [i](const TurnRound& round) { return round[i].cpu_seconds(); });
    run.gigabytes = over_rounds(*rounds, [i, &run](const TurnRound& round) {
      const double seconds = round[i].cpu_seconds();
      return seconds > 0 ? static_cast<double>(run.bytes) / seconds / 1e9 : 0;
    });
  }
  return runs;
}

Result<RecodeRun> run_recode(const ScanSubject& subject, codec::Coding coding, PageSigner& signer,
                             const TurnPlan& plan) {
  RecodeWork work(subject, coding, signer);
  const Result<void> prepared = work.prepare();
  if (!prepared) return prepared.error();
  const auto counters = scan_once(subject);
  if (!counters) return counters.error();
  enum : std::size_t { recode, recode_longer, rewrite, whole };
  const auto rounds =
      take_turns({[&work] { return work.recode(); }, [&work] { return work.recode_longer(); },
                  [&work] { return work.rewrite(); }, [&work] { return work.whole(); }},
                 plan);
  if (!rounds) return rounds.error();
  const auto time_of = [&rounds](std::size_t side) {
    return over_rounds(*rounds,
                       [side](const TurnRound& round) { return round[side].cpu_seconds(); });
  };
  const auto ratio_to = [&rounds](std::size_t side) {
    return over_rounds(*rounds, [side](const TurnRound& round) {
      const double base = round[side].cpu_seconds();
      return base > 0 ? round[whole].cpu_seconds() / base : 0;
    });
  };
  return RecodeRun{.coding = coding,
                   .sizes = work.sizes(),
                   .links = static_cast<std::size_t>(counters->matched),
                   .recode = time_of(recode),
                   .recode_longer = time_of(recode_longer),
                   .rewrite = time_of(rewrite),
                   .whole = time_of(whole),
                   .ratio = ratio_to(recode),
                   .ratio_longer = ratio_to(recode_longer)};
}

}  // namespace signgate::bench
