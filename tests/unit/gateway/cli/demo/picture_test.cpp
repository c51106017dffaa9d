// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/picture.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>

#include "gateway/cli/demo/scenes.hpp"

namespace signgate::cli::demo {
namespace {

std::uint32_t u32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, 4))
    value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

int paeth(int a, int b, int c) {
  const int p = a + b - c;
  const int pa = std::abs(p - a);
  const int pb = std::abs(p - b);
  const int pc = std::abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/// Reads a PNG back by the letter of the specification, as far as colour type 2 goes.
Picture decode(std::string_view file) {
  EXPECT_EQ(file.substr(0, 8), std::string_view("\x89PNG\r\n\x1a\n", 8));
  file.remove_prefix(8);
  Picture picture;
  std::string packed;
  std::string types;
  while (!file.empty()) {
    const auto size = u32(file);
    const auto body = file.substr(4, 4 + size);
    EXPECT_EQ(u32(file.substr(8 + size)), crc32(0, reinterpret_cast<const Bytef*>(body.data()),
                                                static_cast<uInt>(body.size())));
    const auto type = body.substr(0, 4);
    types += std::string(type) + " ";
    if (type == "IHDR") {
      picture.width = static_cast<int>(u32(body.substr(4)));
      picture.height = static_cast<int>(u32(body.substr(8)));
      EXPECT_EQ(body.substr(12), std::string_view("\x08\x02\0\0\0", 5));
    }
    if (type == "IDAT") packed += body.substr(4);
    file.remove_prefix(12 + size);
  }
  EXPECT_EQ(types, "IHDR IDAT IEND ");
  const auto row = 3 * static_cast<std::size_t>(picture.width);
  std::vector<std::uint8_t> raw((row + 1) * static_cast<std::size_t>(picture.height));
  uLongf size = raw.size();
  EXPECT_EQ(
      uncompress(raw.data(), &size, reinterpret_cast<const Bytef*>(packed.data()), packed.size()),
      Z_OK);
  EXPECT_EQ(size, raw.size());
  for (std::size_t y = 0; y < static_cast<std::size_t>(picture.height); ++y) {
    const auto filter = raw[y * (row + 1)];
    for (std::size_t x = 0; x < row; ++x) {
      const auto at = y * row + x;
      const int a = x < 3 ? 0 : picture.rgb[at - 3];
      const int b = y == 0 ? 0 : picture.rgb[at - row];
      const int c = x < 3 || y == 0 ? 0 : picture.rgb[at - row - 3];
      const int by[] = {0, a, b, (a + b) / 2, paeth(a, b, c)};
      EXPECT_LT(filter, 5);
      picture.rgb.push_back(static_cast<std::uint8_t>(raw[y * (row + 1) + 1 + x] + by[filter]));
    }
  }
  return picture;
}

TEST(EncodePng, GivesBackEveryPixel) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 9}, {7, 1}, {33, 20}}) {
    Picture picture{width, height, {}};
    for (int i = 0; i < 3 * width * height; ++i)
      picture.rgb.push_back(static_cast<std::uint8_t>(random()));
    const auto back = decode(encode_png(picture));
    EXPECT_EQ(back.width, width);
    EXPECT_EQ(back.height, height);
    EXPECT_EQ(back.rgb, picture.rgb);
  }
}

TEST(EncodePng, PacksWhatIsSmooth) {
  Picture picture{64, 64, {}};
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) {
      for (const int level : {2 * x, 2 * y, x + y})
        picture.rgb.push_back(static_cast<std::uint8_t>(level));
    }
  }
  EXPECT_LT(encode_png(picture).size(), picture.rgb.size() / 20);
}

TEST(Shrink, TakesTheMean) {
  const Picture picture{4, 2, {0,  0, 0, 10, 20, 30, 8, 8, 8, 8, 8, 8,  //
                               10, 0, 2, 20, 20, 0,  8, 8, 8, 8, 8, 8}};
  const auto half = shrink(picture, 2);
  EXPECT_EQ(half.width, 2);
  EXPECT_EQ(half.height, 1);
  EXPECT_EQ(half.rgb, (std::vector<std::uint8_t>{10, 10, 8, 8, 8, 8}));
}

TEST(Shrink, KeepsTheAspectAndCoversAll) {
  Picture picture{13, 7, {}};
  picture.rgb.assign(std::size_t{3} * 13 * 7, 77);
  for (int width = 1; width <= 13; ++width) {
    const auto small = shrink(picture, width);
    EXPECT_EQ(small.height, std::max(1, (7 * width + 6) / 13)) << width;
    EXPECT_EQ(small.rgb.size(), static_cast<std::size_t>(3 * small.width * small.height));
    for (const auto level : small.rgb)
      EXPECT_EQ(level, 77);
  }
}

TEST(Scenes, AreDrawnTheSameEachTimeAndEachDiffers) {
  std::vector<std::vector<std::uint8_t>> seen;
  std::vector<Scene> all(scenes().begin(), scenes().end());
  all.push_back(cover());
  EXPECT_GE(scenes().size(), 6U);
  for (const auto& scene : all) {
    const auto picture = scene.paint(64, 40);
    EXPECT_EQ(picture.width, 64) << scene.name;
    EXPECT_EQ(picture.height, 40) << scene.name;
    EXPECT_EQ(picture.rgb, scene.paint(64, 40).rgb) << scene.name;
    EXPECT_EQ(std::find(seen.begin(), seen.end(), picture.rgb), seen.end()) << scene.name;
    const auto [least, most] = std::minmax_element(picture.rgb.begin(), picture.rgb.end());
    EXPECT_GT(*most - *least, 100) << scene.name << " should have light and shadow";
    seen.push_back(picture.rgb);
  }
}

}  // namespace
}  // namespace signgate::cli::demo
