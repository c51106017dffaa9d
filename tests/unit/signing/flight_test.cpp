// SPDX-License-Identifier: Apache-2.0
#include "signing/flight.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "signing/signature_memo.hpp"

namespace signgate::signing {
namespace {

constexpr Fingerprint fingerprint{1};

TEST(Flight, KnowsItsKeyByACopy) {
  std::string message = "a message that is longer than any small string";
  const Flight flight(hashed({message, &fingerprint, HashAlgorithm::sha1}));
  EXPECT_TRUE(flight.is_for(hashed({message, &fingerprint, HashAlgorithm::sha1})));
  EXPECT_FALSE(flight.is_for(hashed({message, &fingerprint, HashAlgorithm::sha256})));
  message[0] = 'A';
  EXPECT_FALSE(flight.is_for(hashed({message, &fingerprint, HashAlgorithm::sha1})));
  EXPECT_EQ(flight.key().key.message[0], 'a');
}

TEST(Flight, ResumesEveryoneOnce) {
  SignatureMemo memo(1 << 20);
  for (int round = 0; round < 50; ++round) {
    const std::string message = std::to_string(round);
    std::string out;
    const Lookup claim = memo.look_up({message, &fingerprint, HashAlgorithm::sha1}, out);
    std::atomic<int> resumed = 0;
    std::atomic<int> late = 0;
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&] {
          if (!claim.flight->when_landed([&] { ++resumed; })) ++late;
        });
      }
      threads.emplace_back([&] { memo.land(claim.flight, "S"); });
    }
    EXPECT_EQ(resumed + late, 3);
    EXPECT_EQ(claim.flight->signature(), "S");
  }
}

}  // namespace
}  // namespace signgate::signing
