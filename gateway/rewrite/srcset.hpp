// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace signgate::rewrite {

/// Candidate is where the URL of an image candidate stands.
struct Candidate {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// next_candidate finds the next image candidate in `srcset` at or after `position`, and moves
/// `position` behind it, its descriptors included. False: there are no more. A comma inside of a
/// URL belongs to it; commas at its end do not. Source: WHATWG HTML, section 4.8.4.3.10 (parsing a
/// srcset attribute). Pure.
bool next_candidate(std::string_view srcset, std::size_t& position, Candidate& candidate) noexcept;

/// next_word does so for a value that holds URLs with white space between, such as `ping`. Source:
/// WHATWG HTML, section 4.6.1 and "split a string on ASCII whitespace". Pure.
bool next_word(std::string_view words, std::size_t& position, Candidate& word) noexcept;

}  // namespace signgate::rewrite
