// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/metrics.hpp"

#include <gmock/gmock.h>

namespace signgate::server {
namespace {

using testing::HasSubstr;

TEST(Metrics, AreWrittenWithTheirTypes) {
  MetricsSample sample;
  sample.connections = 7;
  sample.workers = 21;
  sample.workers_leaving = 22;
  sample.counters.links_signed = 12;
  sample.counters.scanned.refused_path = 3;
  sample.counters.scanned.refused_template = 14;
  sample.counters.unsigned_no_key = 13;
  sample.counters.refused_connections = 1;
  sample.counters.reused_connections = 2;
  sample.counters.denied = 4;
  sample.counters.req_limited = 10;
  sample.counters.compressed = 11;
  sample.counters.csp_extended = 15;
  sample.counters.stripped = {.stripped = 16, .too_long = 17};
  sample.counters.unstripped_coding = 18;
  sample.counters.referrer_warned = 16;
  sample.counters.referrer_repaired = 17;
  sample.memo.hits = 5;
  sample.memo.waits = 6;
  sample.memo.ahead = 8;
  sample.signers.waiting = 9;
  const std::string text = metrics_text(sample);
  EXPECT_THAT(text, HasSubstr("# TYPE signgate_connections gauge\nsigngate_connections 7\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE signgate_links_signed_total counter\n"
                              "signgate_links_signed_total 12\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE signgate_workers gauge\nsigngate_workers 21\n"));
  EXPECT_THAT(text, HasSubstr("signgate_workers_leaving 22\n"));
  EXPECT_THAT(text, HasSubstr("signgate_links_unsigned_total{reason=\"path\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("signgate_links_unsigned_total{reason=\"template\"} 14\n"));
  EXPECT_THAT(text, HasSubstr("signgate_links_unsigned_total{reason=\"no_key\"} 13\n"));
  EXPECT_THAT(text, HasSubstr("signgate_connections_refused_total 1\n"));
  EXPECT_THAT(text, HasSubstr("signgate_connections_reused_total 2\n"));
  EXPECT_THAT(text, HasSubstr("signgate_requests_refused_total{reason=\"access\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("signgate_requests_refused_total{reason=\"limit_req\"} 10\n"));
  EXPECT_THAT(text, HasSubstr("signgate_answers_compressed_total 11\n"));
  EXPECT_THAT(text, HasSubstr("signgate_csp_extended_total 15\n"));
  EXPECT_THAT(text, HasSubstr("signgate_request_links_total{result=\"stripped\"} 16\n"));
  EXPECT_THAT(text, HasSubstr("signgate_request_links_total{result=\"too_long\"} 17\n"));
  EXPECT_THAT(text, HasSubstr("signgate_request_bodies_passed_total{reason=\"coding\"} 18\n"));
  EXPECT_THAT(text, HasSubstr("signgate_referrer_policies_total{result=\"warned\"} 16\n"));
  EXPECT_THAT(text, HasSubstr("signgate_referrer_policies_total{result=\"repaired\"} 17\n"));
  EXPECT_THAT(text, HasSubstr("signgate_memo_lookups_total{result=\"hit\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("signgate_memo_lookups_total{result=\"wait\"} 6\n"));
  EXPECT_THAT(text, HasSubstr("signgate_memo_signed_ahead_total 8\n"));
  EXPECT_THAT(text, HasSubstr("signgate_signer_waiting 9\n"));
  EXPECT_TRUE(text.ends_with('\n'));
}

TEST(Metrics, SumTheWorkers) {
  proxy::Counters one;
  one.requests = 2;
  one.reused_connections = 11;
  one.unsigned_no_key = 3;
  one.unsigned_failed = 7;
  one.cookies_set = 4;
  one.csp_extended = 8;
  one.stripped.stripped = one.stripped.too_long = one.unstripped_coding = one.unstripped_charset =
      9;
  one.referrer_warned = 9;
  one.referrer_repaired = 10;
  one.conn_limited = 6;
  one.scanned.links = 5;
  proxy::Counters total;
  add(total, one);
  add(total, one);
  EXPECT_EQ(total.requests, 4U);
  EXPECT_EQ(total.reused_connections, 22U);
  EXPECT_EQ(total.unsigned_no_key, 6U);
  EXPECT_EQ(total.unsigned_failed, 14U);
  EXPECT_EQ(total.cookies_set, 8U);
  EXPECT_EQ(total.csp_extended, 16U);
  EXPECT_EQ(total.stripped.stripped, 18U);
  EXPECT_EQ(total.stripped.too_long, 18U);
  EXPECT_EQ(total.unstripped_coding, 18U);
  EXPECT_EQ(total.unstripped_charset, 18U);
  EXPECT_EQ(total.referrer_warned, 18U);
  EXPECT_EQ(total.referrer_repaired, 20U);
  EXPECT_EQ(total.conn_limited, 12U);
  EXPECT_EQ(total.scanned.links, 10U);
}

}  // namespace
}  // namespace signgate::server
