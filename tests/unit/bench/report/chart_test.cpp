// SPDX-License-Identifier: Apache-2.0
#include "bench/report/chart.hpp"

#include <gmock/gmock.h>

#include <numeric>

#include "bench/report/number_text.hpp"

namespace signgate::bench::report {
namespace {

using testing::HasSubstr;
using testing::Not;

LineChart chart_of(std::vector<Series> series, std::vector<ReferenceLine> references = {}) {
  return {.title = "A <title>",
          .x_title = "threads",
          .y_title = "a second",
          .x = Scale::steps({1, 2}, across, whole_text),
          .y = Scale::linear(10, upwards, count_text),
          .series = std::move(series),
          .references = std::move(references)};
}

std::string drawn(const LineChart& chart) {
  std::string out;
  Markup page(out);
  draw_chart(page, chart);
  return out;
}

TEST(DrawChart, DrawsALineThroughItsPoints) {
  const std::string out = drawn(chart_of({{"one", {{1, 0, 0, 0}, {2, 10, 10, 10}}}}));
  EXPECT_THAT(out, HasSubstr("points=\"58.0,222.0 402.0,12.0 \""));
  EXPECT_THAT(out, HasSubstr("<figcaption>A &lt;title&gt;</figcaption>"));
  EXPECT_THAT(out, HasSubstr("aria-label=\"A &lt;title&gt;\""));
  EXPECT_THAT(out, HasSubstr(">threads</text>"));
  EXPECT_THAT(out, Not(HasSubstr("spread")));
}

TEST(DrawChart, ShowsTheSpreadBehindAPoint) {
  EXPECT_THAT(drawn(chart_of({{"one", {{1, 5, 4, 6}}}})),
              HasSubstr("<line class=\"spread c0\" x1=\"58.0\" y1=\"138.0\" x2=\"58.0\" "
                        "y2=\"96.0\"/>"));
}

TEST(DrawChart, TellsSeriesApartByColourAndMark) {
  const std::vector<ChartPoint> points = {{1, 1, 1, 1}, {2, 2, 2, 2}};
  const std::string out = drawn(chart_of({{"one", points}, {"two & more", points, true, 9}}));
  EXPECT_THAT(out, HasSubstr("<circle class=\"mark c0\""));
  EXPECT_THAT(out, HasSubstr("<polygon class=\"mark c1 hollow\""));
  EXPECT_THAT(out, HasSubstr("class=\"line dashed c1\""));
  EXPECT_THAT(out, HasSubstr("<span>two &amp; more</span>"));
}

TEST(DrawChart, DrawsWhatTheOthersAreHeldAgainst) {
  const std::string out = drawn(chart_of({}, {{"to reach: 5", 5}}));
  EXPECT_THAT(out, HasSubstr("<line class=\"reference\" x1=\"58.0\" y1=\"117.0\" x2=\"402.0\""));
  EXPECT_THAT(out, HasSubstr("<span>to reach: 5</span>"));
}

TEST(DrawChart, LeavesOutLabelsThatWouldLieOnOthers) {
  std::vector<double> threads(256);
  std::iota(threads.begin(), threads.end(), 1);
  LineChart chart = chart_of({});
  chart.x = Scale::steps(threads, across, whole_text);
  const std::string out = drawn(chart);
  double last = 0;
  std::size_t labels = 0;
  constexpr std::string_view before = "text-anchor=\"middle\">";
  for (std::size_t at = out.find(before); at != std::string::npos; at = out.find(before, at + 1)) {
    if (out.compare(at + before.size(), 7, "threads") == 0) continue;
    const double x = std::stod(out.substr(out.rfind(" x=\"", at) + 4));
    if (labels++ > 0) {
      EXPECT_GE(x - last, 14) << labels;
    }
    last = x;
  }
  EXPECT_GT(labels, 5U);
  EXPECT_LT(labels, 40U);
  EXPECT_THAT(out, HasSubstr(">256</text>"));
}

TEST(DrawBars, GivesEachAShareOfTheLongest) {
  std::string out;
  Markup page(out);
  draw_bars(page, "Rates", {{"a", "10", 10}, {"b", "5", 5, true, 2}, {"c", "0", 0}});
  const auto width_after = [&](std::string_view name) {
    const std::size_t bar = out.find("width=\"", out.find("<div>" + std::string(name) + "</div>"));
    return std::stod(out.substr(bar + 7));
  };
  EXPECT_NEAR(width_after("a"), 2 * width_after("b"), 0.11);
  EXPECT_GT(width_after("c"), 0);
  EXPECT_LT(width_after("c"), 1);
  EXPECT_THAT(out, HasSubstr("<rect class=\"bar c0\""));
  EXPECT_THAT(out, HasSubstr("<rect class=\"bar c2 hollow\""));
}

}  // namespace
}  // namespace signgate::bench::report
