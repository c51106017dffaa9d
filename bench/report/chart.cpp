// SPDX-License-Identifier: Apache-2.0
#include "bench/report/chart.hpp"

#include <algorithm>

#include "bench/report/number_text.hpp"

namespace signgate::bench::report {
namespace {

constexpr double width = 560;
constexpr double height = 316;
constexpr std::size_t colours = 8;

std::string place(double value) {
  return fixed_text(value, 1);
}

std::string colour_class(std::size_t series) {
  return "c" + std::to_string(series % colours);
}

void line(Markup& svg, std::string kind, double x1, double y1, double x2, double y2) {
  svg.empty_element("line", {{"class", std::move(kind)},
                             {"x1", place(x1)},
                             {"y1", place(y1)},
                             {"x2", place(x2)},
                             {"y2", place(y2)}});
}

void label(Markup& svg, std::string anchor, double x, double y, std::string_view text) {
  svg.text_element("text", {{"x", place(x)}, {"y", place(y)}, {"text-anchor", std::move(anchor)}},
                   text);
}

// Circle, square, diamond, triangle, in turns.
void mark(Markup& svg, std::size_t series, double x, double y) {
  const std::string kind = "mark " + colour_class(series);
  const auto at = [&](double dx, double dy) { return place(x + dx) + "," + place(y + dy) + " "; };
  switch (series % 4) {
    case 0:
      svg.empty_element("circle",
                        {{"class", kind}, {"cx", place(x)}, {"cy", place(y)}, {"r", "3.5"}});
      return;
    case 1:
      svg.empty_element(
          "polygon", {{"class", kind}, {"points", at(-3, -3) + at(3, -3) + at(3, 3) + at(-3, 3)}});
      return;
    case 2:
      svg.empty_element(
          "polygon",
          {{"class", kind}, {"points", at(0, -4.5) + at(4.5, 0) + at(0, 4.5) + at(-4.5, 0)}});
      return;
    default:
      svg.empty_element("polygon",
                        {{"class", kind}, {"points", at(0, -4) + at(4, 3.5) + at(-4, 3.5)}});
  }
}

void draw_axes(Markup& svg, const LineChart& chart) {
  for (const Tick& tick : chart.y.ticks()) {
    line(svg, "grid", across.from, tick.at, across.to, tick.at);
    label(svg, "end", across.from - 7, tick.at + 4, tick.label);
  }
  for (const Tick& tick : chart.x.ticks()) {
    line(svg, "axis", tick.at, upwards.from, tick.at, upwards.from + 4);
    label(svg, "middle", tick.at, upwards.from + 18, tick.label);
  }
  line(svg, "axis", across.from, upwards.from, across.to, upwards.from);
  label(svg, "middle", (across.from + across.to) / 2, height - 8, chart.x_title);
}

void draw_series(Markup& svg, const LineChart& chart, std::size_t index) {
  const Series& series = chart.series[index];
  const std::string colour = colour_class(index);
  std::string path;
  for (const ChartPoint& point : series.points) {
    const double x = chart.x.at(point.x);
    path += place(x) + "," + place(chart.y.at(point.y)) + " ";
    if (point.most > point.least)
      line(svg, "spread " + colour, x, chart.y.at(point.least), x, chart.y.at(point.most));
  }
  if (series.points.size() > 1) {
    svg.empty_element("polyline", {{"class", (series.dashed ? "line dashed " : "line ") + colour},
                                   {"points", path}});
  }
  for (const ChartPoint& point : series.points)
    mark(svg, index, chart.x.at(point.x), chart.y.at(point.y));
}

void draw_legend(Markup& page, const LineChart& chart) {
  page.element("ul", {{"class", "legend"}}, [&] {
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
      page.element("li", {}, [&] {
        page.element("svg", {{"width", "26"}, {"height", "12"}, {"aria-hidden", "true"}}, [&] {
          line(page, (chart.series[i].dashed ? "line dashed " : "line ") + colour_class(i), 1, 6,
               25, 6);
          mark(page, i, 13, 6);
        });
        page.text(" " + chart.series[i].name);
      });
    }
  });
}

}  // namespace

void draw_chart(Markup& page, const LineChart& chart) {
  page.element("figure", {}, [&] {
    page.text_element("figcaption", {}, chart.title);
    page.text_element("div", {{"class", "unit"}}, chart.y_title);
    page.element("svg",
                 {{"viewBox", "0 0 " + fixed_text(width, 0) + " " + fixed_text(height, 0)},
                  {"role", "img"},
                  {"aria-label", chart.title}},
                 [&] {
                   draw_axes(page, chart);
                   for (const ReferenceLine& reference : chart.references) {
                     const double y = chart.y.at(reference.y);
                     line(page, "reference", across.from, y, across.to, y);
                     label(page, "end", across.to - 2, y - 4, reference.name);
                   }
                   for (std::size_t i = 0; i < chart.series.size(); ++i)
                     draw_series(page, chart, i);
                 });
    draw_legend(page, chart);
  });
}

void draw_bars(Markup& page, const std::string& title, const std::vector<Bar>& bars) {
  constexpr double row = 40;
  constexpr double longest = 420;
  double most = 0;
  for (const Bar& bar : bars)
    most = std::max(most, bar.value);
  const std::string view =
      "0 0 " + fixed_text(width, 0) + " " + fixed_text(row * static_cast<double>(bars.size()), 0);
  page.element("figure", {}, [&] {
    page.text_element("figcaption", {}, title);
    page.element("svg", {{"viewBox", view}, {"role", "img"}, {"aria-label", title}}, [&] {
      for (std::size_t i = 0; i < bars.size(); ++i) {
        const double top = row * static_cast<double>(i);
        const double length = most > 0 ? std::max(longest * bars[i].value / most, 1.0) : 1.0;
        label(page, "start", 0, top + 14, bars[i].name);
        page.empty_element("rect", {{"class", "bar " + colour_class(i)},
                                    {"x", "0"},
                                    {"y", place(top + 19)},
                                    {"width", place(length)},
                                    {"height", "13"},
                                    {"rx", "2"}});
        label(page, "start", length + 7, top + 30, bars[i].text);
      }
    });
  });
}

}  // namespace signgate::bench::report
