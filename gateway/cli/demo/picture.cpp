// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/picture.hpp"

#include <zlib.h>

#include <array>
#include <cstdlib>
#include <string_view>

#include "gateway/base/check.hpp"

namespace signgate::cli::demo {
namespace {

void put_u32(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(value >> shift & 0xFFU));
}

void put_chunk(std::string& out, std::string_view type, std::string_view data) {
  put_u32(out, static_cast<std::uint32_t>(data.size()));
  const auto begin = out.size();
  out.append(type).append(data);
  const auto* bytes = reinterpret_cast<const Bytef*>(out.data() + begin);
  put_u32(out, static_cast<std::uint32_t>(crc32_z(0, bytes, out.size() - begin)));
}

std::uint8_t paeth(int left, int up, int corner) {
  const int guess = left + up - corner;
  const int by_left = std::abs(guess - left);
  const int by_up = std::abs(guess - up);
  const int by_corner = std::abs(guess - corner);
  if (by_left <= by_up && by_left <= by_corner) return static_cast<std::uint8_t>(left);
  return static_cast<std::uint8_t>(by_up <= by_corner ? up : corner);
}

/// The filter types of PNG that serve smooth colour: Sub 1, Up 2, Paeth 4.
std::uint8_t predict(int filter, std::uint8_t left, std::uint8_t up, std::uint8_t corner) {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    default:
      return paeth(left, up, corner);
  }
}

/// Appends one filtered row, by the filter whose residues, read as signed bytes, are least in sum.
void put_row(std::string& out, const std::uint8_t* row, const std::uint8_t* above,
             std::size_t size) {
  std::string best;
  std::uint64_t best_sum = UINT64_MAX;
  for (const int filter : {1, 2, 4}) {
    std::string filtered(1, static_cast<char>(filter));
    filtered.reserve(size + 1);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint8_t left = i < 3 ? std::uint8_t{0} : row[i - 3];
      const std::uint8_t corner = i < 3 ? std::uint8_t{0} : above[i - 3];
      const auto residue =
          static_cast<std::uint8_t>(row[i] - predict(filter, left, above[i], corner));
      filtered.push_back(static_cast<char>(residue));
      sum += residue < 128 ? residue : 256U - residue;
    }
    if (sum < best_sum) {
      best_sum = sum;
      best = std::move(filtered);
    }
  }
  out += best;
}

}  // namespace

Picture shrink(const Picture& picture, int width) {
  SIGNGATE_CHECK(width >= 1 && width <= picture.width);
  Picture small;
  small.width = width;
  small.height = std::max(1, (picture.height * width + picture.width / 2) / picture.width);
  small.rgb.resize(std::size_t{3} * static_cast<std::size_t>(small.width * small.height));
  std::size_t out = 0;
  for (int y = 0; y < small.height; ++y) {
    const int top = y * picture.height / small.height;
    const int bottom = std::max(top + 1, (y + 1) * picture.height / small.height);
    for (int x = 0; x < small.width; ++x) {
      const int left = x * picture.width / small.width;
      const int right = std::max(left + 1, (x + 1) * picture.width / small.width);
      std::array<std::uint32_t, 3> sum{};
      for (int row = top; row < bottom; ++row) {
        const auto* pixel =
            picture.rgb.data() + 3 * static_cast<std::size_t>(row * picture.width + left);
        for (int column = left; column < right; ++column, pixel += 3) {
          for (std::size_t channel = 0; channel < 3; ++channel)
            sum[channel] += pixel[channel];
        }
      }
      const auto area = static_cast<std::uint32_t>((bottom - top) * (right - left));
      for (const auto channel : sum) {
        small.rgb[out++] = static_cast<std::uint8_t>((channel + area / 2) / area);
      }
    }
  }
  return small;
}

std::string encode_png(const Picture& picture) {
  const auto row_size = std::size_t{3} * static_cast<std::size_t>(picture.width);
  SIGNGATE_CHECK(picture.width > 0 && picture.height > 0);
  SIGNGATE_CHECK(picture.rgb.size() == row_size * static_cast<std::size_t>(picture.height));

  std::string filtered;
  filtered.reserve((row_size + 1) * static_cast<std::size_t>(picture.height));
  const std::vector<std::uint8_t> nothing(row_size, 0);
  const std::uint8_t* above = nothing.data();
  for (std::size_t row = 0; row < static_cast<std::size_t>(picture.height); ++row) {
    const auto* here = picture.rgb.data() + row * row_size;
    put_row(filtered, here, above, row_size);
    above = here;
  }

  uLongf size = compressBound(filtered.size());
  std::string packed(size, '\0');
  const int status = compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                               reinterpret_cast<const Bytef*>(filtered.data()), filtered.size(), 5);
  SIGNGATE_CHECK(status == Z_OK);
  packed.resize(size);

  std::string head;
  put_u32(head, static_cast<std::uint32_t>(picture.width));
  put_u32(head, static_cast<std::uint32_t>(picture.height));
  head.append({'\x08', '\x02', '\0', '\0',
               '\0'});  // 8 bits, RGB, deflate, adaptive filters, not interlaced

  std::string file("\x89PNG\r\n\x1a\n", 8);
  put_chunk(file, "IHDR", head);
  put_chunk(file, "IDAT", packed);
  put_chunk(file, "IEND", "");
  return file;
}

}  // namespace signgate::cli::demo
