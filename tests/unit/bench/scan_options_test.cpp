// SPDX-License-Identifier: Apache-2.0
#include "bench/scan_options.hpp"

#include <gmock/gmock.h>

namespace signgate::bench {
namespace {

using codec::Coding;
using rewrite::Format;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

template <class T>
std::vector<T> values(const Choice<T>& choice) {
  const auto* list = std::get_if<std::vector<T>>(&choice);
  EXPECT_NE(list, nullptr) << std::get<std::string>(choice);
  return list == nullptr ? std::vector<T>{} : *list;
}

TEST(ParseScanTypes, TakesNamesAllOrNone) {
  EXPECT_THAT(values(parse_scan_types("mpd,html,mpd")), ElementsAre(Format::mpd, Format::html));
  EXPECT_THAT(values(parse_scan_types("all")), ElementsAre(Format::html, Format::css, Format::json,
                                                           Format::xml, Format::m3u8, Format::mpd));
  EXPECT_THAT(values(parse_scan_types("none")), IsEmpty());
  EXPECT_THAT(std::get<std::string>(parse_scan_types("html,all")), HasSubstr("'all'"));
}

TEST(ParseScanCodings, TakesNamesAllOrNone) {
  EXPECT_THAT(values(parse_scan_codings("br,deflate")), ElementsAre(Coding::br, Coding::deflate));
  EXPECT_THAT(values(parse_scan_codings("all")),
              ElementsAre(Coding::gzip, Coding::br, Coding::zstd));
  EXPECT_THAT(values(parse_scan_codings("none")), IsEmpty());
  EXPECT_THAT(std::get<std::string>(parse_scan_codings("identity")), HasSubstr("'identity'"));
}

}  // namespace
}  // namespace signgate::bench
