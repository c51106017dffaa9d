// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/link_gate.hpp"

#include <algorithm>

namespace signgate::proxy {

bool LinkGate::asks(const rewrite::Link& link) {
  // Nobody is asked about what is refused anyway.
  return !link.ready && set_.signers[link.rule].grant_request && asked_->is_open(set_, link) &&
         reflection(link) == Refusal::none;
}

bool LinkGate::asks(const rewrite::Batch& batch) {
  if (!asked_) return false;
  return std::ranges::any_of(batch.links, [this](const rewrite::Link& link) { return asks(link); });
}

net::Awaitable<void> LinkGate::ask(const rewrite::Batch& batch) {
  for (const rewrite::Link& link : batch.links) {
    if (asks(link)) co_await asked_->ask(set_, link);
  }
}

LinkGate::Refusal LinkGate::reflection(const rewrite::Link& link) {
  if (!reflected_ || !set_.signers[link.rule].refuses_reflected) return Refusal::none;
  switch (reflected_->judge(set_, link)) {
    case ReflectedLinks::Verdict::own:
      return Refusal::none;
    case ReflectedLinks::Verdict::reflected:
      return Refusal::reflected;
    case ReflectedLinks::Verdict::unclear:
      break;
  }
  return Refusal::unclear;
}

LinkGate::Refusal LinkGate::refusal(const rewrite::Link& link) {
  const Refusal reflected = reflection(link);
  if (reflected != Refusal::none) return reflected;
  if (!grants_.allow(set_, link)) return Refusal::not_granted;
  if (!set_.signers[link.rule].grant_request) return Refusal::none;
  if (!asked_) return Refusal::not_granted;
  switch (asked_->answer(set_, link)) {
    case PrefixGrants::Answer::granted:
      return Refusal::none;
    case PrefixGrants::Answer::refused:
      return Refusal::not_granted;
    case PrefixGrants::Answer::too_many:
      return Refusal::too_many_grants;
    case PrefixGrants::Answer::failed:
      break;
  }
  return Refusal::grant_failed;
}

}  // namespace signgate::proxy
