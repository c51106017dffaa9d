// SPDX-License-Identifier: Apache-2.0
#define PCRE2_CODE_UNIT_WIDTH 8
#include "gateway/route/regex.hpp"

#include <pcre2.h>

#include "gateway/base/check.hpp"

namespace signgate::route {

struct Regex::Code {
  pcre2_code* code;
  ~Code() { pcre2_code_free(code); }
};

Regex::Regex(std::string_view pattern, bool caseless) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  const std::uint32_t options = caseless ? PCRE2_CASELESS : 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                   options, &error, &offset, nullptr);
  SIGNGATE_CHECK(code != nullptr);
  pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
  code_.reset(new Code{code});
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

bool Regex::matches(std::string_view text) const noexcept {
  // One block a thread: it belongs to no pattern, since only offsets of the whole match are kept in
  // it.
  thread_local const std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)> block(
      pcre2_match_data_create(1, nullptr), &pcre2_match_data_free);
  return pcre2_match(code_->code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0,
                     block.get(), nullptr) >= 0;
}

bool Regex::search(std::string_view text, Captures& captures) const noexcept {
  captures.fill({});
  thread_local const std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)> block(
      pcre2_match_data_create(std::tuple_size_v<Captures>, nullptr), &pcre2_match_data_free);
  const int found = pcre2_match(code_->code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                0, 0, block.get(), nullptr);
  if (found < 0) return false;
  // 0: more groups than the block holds; all of its pairs are set then.
  const std::size_t pairs = found == 0 ? captures.size() : static_cast<std::size_t>(found);
  const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(block.get());
  for (std::size_t i = 0; i < pairs; ++i) {
    const PCRE2_SIZE begin = offsets[2 * i];
    const PCRE2_SIZE end = offsets[2 * i + 1];
    // \K within a look-ahead can put the end before the begin.
    if (begin != PCRE2_UNSET && begin <= end) captures[i] = text.substr(begin, end - begin);
  }
  return true;
}

}  // namespace signgate::route
