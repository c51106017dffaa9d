// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

/// Numbers as a person reads them; in every locale alike.
namespace signgate::bench::report {

/// count_text is a count, a rate or a quotient in three digits: "0", "0.025", "12.3", "842", "51.4
/// k", "4.38 M", "1.2 G"; at most six decimals, zeroes at the end of a fraction left out.
[[nodiscard]] std::string count_text(double value);

/// time_text is a time of so many nanoseconds in three digits: "240 ns", "19.2 µs", "4.04 ms",
/// "1.5 s".
[[nodiscard]] std::string time_text(double nanoseconds);

/// ratio_text is a quotient: three decimals below 10, else as count_text.
[[nodiscard]] std::string ratio_text(double value);

/// percent_text is a share as "1.3 %".
[[nodiscard]] std::string percent_text(double share);

/// whole_text is a number rounded to a whole one, in groups of three: "4 382 477", with no-break
/// spaces.
[[nodiscard]] std::string whole_text(double value);

/// fixed_text has exactly so many decimals: for coordinates.
[[nodiscard]] std::string fixed_text(double value, int decimals);

}  // namespace signgate::bench::report
