// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/cache_parameters.hpp"

#include <set>
#include <string>

#include "gateway/config/diagnostic.hpp"
#include "gateway/config/units.hpp"
#include "gateway/config/words.hpp"

namespace signgate::config {

Parsed<CacheParameters> parse_cache_parameters(std::string_view text, const CacheRange& range) {
  CacheParameters cache;
  if (text == "off") return cache;
  const std::string legal = std::string(R"(; legal: "off", or max=NUMBER, inactive=TIME, )") +
                            (range.takes_min_uses ? "min_uses=NUMBER, " : "") + "valid=TIME";
  const auto words = split_words(text);
  if (!words) return words.error();
  std::set<std::string> seen;
  for (const Word& word : *words) {
    const std::size_t equals = word.text.find('=');
    const std::string name = word.text.substr(0, equals);
    const std::string_view value = equals == std::string::npos
                                       ? std::string_view()
                                       : std::string_view(word.text).substr(equals + 1);
    const std::size_t place = word.offset + name.size() + 1;
    if (!seen.insert(name).second) return Flaw{"has " + name + "= twice", word.offset};
    if (name == "max" || (name == "min_uses" && range.takes_min_uses)) {
      const auto number = parse_count(value, 1, range.most);
      if (!number) return moved(number.error(), "has a wrong " + name + "=: ", place);
      (name == "max" ? cache.max : cache.min_uses) = *number;
    } else if (name == "inactive" || name == "valid") {
      const auto time = parse_duration(value);
      if (!time) return moved(time.error(), "has a wrong " + name + "=: ", place);
      if (time->count() == 0) return Flaw{"has a " + name + "= that is not above 0", place};
      (name == "inactive" ? cache.inactive : cache.valid) = *time;
    } else {
      return Flaw{"has the unknown parameter " + in_quotes(word.text) + legal, word.offset};
    }
  }
  if (cache.max == 0) return Flaw{"has no max=, how many " + std::string(range.counts) + legal, 0};
  return cache;
}

}  // namespace signgate::config
