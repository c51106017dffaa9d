// SPDX-License-Identifier: Apache-2.0
#include "bench/report/sign_charts.hpp"

#include <algorithm>

#include "bench/report/chart.hpp"
#include "bench/report/number_text.hpp"

namespace signgate::bench::report {
namespace {

// What the project wants to reach: a share of the bare rate where each URL costs a signature, else
// whole URLs a second on each core.
double wanted_ratio(const SignFigures& figures) {
  if (figures.mode != SignMode::cold) return 0;
  return figures.key_type == signing::KeyType::rsa2048 ? 0.97 : 0.70;
}

double wanted_per_core(SignMode mode) {
  if (mode == SignMode::memo) return 4e6;
  return mode == SignMode::prefix ? 5e6 : 0;
}

ChartPoint point(unsigned threads, const Summary& summary) {
  return {.x = static_cast<double>(threads),
          .y = summary.median,
          .least = summary.min,
          .most = summary.max};
}

// The line of that name, new at the end when there is none.
Series& series_of(std::vector<Series>& all, const std::string& name, bool dashed) {
  const auto found = std::ranges::find(all, name, &Series::name);
  if (found != all.end()) return *found;
  return all.emplace_back(Series{.name = name, .points = {}, .dashed = dashed});
}

Scale thread_scale(const std::vector<NamedFigures>& runs) {
  std::vector<double> threads;
  for (const NamedFigures& run : runs)
    threads.push_back(run.figures->threads);
  std::ranges::sort(threads);
  threads.erase(std::ranges::unique(threads).begin(), threads.end());
  // Away from the edges, where the whiskers would lie on the axes.
  return Scale::steps(threads, {across.from + 24, across.to - 24},
                      [](double value) { return whole_text(value); });
}

void sort_points(std::vector<Series>& all) {
  for (Series& series : all)
    std::ranges::stable_sort(series.points, {}, &ChartPoint::x);
}

double greatest(const std::vector<Series>& all) {
  double most = 0;
  for (const Series& series : all) {
    for (const ChartPoint& each : series.points)
      most = std::max({most, each.y, each.most});
  }
  return most;
}

void draw_throughput(Markup& page, const std::vector<NamedFigures>& runs) {
  std::vector<Series> all;
  for (const NamedFigures& run : runs) {
    series_of(all, run.name, false)
        .points.push_back(point(run.figures->threads, run.figures->per_second));
  }
  for (const NamedFigures& run : runs) {
    const SignFigures& figures = *run.figures;
    // Beside millions of URLs the signatures would be a line on the axis.
    if (figures.bare_per_second && wanted_per_core(figures.mode) == 0) {
      series_of(all, "OpenSSL alone, beside " + run.name, true)
          .points.push_back(point(figures.threads, *figures.bare_per_second));
    }
    if (const double wanted = wanted_per_core(figures.mode); wanted > 0 && run.cores > 0) {
      const double value = wanted * std::min(figures.threads, run.cores);
      auto& points = series_of(all, "to reach: " + count_text(wanted) + " a core", true).points;
      const double x = figures.threads;
      if (std::ranges::find(points, x, &ChartPoint::x) == points.end())
        points.push_back({.x = x, .y = value, .least = value, .most = value});
    }
  }
  sort_points(all);
  draw_chart(page, {.title = "Throughput by threads",
                    .x_title = "threads",
                    .y_title = "a second; median, the bar behind it from the least to the "
                               "greatest round",
                    .x = thread_scale(runs),
                    .y = Scale::linear(greatest(all), upwards, count_text),
                    .series = all,
                    .references = {}});
}

void draw_ratio(Markup& page, const std::vector<NamedFigures>& runs) {
  std::vector<Series> all;
  double wanted = 0;
  for (const NamedFigures& run : runs) {
    const SignFigures& figures = *run.figures;
    wanted = std::max(wanted, wanted_ratio(figures));
    if (figures.ratio) {
      series_of(all, run.name, false).points.push_back(point(figures.threads, *figures.ratio));
    }
    if (figures.cpu_ratio) {
      series_of(all, run.name + ", by CPU time", true)
          .points.push_back(point(figures.threads, *figures.cpu_ratio));
    }
  }
  if (all.empty()) return;
  sort_points(all);
  std::vector<ReferenceLine> references;
  if (wanted > 0) references.push_back({"to reach: " + fixed_text(wanted, 2), wanted});
  draw_chart(page, {.title = "Ratio to OpenSSL's bare signatures",
                    .x_title = "threads",
                    .y_title = "made a second, divided by bare signatures a second in the same run",
                    .x = thread_scale(runs),
                    .y = Scale::linear(std::max(greatest(all), wanted), upwards,
                                       [](double value) {
                                         return value < 10 ? fixed_text(value, 1)
                                                           : count_text(value);
                                       }),
                    .series = all,
                    .references = references});
}

void draw_comparison(Markup& page, const std::vector<NamedFigures>& runs) {
  unsigned threads = runs.front().figures->threads;
  for (const NamedFigures& run : runs)
    threads = std::min(threads, run.figures->threads);
  std::vector<Bar> bars;
  for (const NamedFigures& run : runs) {
    if (run.figures->threads != threads) continue;
    const double median = run.figures->per_second.median;
    bars.push_back({.name = run.name, .text = count_text(median), .value = median});
  }
  if (bars.size() < 2) return;
  std::ranges::stable_sort(bars, std::greater(), &Bar::value);
  draw_bars(page, "A second, on " + whole_text(threads) + (threads == 1 ? " thread" : " threads"),
            bars);
}

}  // namespace

void draw_latency_chart(Markup& page, const std::string& title,
                        const std::vector<LatencyCurve>& curves) {
  std::vector<Series> all;
  double last = 0.9;
  double least = 0;
  double most = 0;
  for (const LatencyCurve& curve : curves) {
    Series series{.name = curve.name, .points = {}};
    for (const LatencyPoint& each : *curve.points) {
      const double time = std::max(each.nanoseconds, 1.0);
      if (each.share < 1) last = std::max(last, each.share);
      least = least == 0 ? time : std::min(least, time);
      most = std::max(most, time);
      series.points.push_back({.x = each.share, .y = time, .least = time, .most = time});
    }
    if (!series.points.empty()) all.push_back(std::move(series));
  }
  if (all.empty()) return;
  draw_chart(page, {.title = title,
                    .x_title = "share of all",
                    .y_title = "so many took no longer than",
                    .x = Scale::nines(last, across),
                    .y = Scale::logarithmic(least, most, upwards, time_text),
                    .series = all,
                    .references = {}});
}

void draw_sign_charts(Markup& page, const std::vector<NamedFigures>& runs) {
  page.element("div", {{"class", "charts"}}, [&] {
    draw_comparison(page, runs);
    draw_throughput(page, runs);
    draw_ratio(page, runs);
    std::vector<LatencyCurve> curves;
    for (const NamedFigures& run : runs) {
      const unsigned threads = run.figures->threads;
      curves.push_back(
          {run.name + ", " + whole_text(threads) + (threads == 1 ? " thread" : " threads"),
           &run.figures->latency});
    }
    draw_latency_chart(page, "Latency of one", curves);
  });
}

}  // namespace signgate::bench::report
