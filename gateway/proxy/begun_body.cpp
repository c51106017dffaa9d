// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/begun_body.hpp"

#include <span>
#include <utility>

#include "gateway/base/limits.hpp"

namespace signgate::proxy {

Result<BegunBody> BegunBody::begin(codec::Coding coding, upstream::Exchange::BodyPart part) {
  BegunBody begun{.decoder = codec::Decoder(coding),
                  .window = std::make_unique_for_overwrite<char[]>(limits::scan_window),
                  .held = 0,
                  .rest = part};
  // Whoever goes on needs room for what comes next.
  const std::span<char> space(begun.window.get(), limits::scan_window / 2);
  const auto step = begun.decoder.decode(part.data, part.last, space);
  if (!step) return step.error();
  begun.rest.data.remove_prefix(step->consumed);
  begun.held = step->produced;
  return Result<BegunBody>(std::move(begun));
}

}  // namespace signgate::proxy
