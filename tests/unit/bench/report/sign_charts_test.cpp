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
          .per_cpu_second = {},
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
  EXPECT_THAT(out, HasSubstr("<span>OpenSSL alone, beside signgate</span>"));
  EXPECT_THAT(out, HasSubstr("<figcaption>Ratio to OpenSSL&#39;s bare signatures</figcaption>"));
  EXPECT_THAT(out, HasSubstr("to reach: 0.97"));
  EXPECT_THAT(out, HasSubstr("<figcaption>Latency of one</figcaption>"));
  EXPECT_THAT(out, HasSubstr("<span>signgate, 2 threads</span>"));
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
  EXPECT_LT(out.find("<div>signgate</div>"), out.find("<div>other</div>"));
}

TEST(SignCharts, DrawBarsWhereThereIsOneNumberOfThreads) {
  const SignFigures one = figures(SignMode::cold, 1, 98);
  const std::string out = drawn({{"signgate", 2, &one}});
  EXPECT_THAT(out, HasSubstr("<figcaption>A second, on 1 thread</figcaption>"));
  EXPECT_THAT(out, HasSubstr("<span>98 ± 0.0 %</span>"));
  EXPECT_THAT(out, HasSubstr("<div>OpenSSL alone, beside signgate</div>"));
  EXPECT_THAT(out, HasSubstr("<figcaption>Ratio to OpenSSL&#39;s bare signatures</figcaption>"));
  EXPECT_THAT(out, HasSubstr("<div>to reach: 0.97</div>"));
  EXPECT_THAT(out, Not(HasSubstr("by threads")));
}

TEST(SignCharts, GiveASignerOneColourThroughout) {
  const SignFigures one = figures(SignMode::cold, 1, 98);
  const SignFigures two = figures(SignMode::cold, 2, 190);
  const std::string out = drawn({{"a", 2, &one}, {"b", 2, &one}, {"a", 2, &two}, {"b", 2, &two}});
  const auto colour_of = [&](std::string_view figure, std::string_view name,
                             std::string_view what) {
    const std::size_t begin = out.find("<figcaption>" + std::string(figure));
    const std::size_t named = out.find(">" + std::string(name) + "<", begin);
    return out.substr(
        out.find(what, figure[0] == 'A' ? named : out.rfind("<li>", named)) + what.size(), 2);
  };
  for (const char* figure : {"Throughput", "Ratio"}) {
    EXPECT_EQ(colour_of(figure, "a", "class=\"line "), "c0") << figure;
    EXPECT_EQ(colour_of(figure, "b", "class=\"line "), "c1") << figure;
  }
  EXPECT_EQ(colour_of("Throughput", "OpenSSL alone, beside b", "class=\"line dashed "), "c1");
  EXPECT_EQ(colour_of("A second", "b", "class=\"bar "), "c1");
}

TEST(LatencyChart, DrawsEightCurvesOfMany) {
  const std::vector<LatencyPoint> points = {{0.5, 10}, {1, 20}};
  std::vector<LatencyCurve> curves;
  for (int i = 1; i <= 64; ++i)
    curves.push_back({"curve " + std::to_string(i), &points});
  std::string out;
  Markup page(out);
  draw_latency_chart(page, "Latency", curves);
  EXPECT_THAT(out, HasSubstr("so many took no longer than; 8 of 64 curves"));
  EXPECT_THAT(out, HasSubstr("<span>curve 1</span>"));
  EXPECT_THAT(out, HasSubstr("<span>curve 64</span>"));
  std::size_t drawn_curves = 0;
  for (std::size_t at = out.find("<span>"); at != std::string::npos;
       at = out.find("<span>", at + 1))
    ++drawn_curves;
  EXPECT_EQ(drawn_curves, 8U);
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
