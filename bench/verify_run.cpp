// SPDX-License-Identifier: Apache-2.0
#include "bench/verify_run.hpp"

#include <cstdio>
#include <utility>

#include "bench/bare_verifier.hpp"
#include "gateway/base/limits.hpp"
#include "policy/cloudfront_statement.hpp"
#include "policy/json_writer.hpp"
#include "signing/private_key.hpp"
#include "signing/signed_url.hpp"
#include "signing/url_base64.hpp"
#include "signing/verified_signatures.hpp"

namespace signgate::bench {
namespace {

constexpr std::string_view link = "https://media.site.example/private/albums/7/harbour.jpg?w=640";
constexpr std::string_view key_pair_id = "K2JCJMDEHXQW5F";
constexpr signing::UnixSeconds asked_at = 1893456000;
constexpr signing::UnixSeconds expiry = asked_at + 3600;

constexpr std::array<std::string_view, verify_ways> way_names = {"openssl", "fresh", "remembered"};

Error failed(std::string what) {
  return {ErrorCode::resource, Side::own, Retry::no, std::move(what)};
}

Result<void> held(bool holds, const char* way) {
  if (!holds) return failed(std::string("a good signature was refused: ") + way);
  return {};
}

void write_summary(policy::JsonWriter& json, const Summary& summary, int digits) {
  json.object([&] {
    json.name("median").real(summary.median, digits);
    json.name("min").real(summary.min, digits);
    json.name("max").real(summary.max, digits);
  });
}

}  // namespace

Result<VerifyResult> run_verify(signing::KeyType type, const TurnPlan& plan) {
  auto made = signing::PrivateKey::generate(type);
  if (!made) return failed(made.error().message);
  const auto key = signing::make_signing_key(std::string(key_pair_id), *std::move(made));
  if (!key) return failed(key.error().message);
  const auto url = signing::sign_url_canned(*key, link, expiry);
  if (!url) return failed(url.error().message);
  // As the edge has it: from a file.
  auto half = signing::PublicKey::parse(key->key.public_key().pem());
  if (!half) return failed(half.error().message);
  const signing::TrustedKeys keys{{std::string(key_pair_id), *std::move(half)}};
  const signing::Viewer viewer{asked_at, {}};

  const auto request = signing::read_signed_url(*url);
  const auto signature = signing::url_base64_decode(request.presented.signature.value_or(""));
  if (!signature) return failed("the signature cannot be decoded");
  BareVerifier bare(keys.begin()->second, key->hash,
                    policy::canned_policy(request.resource, expiry),
                    {reinterpret_cast<const unsigned char*>(signature->data()), signature->size()});
  if (!bare.ready()) return failed("OpenSSL does not take the key");
  signing::VerifiedSignatures memory(limits::edge_signatures);

  const std::vector<TurnStep> sides = {
      [&] { return held(bare.verify(), "OpenSSL alone"); },
      [&] { return held(signing::verify_url(*url, keys, viewer).has_value(), "fresh"); },
      [&] {
        const auto asked = signing::read_signed_url(*url);
        const auto verdict = signing::verify(asked.resource, asked.presented, keys, viewer, memory);
        return held(verdict.has_value(), "remembered");
      }};
  const auto rounds = take_turns(sides, plan);
  if (!rounds) return rounds.error();

  VerifyResult result{
      .type = type, .hash = key->hash, .per_second = {}, .fresh_cost = {}, .remembered_cost = {}};
  for (std::size_t way = 0; way < verify_ways; ++way) {
    result.per_second[way] = over_rounds(*rounds, [way](const TurnRound& round) {
      const double each = round[way].cpu_seconds();
      return each > 0 ? 1 / each : 0;
    });
  }
  const auto cost_of = [&rounds](VerifyWay way) {
    return over_rounds(*rounds, [way](const TurnRound& round) {
      const double least = round[static_cast<std::size_t>(VerifyWay::openssl)].cpu_seconds();
      return least > 0 ? round[static_cast<std::size_t>(way)].cpu_seconds() / least : 0;
    });
  };
  result.fresh_cost = cost_of(VerifyWay::fresh);
  result.remembered_cost = cost_of(VerifyWay::remembered);
  return result;
}

std::string verify_text(const std::vector<VerifyResult>& results, const MachineFacts& machine) {
  std::string out = machine.cpu + ", " + machine.openssl + ", " + machine.compiler +
                    ", one thread; verifications a second of CPU time\n" +
                    "key         hash       OpenSSL      fresh   cost  remembered   cost\n";
  for (const VerifyResult& result : results) {
    char line[160];
    std::snprintf(line, sizeof line, "%-11s %-6s %11.0f %10.0f %6.2f %11.0f %6.3f\n",
                  std::string(signing::key_type_name(result.type)).c_str(),
                  std::string(signing::hash_name(result.hash)).c_str(), result.per_second[0].median,
                  result.per_second[1].median, result.fresh_cost.median,
                  result.per_second[2].median, result.remembered_cost.median);
    out += line;
  }
  return out;
}

std::string verify_json(const std::vector<VerifyResult>& results, const MachineFacts& machine,
                        std::string_view version, std::string_view date) {
  std::string out;
  policy::JsonWriter json{out, 2};
  json.object([&] {
    json.name("version").string(version);
    json.name("date").string(date);
    json.name("machine").object([&] {
      json.name("cpu").string(machine.cpu);
      json.name("openssl").string(machine.openssl);
      json.name("compiler").string(machine.compiler);
      json.name("build").string(machine.build);
    });
    json.name("keys").array([&] {
      for (const VerifyResult& result : results) {
        json.object([&] {
          json.name("type").string(signing::key_type_name(result.type));
          json.name("hash").string(signing::hash_name(result.hash));
          json.name("per_second").object([&] {
            for (std::size_t way = 0; way < verify_ways; ++way)
              write_summary(json.name(way_names[way]), result.per_second[way], 0);
          });
          write_summary(json.name("fresh_cost"), result.fresh_cost, 3);
          write_summary(json.name("remembered_cost"), result.remembered_cost, 4);
        });
      }
    });
  });
  return out + "\n";
}

}  // namespace signgate::bench
