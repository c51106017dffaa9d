// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/log_values.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "gateway/base/limits.hpp"
#include "gateway/config/cache_parameters.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/known_variables.hpp"
#include "gateway/config/nearest_name.hpp"
#include "gateway/config/units.hpp"
#include "gateway/config/words.hpp"

namespace signgate::config {
namespace {

constexpr std::string_view parameters =
    "; legal: buffer=SIZE, flush=TIME, gzip, gzip=LEVEL, if=CONDITION";

Parsed<std::string> parse_path(const Word& word, std::string_view whole) {
  if (word.text.empty() || word.text == "off") {
    return Flaw{
        in_quotes(whole) +
            " is not a log: write \"PATH\", \"PATH FORMAT\" or \"stderr json\", and \"off\" alone",
        0};
  }
  if (word.text.starts_with("syslog:"))
    return Flaw{"cannot go to syslog: legal is a path, \"stderr\" or \"stdout\"", word.offset};
  if (const auto known = check_variables(word.text); !known)
    return Flaw{known.error().message, word.offset + known.error().offset};
  return Parsed<std::string>(boost::system::in_place_value, word.text);
}

Parsed<bool> read_parameter(const Word& word, AccessLog& log) {
  const std::size_t equals = word.text.find('=');
  const std::string_view name = std::string_view(word.text).substr(0, equals);
  const bool has_value = equals != std::string::npos;
  const std::string_view value =
      has_value ? std::string_view(word.text).substr(equals + 1) : std::string_view();
  const std::size_t place = word.offset + (has_value ? equals + 1 : 0);
  if (name == "gzip") {
    log.gzip = 1;
    if (!has_value) return true;
    const auto level = parse_count(value, 1, 9);
    if (!level) return Flaw{"has a gzip= that is no level from 1 to 9", place};
    log.gzip = *level;
    return true;
  }
  if (has_value && name == "buffer") {
    const auto size = parse_size(value);
    if (!size) return moved(size.error(), "has a wrong buffer=: ", place);
    if (*size == 0 || *size > limits::log_buffer) {
      return Flaw{
          "has a buffer= that is not from 1 to " + std::to_string(limits::log_buffer) + " bytes",
          place};
    }
    log.buffer = *size;
    return true;
  }
  if (has_value && name == "flush") {
    const auto time = parse_duration(value);
    if (!time) return moved(time.error(), "has a wrong flush=: ", place);
    if (time->count() == 0) return Flaw{"has a flush= that is not above 0", place};
    log.flush = *time;
    return true;
  }
  if (has_value && name == "if") {
    if (value.empty()) return Flaw{"has an if= without a value, such as if=$loggable", place};
    if (const auto known = check_variables(value); !known) return moved(known.error(), "", place);
    log.condition = value;
    return true;
  }
  return Flaw{"has the unknown parameter " + in_quotes(word.text) + std::string{parameters},
              word.offset};
}

}  // namespace

Parsed<AccessLog> parse_access_log(std::string_view text,
                                   std::span<const std::string_view> formats) {
  const auto words = split_words(text);
  if (!words) return words.error();
  AccessLog log;
  auto path = parse_path(words->empty() ? Word{} : words->front(), text);
  if (!path) return path.error();
  log.path = std::move(*path);
  if (words->size() < 2) return log;
  const Word& format = (*words)[1];
  if (std::find(formats.begin(), formats.end(), format.text) == formats.end()) {
    const bool is_parameter = format.text.find('=') != std::string::npos || format.text == "gzip";
    return Flaw{"has the unknown format " + in_quotes(format.text) +
                    (is_parameter ? "; the format stands in front of the parameters"
                                  : suggestion(format.text, formats)) +
                    "; legal: " + listed(formats),
                format.offset};
  }
  log.format = format.text;
  std::set<std::string> seen;
  const Word* flush = nullptr;
  const Word* gathers = nullptr;
  for (std::size_t i = 2; i < words->size(); ++i) {
    const Word& word = (*words)[i];
    if (const auto read = read_parameter(word, log); !read) return read.error();
    const std::string name = word.text.substr(0, word.text.find('='));
    if (!seen.insert(name).second) return Flaw{"has " + name + "= twice", word.offset};
    if (name == "flush") flush = &word;
    if (name == "buffer" || name == "gzip") gathers = &word;
  }
  if (gathers != nullptr && log.has_variables()) {
    return Flaw{"has variables in its path, and such a log takes no buffer= and no gzip",
                gathers->offset};
  }
  const bool is_stream = log.path == "stderr" || log.path == "stdout";
  if (log.gzip != 0 && is_stream)
    return Flaw{"cannot compress what goes to " + log.path, gathers->offset};
  if (log.gzip != 0 && log.buffer == 0) log.buffer = limits::log_gzip_buffer;
  if (flush != nullptr && log.buffer == 0)
    return Flaw{"has flush= without buffer= or gzip", flush->offset};
  return log;
}

Parsed<OpenLogFileCache> parse_open_log_file_cache(std::string_view text) {
  const auto read = parse_cache_parameters(
      text, {.most = limits::open_logs, .takes_min_uses = true, .counts = "files stay open"});
  if (!read) return read.error();
  return OpenLogFileCache{read->max, read->inactive, read->min_uses, read->valid};
}

Parsed<LogEscape> parse_log_escape(std::string_view text) {
  if (text == "default") return LogEscape::normal;
  if (text == "json") return LogEscape::json;
  if (text == "none") return LogEscape::none;
  return Flaw{"cannot be " + in_quotes(text) + R"(; legal: "default", "json", "none")", 0};
}

Parsed<bool> check_log_format(std::string_view text) {
  if (text.empty()) return Flaw{"must not be empty", 0};
  return check_variables(text);
}

Parsed<bool> check_log_format_name(std::string_view name) {
  if (name == "combined") return Flaw{"is built in: choose another name", 0};
  const auto words = split_words(name);
  if (!words || words->size() != 1 || words->front().text != name)
    return Flaw{"is no name: it has to be one word", 0};
  return true;
}

}  // namespace signgate::config
