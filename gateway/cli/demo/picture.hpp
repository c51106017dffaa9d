// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace signgate::cli::demo {

/// Picture is an RGB raster, 8 bits a channel, rows from the top, no padding.
struct Picture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;  // 3 * width * height bytes
};

/// shrink returns `picture` scaled down to `width` pixels, each the mean of the area it covers; the
/// aspect is kept to the nearest row. `width` is from 1 to the picture's own.
[[nodiscard]] Picture shrink(const Picture& picture, int width);

/// encode_png returns the bytes of a PNG file (W3C PNG, third edition: colour type 2, one IDAT, the
/// filter of each row chosen by the least sum of absolute differences). The same picture always
/// gives the same bytes.
[[nodiscard]] std::string encode_png(const Picture& picture);

}  // namespace signgate::cli::demo
