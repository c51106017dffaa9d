// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/header_id.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace signgate::http {
namespace {

// Written out here a second time: a slip in the table of the source would otherwise test itself.
const std::map<std::string, HeaderId> known = {
    {"Accept-Encoding", HeaderId::accept_encoding},
    {"Accept-Ranges", HeaderId::accept_ranges},
    {"Age", HeaderId::age},
    {"Authorization", HeaderId::authorization},
    {"Cache-Control", HeaderId::cache_control},
    {"CDN-Cache-Control", HeaderId::cdn_cache_control},
    {"Connection", HeaderId::connection},
    {"Content-Encoding", HeaderId::content_encoding},
    {"Content-Length", HeaderId::content_length},
    {"Content-Location", HeaderId::content_location},
    {"Content-MD5", HeaderId::content_md5},
    {"Content-Range", HeaderId::content_range},
    {"Content-Type", HeaderId::content_type},
    {"Cookie", HeaderId::cookie},
    {"Date", HeaderId::date},
    {"Digest", HeaderId::digest},
    {"ETag", HeaderId::etag},
    {"Expect", HeaderId::expect},
    {"Expires", HeaderId::expires},
    {"Host", HeaderId::host},
    {"If-Match", HeaderId::if_match},
    {"If-Modified-Since", HeaderId::if_modified_since},
    {"If-None-Match", HeaderId::if_none_match},
    {"If-Range", HeaderId::if_range},
    {"If-Unmodified-Since", HeaderId::if_unmodified_since},
    {"Keep-Alive", HeaderId::keep_alive},
    {"Last-Modified", HeaderId::last_modified},
    {"Link", HeaderId::link},
    {"Location", HeaderId::location},
    {"Pragma", HeaderId::pragma},
    {"Proxy-Authenticate", HeaderId::proxy_authenticate},
    {"Proxy-Authorization", HeaderId::proxy_authorization},
    {"Proxy-Connection", HeaderId::proxy_connection},
    {"Range", HeaderId::range},
    {"Referer", HeaderId::referer},
    {"Refresh", HeaderId::refresh},
    {"Repr-Digest", HeaderId::repr_digest},
    {"Server", HeaderId::server},
    {"Set-Cookie", HeaderId::set_cookie},
    {"Surrogate-Control", HeaderId::surrogate_control},
    {"TE", HeaderId::te},
    {"Trailer", HeaderId::trailer},
    {"Transfer-Encoding", HeaderId::transfer_encoding},
    {"Upgrade", HeaderId::upgrade},
    {"User-Agent", HeaderId::user_agent},
    {"Vary", HeaderId::vary},
    {"X-Accel-Buffering", HeaderId::x_accel_buffering},
    {"X-Accel-Limit-Rate", HeaderId::x_accel_limit_rate},
    {"X-Accel-Redirect", HeaderId::x_accel_redirect},
    {"X-Forwarded-For", HeaderId::x_forwarded_for},
};

std::string changed(std::string name, int (*change)(int)) {
  for (char& c : name)
    c = static_cast<char>(change(static_cast<unsigned char>(c)));
  return name;
}

// One letter in the other case.
std::string flipped(std::string name, std::size_t at) {
  const char c = name[at];
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) name[at] = static_cast<char>(c ^ 0x20);
  return name;
}

bool is_known(const std::string& name) {
  static const std::set<std::string> lower = [] {
    std::set<std::string> out;
    for (const auto& entry : known)
      out.insert(changed(entry.first, std::tolower));
    return out;
  }();
  return lower.contains(changed(name, std::tolower));
}

TEST(HeaderIdOf, EveryKnownNameIsFoundInAnyCase) {
  for (const auto& [name, id] : known) {
    EXPECT_EQ(header_id(name), id) << name;
    EXPECT_EQ(header_id(changed(name, std::tolower)), id) << name;
    EXPECT_EQ(header_id(changed(name, std::toupper)), id) << name;
    for (std::size_t at = 0; at < name.size(); ++at) {
      EXPECT_EQ(header_id(flipped(name, at)), id) << flipped(name, at);
    }
  }
}

TEST(HeaderIdOf, EveryIdHasItsOwnName) {
  std::set<HeaderId> ids;
  for (const auto& entry : known)
    EXPECT_TRUE(ids.insert(entry.second).second) << entry.first;
  // The ids are numbered from `other` = 0 to the last one.
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(HeaderId::x_forwarded_for));
  EXPECT_FALSE(ids.contains(HeaderId::other));
}

TEST(HeaderIdOf, EveryNameOneByteAwayIsOther) {
  for (const auto& entry : known) {
    const std::string& name = entry.first;
    for (std::size_t at = 0; at <= name.size(); ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        std::string inserted = name;
        inserted.insert(at, 1, c);
        if (!is_known(inserted)) {
          ASSERT_EQ(header_id(inserted), HeaderId::other) << inserted;
        }
        if (at == name.size()) continue;
        std::string replaced = name;
        replaced[at] = c;
        if (!is_known(replaced)) {
          ASSERT_EQ(header_id(replaced), HeaderId::other) << replaced;
        }
      }
      if (at == name.size()) continue;
      std::string removed = name;
      removed.erase(at, 1);
      if (!is_known(removed)) {
        EXPECT_EQ(header_id(removed), HeaderId::other) << removed;
      }
    }
  }
}

TEST(HeaderIdOf, EmptyShortAndLongNamesAreOther) {
  EXPECT_EQ(header_id(""), HeaderId::other);
  EXPECT_EQ(header_id("t"), HeaderId::other);
  EXPECT_EQ(header_id("content_length"), HeaderId::other);
  EXPECT_EQ(header_id(std::string(100'000, 'a')), HeaderId::other);
}

TEST(HeaderIdOf, HopByHopFieldsAreThoseOfOneConnection) {
  const std::set<std::string> hop = {"Connection",       "Keep-Alive", "TE",
                                     "Proxy-Connection", "Trailer",    "Transfer-Encoding",
                                     "Upgrade"};
  EXPECT_FALSE(is_hop_by_hop(HeaderId::other));
  for (const auto& [name, id] : known)
    EXPECT_EQ(is_hop_by_hop(id), hop.contains(name)) << name;
}

}  // namespace
}  // namespace signgate::http
