// SPDX-License-Identifier: Apache-2.0
#include "bench/report/sign_charts.hpp"

#include <gmock/gmock.h>

namespace signgate::bench::report {
namespace {

using testing::HasSubstr;
using testing::Not;

SignFigures figures(SignMode mode, unsigned threads, double rate) {
  return {.signer = "signgate",
          .mode = mode,
          .threads = threads,
          .per_second = {rate, rate, rate, 0},
          .bare_per_second = Summary{100, 100, 100, 0},
          .ratio = Summary{rate / 100, rate / 100, rate / 100, 0},
          .cpu_ratio = Summary{rate / 100, rate / 100, rate / 100, 0},
          .latency = {{0.5, 10'000}, {0.99, 50'000}, {1, 90'000}}};
}

std::string drawn(const std::vector<NamedFigures>& runs) {
  std::string out;
  Markup page(out);
  draw_sign_charts(page, runs);
  return out;
}

TEST(SignCharts, DrawThroughputRatioAndLatency) {
  const SignFigures one = figures(SignMode::cold, 1, 98);
  const SignFigures two = figures(SignMode::cold, 2, 190);
  const std::string out = drawn({{"signgate", 2, &one}, {"signgate", 2, &two}});
  EXPECT_THAT(out, HasSubstr("<figcaption>Throughput by threads</figcaption>"));
  EXPECT_THAT(out, HasSubstr(" OpenSSL alone, beside signgate</li>"));
  EXPECT_THAT(out, HasSubstr("<figcaption>Ratio to OpenSSL&#39;s bare signatures</figcaption>"));
  EXPECT_THAT(out, HasSubstr("to reach: 0.97"));
  EXPECT_THAT(out, HasSubstr("<figcaption>Latency of one</figcaption>"));
  EXPECT_THAT(out, HasSubstr(" signgate, 2 threads</li>"));
  EXPECT_THAT(out, Not(HasSubstr("<rect")));
}

TEST(SignCharts, HoldTheMemoAgainstWhatEachCoreIsToReach) {
  const SignFigures one = figures(SignMode::memo, 1, 5e6);
  const std::string out = drawn({{"signgate", 2, &one}});
  EXPECT_THAT(out, HasSubstr("to reach: 4 M a core"));
  EXPECT_THAT(out, Not(HasSubstr("OpenSSL alone")));
}

TEST(SignCharts, SetSeveralSignersSideBySideTheFastestFirst) {
  const SignFigures ours = figures(SignMode::cold, 1, 98);
  SignFigures other = figures(SignMode::cold, 1, 20);
  other.ratio = other.cpu_ratio = other.bare_per_second = std::nullopt;
  other.latency.clear();
  const std::string out = drawn({{"other", 2, &other}, {"signgate", 2, &ours}});
  EXPECT_THAT(out, HasSubstr("<figcaption>A second, on 1 thread</figcaption>"));
  const std::string_view bars = std::string_view(out).substr(out.find("<rect") - 200);
  EXPECT_LT(bars.find(">signgate</text>"), bars.find(">other</text>"));
}

TEST(LatencyChart, IsLeftOutWithoutFigures) {
  const std::vector<LatencyPoint> none;
  std::string out;
  Markup page(out);
  draw_latency_chart(page, "Latency", {{"empty", &none}});
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace signgate::bench::report
