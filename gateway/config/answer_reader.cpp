// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "gateway/config/answer_values.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/location.hpp"
#include "gateway/config/sections.hpp"

namespace signgate::config {
namespace {

void read_added(TableReader& table, std::string_view key, std::vector<AddHeader>& headers) {
  std::vector<Text> written;
  if (!table.texts(key, written)) return;
  headers.clear();
  for (const Text& text : written) {
    auto header = parse_add_header(text.value);
    if (header) {
      headers.push_back(std::move(*header));
    } else {
      table.flaw(key, text.place, header.error());
    }
  }
}

void read_expires(TableReader& table, std::string& expires) {
  std::string written;
  const auto place = table.text("expires", written);
  if (!place) return;
  const auto legal = check_expires(written);
  if (!legal) {
    table.flaw("expires", *place, legal.error());
  } else {
    expires = std::move(written);
  }
}

bool is_media_type(std::string_view text) {
  const std::size_t slash = text.find('/');
  return text == "*" || (slash != std::string_view::npos && slash > 0 && slash + 1 < text.size() &&
                         text.find_first_of(" ;,\t") == std::string_view::npos);
}

void read_types(TableReader& table, std::string_view key, std::vector<std::string>& types) {
  std::vector<Text> written;
  if (!table.texts(key, written)) return;
  types = Compression{}.types;
  for (const Text& text : written) {
    std::string type = text.value;
    std::transform(type.begin(), type.end(), type.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (!is_media_type(type)) {
      table.error(text.place, std::string(key) + " has " + in_quotes(text.value) +
                                  ": legal is a media type such as \"text/css\", or \"*\"");
    } else if (std::find(types.begin(), types.end(), type) == types.end()) {
      types.push_back(std::move(type));
    }
  }
}

void read_compression(TableReader& table, const std::string& name, std::uint32_t least,
                      std::uint32_t most, Compression& compression) {
  table.on_off(name, compression.on);
  table.integer(name + "_comp_level", compression.level, least, most);
  table.size(name + "_min_length", compression.min_length);
  read_types(table, name + "_types", compression.types);
}

void read_proxied(TableReader& table, std::uint32_t& proxied) {
  std::vector<Text> written;
  if (!table.texts("gzip_proxied", written)) return;
  proxied = 0;
  for (const Text& text : written) {
    const std::uint32_t bit = proxied_word(text.value);
    if (bit == 0) {
      table.error(text.place,
                  "gzip_proxied has the unknown word " + in_quotes(text.value) +
                      "; legal: off, expired, no-cache, no-store, private, no_last_modified, "
                      "no_etag, auth, any");
    }
    proxied |= bit;
  }
  if (proxied == 0) proxied = config::proxied::off;
}

void read_disable(TableReader& table, std::vector<std::string>& patterns) {
  std::vector<Text> written;
  if (!table.texts("gzip_disable", written)) return;
  patterns.clear();
  for (const Text& text : written) {
    const auto pattern = check_regex(text.value, true);
    if (!pattern) table.flaw("gzip_disable", text.place, pattern.error());
    patterns.push_back(text.value);
  }
}

}  // namespace

void read_answers(TableReader& table, Answers& answers) {
  read_added(table, "add_header", answers.add_header);
  read_added(table, "add_trailer", answers.add_trailer);
  read_expires(table, answers.expires);
  read_compression(table, "gzip", 1, 9, answers.gzip);
  read_compression(table, "brotli", 0, 11, answers.brotli);
  read_compression(table, "zstd", 1, 22, answers.zstd);
  table.on_off("gzip_vary", answers.gzip_vary);
  read_proxied(table, answers.gzip_proxied);
  table.choice<std::uint8_t>("gzip_http_version", {{"1.0", 0}, {"1.1", 1}},
                             answers.gzip_http_version);
  read_disable(table, answers.gzip_disable);
}

}  // namespace signgate::config
