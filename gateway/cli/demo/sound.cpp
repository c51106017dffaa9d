// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/sound.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "gateway/cli/demo/noise.hpp"

namespace signgate::cli::demo {
namespace {

constexpr std::uint32_t rate = 22050;
constexpr std::size_t length = std::size_t{8} * rate;

void put_little(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i)
    out.push_back(static_cast<char>(value >> (8 * i) & 0xFFU));
}

std::string wav(const std::vector<float>& samples) {
  const auto bytes = static_cast<std::uint32_t>(samples.size() * 2);
  std::string out = "RIFF";
  put_little(out, 36 + bytes, 4);
  out += "WAVEfmt ";
  put_little(out, 16, 4);
  put_little(out, 1, 2);  // PCM
  put_little(out, 1, 2);
  put_little(out, rate, 4);
  put_little(out, rate * 2, 4);
  put_little(out, 2, 2);
  put_little(out, 16, 2);
  out += "data";
  put_little(out, bytes, 4);
  for (const float sample : samples) {
    const auto level =
        static_cast<std::int16_t>(std::lround(std::clamp(sample, -1.0F, 1.0F) * 32000.0F));
    put_little(out, static_cast<std::uint16_t>(level), 2);
  }
  return out;
}

/// Silence at both ends, so that nothing clicks.
float fade(std::size_t at) {
  constexpr float samples = 0.25F * static_cast<float>(rate);
  const auto edge = static_cast<float>(std::min(at, length - 1 - at));
  return std::min(1.0F, edge / samples);
}

}  // namespace

std::string surf_wav() {
  std::vector<float> samples(length);
  float rumble = 0.0F;
  float hiss = 0.0F;
  for (std::size_t i = 0; i < length; ++i) {
    const float seconds = static_cast<float>(i) / static_cast<float>(rate);
    const float white = 2.0F * grain(static_cast<int>(i), 0, 97) - 1.0F;
    const float phase = std::fmod(seconds / 4.0F, 1.0F);
    const float breaking = phase < 0.35F ? phase / 0.35F : std::exp(-(phase - 0.35F) * 4.5F);
    rumble += 0.02F * (white - rumble);
    hiss += (0.12F + 0.45F * breaking) * (white - hiss);
    samples[i] =
        fade(i) * (1.6F * rumble * (0.5F + 0.5F * breaking) + 0.42F * hiss * breaking * breaking);
  }
  return wav(samples);
}

std::string chimes_wav() {
  // A pentatonic row, and the partials of a bar that is free at both ends.
  constexpr std::array<float, 6> tones = {523.25F, 587.33F, 659.26F, 783.99F, 880.0F, 1046.5F};
  constexpr std::array<std::array<float, 2>, 3> partials = {
      {{1.0F, 1.0F}, {2.756F, 0.35F}, {5.404F, 0.12F}}};
  constexpr int strokes = 17;
  std::vector<float> samples(length);
  for (int stroke = 0; stroke < strokes; ++stroke) {
    const float start = 0.25F + 0.40F * static_cast<float>(stroke) + 0.22F * grain(stroke, 1, 41);
    const float tone = tones[static_cast<std::size_t>(grain(stroke, 2, 41) * 6.0F)];
    const float strength = 0.10F + 0.12F * grain(stroke, 3, 41);
    for (auto i = static_cast<std::size_t>(start * static_cast<float>(rate)); i < length; ++i) {
      const float seconds = static_cast<float>(i) / static_cast<float>(rate) - start;
      if (seconds > 3.0F) break;
      float sum = 0.0F;
      for (const auto& [ratio, weight] : partials) {
        sum += weight * std::exp(-seconds * 1.8F * ratio) *
               std::sin(2.0F * std::numbers::pi_v<float> * tone * ratio * seconds);
      }
      samples[i] += fade(i) * strength * std::min(1.0F, seconds * 400.0F) * sum;
    }
  }
  return wav(samples);
}

}  // namespace signgate::cli::demo
