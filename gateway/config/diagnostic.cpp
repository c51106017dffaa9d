// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/diagnostic.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "gateway/base/limits.hpp"

namespace signgate::config {
namespace {

constexpr std::size_t longest_line = 400;  // bytes of a source line that are shown
constexpr std::size_t longest_quote = 80;

bool is_continuation(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// sequence_length is the length of the well-formed UTF-8 sequence at the front of `text`, or 0.
std::size_t sequence_length(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead < 0xF0               ? 3
                             : lead < 0xF5               ? 4
                                                         : 0;
  if (lead < 0xC2 || length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  const bool overlong = (lead == 0xE0 && at(1) < 0xA0) || (lead == 0xF0 && at(1) < 0x90);
  const bool surrogate = lead == 0xED && at(1) > 0x9F;
  const bool beyond = lead == 0xF4 && at(1) > 0x8F;
  return overlong || surrogate || beyond ? 0 : length;
}

/// hide_secrets cuts a line after the `=` or `:` of a key that commonly holds a secret, so that no
/// value is shown.
std::string hide_secrets(std::string line) {
  static constexpr std::array<std::string_view, 7> words = {
      "secret",        "password",    "authorization", "-token",
      "session_token", "private key", "-----begin"};
  std::string lowered = line;
  std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::size_t first = std::string::npos;
  for (const std::string_view word : words)
    first = std::min(first, lowered.find(word));
  for (std::size_t at = lowered.find("cookie"); at != std::string::npos;
       at = lowered.find("cookie", at + 1)) {
    const std::size_t next = lowered.find_first_not_of("\"' \t", at + 6);
    if (next != std::string::npos && lowered[next] == '=') first = std::min(first, at);
  }
  if (first == std::string::npos) return line;
  // Of TOML and JSON; in the text of a key itself there is nothing to look for.
  const std::size_t begin = std::min(lowered.find("-----begin"), line.size());
  const std::size_t separator = line.find_first_of("=:", first);
  line.resize(std::min(separator == std::string::npos ? first : separator + 1, begin));
  return line + " (not shown)";
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const auto lead = static_cast<unsigned char>(text.front());
    const bool c1_control =
        length == 2 && lead == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
    const bool control = length == 1 && (lead < 0x20 || lead == 0x7F) && lead != '\t';
    if (length == 0 || control || c1_control) {
      shown += '?';
    } else {
      shown += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return shown;
}

std::string in_quotes(std::string_view text) {
  std::size_t cut = std::min(text.size(), longest_quote);
  while (cut > 0 && cut < text.size() && is_continuation(text[cut]))
    --cut;
  std::string shown = "\"" + printable(text.substr(0, cut));
  if (cut < text.size()) shown += "...";
  return shown + '"';
}

std::string_view severity_name(Severity severity) noexcept {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      break;
  }
  return "note";
}

std::string render(const Diagnostic& diagnostic, bool colour) {
  const std::string_view bold = colour ? "\x1b[1m" : "";
  const std::string_view hue = !colour                                    ? ""
                               : diagnostic.severity == Severity::error   ? "\x1b[1;31m"
                               : diagnostic.severity == Severity::warning ? "\x1b[1;35m"
                                                                          : "\x1b[1;36m";
  const std::string_view plain = colour ? "\x1b[0m" : "";
  std::string out{bold};
  out += printable(diagnostic.file);
  if (diagnostic.place.line != 0) {
    out +=
        ':' + std::to_string(diagnostic.place.line) + ':' + std::to_string(diagnostic.place.column);
  }
  out += ": ";
  out += plain;
  out += hue;
  out += severity_name(diagnostic.severity);
  if (!diagnostic.code.empty()) out += '[' + diagnostic.code + ']';
  out += ": ";
  out += plain;
  out += diagnostic.message;
  if (diagnostic.source_line.empty() || diagnostic.place.line == 0) return out;
  out += '\n' + diagnostic.source_line + '\n';
  // Tabs are repeated so that the caret stands right whatever their width.
  std::uint32_t column = 1;
  for (const char c : diagnostic.source_line) {
    if (is_continuation(c)) continue;
    if (column++ >= diagnostic.place.column) break;
    out += c == '\t' ? '\t' : ' ';
  }
  for (; column < diagnostic.place.column; ++column)
    out += ' ';
  out += hue;
  out += '^';
  out += plain;
  return out;
}

Diagnostics::Diagnostics(std::string file, std::string text) {
  static_cast<void>(add_file(std::move(file), std::move(text)));
}

std::uint16_t Diagnostics::add_file(std::string file, std::string text) {
  Source& source = sources_.emplace_back(Source{std::move(file), std::move(text), {0}});
  for (std::size_t i = 0; i < source.text.size(); ++i) {
    if (source.text[i] == '\n') source.line_starts.push_back(i + 1);
  }
  return static_cast<std::uint16_t>(sources_.size() - 1);
}

std::string_view Diagnostics::line(Place place) const {
  const Source& source = sources_[place.file];
  if (place.line == 0 || place.line > source.line_starts.size()) return {};
  const std::size_t begin = source.line_starts[place.line - 1];
  const bool is_last = place.line == source.line_starts.size();
  std::size_t end = is_last ? source.text.size() : source.line_starts[place.line] - 1;
  if (end > begin && source.text[end - 1] == '\r') --end;
  return std::string_view{source.text}.substr(begin, end - begin);
}

std::string Diagnostics::line_of(Place place) const {
  std::string text = "line " + std::to_string(place.line);
  if (place.file != 0) text += " of " + in_quotes(sources_[place.file].file);
  return text;
}

void Diagnostics::add(Place place, Severity severity, std::string message) {
  if (severity == Severity::error) ++errors_;
  if (found_.size() >= limits::config_diagnostics) {
    ++dropped_;
    return;
  }
  found_.push_back(describe(place, severity, message));
}

Diagnostic Diagnostics::describe(Place place, Severity severity, std::string_view message) const {
  std::string shown;
  const std::string_view whole = line(place);
  if (place.column <= longest_line) {
    std::size_t cut = std::min(whole.size(), longest_line);
    while (cut > 0 && cut < whole.size() && is_continuation(whole[cut]))
      --cut;
    shown = hide_secrets(printable(whole.substr(0, cut)));
  }
  return {sources_[place.file].file, place, severity, printable(message), std::move(shown)};
}

void Diagnostics::error(Place place, std::string message) {
  add(place, Severity::error, std::move(message));
}

void Diagnostics::warning(Place place, std::string message) {
  add(place, Severity::warning, std::move(message));
}

Place Diagnostics::inside(Place literal, std::size_t offset) const {
  std::string_view rest = line(literal);
  for (std::uint32_t column = 1; column < literal.column && !rest.empty(); ++column) {
    do {
      rest.remove_prefix(1);
    } while (!rest.empty() && is_continuation(rest.front()));
  }
  if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) return literal;
  const char quote = rest.front();
  if (rest.size() >= 3 && rest[1] == quote && rest[2] == quote) return literal;  // several lines
  rest.remove_prefix(1);
  Place place{literal.line, literal.column + 1, literal.file};
  while (offset > 0 && !rest.empty() && rest.front() != quote) {
    std::size_t written = 1;  // bytes in the file
    std::size_t meant = 1;    // bytes in the value
    if (quote == '"' && rest.front() == '\\' && rest.size() >= 2) {
      const bool small = rest[1] == 'u';
      const bool large = rest[1] == 'U';
      written = small ? 6 : large ? 10 : 2;
      if (rest.size() < written) return literal;
      if (small || large) {
        const std::string digits{rest.substr(2, written - 2)};
        const unsigned long point = std::strtoul(digits.c_str(), nullptr, 16);
        meant = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      }
      place.column += static_cast<std::uint32_t>(written);
    } else {
      while (written < rest.size() && is_continuation(rest[written]))
        ++written;
      meant = written;
      ++place.column;
    }
    if (meant > offset) break;
    rest.remove_prefix(written);
    offset -= meant;
  }
  return place;
}

std::vector<Diagnostic> Diagnostics::take() {
  std::stable_sort(found_.begin(), found_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.place < b.place; });
  if (dropped_ != 0) {
    found_.push_back({file(),
                      {},
                      Severity::error,
                      std::to_string(dropped_) + " more findings are not shown",
                      {}});
  }
  dropped_ = 0;
  return std::exchange(found_, {});
}

}  // namespace signgate::config
