// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/base/error.hpp"
#include "gateway/edge/file.hpp"

namespace signgate::edge {

/// SelfSigned is a certificate that vouches for itself, and its key, which never leaves memory.
struct SelfSigned {
  std::string certificate;  // PEM
  std::string fingerprint;  // SHA-256 of its DER, as "AB:CD:...", what browsers show
  File key;                 // PEM, in a file without a name
};

/// make_self_signed makes a P-256 certificate for localhost, 127.0.0.1, ::1 and `hosts` (wildcards
/// allowed), valid from a day before `now` for 397 days. It may sign no others. Fails with
/// `resource`.
[[nodiscard]] Result<SelfSigned> make_self_signed(const std::vector<std::string>& hosts,
                                                  UnixSeconds now);

/// memory_file is a file without a name that holds `text`; path_of names it while it is open.
[[nodiscard]] File memory_file(std::string_view text);
[[nodiscard]] std::string path_of(const File& file);

}  // namespace signgate::edge
