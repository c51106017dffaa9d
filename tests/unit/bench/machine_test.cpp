// SPDX-License-Identifier: Apache-2.0
#include "bench/machine.hpp"

#include <gmock/gmock.h>

namespace signgate::bench {
namespace {

TEST(CpuModel, IsTheFirstModelName) {
  EXPECT_EQ(cpu_model("processor\t: 0\nvendor_id\t: X\nmodel name\t: A CPU @ 3.0 GHz \n"
                      "processor\t: 1\nmodel name\t: B\n"),
            "A CPU @ 3.0 GHz");
}

TEST(CpuModel, IsUnknownWhereNobodySays) {
  EXPECT_EQ(cpu_model(""), "unknown");
  EXPECT_EQ(cpu_model("processor\t: 0\nBogoMIPS\t: 243.75\n"), "unknown");
  EXPECT_EQ(cpu_model("model name\t:  \n"), "unknown");
  EXPECT_EQ(cpu_model("model name"), "unknown");
}

TEST(DateText, IsRfc3339InUtc) {
  EXPECT_EQ(date_text(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(date_text(1893456000), "2030-01-01T00:00:00Z");
}

TEST(MachineFacts, NameWhatFiguresDependOn) {
  const MachineFacts facts = machine_facts();
  EXPECT_FALSE(facts.cpu.empty());
  EXPECT_GE(facts.cores, 1U);
  EXPECT_THAT(facts.openssl, testing::StartsWith("OpenSSL 3"));
  EXPECT_THAT(facts.compiler,
              testing::AnyOf(testing::StartsWith("g++ "), testing::StartsWith("clang ")));
  EXPECT_FALSE(facts.build.empty());
}

}  // namespace
}  // namespace signgate::bench
