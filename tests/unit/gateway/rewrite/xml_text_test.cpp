// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/xml_text.hpp"

#include <gtest/gtest.h>

#include "gateway/rewrite/html_rewriter.hpp"
#include "tests/unit/gateway/rewrite/marked.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

struct Run {
  std::string output;
  std::size_t held = 0;  // from here on, before the end was known
  Counters counters;
};

// One run of text, of which first only the beginning is known.
Run run_over(XmlText::Use use, bool cdata, std::string_view text, std::size_t known,
             bool whole = true) {
  XmlText run(NestedDocument(std::make_unique<HtmlRewriter>(matcher(), page(),
                                                            RewriteOptions{.links_per_batch = 1})),
              LinkContext::xml);
  const PageUrl address = page();
  Run result;
  Batch batch;
  LinkSink sink(matcher(), address, result.counters, batch, text);
  run.begin(use, cdata, 0);
  run.extend(known);
  while (run.step(text, sink, result.counters)) {
  }
  result.held = run.hold();
  run.extend(text.size());
  run.finish(whole);
  while (run.step(text, sink, result.counters)) {
  }
  EXPECT_FALSE(run.active());
  sink.finish(text.size());
  for (const Batch::Piece& piece : batch.pieces) {
    result.output.append(piece.literal);
    if (piece.link < 0) continue;
    const Link& link = batch.links[static_cast<std::size_t>(piece.link)];
    append_encoded(link, mark(link), result.output);
  }
  return result;
}

void expect_text(XmlText::Use use, bool cdata, std::string_view text) {
  const std::string document = original(text);
  for (std::size_t known = 0; known <= document.size(); ++known)
    ASSERT_EQ(run_over(use, cdata, document, known).output, rewritten(text)) << known;
}

TEST(XmlText, TakesALinkThatIsAllThereIs) {
  expect_text({.link = true}, false, "\n %x~ \t");
  expect_text({.link = true}, true, "\n %x~ \t");
  expect_text({.link = true}, false, "/media/private/x y");
  expect_text({.link = true}, false, "media/private/x");
  expect_text({.html = true}, false, "/media/private/x");
  EXPECT_EQ(run_over({.link = true}, false, "/media/private/x", 3, false).output,
            "/media/private/x");
}

TEST(XmlText, TakesTheLinksOfHtml) {
  expect_text({.link = true, .html = true}, false,
              "a &lt;img src='%x~'&gt; &amp; &#x3c;a href='%y~'");
  expect_text({.link = true, .html = true}, true, "a <img src='%x~'> & <a href='%y~'>");
  expect_text({.link = true, .html = true}, false, "/x&lt;img src='%x~'&gt;");
  expect_text({.link = true}, false, "&lt;img src='/media/private/x'&gt;");
}

TEST(XmlText, TakesTheUrlsOfCss) {
  expect_text({.css = true}, false,
              "a{b:url(%x~)}c{d:url(&quot;/media/private/no&quot;)}e{f:url(%y~");
  expect_text({.css = true}, true, "a{b:url(\"%x~\")}");
  EXPECT_EQ(run_over({.css = true}, false, "a{b:url(/media/private/x?a)}", 9).output,
            "a{b:url(https://d1.cloudfront.net/private/x?a&amp;Signature=0)}");
  EXPECT_EQ(run_over({.css = true}, true, "a{b:url(/media/private/x?a)}", 9).output,
            "a{b:url(https://d1.cloudfront.net/private/x?a&Signature=0)}");
  EXPECT_EQ(run_over({.css = true}, false, "a{b:url('/media/private/x?a&amp;b')}", 9).output,
            "a{b:url('https://d1.cloudfront.net/private/x?a&amp;b&amp;Signature=0')}");
}

TEST(XmlText, HoldsBackWhatMayBeALinkAndNoMore) {
  EXPECT_EQ(run_over({.link = true}, false, "  http://x", 6).held, 2U);
  EXPECT_EQ(run_over({.link = true}, false, "  hello", 4).held, 4U);
  EXPECT_EQ(run_over({.html = true}, false, "some &amp; text", 8).held, 5U);
  EXPECT_EQ(run_over({.html = true}, false, "some &amp; text", 12).held, 12U);
  EXPECT_EQ(run_over({.html = true}, false, "&lt;a title='x'", 15).held, 15U);
}

}  // namespace
}  // namespace signgate::rewrite
