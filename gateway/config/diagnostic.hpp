// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/place.hpp"

namespace signgate::config {

/// Severity tells a flaw that keeps a configuration from being used from one that is merely
/// suspicious. A note is worth a thought; no reader of a configuration makes any.
enum class Severity : std::uint8_t { error, warning, note };

/// Diagnostic is one finding about a configuration file.
struct Diagnostic {
  std::string file;
  Place place;
  Severity severity = Severity::error;
  std::string message;
  /// The line of the file at `place`, made printable, and cut when very long; empty when there is
  /// none or when it may hold a secret.
  std::string source_line;
  std::string code = {};  // of findings that have one: `error[CODE]: TEXT`
};

/// render gives `FILE:LINE:COL: error: TEXT`, and below it the source line and a caret under the
/// column. Without a line it is `FILE: error: TEXT`. No newline at the end. `colour` adds ANSI
/// colours.
[[nodiscard]] std::string render(const Diagnostic& diagnostic, bool colour = false);

/// severity_name is "error", "warning" or "note".
[[nodiscard]] std::string_view severity_name(Severity severity) noexcept;

/// Diagnostics gathers what is wrong with a file and with those that it includes, whose texts it
/// holds for the source lines. At most limits::config_diagnostics are kept; the rest are counted.
/// Not thread-safe.
class Diagnostics {
 public:
  /// Diagnostics takes the name to show for the file, and the file's whole text.
  Diagnostics(std::string file, std::string text);

  /// add_file takes an included file likewise, and gives its number (Place::file).
  [[nodiscard]] std::uint16_t add_file(std::string file, std::string text);

  /// error and warning record a finding at a place. The message is one line without a full stop; it
  /// must not quote what may be secret.
  void error(Place place, std::string message);
  void warning(Place place, std::string message);

  /// describe is a finding at a place, with the source line; it is not kept.
  [[nodiscard]] Diagnostic describe(Place place, Severity severity, std::string_view message) const;

  /// inside is the place of byte `offset` of the string whose literal begins at `literal`, so that
  /// a flaw within a value can be pointed at. Escapes are followed in one-line strings; for other
  /// literals, and for what is no string at all, the answer is `literal` itself.
  [[nodiscard]] Place inside(Place literal, std::size_t offset) const;

  [[nodiscard]] bool has_error() const noexcept { return errors_ != 0; }
  [[nodiscard]] const std::string& file(std::uint16_t number = 0) const noexcept {
    return sources_[number].file;
  }
  [[nodiscard]] const std::string& text(std::uint16_t number = 0) const noexcept {
    return sources_[number].text;
  }

  /// line_of is how messages name another place: "line 12", or of an included file
  /// `line 12 of "conf.d/a.toml"`.
  [[nodiscard]] std::string line_of(Place place) const;

  /// take gives all findings in the order of their places and leaves none behind.
  [[nodiscard]] std::vector<Diagnostic> take();

 private:
  struct Source {
    std::string file;
    std::string text;
    std::vector<std::size_t> line_starts;
  };

  void add(Place place, Severity severity, std::string message);
  [[nodiscard]] std::string_view line(Place place) const;

  std::deque<Source> sources_;  // by Place::file; a text keeps its address
  std::vector<Diagnostic> found_;
  std::size_t errors_ = 0;
  std::size_t dropped_ = 0;
};

/// printable replaces control characters and bytes that are not UTF-8 by `?`; tabs stay.
[[nodiscard]] std::string printable(std::string_view text);

/// in_quotes is `text` in double quotes, printable, and cut after 80 bytes: how messages cite a
/// value.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace signgate::config
