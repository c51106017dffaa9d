// SPDX-License-Identifier: Apache-2.0
// Any link under any rule: what the signer emits opens what a browser would send for it, and the
// policy stays below the rule's target.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/url.hpp"
#include "policy/ipv4_range.hpp"
#include "signing/signed_url.hpp"
#include "signing/url_signer.hpp"
#include "signing/verifier.hpp"

namespace {

using namespace signgate;
using signing::UrlSigner;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr signing::UnixSeconds now = 1000000;
constexpr std::string_view target = "https://d.test/q/";
constexpr std::string_view viewer = "192.0.2.7";

struct Setup {
  std::shared_ptr<const signing::SigningKey> key = std::make_shared<const signing::SigningKey>(
      signing::make_signing_key("K1",
                                signing::PrivateKey::generate(signing::KeyType::ecdsa_p256).value())
          .value());
  signing::TrustedKeys keys{{"K1", key->key.public_key()}};
  rewrite::PageUrl page = rewrite::PageUrl::make("https://w.test/a/b?c").value();
  rewrite::LinkMatcher plain = matcher(false);
  rewrite::LinkMatcher wildcard = matcher(true);

  static rewrite::LinkMatcher matcher(bool wildcard) {
    return rewrite::LinkMatcher::make({{.name = "r",
                                        .links = {"/p", "https://m.test/x"},
                                        .target = std::string(target),
                                        .foreign = false,
                                        .wildcard = wildcard},
                                       {.name = "guarded",
                                        .links = {"/p/guarded/"},
                                        .target = std::string(target) + "guarded/",
                                        .foreign = true}})
        .value();
  }

  [[nodiscard]] std::optional<signing::Grant> opens(std::string_view url,
                                                    signing::UnixSeconds at) const {
    auto verdict = signing::verify_url(url, keys, {at, policy::Ipv4Address{0xC0000207}});
    return verdict ? std::optional(*std::move(verdict)) : std::nullopt;
  }
};

// The signed URL; "" where it is refused. The first time and from the memo it is the same.
std::string sign(const signing::LinkRule& rule, std::string_view url) {
  signing::SignatureMemo memo(1 << 16, 1);
  UrlSigner signer(memo);
  std::string out = "kept";
  const auto outcome = signer.sign(rule, url, viewer, now, out);
  require(outcome != UrlSigner::Outcome::done && out == "kept");
  if (outcome != UrlSigner::Outcome::pending) return {};
  signing::PendingSignature pending = signer.take_pending();
  require(pending.claim && UrlSigner::make(pending));
  const bool finished = UrlSigner::finish(pending, url, out);
  std::string remembered = "kept";
  const auto again = signer.sign(rule, url, viewer, now, remembered);
  require(again == (finished ? UrlSigner::Outcome::done : UrlSigner::Outcome::too_long));
  require(remembered == out && out.starts_with("kept"));
  require(finished || out == "kept");
  return out.substr(4);
}

void check(const Setup& setup, const signing::LinkRule& rule, std::string_view url,
           std::string_view sent) {
  const auto grant = setup.opens(sent, now + rule.expiry.ttl - 1);
  require(grant.has_value());
  require(!setup.opens(sent, now + rule.expiry.ttl + rule.expiry.window + 1));
  require(sent.size() <= signing::max_url);
  const auto request = signing::read_signed_url(sent);
  require(request.resource == url);
  require(grant->statement.ip_address.has_value() ==
          (rule.per_viewer && rule.policy != signing::PolicyForm::canned));
  // Nothing beside it is opened by a policy for one URL, nothing outside the target by a prefix.
  const std::string parameters(sent.substr(url.size() + 1));
  const std::string with_path = std::string(url) + '/';  // the same request, if it has no path
  for (const std::string other : {"https://d.test/r", "https://d.test/", "http://d.test/q/x",
                                  "https://d.test.evil.test/q/x", "https://e.test/q/"}) {
    if (other != url && other != with_path) require(!setup.opens(other + '?' + parameters, now));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Setup setup;
  if (size < 1) return 0;
  const std::string_view link(reinterpret_cast<const char*>(data) + 1, size - 1);
  signing::LinkRule rule;
  rule.name = "r";
  rule.expiry = {.ttl = 1000, .window = data[0] & 0x40 ? 100 : 0};
  rule.policy = static_cast<signing::PolicyForm>(data[0] % 3);
  rule.per_viewer = (data[0] & 0x20) != 0;
  rule.scope = static_cast<std::size_t>((data[0] >> 2) % 4);
  rule.target_length = target.size();
  rule.keys = {{setup.key, {}, {}}};

  // As the gateway does it: matched, signed, put into the page, and taken from there by a browser.
  const bool canned = rule.policy == signing::PolicyForm::canned;
  const rewrite::LinkMatcher& matcher = canned ? setup.plain : setup.wildcard;
  const auto outcome = matcher.match(link, setup.page);
  if (outcome.verdict == rewrite::LinkMatcher::Verdict::media) {
    require(outcome.rule == 0 && outcome.url.starts_with(target));
    require(!outcome.url.starts_with("https://d.test/q/guarded/"));
    if (const std::string emitted = sign(rule, outcome.url); !emitted.empty()) {
      const auto fetched = rewrite::parse_url(emitted + outcome.fragment, &setup.page.base());
      require(fetched && !fetched->has_credentials);
      std::string sent;
      rewrite::append_url(*fetched, sent);
      require(sent == emitted);
      check(setup, rule, outcome.url, sent);
      // Signed afresh it is the same.
      const auto again = matcher.match(sent, setup.page);
      require(again.url == outcome.url);
    }
  }

  // As the commands do it: a URL of its own, which no matcher has seen.
  const auto ready = signing::prepare_url(link, signing::Resign::replace);
  if (!ready || rule.policy == signing::PolicyForm::prefix) return 0;
  if (const std::string emitted = sign(rule, ready->resource); !emitted.empty())
    check(setup, rule, ready->resource, emitted);
  return 0;
}
