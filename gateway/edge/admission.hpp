// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "gateway/edge/edge_setup.hpp"
#include "gateway/edge/message.hpp"
#include "signing/verified_signatures.hpp"

namespace signgate::edge {

/// Admitted is a request that passed what CloudFront checks before it looks into its cache.
struct Admitted {
  const Behavior* behavior;  // of the distribution
  std::string key;           // of the object: see object_key
  std::string path;          // as it came
  std::string query;         // without "?" and signing parameters
};

/// admit checks a request in CloudFront's order: host, length, and by the behaviour for its path
/// protocol, method and signature, from the URL or else from cookies. The path comes last, of which
/// S3 makes a key. Otherwise the refusal;
/// `number` is the request's, for an S3 error's ids. Any thread. Source: CloudFront Developer
/// Guide, "Use signed URLs", "Choosing between signed URLs and signed cookies".
[[nodiscard]] std::variant<EdgeResponse, Admitted> admit(const Distribution& distribution,
                                                         const ViewerRequest& request,
                                                         UnixSeconds now, std::uint64_t number,
                                                         signing::VerifiedSignatures& memo);

}  // namespace signgate::edge
