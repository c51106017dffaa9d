// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/codec/coding.hpp"
#include "gateway/config/answers.hpp"
#include "gateway/http/fields.hpp"
#include "gateway/http/head.hpp"
#include "gateway/route/regex.hpp"

namespace signgate::route {

/// CompressionFacts are what of an answer decides whether its body is compressed.
struct CompressionFacts {
  const http::RequestHead& request;
  int status = 200;
  const http::Fields& fields;           // of the answer, with what `expires` and add_header gave
  std::string_view date;                // upstream's Date; empty = now
  std::optional<std::uint64_t> length;  // of the body, when it is known
  UnixSeconds now = 0;
};

/// CompressionChoice is what becomes of one answer.
struct CompressionChoice {
  codec::Coding coding = codec::Coding::identity;  // identity: as it is
  int level = 1;
  bool vary = false;  // the answer depends on Accept-Encoding, and gzip_vary says so
};

/// CompressionRule is a compiled gzip, brotli and zstd. Immutable; any thread.
class CompressionRule {
 public:
  /// CompressionRule takes settings that the configuration has checked.
  explicit CompressionRule(const config::Answers& settings);

  /// choose decides for one answer. Compressed are answers of status 200, 403 and 404 that have no
  /// coding yet, are long enough and of one of the types, and do not say no-transform. Of the
  /// codings that are on, the one that the request weighs most is taken, of equals zstd, br, gzip.
  /// Requests of HTTP/1.0, with Via, or of a User-Agent are excluded as gzip_http_version,
  /// gzip_proxied and gzip_disable say, whatever the coding. HEAD is answered as GET. Source:
  /// nginx, ngx_http_gzip_filter_module and ngx_http_gzip_ok; RFC 9110 sections 7.7 and 12.5.3.
  [[nodiscard]] CompressionChoice choose(const CompressionFacts& facts) const;

 private:
  struct Each {
    codec::Coding coding;
    std::string_view name;
    int level;
    std::uint64_t min_length;
    std::vector<std::string> types;
    bool any_type;
  };
  void add(codec::Coding coding, const config::Compression& settings);
  [[nodiscard]] bool is_excluded(const http::RequestHead& request) const;
  [[nodiscard]] bool may_go_to_proxy(const CompressionFacts& facts) const;

  std::vector<Each> codings_;
  bool vary_;
  std::uint32_t proxied_;
  std::uint8_t least_minor_;
  bool not_msie6_ = false;
  std::vector<Regex> disabled_;
};

}  // namespace signgate::route
