// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace signgate::signing {

/// replace_all is `text` with each `from` (not empty) replaced by `to`, from the left, without
/// looking again at what was put in. Any thread.
[[nodiscard]] std::string replace_all(std::string_view text, std::string_view from,
                                      std::string_view to);

}  // namespace signgate::signing
