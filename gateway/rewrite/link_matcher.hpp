// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/rewrite/media_words.hpp"
#include "gateway/rewrite/url.hpp"

namespace signgate::rewrite {

/// MediaRule is what a scanner knows of a [media.NAME] table: which links are private, and where
/// they lead to.
struct MediaRule {
  std::string name;
  std::vector<std::string> links;  // "https://host/path", "//host/path" (both schemes) or "/path"
                                   // (the page's own origin)
  std::string target;     // absolute; takes the place of the prefix, and is a prefix itself
  bool foreign = false;   // its links are left alone, also below a shorter prefix of another rule
  bool wildcard = false;  // its signatures take the `?` of the query for any character
  bool prefix = false;    // its signatures open all links that begin alike
};

/// MatcherError says which prefix of which rule cannot be used and why.
struct MatcherError {
  std::size_t rule = 0;
  std::string prefix;  // as written
  std::string text;    // the reason with the legal forms
};
[[noreturn]] void throw_exception_from_error(const MatcherError& error,
                                             const boost::source_location& where);

/// LinkMatcher tells private media from other links. Immutable and shared between threads. A route
/// passes all rules there are, those that it may not sign as foreign. Of several prefixes the
/// longest holds, then one that is not foreign, then the first.
class LinkMatcher {
 public:
  enum class Verdict : std::uint8_t {
    not_media,
    media,
    refused_reserved,  // its query holds Expires, Policy, Signature, Key-Pair-Id or Hash-Algorithm,
                       // but it is not signed
    refused_path,      // below a prefix, but with a (perhaps encoded) dot segment
    refused_rule,      // media of a foreign rule, in whatever spelling
    refused_too_long,  // the URL to be signed would exceed limits::link_length
  };

  struct Outcome {
    Verdict verdict = Verdict::not_media;
    std::size_t rule = 0;      // for all verdicts but not_media
    std::string url;           // media: the normalised URL below the target; query kept, with
                               // backslashes encoded, old signing parameters dropped
    std::string fragment;      // media: "" or "#..."
    std::string path;          // media: the link's path before the target took the prefix's place
    std::string relative;      // media: as Link::relative
    bool led_by_base = false;  // media: as Link::led_by_base
  };

  /// Into is where match puts what an Outcome has. `url` means something with `media` alone.
  struct Into {
    std::size_t& rule;
    std::string& url;
    std::string& fragment;
    std::string& path;
    std::string& relative;
    bool& led_by_base;
  };

  /// make compiles the prefixes, or says which one is wrong. A prefix is normalised like a link;
  /// it has no query, no fragment, no user and no dot segments.
  [[nodiscard]] static boost::system::result<LinkMatcher, MatcherError> make(
      const std::vector<MediaRule>& rules);

  /// match resolves `link` (decoded text, UTF-8) as a browser would and compares it with the
  /// prefixes. Links that are empty or only a fragment mean the page itself and never match; nor
  /// do links with a user, or whose host is not ASCII. A link that bears a signature (Signature,
  /// Key-Pair-Id and one of Expires and Policy) matches without it. Foreign prefixes are also
  /// looked for in the path as a lenient origin reads it: %XX decoded, backslashes taken for
  /// slashes, slashes merged. Of a wildcard rule a link is refused (refused_path, refused_rule)
  /// when some character in the place of its `?` could lead out of the rule. Of a prefix rule a
  /// link is refused when it leads below another rule's target, as its signature would open that.
  /// Sources: WHATWG URL section 4.4; CloudFront guide, "Use signed URLs" (reserved names).
  [[nodiscard]] Outcome match(std::string_view link, const PageUrl& page) const {
    Outcome outcome;
    outcome.verdict = match(link, page,
                            {outcome.rule, outcome.url, outcome.fragment, outcome.path,
                             outcome.relative, outcome.led_by_base});
    if (outcome.verdict != Verdict::media) outcome.url.clear();
    return outcome;
  }

  /// match does the same with strings of the caller's, which are empty.
  [[nodiscard]] Verdict match(std::string_view link, const PageUrl& page, const Into& into) const;

  /// rules_out says for sure that match() would find no media for an attribute's value, from its
  /// raw text alone, character references included; false says nothing. Looks at its bytes once.
  [[nodiscard]] bool rules_out(std::string_view raw, const PageUrl& page) const noexcept;

  /// words are those of all prefixes, foreign ones too.
  [[nodiscard]] const MediaWords& words() const noexcept { return words_; }

  /// target_length is how many bytes at the front of an Outcome::url of `rule` are its target.
  [[nodiscard]] std::size_t target_length(std::size_t rule) const noexcept {
    return targets_[rule].origin.size() + targets_[rule].url.path.size();
  }

  /// target is the URL that takes the place of the prefixes of `rule`.
  [[nodiscard]] const Url& target(std::size_t rule) const noexcept { return targets_[rule].url; }

  /// opens_alike says that the signatures of `rule` open all links that begin alike.
  [[nodiscard]] bool opens_alike(std::size_t rule) const noexcept { return targets_[rule].prefix; }

  /// empty says that nothing can match: the page need not be scanned.
  [[nodiscard]] bool empty() const noexcept { return !signs_; }

 private:
  struct Origin {
    bool https;
    std::uint16_t port;  // 0 = the scheme's default
    std::string_view host;
  };

  struct Found {
    Origin origin;
    std::string_view path;
    std::string query;
    std::string fragment;  // "" or "#..."
    bool is_plain;         // PlainLink: no segment begins with a dot, nothing is escaped
  };

  struct Prefix {
    std::size_t rule = 0;
    bool own_origin = false;  // no host: the page's own origin
    bool any_scheme = false;  // written without a scheme
    bool foreign = false;
    bool wildcard = false;
    bool prefix = false;  // MediaRule::prefix
    Url url;              // scheme, host, port (unless own_origin) and path
    std::string lenient;  // the path as a lenient origin reads it
    std::string origin;   // the URL's scheme, host and port

    [[nodiscard]] bool holds(const Origin& other, const PageUrl& page) const noexcept;
  };

  [[nodiscard]] bool rules_out_relative(std::string_view raw, const PageUrl& page) const noexcept;
  [[nodiscard]] const Prefix* find(const Origin& origin, std::string_view path,
                                   const PageUrl& page) const noexcept;
  [[nodiscard]] Verdict lead(const Prefix& prefix, Found& link, const PageUrl& page,
                             const Into& into) const;
  [[nodiscard]] static bool leads_to(const std::vector<Prefix>& others, const Prefix& own,
                                     const Origin& origin, std::string_view path,
                                     const PageUrl& page);
  [[nodiscard]] bool may_become_foreign(const Prefix& own, std::string_view path,
                                        const PageUrl& page) const;

  [[nodiscard]] static Origin origin_of(const Url& url) noexcept {
    return {url.https, url.port, url.host};
  }

  std::vector<Prefix> prefixes_;  // longest path first
  std::vector<Prefix> foreign_;   // those of prefixes_ that are foreign
  std::vector<Prefix> targets_;   // by rule
  std::vector<Prefix> roots_;     // those of prefixes_ whose path is the root
  // What the byte behind the slash of a path may be, for one of the other prefixes_ to hold.
  std::array<bool, 256> begins_{};
  MediaWords words_;
  bool signs_ = false;  // there is a rule that is not foreign
};

}  // namespace signgate::rewrite
