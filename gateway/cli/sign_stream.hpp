// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "signing/error.hpp"

namespace signgate::cli {

/// LineSigner makes the signed URL of one line and appends what is worth a warning. Called from
/// several threads at once.
using LineSigner = std::function<signing::Result<std::string>(std::string_view line,
                                                              std::vector<std::string>& warnings)>;

/// sign_stream signs each line of `in` on `threads` threads and writes the results to `out` in the
/// order of the lines, one each: an empty one for an empty line and where signing failed, with
/// "signgate sign: line N: why" on `err`, as with warnings. Lines may end in CR LF. Whoever writes
/// one line and waits gets its answer: lines go out as soon as the input pauses. Memory is
/// bounded, whatever the input: by four blocks a thread (LineBlocks) and limits::sign_line for a
/// line; a longer one is an error of that line. When `out` fails nothing more is read, and
/// `stop_input` is called, once, to end a wait for input. True when every line could be signed.
[[nodiscard]] bool sign_stream(const LineSigner& sign, unsigned threads, std::istream& in,
                               std::ostream& out, std::ostream& err,
                               const std::function<void()>& stop_input = {});

}  // namespace signgate::cli
