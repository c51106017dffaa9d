// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/rewrite/unsign_glyph.hpp"
#include "gateway/rewrite/unsign_rules.hpp"

namespace signgate::rewrite {

/// UnsignLink reads one link in a request's body from its scheme on, and takes our signature out of
/// it. Ours is one below a rule's target, with Signature, Key-Pair-Id of one of the rule's keys and
/// either Expires or Policy, each once and well formed, and perhaps Hash-Algorithm. These go, with
/// what separates them; all else stays, byte by byte. The rules must outlive it.
///
/// A link ends before white space, a control character, `"`, `<`, `>`, a backquote or a backslash.
/// What else may end one in some text, such as `)` or `'`, may stand in one as well: it need not be
/// told apart, as no value of a signature holds it.
class UnsignLink {
 public:
  enum class Verdict : std::uint8_t {
    more,      // more has to be seen
    pass,      // the first end() bytes stay as they are
    stripped,  // text() takes the place of the first end() bytes
    too_long,  // as pass: it exceeds limits::unsigned_link
  };

  UnsignLink(const UnsignRules& rules, BodyText kind) noexcept : rules_(rules), kind_(kind) {}

  /// begin makes it read another link.
  void begin();

  /// read goes on with the link that begins `raw`: the same bytes as the last time, and more of
  /// them. `last` says that no byte follows. Bytes are read once, however many calls it takes.
  [[nodiscard]] Verdict read(std::string_view raw, bool last);

  [[nodiscard]] std::size_t end() const noexcept { return end_; }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }

 private:
  enum class Part : std::uint8_t { scheme, authority, path, name, value, other };

  /// Range is some bytes of the link.
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  [[nodiscard]] Verdict take(std::string_view raw, const Glyph& glyph);
  [[nodiscard]] Verdict take_scheme(const Glyph& glyph);
  [[nodiscard]] Verdict take_authority(std::string_view raw, const Glyph& glyph);
  [[nodiscard]] Verdict take_path(std::string_view raw, const Glyph& glyph);
  [[nodiscard]] Verdict take_query(std::string_view raw, const Glyph& glyph);
  [[nodiscard]] Verdict open_query(std::string_view raw, const Glyph& glyph);
  [[nodiscard]] Verdict pass(std::size_t end) noexcept;
  [[nodiscard]] Verdict finish(std::string_view raw);
  void begin_parameter(const Glyph& glyph);
  void end_parameter(std::string_view raw);

  const UnsignRules& rules_;
  BodyText kind_;
  Part part_ = Part::scheme;
  std::size_t place_ = 0;       // of the next glyph
  std::size_t scheme_end_ = 0;  // of "https://"
  std::size_t end_ = 0;
  std::string url_;            // what was read of it up to its query
  bool is_below_ = false;      // url_ lies below a target, as far as it is read
  std::string text_;           // the link without what is taken out
  Range question_;             // the `?` that no parameter has followed yet
  Range separator_;            // before the parameter that is read now
  std::size_t parameter_ = 0;  // where it begins
  std::string name_;           // of it, as far as it may be reserved
  std::string key_pair_id_;
  std::size_t value_size_ = 0;  // of a reserved one
  unsigned bit_ = 0;            // of a reserved one
  unsigned seen_ = 0;
  bool is_odd_ = false;  // a reserved name that is written as we do not
};

}  // namespace signgate::rewrite
