// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "gateway/base/error.hpp"
#include "gateway/cli/demo/folder.hpp"
#include "gateway/cli/demo/places.hpp"
#include "signing/signer.hpp"

/// What the demo makes before anything is started: keys, pictures, sounds, and the configurations
/// of the two programs that it starts.
namespace signgate::cli::demo {

/// key_pair_id is the id under which the demo's key pair is known; the one of the AWS guide's
/// examples.
inline constexpr std::string_view key_pair_id = "K2JCJMDEHXQW5F";

/// Media maps a path below the bucket or the site ("private/album/lake-320.png") to a file's bytes.
using Media = std::map<std::string, std::string, std::less<>>;

/// make_media draws everything, on all cores: the private album in three widths and two sounds
/// ("private/..."), and the public cover ("public/..."). Deterministic. Takes a second or two.
[[nodiscard]] Media make_media();

/// make_key makes a new RSA-2048 key pair and writes it below keys/ as the AWS guide names the
/// files.
[[nodiscard]] Result<signing::SigningKey> make_key(const Folder& folder);

/// write_bucket writes what of `media` is private below bucket/.
[[nodiscard]] Result<void> write_bucket(const Folder& folder, const Media& media);

/// write_gateway_toml writes gateway.toml; places.gateway may be 0 for any port.
[[nodiscard]] Result<void> write_gateway_toml(const Folder& folder, const Places& places);

/// write_edge_toml writes edge.toml and bucket-policy.json; the policy lists the gateway's origins.
[[nodiscard]] Result<void> write_edge_toml(const Folder& folder, const Places& places);

}  // namespace signgate::cli::demo
