// SPDX-License-Identifier: Apache-2.0
#include "unit/signing/vectors.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "policy/ipv4_range.hpp"
#include "policy/json.hpp"
#include "signing/query_parameters.hpp"
#include "signing/signed_url.hpp"

namespace signgate::signing::vectors {
namespace {

using policy::JsonKind;
using policy::JsonValue;

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "the signing vectors cannot be read: " << why << "\n";
  std::exit(1);
}

std::string read_file(const std::string& name) {
  const std::string path = SIGNGATE_SOURCE_DIR "/tests/data/vectors/" + name;
  std::ifstream in(path, std::ios::binary);
  if (!in) give_up("no file " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

const JsonValue& document() {
  static const JsonValue value = [] {
    auto parsed = policy::json_parse(read_file("cloudfront.json"),
                                     {.bytes = 1 << 20, .depth = 16, .values = 100000});
    if (!parsed) give_up(parsed.error().message);
    return *std::move(parsed);
  }();
  return value;
}

const JsonValue& member(const JsonValue& object, std::string_view name) {
  const auto* found = object.find(name);
  if (found == nullptr) give_up("a member \"" + std::string(name) + "\" is missing");
  return found->value;
}

std::optional<std::string> text(const JsonValue& object, std::string_view name) {
  const auto* found = object.find(name);
  if (found == nullptr || !found->value.is(JsonKind::string)) return std::nullopt;
  return found->value.text;
}

std::map<std::string, std::string> texts(const JsonValue& object, std::string_view name) {
  std::map<std::string, std::string> all;
  const auto* found = object.find(name);
  if (found == nullptr) return all;
  for (const auto& each : found->value.members) {
    if (each.value.is(JsonKind::string)) all[each.name] = each.value.text;
  }
  return all;
}

Inputs inputs_of(const JsonValue& entry) {
  const JsonValue& given = member(entry, "inputs");
  Inputs inputs;
  inputs.url = text(given, "url");
  inputs.key = text(given, "key").value();
  inputs.key_pair_id = text(given, "key_pair_id").value();
  inputs.date_less_than = member(given, "date_less_than").integer().value();
  inputs.date_less_than_arg = text(given, "date_less_than_arg");
  inputs.date_greater_than = member(given, "date_greater_than").integer();
  inputs.ip_address = text(given, "ip_address");
  inputs.policy = text(given, "policy");
  inputs.hash_algorithm = text(given, "hash_algorithm");
  inputs.passphrase = text(given, "passphrase");
  return inputs;
}

Case case_of(const JsonValue& entry) {
  Case c;
  c.id = text(entry, "id").value();
  c.group = text(entry, "group").value();
  c.tool = text(entry, "tool").value();
  c.cookie = text(entry, "kind") == "cookie";
  c.custom = text(entry, "policy_kind") == "custom";
  c.inputs = inputs_of(entry);
  c.policy_text = text(entry, "policy_text");
  c.signature_hash = parse_hash_name(text(entry, "signature_hash").value_or(""));
  c.expected = text(entry, "expected");
  c.cookies = texts(entry, "expected");
  c.template_url = text(entry, "expected_template");
  c.example = text(entry, "example_output");
  c.other_tools = texts(entry, "other_tools_same_url_policy_signature");
  c.disagreement = text(entry, "disagreement");
  c.refused = entry.find("expected_error") != nullptr;
  return c;
}

Disagreement disagreement_of(const JsonValue& entry) {
  Disagreement d;
  d.id = text(entry, "id").value();
  d.custom = text(entry, "policy_kind") == "custom";
  d.inputs = inputs_of(entry);
  d.outputs = texts(entry, "outputs");
  d.signed_policy = texts(entry, "signed_policy");
  return d;
}

template <class T>
std::vector<T> read_all(std::string_view list, T (*read)(const JsonValue&)) {
  std::vector<T> all;
  for (const JsonValue& entry : member(document(), list).items)
    all.push_back(read(entry));
  if (all.empty()) give_up("there is nothing in \"" + std::string(list) + "\"");
  return all;
}

/// public_half is the file that holds the other half of the private key in `name`.
std::string public_half(const std::string& name) {
  return name.substr(0, name.find('.')) + ".pub.pem";
}

}  // namespace

const std::vector<Case>& cases() {
  static const auto all = read_all<Case>("cases", case_of);
  return all;
}

const std::vector<Disagreement>& disagreements() {
  static const auto all = read_all<Disagreement>("disagreements", disagreement_of);
  return all;
}

std::string key_file(const std::string& name) {
  return read_file("keys/" + name);
}

SigningKey signing_key(const Inputs& inputs, HashAlgorithm hash) {
  auto key = PrivateKey::parse(key_file(inputs.key));
  if (!key) throw std::runtime_error(inputs.key + ": " + key.error().message);
  return make_signing_key(inputs.key_pair_id, *std::move(key), hash).value();
}

TrustedKeys trusted(const Inputs& inputs) {
  auto key = PublicKey::parse(key_file(public_half(inputs.key)));
  if (!key) throw std::runtime_error(inputs.key + ": " + key.error().message);
  return {{inputs.key_pair_id, *std::move(key)}};
}

Viewer viewer_within(const Inputs& inputs) {
  Viewer viewer{inputs.date_less_than - 1, std::nullopt};
  if (inputs.ip_address)
    viewer.ipv4_address = policy::parse_ipv4_range(*inputs.ip_address)->address;
  if (inputs.policy) {
    const auto statement = policy::parse_custom_policy(*inputs.policy);
    if (statement && statement->ip_address) viewer.ipv4_address = statement->ip_address->address;
  }
  return viewer;
}

std::string reordered(const std::string& url) {
  const SignedRequest request = read_signed_url(url);
  const Presented& p = request.presented;
  SignedParameters parameters;
  if (p.expires) parameters.expires = std::stoll(std::string(*p.expires));
  parameters.policy = p.policy.value_or("");
  parameters.signature = p.signature.value_or("");
  parameters.key_pair_id = p.key_pair_id.value_or("");
  parameters.hash = parse_hash_name(p.hash_algorithm.value_or("SHA1")).value();
  return assemble_url(request.resource, split_url(url).fragment, parameters);
}

}  // namespace signgate::signing::vectors
