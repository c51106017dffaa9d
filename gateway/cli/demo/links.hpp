// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Links as the demo's check sees them: found by plain search, so that what the gateway's scanner
/// did is judged by other code than the scanner. Pure functions.
namespace signgate::cli::demo {

/// private_links lists the URLs in `page` that begin with `prefix`, each once, in order, with
/// `&amp;` and its numeric spellings decoded. A link ends at a quote, bracket, comma or white
/// space.
[[nodiscard]] std::vector<std::string> private_links(std::string_view page,
                                                     std::string_view prefix);

/// count says how often `word`, which is not empty, stands in `text`, without overlap.
[[nodiscard]] std::size_t count(std::string_view text, std::string_view word) noexcept;

/// is_signed says whether the URL's query holds a Signature.
[[nodiscard]] bool is_signed(std::string_view url) noexcept;

/// without_signature is the URL without CloudFront's parameters.
[[nodiscard]] std::string without_signature(std::string_view url);

/// with_one_letter_changed is a signed URL whose signature differs in one letter, near its middle.
[[nodiscard]] std::string with_one_letter_changed(std::string_view url);

/// with_later_expiry is a signed URL of a canned policy whose Expires says a day more.
[[nodiscard]] std::string with_later_expiry(std::string_view url);

/// with_other_path is a signed URL whose path is `path` instead: a signature put on another
/// picture.
[[nodiscard]] std::string with_other_path(std::string_view url, std::string_view path);

/// with_other_key_id is a signed URL that names the key `id` instead.
[[nodiscard]] std::string with_other_key_id(std::string_view url, std::string_view id);

/// shortened is a signed URL fit for a screen or a log: signature and policy are cut to their first
/// letters.
[[nodiscard]] std::string shortened(std::string_view url);

}  // namespace signgate::cli::demo
