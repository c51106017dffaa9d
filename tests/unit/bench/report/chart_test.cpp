// SPDX-License-Identifier: Apache-2.0
#include "bench/report/chart.hpp"

#include <gmock/gmock.h>

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
  const std::string out = drawn(chart_of({{"one", {{1, 0, 0, 0}, {2, 10, 10, 10}}, false}}));
  EXPECT_THAT(out, HasSubstr("points=\"62.0,268.0 540.0,14.0 \""));
  EXPECT_THAT(out, HasSubstr("<figcaption>A &lt;title&gt;</figcaption>"));
  EXPECT_THAT(out, HasSubstr("aria-label=\"A &lt;title&gt;\""));
  EXPECT_THAT(out, HasSubstr(">threads</text>"));
  EXPECT_THAT(out, Not(HasSubstr("spread")));
}

TEST(DrawChart, ShowsTheSpreadBehindAPoint) {
  EXPECT_THAT(drawn(chart_of({{"one", {{1, 5, 4, 6}}, false}})),
              HasSubstr("<line class=\"spread c0\" x1=\"62.0\" y1=\"166.4\" x2=\"62.0\" "
                        "y2=\"115.6\"/>"));
}

TEST(DrawChart, TellsSeriesApartByColourAndMark) {
  const std::vector<ChartPoint> points = {{1, 1, 1, 1}, {2, 2, 2, 2}};
  const std::string out = drawn(chart_of({{"one", points, false}, {"two & more", points, true}}));
  EXPECT_THAT(out, HasSubstr("<circle class=\"mark c0\""));
  EXPECT_THAT(out, HasSubstr("<polygon class=\"mark c1\""));
  EXPECT_THAT(out, HasSubstr("class=\"line dashed c1\""));
  EXPECT_THAT(out, HasSubstr(" two &amp; more</li>"));
}

TEST(DrawChart, DrawsWhatTheOthersAreHeldAgainst) {
  const std::string out = drawn(chart_of({}, {{"to reach: 5", 5}}));
  EXPECT_THAT(out, HasSubstr("class=\"reference\""));
  EXPECT_THAT(out, HasSubstr("to reach: 5"));
}

TEST(DrawBars, GivesEachAShareOfTheLongest) {
  std::string out;
  Markup page(out);
  draw_bars(page, "Rates", {{"a", "10", 10}, {"b", "5", 5}, {"c", "0", 0}});
  const auto width_after = [&](std::string_view name) {
    const std::size_t bar = out.find("width=\"", out.find(">" + std::string(name) + "</text>"));
    return std::stod(out.substr(bar + 7));
  };
  EXPECT_NEAR(width_after("a"), 2 * width_after("b"), 0.11);
  EXPECT_EQ(width_after("c"), 1);
}

}  // namespace
}  // namespace signgate::bench::report
