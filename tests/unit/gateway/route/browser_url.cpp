// SPDX-License-Identifier: Apache-2.0
#include "unit/gateway/route/browser_url.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace signgate::route::browser {
namespace {

enum class State : std::uint8_t {
  scheme_start,
  scheme,
  no_scheme,
  special_relative_or_authority,
  relative,
  relative_slash,
  special_authority_ignore_slashes,
  authority,
  host,
  port,
  path_start,
  path,
  query,
  fragment,
};

constexpr int end_of_file = -1;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool is_letter(int c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(int c) {
  return c >= '0' && c <= '9';
}

int hex(char c) {
  if (is_digit(c)) return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

// Each percent-encode set is C0 controls, what is beyond `~`, and these.
constexpr std::string_view fragment_set = " \"<>`";
constexpr std::string_view query_set = " \"#<>'";
constexpr std::string_view path_set = " \"#<>?^`{}";

void encode(std::string& out, char c, std::string_view set) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && byte <= 0x7E && set.find(c) == std::string_view::npos) {
    out += c;
    return;
  }
  constexpr std::string_view digits = "0123456789ABCDEF";
  out.append(1, '%').append(1, digits[byte / 16]).append(1, digits[byte % 16]);
}

// Section 3.5 for what is ASCII.
std::optional<std::string> parse_host(const std::string& text) {
  if (text.starts_with('[')) {
    if (!text.ends_with(']')) return std::nullopt;
    return text;
  }
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      c = static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F ||
        std::string_view("#/:<>?@[\\]^|%").find(c) != std::string_view::npos)
      return std::nullopt;
    out += lower(c);
  }
  return out;
}

std::string lowered(std::string text) {
  for (char& c : text)
    c = lower(c);
  return text;
}

bool is_single_dot(const std::string& segment) {
  const std::string text = lowered(segment);
  return text == "." || text == "%2e";
}

bool is_double_dot(const std::string& segment) {
  const std::string text = lowered(segment);
  return text == ".." || text == ".%2e" || text == "%2e." || text == "%2e%2e";
}

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t next = std::min(path.find('/', at + 1), path.size());
    out.emplace_back(path.substr(at + 1, next - at - 1));
    at = next;
  }
  return out;
}

// One run of the state machine over the stripped text.
struct Machine {
  std::string_view input;
  const Fetched& base;
  State state = State::scheme_start;
  std::string buffer = {};
  std::string scheme = {};
  std::string host = {};
  std::optional<unsigned> port = {};
  std::vector<std::string> path = {};
  std::optional<std::string> query = {};
  std::optional<std::string> fragment = {};
  bool own_authority = false;
  bool credentials = false;
  bool inside_brackets = false;
  std::size_t pointer = 0;
  std::size_t authority_begin = 0;

  [[nodiscard]] std::string_view base_scheme() const {
    return std::string_view(base.origin).substr(0, base.origin.find(':'));
  }

  [[nodiscard]] static bool ends_authority(int c) {
    return c == end_of_file || c == '/' || c == '\\' || c == '?' || c == '#';
  }

  void take_query_or_fragment(int c) {
    if (c == '?') {
      query.emplace();
      state = State::query;
    } else if (c == '#') {
      fragment.emplace();
      state = State::fragment;
    }
  }

  bool step(int c);
  bool step_authority(int c);
  bool step_path(int c);
};

bool Machine::step(int c) {
  switch (state) {
    case State::scheme_start:
      state = is_letter(c) ? State::scheme : State::no_scheme;
      if (state == State::scheme)
        buffer += lower(static_cast<char>(c));
      else
        --pointer;
      return true;
    case State::scheme:
      if (is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.') {
        buffer += lower(static_cast<char>(c));
      } else if (c == ':') {
        scheme = buffer;
        buffer.clear();
        if (scheme != "http" && scheme != "https") return false;
        state = scheme == base_scheme() ? State::special_relative_or_authority
                                        : State::special_authority_ignore_slashes;
      } else {
        buffer.clear();
        state = State::no_scheme;
        pointer = static_cast<std::size_t>(-1);
      }
      return true;
    case State::no_scheme:
      state = State::relative;
      --pointer;
      return true;
    case State::special_relative_or_authority:
      if (c == '/' && input.substr(pointer).starts_with("//")) {
        state = State::special_authority_ignore_slashes;
        ++pointer;
      } else {
        state = State::relative;
        --pointer;
      }
      return true;
    case State::relative:
      scheme = base_scheme();
      if (c == '/' || c == '\\') {
        state = State::relative_slash;
        return true;
      }
      path = segments_of(base.path);
      if (!base.query.empty()) query = base.query.substr(1);
      if (c == '?' || c == '#') {
        take_query_or_fragment(c);
      } else if (c != end_of_file) {
        query.reset();
        path.pop_back();
        state = State::path;
        --pointer;
      }
      return true;
    case State::relative_slash:
      if (c == '/' || c == '\\') {
        state = State::special_authority_ignore_slashes;
      } else {
        state = State::path;
        --pointer;
      }
      return true;
    case State::special_authority_ignore_slashes:
      if (c != '/' && c != '\\') {
        own_authority = true;
        authority_begin = pointer;
        state = State::authority;
        --pointer;
      }
      return true;
    case State::authority:
    case State::host:
    case State::port:
      return step_authority(c);
    case State::path_start:
      state = State::path;
      if (c != '/' && c != '\\') --pointer;
      return true;
    case State::path:
      return step_path(c);
    case State::query:
      if (c == '#')
        take_query_or_fragment(c);
      else if (c != end_of_file)
        encode(*query, static_cast<char>(c), query_set);
      return true;
    case State::fragment:
      if (c != end_of_file) encode(*fragment, static_cast<char>(c), fragment_set);
      return true;
  }
  return false;
}

bool Machine::step_authority(int c) {
  if (state == State::authority) {
    if (c == '@') {
      credentials = true;
      authority_begin = pointer + 1;
    } else if (ends_authority(c)) {
      if (credentials && authority_begin == pointer) return false;
      pointer = authority_begin - 1;
      state = State::host;
    }
    return true;
  }
  if (state == State::host) {
    const bool ends = ends_authority(c);
    if (ends || (c == ':' && !inside_brackets)) {
      if (buffer.empty()) return false;
      const auto parsed = parse_host(buffer);
      if (!parsed) return false;
      host = *parsed;
      buffer.clear();
      state = ends ? State::path_start : State::port;
      if (ends) --pointer;
      return true;
    }
    if (c == '[') inside_brackets = true;
    if (c == ']') inside_brackets = false;
    buffer += static_cast<char>(c);
    return true;
  }
  if (is_digit(c)) {
    buffer += static_cast<char>(c);
    return true;
  }
  if (!ends_authority(c)) return false;
  unsigned number = 0;
  for (const char digit : buffer) {
    number = number * 10 + static_cast<unsigned>(digit - '0');
    if (number > 65535) return false;
  }
  if (!buffer.empty() && number != (scheme == "https" ? 443U : 80U)) port = number;
  buffer.clear();
  state = State::path_start;
  --pointer;
  return true;
}

bool Machine::step_path(int c) {
  const bool slash = c == '/' || c == '\\';
  if (c != end_of_file && !slash && c != '?' && c != '#') {
    encode(buffer, static_cast<char>(c), path_set);
    return true;
  }
  if (is_double_dot(buffer)) {
    if (!path.empty()) path.pop_back();
    if (!slash) path.emplace_back();
  } else if (is_single_dot(buffer)) {
    if (!slash) path.emplace_back();
  } else {
    path.push_back(buffer);
  }
  buffer.clear();
  take_query_or_fragment(c);
  return true;
}

}  // namespace

std::string sent(const Fetched& url) {
  return url.origin + url.path + url.query;
}

std::optional<Fetched> resolve(std::string_view link, const Fetched& base) {
  const auto is_c0_or_space = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!link.empty() && is_c0_or_space(link.front()))
    link.remove_prefix(1);
  while (!link.empty() && is_c0_or_space(link.back()))
    link.remove_suffix(1);
  std::string text;
  for (const char c : link)
    if (c != '\t' && c != '\n' && c != '\r') text += c;

  Machine machine{.input = text, .base = base};
  for (;; ++machine.pointer) {
    const std::size_t at = machine.pointer;
    const int c = at < text.size() ? static_cast<unsigned char>(text[at]) : end_of_file;
    if (!machine.step(c)) return std::nullopt;
    // A state that took the end back sees it again in the next.
    if (c == end_of_file && machine.pointer == at) break;
  }
  Fetched out;
  if (machine.own_authority) {
    out.origin = machine.scheme + "://" + machine.host;
    if (machine.port) out.origin += ':' + std::to_string(*machine.port);
  } else {
    out.origin = base.origin;
  }
  out.credentials = machine.credentials;
  for (const std::string& segment : machine.path)
    out.path += '/' + segment;
  if (out.path.empty()) out.path = "/";
  if (machine.query && !machine.query->empty()) out.query = '?' + *machine.query;
  if (machine.fragment) out.fragment = '#' + *machine.fragment;
  return out;
}

}  // namespace signgate::route::browser
