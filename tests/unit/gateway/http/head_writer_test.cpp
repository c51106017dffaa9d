// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/head_writer.hpp"

#include <gtest/gtest.h>

namespace signgate::http {
namespace {

TEST(HeadWriter, CopiesTextsOfEveryLength) {
  std::string all;
  for (int i = 0; i < 300; ++i)
    all += static_cast<char>(i);
  for (std::size_t size = 0; size <= all.size(); ++size) {
    const std::string text = all.substr(0, size);
    std::string out = "kept";
    HeadWriter writer(out, size + 1);
    writer.text(text).text("|").finish();
    EXPECT_EQ(out, "kept" + text + "|") << size;
  }
}

TEST(HeadWriter, CutsOffWhatWasNotWritten) {
  std::string out;
  HeadWriter writer(out, 1000);
  writer.field("Host", "gw.test");
  writer.finish();
  EXPECT_EQ(out, "Host: gw.test\r\n");
  EXPECT_EQ(out.size(), HeadWriter::field_size("Host", "gw.test"));
}

TEST(HeadWriter, WritesAsMuchAsWasSaidAndNothing) {
  std::string out;
  HeadWriter writer(out, 0);
  writer.text("").finish();
  EXPECT_EQ(out, "");
}

TEST(HeadWriter, WritesNothingBeyondItsRoom) {
  std::string out;
  HeadWriter writer(out, 4);
  writer.text("1234");
  EXPECT_THROW(writer.text("5"), BrokenInvariant);
}

}  // namespace
}  // namespace signgate::http
