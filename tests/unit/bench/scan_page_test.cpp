// SPDX-License-Identifier: Apache-2.0
#include "bench/scan_page.hpp"

#include <gmock/gmock.h>

#include "bench/scan_run.hpp"

namespace signgate::bench {
namespace {

constexpr std::size_t size = 64 * 1024;

TEST(ScanPage, HasExactlyTheLinksToMediaThatWereAskedFor) {
  for (const rewrite::Format format : scan_formats) {
    for (const std::size_t links : {0U, 1U, 20U, 200U}) {
      const ScanSubject subject(format, scan_page(format, size, links));
      const auto counters = scan_once(subject);
      ASSERT_TRUE(counters) << counters.error().detail;
      EXPECT_EQ(counters->matched, links) << scan_format_name(format);
    }
  }
}

TEST(ScanPage, IsFullOfOtherLinks) {
  for (const rewrite::Format format : scan_formats) {
    const ScanSubject subject(format, scan_page(format, size, 0));
    const auto counters = scan_once(subject);
    ASSERT_TRUE(counters);
    // What is passed over at a glance is not counted, but stands there.
    std::size_t urls = 0;
    for (std::size_t at = 0; (at = subject.text.find("https://", at)) != std::string::npos; ++at)
      ++urls;
    EXPECT_GE(urls, 50U) << scan_format_name(format);
  }
}

TEST(ScanPage, IsAsLongAsAskedFor) {
  for (const rewrite::Format format : scan_formats) {
    for (const std::size_t links : {0U, 20U}) {
      const std::string page = scan_page(format, size, links);
      EXPECT_GE(page.size(), size) << scan_format_name(format);
      EXPECT_LT(page.size(), size + 3072) << scan_format_name(format);
    }
  }
}

TEST(ScanPage, IsTheSameEachTime) {
  EXPECT_EQ(scan_page(rewrite::Format::html, size, 20), scan_page(rewrite::Format::html, size, 20));
}

TEST(ScanPage, SpreadsItsLinksEvenly) {
  const std::string page = scan_page(rewrite::Format::html, size, 20);
  std::size_t last = 0;
  for (std::size_t at = 0; (at = page.find(scan_media_path, at)) != std::string::npos; ++at) {
    EXPECT_LT(at - last, 3 * size / 20);
    last = at;
  }
  EXPECT_GT(last, size - 3 * size / 20);
}

TEST(ScanFormatName, IsReadBack) {
  for (const rewrite::Format format : scan_formats)
    EXPECT_EQ(parse_scan_format_name(scan_format_name(format)), format);
  EXPECT_EQ(parse_scan_format_name("none"), std::nullopt);
}

}  // namespace
}  // namespace signgate::bench
