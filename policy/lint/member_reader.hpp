// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/json.hpp"
#include "policy/lint/finding.hpp"

namespace signgate::policy::lint {

/// MemberReader takes the members of AWS's JSON documents. A member that is absent is no flaw; one
/// of another type is a finding, `document-invalid`, and then counts as absent. It borrows
/// `findings`.
class MemberReader {
 public:
  MemberReader(std::uint32_t file, Findings& findings) : file_(file), findings_(findings) {}

  [[nodiscard]] Spot spot(const Position& position) const noexcept;

  [[nodiscard]] const JsonValue* object(const JsonValue& parent, std::string_view name);
  [[nodiscard]] std::optional<Text> text(const JsonValue& parent, std::string_view name);
  /// id is a text that is not empty.
  [[nodiscard]] std::optional<Text> id(const JsonValue& parent, std::string_view name);
  [[nodiscard]] std::optional<bool> boolean(const JsonValue& parent, std::string_view name);
  [[nodiscard]] std::optional<std::int64_t> integer(const JsonValue& parent, std::string_view name,
                                                    Spot& where);

  /// choice is a text that has to be one of `legal`.
  [[nodiscard]] std::optional<Text> choice(const JsonValue& parent, std::string_view name,
                                           const std::vector<std::string_view>& legal);

  /// texts are the strings of {"Quantity": N, "Items": [...]}; another number than N is a finding.
  [[nodiscard]] std::vector<Text> texts(const JsonValue& parent, std::string_view name);
  /// objects calls `each` with the objects of such a member.
  void objects(const JsonValue& parent, std::string_view name,
               const std::function<void(const JsonValue&)>& each);
  /// strings are those of a plain array.
  [[nodiscard]] std::vector<Text> strings(const JsonValue& parent, std::string_view name);

  void report(Code code, Spot spot, std::string message);

 private:
  const JsonValue* member(const JsonValue& parent, std::string_view name, JsonKind kind);
  const JsonValue* items(const JsonValue& parent, std::string_view name);
  std::vector<Text> strings_of(const JsonValue& list, std::string_view name);

  std::uint32_t file_;
  Findings& findings_;
};

}  // namespace signgate::policy::lint
