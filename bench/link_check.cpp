// SPDX-License-Identifier: Apache-2.0
#include "bench/link_check.hpp"

#include <functional>
#include <utility>

#include "bench/link_finder.hpp"

namespace signgate::bench {
namespace {

constexpr std::size_t failures_told = 5;

std::uint64_t hash_of(std::string_view text) noexcept {
  return std::hash<std::string_view>{}(text);
}

}  // namespace

LinkCheck::LinkCheck(signing::PublicKey key) : key_(std::move(key)) {}

void LinkCheck::search(std::string_view body, std::string_view media_type,
                       const signing::Viewer& viewer) {
  const bool is_cut = body.size() > body_limit;
  body = body.substr(0, body_limit);
  // A link that was cut in its middle is not broken.
  if (is_cut) body = body.substr(0, body.find_last_of(" \t\r\n\"'<>") + 1);
  if (second_ != viewer.now || bodies_.size() >= link_limit) bodies_.clear();
  second_ = viewer.now;
  if (!bodies_.insert(hash_of(body)).second) return;
  ++searched_;
  if (is_cut) ++cut_;
  for (const std::string& url : find_signed_links(body, media_type))
    look_at(url, viewer);
}

void LinkCheck::look_at(const std::string& url, const signing::Viewer& viewer) {
  Seen unknown;
  const std::uint64_t hash = hash_of(url);
  const auto known = links_.find(hash);
  if (known != links_.end()) {
    Seen& seen = known->second;
    if (seen.good && viewer.now >= seen.expires) fail(seen, url, "it has expired since");
    return;
  }
  const bool has_room = links_.size() < link_limit;
  Seen& seen = has_room ? links_[hash] : unknown;
  const signing::SignedRequest request = signing::read_signed_url(url);
  const std::string id(request.presented.key_pair_id.value_or(""));
  const auto verdict = signing::verify(request.resource, request.presented, {{id, key_}}, viewer);
  if (verdict) {
    seen = {.expires = verdict->statement.date_less_than, .good = true};
  } else {
    fail(seen, request.resource, verdict.error().cause);
  }
  if (!has_room) ++(seen.good ? good_past_limit_ : bad_past_limit_);
}

void LinkCheck::fail(Seen& seen, std::string_view url, std::string_view cause) {
  seen.good = false;
  if (failures_.size() >= failures_told) return;
  const std::string resource = signing::read_signed_url(url).resource;
  failures_.push_back(resource + ": " + std::string(cause));
}

void LinkCheck::merge(const LinkCheck& other) {
  for (const auto& [hash, seen] : other.links_) {
    const auto [place, is_new] = links_.emplace(hash, seen);
    if (!is_new && !seen.good) place->second.good = false;
  }
  searched_ += other.searched_;
  cut_ += other.cut_;
  unreadable_ += other.unreadable_;
  good_past_limit_ += other.good_past_limit_;
  bad_past_limit_ += other.bad_past_limit_;
  for (const std::string& failure : other.failures_) {
    if (failures_.size() < failures_told) failures_.push_back(failure);
  }
}

LinkCheck::Counts LinkCheck::counts() const {
  Counts counts{.verified = good_past_limit_,
                .failed = bad_past_limit_,
                .bodies = searched_,
                .cut = cut_,
                .unreadable = unreadable_};
  for (const auto& [hash, seen] : links_)
    ++(seen.good ? counts.verified : counts.failed);
  return counts;
}

}  // namespace signgate::bench
