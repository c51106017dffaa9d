// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/script_rewriter.hpp"

#include <gtest/gtest.h>

#include "gateway/rewrite/candidate_log.hpp"
#include "gateway/rewrite/page_rules.hpp"
#include "unit/gateway/rewrite/marked.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

const PageRules& rules() {
  static const PageRules made = [] {
    PageRules all;
    all.script_strings = true;
    return all;
  }();
  return made;
}

constexpr std::string_view code =
    "// '/media/private/no'\nvar a = '%1~', b = \"%2~\", c = `%3~`; /* \"/media/private/no\" */\n"
    "f('%4~', {\"/media/private/no\": \"%5~\"}, x / 2, /'\\/media\\/private\\/no'/);\n"
    "a = '/media/private/no' + b; c = `/media/private/${id}`; d = '/media/private/folder/';\n"
    "if (a == '/media/private/no') import('/media/private/no');\n"
    "g(' /media/private/no'); h('see /media/private/no'); i('//media.example.com/private/no');\n"
    "return b ? '%6~' : 'media/private/no'";

TEST(ScriptRewriter, SignsStringsThatAreWhollyOneLink) {
  expect_rewriting(Format::script, code);
}

TEST(ScriptRewriter, WritesALinkAsItWas) {
  const auto signed_in = [](std::string_view text) {
    return rewrite_as(Format::script, text).output;
  };
  EXPECT_EQ(signed_in("a = \"\\/media\\/private\\/x\";"),
            "a = \"https:\\/\\/d1.cloudfront.net\\/private\\/x?Signature=0\";");
  EXPECT_EQ(signed_in("a = '\\x2fmedia\\u002Fprivate\\u{2f}x?a=1#b';"),
            "a = 'https://d1.cloudfront.net/private/x?a=1&Signature=0#b';");
  EXPECT_EQ(signed_in("a = '/media/private/\\u00e9$';"),
            "a = 'https://d1.cloudfront.net/private/%C3%A9\\$?Signature=0';");
  EXPECT_EQ(signed_in("a = 'HTTPS://Media.Example.com/private/x';"),
            "a = 'https://d1.cloudfront.net/private/x?Signature=0';");
  for (const char* left :
       {"a = '/media/private/\\061';", "a = '/media/private/\\u00';", "a = '/media/private/\\\nx';",
        "a = '/media/private/\\n';", "a = '/media/private/\\'x';", "a = '/';", "a = '';"})
    EXPECT_EQ(signed_in(left), left);
}

TEST(ScriptRewriter, IsUsedInPagesThatAskForIt) {
  const std::string page = "<script>" + std::string(code) +
                           "</script><script type=module>a = '%7~'</script><script "
                           "type='text/javascript' src='%8~'>a('%9~')</script><script type=x>a = "
                           "'/media/private/no'</script><script type=text/json>[\"%10~\"]</script>";
  expect_rewriting(Format::html, page, {.rules = &rules()});
  const std::string plain = original("<script>a = '/media/private/no'</script>");
  EXPECT_EQ(rewrite(plain).output, plain);
  EXPECT_TRUE(is_looked_into(Format::script, rules()));
  EXPECT_FALSE(is_looked_into(Format::script, PageRules()));
  EXPECT_TRUE(is_looked_into(Format::html, PageRules()));
  EXPECT_FALSE(is_looked_into(Format::none, rules()));
}

TEST(ScriptRewriter, HoldsBackOnlyWhatMayBeALink) {
  const auto held = [](std::string_view beginning) {
    ScriptRewriter rewriter(matcher(), page());
    Batch batch;
    return beginning.size() - rewriter.scan(beginning, false, batch);
  };
  EXPECT_EQ(held("a = b"), 0U);
  EXPECT_EQ(held("a = 'x"), 0U);
  EXPECT_EQ(held("a = 'http:/x"), 0U);
  EXPECT_EQ(held("a = 'htt"), 3U);
  EXPECT_EQ(held("a = '/m"), 2U);
  EXPECT_EQ(held("a = '\\x"), 2U);
  EXPECT_EQ(held("a = b + '/m"), 0U);
  EXPECT_EQ(held("a = '/m' "), 4U);
}

TEST(ScriptRewriter, LetsWhatIsTooLongGoAndCountsIt) {
  const std::string text = "a = '/media/private/" + std::string(limits::link_length, 'x') + "'; b";
  const Rewritten run = rewrite_as(Format::script, text, each(1000));
  EXPECT_EQ(run.output, text);
  EXPECT_EQ(run.counters.too_long, 1U);
  const std::string spaces = "a = '/media/private/x'" + std::string(3 * limits::scan_window, ' ');
  const Rewritten gap = rewrite_as(Format::script, spaces + "; b = '/media/private/y';");
  EXPECT_FALSE(gap.stuck);
  EXPECT_EQ(gap.counters.matched, 1U);
  EXPECT_EQ(gap.counters.too_long, 1U);
}

TEST(ScriptRewriter, SaysWhereALinkWasFound) {
  CandidateLog log;
  rewrite_as(Format::script, "a = '/media/private/x'; b = 'y';", whole(), {.candidates = &log});
  ASSERT_EQ(log.candidates().size(), 1U);
  EXPECT_EQ(log.candidates()[0].context, LinkContext::script_string);
  EXPECT_EQ(link_context_name(LinkContext::script_string), "script_string");
}

}  // namespace
}  // namespace signgate::rewrite
