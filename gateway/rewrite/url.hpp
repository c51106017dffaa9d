// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signgate::rewrite {

/// Url is an absolute http or https URL in the form that a browser sends: host in lower case, no
/// default port, dot segments removed, path and query percent-encoded. Copyable, owns its text.
/// Source: WHATWG URL Standard, section 4 (the record), for the two special schemes alone.
struct Url {
  bool https = false;
  bool has_credentials =
      false;               // a user or password stood before the host; the text itself is dropped
  bool has_query = false;  // a `?` was written, even with nothing after it
  bool has_fragment = false;  // a `#` was written, even with nothing after it
  std::uint16_t port = 0;     // 0 = the scheme's default
  std::string host;           // ASCII, lower case; an IPv6 address with its brackets
  std::string path = "/";     // begins with '/'
  std::string query;          // without '?'
  std::string fragment;       // without '#'
};

/// parse_url resolves `input` against `base` as the basic URL parser does; null means no base.
/// Surrounding white space and controls, tabs and line ends inside, and backslashes are taken as
/// browsers take them. Returns nothing if the result is no http(s) URL, if the host is not ASCII
/// after percent-decoding or not valid, or if `input` is not valid UTF-8. No IDNA mapping: a host
/// outside ASCII is never taken; punycode is compared as it is written. IPv4 and IPv6 addresses are
/// not rewritten into their shortest form. Pure; may be called from any thread. Source: WHATWG URL
/// Standard, section 4.4 (basic URL parser).
[[nodiscard]] std::optional<Url> parse_url(std::string_view input, const Url* base);

/// relative_path is the path of `link` as it is written, where it has neither a scheme, a host nor
/// a slash at its front: what follows its last `..`, without query and fragment. "." where nothing
/// of a path is written but dot segments, "" for other links. `base` as for parse_url.
[[nodiscard]] std::string relative_path(std::string_view link, const Url& base);

/// append_origin appends `scheme://host[:port]` to `out`.
void append_origin(const Url& url, std::string& out);

/// append_url appends the URL without its fragment; a `?` with nothing after it is left out, since
/// CloudFront's signed text leaves it out too (CloudFront guide, "Create a signed URL using a
/// canned policy").
void append_url(const Url& url, std::string& out);

/// has_dot_segment says whether `path` holds a segment that a browser or a lenient server would
/// take for `.` or `..`, also when dots or the slashes around it are percent-encoded (`%2e`, `%2f`,
/// `%5c`) or written as a backslash.
[[nodiscard]] bool has_dot_segment(std::string_view path) noexcept;

/// has_other_scheme says that `link`, of which perhaps only the beginning is known, has a scheme
/// other than http and https
/// ("data:", "mailto:"): it can be no link to media, however it goes on. Pure.
[[nodiscard]] bool has_other_scheme(std::string_view link) noexcept;

/// PageUrl is what the links on one page are resolved against: the page's own URL and, once seen,
/// its <base>. One page, one thread. Source: WHATWG HTML, section 2.4.1 (document base URL).
class PageUrl {
 public:
  /// make takes the page's absolute URL as the viewer sees it, such as
  /// "https://www.example.com/a/b?c=1". Nothing if it is no http(s) URL.
  [[nodiscard]] static std::optional<PageUrl> make(std::string_view absolute);

  /// from_request joins the scheme ("http" or "https"), the Host value and the request target in
  /// origin form. Nothing if they do not give a URL.
  [[nodiscard]] static std::optional<PageUrl> from_request(std::string_view scheme,
                                                           std::string_view host,
                                                           std::string_view target);

  /// set_base replaces the base by `href` resolved against it, as the first <base href> of a
  /// document does: what it is resolved against is the page, or, in a document within another, that
  /// one's base (WHATWG HTML, section 2.4.1: fallback base URL). An `href` that gives no http(s)
  /// URL leaves the base as it is.
  void set_base(std::string_view href);

  /// forget_base makes the page the base again.
  void forget_base() { base_ = page_; }

  /// is_led_by_base says that where `link` leads depends on a base that is not the page.
  [[nodiscard]] bool is_led_by_base(std::string_view link) const;

  [[nodiscard]] const Url& page() const noexcept { return page_; }
  [[nodiscard]] const Url& base() const noexcept { return base_; }

 private:
  explicit PageUrl(Url page) : page_(page), base_(std::move(page)) {}

  Url page_;
  Url base_;
};

}  // namespace signgate::rewrite
