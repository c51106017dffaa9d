// SPDX-License-Identifier: Apache-2.0
// What logs are made of: access_log and log_format as configured, what is masked in their lines,
// and the traceparent of a request. The first byte picks one; the rest is the text.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/config/log_values.hpp"
#include "gateway/http/trace_context.hpp"
#include "gateway/route/log_escape.hpp"
#include "gateway/route/log_rule.hpp"
#include "gateway/route/query.hpp"

namespace {

namespace config = signgate::config;
namespace route = signgate::route;

void require(bool holds) {
  if (!holds) std::abort();
}

template <class T>
bool flaw_lies_within(const config::Parsed<T>& parsed, std::string_view text) {
  return parsed || (!parsed.error().message.empty() && parsed.error().offset <= text.size());
}

// Whatever `value` a variable has, a path stays in the folder that was written.
void try_path(const route::LogPath& path, std::string_view written, std::string_view value) {
  route::VariableValues values;
  values.host = values.server_name = values.request_line = values.remote_addr = value;
  std::string out;
  const auto refusal = path.fill(values, out);
  if (refusal) {
    require(!refusal->reason.empty() && refusal->variable.starts_with('$'));
    return;
  }
  require(std::count(out.begin(), out.end(), '/') ==
          std::count(written.begin(), written.end(), '/'));
  const std::string around = "/" + out + "/";
  const std::string literal = "/" + std::string(written) + "/";
  for (const std::string_view name : {"/../", "/./", "//"}) {
    if (literal.find(name) == std::string::npos) require(around.find(name) == std::string::npos);
  }
}

void try_log(std::string_view text) {
  const auto cache = config::parse_open_log_file_cache(text);
  require(flaw_lies_within(cache, text));
  if (cache && cache->max > 0) require(cache->min_uses > 0 && cache->valid.count() > 0);
  constexpr std::array<std::string_view, 2> formats = {"combined", "json"};
  const auto log = config::parse_access_log(text, formats);
  require(flaw_lies_within(log, text));
  if (!log) return;
  require(!log->path.empty() && log->path != "off");
  require(log->format == "combined" || log->format == "json");
  require(log->flush.count() == 0 || log->buffer > 0);
  const route::LogRule rule = route::make_log_rule(*log, {}, {});
  require(rule.is_wanted({}) || !log->condition.empty());
  require(rule.path.empty() != log->has_variables());
  require(rule.path.empty() || log->buffer == 0);
  require(log->gzip == 0 || log->buffer > 0);
  if (rule.path.empty()) return;
  for (const std::string_view value :
       {std::string_view(log->condition), std::string_view(".."), std::string_view(""),
        std::string_view("."), std::string_view("a.test")}) {
    try_path(rule.path, log->path, value);
  }
}

void try_format(std::string_view text) {
  const auto checked = config::check_log_format(text);
  require(flaw_lies_within(checked, text));
  require(flaw_lies_within(config::check_log_format_name(text), text));
  if (!checked) return;
  for (const auto escape :
       {config::LogEscape::normal, config::LogEscape::json, config::LogEscape::none}) {
    const route::LogRule rule =
        route::make_log_rule({.path = "a", .format = "f"}, {{"f", std::string(text), escape}}, {});
    std::string line;
    rule.format.append({}, rule.escape, line);
  }
}

void try_redaction(std::string_view text) {
  const std::string redacted = route::redact_signatures(text);
  require(route::redact_signatures(redacted) == redacted);
  if (!route::may_hold_signature(text)) require(redacted == text);
  if (text.find("SeCrEt") != std::string_view::npos) return;
  // What stands for itself in the place where CloudFront and S3 look for it is never left.
  for (const std::string_view name : {"?Signature=", "&Policy=", "&X-Amz-Signature="}) {
    const std::string with = std::string(text) + std::string(name) + "SeCrEt";
    require(route::redact_signatures(with).find("SeCrEt") == std::string::npos);
  }
}

void try_escapes(std::string_view text) {
  std::string shown;
  route::append_log_escaped(text, shown);
  require(shown.find('"') == std::string::npos && shown.find('\n') == std::string::npos);
  std::string json;
  route::append_json_escaped(text, json);
  for (std::size_t i = 0; i < json.size(); ++i) {
    require(static_cast<unsigned char>(json[i]) >= 0x20 && json[i] != '"');
    if (json[i] == '\\') ++i;
  }
}

void try_trace(std::string_view text) {
  const auto found = signgate::http::parse_traceparent(text);
  if (!found) return;
  require(found->trace_id.size() == 32 && found->parent_id.size() == 16);
  require(text.find_first_of("\r\n\"") == std::string_view::npos || text.size() > 55);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      try_log(text);
      break;
    case 1:
      try_format(text);
      break;
    case 2:
      try_redaction(text);
      break;
    case 3:
      try_escapes(text);
      break;
    default:
      try_trace(text);
      break;
  }
  return 0;
}
