// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "gateway/cli/demo/picture.hpp"

namespace signgate::cli::demo {

/// Scene is one drawing: its name, which is also its file's stem, and how it is painted at a given
/// size. A painter is a pure function; the aspect is meant to be 8:5, but any size is drawn.
struct Scene {
  std::string_view name;
  Picture (*paint)(int width, int height);
};

/// scenes lists the private album, in the order of the page. Immutable; any thread.
[[nodiscard]] std::span<const Scene> scenes() noexcept;

/// cover is the one picture that the site shows to everybody.
[[nodiscard]] const Scene& cover() noexcept;

}  // namespace signgate::cli::demo
