// SPDX-License-Identifier: Apache-2.0
#include "bench/report/chart.hpp"

#include <algorithm>

#include "bench/report/number_text.hpp"

namespace signgate::bench::report {
namespace {

constexpr double width = 420;
constexpr double height = 268;
constexpr Colour colours = 8;
constexpr double digit_width = 7;  // at the font size of labels; a generous guess

std::string place(double value) {
  return fixed_text(value, 1);
}

std::string colour_class(Colour colour) {
  return "c" + std::to_string(colour % colours);
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
void mark(Markup& svg, const Series& series, double x, double y) {
  const std::string kind = "mark " + colour_class(series.colour) + (series.dashed ? " hollow" : "");
  const auto at = [&](double dx, double dy) { return place(x + dx) + "," + place(y + dy) + " "; };
  switch (series.colour % 4) {
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

double label_width(const Tick& tick) {
  return digit_width * static_cast<double>(tick.label.size());
}

// Those whose labels leave each other room, the last one among them.
std::vector<Tick> readable(const std::vector<Tick>& ticks) {
  std::vector<Tick> kept;
  const auto collides = [&kept](const Tick& tick) {
    return !kept.empty() &&
           tick.at - kept.back().at < (label_width(tick) + label_width(kept.back())) / 2 + 8;
  };
  for (const Tick& tick : ticks) {
    if (&tick == &ticks.back()) {
      while (collides(tick))
        kept.pop_back();
    }
    if (!collides(tick)) kept.push_back(tick);
  }
  return kept;
}

void draw_axes(Markup& svg, const LineChart& chart) {
  for (const Tick& tick : chart.y.ticks()) {
    line(svg, "grid", across.from, tick.at, across.to, tick.at);
    label(svg, "end", across.from - 7, tick.at + 4, tick.label);
  }
  for (const Tick& tick : readable(chart.x.ticks())) {
    line(svg, "axis", tick.at, upwards.from, tick.at, upwards.from + 4);
    label(svg, "middle", tick.at, upwards.from + 18, tick.label);
  }
  line(svg, "axis", across.from, upwards.from, across.to, upwards.from);
  label(svg, "middle", (across.from + across.to) / 2, height - 8, chart.x_title);
}

std::string line_class(const Series& series) {
  return (series.dashed ? "line dashed " : "line ") + colour_class(series.colour);
}

void draw_series(Markup& svg, const LineChart& chart, const Series& series) {
  std::string path;
  for (const ChartPoint& point : series.points) {
    const double x = chart.x.at(point.x);
    path += place(x) + "," + place(chart.y.at(point.y)) + " ";
    if (point.most > point.least) {
      line(svg, "spread " + colour_class(series.colour), x, chart.y.at(point.least), x,
           chart.y.at(point.most));
    }
  }
  if (series.points.size() > 1)
    svg.empty_element("polyline", {{"class", line_class(series)}, {"points", path}});
  for (const ChartPoint& point : series.points)
    mark(svg, series, chart.x.at(point.x), chart.y.at(point.y));
}

template <class Sample>
void legend_entry(Markup& page, const std::string& name, Sample sample) {
  page.element("li", {}, [&] {
    page.element("svg", {{"width", "26"}, {"height", "12"}, {"aria-hidden", "true"}}, sample);
    page.text_element("span", {}, name);
  });
}

void draw_legend(Markup& page, const LineChart& chart) {
  page.element("ul", {{"class", "legend"}}, [&] {
    for (const Series& series : chart.series) {
      legend_entry(page, series.name, [&] {
        line(page, line_class(series), 1, 6, 25, 6);
        mark(page, series, 13, 6);
      });
    }
    for (const ReferenceLine& reference : chart.references)
      legend_entry(page, reference.name, [&] { line(page, "reference", 1, 6, 25, 6); });
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
                   }
                   for (const Series& series : chart.series)
                     draw_series(page, chart, series);
                 });
    draw_legend(page, chart);
  });
}

void draw_bars(Markup& page, const std::string& title, const std::vector<Bar>& bars) {
  double most = 0;
  for (const Bar& bar : bars)
    most = std::max(most, bar.value);
  page.element("figure", {}, [&] {
    page.text_element("figcaption", {}, title);
    page.element("ul", {{"class", "bars"}}, [&] {
      for (const Bar& bar : bars) {
        const double share = most > 0 ? std::max(bar.value / most, 0.002) : 0.002;
        page.element("li", {}, [&] {
          page.text_element("div", {}, bar.name);
          page.element("svg", {{"height", "15"}, {"aria-hidden", "true"}}, [&] {
            page.empty_element("rect", {{"class", "bar " + colour_class(bar.colour) +
                                                      (bar.dashed ? " hollow" : "")},
                                        {"x", "1"},
                                        {"y", "1"},
                                        {"width", fixed_text(99 * share, 1) + "%"},
                                        {"height", "13"},
                                        {"rx", "2"}});
          });
          page.text_element("span", {}, bar.text);
        });
      }
    });
  });
}

}  // namespace signgate::bench::report
