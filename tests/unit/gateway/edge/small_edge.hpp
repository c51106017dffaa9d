// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "gateway/edge/edge.hpp"
#include "gateway/edge/edge_setup.hpp"
#include "gateway/edge/embedded_bucket.hpp"
#include "signing/signed_url.hpp"
#include "unit/gateway/cli/temporary_folder.hpp"

namespace signgate::edge {

inline constexpr UnixSeconds noon = 1893499200;  // 2030-01-01T12:00:00Z

/// tutorial_policy is the OAC statement with the Referer in it; more statements may follow.
inline std::string tutorial_policy(const std::string& more = {}) {
  return R"({"Version":"2012-10-17","Statement":[{"Sid":"OAC","Effect":"Allow",
    "Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject",
    "Resource":"arn:aws:s3:::test-bucket/*","Condition":{
    "StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"},
    "StringLike":{"aws:Referer":"https://www.example.com/*"}}})" +
         more + "]}";
}

/// SmallEdge is a bucket of a few files, a key pair, and the setup of an edge before it: private/*
/// takes signed requests and forwards Referer, public/* neither.
class SmallEdge {
 public:
  SmallEdge() : key_(make_key()) {
    std::filesystem::create_directories(folder_.path("bucket/private"));
    std::filesystem::create_directories(folder_.path("bucket/public"));
    write("private/a.jpg", "hello picture");
    write("private/empty.txt", "");
    write("public/p.txt", "everybody's");
  }

  [[nodiscard]] EdgeSetup setup(const std::string& policy = tutorial_policy()) const {
    EdgeSetup setup;
    setup.listen = "127.0.0.1:0";
    setup.distribution.id = "EDFDVBD6EXAMPLE";
    Behavior guarded;
    guarded.path_pattern = "private/*";
    guarded.trusted_keys.emplace(key_.key_pair_id, key_.key.public_key());
    guarded.forward_headers = {"Referer"};
    setup.distribution.behaviors.push_back(std::move(guarded));
    Behavior open;
    open.path_pattern = "public/*";
    setup.distribution.behaviors.push_back(std::move(open));
    setup.bucket.name = "test-bucket";
    setup.bucket.root = folder_.path("bucket");
    auto parsed = policy::parse_bucket_policy(policy);
    EXPECT_TRUE(parsed.has_value()) << parsed.error().message;
    setup.bucket.policy = *std::move(parsed);
    return setup;
  }

  void write(const std::string& key, const std::string& text) const {
    (void)folder_.write("bucket/" + key, text);
  }

  /// sign is `url` with a canned policy that lasts until an hour after noon.
  [[nodiscard]] std::string sign(const std::string& url, UnixSeconds expires = noon + 3600) const {
    return *signing::sign_url_canned(key_, url, expires);
  }

  [[nodiscard]] const signing::SigningKey& key() const noexcept { return key_; }
  [[nodiscard]] const cli::TemporaryFolder& folder() const noexcept { return folder_; }

 private:
  static signing::SigningKey make_key() {
    return *signing::make_signing_key("K2JCJMDEHXQW5F",
                                      *signing::PrivateKey::generate(signing::KeyType::ecdsa_p256));
  }

  cli::TemporaryFolder folder_;
  signing::SigningKey key_;
};

/// LocalEdge is an edge whose questions an embedded bucket answers at once.
class LocalEdge {
 public:
  explicit LocalEdge(const EdgeSetup& setup)
      : edge_(setup.distribution), bucket_(EmbeddedBucket::open(setup.bucket, setup.distribution)) {
    EXPECT_TRUE(bucket_.has_value());
  }

  EdgeResponse answer(const ViewerRequest& request, UnixSeconds now) {
    Step step = edge_.begin(request, now);
    while (auto* question = std::get_if<Question>(&step)) {
      ++asked_;
      OriginAnswer answer = bucket_->answer(question->request);
      step = edge_.resume(std::move(*question), std::move(answer), request, now);
    }
    return std::get<EdgeResponse>(std::move(step));
  }

  /// asked is how often the bucket was.
  [[nodiscard]] int asked() const noexcept { return asked_; }
  [[nodiscard]] Edge& edge() noexcept { return edge_; }

 private:
  Edge edge_;
  Result<EmbeddedBucket> bucket_;
  int asked_ = 0;
};

}  // namespace signgate::edge
