// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zlib.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/codec/decoder.hpp"

/// Bodies made by zlib itself, and drivers that feed a decoder in pieces.
namespace signgate::codec::test {

inline constexpr int gzip_form = 31;
inline constexpr int zlib_form = 15;
inline constexpr int raw_form = -15;

/// compress makes a whole body; `form` is zlib's windowBits.
inline std::string compress(std::string_view text, int form, int level = 6) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, form, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string body(deflateBound(&stream, text.size()) + 32, '\0');
  std::string input(text);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(body.data());
  stream.avail_out = static_cast<uInt>(body.size());
  const int code = deflate(&stream, Z_FINISH);
  body.resize(code == Z_STREAM_END ? stream.total_out : 0);
  deflateEnd(&stream);
  return body;
}

/// page is text of that size that compresses as HTML does; the same for the same seed.
inline std::string page(std::size_t size, std::uint32_t seed = 1) {
  static constexpr std::string_view words[] = {"<p>",     "private ", "photo ", "<a href=\"/media/",
                                               ".jpg\">", "</a>\n",   "0",      "7"};
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < size) {
    text.append(words[random() % std::size(words)]);
    if (random() % 4 == 0) text.push_back(static_cast<char>(random() % 256));
  }
  text.resize(size);
  return text;
}

/// Outcome of feeding a whole body.
struct Outcome {
  bool ok = false;
  std::string text;  // what came out before the end or the error
  std::string error;
  ErrorCode code{};
};

/// decode_pieces feeds the pieces in order and says `last` with the last one, or after it with an
/// empty one.
inline Outcome decode_pieces(Decoder& decoder, const std::vector<std::string_view>& pieces,
                             std::size_t out_size, bool last_apart = false) {
  Outcome outcome;
  std::vector<char> out(out_size);
  std::vector<std::string_view> feed = pieces;
  if (last_apart || feed.empty()) feed.emplace_back();
  bool done = false;
  for (std::size_t i = 0; i < feed.size(); ++i) {
    std::string_view in = feed[i];
    const bool last = i + 1 == feed.size();
    while (true) {
      const auto step = decoder.decode(in, last, out);
      if (step.has_error()) {
        outcome.error = step.error().detail;
        outcome.code = step.error().code;
        return outcome;
      }
      in.remove_prefix(step->consumed);
      outcome.text.append(out.data(), step->produced);
      done = step->done;
      if (done || (step->consumed == 0 && step->produced == 0) ||
          (in.empty() && step->produced < out_size))
        break;
    }
    if (!in.empty()) {
      outcome.error = "input left over without an error";
      return outcome;
    }
  }
  outcome.ok = done;
  if (!done) outcome.error = "neither done nor failed";
  return outcome;
}

inline Outcome decode_whole(Coding coding, std::string_view body, std::size_t out_size = 4096) {
  Decoder decoder(coding);
  return decode_pieces(decoder, {body}, out_size);
}

/// random_cuts splits `body` at places that follow from `seed`.
inline std::vector<std::string_view> random_cuts(std::string_view body, std::uint32_t seed,
                                                 std::size_t longest) {
  std::mt19937 random(seed);
  std::vector<std::string_view> pieces;
  while (!body.empty()) {
    const std::size_t size = std::min<std::size_t>(random() % longest, body.size());
    pieces.push_back(body.substr(0, size));
    body.remove_prefix(size);
  }
  return pieces;
}

}  // namespace signgate::codec::test
