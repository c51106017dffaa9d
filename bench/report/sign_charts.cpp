// SPDX-License-Identifier: Apache-2.0
#include "bench/report/sign_charts.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

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

// Grey: what is no signer.
constexpr Colour yardstick = 6;

std::string on_threads(unsigned threads) {
  return whole_text(threads) + (threads == 1 ? " thread" : " threads");
}

// Each signer's colour: how many others came before it.
std::vector<Colour> colours_of(const std::vector<NamedFigures>& runs) {
  std::vector<std::string> names;
  std::vector<Colour> colours;
  for (const NamedFigures& run : runs) {
    const auto found = std::ranges::find(names, run.name);
    colours.push_back(static_cast<Colour>(found - names.begin()));
    if (found == names.end()) names.push_back(run.name);
  }
  return colours;
}

// The line that is called so, new at the end when there is none.
Series& series_of(std::vector<Series>& all, Series called) {
  const auto found = std::ranges::find(all, called.name, &Series::name);
  return found != all.end() ? *found : all.emplace_back(std::move(called));
}

bool shows_bare_rate(const SignFigures& figures) {
  // Beside millions of URLs the signatures would be a line on the axis.
  return figures.bare_per_second.has_value() && wanted_per_core(figures.mode) == 0;
}

std::string bare_name(const NamedFigures& run) {
  return "OpenSSL alone, beside " + run.name;
}

std::string cpu_name(const NamedFigures& run) {
  return run.name + ", by CPU time";
}

/// Yardstick is what the project wants to reach, if anything, and what it is called.
struct Yardstick {
  std::string name;
  double value = 0;
};

Yardstick wanted_rate(const NamedFigures& run) {
  const double wanted = wanted_per_core(run.figures->mode);
  return {"to reach: " + count_text(wanted) + " a core",
          wanted * std::min(run.figures->threads, run.cores)};
}

Yardstick wanted_ratio_of(const std::vector<NamedFigures>& runs) {
  double wanted = 0;
  for (const NamedFigures& run : runs)
    wanted = std::max(wanted, wanted_ratio(*run.figures));
  return {"to reach: " + fixed_text(wanted, 2), wanted};
}

std::vector<double> thread_counts(const std::vector<NamedFigures>& runs) {
  std::vector<double> threads;
  for (const NamedFigures& run : runs)
    threads.push_back(run.figures->threads);
  std::ranges::sort(threads);
  threads.erase(std::unique(threads.begin(), threads.end()), threads.end());
  return threads;
}

// Away from the edges, where the whiskers would lie on the axes.
Scale thread_scale(const std::vector<NamedFigures>& runs) {
  return Scale::steps(thread_counts(runs), {across.from + 24, across.to - 24}, whole_text);
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
  const std::vector<Colour> colours = colours_of(runs);
  std::vector<Series> all;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    series_of(all, {.name = runs[i].name, .points = {}, .colour = colours[i]})
        .points.push_back(point(runs[i].figures->threads, runs[i].figures->per_second));
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const SignFigures& figures = *runs[i].figures;
    if (shows_bare_rate(figures)) {
      series_of(all,
                {.name = bare_name(runs[i]), .points = {}, .dashed = true, .colour = colours[i]})
          .points.push_back(point(figures.threads, *figures.bare_per_second));
    }
    if (const auto [name, value] = wanted_rate(runs[i]); value > 0) {
      auto& points =
          series_of(all, {.name = name, .points = {}, .dashed = true, .colour = yardstick}).points;
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

constexpr const char* ratio_title = "Ratio to OpenSSL's bare signatures";

void draw_ratio(Markup& page, const std::vector<NamedFigures>& runs) {
  const std::vector<Colour> colours = colours_of(runs);
  std::vector<Series> all;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const SignFigures& figures = *runs[i].figures;
    if (figures.ratio) {
      series_of(all, {.name = runs[i].name, .points = {}, .colour = colours[i]})
          .points.push_back(point(figures.threads, *figures.ratio));
    }
    if (figures.cpu_ratio) {
      series_of(all,
                {.name = cpu_name(runs[i]), .points = {}, .dashed = true, .colour = colours[i]})
          .points.push_back(point(figures.threads, *figures.cpu_ratio));
    }
  }
  if (all.empty()) return;
  sort_points(all);
  const Yardstick wanted = wanted_ratio_of(runs);
  std::vector<ReferenceLine> references;
  if (wanted.value > 0) references.push_back({wanted.name, wanted.value});
  draw_chart(page, {.title = ratio_title,
                    .x_title = "threads",
                    .y_title = "made a second, divided by bare signatures a second in the same run",
                    .x = thread_scale(runs),
                    .y = Scale::linear(std::max(greatest(all), wanted.value), upwards, count_text),
                    .series = all,
                    .references = references});
}

std::string rate_text(const Summary& rate) {
  return count_text(rate.median) + " ± " + percent_text(rate.spread);
}

void add_once(std::vector<Bar>& bars, Bar bar) {
  if (std::ranges::find(bars, bar.name, &Bar::name) == bars.end()) bars.push_back(std::move(bar));
}

void draw_sorted(Markup& page, const std::string& title, std::vector<Bar> bars) {
  if (bars.empty()) return;
  std::ranges::stable_sort(bars, std::greater(), &Bar::value);
  draw_bars(page, title, bars);
}

// The rates of those on as few threads as any.
void draw_rate_bars(Markup& page, const std::vector<NamedFigures>& runs) {
  const std::vector<Colour> colours = colours_of(runs);
  const double threads = thread_counts(runs).front();
  std::vector<Bar> bars;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const SignFigures& figures = *runs[i].figures;
    if (figures.threads != threads) continue;
    bars.push_back({.name = runs[i].name,
                    .text = rate_text(figures.per_second),
                    .value = figures.per_second.median,
                    .colour = colours[i]});
    if (shows_bare_rate(figures)) {
      bars.push_back({.name = bare_name(runs[i]),
                      .text = rate_text(*figures.bare_per_second),
                      .value = figures.bare_per_second->median,
                      .dashed = true,
                      .colour = colours[i]});
    }
    if (const auto [name, value] = wanted_rate(runs[i]); value > 0) {
      add_once(bars, {.name = name,
                      .text = count_text(value),
                      .value = value,
                      .dashed = true,
                      .colour = yardstick});
    }
  }
  draw_sorted(page, "A second, on " + on_threads(static_cast<unsigned>(threads)), std::move(bars));
}

void draw_ratio_bars(Markup& page, const std::vector<NamedFigures>& runs) {
  const std::vector<Colour> colours = colours_of(runs);
  std::vector<Bar> bars;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const SignFigures& figures = *runs[i].figures;
    if (figures.ratio) {
      bars.push_back({.name = runs[i].name,
                      .text = ratio_text(figures.ratio->median),
                      .value = figures.ratio->median,
                      .colour = colours[i]});
    }
    if (figures.cpu_ratio) {
      bars.push_back({.name = cpu_name(runs[i]),
                      .text = ratio_text(figures.cpu_ratio->median),
                      .value = figures.cpu_ratio->median,
                      .dashed = true,
                      .colour = colours[i]});
    }
  }
  if (bars.empty()) return;
  if (const auto [name, value] = wanted_ratio_of(runs); value > 0) {
    bars.push_back({.name = name,
                    .text = fixed_text(value, 2),
                    .value = value,
                    .dashed = true,
                    .colour = yardstick});
  }
  draw_sorted(page, ratio_title, std::move(bars));
}

// More curves than there are colours would not be told apart.
constexpr std::size_t most_curves = 8;

std::vector<LatencyCurve> spread(const std::vector<LatencyCurve>& curves) {
  if (curves.size() <= most_curves) return curves;
  std::vector<LatencyCurve> some;
  for (std::size_t i = 0; i < most_curves; ++i)
    some.push_back(curves[i * (curves.size() - 1) / (most_curves - 1)]);
  return some;
}

}  // namespace

void draw_latency_chart(Markup& page, const std::string& title,
                        const std::vector<LatencyCurve>& curves) {
  std::vector<Series> all;
  std::string told = "so many took no longer than";
  if (curves.size() > most_curves) {
    told += "; " + std::to_string(most_curves) + " of " + std::to_string(curves.size()) + " curves";
  }
  double last = 0.9;
  double least = 0;
  double most = 0;
  for (const LatencyCurve& curve : spread(curves)) {
    Series series{.name = curve.name, .points = {}, .colour = all.size()};
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
                    .y_title = told,
                    .x = Scale::nines(last, across),
                    .y = Scale::logarithmic(least, most, upwards, time_text),
                    .series = all,
                    .references = {}});
}

void draw_sign_charts(Markup& page, const std::vector<NamedFigures>& runs) {
  page.element("div", {{"class", "charts"}}, [&] {
    const bool by_threads = thread_counts(runs).size() > 1;
    const std::vector<Colour> colours = colours_of(runs);
    if (!by_threads || std::ranges::count(colours, 0U) != std::ssize(colours))
      draw_rate_bars(page, runs);
    if (by_threads) {
      draw_throughput(page, runs);
      draw_ratio(page, runs);
    } else {
      draw_ratio_bars(page, runs);
    }
    std::vector<LatencyCurve> curves;
    for (const NamedFigures& run : runs) {
      curves.push_back({by_threads ? run.name + ", " + on_threads(run.figures->threads) : run.name,
                        &run.figures->latency});
    }
    draw_latency_chart(page, "Latency of one", curves);
  });
}

}  // namespace signgate::bench::report
