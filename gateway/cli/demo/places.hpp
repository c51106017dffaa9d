// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace signgate::cli::demo {

/// Places says on which loopback port each part of the demo listens.
struct Places {
  std::uint16_t origin = 0;   // the web application
  std::uint16_t gateway = 0;  // signgate run, in front of it: the site that visitors see
  std::uint16_t edge = 0;     // signgate edge: CloudFront and S3

  /// origin_url, site_url, edge_url are origins (RFC 6454), such as "http://127.0.0.1:8080": no
  /// slash at the end.
  [[nodiscard]] std::string origin_url() const { return url(origin); }
  [[nodiscard]] std::string site_url() const { return url(gateway); }
  [[nodiscard]] std::string edge_url() const { return url(edge); }

  /// private_prefix is what a link to private media begins with once it is signed: the media rule's
  /// target.
  [[nodiscard]] std::string private_prefix() const { return edge_url() + "/private/"; }

  /// referer is what a browser sends along from the site to the edge: another origin, so the origin
  /// and a slash (Referrer Policy, strict-origin-when-cross-origin).
  [[nodiscard]] std::string referer() const { return site_url() + "/"; }

 private:
  [[nodiscard]] static std::string url(std::uint16_t port) {
    return "http://127.0.0.1:" + std::to_string(port);
  }
};

}  // namespace signgate::cli::demo
