// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/access_log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <filesystem>

#include "gateway/route/query.hpp"

namespace signgate::proxy {
namespace {

// nginx's predefined format of that name.
constexpr std::string_view combined =
    "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
    "\"$http_referer\" \"$http_user_agent\"";

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
    field.value.append(values, route::Escape::none, scratch);
    if (!first) out += ',';
    first = false;
    out += '"';
    out += field.name;
    out += "\":";
    if (!field.number) {
      append_json_string(scratch.find("ignature=") == std::string::npos &&
                                 scratch.find("olicy=") == std::string::npos
                             ? scratch
                             : route::redact_signatures(scratch),
                         out);
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

Result<std::shared_ptr<AccessLog>> AccessLog::open(const config::AccessLog& settings,
                                                   const std::string& folder) {
  std::shared_ptr<spdlog::logger> logger;
  try {
    if (settings.path == "stderr") {
      logger =
          std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    } else if (settings.path == "stdout") {
      logger =
          std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stdout_sink_mt>());
    } else {
      const auto path = std::filesystem::path(folder) / settings.path;
      if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
      logger = std::make_shared<spdlog::logger>(
          "", std::make_shared<spdlog::sinks::basic_file_sink_mt>(path.string()));
    }
  } catch (const std::exception& error) {
    // spdlog and the file system speak in exceptions; this is where they become a value.
    return Error{ErrorCode::resource, Side::own, Retry::no,
                 "access_log \"" + settings.path + "\": " + error.what()};
  }
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::info);
  return std::shared_ptr<AccessLog>(new AccessLog(std::move(logger), settings.format == "json"));
}

AccessLog::AccessLog(std::shared_ptr<spdlog::logger> logger, bool json)
    : logger_(std::move(logger)), json_(json), combined_(combined) {}

AccessLog::~AccessLog() = default;

void AccessLog::write(const route::VariableValues& values) {
  thread_local std::string line;
  line.clear();
  if (json_) {
    append_json_line(values, line);
  } else {
    combined_.append(values, route::Escape::log, line);
    if (line.find("ignature=") != std::string::npos || line.find("olicy=") != std::string::npos) {
      line = route::redact_signatures(line);
    }
  }
  logger_->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

void AccessLog::flush() {
  logger_->flush();
}

}  // namespace signgate::proxy
