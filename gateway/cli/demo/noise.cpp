// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/noise.hpp"

#include <cmath>

namespace signgate::cli::demo {

float grain(int x, int y, std::uint32_t seed) noexcept {
  std::uint32_t bits = static_cast<std::uint32_t>(x) * 0x9E3779B1U +
                       static_cast<std::uint32_t>(y) * 0x85EBCA77U + seed * 0xC2B2AE3DU;
  bits = (bits ^ bits >> 15) * 0x2C1B3C6DU;
  bits = (bits ^ bits >> 12) * 0x297A2D39U;
  bits ^= bits >> 15;
  return static_cast<float>(bits >> 8) * 0x1p-24F;
}

float noise(float x, float y, std::uint32_t seed) noexcept {
  const float left = std::floor(x);
  const float top = std::floor(y);
  const auto smooth = [](float t) { return t * t * (3.0F - 2.0F * t); };
  const float across = smooth(x - left);
  const float down = smooth(y - top);
  const int column = static_cast<int>(left);
  const int row = static_cast<int>(top);
  const float upper = std::lerp(grain(column, row, seed), grain(column + 1, row, seed), across);
  const float lower =
      std::lerp(grain(column, row + 1, seed), grain(column + 1, row + 1, seed), across);
  return std::lerp(upper, lower, down);
}

float fractal(float x, float y, int octaves, std::uint32_t seed) noexcept {
  float sum = 0.0F;
  float weight = 0.5F;
  for (int octave = 0; octave < octaves; ++octave, weight *= 0.5F) {
    sum += weight * noise(x, y, seed + static_cast<std::uint32_t>(octave));
    x *= 2.0F;
    y *= 2.0F;
  }
  return sum / (1.0F - 2.0F * weight);
}

float ridged(float x, float y, int octaves, std::uint32_t seed) noexcept {
  float sum = 0.0F;
  float weight = 0.5F;
  for (int octave = 0; octave < octaves; ++octave, weight *= 0.5F) {
    sum += weight *
           (1.0F - std::fabs(2.0F * noise(x, y, seed + static_cast<std::uint32_t>(octave)) - 1.0F));
    x *= 2.0F;
    y *= 2.0F;
  }
  return sum / (1.0F - 2.0F * weight);
}

}  // namespace signgate::cli::demo
