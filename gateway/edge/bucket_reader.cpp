// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/bucket_reader.hpp"

#include <algorithm>

#include "gateway/config/text_file.hpp"
#include "gateway/edge/cors_reader.hpp"
#include "gateway/http/text.hpp"

namespace signgate::edge {
namespace {

using config::Flaw;
using config::Parsed;
using config::TableReader;

bool is_alphanumeric(char c) {
  return http::is_alpha(c) || http::is_digit(c);
}

/// Source: S3 User Guide, "Bucket naming rules".
Parsed<std::string> parse_bucket_name(std::string_view text) {
  const auto legal = [](char c) {
    return http::is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.';
  };
  if (text.size() >= 3 && text.size() <= 63 && std::all_of(text.begin(), text.end(), legal) &&
      is_alphanumeric(text.front()) && is_alphanumeric(text.back())) {
    return Parsed<std::string>(boost::system::in_place_value, text);
  }
  return Flaw{
      "must be a bucket's name: 3 to 63 lower-case letters, digits, \"-\" and \".\", a letter or "
      "digit at both ends"};
}

bool is_header_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// What a real store has itself must not look as if it counted here.
void refuse_embedded(TableReader& table) {
  for (const char* key : {"root", "policy", "cache_control", "object", "cors"}) {
    const config::Value* value = table.find(key);
    if (value == nullptr) continue;
    table.error(value->place, std::string(key) +
                                  " is for the embedded bucket; the objects and the "
                                  "policy of a real store are those at endpoint");
  }
}

void read_metadata(TableReader& table, std::vector<ObjectMetadata>& out) {
  ObjectMetadata& metadata = out.emplace_back();
  table.require("key_pattern", "keys such as \"private/*.m3u8\"");
  (void)table.text("key_pattern", metadata.key_pattern);
  for (const auto& [key, text] : {std::pair{"content_type", &metadata.content_type},
                                  std::pair{"cache_control", &metadata.cache_control}}) {
    const auto place = table.text(key, *text);
    if (place && !is_header_value(*text)) {
      table.error(*place, std::string(key) + " must be one line of text");
    }
  }
}

}  // namespace

std::optional<FileName> read_path(TableReader& table, std::string_view key,
                                  const std::string& folder) {
  std::string written;
  const auto place = table.text(key, written);
  if (!place) return std::nullopt;
  if (written.empty()) {
    table.error(*place, std::string(key) + " must not be empty");
    return std::nullopt;
  }
  return FileName{config::join_path(folder, written), *place};
}

void read_bucket(TableReader& table, const std::string& folder, EdgeFile& file) {
  table.require("name", "the bucket's name, which stands in the policy's resources");
  file.store = read_store(table, folder);
  if (file.store) {
    refuse_embedded(table);
  } else {
    table.require("root", "the folder whose files are the objects, or endpoint, a real store");
    table.require("policy", "the bucket policy; without one S3 refuses every request");
  }
  table.parsed("name", parse_bucket_name, file.setup.bucket.name);
  if (auto root = read_path(table, "root", folder)) file.root = *std::move(root);
  if (auto policy = read_path(table, "policy", folder)) file.policy = *std::move(policy);
  file.setup.bucket.root = file.root.path;
  const auto place = table.text("cache_control", file.setup.bucket.cache_control);
  if (place && !is_header_value(file.setup.bucket.cache_control)) {
    table.error(*place, "cache_control must be one line of text");
  }
  table.tables("object",
               [&](TableReader& child) { read_metadata(child, file.setup.bucket.objects); });
  read_cors_rules(table, file.setup.bucket.cors);
}

}  // namespace signgate::edge
