// SPDX-License-Identifier: Apache-2.0
#include "signing/signature_memo.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <semaphore>
#include <thread>
#include <vector>

#include "unit/signing/keys.hpp"

namespace signgate::signing {
namespace {

constexpr Fingerprint one{1};
constexpr Fingerprint two{2};

MemoKey key(std::string_view message, const Fingerprint& fingerprint = one,
            HashAlgorithm hash = HashAlgorithm::sha1) {
  return {message, &fingerprint, hash};
}

TEST(SignatureMemo, FindsWhatWasInserted) {
  SignatureMemo memo(1 << 20);
  std::string signature = "untouched";
  EXPECT_FALSE(memo.find(key("a"), signature));
  EXPECT_EQ(signature, "untouched");
  memo.insert(key("a"), "S");
  EXPECT_TRUE(memo.find(key("a"), signature));
  EXPECT_EQ(signature, "S");
  EXPECT_EQ(memo.statistics().hits, 1U);
  EXPECT_EQ(memo.statistics().misses, 1U);
}

TEST(SignatureMemo, KeyIsMessageAndFingerprintAndHash) {
  SignatureMemo memo(1 << 20);
  memo.insert(key("a", one, HashAlgorithm::sha1), "1");
  memo.insert(key("a", two, HashAlgorithm::sha1), "2");
  memo.insert(key("a", one, HashAlgorithm::sha256), "3");
  memo.insert(key("b", one, HashAlgorithm::sha1), "4");
  std::string signature;
  EXPECT_TRUE(memo.find(key("a", one, HashAlgorithm::sha1), signature) && signature == "1");
  EXPECT_TRUE(memo.find(key("a", two, HashAlgorithm::sha1), signature) && signature == "2");
  EXPECT_TRUE(memo.find(key("a", one, HashAlgorithm::sha256), signature) && signature == "3");
  EXPECT_TRUE(memo.find(key("b", one, HashAlgorithm::sha1), signature) && signature == "4");
  EXPECT_FALSE(memo.find(key("b", two, HashAlgorithm::sha1), signature));
  EXPECT_EQ(memo.statistics().entries, 4U);
}

TEST(SignatureMemo, OwnsWhatItRemembers) {
  SignatureMemo memo(1 << 20);
  {
    const std::string message = "a message that is longer than any small string";
    const Fingerprint fingerprint{7};
    memo.insert(key(message, fingerprint), std::string(344, 's'));
  }
  const Fingerprint again{7};
  std::string signature;
  EXPECT_TRUE(memo.find(key("a message that is longer than any small string", again), signature));
  EXPECT_EQ(signature, std::string(344, 's'));
}

TEST(SignatureMemo, ReplacesAnEntryOfTheSameKey) {
  SignatureMemo memo(1 << 20);
  memo.insert(key("a"), "first");
  const std::size_t bytes = memo.statistics().bytes;
  memo.insert(key("a"), "second!");
  std::string signature;
  EXPECT_TRUE(memo.find(key("a"), signature));
  EXPECT_EQ(signature, "second!");
  EXPECT_EQ(memo.statistics().entries, 1U);
  EXPECT_EQ(memo.statistics().bytes, bytes + 2);
}

TEST(SignatureMemo, LookUpReusesTheCapacity) {
  SignatureMemo memo(1 << 20);
  memo.insert(key("a"), std::string(300, 's'));
  std::string signature;
  signature.reserve(400);
  const char* place = signature.data();
  EXPECT_TRUE(memo.find(key("a"), signature));
  EXPECT_EQ(signature.data(), place);
}

TEST(SignatureMemo, LookUpAppends) {
  SignatureMemo memo(1 << 20);
  memo.insert(key("a"), "S");
  std::string out = "front ";
  const Lookup found = memo.look_up(key("a"), out);
  EXPECT_EQ(found.state, Lookup::State::hit);
  EXPECT_EQ(found.flight, nullptr);
  EXPECT_EQ(out, "front S");
  EXPECT_EQ(memo.statistics().hits, 1U);
}

TEST(SignatureMemo, GivesTheClaimToOneAndTheFlightToOthers) {
  SignatureMemo memo(1 << 20);
  std::string out = "untouched";
  const Lookup first = memo.look_up(key("a"), out);
  const Lookup second = memo.look_up(key("a"), out);
  const Lookup other = memo.look_up(key("b"), out);
  EXPECT_EQ(first.state, Lookup::State::claimed);
  EXPECT_EQ(second.state, Lookup::State::waiting);
  EXPECT_EQ(second.flight, first.flight);
  EXPECT_EQ(other.state, Lookup::State::claimed);
  EXPECT_NE(other.flight, first.flight);
  EXPECT_EQ(out, "untouched");
  int resumed = 0;
  EXPECT_TRUE(second.flight->when_landed([&] { ++resumed; }));
  memo.land(first.flight, "S");
  EXPECT_EQ(resumed, 1);
  EXPECT_EQ(second.flight->signature(), "S");
  EXPECT_FALSE(second.flight->when_landed([&] { ++resumed; }));
  EXPECT_EQ(resumed, 1);
  EXPECT_EQ(memo.look_up(key("a"), out).state, Lookup::State::hit);
  const MemoStatistics statistics = memo.statistics();
  EXPECT_EQ(statistics.misses, 2U);
  EXPECT_EQ(statistics.waits, 1U);
  EXPECT_EQ(statistics.hits, 1U);
}

TEST(SignatureMemo, LandsEvenWhatItDoesNotKeep) {
  SignatureMemo none(0);
  std::string out;
  const Lookup first = none.look_up(key("a"), out);
  const Lookup second = none.look_up(key("a"), out);
  none.land(first.flight, "S");
  EXPECT_EQ(second.flight->signature(), "S");
  EXPECT_EQ(none.look_up(key("a"), out).state, Lookup::State::claimed);
}

TEST(SignatureMemo, AClaimThatGoesLandsWithoutASignature) {
  SignatureMemo memo(1 << 20);
  std::string out;
  std::shared_ptr<Flight> flight;
  {
    Claim claim(memo, memo.look_up(key("a"), out).flight);
    flight = memo.look_up(key("a"), out).flight;
    Claim moved = std::move(claim);
  }
  EXPECT_FALSE(flight->when_landed([] {}));
  EXPECT_EQ(flight->signature(), "");
  EXPECT_EQ(memo.look_up(key("a"), out).state, Lookup::State::claimed);
}

TEST(SignatureMemo, ClaimsAheadOnlyWhatIsNeitherThereNorOnItsWay) {
  SignatureMemo memo(1 << 20);
  memo.insert(key("there"), "S");
  std::string out;
  const Lookup begun = memo.look_up(key("begun"), out);
  EXPECT_EQ(memo.claim_ahead(key("there")), nullptr);
  EXPECT_EQ(memo.claim_ahead(key("begun")), nullptr);
  const auto ahead = memo.claim_ahead(key("new"));
  ASSERT_NE(ahead, nullptr);
  EXPECT_EQ(memo.claim_ahead(key("new")), nullptr);
  memo.land(ahead, "S");
  memo.land(begun.flight, "S");
  EXPECT_EQ(memo.look_up(key("new"), out).state, Lookup::State::hit);
  EXPECT_EQ(memo.statistics().ahead, 1U);
}

TEST(SignatureMemo, CallsAnEntryHotOnce) {
  SignatureMemo memo(1 << 20);
  memo.insert(key("a"), "S");
  std::string out;
  EXPECT_FALSE(memo.look_up(key("a"), out, 2).hot);
  EXPECT_FALSE(memo.look_up(key("a"), out).hot);
  EXPECT_TRUE(memo.look_up(key("a"), out, 2).hot);
  EXPECT_FALSE(memo.look_up(key("a"), out, 2).hot);
}

TEST(SignatureMemo, NeverHoldsMoreThanItMay) {
  constexpr std::size_t most = 64 * 1024;
  SignatureMemo memo(most, 4);
  for (int i = 0; i < 5000; ++i) {
    memo.insert(key("message " + std::to_string(i)),
                std::string(static_cast<std::size_t>(i % 400), 's'));
    ASSERT_LE(memo.statistics().bytes, most);
  }
  EXPECT_GT(memo.statistics().entries, 20U);
  EXPECT_GT(memo.statistics().evictions, 4000U);
}

TEST(SignatureMemo, RefusesWhatExceedsAShard) {
  SignatureMemo memo(4096, 1);
  std::string signature;
  memo.insert(key("small"), "S");
  memo.insert(key(std::string(5000, 'x')), "S");
  EXPECT_EQ(memo.statistics().refused, 1U);
  EXPECT_TRUE(memo.find(key("small"), signature));
  SignatureMemo none(0);
  none.insert(key("a"), "S");
  EXPECT_FALSE(none.find(key("a"), signature));
}

TEST(SignatureMemo, ClearForgetsAll) {
  SignatureMemo memo(1 << 20);
  memo.insert(key("a"), "S");
  memo.clear();
  std::string signature;
  EXPECT_FALSE(memo.find(key("a"), signature));
  EXPECT_EQ(memo.statistics().entries, 0U);
  EXPECT_EQ(memo.statistics().bytes, 0U);
}

TEST(SignatureMemo, HitEqualsAFreshSignature) {
  SignatureMemo memo(1 << 20);
  const SigningKey rsa = vectors::rsa();
  const std::string signature = sign_policy(rsa, "a policy").value();
  memo.insert(memo_key(rsa, "a policy"), signature);
  std::string found;
  EXPECT_TRUE(memo.find(memo_key(vectors::rsa(), "a policy"), found));
  EXPECT_EQ(found, sign_policy(rsa, "a policy").value());
}

TEST(SignatureMemo, ServesManyThreadsAtOnce) {
  SignatureMemo memo(32 * 1024, 4);
  std::array<int, 4> wrong{};
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < wrong.size(); ++t) {
      threads.emplace_back([&memo, &count = wrong[t], t] {
        std::string signature;
        for (std::size_t i = 0; i < 4000; ++i) {
          const std::string message = "m" + std::to_string((i * 7 + t) % 200);
          if (!memo.find(key(message), signature)) {
            memo.insert(key(message), "signature of " + message);
          } else if (signature != "signature of " + message) {
            ++count;
          }
        }
      });
    }
  }
  EXPECT_EQ(wrong, (std::array<int, 4>{}));
  const MemoStatistics statistics = memo.statistics();
  EXPECT_EQ(statistics.hits + statistics.misses, 16000U);
  EXPECT_LE(statistics.bytes, 32U * 1024U);
}

TEST(SignatureMemo, SignsOnceHoweverManyAsk) {
  SignatureMemo memo(1 << 20, 4);
  std::array<std::atomic<int>, 50> made{};
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (std::size_t i = 0; i < made.size(); ++i) {
          const std::string message = "m" + std::to_string(i);
          std::string out;
          const Lookup found = memo.look_up(key(message), out);
          if (found.state == Lookup::State::claimed) {
            ++made[i];
            memo.land(found.flight, "S" + message);
            continue;
          }
          if (found.state == Lookup::State::waiting) {
            std::binary_semaphore there(0);
            if (found.flight->when_landed([&] { there.release(); })) there.acquire();
            out = found.flight->signature();
          }
          if (out != "S" + message) ++wrong;
        }
      });
    }
  }
  for (const auto& each : made)
    EXPECT_EQ(each, 1);
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace signgate::signing
