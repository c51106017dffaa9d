// SPDX-License-Identifier: Apache-2.0
#include "bench/report/page.hpp"

#include <gmock/gmock.h>

namespace signgate::bench::report {
namespace {

using testing::HasSubstr;
using testing::Not;

Results results(std::string name) {
  Results made;
  made.name = std::move(name);
  made.version = "1";
  made.date = "2030-01-01T00:00:00Z";
  made.machine = "A CPU, 2 cores";
  made.build = "optimised";
  made.cores = 2;
  made.signs.push_back({.signer = "signgate",
                        .mode = SignMode::memo,
                        .key_type = signing::KeyType::rsa2048,
                        .hash = signing::HashAlgorithm::sha1,
                        .threads = 1,
                        .per_second = {4'382'477, 4e6, 5e6, 0.01},
                        .per_cpu_second = Summary{4'500'000, 4e6, 5e6, 0},
                        .bare_per_second = Summary{3'000, 3'000, 3'000, 0},
                        .ratio = Summary{1460.8, 1460, 1461, 0},
                        .cpu_ratio = {},
                        .latency = {{0.5, 200}, {0.99, 300}, {1, 9'000}}});
  return made;
}

TEST(ReportPage, NeedsNothingElseAndRunsNothing) {
  const std::string page = report_page({results("here")});
  EXPECT_EQ(page.substr(0, 16), "<!doctype html>\n");
  for (const char* never : {"<script", "<link", "<img", "<iframe", "http://", "https://", "url("})
    EXPECT_THAT(page, Not(HasSubstr(never))) << never;
  EXPECT_THAT(page, HasSubstr("default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme: dark"));
}

TEST(ReportPage, HoldsTheFiguresAsATable) {
  const std::string page = report_page({results("here")});
  EXPECT_THAT(page, HasSubstr("here: signgate-bench 1, 2030-01-01T00:00:00Z; A CPU, 2 cores"));
  EXPECT_THAT(page, HasSubstr("<td>4\u00A0382\u00A0477</td>"));
  EXPECT_THAT(page,
              HasSubstr("<td>4\u00A0500\u00A0000</td>\n<td>3\u00A0000</td>\n<td>1.46 k</td>"));
  EXPECT_THAT(page, HasSubstr("<td>200 ns</td>\n<td>300 ns</td>\n<td>9 µs</td>"));
  EXPECT_THAT(page, Not(HasSubstr("class=\"warning\"")));
}

TEST(ReportPage, EscapesWhatFilesSay) {
  Results hostile = results("</p><script>alert(1)</script>");
  hostile.signs[0].signer = "\"><img src=x onerror=alert(1)>";
  hostile.date = "<b>";
  const std::string page = report_page({hostile});
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)"));
}

TEST(ReportPage, TellsFilesApartWhereThereAreSeveral) {
  const std::string page = report_page({results("before"), results("after")});
  EXPECT_THAT(page, HasSubstr("signgate (before)"));
  EXPECT_THAT(page, HasSubstr("signgate (after)"));
  EXPECT_THAT(page, HasSubstr("A second, on 1 thread"));
}

TEST(ReportPage, NumbersFilesThatAreCalledAlike) {
  const std::string page = report_page({results("x"), results("x"), results("x #2")});
  EXPECT_THAT(page, HasSubstr("signgate (x)"));
  EXPECT_THAT(page, HasSubstr("signgate (x #2)"));
  EXPECT_THAT(page, HasSubstr("signgate (x #2 #2)"));
}

TEST(ReportPage, TellsWhoWasNotMeasured) {
  Results some = results("here");
  some.skipped = {"other: it is <not> there"};
  EXPECT_THAT(report_page({some}), HasSubstr("Not measured: other: it is &lt;not&gt; there"));
}

TEST(ReportPage, WarnsOfABuildWhoseFiguresSayNothing) {
  Results slow = results("here");
  slow.build = "not optimised";
  EXPECT_THAT(report_page({slow}),
              HasSubstr("This build is not optimised: its figures say nothing."));
}

TEST(ReportPage, DrawsLoads) {
  Results load = results("here");
  load.signs.clear();
  load.loads.push_back({.url = "http-url",
                        .connections = 64,
                        .threads = 2,
                        .answers_per_second = 1000,
                        .errors = 3,
                        .latency = {{0.5, 1e6}, {1, 2e6}}});
  const std::string page = report_page({load});
  EXPECT_THAT(page, HasSubstr("Latency of one answer"));
  EXPECT_THAT(page, HasSubstr("<td>1\u00A0000</td>\n<td>3</td>\n<td>1 ms</td>"));
  EXPECT_THAT(page, HasSubstr("here: http-url, closed loop"));
  EXPECT_THAT(page, Not(HasSubstr("All figures")));
}

TEST(ReportPage, NamesTheRateOfAnOpenLoop) {
  Results load = results("here");
  load.signs.clear();
  load.loads.push_back({.url = "http-url",
                        .rate = 1500,
                        .rate_reached = 12.34,
                        .unsent = 17,
                        .latency = {{0.5, 1e6}, {1, 2e6}}});
  const std::string page = report_page({load});
  EXPECT_THAT(page, HasSubstr("here: http-url, open loop, 1\u00A0500 a second"));
  EXPECT_THAT(page, HasSubstr("<td>12.3</td>\n<td>17</td>"));
}

}  // namespace
}  // namespace signgate::bench::report
