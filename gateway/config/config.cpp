// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/config.hpp"

namespace signgate::config {

std::string place_text(const Config& config, Place place) {
  std::string text = place.file == 0 ? config.file : config.included[place.file - 1U];
  if (place.line != 0)
    text += ':' + std::to_string(place.line) + ':' + std::to_string(place.column);
  return text;
}

}  // namespace signgate::config
