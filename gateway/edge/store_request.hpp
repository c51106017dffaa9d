// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/base/error.hpp"
#include "gateway/edge/origin_message.hpp"
#include "gateway/edge/store_setup.hpp"
#include "signing/sigv4.hpp"

/// The request to a store as text. Pure.
namespace signgate::edge {

/// store_host is the value of the Host field, and the name that TLS asks for: with the bucket in
/// front where it is addressed so, with the port where it is not the scheme's.
[[nodiscard]] std::string store_host(const StoreSetup& store, std::string_view bucket);

/// store_target is the request's path and query, each byte written in the one way that S3 signs it.
/// Nothing for a path with a segment "." or "..", percent-coded or not: a store that resolves them
/// would leave the bucket.
[[nodiscard]] std::optional<std::string> store_target(const StoreSetup& store,
                                                      std::string_view bucket,
                                                      const OriginRequest& request);

/// StoreCall is what a head is made of beside the request of CloudFront's.
struct StoreCall {
  const StoreSetup& store;
  std::string_view host;                   // store_host
  std::string_view target;                 // store_target
  const signing::SigV4Key* key = nullptr;  // for today; null: the request goes out unsigned
  std::string_view timestamp;              // x-amz-date, of the key's day
};

/// signs says whether a request has to be signed: by the store's OacSigning and the viewer's
/// Authorization.
[[nodiscard]] bool signs(const StoreSetup& store, const OriginRequest& request) noexcept;

/// store_head is the whole head. The fields of `request` go out as they are, but those that are the
/// client's own to say (Host, Authorization, framing, and x-amz-... where it signs). Signed are
/// Host and x-amz-... alone, since others may be changed on the way. Fails with `fault` of our own
/// when OpenSSL refuses.
[[nodiscard]] Result<std::string> store_head(const StoreCall& call, const OriginRequest& request);

}  // namespace signgate::edge
