// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/access_log.hpp"

#include <utility>
#include <vector>

namespace signgate::proxy {
namespace {

struct JsonField {
  std::string_view name;
  route::Template value;
  bool number;
};

const std::vector<JsonField>& json_fields() {
  static const std::vector<JsonField> fields = [] {
    struct Line {
      const char* name;
      const char* value;
      bool number;
    };
    constexpr Line lines[] = {{"time", "$time_iso8601", false},
                              {"remote_addr", "$remote_addr", false},
                              {"remote_user", "$remote_user", false},
                              {"host", "$host", false},
                              {"request", "$request", false},
                              {"method", "$request_method", false},
                              {"uri", "$request_uri", false},
                              {"protocol", "$server_protocol", false},
                              {"status", "$status", true},
                              {"body_bytes_sent", "$body_bytes_sent", true},
                              {"bytes_sent", "$bytes_sent", true},
                              {"request_length", "$request_length", true},
                              {"request_time", "$request_time", true},
                              {"referer", "$http_referer", false},
                              {"user_agent", "$http_user_agent", false},
                              {"request_id", "$request_id", false},
                              {"upstream_addr", "$upstream_addr", false},
                              {"upstream_status", "$upstream_status", true},
                              {"upstream_response_time", "$upstream_response_time", true}};
    std::vector<JsonField> made;
    for (const Line& line : lines)
      made.push_back({line.name, route::Template(line.value), line.number});
    return made;
  }();
  return fields;
}

void append_json_string(std::string_view text, std::string& out) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      // Bytes of whatever charset stand for the character of the same number, so that the line is
      // always valid.
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

void append_json_line(const route::VariableValues& values, std::string& out) {
  thread_local std::string scratch;
  out += '{';
  bool first = true;
  for (const JsonField& field : json_fields()) {
    scratch.clear();
    field.value.append(values, route::Escape::log_plain, scratch);
    if (!first) out += ',';
    first = false;
    out += '"';
    out += field.name;
    out += "\":";
    if (!field.number) {
      append_json_string(scratch, out);
    } else if (scratch.empty() || scratch == "-") {
      out += "null";
    } else if (scratch.find(' ') != std::string::npos) {
      append_json_string(scratch, out);  // of several peers: "502, 200"
    } else {
      out += field.name == "status" && scratch.starts_with('0') ? "0" : scratch;
    }
  }
  out += '}';
}

Result<std::shared_ptr<AccessLog>> AccessLog::open(const route::LogRule& rule,
                                                   const std::string& folder, LogFiles& files) {
  const config::AccessLog& log = rule.settings;
  if (!rule.path.empty()) {
    return std::make_shared<AccessLog>(rule, nullptr, files.open_set(log.path, folder, rule.cache));
  }
  auto file =
      files.open({.directive = "access_log",
                  .path = log.path,
                  .folder = folder,
                  .mode = log.buffer > 0 ? LogFile::Mode::buffered : LogFile::Mode::gathered,
                  .buffer = log.buffer,
                  .gzip = static_cast<int>(log.gzip),
                  .flush = log.flush});
  if (!file) return file.error();
  return std::make_shared<AccessLog>(rule, std::move(*file), nullptr);
}

AccessLog::AccessLog(route::LogRule rule, std::shared_ptr<LogFile> file,
                     std::shared_ptr<LogSet> set)
    : rule_(std::move(rule)), file_(std::move(file)), set_(std::move(set)) {}

void AccessLog::write(const route::VariableValues& values) {
  if (!rule_.is_wanted(values)) return;
  thread_local std::string line;
  line.clear();
  if (rule_.format.empty()) {
    append_json_line(values, line);
  } else {
    rule_.format.append(values, rule_.escape, line);
  }
  if (!set_) {
    file_->write(line);
    return;
  }
  thread_local std::string path;
  if (const auto refusal = rule_.path.fill(values, path)) {
    set_->refuse(refusal->variable, refusal->reason);
  } else {
    set_->write(path, line);
  }
}

}  // namespace signgate::proxy
