// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <filesystem>

#include "gateway/config/diagnostic.hpp"
#include "gateway/config/log_values.hpp"
#include "gateway/config/nearest_name.hpp"
#include "gateway/config/sections.hpp"

namespace signgate::config {
namespace {

using namespace std::string_view_literals;

// The value is the text, or a table with `format` and `escape`. What is wrong leaves its name
// behind, so that logs which use it are not found wrong as well.
void read_log_format(TableReader& table, const Entry& entry, LogFormat& format) {
  const std::string shown = "log_format." + printable(entry.key.substr(0, 80));
  const Value* text = &entry.value;
  if (const auto* members = std::get_if<Table>(&entry.value.content)) {
    text = nullptr;
    for (const Entry& member : *members) {
      const auto* word = std::get_if<std::string>(&member.value.content);
      if (member.key == "format") {
        text = &member.value;
      } else if (member.key != "escape") {
        table.error(member.place, "unknown key " + in_quotes(member.key) + " in " + shown +
                                      R"(; legal: "escape", "format")");
      } else if (word == nullptr) {
        table.wrong_type(shown + ".escape", member.value, "a string");
      } else if (const auto escape = parse_log_escape(*word); escape) {
        format.escape = *escape;
      } else {
        table.flaw(shown + ".escape", member.value.place, escape.error());
      }
    }
    if (text == nullptr)
      return table.error(entry.place, shown + " needs a `format`: the text with variables");
  }
  const auto* written = std::get_if<std::string>(&text->content);
  if (written == nullptr) {
    return table.wrong_type(shown, *text,
                            "a text with variables, or { format = \"...\", escape = \"json\" }");
  }
  if (const auto checked = check_log_format(*written); !checked)
    return table.flaw(shown, text->place, checked.error());
  format.text = *written;
}

std::vector<std::string_view> legal_formats(const std::vector<LogFormat>& defined) {
  std::vector<std::string_view> names = {"combined"};
  for (const LogFormat& format : defined)
    names.push_back(format.name);
  if (std::find(names.begin(), names.end(), "json") == names.end()) names.push_back("json");
  std::sort(names.begin(), names.end());
  return names;
}

constexpr std::array log_levels = {"debug"sv, "info"sv, "notice"sv, "warn"sv,
                                   "error"sv, "crit"sv, "alert"sv,  "emerg"sv};

Parsed<ErrorLog> parse_error_log(std::string_view text) {
  ErrorLog log;
  const std::size_t space = text.find(' ');
  log.path = text.substr(0, space);
  log.level = "error";  // nginx's when only the file is named
  if (log.path.empty()) return Flaw{"must be \"PATH\", \"PATH LEVEL\" or \"stderr LEVEL\"", 0};
  if (log.path.starts_with("syslog:"))
    return Flaw{"cannot go to syslog: legal is a path or \"stderr\"", 0};
  if (space == std::string_view::npos) return log;
  const std::size_t begin = std::min(text.find_first_not_of(' ', space), text.size());
  log.level = text.substr(begin);
  if (std::find(log_levels.begin(), log_levels.end(), log.level) == log_levels.end()) {
    return Flaw{"has the unknown level " + in_quotes(log.level) +
                    suggestion(log.level, log_levels) + "; legal: " + listed(log_levels),
                begin};
  }
  return log;
}

}  // namespace

void read_error_log(TableReader& table, std::vector<ErrorLog>& logs) {
  std::vector<Text> written;
  const auto place = table.texts("error_log", written);
  if (!place) return;
  if (written.empty()) table.error(*place, "error_log must name a log, such as \"stderr notice\"");
  logs.clear();
  for (const Text& text : written) {
    auto log = parse_error_log(text.value);
    if (log) {
      logs.push_back(std::move(*log));
    } else {
      table.flaw("error_log", text.place, log.error());
    }
  }
}

void read_log_formats(TableReader& table, Config& config, References& references) {
  const Value* value = table.find("log_format");
  if (value != nullptr) {
    if (const auto* formats = std::get_if<Table>(&value->content)) {
      for (const Entry& entry : *formats) {
        LogFormat& format = config.log_formats.emplace_back();
        format.name = entry.key;
        if (const auto named = check_log_format_name(entry.key); !named) {
          table.error(entry.place,
                      "log_format " + in_quotes(entry.key) + ' ' + named.error().message);
        }
        read_log_format(table, entry, format);
      }
    } else {
      table.wrong_type("log_format", *value,
                       "a table of formats: write [log_format] with NAME = \"TEXT\"");
    }
  }
  for (const std::string_view name : legal_formats(config.log_formats))
    references.log_formats.emplace_back(name);
}

void read_access_log(TableReader& table, std::vector<AccessLog>& logs, References& references) {
  std::vector<Text> written;
  const auto place = table.texts("access_log", written);
  if (!place) return;
  if (written.empty()) {
    table.error(*place, "access_log must name a log, or be \"off\"");
    return;
  }
  const std::vector<std::string_view> formats{references.log_formats.begin(),
                                              references.log_formats.end()};
  std::vector<AccessLog> read;
  if (written.size() > 1 || written.front().value != "off") {
    for (const Text& text : written) {
      auto log = parse_access_log(text.value, formats);
      if (log) {
        references.logs.emplace_back(*log, text.place);
        read.push_back(std::move(*log));
      } else {
        table.flaw("access_log", text.place, log.error());
      }
    }
  }
  logs = std::move(read);
}

void check_logs(const References& references, Diagnostics& diagnostics) {
  const auto path_of = [](const AccessLog& log) {
    return std::filesystem::path(log.path).lexically_normal();
  };
  for (auto later = references.logs.begin(); later != references.logs.end(); ++later) {
    if (later->first.buffer == 0) continue;
    const auto earlier = std::find_if(references.logs.begin(), later, [&](const auto& other) {
      return other.first.buffer != 0 && path_of(other.first) == path_of(later->first) &&
             (other.first.buffer != later->first.buffer ||
              other.first.flush != later->first.flush || other.first.gzip != later->first.gzip);
    });
    if (earlier == later) continue;
    diagnostics.error(later->second, "access_log " + in_quotes(later->first.path) +
                                         " has another buffer=, flush= or gzip= at " +
                                         diagnostics.line_of(earlier->second) +
                                         ": a file has one buffer");
  }
}

}  // namespace signgate::config
