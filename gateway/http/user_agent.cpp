// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/user_agent.hpp"

namespace signgate::http {
namespace {

constexpr std::string_view msie = "MSIE ";

bool has(std::string_view agent, std::string_view word) noexcept {
  return agent.find(word) != std::string_view::npos;
}

}  // namespace

bool is_msie6(std::string_view agent) noexcept {
  const std::size_t at = agent.find(msie);
  if (at == std::string_view::npos || at + 7 >= agent.size() || has(agent, "Opera")) return false;
  const char version = agent[at + 5];
  if (agent[at + 6] != '.') return false;
  if (version == '4' || version == '5') return true;
  return version == '6' && agent.find("SV1", at) == std::string_view::npos;
}

bool is_safari(std::string_view agent) noexcept {
  const bool other =
      has(agent, msie) || has(agent, "Opera") || has(agent, "Gecko/") || has(agent, "Chrome/");
  return !other && has(agent, "Safari/") && has(agent, "Mac OS X");
}

}  // namespace signgate::http
