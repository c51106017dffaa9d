// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "gateway/cli/demo/noise.hpp"
#include "gateway/cli/demo/picture.hpp"

namespace signgate::cli::demo {

/// Colour is sRGB, each channel from 0 to 1.
struct Colour {
  float r = 0.0F;
  float g = 0.0F;
  float b = 0.0F;
};

/// hex reads 0xRRGGBB.
[[nodiscard]] constexpr Colour hex(std::uint32_t rgb) noexcept {
  const auto channel = [rgb](int shift) {
    return static_cast<float>(rgb >> shift & 0xFFU) / 255.0F;
  };
  return {channel(16), channel(8), channel(0)};
}

/// mix goes from `a` (t = 0) to `b` (t = 1); t is cut to that range.
[[nodiscard]] inline Colour mix(const Colour& a, const Colour& b, float t) noexcept {
  t = std::clamp(t, 0.0F, 1.0F);
  return {std::lerp(a.r, b.r, t), std::lerp(a.g, b.g, t), std::lerp(a.b, b.b, t)};
}

/// add lights `a` up by `strength` of `light`.
[[nodiscard]] inline Colour add(const Colour& a, const Colour& light, float strength) noexcept {
  return {a.r + light.r * strength, a.g + light.g * strength, a.b + light.b * strength};
}

/// step_between rises smoothly from 0 at `from` to 1 at `to`.
[[nodiscard]] inline float step_between(float from, float to, float x) noexcept {
  const float t = std::clamp((x - from) / (to - from), 0.0F, 1.0F);
  return t * t * (3.0F - 2.0F * t);
}

/// paint asks `pixel(x, u, v)` for the colour of each point: `x` is the column, `v` runs from 0 at
/// the top to 1 at the bottom, and `u` in the same unit from the left. Half a step of grain hides
/// the bands of 8-bit gradients.
template <class Pixel>
[[nodiscard]] Picture paint(int width, int height, Pixel&& pixel) {
  Picture picture;
  picture.width = width;
  picture.height = height;
  picture.rgb.reserve(3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  const float unit = 1.0F / static_cast<float>(height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const Colour colour =
          pixel(static_cast<std::size_t>(x), (static_cast<float>(x) + 0.5F) * unit,
                (static_cast<float>(y) + 0.5F) * unit);
      const float dither = grain(x, y, 7) - 0.5F;
      for (const float channel : {colour.r, colour.g, colour.b}) {
        const float level = std::clamp(channel * 255.0F + dither + 0.5F, 0.0F, 255.0F);
        picture.rgb.push_back(static_cast<std::uint8_t>(level));
      }
    }
  }
  return picture;
}

}  // namespace signgate::cli::demo
