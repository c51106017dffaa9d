// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace signgate::http {

/// coding_weight is the weight, 0 to 1000, that an Accept-Encoding value gives to `coding` (lower
/// case; "identity" for none): its own element, else `*`, else 0, or for identity: nothing, since
/// identity is acceptable without a weight of its own unless excluded. `x-gzip` counts as `gzip`.
/// Elements with a malformed weight are ignored; of several for one coding the first counts.
/// Source: RFC 9110 sections 12.5.3 and 12.4.2.
[[nodiscard]] std::optional<int> coding_weight(std::string_view accept_encoding,
                                               std::string_view coding) noexcept;

/// choose_coding picks the coding of an answer: of `available` (lower case, in our order of
/// preference) the one with the highest weight above 0; "identity" when none is acceptable, when
/// identity is preferred by weight, and when the request had no Accept-Encoding (pass an empty
/// value). Returns a view into `available` or a literal. A request that refuses identity too gets
/// it all the same, which RFC 9110 section 12.5.3 allows, rather than 406.
[[nodiscard]] std::string_view choose_coding(std::string_view accept_encoding,
                                             std::span<const std::string_view> available) noexcept;

/// narrow_accept_encoding is what goes upstream on routes that sign: of what the client accepts
/// only that which we can decode (`decodable`, lower case) with the client's
/// weights, `*` spelled out; and identity, written only where the client weighs or refuses it.
/// "identity" when nothing else is left. Source: design: the answer must be one that can be
/// scanned; RFC 9110 section 12.5.3 for the form.
[[nodiscard]] std::string narrow_accept_encoding(std::string_view accept_encoding,
                                                 std::span<const std::string_view> decodable);

}  // namespace signgate::http
