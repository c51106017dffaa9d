// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "signing/verifier.hpp"

namespace signgate::bench {

/// LinkCheck holds the signed links in answers to one public key, as CloudFront would. One thread;
/// merge them afterwards.
///
/// Each distinct link's signature and conditions are looked at once, and its expiry again whenever
/// it is met. Bodies that are the same, byte by byte, are searched once a second: what is on them
/// was looked at, and can only expire. (Both are told apart by hashes of 64 bits.)
class LinkCheck {
 public:
  /// Counts are of distinct links, and of bodies.
  struct Counts {
    std::uint64_t verified = 0;
    std::uint64_t failed = 0;
    std::uint64_t bodies = 0;      // searched
    std::uint64_t cut = 0;         // bodies longer than body_limit, searched up to there
    std::uint64_t unreadable = 0;  // bodies that could not be made plain text
  };

  /// body_limit is how much of a body is searched, link_limit how many distinct links are known;
  /// past that a further link is looked at each time and counted each time.
  static constexpr std::size_t body_limit = std::size_t{4} << 20;
  static constexpr std::size_t link_limit = std::size_t{1} << 20;

  /// LinkCheck takes the key that all links have to be signed with, under whatever Key-Pair-Id.
  explicit LinkCheck(signing::PublicKey key);

  /// is_new says whether `body` has not been searched within the second `now`, and that search is
  /// search looks at all signed links in the first body_limit bytes of `body`, which is plain text
  /// of that type, as find_signed_links finds them, for `viewer`.
  void search(std::string_view body, std::string_view media_type, const signing::Viewer& viewer);

  /// count_unreadable counts a body that could not be made plain text.
  void count_unreadable() noexcept { ++unreadable_; }

  /// merge adds what `other` has seen.
  void merge(const LinkCheck& other);

  [[nodiscard]] Counts counts() const;

  /// failures are the first few links that failed and why: URLs without their signing parameters.
  [[nodiscard]] const std::vector<std::string>& failures() const noexcept { return failures_; }

 private:
  struct Seen {
    signing::UnixSeconds expires = 0;
    bool good = false;
  };

  void look_at(const std::string& url, const signing::Viewer& viewer);
  void fail(Seen& seen, std::string_view url, std::string_view cause);

  signing::PublicKey key_;
  std::unordered_map<std::uint64_t, Seen> links_;
  std::unordered_set<std::uint64_t> bodies_;  // searched within second_
  signing::UnixSeconds second_ = 0;
  std::uint64_t searched_ = 0;
  std::uint64_t cut_ = 0;
  std::uint64_t unreadable_ = 0;
  std::uint64_t good_past_limit_ = 0;
  std::uint64_t bad_past_limit_ = 0;
  std::vector<std::string> failures_;
};

}  // namespace signgate::bench
