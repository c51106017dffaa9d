// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/clock.hpp"

/// Validators of rewritten pages. Upstream's validator says whether its page changed, not whether
/// the links that we signed into it still live. So a rewritten page gets a weak tag of ours that
/// carries upstream's validator, the time of signing, the rule set and the content coding; a later
/// If-None-Match goes upstream only while the client's copy may still be used.
///
///     W/"sg1-<signed at, hex>-<rule set>-<coding><kind><upstream's>"
///
/// coding i: identity, g: gzip, d: deflate, b: br, z: zstd. kind s: a strong tag, w: a weak one,
/// both followed by its characters as they were (any character of a tag may stand in a tag, and it
/// comes last); kind m: no tag, but Last-Modified, in hex seconds.
namespace signgate::http {

/// EntityTag is one tag: `opaque` is what stands between the quotes.
struct EntityTag {
  bool weak = false;
  std::string_view opaque;

  /// text writes the tag as it stands in a header.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const EntityTag&, const EntityTag&) = default;
};

/// parse_entity_tag reads exactly one tag; nothing for anything else, as the unquoted ones some
/// servers send. The views point into `text`. Source: RFC 9110 section 8.8.3.
[[nodiscard]] std::optional<EntityTag> parse_entity_tag(std::string_view text) noexcept;

/// EntityTagList is an If-Match or If-None-Match value: `*`, or tags.
struct EntityTagList {
  bool any = false;
  std::vector<EntityTag> tags;
};

/// parse_entity_tag_list reads `*` or a list of tags, commas within quotes being part of a tag.
/// Nothing when any of it is malformed: a condition that we cannot read is not passed on. Source:
/// RFC 9110 sections 13.1.1 and 13.1.2.
[[nodiscard]] std::optional<EntityTagList> parse_entity_tag_list(std::string_view value);

/// PageMark is what our tag says beside upstream's validator.
struct PageMark {
  UnixSeconds signed_at = 0;
  /// rule_set identifies everything that shapes the rewriting (rules, keys, hosts); letters and
  /// digits alone.
  std::string_view rule_set;
  /// coding is one of the five, by its name in lower case.
  std::string_view coding = "identity";
};

/// PageTag is what our tag of a rewritten page says.
struct PageTag {
  PageMark mark;
  std::optional<EntityTag> upstream;         // its tag, or
  std::optional<UnixSeconds> last_modified;  // its date
};

/// wrap_entity_tag is the ETag of a rewritten page. `etag` and `last_modified` are upstream's
/// values, empty when absent. Nothing when upstream has no usable validator, or a tag longer than
/// limits::entity_tag: the page then has no ETag.
[[nodiscard]] std::optional<std::string> wrap_entity_tag(std::string_view etag,
                                                         std::string_view last_modified,
                                                         const PageMark& mark);

/// parse_page_tag reads a tag of ours; nothing for foreign ones. The views point into the tag's
/// text.
[[nodiscard]] std::optional<PageTag> parse_page_tag(const EntityTag& tag) noexcept;

/// Revalidation is the condition to send upstream for a GET or HEAD, and what holds if upstream
/// answers 304.
struct Revalidation {
  std::string name;  // "If-None-Match" or "If-Modified-Since"
  std::string value;
  /// The ETag that a 304 must carry: the client's own, not a fresh one, since the client would file
  /// its old page with the new time of signing.
  std::string client_tag;
  std::string_view coding;  // of the client's copy; a literal
  UnixSeconds signed_at = 0;
};

/// KeptPages says which copies of a page may be validated.
struct KeptPages {
  UnixSeconds now = 0;
  std::string_view rule_set;              // the present one
  std::uint64_t page_life = 0;            // seconds from signing
  std::string_view accept_encoding = {};  // the client's, its lines joined; empty for none
};

/// unwrap_if_none_match turns the client's If-None-Match into the condition for upstream. Of our
/// tags that bear the present rule set, were signed at most `page_life` seconds ago (and no more
/// than a minute ahead: another replica's clock) and are of a coding that this request accepts (a
/// cache may hold others, which are no answer to it) the youngest is taken. Nothing when there is
/// none: foreign tags and `*` never validate a page that we rewrite; the request then goes upstream
/// without a condition. If-Modified-Since is always to be dropped. Source: RFC 9110 section 13.1.2;
/// RFC 9111 section 4.3.4 (what a 304 updates).
[[nodiscard]] std::optional<Revalidation> unwrap_if_none_match(std::string_view if_none_match,
                                                               const KeptPages& kept);

/// remaining_life is how many seconds from `now` a copy may still be used.
[[nodiscard]] std::uint64_t remaining_life(UnixSeconds signed_at, std::uint64_t page_life,
                                           UnixSeconds now) noexcept;

/// unwrap_precondition gives the client's If-Match, or the If-None-Match of any method but GET and
/// HEAD, with our tags replaced by upstream's, whatever their age: the question is then whether
/// upstream's state changed. Foreign tags, `*` and malformed values stay as they are; a tag of ours
/// that carries a date is left out. Empty when nothing remains; If-Match then cannot hold, and the
/// caller answers 412.
[[nodiscard]] std::string unwrap_precondition(std::string_view value);

}  // namespace signgate::http
