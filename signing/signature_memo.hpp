// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "signing/flight.hpp"
#include "signing/memo_key.hpp"

namespace signgate::signing {

/// MemoStatistics counts since the start; entries and bytes are of now.
struct MemoStatistics {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;     // whoever missed makes the signature
  std::uint64_t waits = 0;      // asked for while it was being made
  std::uint64_t evictions = 0;  // entries that made room for others
  std::uint64_t refused = 0;    // entries larger than a shard may be
  std::uint64_t ahead = 0;      // claimed ahead of their time
  std::size_t entries = 0;
  std::size_t bytes = 0;
};

/// Lookup is the answer of SignatureMemo::look_up.
struct Lookup {
  enum class State : std::uint8_t {
    hit,      // the signature was appended
    claimed,  // the caller has to make it and land `flight`
    waiting,  // another makes it: `flight` tells when it is there
  };

  State state = State::hit;
  bool hot = false;                // hit: worth signing ahead; said once for each entry
  std::shared_ptr<Flight> flight;  // claimed, waiting
};

/// SignatureMemo remembers signature texts, bounded by bytes, in shards with a lock each that is
/// held for a look-up alone; MemoStore says who leaves. A signature that nobody has is made once,
/// however many ask for it at the same time (single flight). All members may be called from any
/// thread.
class SignatureMemo {
 public:
  /// SignatureMemo holds at most `max_bytes`, counted with the entries' own overhead, evenly over
  /// `shards` (rounded up to a power of two). 0 bytes remembers nothing.
  explicit SignatureMemo(std::size_t max_bytes, std::size_t shards = 16);
  ~SignatureMemo();
  SignatureMemo(const SignatureMemo&) = delete;
  SignatureMemo& operator=(const SignatureMemo&) = delete;

  /// look_up appends the signature text to `out`, or gives the claim to make it to the first who
  /// asks and the flight to wait for to the others. The first hit on an entry that has been hit
  /// `hot_after` times, this time included, is called hot; 0: never. A hit allocates nothing if
  /// `out` has the capacity.
  [[nodiscard]] Lookup look_up(const MemoKey& key, std::string& out, std::uint8_t hot_after = 0);

  /// claim_ahead is look_up for a signature that nobody waits for yet: the claim, or null where it
  /// is there or being made. Counted apart.
  [[nodiscard]] std::shared_ptr<Flight> claim_ahead(const MemoKey& key);

  /// land ends a claim: the signature is remembered and those who wait go on, on this thread. ""
  /// says that it could not be made: nothing is remembered. Whoever has a claim must land it, or
  /// others wait for ever: see Claim.
  void land(const std::shared_ptr<Flight>& flight, std::string_view signature);

  /// find writes the signature text to `signature` and returns true, or returns false and leaves
  /// it alone; nothing is claimed. Allocates nothing if `signature` has the capacity.
  [[nodiscard]] bool find(const MemoKey& key, std::string& signature);

  /// insert remembers `signature`; an entry of that key is replaced.
  void insert(const MemoKey& key, std::string_view signature);

  /// clear forgets everything but the flights; the counters stay.
  void clear();

  [[nodiscard]] MemoStatistics statistics() const;

 private:
  struct Shard;
  [[nodiscard]] Shard& shard_of(std::size_t hash) const noexcept;

  std::size_t shard_count_;
  std::unique_ptr<Shard[]> shards_;
};

/// Claim lands a flight without a signature when it goes and nobody has landed it.
class Claim {
 public:
  Claim(SignatureMemo& memo, std::shared_ptr<Flight> flight) noexcept
      : memo_(&memo), flight_(std::move(flight)) {}
  ~Claim() {
    if (flight_) memo_->land(flight_, {});
  }
  Claim(Claim&& other) noexcept : memo_(other.memo_), flight_(std::move(other.flight_)) {}
  Claim& operator=(Claim&& other) noexcept {
    std::swap(memo_, other.memo_);
    flight_.swap(other.flight_);
    return *this;
  }

  /// land is SignatureMemo::land, once.
  void land(std::string_view signature) {
    memo_->land(flight_, signature);
    flight_.reset();
  }

 private:
  SignatureMemo* memo_;
  std::shared_ptr<Flight> flight_;
};

}  // namespace signgate::signing
