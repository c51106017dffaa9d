// SPDX-License-Identifier: Apache-2.0
#include "bench/scan_output.hpp"

#include <gmock/gmock.h>

#include "policy/json.hpp"

namespace signgate::bench {
namespace {

using testing::ContainsRegex;

Summary summary(double median) {
  return {.median = median, .min = median / 2, .max = median * 2, .spread = 0.25};
}

ScanSession session() {
  ScanSession made{.version = "1.2.3",
                   .date = "2030-01-01T00:00:00Z",
                   .machine = {"A CPU", 2, "OpenSSL 3", "g++ 12", "optimised"},
                   .plan = {.side = std::chrono::milliseconds(200), .rounds = 7},
                   .scans = {},
                   .codings = {}};
  rewrite::Counters counters;
  counters.links = 90;
  counters.matched = 20;
  made.scans.push_back({.format = rewrite::Format::css,
                        .bytes = 65536,
                        .counters = counters,
                        .gigabytes = summary(4.5),
                        .seconds = summary(15e-6)});
  made.codings.push_back({.coding = codec::Coding::br,
                          .sizes = {65536, 16000, 74000, 22000},
                          .links = 20,
                          .recode = summary(1000e-6),
                          .recode_longer = summary(1250e-6),
                          .rewrite = summary(40e-6),
                          .whole = summary(1300e-6),
                          .ratio = summary(1.3),
                          .ratio_longer = summary(1.04)});
  return made;
}

double number(const policy::JsonValue& object, std::initializer_list<const char*> path) {
  const policy::JsonValue* value = &object;
  for (const char* name : path) {
    const policy::JsonMember* member = value->find(name);
    EXPECT_NE(member, nullptr) << name;
    if (member == nullptr) return -1;
    value = &member->value;
  }
  return value->real().value_or(-1);
}

TEST(ScanJson, HoldsTheFiguresOfEachRun) {
  const auto read = policy::json_parse(scan_json(session()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->find("tool")->value.text, "signgate-bench scan");
  EXPECT_EQ(read->find("machine")->value.find("cpu")->value.text, "A CPU");
  ASSERT_EQ(read->find("scans")->value.items.size(), 1U);
  const policy::JsonValue& scan = read->find("scans")->value.items[0];
  EXPECT_EQ(scan.find("type")->value.text, "css");
  EXPECT_DOUBLE_EQ(number(scan, {"matched"}), 20);
  EXPECT_DOUBLE_EQ(number(scan, {"gigabytes_per_cpu_second", "median"}), 4.5);
  EXPECT_DOUBLE_EQ(number(scan, {"gigabytes_per_cpu_second", "min"}), 2.25);
  EXPECT_DOUBLE_EQ(number(scan, {"cpu_us", "median"}), 15);
  ASSERT_EQ(read->find("codings")->value.items.size(), 1U);
  const policy::JsonValue& coding = read->find("codings")->value.items[0];
  EXPECT_EQ(coding.find("coding")->value.text, "br");
  EXPECT_DOUBLE_EQ(number(coding, {"level"}), 3);
  EXPECT_DOUBLE_EQ(number(coding, {"rewritten_coded_bytes"}), 22000);
  EXPECT_DOUBLE_EQ(number(coding, {"recode_cpu_us", "median"}), 1000);
  EXPECT_DOUBLE_EQ(number(coding, {"recode_longer_cpu_us", "median"}), 1250);
  EXPECT_DOUBLE_EQ(number(coding, {"rewrite_cpu_us", "median"}), 40);
  EXPECT_DOUBLE_EQ(number(coding, {"whole_cpu_us", "median"}), 1300);
  EXPECT_DOUBLE_EQ(number(coding, {"ratio", "median"}), 1.3);
  EXPECT_DOUBLE_EQ(number(coding, {"ratio_longer", "max"}), 2.08);
}

TEST(ScanText, HoldsTheSameFigures) {
  const std::string text = scan_text(session());
  EXPECT_THAT(text, ContainsRegex("\ncss +65536 +90 +20 +4.50 +25.0 % +2.25 +9.00 +15.00\n"));
  EXPECT_THAT(text, ContainsRegex("\nbr +3 +65536 +16000 +74000 +22000 +1000.0 +1250.0 +40.0 "
                                  "+1300.0 +1.300 .0.650 to 2.600. +1.040 .0.520 to 2.080.\n"));
}

TEST(ScanText, LeavesOutWhatWasNotMeasured) {
  ScanSession empty = session();
  empty.codings.clear();
  EXPECT_THAT(scan_text(empty), testing::Not(testing::HasSubstr("Codings")));
  empty.scans.clear();
  EXPECT_THAT(scan_text(empty), testing::Not(testing::HasSubstr("Scanners")));
}

}  // namespace
}  // namespace signgate::bench
