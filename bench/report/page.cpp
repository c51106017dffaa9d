// SPDX-License-Identifier: Apache-2.0
#include "bench/report/page.hpp"

#include <algorithm>

#include "bench/report/markup.hpp"
#include "bench/report/number_text.hpp"
#include "bench/report/page_style.hpp"
#include "bench/report/sign_charts.hpp"

namespace signgate::bench::report {
namespace {

std::string_view mode_text(SignMode mode) {
  switch (mode) {
    case SignMode::cold:
      return "cold: each URL has a signature of its own";
    case SignMode::memo:
      return "memo: whole URLs, whose signatures the memo knows";
    case SignMode::prefix:
      return "prefix: whole URLs below prefixes that one signature opens";
    case SignMode::cookies:
      return "cookies: sets of signed cookies, each with a signature of its own";
  }
  return {};
}

bool alike(const SignFigures& a, const SignFigures& b) {
  return a.mode == b.mode && a.key_type == b.key_type && a.hash == b.hash;
}

// The files, of those that are called alike all but the first with a number.
std::vector<Results> told_apart(std::vector<Results> files) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string name = files[i].name;
    const auto earlier = files.begin() + static_cast<std::ptrdiff_t>(i);
    for (int number = 2;
         std::find_if(files.begin(), earlier,
                      [&](const Results& file) { return file.name == files[i].name; }) != earlier;
         ++number) {
      files[i].name = name + " #" + std::to_string(number);
    }
  }
  return files;
}

// All measurements, by what they are of; within that as the files give them.
std::vector<std::vector<NamedFigures>> groups_of(const std::vector<Results>& files) {
  std::vector<std::vector<NamedFigures>> groups;
  for (const Results& file : files) {
    for (const SignFigures& figures : file.signs) {
      std::string name = figures.signer;
      if (files.size() > 1) name += " (" + file.name + ")";
      const auto same = std::ranges::find_if(
          groups, [&](const auto& group) { return alike(*group.front().figures, figures); });
      auto& group = same == groups.end() ? groups.emplace_back() : *same;
      group.push_back({.name = std::move(name), .cores = file.cores, .figures = &figures});
    }
  }
  std::ranges::stable_sort(groups, {},
                           [](const auto& group) { return group.front().figures->mode; });
  return groups;
}

void write_source(Markup& page, const Results& file) {
  std::string facts = file.name + ": signgate-bench " + file.version + ", " + file.date;
  if (!file.machine.empty()) facts += "; " + file.machine;
  page.text_element("p", {{"class", "faint"}}, facts);
  for (const std::string& skipped : file.skipped)
    page.text_element("p", {{"class", "warning"}}, "Not measured: " + skipped);
  if (!file.build.empty() && file.build != "optimised") {
    page.text_element("p", {{"class", "warning"}},
                      "This build is " + file.build + ": its figures say nothing.");
  }
}

std::string latency_text(const std::vector<LatencyPoint>& points, double share) {
  const auto found = std::ranges::find(points, share, &LatencyPoint::share);
  return found == points.end() ? "" : time_text(found->nanoseconds);
}

std::string ratio_cell(const std::optional<Summary>& summary) {
  return summary ? ratio_text(summary->median) : "";
}

void write_row(Markup& page, std::string_view cell, std::initializer_list<std::string> left,
               std::initializer_list<std::string> right) {
  page.element("tr", {}, [&] {
    for (const std::string& text : left)
      page.text_element(cell, {{"class", "left"}}, text);
    for (const std::string& text : right)
      page.text_element(cell, {}, text);
  });
}

void write_sign_table(Markup& page, const std::vector<std::vector<NamedFigures>>& groups) {
  page.text_element("h2", {}, "All figures");
  page.element("div", {{"class", "table"}, {"tabindex", "0"}}, [&] {
    page.element("table", {}, [&] {
      write_row(page, "th", {"signer", "mode", "key", "digest"},
                {"threads", "a second", "spread", "least", "greatest", "a CPU second",
                 "bare a second", "ratio", "by CPU time", "p50", "p99", "max"});
      for (const auto& group : groups) {
        for (const NamedFigures& run : group) {
          const SignFigures& figures = *run.figures;
          const Summary& rate = figures.per_second;
          write_row(page, "td",
                    {run.name, std::string(sign_mode_name(figures.mode)),
                     std::string(signing::key_type_name(figures.key_type)),
                     std::string(signing::hash_name(figures.hash))},
                    {whole_text(figures.threads), whole_text(rate.median),
                     percent_text(rate.spread), whole_text(rate.min), whole_text(rate.max),
                     figures.per_cpu_second ? whole_text(figures.per_cpu_second->median) : "",
                     figures.bare_per_second ? whole_text(figures.bare_per_second->median) : "",
                     ratio_cell(figures.ratio), ratio_cell(figures.cpu_ratio),
                     latency_text(figures.latency, 0.5), latency_text(figures.latency, 0.99),
                     latency_text(figures.latency, 1)});
        }
      }
    });
  });
}

std::string rate_text(double rate) {
  return rate < 100 ? fixed_text(rate, 1) : whole_text(rate);
}

std::string loop_text(const LoadFigures& load) {
  return load.rate ? "open loop, " + rate_text(*load.rate) + " a second" : "closed loop";
}

void write_loads(Markup& page, const std::vector<Results>& files) {
  std::vector<LatencyCurve> curves;
  for (const Results& file : files) {
    for (const LoadFigures& load : file.loads)
      curves.push_back({file.name + ": " + load.url + ", " + loop_text(load), &load.latency});
  }
  if (curves.empty()) return;
  page.text_element("h2", {}, "load: requests over kept connections");
  page.element("div", {{"class", "charts"}},
               [&] { draw_latency_chart(page, "Latency of one answer", curves); });
  page.element("div", {{"class", "table"}, {"tabindex", "0"}}, [&] {
    page.element("table", {}, [&] {
      write_row(page, "th", {"file", "URL", "loop"},
                {"connections", "threads", "sent a second", "unsent", "answers a second", "errors",
                 "p50", "p99", "max"});
      for (const Results& file : files) {
        for (const LoadFigures& load : file.loads) {
          write_row(page, "td", {file.name, load.url, loop_text(load)},
                    {whole_text(load.connections), whole_text(load.threads),
                     load.rate ? rate_text(load.rate_reached) : "",
                     load.rate ? whole_text(load.unsent) : "", whole_text(load.answers_per_second),
                     whole_text(load.errors), latency_text(load.latency, 0.5),
                     latency_text(load.latency, 0.99), latency_text(load.latency, 1)});
        }
      }
    });
  });
}

void write_body(Markup& page, const std::vector<Results>& files) {
  page.text_element("h1", {}, "Measured by signgate-bench");
  for (const Results& file : files)
    write_source(page, file);
  const auto groups = groups_of(files);
  for (const auto& group : groups) {
    const SignFigures& first = *group.front().figures;
    page.text_element("h2", {},
                      std::string(mode_text(first.mode)) + " · " +
                          std::string(signing::key_type_name(first.key_type)) + " · " +
                          std::string(signing::hash_name(first.hash)));
    draw_sign_charts(page, group);
  }
  write_loads(page, files);
  if (!groups.empty()) write_sign_table(page, groups);
}

}  // namespace

std::string report_page(const std::vector<Results>& results) {
  const std::vector<Results> files = told_apart(results);
  std::string out = "<!doctype html>\n";
  Markup page(out);
  page.element("html", {{"lang", "en"}}, [&] {
    page.element("head", {}, [&] {
      page.empty_element("meta", {{"charset", "utf-8"}});
      page.empty_element("meta", {{"http-equiv", "Content-Security-Policy"},
                                  {"content", "default-src 'none'; style-src 'unsafe-inline'"}});
      page.empty_element("meta", {{"name", "viewport"}, {"content", "width=device-width"}});
      page.text_element("title", {}, "Measured by signgate-bench");
      page.text_element("style", {}, page_style);
    });
    page.element("body", {}, [&] { write_body(page, files); });
  });
  return out;
}

}  // namespace signgate::bench::report
