// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/report/markup.hpp"
#include "bench/report/scale.hpp"

namespace signgate::bench::report {

/// across and upwards are where values lie in the drawing of a LineChart: build its scales on
/// them.
inline constexpr Span across{58, 402};
inline constexpr Span upwards{222, 12};

/// ChartPoint is one value, with the least and the greatest of the rounds behind it; all three are
/// alike where there are none.
struct ChartPoint {
  double x = 0;
  double y = 0;
  double least = 0;
  double most = 0;
};

/// Colour is one of the page's eight, by number, and the shape of a mark; numbers from 8 on begin
/// anew. What belongs together has the same one throughout the page.
using Colour = std::size_t;

/// Series is a line of points, in the order of x.
struct Series {
  std::string name;
  std::vector<ChartPoint> points;
  bool dashed = false;  // a yardstick, or the same thing in another light; its marks are hollow
  Colour colour = 0;
};

/// ReferenceLine is a value that the others are held against.
struct ReferenceLine {
  std::string name;
  double y = 0;
};

/// LineChart is drawn with a legend below. Each of the first four colours comes with a mark of its
/// own shape, so that no reader needs colours to tell so many series apart. Labels of the x axis
/// that would lie on others are left out.
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
  bool dashed = false;  // as in Series: an outline
  Colour colour = 0;
};

/// draw_bars writes a figure with the bars, lying, from the top down, each as long as its value is
/// beside the greatest. Names and texts are HTML, and wrap.
void draw_bars(Markup& page, const std::string& title, const std::vector<Bar>& bars);

}  // namespace signgate::bench::report
