// SPDX-License-Identifier: Apache-2.0
#define PCRE2_CODE_UNIT_WIDTH 8
#include "gateway/route/regex.hpp"

#include <pcre2.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "gateway/base/check.hpp"

namespace signgate::route {
namespace {

using Block = std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)>;

// A block for the offsets of a match and of `groups` groups: one a thread, which grows.
pcre2_match_data* block_for(std::size_t groups) {
  thread_local Block block(nullptr, &pcre2_match_data_free);
  const auto pairs = static_cast<std::uint32_t>(std::max(groups + 1, std::tuple_size_v<Captures>));
  if (!block || pcre2_get_ovector_count(block.get()) < pairs)
    block.reset(pcre2_match_data_create(pairs, nullptr));
  if (!block) throw std::bad_alloc();
  return block.get();
}

// Took is what the groups of a match took.
class Took {
 public:
  Took(std::string_view text, pcre2_match_data* block, std::size_t pairs)
      : text_(text), offsets_(pcre2_get_ovector_pointer(block)), pairs_(pairs) {}

  // Null data: the group had no part in the match.
  [[nodiscard]] std::string_view operator[](std::size_t group) const {
    if (group >= pairs_ || offsets_[2 * group] == PCRE2_UNSET) return {};
    const PCRE2_SIZE begin = offsets_[2 * group];
    const PCRE2_SIZE end = offsets_[2 * group + 1];
    // \K within a look-ahead can put the end before the begin.
    return begin <= end ? text_.substr(begin, end - begin) : std::string_view();
  }

 private:
  std::string_view text_;
  const PCRE2_SIZE* offsets_;
  std::size_t pairs_;
};

}  // namespace

const std::string_view* Captured::find(std::string_view name) const noexcept {
  for (const auto& [known, value] : named) {
    if (known == name) return &value;
  }
  return nullptr;
}

void Captured::set(std::string_view name, std::string_view value) {
  for (auto& [known, old] : named) {
    if (known != name) continue;
    old = value;
    return;
  }
  named.emplace_back(name, value);
}

struct Regex::Code {
  pcre2_code* code;
  std::size_t groups = 0;
  std::vector<std::pair<std::string, std::size_t>> names = {};  // equal ones together

  ~Code() { pcre2_code_free(code); }

  // The number of pairs that a match has set; 0 when there is none.
  [[nodiscard]] std::size_t match(std::string_view text, pcre2_match_data* block) const noexcept {
    const int found = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0,
                                  0, block, nullptr);
    return found < 0 ? 0 : static_cast<std::size_t>(found);
  }

  void read_names() {
    std::uint32_t count = 0;
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &count);
    groups = count;
    std::uint32_t entry_size = 0;
    PCRE2_SPTR table = nullptr;
    pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &entry_size);
    pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
    for (std::uint32_t i = 0; i < count; ++i, table += entry_size)
      names.emplace_back(reinterpret_cast<const char*>(table) + 2, table[0] * 256U + table[1]);
  }
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
  code_->read_names();
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

bool Regex::matches(std::string_view text) const noexcept {
  // It belongs to no pattern, since only the offsets of the whole match are kept in it; PCRE2 says
  // 0 where there were more groups than that.
  thread_local const Block block(pcre2_match_data_create(1, nullptr), &pcre2_match_data_free);
  return pcre2_match(code_->code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0,
                     block.get(), nullptr) >= 0;
}

bool Regex::search(std::string_view text, std::span<std::string_view> captures) const {
  std::fill(captures.begin(), captures.end(), std::string_view());
  pcre2_match_data* block = block_for(code_->groups);
  const std::size_t pairs = code_->match(text, block);
  if (pairs == 0) return false;
  const Took took(text, block, pairs);
  for (std::size_t i = 0; i < captures.size(); ++i)
    captures[i] = took[i];
  return true;
}

bool Regex::take(std::string_view text, std::unique_ptr<Captured>& captured) const {
  if (code_->groups == 0) {
    if (!matches(text)) return false;
    if (captured) captured->numbered.fill({});
    return true;
  }
  pcre2_match_data* block = block_for(code_->groups);
  const std::size_t pairs = code_->match(text, block);
  if (pairs == 0) return false;
  if (!captured) captured = std::make_unique<Captured>();
  const Took took(text, block, pairs);
  for (std::size_t i = 0; i < captured->numbered.size(); ++i)
    captured->numbered[i] = took[i];
  const std::string* before = nullptr;
  for (const auto& [name, group] : code_->names) {
    const std::string_view value = took[group];
    // Of groups that share a name, (?J), one that had a part counts.
    const bool again = before != nullptr && *before == name;
    if (!again || value.data() != nullptr) captured->set(name, value);
    before = &name;
  }
  return true;
}

std::size_t Regex::groups() const noexcept {
  return code_->groups;
}

std::size_t Regex::group_of(std::string_view name) const noexcept {
  for (const auto& [known, group] : code_->names) {
    if (known == name) return group;
  }
  return 0;
}

}  // namespace signgate::route
