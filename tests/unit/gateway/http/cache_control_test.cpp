// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/cache_control.hpp"

#include <gtest/gtest.h>

namespace signgate::http {
namespace {

struct Case {
  const char* value;
  const char* capped;
};

TEST(CacheControl, CapsLifetimes) {
  const Case cases[] = {
      {"max-age=60", "max-age=60, must-revalidate"},
      {"max-age=600", "max-age=600, must-revalidate"},
      {"max-age=601", "max-age=600, must-revalidate"},
      {"max-age=31536000", "max-age=600, must-revalidate"},
      {"Max-Age=31536000, Public", "Max-Age=600, Public, must-revalidate"},
      {"max-age=\"900\"", "max-age=600, must-revalidate"},
      {"max-age=\"90\"", "max-age=90, must-revalidate"},
      {"max-age = 900", "max-age=600, must-revalidate"},
      {"s-maxage=900, max-age=60", "s-maxage=600, max-age=60, must-revalidate"},
      {"max-age=60, max-age=900", "max-age=60, max-age=600, must-revalidate"},
      {"max-age=99999999999999999999999999", "max-age=600, must-revalidate"},
      {"max-age=0", "max-age=0, must-revalidate"},
      {"public,max-age=900,must-revalidate", "public, max-age=600, must-revalidate"},
      {", ,max-age=900,", "max-age=600, must-revalidate"},
      {"community=\"UCI, max-age=900\", max-age=900",
       "community=\"UCI, max-age=900\", max-age=600, must-revalidate"},
      {"x=\"a\\\", max-age=1\", max-age=900",
       "x=\"a\\\", max-age=1\", max-age=600, must-revalidate"},
      {"no-transform, max-age=1", "no-transform, max-age=1, must-revalidate"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(cap_cache_control(c.value, {.seconds = 600}), c.capped) << c.value;
  }
}

TEST(CacheControl, MalformedLifetimesAreStale) {
  const Case cases[] = {
      {"max-age", "max-age=0, must-revalidate"},
      {"max-age=", "max-age=0, must-revalidate"},
      {"max-age=-5", "max-age=0, must-revalidate"},
      {"max-age=1.5", "max-age=0, must-revalidate"},
      {"max-age=1h", "max-age=0, must-revalidate"},
      {"max-age=\"\"", "max-age=0, must-revalidate"},
      {"max-age='9'", "max-age=0, must-revalidate"},
      {"s-maxage=x, max-age=1", "s-maxage=0, max-age=1, must-revalidate"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(cap_cache_control(c.value, {.seconds = 600}), c.capped) << c.value;
  }
}

TEST(CacheControl, CountsAge) {
  EXPECT_EQ(cap_cache_control("max-age=900", {.seconds = 600, .age = 200}),
            "max-age=800, must-revalidate");
  EXPECT_EQ(cap_cache_control("max-age=700", {.seconds = 600, .age = 200}),
            "max-age=700, must-revalidate");
  EXPECT_EQ(cap_cache_control("max-age=900", {.seconds = UINT64_MAX, .age = UINT64_MAX}),
            "max-age=900, must-revalidate");
  EXPECT_EQ(cap_cache_control("max-age=900", {.seconds = 0}), "max-age=0, must-revalidate");
}

TEST(CacheControl, StaleTimesGetWhatTheLifetimesLeave) {
  const Case cases[] = {
      {"max-age=100, stale-while-revalidate=50", "max-age=100, stale-while-revalidate=50"},
      {"max-age=100, stale-while-revalidate=5000", "max-age=100, stale-while-revalidate=500"},
      {"stale-if-error=86400, max-age=100", "stale-if-error=500, max-age=100"},
      {"max-age=100, s-maxage=400, stale-if-error=86400",
       "max-age=100, s-maxage=400, stale-if-error=200"},
      {"max-age=9999, stale-while-revalidate=1", "max-age=600, must-revalidate"},
      {"max-age=1, stale-while-revalidate", "max-age=1, must-revalidate"},
      {"max-age=1, stale-if-error=abc", "max-age=1, must-revalidate"},
      {"stale-while-revalidate=9999", "stale-while-revalidate=600, max-age=0"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(cap_cache_control(c.value, {.seconds = 600}), c.capped) << c.value;
  }
}

TEST(CacheControl, ReloadingStaysPossible) {
  EXPECT_EQ(cap_cache_control("max-age=31536000, immutable", {.seconds = 600}),
            "max-age=600, must-revalidate");
  EXPECT_EQ(cap_cache_control("IMMUTABLE, max-age=6", {.seconds = 600}),
            "max-age=6, must-revalidate");
}

TEST(CacheControl, AddsALifetimeWhereHeuristicsWouldReign) {
  const Case cases[] = {
      {"", "max-age=50, must-revalidate"},
      {"public", "public, max-age=50, must-revalidate"},
      {"private", "private, max-age=50, must-revalidate"},
      {"s-maxage=900", "s-maxage=600, max-age=50, must-revalidate"},
      {"must-revalidate", "must-revalidate, max-age=50"},
      {"no-cache=\"Set-Cookie\"", "no-cache=\"Set-Cookie\", max-age=50, must-revalidate"},
      {"no-store", "no-store"},
      {"no-cache", "no-cache"},
      {"No-Store, No-Cache, must-revalidate", "No-Store, No-Cache, must-revalidate"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(cap_cache_control(c.value, {.seconds = 600, .implied = 50}), c.capped) << c.value;
  }
  EXPECT_EQ(cap_cache_control("", {.seconds = 600, .implied = 5000}),
            "max-age=600, must-revalidate");
  EXPECT_EQ(cap_cache_control("", {.seconds = 600}), "max-age=0, must-revalidate");
}

TEST(CacheControl, IsNotUsedWhileStale) {
  const Case cases[] = {
      {"max-age=60", "max-age=60, must-revalidate"},
      {"Must-Revalidate, max-age=60", "Must-Revalidate, max-age=60"},
      {"max-age=60, proxy-revalidate", "max-age=60, proxy-revalidate, must-revalidate"},
      {"max-age=60, stale-while-revalidate=9", "max-age=60, stale-while-revalidate=9"},
      {"max-age=60, stale-if-error=9", "max-age=60, stale-if-error=9"},
      {"max-age=60, stale-if-error=0", "max-age=60, must-revalidate"},
      {"no-cache", "no-cache"},
      {"no-store", "no-store"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(cap_cache_control(c.value, {.seconds = 600}), c.capped) << c.value;
  }
}

TEST(CacheControl, NothingMakesAnAuthorizedAnswerStorable) {
  const Case cases[] = {
      {"max-age=60", "max-age=60"},
      {"", "max-age=0"},
      {"public, max-age=60", "public, max-age=60, must-revalidate"},
      {"s-maxage=60, max-age=6", "s-maxage=60, max-age=6, must-revalidate"},
      {"max-age=60, must-revalidate", "max-age=60, must-revalidate"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(cap_cache_control(c.value, {.seconds = 600, .authorized = true}), c.capped)
        << c.value;
  }
  EXPECT_EQ(cap_cache_control("", {.seconds = 600, .make_private = true, .authorized = true}),
            "max-age=0, private, must-revalidate");
}

TEST(CacheControl, NoStoreBesideMustUnderstandIsNotTheLastWord) {
  EXPECT_EQ(cap_cache_control("no-store, must-understand", {.seconds = 600, .implied = 50}),
            "no-store, must-understand, max-age=50, must-revalidate");
  EXPECT_EQ(cap_cache_control("must-understand, no-store", {.make_private = true}),
            "must-understand, no-store, max-age=0, private, must-revalidate");
}

TEST(CacheControl, BecomesPrivate) {
  const Case cases[] = {
      {"public, max-age=60", "max-age=60, private, must-revalidate"},
      {"max-age=60", "max-age=60, private, must-revalidate"},
      {"private, max-age=60", "private, max-age=60, must-revalidate"},
      {"private=\"X-A\", max-age=60", "max-age=60, private, must-revalidate"},
      {"s-maxage=60, proxy-revalidate, max-age=5", "max-age=5, private, must-revalidate"},
      {"s-maxage=60", "max-age=0, private, must-revalidate"},
      {"no-store", "no-store"},
      {"private, no-store", "private, no-store"},
      {"no-cache, public", "no-cache, private"},
      {"max-age=100, s-maxage=600, stale-if-error=900", "max-age=100, stale-if-error=500, private"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(cap_cache_control(c.value, {.seconds = 600, .make_private = true}), c.capped)
        << c.value;
  }
}

TEST(CacheControl, ALoneQuoteHidesNothing) {
  const Case cases[] = {
      {"private=\"a, max-age=99999", "private, max-age=600, must-revalidate"},
      {"no-cache=\"a, max-age=99999", "no-cache, max-age=600"},
      {"x=\"a, no-store", "x, no-store"},
      {"max-age=\"900", "max-age=0, must-revalidate"},
      {"\"max-age=900, public", "public, max-age=0, must-revalidate"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(cap_cache_control(c.value, {.seconds = 600}), c.capped) << c.value;
  }
}

TEST(CacheControl, WordsAreFoundBehindOtherSeparators) {
  const Case cases[] = {
      {"public; max-age=900", "public, max-age=600, must-revalidate"},
      {"public max-age=900", "public, max-age=600, must-revalidate"},
      {"max-age=900; private", "max-age=600, private, must-revalidate"},
      {"max-age=90 private", "max-age=90, private, must-revalidate"},
      {"no-store;no-cache", "no-store, no-cache"},
      {"max-age =\t900 , a = \"x; y z\"", "max-age=600, a = \"x; y z\", must-revalidate"},
      {"a\"b, c\"d max-age=900", "a\"b, c\"d, max-age=600, must-revalidate"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(cap_cache_control(c.value, {.seconds = 600}), c.capped) << c.value;
  }
}

TEST(CacheControl, CappingTwiceChangesNothing) {
  for (const char* value :
       {"", "public, max-age=900, stale-if-error=9", "x=\"a, no-store", "s-maxage=1"}) {
    for (const bool make_private : {false, true}) {
      const CacheBound bound{.seconds = 600, .age = 7, .implied = 3, .make_private = make_private};
      const std::string once = cap_cache_control(value, bound);
      EXPECT_EQ(cap_cache_control(once, bound), once) << value;
    }
  }
}

TEST(Expires, IsCapped) {
  const UnixSeconds now = 784111777;
  EXPECT_EQ(cap_expires("Sun, 06 Nov 1994 08:59:37 GMT", now, 600),
            "Sun, 06 Nov 1994 08:59:37 GMT");
  EXPECT_EQ(cap_expires("Sun, 06 Nov 1994 08:59:38 GMT", now, 600),
            "Sun, 06 Nov 1994 08:59:37 GMT");
  EXPECT_EQ(cap_expires("Sunday, 06-Nov-94 08:49:38 GMT", now, 600),
            "Sunday, 06-Nov-94 08:49:38 GMT");
  EXPECT_EQ(cap_expires("Thu, 01 Jan 1970 00:00:00 GMT", now, 600),
            "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(cap_expires("Fri, 31 Dec 9999 23:59:59 GMT", now, UINT64_MAX),
            "Fri, 24 Nov 2062 12:03:45 GMT");
  EXPECT_EQ(cap_expires("-1", now, 600), "0");
  EXPECT_EQ(cap_expires("Thu, 01-Jan-2037 00:00:00 GMT", now, 600), "0");
}

TEST(Age, IsRead) {
  EXPECT_EQ(parse_age("0"), 0U);
  EXPECT_EQ(parse_age("3600"), 3600U);
  EXPECT_EQ(parse_age("99999999999999999999"), 2147483648U);
  for (const char* value : {"", "-1", "1.5", "x", "\"5\"", "1, 2"})
    EXPECT_EQ(parse_age(value), 0U) << value;
}

TEST(ImpliedLifetime, FollowsTheDates) {
  const UnixSeconds now = 784111777;  // 08:49:37
  const char* const date = "Sun, 06 Nov 1994 08:49:37 GMT";
  const char* const later = "Sun, 06 Nov 1994 08:59:37 GMT";
  const char* const earlier = "Sun, 06 Nov 1994 08:39:37 GMT";
  EXPECT_EQ(implied_lifetime({}, now), 0U);
  EXPECT_EQ(implied_lifetime({.expires = later}, now), 600U);
  EXPECT_EQ(implied_lifetime({.date = earlier, .expires = later}, now), 600U);
  EXPECT_EQ(implied_lifetime({.date = earlier, .expires = later, .age = 500}, now), 1100U);
  EXPECT_EQ(implied_lifetime({.date = earlier, .expires = later, .age = 900}, now), 1200U);
  EXPECT_EQ(implied_lifetime({.date = later, .expires = later}, now), 0U);
  EXPECT_EQ(implied_lifetime({.date = "bad", .expires = later}, now), 600U);
  EXPECT_EQ(implied_lifetime({.date = date, .expires = earlier}, now), 0U);
  EXPECT_EQ(implied_lifetime({.date = date, .expires = date}, now), 0U);
  EXPECT_EQ(implied_lifetime({.date = date, .last_modified = earlier}, now), 60U);
  EXPECT_EQ(implied_lifetime({.last_modified = earlier}, now), 60U);
  EXPECT_EQ(implied_lifetime({.date = date, .last_modified = later}, now), 0U);
  EXPECT_EQ(implied_lifetime({.date = date, .last_modified = "bad"}, now), 0U);
  // an invalid Expires says "stale", and heuristics have no say
  EXPECT_EQ(implied_lifetime({.date = date, .expires = "0", .last_modified = earlier}, now), 0U);
}

}  // namespace
}  // namespace signgate::http
