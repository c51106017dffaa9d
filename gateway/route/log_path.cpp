// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/log_path.hpp"

#include <algorithm>

#include "gateway/base/limits.hpp"
#include "gateway/config/known_variables.hpp"

namespace signgate::route {
namespace {

bool is_odd(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '/' || byte < 0x20 || byte == 0x7f;
}

// What is wrong with a name that a variable is part of; empty: nothing.
std::string_view flaw_of(std::string_view name) {
  if (name.empty()) return "leaves the name of a file or folder empty";
  if (name == "." || name == "..") return "makes \".\" or \"..\" of a name";
  if (name.size() > limits::file_name) return "makes a name too long";
  return {};
}

}  // namespace

LogPath::LogPath(std::string_view text, std::span<const std::string> secrets) {
  std::size_t begin = 0;
  while (const auto use = config::next_variable(text, begin)) {
    if (use->begin > begin)
      pieces_.push_back({std::string(text.substr(begin, use->begin - begin)), {}});
    const std::string_view written = text.substr(use->begin, use->end - use->begin);
    pieces_.push_back({std::string(written), Template(written, secrets)});
    begin = use->end;
  }
  if (!pieces_.empty() && begin < text.size())
    pieces_.push_back({std::string(text.substr(begin)), {}});
}

std::optional<LogPath::Refusal> LogPath::fill(const VariableValues& values,
                                              std::string& out) const {
  out.clear();
  std::size_t name = 0;               // where the name at hand begins
  const std::string* made = nullptr;  // the last variable that is part of it
  const auto flaw = [&](std::size_t end) -> std::optional<Refusal> {
    if (made == nullptr) return std::nullopt;
    const std::string_view reason = flaw_of(std::string_view(out).substr(name, end - name));
    if (reason.empty()) return std::nullopt;
    return Refusal{*made, reason};
  };
  for (const Piece& piece : pieces_) {
    const std::size_t before = out.size();
    if (!piece.value.empty()) {
      piece.value.append(values, Escape::log_plain, out);
      const auto begin = out.begin() + static_cast<std::ptrdiff_t>(before);
      if (std::any_of(begin, out.end(), is_odd))
        return Refusal{piece.text, "has a \"/\" or a control character"};
      made = &piece.text;
      continue;
    }
    out += piece.text;
    for (std::size_t at = before; at < out.size(); ++at) {
      if (out[at] != '/') continue;
      if (const auto refusal = flaw(at)) return refusal;
      name = at + 1;
      made = nullptr;
    }
  }
  return flaw(out.size());
}

}  // namespace signgate::route
