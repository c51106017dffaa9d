-- SPDX-License-Identifier: Apache-2.0
-- A line more at the end of wrk's output: p50, p99 and p99.9 in microseconds.
function done(summary, latency, requests)
    print(string.format("Percentiles: %d %d %d", latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
