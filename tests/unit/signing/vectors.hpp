// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "signing/signer.hpp"
#include "signing/verifier.hpp"

/// The signing vectors of tests/data/vectors: what other people's signers made of the same inputs.
namespace signgate::signing::vectors {

/// Inputs is what a signer was given.
struct Inputs {
  std::optional<std::string> url;
  std::string key;  // file below tests/data/vectors/keys
  std::string key_pair_id;
  UnixSeconds date_less_than = 0;
  std::optional<std::string> date_less_than_arg;  // the text that a CLI was given
  std::optional<UnixSeconds> date_greater_than;
  std::optional<std::string> ip_address;
  std::optional<std::string> policy;
  std::optional<std::string> hash_algorithm;
  std::optional<std::string> passphrase;
};

/// Case is one entry of "cases".
struct Case {
  std::string id;
  std::string group;
  std::string tool;
  bool cookie = false;
  bool custom = false;
  Inputs inputs;
  std::optional<std::string> policy_text;
  std::optional<HashAlgorithm> signature_hash;
  std::optional<std::string> expected;             // a URL
  std::map<std::string, std::string> cookies;      // or cookies
  std::optional<std::string> template_url;         // ECDSA: the URL with {SIGNATURE}
  std::optional<std::string> example;              // ECDSA: one that was made
  std::map<std::string, std::string> other_tools;  // the same URL, policy and signature
  std::optional<std::string> disagreement;
  bool refused = false;  // the tool refused

  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.id; }
};

/// Disagreement is one entry of "disagreements".
struct Disagreement {
  std::string id;
  bool custom = false;
  Inputs inputs;
  std::map<std::string, std::string> outputs;  // by tool; a tool that refused is left out
  std::map<std::string, std::string> signed_policy;

  friend void PrintTo(const Disagreement& d, std::ostream* out) { *out << d.id; }
};

/// cases and disagreements are read once; an unreadable file ends the program with its reason.
const std::vector<Case>& cases();
const std::vector<Disagreement>& disagreements();

/// key_file is the text of a key file of the vectors.
std::string key_file(const std::string& name);

/// signing_key is the key that the inputs name; the test fails when it cannot be read.
SigningKey signing_key(const Inputs& inputs, HashAlgorithm hash);

/// trusted is the public half of the inputs' key under its id.
TrustedKeys trusted(const Inputs& inputs);

/// viewer_within is a viewer whom the inputs' conditions admit: a second before the end, in the
/// range.
Viewer viewer_within(const Inputs& inputs);

/// reordered is a signed URL with its CloudFront parameters in our order.
std::string reordered(const std::string& url);

/// test_name is an id as GoogleTest allows it in a name.
template <class T>
std::string test_name(const testing::TestParamInfo<T>& info) {
  std::string name = info.param.id;
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
}

}  // namespace signgate::signing::vectors
