// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/begun_body.hpp"

#include <gtest/gtest.h>

#include "gateway/base/limits.hpp"
#include "gateway/codec/encoder.hpp"

namespace signgate::proxy {
namespace {

std::string packed(std::string_view text, codec::Coding coding) {
  return *codec::encode_whole(text, coding, 1);
}

TEST(BegunBody, HoldsTheFrontAndLeavesTheRest) {
  std::string text;
  while (text.size() < 3 * limits::scan_window)
    text += "line " + std::to_string(text.size() * 7919) + "\n";
  for (const codec::Coding coding :
       {codec::Coding::gzip, codec::Coding::deflate, codec::Coding::br, codec::Coding::zstd}) {
    const std::string body = packed(text, coding);
    auto begun = BegunBody::begin(coding, {.data = body, .last = true});
    ASSERT_TRUE(begun.has_value());
    ASSERT_GT(begun->held, 0U);
    ASSERT_LE(begun->held, limits::scan_window / 2);
    std::string all(begun->window.get(), begun->held);
    std::string_view rest = begun->rest.data;
    EXPECT_TRUE(begun->rest.last);
    std::vector<char> out(limits::decoder_step);
    while (true) {
      const auto step = begun->decoder.decode(rest, true, out);
      ASSERT_TRUE(step.has_value());
      rest.remove_prefix(step->consumed);
      all.append(out.data(), step->produced);
      if (step->done) break;
    }
    EXPECT_EQ(all, text) << codec::coding_name(coding);
  }
}

TEST(BegunBody, TakesAShortOneWhole) {
  const std::string body = packed("short", codec::Coding::gzip);
  const auto begun = BegunBody::begin(codec::Coding::gzip, {.data = body, .last = true});
  ASSERT_TRUE(begun.has_value());
  EXPECT_EQ(std::string_view(begun->window.get(), begun->held), "short");
  EXPECT_EQ(begun->rest.data, "");
  const auto empty = BegunBody::begin(codec::Coding::gzip, {.data = {}, .last = true});
  ASSERT_TRUE(empty.has_value());
  EXPECT_EQ(empty->held, 0U);
}

TEST(BegunBody, SaysWhatIsNotOfItsCoding) {
  constexpr std::string_view page = "<!DOCTYPE html><html><head><title>plain</title></head></html>";
  for (const codec::Coding coding :
       {codec::Coding::gzip, codec::Coding::deflate, codec::Coding::zstd}) {
    for (const bool last : {false, true}) {
      const auto begun = BegunBody::begin(coding, {.data = page, .last = last});
      ASSERT_TRUE(begun.has_error()) << codec::coding_name(coding);
      EXPECT_EQ(begun.error().code, ErrorCode::coding_failed);
    }
  }
}

}  // namespace
}  // namespace signgate::proxy
