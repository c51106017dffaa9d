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

}  // namespace signgate::route
