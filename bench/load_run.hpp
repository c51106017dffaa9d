// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "bench/load_result.hpp"
#include "bench/load_target.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/error.hpp"
#include "signing/public_key.hpp"

namespace signgate::bench {

/// LoadPlan says how hard to ask, and when to stop.
struct LoadPlan {
  unsigned threads = 1;
  unsigned connections = 64;      // in all; dealt out to the threads
  Milliseconds duration{10'000};  // when `requests` is 0
  std::uint64_t requests = 0;     // stop after so many, failed ones among them
  double rate = 0;                // requests a second of an open loop; 0: a closed loop
  // Hold the signed links in whole answers to this key.
  std::optional<signing::PublicKey> links_key = {};
  Milliseconds timeout{10'000};  // for one connect, and for one exchange
};

/// run_load asks over kept-alive connections, and connects anew when the other side closed. Each
/// thread has its own connections and event loop. Blocks until all is done. Fails with
/// connect_failed when the host's name does not resolve, which is tried once, at the start.
///
/// A closed loop: each connection sends its next request when the answer to the last one is
/// complete. Answers that are under way when the time is up are neither answers nor errors. It asks
/// less while the server stalls, so its percentiles flatter a server that stalls now and then
/// (coordinated omission).
///
/// An open loop (`rate` above 0): requests are due at even intervals, dealt out to the threads in
/// turn, and sent by whichever of the thread's connections is free; when none is they wait, and
/// their latency runs. Connections are opened in a moment before the first is due; one that the
/// server closed while it was idle is opened anew. With `requests` all are sent, however late.
/// Otherwise none is begun once `duration` is over, which leaves the rest unsent; what is under way
/// then is waited for, up to the timeout.
///
/// With `links_key` the body of each whole answer, of whatever status, is made plain and searched
/// on the thread that received it, for a viewer at the connection's own address: it asks for less
/// or later than without.
[[nodiscard]] Result<LoadResult> run_load(const LoadTarget& target, const LoadPlan& plan);

}  // namespace signgate::bench
