// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/workshop.hpp"

#include <array>
#include <future>
#include <vector>

#include "gateway/cli/demo/page_template.hpp"
#include "gateway/cli/demo/picture.hpp"
#include "gateway/cli/demo/scenes.hpp"
#include "gateway/cli/demo/site_files.hpp"
#include "gateway/cli/demo/sound.hpp"

namespace signgate::cli::demo {
namespace {

constexpr int full_width = 1280;
constexpr int full_height = 800;

Media draw(const Scene& scene, const std::string& folder, const std::vector<int>& widths) {
  Media media;
  const Picture full = scene.paint(full_width, full_height);
  for (const int width : widths) {
    media[folder + std::string(scene.name) + "-" + std::to_string(width) + ".png"] =
        encode_png(width == full_width ? full : shrink(full, width));
  }
  return media;
}

Values values(const Places& places) {
  return {{"gateway_port", std::to_string(places.gateway)},
          {"origin_port", std::to_string(places.origin)},
          {"edge_port", std::to_string(places.edge)},
          {"edge_url", places.edge_url()},
          {"key_pair_id", std::string(key_pair_id)}};
}

Error as_own(const signing::Error& error) {
  return Error{ErrorCode::resource, Side::own, Retry::no, error.message};
}

}  // namespace

Media make_media() {
  std::vector<std::future<Media>> parts;
  for (const auto& scene : scenes()) {
    parts.push_back(std::async(std::launch::async, [&scene] {
      return draw(scene, "private/album/", {320, 640, full_width});
    }));
  }
  parts.push_back(std::async(std::launch::async, [] {
    return draw(cover(), "public/", {640, full_width});
  }));
  Media media;
  for (auto& part : parts)
    media.merge(part.get());
  // The same picture again, where the edge does not forward Referer.
  media["private/unforwarded/dunes-320.png"] = media["private/album/dunes-320.png"];
  media["private/sound/surf.wav"] = surf_wav();
  media["private/sound/chimes.wav"] = chimes_wav();
  return media;
}

Result<signing::SigningKey> make_key(const Folder& folder) {
  const auto pair = signing::PrivateKey::generate(signing::KeyType::rsa2048);
  if (!pair) return as_own(pair.error());
  if (auto done = folder.write("keys/private_key.pem", pair->pem(), true); !done)
    return done.error();
  if (auto done = folder.write("keys/public_key.pem", pair->public_key().pem()); !done) {
    return done.error();
  }
  auto key = signing::make_signing_key(std::string(key_pair_id), *pair);
  if (!key) return as_own(key.error());
  return std::move(*key);
}

Result<void> write_bucket(const Folder& folder, const Media& media) {
  for (const auto& [name, bytes] : media) {
    if (!name.starts_with("private/")) continue;
    if (auto done = folder.write("bucket/" + name, bytes); !done) return done.error();
  }
  return {};
}

Result<void> write_gateway_toml(const Folder& folder, const Places& places) {
  // nginx makes no folder for its logs, and neither does the gateway.
  if (auto done = folder.write("logs/access.log", ""); !done) return done.error();
  return folder.write("gateway.toml", fill(site_file("gateway.toml"), values(places)));
}

Result<void> write_edge_toml(const Folder& folder, const Places& places) {
  const auto names = values(places);
  if (auto done = folder.write("bucket-policy.json", fill(site_file("bucket-policy.json"), names));
      !done) {
    return done.error();
  }
  return folder.write("edge.toml", fill(site_file("edge.toml"), names));
}

}  // namespace signgate::cli::demo
