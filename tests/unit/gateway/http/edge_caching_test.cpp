// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/edge_caching.hpp"

#include <gtest/gtest.h>

namespace signgate::http {
namespace {

struct Case {
  const char* value;
  const char* capped;
};

TEST(TargetedCacheControl, IsKnownByItsName) {
  for (const char* name :
       {"CDN-Cache-Control", "cloudflare-cdn-cache-control", "Vercel-CDN-Cache-Control",
        "Netlify-CDN-Cache-Control", "Akamai-Cache-Control", "X-CACHE-CONTROL"})
    EXPECT_TRUE(is_targeted_cache_control(name)) << name;
  for (const char* name :
       {"Cache-Control", "-Cache-Control", "CDN-Cache-Control-Not", "CDNCache-Contro", ""})
    EXPECT_FALSE(is_targeted_cache_control(name)) << name;
}

TEST(TargetedCacheControl, IsCappedLikeCacheControl) {
  const Case cases[] = {
      {"max-age=60", "max-age=60, must-revalidate"},
      {"max-age=3600, stale-if-error=9", "max-age=600, must-revalidate"},
      {"public", "public, max-age=50, must-revalidate"},
      {"no-store", "no-store"},
      {"", ""},
      {" , ;", ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(cap_targeted_cache_control(c.value, {.seconds = 600, .implied = 50}), c.capped)
        << c.value;
  }
}

TEST(TargetedCacheControl, SpeaksToSharedCachesAlone) {
  const CacheBound bound{.seconds = 600, .make_private = true};
  EXPECT_EQ(cap_targeted_cache_control("max-age=60, public", bound), "no-store");
  EXPECT_EQ(cap_targeted_cache_control("", bound), "");
}

TEST(SurrogateControl, CapsFreshAndStaleTogether) {
  const Case cases[] = {
      {"max-age=60", "max-age=60"},
      {"max-age=3600", "max-age=600"},
      {"max-age=3600+600", "max-age=600"},
      {"max-age=60+6000", "max-age=60+540"},
      {"max-age=60 + 10", "max-age=60+10"},
      {"max-age=60+x", "max-age=60"},
      {"max-age=x+60", "max-age=0"},
      {"max-age", "max-age=0"},
      {"max-age=\"6;0\"", "max-age=0"},
      {"no-store, max-age=3600;abc.example, content=\"ESI/1.0\"",
       "no-store, max-age=600;abc.example, content=\"ESI/1.0\""},
      {"content=\"ESI/1.0\"", "content=\"ESI/1.0\""},
      {"", ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(cap_surrogate_control(c.value, {.seconds = 600}), c.capped) << c.value;
  }
  EXPECT_EQ(cap_surrogate_control("max-age=60", {.seconds = 600, .make_private = true}), "");
}

TEST(SurrogateControl, CapsFastlysStaleTimes) {
  const Case cases[] = {
      {"max-age=60, stale-while-revalidate=9", "max-age=60, stale-while-revalidate=9"},
      {"max-age=60, stale-if-error=6000", "max-age=60, stale-if-error=540"},
      {"stale-if-error=6000, max-age=600", "max-age=600"},
      {"max-age=60, stale-if-error=x", "max-age=60"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(cap_surrogate_control(c.value, {.seconds = 600}), c.capped) << c.value;
  }
}

TEST(SurrogateControl, FindsLifetimesBehindOtherSeparators) {
  const Case cases[] = {
      {"no-store-remote; max-age=3600", "no-store-remote, max-age=600"},
      {"public max-age=3600", "public, max-age=600"},
      {"max-age=3600;abc.example;max-age=900", "max-age=600;abc.example, max-age=600"},
      {"content=\"a;max-age=9000\", max-age=3600", "content=\"a;max-age=9000\", max-age=600"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(cap_surrogate_control(c.value, {.seconds = 600}), c.capped) << c.value;
  }
}

TEST(EdgeControl, LosesItsLifetimesAndPermissions) {
  const Case cases[] = {
      {"max-age=1d", ""},
      {"cache-maxage=7d, dca=esi", "dca=esi"},
      {"!no-store, !bypass-cache, downstream-ttl=1h", ""},
      {"no-store, Max-Age=9", "no-store"},
      {"bypass-cache", "bypass-cache"},
      {"", ""},
  };
  for (const Case& c : cases)
    EXPECT_EQ(strip_edge_control(c.value), c.capped) << c.value;
}

TEST(AccelExpires, IsCapped) {
  const UnixSeconds now = 1700000000;
  const Case cases[] = {
      {"60", "60"},
      {"600", "600"},
      {"601", "600"},
      {"0", "0"},
      {"@0", "@0"},
      {"@1700000600", "@1700000600"},
      {"@1700000601", "@1700000600"},
      {"", ""},
      {"@", ""},
      {"-1", ""},
      {"1h", ""},
      {"off", ""},
      {"\"60\"", ""},
      {"60, 70", ""},
  };
  for (const Case& c : cases)
    EXPECT_EQ(cap_accel_expires(c.value, now, {.seconds = 600, .age = 7}), c.capped) << c.value;
  EXPECT_EQ(cap_accel_expires("60", now, {.seconds = 600, .make_private = true}), "0");
  EXPECT_EQ(cap_accel_expires("@1700000001", now, {.seconds = 600, .make_private = true}), "0");
}

}  // namespace
}  // namespace signgate::http
