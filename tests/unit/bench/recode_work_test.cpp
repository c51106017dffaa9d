// SPDX-License-Identifier: Apache-2.0
#include "bench/recode_work.hpp"

#include <gmock/gmock.h>

#include "bench/scan_page.hpp"
#include "gateway/codec/encoder.hpp"
#include "signing/private_key.hpp"
#include "signing/verifier.hpp"

namespace signgate::bench {
namespace {

constexpr std::size_t size = 64 * 1024;

signing::SigningKey make_key() {
  return signing::make_signing_key(
             "K1", signing::PrivateKey::generate(signing::KeyType::ecdsa_p256).value())
      .value();
}

TEST(RecodeWork, GivesTheRewrittenPageInEveryCoding) {
  PageSigner signer(make_key());
  const ScanSubject subject(rewrite::Format::html, scan_page(rewrite::Format::html, size, 20));
  for (const codec::Coding coding :
       {codec::Coding::gzip, codec::Coding::deflate, codec::Coding::br, codec::Coding::zstd}) {
    RecodeWork work(subject, coding, signer);
    const Result<void> prepared = work.prepare();
    ASSERT_TRUE(prepared) << prepared.error().detail;
    EXPECT_TRUE(work.recode());
    EXPECT_TRUE(work.recode_longer());
    EXPECT_TRUE(work.rewrite());
    EXPECT_TRUE(work.whole());
    const RecodeWork::Sizes sizes = work.sizes();
    EXPECT_EQ(sizes.page, subject.text.size());
    EXPECT_LT(sizes.coded, sizes.page / 2);
    EXPECT_GT(sizes.rewritten, sizes.page + 20 * 150);
    // Twenty signatures of some 96 characters, of which few can be saved.
    EXPECT_GT(sizes.rewritten_coded, sizes.coded + 20 * 64);
    EXPECT_LT(sizes.rewritten_coded, sizes.rewritten / 2);
  }
}

TEST(PageSigner, SignsWhatCloudFrontLetsIn) {
  const signing::SigningKey key = make_key();
  PageSigner signer(key);
  rewrite::Batch batch;
  batch.links.emplace_back();
  batch.links.emplace_back();
  batch.links[0].url = std::string(scan_target) + "a.jpg";
  batch.links[1].url = std::string(scan_target) + "b.jpg?x=1";
  std::vector<std::string> first;
  ASSERT_TRUE(signer.sign(batch, first));
  const signing::TrustedKeys keys{{"K1", key.key.public_key()}};
  for (const std::string& url : first) {
    EXPECT_TRUE(
        signing::verify_url(url, keys, signing::Viewer{1893456000, std::nullopt}).has_value())
        << url;
  }
  std::vector<std::string> again;
  ASSERT_TRUE(signer.sign(batch, again));
  EXPECT_EQ(again, first);
}

TEST(ScanBody, FindsTheSameLinksInEveryCoding) {
  for (const rewrite::Format format : scan_formats) {
    const ScanSubject subject(format, scan_page(format, 3 * size, 200));
    std::string url_list;
    for (const codec::Coding coding :
         {codec::Coding::identity, codec::Coding::gzip, codec::Coding::br, codec::Coding::zstd}) {
      const auto body = codec::encode_whole(subject.text, coding, 1);
      ASSERT_TRUE(body);
      std::string urls;
      std::size_t ends = 0;
      const auto counters = scan_body(subject, *body, coding,
                                      [&](const rewrite::Batch& batch, bool last) -> Result<void> {
                                        for (const rewrite::Link& link : batch.links)
                                          urls.append(link.url).append("\n");
                                        ends += last ? 1 : 0;
                                        return {};
                                      });
      ASSERT_TRUE(counters) << counters.error().detail;
      EXPECT_EQ(counters->matched, 200U) << scan_format_name(format);
      EXPECT_EQ(ends, 1U) << scan_format_name(format);
      if (coding == codec::Coding::identity) url_list = urls;
      EXPECT_EQ(urls, url_list) << scan_format_name(format);
    }
  }
}

TEST(ScanBody, EndsWithTheDecodersError) {
  const ScanSubject subject(rewrite::Format::html, "<p>");
  const auto got = scan_body(subject, "no gzip at all", codec::Coding::gzip,
                             [](const rewrite::Batch&, bool) { return Result<void>(); });
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::coding_failed);
}

}  // namespace
}  // namespace signgate::bench
