// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/scenes.hpp"

#include <array>
#include <numbers>

#include "gateway/cli/demo/colour.hpp"

namespace signgate::cli::demo {
namespace {

constexpr float tau = 2.0F * std::numbers::pi_v<float>;

/// The height of a skyline in each column: computed once, since most painters ask for it in every
/// row.
template <class Line>
std::vector<float> skyline(int width, int height, Line&& line) {
  std::vector<float> heights;
  heights.reserve(static_cast<std::size_t>(width));
  for (int x = 0; x < width; ++x) {
    heights.push_back(line((static_cast<float>(x) + 0.5F) / static_cast<float>(height)));
  }
  return heights;
}

float glow(float u, float v, float at_u, float at_v, float size) {
  const float distance = std::hypot(u - at_u, v - at_v) / size;
  return std::exp(-distance * distance);
}

/// Stars: few grid cells hold one, and it lies somewhere inside its cell.
float stars(float u, float v, std::uint32_t seed) {
  constexpr float cells = 70.0F;
  const int column = static_cast<int>(u * cells);
  const int row = static_cast<int>(v * cells);
  const float bright = grain(column, row, seed);
  if (bright < 0.86F) return 0.0F;
  const float x =
      u * cells - static_cast<float>(column) - 0.2F - 0.6F * grain(column, row, seed + 1);
  const float y = v * cells - static_cast<float>(row) - 0.2F - 0.6F * grain(column, row, seed + 2);
  return std::exp(-(x * x + y * y) * 160.0F) * (0.25F + 5.0F * (bright - 0.86F));
}

/// Mountains one behind the other, each fading into the haze at its foot.
Picture ridges(int width, int height, const Colour& zenith, const Colour& horizon,
               const Colour& near, float sun_u, float shine, std::uint32_t seed) {
  constexpr int layers = 6;
  std::array<std::vector<float>, layers> lines;
  for (int layer = 0; layer < layers; ++layer) {
    const float depth = static_cast<float>(layer) / (layers - 1);
    lines[static_cast<std::size_t>(layer)] = skyline(width, height, [&](float u) {
      const float wave = ridged(u * (1.1F + 0.7F * depth) + 3.7F * depth, 0.5F, 6,
                                seed + static_cast<std::uint32_t>(layer) * 17);
      return 0.56F + 0.40F * depth - (0.24F - 0.05F * depth) * wave;
    });
  }
  return paint(width, height, [&](std::size_t x, float u, float v) {
    Colour colour = mix(zenith, horizon, std::pow(v / 0.52F, 1.5F));
    colour = add(colour, hex(0xFFD9A0),
                 shine * (0.60F * glow(u, v, sun_u, 0.40F, 0.09F) +
                          0.26F * glow(u, v, sun_u, 0.42F, 0.40F)));
    for (int layer = 0; layer < layers; ++layer) {
      const float line = lines[static_cast<std::size_t>(layer)][x];
      if (v < line) continue;
      const float depth = static_cast<float>(layer) / (layers - 1);
      const Colour body = mix(horizon, near, 0.22F + 0.78F * depth);
      const float mist = (1.0F - depth) * step_between(0.0F, 0.20F, v - line);
      colour = mix(body, mix(horizon, hex(0xFFFFFF), 0.12F), 0.62F * mist);
      colour = add(colour, hex(0xFFB070), (1.0F - depth) * 0.20F * glow(u, v, sun_u, line, 0.35F));
    }
    return colour;
  });
}

Picture ridge_line(int width, int height) {
  return ridges(width, height, hex(0x1D2B53), hex(0xF0A07C), hex(0x10182F), 1.02F, 1.0F, 40);
}

Picture morning(int width, int height) {
  return ridges(width, height, hex(0x6FA8DC), hex(0xFCE5C4), hex(0x1F4037), 0.46F, 0.45F, 311);
}

Picture dunes(int width, int height) {
  constexpr int layers = 5;
  std::array<std::vector<float>, layers> lines;
  for (int layer = 0; layer < layers; ++layer) {
    const float depth = static_cast<float>(layer) / (layers - 1);
    const auto seed = 900U + static_cast<std::uint32_t>(layer) * 5;
    lines[static_cast<std::size_t>(layer)] = skyline(width, height, [&](float u) {
      const float wave = noise(u * (2.0F - 0.9F * depth) + 9.1F * depth, 0.0F, seed);
      const float crest = ridged(u * (1.1F - 0.4F * depth) + 2.3F * depth, 0.3F, 2, seed + 2);
      return 0.50F + 0.42F * depth - (0.05F + 0.10F * depth) * wave -
             (0.04F + 0.12F * depth) * crest;
    });
  }
  const Colour lit = hex(0xF6B26B);
  const Colour shade = hex(0x8C3B2A);
  return paint(width, height, [&](std::size_t x, float u, float v) {
    Colour colour = mix(hex(0x3E6C9E), hex(0xFBD7A5), std::pow(v / 0.5F, 1.3F));
    colour = add(colour, hex(0xFFE7B0),
                 0.30F * glow(u, v, 0.28F, 0.34F, 0.30F) + 0.5F * glow(u, v, 0.28F, 0.34F, 0.06F));
    for (int layer = 0; layer < layers; ++layer) {
      const float line = lines[static_cast<std::size_t>(layer)][x];
      if (v < line) continue;
      const float depth = static_cast<float>(layer) / (layers - 1);
      const float below = v - line;
      const auto seed = 950U + static_cast<std::uint32_t>(layer);
      // The slip face: a second crest wanders down from the first, and what lies to its right is in
      // shadow.
      const float wander = 0.55F + 1.1F * grain(layer, 3, 77) +
                           0.30F * noise(below * 5.0F, 1.0F, seed) - 1.1F * below;
      const float face = step_between(-0.015F, 0.03F, u - wander) *
                         (1.0F - step_between(0.10F, 0.75F, u - wander));
      const float ripple = std::sin(
          tau * (below * 95.0F / (0.35F + below) + 7.0F * noise(u * 3.0F, below * 6.0F, seed + 9)));
      Colour sand = mix(lit, shade, 0.15F + 0.72F * face + 0.30F * below);
      sand = add(sand, hex(0xFFE0B0),
                 (1.0F - face) * (0.028F * ripple * depth + 0.20F * std::exp(-below * 60.0F)));
      colour = mix(sand, hex(0xFBD7A5), 0.62F * (1.0F - depth) * (1.0F - depth));
    }
    return colour;
  });
}

Picture aurora(int width, int height) {
  constexpr float shore = 0.74F;
  const auto hills = skyline(width, height, [](float u) {
    return shore - 0.015F -
           0.13F * ridged(u * 1.3F + 0.6F, 0.2F, 6, 61) * (0.55F + 0.45F * std::cos(u * 3.1F));
  });
  const auto sky = [](float u, float v) {
    Colour colour = mix(hex(0x050A1C), hex(0x123047), v / shore);
    colour = add(colour, hex(0xE8F0FF), stars(u, v, 5));
    for (int band = 0; band < 3; ++band) {
      const auto seed = 70U + static_cast<std::uint32_t>(band) * 11;
      const float foot = 0.60F - 0.13F * static_cast<float>(band) +
                         0.16F * (fractal(u * 1.2F, 0.4F, 3, seed) - 0.5F) +
                         0.05F * std::sin(u * 5.0F + static_cast<float>(band) * 2.0F);
      const float above = foot - v;
      const float rays =
          0.35F + 0.65F * noise(u * 34.0F + 6.0F * noise(u * 3.0F, 0.0F, seed + 3), 0.0F, seed + 4);
      const float reach = 0.12F + 0.20F * noise(u * 2.4F, 9.0F, seed + 5);
      const float light = above < 0.0F ? std::exp(above * 55.0F) : std::exp(-above / reach);
      const Colour tint = mix(hex(0x3CF0A0), hex(0x7A4DE0), above / 0.34F);
      colour = add(colour, tint, 1.15F * light * rays * noise(u * 1.7F + 4.0F, 3.0F, seed + 8));
    }
    return colour;
  };
  return paint(width, height, [&](std::size_t x, float u, float v) {
    if (v < shore)
      return v < hills[x] ? sky(u, v) : mix(hex(0x071019), hex(0x10242C), (v - hills[x]) / 0.12F);
    const float deep = v - shore;
    const float ripple =
        (noise(u * 9.0F, deep * 160.0F / (0.3F + 3.0F * deep), 81) - 0.5F) * (0.02F + 0.25F * deep);
    const float mirrored = shore - deep * 1.5F + ripple;
    const Colour image = mirrored > hills[x] ? hex(0x071019) : sky(u + ripple, mirrored);
    return mix(image, hex(0x041018), 0.30F + deep);
  });
}

Picture surf(int width, int height) {
  constexpr float horizon = 0.46F;
  constexpr float sun_u = 1.05F;
  return paint(width, height, [&](std::size_t, float u, float v) {
    if (v < horizon) {
      Colour colour = mix(hex(0x2B5A8C), hex(0xFFC58A), std::pow(v / horizon, 1.8F));
      const float cloud = fractal(u * 1.6F, v * 9.0F, 5, 21) * step_between(0.02F, 0.20F, v);
      colour = mix(colour, hex(0xFFE3C8), 0.75F * step_between(0.50F, 0.80F, cloud));
      colour = add(colour, hex(0xFFD08A), 0.35F * glow(u, v, sun_u, 0.39F, 0.17F));
      return mix(colour, hex(0xFFF6DC),
                 step_between(0.036F, 0.032F, std::hypot(u - sun_u, v - 0.395F)));
    }
    const float deep = v - horizon;
    const float distance = 1.0F / (deep + 0.02F);
    const float swell = fractal(u * distance * 0.55F, distance * 1.7F, 4, 31);
    Colour colour = mix(hex(0xC98F74), hex(0x0E3B50), std::pow(deep / 0.54F, 0.42F));
    colour = mix(colour, hex(0x3E9AA0),
                 0.7F * step_between(0.52F, 0.85F, swell) * step_between(0.0F, 0.3F, deep));
    const float spark = noise(u * distance * 3.2F, distance * 9.0F, 33);
    const float path = std::exp(-std::pow((u - sun_u) / (0.05F + 0.55F * deep), 2.0F));
    colour = add(colour, hex(0xFFDFA8), path * (0.25F + 0.95F * step_between(0.55F, 0.85F, spark)));
    // Foam: three crests, nearer ones wider apart.
    for (int crest = 0; crest < 3; ++crest) {
      const float place = 0.30F + 0.11F * static_cast<float>(crest);
      const float line =
          place + 0.035F * fractal(u * 2.2F, 1.0F, 4, 50U + static_cast<std::uint32_t>(crest) * 9) +
          0.010F * std::sin(u * 4.0F + static_cast<float>(crest));
      const float behind = deep - line;
      const float lace =
          fractal(u * 16.0F, deep * 60.0F, 4, 35U + static_cast<std::uint32_t>(crest));
      const float foam = behind < 0.0F ? std::exp(behind * 260.0F) : std::exp(-behind * 34.0F);
      colour = mix(colour, hex(0xF4FBF8), foam * step_between(0.34F, 0.66F, lace + 0.28F * foam));
    }
    return colour;
  });
}

Picture pines(int width, int height) {
  constexpr int layers = 6;
  std::array<std::vector<float>, layers> lines;
  for (int layer = 0; layer < layers; ++layer) {
    const float depth = static_cast<float>(layer) / (layers - 1);
    const float size = 0.07F + 0.26F * depth;
    const float step = size * 0.21F;
    const auto seed = 500 + layer * 31;
    lines[static_cast<std::size_t>(layer)] = skyline(width, height, [&](float u) {
      float top = 0.50F + 0.44F * depth -
                  0.13F * (1.0F - depth) *
                      fractal(u * 1.1F + depth * 5.0F, 0.7F, 3, static_cast<std::uint32_t>(seed));
      const float ground = top;
      const int middle = static_cast<int>(u / step);
      for (int tree = middle - 3; tree <= middle + 3; ++tree) {
        const float trunk = (static_cast<float>(tree) + 0.2F +
                             0.6F * grain(tree, 0, static_cast<std::uint32_t>(seed))) *
                            step;
        const float tall =
            size * (0.45F + 0.55F * grain(tree, 1, static_cast<std::uint32_t>(seed)));
        const float away = std::fabs(u - trunk) / (tall * 0.23F);
        if (away >= 1.0F) continue;
        // Boughs: the outline falls in steps, each hanging a little.
        const float steps = away * 7.0F;
        const float hang = 0.55F * (steps - std::floor(steps));
        top = std::min(top, ground - tall * (1.0F - (std::floor(steps) + 0.45F + hang) / 7.6F));
      }
      return top;
    });
  }
  return paint(width, height, [&](std::size_t x, float u, float v) {
    Colour colour = mix(hex(0x9DB6BF), hex(0xEFE3D2), step_between(0.0F, 0.55F, v));
    colour = add(colour, hex(0xFFE2B8), 0.16F * glow(u, v, 0.42F, 0.22F, 0.24F));
    for (int layer = 0; layer < layers; ++layer) {
      const float line = lines[static_cast<std::size_t>(layer)][x];
      if (v < line) continue;
      const float depth = static_cast<float>(layer) / (layers - 1);
      const Colour body = mix(hex(0xA9BFC0), hex(0x11241F), std::pow(depth, 0.75F));
      const float mist = step_between(0.03F, 0.30F, v - line) *
                         fractal(u * 1.5F, v * 4.0F, 3, 600U + static_cast<std::uint32_t>(layer));
      colour = mix(body, hex(0xEDE8DD), 1.25F * (1.0F - 0.85F * depth) * mist);
    }
    return colour;
  });
}

Picture lake(int width, int height) {
  constexpr float shore = 0.60F;
  const auto peak = skyline(width, height, [](float u) {
    const float big = std::max(0.0F, 1.0F - std::fabs(u - 0.92F) / 0.80F);
    const float small = std::max(0.0F, 1.0F - std::fabs(u - 0.22F) / 0.50F);
    return shore - 0.40F * big * (0.74F + 0.26F * ridged(u * 3.0F, 0.0F, 6, 201)) -
           0.16F * small * ridged(u * 3.5F, 0.0F, 6, 205);
  });
  const auto trees = skyline(width, height, [](float u) {
    return shore - 0.020F - 0.030F * noise(u * 3.0F, 0.0F, 220) -
           0.030F * grain(static_cast<int>(u * 160.0F), 0, 221) * noise(u * 30.0F, 0.0F, 222);
  });
  const auto land = [&](std::size_t x, float u, float v) {
    if (v >= trees[x]) return hex(0x16302C);
    if (v < peak[x]) {
      Colour colour = mix(hex(0x5A86C4), hex(0xFBD3BE), std::pow(v / shore, 1.4F));
      const float cloud = fractal(u * 1.3F + 3.0F, v * 6.0F, 5, 230);
      return mix(colour, hex(0xFFF1E6), 0.75F * step_between(0.50F, 0.78F, cloud));
    }
    // Lit from the left: the rise of the ground towards the light, as the difference of two
    // samples.
    const float here = ridged(u * 3.2F, v * 4.2F, 6, 201);
    const float toward = ridged(u * 3.2F - 0.05F, v * 4.2F - 0.03F, 6, 201);
    const float light = std::clamp(0.5F + 2.6F * (here - toward), 0.0F, 1.0F);
    const Colour rock = mix(hex(0x3A4763), hex(0xC98F7C), light);
    const Colour snow = mix(hex(0x8FA6D4), hex(0xFFF0E4), light);
    const float cover =
        step_between(0.45F, 0.26F, v + 0.16F * (fractal(u * 7.0F, v * 7.0F, 4, 240) - 0.5F));
    const Colour colour = mix(rock, snow, cover);
    return mix(colour, hex(0xB9BFD6), 0.55F * step_between(0.34F, 0.60F, v));
  };
  const float columns = static_cast<float>(width);
  return paint(width, height, [&](std::size_t x, float u, float v) {
    if (v < shore) return land(x, u, v);
    const float deep = v - shore;
    const float ripple =
        (noise(u * 6.0F, 40.0F * std::sqrt(deep) * 2.2F, 260) - 0.5F) * 0.06F * std::sqrt(deep);
    const float column =
        std::clamp(static_cast<float>(x) + ripple * columns * 0.5F, 0.0F, columns - 1.0F);
    const Colour image =
        land(static_cast<std::size_t>(column), u + ripple, shore - deep * 1.15F + ripple);
    return mix(image, hex(0x15404A), 0.18F + 0.9F * deep);
  });
}

Picture canyon(int width, int height) {
  constexpr int layers = 4;
  std::array<std::vector<float>, layers> lines;
  for (int layer = 0; layer < layers; ++layer) {
    const float depth = static_cast<float>(layer) / (layers - 1);
    const auto seed = 700U + static_cast<std::uint32_t>(layer) * 13;
    lines[static_cast<std::size_t>(layer)] = skyline(width, height, [&](float u) {
      // Mesas: the noise is pressed into terraces.
      const float raw = 4.0F * noise(u * (2.6F - 1.2F * depth) + depth * 3.3F, 0.0F, seed);
      const float level = std::floor(raw) + step_between(0.30F, 0.62F, raw - std::floor(raw));
      return 0.48F + 0.36F * depth - 0.095F * level * (0.7F + 0.5F * depth) +
             0.012F * fractal(u * 24.0F, 0.0F, 3, seed + 5);
    });
  }
  return paint(width, height, [&](std::size_t x, float u, float v) {
    Colour colour = mix(hex(0x2F7CB8), hex(0xCFE6EA), std::pow(v / 0.5F, 0.9F));
    const float cloud = fractal(u * 1.4F + 1.0F, v * 5.0F, 5, 740);
    colour = mix(colour, hex(0xFFFFFF), 0.8F * step_between(0.52F, 0.80F, cloud));
    for (int layer = 0; layer < layers; ++layer) {
      const float line = lines[static_cast<std::size_t>(layer)][x];
      if (v < line) continue;
      const float depth = static_cast<float>(layer) / (layers - 1);
      const auto seed = 760U + static_cast<std::uint32_t>(layer) * 3;
      const float warp = v + 0.020F * fractal(u * 3.0F, v * 3.0F, 3, seed) + 0.03F * depth;
      Colour rock = mix(hex(0xB5502C), hex(0xF0B27A), noise(warp * 26.0F, 0.0F, 790));
      rock = mix(rock, hex(0x7A2E1E),
                 0.55F * step_between(0.55F, 0.9F, noise(warp * 61.0F, 4.0F, 791)));
      const float cracks = fractal(u * 26.0F, v * 3.0F, 3, seed + 1);
      rock = mix(rock, hex(0x4A1C18),
                 0.45F * step_between(0.50F, 0.75F, cracks) * step_between(0.0F, 0.03F, v - line));
      rock = mix(rock, hex(0x2E1420), 0.65F * step_between(0.05F, 0.45F, v - line));
      rock = add(rock, hex(0xFFD9A8), 0.35F * std::exp(-(v - line) * 110.0F));
      colour = mix(rock, hex(0xCFDDE4), 0.52F * (1.0F - depth));
    }
    return colour;
  });
}

Picture moonrise(int width, int height) {
  constexpr float moon_u = 1.12F;
  constexpr float moon_v = 0.28F;
  return paint(width, height, [&](std::size_t, float u, float v) {
    Colour colour = mix(hex(0x0A0E2A), hex(0x4C4F8A), v / 0.62F);
    colour = add(colour, hex(0xDDE4FF), 0.8F * stars(u, v, 15) * step_between(0.55F, 0.2F, v));
    colour = add(colour, hex(0x9FA8E8), 0.55F * glow(u, v, moon_u, moon_v, 0.26F));
    const float away = std::hypot(u - moon_u, v - moon_v);
    const float seas = fractal(u * 9.0F, v * 9.0F, 4, 18);
    colour = mix(colour, mix(hex(0xFFF8E6), hex(0xC9C3B8), step_between(0.42F, 0.66F, seas)),
                 step_between(0.088F, 0.084F, away));
    // A sea of cloud: billows that grow towards the viewer, silver on the side of the moon.
    constexpr int layers = 7;
    for (int layer = 0; layer < layers; ++layer) {
      const float depth = static_cast<float>(layer) / (layers - 1);
      const auto seed = 820U + static_cast<std::uint32_t>(layer) * 7;
      const float level = 0.54F + 0.40F * depth * depth;
      if (v < level - 0.03F - 0.10F * depth) continue;  // above its highest billow
      const float scale = 5.2F - 3.6F * depth;
      const float billow =
          1.0F - ridged(u * scale * 0.5F + 2.0F * depth, v * scale * 0.5F, 5, seed);
      const float line = level + (0.06F + 0.10F * depth) * (billow - 0.5F) -
                         0.10F * depth * (noise(u * 1.1F, 2.0F, seed + 6) - 0.5F);
      const float below = v - line;
      if (below < 0.0F) continue;
      const Colour body =
          mix(hex(0x8389C4), hex(0x232750), 0.25F + 0.75F * step_between(0.0F, 0.16F, below));
      const float silver =
          std::exp(-below * 40.0F) * (0.35F + 0.65F * std::exp(-std::fabs(u - moon_u) * 1.6F));
      colour =
          mix(colour, add(body, hex(0xE6E9FF), 0.60F * silver), step_between(0.0F, 0.012F, below));
    }
    return colour;
  });
}

constexpr std::array<Scene, 8> album = {{{"dunes", dunes},
                                         {"aurora", aurora},
                                         {"lake", lake},
                                         {"surf", surf},
                                         {"pines", pines},
                                         {"canyon", canyon},
                                         {"moonrise", moonrise},
                                         {"ridges", ridge_line}}};
constexpr Scene public_cover = {"morning", morning};

}  // namespace

std::span<const Scene> scenes() noexcept {
  return album;
}

const Scene& cover() noexcept {
  return public_cover;
}

}  // namespace signgate::cli::demo
