// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/chain_trace.hpp"

#include <algorithm>
#include <utility>

#include "signing/verifier.hpp"

namespace signgate::cli::demo {
namespace {

using signing::DenialReason;

struct CheckText {
  std::string_view name;
  std::string_view title;
  std::string_view passed;  // the note when it held; of the cache, hit or miss says it
};

constexpr std::array<CheckText, check_count> texts = {{
    {"site", "Writes a plain link", "and knows no key"},
    {"gateway", "Signs the link", "while the page passes"},
    {"key", "The key's id is known", "it is one of the trusted keys"},
    {"signature", "The signature is that key's", "it covers what was signed"},
    {"resource", "The policy covers the link", "it was signed for this one"},
    {"time", "The policy's time holds", "it has not expired"},
    {"address", "The policy lets you in", "your address is welcome"},
    {"cache", "The edge's cache", ""},
    {"caller", "The caller may read", "it is this distribution"},
    {"referer", "The Referer may, too", "it is a page of the site"},
    {"object", "The object exists", "it was found"},
}};

struct Refusal {
  DenialReason reason;
  Check check;
  std::string_view note;
  std::string_view words;
};

constexpr std::array refusals = {
    Refusal{DenialReason::not_signed, Check::key, "the link names none",
            "The link is not signed: it names no key that could vouch for it."},
    Refusal{DenialReason::missing_key_pair_id, Check::key, "no usable id",
            "The link names no key, or not in a form that a key's id has."},
    Refusal{DenialReason::unknown_key, Check::key, "no trusted key has it",
            "The link names a key that this distribution does not trust."},
    Refusal{DenialReason::missing_signature, Check::signature, "there is none",
            "The link names a key but bears no signature, or two."},
    Refusal{DenialReason::undecodable_signature, Check::signature, "it cannot be read",
            "The signature is cut off or is not written as CloudFront writes them."},
    Refusal{DenialReason::missing_policy, Check::signature, "no policy to check",
            "The link does not say until when it is meant to work, or says it twice."},
    Refusal{DenialReason::undecodable_policy, Check::signature, "the policy is unreadable",
            "What the link says of its own time cannot be read."},
    Refusal{DenialReason::unknown_hash_algorithm, Check::signature, "unknown hash",
            "The link asks for a hash that CloudFront does not know."},
    Refusal{DenialReason::bad_signature, Check::signature, "it is not that key's",
            "The signature does not fit: address, time or signature are not what the key signed."},
    Refusal{DenialReason::invalid_policy, Check::resource, "no policy as it should be",
            "What was signed is not what a policy may be."},
    Refusal{DenialReason::time_in_milliseconds, Check::time, "given in milliseconds",
            "The policy's time lies past the year 9999: milliseconds were taken for seconds."},
    Refusal{DenialReason::resource_mismatch, Check::resource, "it covers another one",
            "The signature is genuine, but its policy was made for another address."},
    Refusal{DenialReason::not_yet_valid, Check::time, "it has not come yet",
            "The signature is genuine, but the time it vouches for has not come yet."},
    Refusal{DenialReason::expired, Check::time, "it has expired",
            "The signature is genuine, but the time it vouches for has passed."},
    Refusal{DenialReason::viewer_address_mismatch, Check::address, "made for other addresses",
            "The signature is genuine, but its policy lets other addresses in than yours."},
    Refusal{DenialReason::viewer_address_unknown, Check::address, "your address is not IPv4",
            "The policy asks for an IPv4 address, and the viewer has none."},
};

/// Lights everything before `check` as passed.
void pass_before(Trace& trace, Check check) {
  for (Step& step : trace.steps) {
    if (step.check >= check) return;
    step.light = Light::passed;
    step.note = texts[static_cast<std::size_t>(step.check)].passed;
  }
}

void fail(Trace& trace, Check check, std::string_view note) {
  pass_before(trace, check);
  trace.at(check).light = Light::failed;
  trace.at(check).note = note;
}

std::string seconds(std::string_view age) {
  return std::string(age) + (age == "1" ? " second" : " seconds");
}

std::string answered(const EdgeAnswer& answer) {
  return "The answer: " + describe(answer) + '.';
}

/// CloudFront's refusal, by its reason, or by the code when no reason is told.
void refused_by_edge(Trace& trace, const EdgeAnswer& answer) {
  const std::string_view name = std::string_view(answer.reason).substr(0, answer.reason.find(':'));
  const auto* known = std::find_if(refusals.begin(), refusals.end(), [&](const Refusal& refusal) {
    return signing::denial_reason_name(refusal.reason) == name;
  });
  std::string words;
  if (known != refusals.end()) {
    fail(trace, known->check, known->note);
    words = known->words;
  } else if (answer.code == "MissingKey" || answer.code == "InvalidKey") {
    fail(trace, Check::key, answer.code);
    words = answer.message + '.';
  } else if (answer.code == "MalformedSignature" || answer.code == "MalformedPolicy") {
    fail(trace, Check::signature, answer.code);
    words = answer.message + '.';
  } else {
    trace.outcome = "CloudFront refused it without a word about the check. " + answered(answer);
    return;
  }
  trace.outcome =
      "Refused by CloudFront. " + words + " The bucket was not asked. " + answered(answer);
}

bool names_the_caller(std::string_view reason) {
  constexpr std::array<std::string_view, 5> keys{"aws:sourcearn", "aws:sourceaccount",
                                                 "aws:principal", "fails at the principal",
                                                 "no statement allows"};
  std::string lower(reason);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return std::any_of(keys.begin(), keys.end(),
                     [&](std::string_view key) { return lower.find(key) != std::string::npos; });
}

/// Which of the bucket's checks said no, and why in words; an empty text when it is not told.
std::string why_the_bucket_refused(const EdgeAnswer& answer, Check& check, std::string_view& note) {
  const std::string_view reason = answer.reason;
  if (reason.starts_with("no_such_key") || answer.code == "NoSuchKey") {
    check = Check::object;
    note = "there is no such object";
    return "The policy would have let it pass, but the bucket has no such object; to callers that "
           "may not list the bucket S3 does not admit even that.";
  }
  if (!reason.starts_with("bucket_policy")) return {};
  if (reason.find("aws:Referer") != std::string_view::npos) {
    check = Check::referer;
    if (reason.find("removed Referer") != std::string_view::npos) {
      note = "CloudFront removed it";
      return "The viewer sent a Referer, but this behaviour of the distribution does not forward "
             "it, so the bucket's policy saw none.";
    }
    if (reason.find("the request has none") != std::string_view::npos) {
      note = "none was sent";
      return "The bucket's policy asks for a page of the site as aws:Referer, and none was sent.";
    }
    note = "it is another site's";
    return "The bucket's policy does not list the site that the Referer names.";
  }
  if (names_the_caller(reason)) {
    check = Check::caller;
    note = "it is somebody else";
    return "The bucket's policy does not let this caller read.";
  }
  return {};
}

void refused_by_bucket(Trace& trace, const EdgeAnswer& answer) {
  Check check = Check::caller;
  std::string_view note;
  const std::string words = why_the_bucket_refused(answer, check, note);
  if (words.empty()) {
    pass_before(trace, Check::cache);
    trace.outcome = "The bucket refused it for no reason that is checked here. " + answered(answer);
    return;
  }
  if (!answer.age.empty()) {
    // Served from the cache: the bucket itself was not asked this time.
    fail(trace, Check::cache, "keeps a refusal, " + answer.age + " s old");
    trace.by = "the edge's cache";
    trace.outcome = "Refused from the edge's cache, which keeps the bucket's refusal of " +
                    seconds(answer.age) + " ago. The bucket had said: " + words + ' ' +
                    answered(answer);
    return;
  }
  fail(trace, check, note);
  trace.at(Check::cache).note = "miss: the bucket is asked";
  trace.outcome =
      "Let through by CloudFront, refused by the bucket. " + words + ' ' + answered(answer);
}

void opened(Trace& trace, const EdgeAnswer& answer) {
  trace.opened = true;
  if (answer.cache.starts_with("Hit")) {
    pass_before(trace, Check::caller);
    trace.at(Check::cache).note = "hit: has it for " + answer.age + " s";
    trace.by = "the edge's cache";
    trace.outcome =
        "Opened from the edge's cache, where it has been for " + seconds(answer.age) +
        ". The signature was checked again; the bucket and its policy were not asked. " +
        answered(answer);
    return;
  }
  pass_before(trace, Check::object);
  Step& object = trace.at(Check::object);
  object.light = Light::passed;
  object.note = texts.back().passed;
  const bool refreshed = answer.cache.starts_with("RefreshHit");
  trace.at(Check::cache).note =
      refreshed ? "old: the bucket is asked" : "miss: the bucket is asked";
  trace.outcome =
      "Opened. Every check passed, and the object came from the bucket. " + answered(answer);
}

Trace unlit() {
  Trace trace;
  for (std::size_t i = 0; i < check_count; ++i)
    trace.steps[i].check = static_cast<Check>(i);
  return trace;
}

}  // namespace

std::string_view check_name(Check check) noexcept {
  return texts[static_cast<std::size_t>(check)].name;
}

std::string_view check_title(Check check) noexcept {
  return texts[static_cast<std::size_t>(check)].title;
}

std::string_view light_name(Light light) noexcept {
  switch (light) {
    case Light::not_reached:
      return "not-reached";
    case Light::passed:
      return "passed";
    case Light::failed:
      return "failed";
  }
  return "";
}

Trace trace_of(const EdgeAnswer& answer) {
  Trace trace = unlit();
  pass_before(trace, Check::key);
  if (answer.status >= 200 && answer.status < 400) {
    trace.by = "Amazon S3";
    opened(trace, answer);
  } else if (answer.server == "CloudFront") {
    trace.by = "CloudFront";
    refused_by_edge(trace, answer);
  } else if (answer.server == "AmazonS3") {
    trace.by = "Amazon S3";
    refused_by_bucket(trace, answer);
  } else {
    trace.outcome = "The edge's answer is none that a link is refused with. " + answered(answer);
  }
  return trace;
}

Trace broken_at(Check where, std::string why) {
  Trace trace = unlit();
  fail(trace, where, "gave no link");
  trace.outcome = std::move(why);
  return trace;
}

}  // namespace signgate::cli::demo
