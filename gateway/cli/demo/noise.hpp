// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// Noise for the demo's pictures and sounds: pure functions of place and seed, so that every run
/// draws the same.
namespace signgate::cli::demo {

/// grain is a number in [0, 1) that looks random, one for each grid point and seed.
[[nodiscard]] float grain(int x, int y, std::uint32_t seed) noexcept;

/// noise is smooth: the grains of the four grid points around (x, y), blended. In [0, 1).
[[nodiscard]] float noise(float x, float y, std::uint32_t seed) noexcept;

/// fractal is `octaves` layers of noise, each twice as fine and half as strong as the one before.
/// In [0, 1).
[[nodiscard]] float fractal(float x, float y, int octaves, std::uint32_t seed) noexcept;

/// ridged is fractal with each layer folded at its middle, which leaves sharp crests. In [0, 1].
[[nodiscard]] float ridged(float x, float y, int octaves, std::uint32_t seed) noexcept;

}  // namespace signgate::cli::demo
