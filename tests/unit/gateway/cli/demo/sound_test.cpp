// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/sound.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>

namespace signgate::cli::demo {
namespace {

std::uint32_t little(std::string_view bytes, std::size_t at, int size) {
  std::uint32_t value = 0;
  for (int i = size - 1; i >= 0; --i) {
    value = value << 8U | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
  }
  return value;
}

void expect_wav(const std::string& wav) {
  ASSERT_GT(wav.size(), 44U);
  EXPECT_EQ(wav.substr(0, 4), "RIFF");
  EXPECT_EQ(little(wav, 4, 4), wav.size() - 8);
  EXPECT_EQ(wav.substr(8, 8), "WAVEfmt ");
  EXPECT_EQ(little(wav, 16, 4), 16U);
  EXPECT_EQ(little(wav, 20, 2), 1U);
  EXPECT_EQ(little(wav, 22, 2), 1U);
  EXPECT_EQ(little(wav, 24, 4), 22050U);
  EXPECT_EQ(little(wav, 28, 4), 44100U);
  EXPECT_EQ(little(wav, 32, 2), 2U);
  EXPECT_EQ(little(wav, 34, 2), 16U);
  EXPECT_EQ(wav.substr(36, 4), "data");
  EXPECT_EQ(little(wav, 40, 4), wav.size() - 44);
  EXPECT_EQ(wav.size() - 44, 8U * 44100U);

  // Heard, not distorted, and silent at both ends.
  int peak = 0;
  for (std::size_t at = 44; at < wav.size(); at += 2) {
    peak = std::max(peak, std::abs(static_cast<std::int16_t>(little(wav, at, 2))));
  }
  EXPECT_GT(peak, 3000);
  EXPECT_LT(peak, 32000);
  EXPECT_EQ(little(wav, 44, 2), 0U);
  EXPECT_EQ(little(wav, wav.size() - 2, 2), 0U);
}

TEST(Sound, IsWavOfEightSeconds) {
  expect_wav(surf_wav());
  expect_wav(chimes_wav());
  EXPECT_NE(surf_wav(), chimes_wav());
}

TEST(Sound, IsTheSameEachTime) {
  EXPECT_EQ(surf_wav(), surf_wav());
  EXPECT_EQ(chimes_wav(), chimes_wav());
}

}  // namespace
}  // namespace signgate::cli::demo
