// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

/// Sounds for the private album: WAV files (RIFF, PCM, one channel, 16 bits, 22,050 Hz), computed,
/// the same in every run. Pure functions.
namespace signgate::cli::demo {

/// surf_wav is eight seconds of waves on a beach: noise that swells, breaks and draws back. Some
/// 350 kB.
[[nodiscard]] std::string surf_wav();

/// chimes_wav is eight seconds of a wind chime: struck bars, each a few decaying partials. Some 350
/// kB.
[[nodiscard]] std::string chimes_wav();

}  // namespace signgate::cli::demo
