// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "signing/error.hpp"

namespace signgate::cli {

/// LineSigner makes the signed URL of one line; warnings go to the stream. Called from several
/// threads at once.
using LineSigner =
    std::function<signing::Result<std::string>(const std::string& line, std::ostream& warnings)>;

/// sign_stream signs each line of `in` on `threads` threads and writes the results to `out` in the
/// order of the lines, one each: an empty one for an empty line and where signing failed, with
/// "signgate sign: line N: why" on `err`. Lines may end in CR LF. Whoever writes one line and
/// waits gets its answer: a block of lines goes out as soon as the input pauses. Memory is
/// bounded, whatever the input: by the blocks under way and limits::sign_line for a line; a longer
/// one is an error of that line. Reading ends when `out` fails. True when every line could be
/// signed.
[[nodiscard]] bool sign_stream(const LineSigner& sign, unsigned threads, std::istream& in,
                               std::ostream& out, std::ostream& err);

}  // namespace signgate::cli
