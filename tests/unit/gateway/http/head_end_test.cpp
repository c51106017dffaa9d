// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/head_end.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace signgate::http {
namespace {

using namespace std::literals;

struct Ending {
  std::string_view bytes;
  std::size_t size;  // 0: no end
};

const std::vector<Ending> endings = {
    {"", 0},
    {"GET / HTTP/1.1", 0},
    {"GET / HTTP/1.1\r\n", 0},
    {"GET / HTTP/1.1\r\n\r\n", 18},
    {"GET / HTTP/1.1\n\n", 16},
    {"GET / HTTP/1.1\r\n\n", 17},
    {"GET / HTTP/1.1\n\r\n", 17},
    {"A\r\nB: 1\r\n\r\nbody\r\n\r\n", 11},
    {"A\r\nB: 1\n\nGET / HTTP/1.1\r\n\r\n", 9},
    {"A\r\n\r\r\n\r\n", 8},
    {"A\r\n\rB\r\n\r\n", 9},
    {"A\r\r\r\r", 0},
    {"A\rB\r\rC\r\n \r\n", 0},
    {"\r\n\r\n", 4},
    {"\n\n", 2},
    {"\r\n", 0},
    {"\n", 0},
};

TEST(HeadEnd, IsFoundInWholeBytes) {
  for (const auto& [bytes, size] : endings)
    EXPECT_EQ(HeadEnd().find(bytes), size) << bytes;
}

TEST(HeadEnd, IsFoundAtTheSamePlaceWhereverTheBytesAreSplit) {
  for (const auto& [bytes, size] : endings) {
    for (std::size_t first = 0; first <= bytes.size(); ++first) {
      for (std::size_t second = first; second <= bytes.size(); ++second) {
        HeadEnd end;
        for (const std::size_t upto : {first, second, bytes.size()}) {
          const std::size_t found = end.find(bytes.substr(0, upto));
          // As soon as the end is there, and never before.
          ASSERT_EQ(found, size != 0 && upto >= size ? size : 0U) << bytes << upto;
          if (found != 0) break;
        }
      }
    }
  }
}

TEST(HeadEnd, ByteByByteAndAfterReset) {
  HeadEnd end;
  for (int round = 0; round < 2; ++round) {
    const std::string_view bytes = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    for (std::size_t upto = 0; upto < bytes.size(); ++upto) {
      ASSERT_EQ(end.find(bytes.substr(0, upto)), 0U);
    }
    ASSERT_EQ(end.find(bytes), bytes.size());
    end.reset();
  }
}

}  // namespace
}  // namespace signgate::http
