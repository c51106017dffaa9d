// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/answer_values.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/config/diagnostic.hpp"
#include "gateway/config/known_variables.hpp"
#include "gateway/config/units.hpp"
#include "gateway/config/words.hpp"

namespace signgate::config {
namespace {

using namespace std::string_view_literals;

constexpr std::int64_t day = 86400;

bool is_header_name(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           "!#$%&'*+-.^_`|~"sv.find(c) != std::string_view::npos;
  });
}

// What decides how a message is framed or which connection it is on is not for configurations.
bool is_framing(std::string_view name) {
  std::string lowered(name);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lowered == "content-length" || lowered == "transfer-encoding" || lowered == "connection" ||
         lowered == "trailer" || lowered == "upgrade" || lowered == "keep-alive";
}

bool has_control(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

Flaw no_expires(std::string_view text) {
  return Flaw{in_quotes(text) +
                  " is no time: write \"off\", \"epoch\", \"max\", \"30d\", \"-1\", \"@15h30m\" or "
                  "\"modified 1h\"",
              0};
}

}  // namespace

Parsed<std::string> parse_header_name(std::string_view text) {
  if (!is_header_name(text)) return Flaw{in_quotes(text) + " is not a header's name", 0};
  if (is_framing(text))
    return Flaw{"cannot be " + in_quotes(text) + ": it says how a message is framed", 0};
  return {boost::system::in_place_value, text};
}

Parsed<AddHeader> parse_add_header(std::string_view text) {
  const auto words = split_words(text);
  if (!words) return words.error();
  const bool has_always = words->size() == 3 && words->back().text == "always";
  if (words->size() != 2 && !has_always) {
    return Flaw{in_quotes(text) +
                    " is no field: write \"NAME VALUE\" or \"NAME VALUE always\", the value in "
                    "quotes when it holds blanks",
                0};
  }
  AddHeader header{words->front().text, (*words)[1].text, has_always};
  if (!is_header_name(header.name))
    return Flaw{"has " + in_quotes(header.name) + ", which is not a header's name",
                words->front().offset};
  if (is_framing(header.name))
    return Flaw{"cannot set " + header.name + ": how a message is framed is not for it to say",
                words->front().offset};
  if (has_control(header.value))
    return Flaw{"has a control character in the value of " + in_quotes(header.name),
                (*words)[1].offset};
  if (const auto variables = check_variables(header.value); !variables)
    return Flaw{variables.error().message, (*words)[1].offset + variables.error().offset};
  return header;
}

Parsed<Expires> parse_expires(std::string_view text) {
  using Kind = Expires::Kind;
  if (text == "off") return Expires{};
  if (text == "epoch") return Expires{Kind::epoch, 0};
  if (text == "max") return Expires{Kind::max, 0};
  std::string_view time = text;
  Expires expires{Kind::access, 0};
  constexpr std::string_view modified = "modified";
  if (time.starts_with(modified) && time.size() > modified.size() && time[modified.size()] == ' ') {
    expires.kind = Kind::modified;
    time.remove_prefix(time.find_first_not_of(' ', modified.size()) == std::string_view::npos
                           ? time.size()
                           : time.find_first_not_of(' ', modified.size()));
  } else if (time.starts_with('@')) {
    expires.kind = Kind::time_of_day;
    time.remove_prefix(1);
  }
  bool negative = false;
  if (expires.kind != Kind::time_of_day && (time.starts_with('-') || time.starts_with('+'))) {
    negative = time.front() == '-';
    time.remove_prefix(1);
  }
  // nginx reads seconds alone here: no milliseconds.
  const auto span = parse_duration(time);
  if (!span || span->count() % 1000 != 0) return no_expires(text);
  expires.seconds = span->count() / 1000 * (negative ? -1 : 1);
  if (expires.kind == Kind::time_of_day && expires.seconds >= day)
    return Flaw{"has a time of the day that is not below 24h", 0};
  return expires;
}

Parsed<bool> check_expires(std::string_view text) {
  if (text.find('$') != std::string_view::npos) return check_variables(text);
  const auto expires = parse_expires(text);
  if (!expires) return expires.error();
  return true;
}

std::uint32_t proxied_word(std::string_view word) noexcept {
  static constexpr std::array<std::pair<std::string_view, std::uint32_t>, 9> words = {{
      {"off", proxied::off},
      {"expired", proxied::expired},
      {"no-cache", proxied::no_cache},
      {"no-store", proxied::no_store},
      {"private", proxied::private_},
      {"no_last_modified", proxied::no_last_modified},
      {"no_etag", proxied::no_etag},
      {"auth", proxied::auth},
      {"any", proxied::any},
  }};
  for (const auto& [known, bit] : words) {
    if (known == word) return bit;
  }
  return 0;
}

}  // namespace signgate::config
