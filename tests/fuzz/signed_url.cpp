// SPDX-License-Identifier: Apache-2.0
// Whatever a URL looks like: the verifier decides without harm, never grants what was not signed,
// and every URL that can be signed is granted at the other end, once, and unchanged when it is
// signed again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "signing/signed_url.hpp"
#include "signing/time_text.hpp"
#include "signing/verifier.hpp"

namespace {

using namespace signgate::signing;

struct Setup {
  SigningKey key = make_signing_key("K", PrivateKey::generate(KeyType::ecdsa_p256).value()).value();
  TrustedKeys keys{{"K", key.key.public_key()}};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Setup setup;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)parse_time(text.substr(0, 64));
  // The key is fresh in every run, so nothing in a corpus can be signed by it.
  if (verify_url(text, setup.keys, {0, 0xC0000201})) std::abort();

  const auto ready = prepare_url(text, Resign::replace);
  if (!ready) {
    if (sign_url_canned(setup.key, text, 100, Resign::replace)) std::abort();
    return 0;
  }
  const auto again = prepare_url(ready->resource + ready->fragment);
  if (!again || again->resource != ready->resource || again->fragment != ready->fragment)
    std::abort();

  const std::string url = sign_url_canned(setup.key, text, 100, Resign::replace).value();
  if (read_signed_url(url).resource != ready->resource) std::abort();
  if (!verify_url(url, setup.keys, {99, std::nullopt})) std::abort();
  if (verify_url(url, setup.keys, {100, std::nullopt})) std::abort();
  const auto stripped = prepare_url(url, Resign::replace);
  const bool fits = url.size() - ready->fragment.size() <= max_url;
  if (fits && (!stripped || stripped->resource != ready->resource)) std::abort();
  return 0;
}
