// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/page_template.hpp"

#include <gtest/gtest.h>

#include "gateway/base/check.hpp"
#include "gateway/cli/demo/site_files.hpp"

namespace signgate::cli::demo {
namespace {

TEST(Fill, ReplacesEachName) {
  EXPECT_EQ(fill("{{a}}-{{b}}{{a}}", {{"a", "1"}, {"b", "{{a}}"}}), "1-{{a}}1");
  EXPECT_EQ(fill("", {}), "");
  EXPECT_EQ(fill("{ a } {b}", {}), "{ a } {b}");
}

TEST(Fill, TakesANameWithoutValueForABug) {
  EXPECT_THROW((void)fill("{{a}}", {}), BrokenInvariant);
  EXPECT_THROW((void)fill("{{a", {{"a", "1"}}), BrokenInvariant);
}

TEST(EscapeHtml, CoversTextAndAttributes) {
  EXPECT_EQ(escape_html("<a href=\"x?y&z\">it's</a>"),
            "&lt;a href=&quot;x?y&amp;z&quot;&gt;it&#39;s&lt;/a&gt;");
}

TEST(EscapeQuery, IsUndoneByUnescape) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte)
    all += static_cast<char>(byte);
  EXPECT_EQ(unescape_query(escape_query(all)), all);
  EXPECT_EQ(escape_query("a-b_c.d~e/f&g"), "a-b_c.d~e%2Ff%26g");
}

TEST(UnescapeQuery, LeavesWhatIsNoEscape) {
  for (const char* text : {"%", "%4", "%zz", "a%", "100%%", "%-1"})
    EXPECT_EQ(unescape_query(text), text);
  EXPECT_EQ(unescape_query("%41%"), "A%");
}

TEST(SiteFile, IsBuiltInByteForByte) {
  EXPECT_TRUE(site_file("gallery.html").starts_with("<!doctype html>\n"));
  EXPECT_TRUE(site_file("gallery.html").ends_with("</html>\n"));
  EXPECT_TRUE(site_file("bucket-policy.json").starts_with("{\n"));
}

TEST(SiteFile, OfAnUnknownNameIsABug) {
  EXPECT_THROW((void)site_file("nothing"), BrokenInvariant);
}

}  // namespace
}  // namespace signgate::cli::demo
