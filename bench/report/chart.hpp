// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bench/report/markup.hpp"
#include "bench/report/scale.hpp"

namespace signgate::bench::report {

/// across and upwards are where values lie in the drawing of a LineChart: build its scales on
/// them.
inline constexpr Span across{62, 540};
inline constexpr Span upwards{268, 14};

/// ChartPoint is one value, with the least and the greatest of the rounds behind it; all three are
/// alike where there are none.
struct ChartPoint {
  double x = 0;
  double y = 0;
  double least = 0;
  double most = 0;
};

/// Series is a line of points, in the order of x.
struct Series {
  std::string name;
  std::vector<ChartPoint> points;
  bool dashed = false;  // a yardstick rather than what is measured
};

/// ReferenceLine is a value that the others are held against.
struct ReferenceLine {
  std::string name;
  double y = 0;
};

/// LineChart is drawn with a legend below; every series has a colour of its own and a mark of its
/// own shape, so that no reader needs colours.
struct LineChart {
  std::string title;
  std::string x_title;
  std::string y_title;
  Scale x;
  Scale y;
  std::vector<Series> series;
  std::vector<ReferenceLine> references;
};

/// draw_chart writes the chart as an HTML figure with an inline SVG. Its colours are those of
/// page_style.
void draw_chart(Markup& page, const LineChart& chart);

/// Bar is a value with its name and how it is written.
struct Bar {
  std::string name;
  std::string text;
  double value = 0;
};

/// draw_bars writes the bars, lying, from the top down, each as long as its value is beside the
/// greatest.
void draw_bars(Markup& page, const std::string& title, const std::vector<Bar>& bars);

}  // namespace signgate::bench::report
