// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "policy/lint/checks.hpp"
#include "policy/lint/referer_pattern.hpp"
#include "policy/text_pattern.hpp"

namespace signgate::policy::lint {
namespace {

/// A condition whose values are the pages that may show the objects.
bool lists_pages(const StatementView& statement, const ConditionView& condition) {
  return condition.is_referer() && condition.is_text() &&
         statement.allows != condition.known->negated;
}

bool is_like(const ConditionView& condition) {
  return condition.known->comparison == Comparison::string_like;
}

bool lets_through(const ConditionView& condition, std::string_view referer) {
  return std::ranges::any_of(condition.values, [&](const Text& value) {
    const auto pattern = TextPattern::compile(
        value.value,
        {.wildcards = is_like(condition), .ignore_case = condition.known->ignore_case});
    return pattern && pattern->matches(referer);
  });
}

/// A name in the Internet: neither an address nor a name of this machine.
bool is_domain(std::string_view host) {
  if (host.find('.') == std::string_view::npos || host.ends_with(".localhost")) return false;
  if (std::ranges::any_of(host, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    return false;
  }
  const std::string_view last = host.substr(host.rfind('.') + 1);
  return !last.empty() && !(last.front() >= '0' && last.front() <= '9') &&
         host.find_first_of("*?[:$") == std::string_view::npos;
}

/// The same site under the other of the names that sites have: with www. and without.
std::string twin_of(std::string_view host) {
  if (host.starts_with("www.")) return std::string(host.substr(4));
  if (std::ranges::count(host, '.') == 1) return "www." + std::string(host);
  return {};
}

class Check {
 public:
  Check(const PolicyView& policy, Checker& checker) : policy_(policy), checker_(checker) {}

  void run() {
    std::vector<const ConditionView*> lists;
    for (const StatementView& statement : policy_.statements) {
      for (const ConditionView& condition : statement.conditions) {
        if (!condition.is_referer()) continue;
        if (condition.is_text()) {
          check_values(condition);
          check_absent(statement, condition);
        }
        if (!lists_pages(statement, condition)) continue;
        check_list(condition);
        lists.push_back(&condition);
      }
    }
    if (!lists.empty()) check_sites(lists);
  }

 private:
  /// Whether a page of that host sends its path: media stands on the same host, or the site says
  /// so.
  bool sends_path(std::string_view host) const {
    const std::string name = lower_case(host);
    for (const SiteFacts& site : checker_.input.sites) {
      if (site.sends_wide_referrer) return true;
      for (const MediaFacts& media : site.media) {
        if (media.host == name) return true;
      }
    }
    return std::ranges::any_of(checker_.documents().distributions, [&](const Distribution& one) {
      return one.domain == name || std::ranges::any_of(one.aliases, [&](const Text& alias) {
               return lower_case(alias.value) == name;
             });
    });
  }

  void check_values(const ConditionView& condition) {
    for (const Text& value : condition.values) {
      const RefererRules rules{.wildcards = is_like(condition),
                               .ignore_case = condition.known->ignore_case,
                               .with_path = sends_path(take_apart(value.value).host)};
      for (RefererFlaw& flaw : referer_flaws(value.value, rules))
        checker_.report(flaw.code, value.spot, std::move(flaw.message));
    }
  }

  /// What becomes of requests without a Referer.
  void check_absent(const StatementView& statement, const ConditionView& condition) {
    const auto null = std::ranges::find_if(statement.conditions, [](const ConditionView& one) {
      return one.is_referer() && one.is_null();
    });
    const bool has_null = null != statement.conditions.end() && !null->values.empty();
    if (has_null && null->values.front().value == "true") {
      checker_.report(code("referer-null"), null->values.front().spot,
                      statement.name + " is about requests without a Referer alone");
      return;
    }
    const ConditionOperator& known = *condition.known;
    if (statement.allows && known.negated) {
      checker_.report(code("referer-inverted"), condition.operator_.spot,
                      statement.name + " allows all pages but the listed ones");
    } else if (statement.allows && !has_null &&
               (known.if_exists || condition.operator_.value.starts_with("ForAllValues:"))) {
      checker_.report(code("referer-missing-allowed"), condition.operator_.spot,
                      statement.name + " allows requests without a Referer");
    } else if (!statement.allows && known.negated && !has_null) {
      if (known.if_exists) {
        checker_.report(code("referer-if-exists"), condition.operator_.spot,
                        statement.name + " denies requests without a Referer, in spite of " +
                            condition.operator_.value);
      } else {
        checker_.report(code("referer-missing-denied"), condition.operator_.spot,
                        statement.name + " denies requests without a Referer");
      }
    }
  }

  /// The hosts of one list, each by itself.
  void check_list(const ConditionView& condition) {
    std::set<std::string> told;
    for (const Text& value : condition.values) {
      const RefererPattern parts = take_apart(value.value);
      const std::string host = lower_case(parts.host);
      if (parts.path.empty() || !parts.port.empty() || !is_domain(host)) continue;
      if (!lets_through(condition, "https://" + host + '/')) {
        if (lower_case(parts.scheme) == "http" && told.insert(host).second) {
          checker_.report(code("referer-http-only"), value.spot,
                          excerpt(value.value) + " has no twin for https://" + host + '/');
        }
        continue;
      }
      const std::string twin = twin_of(host);
      // A gateway's configuration says under which names the site answers.
      if (twin.empty() || !checker_.input.sites.empty() || told.contains(host) ||
          !told.insert(host).second || lets_through(condition, "https://" + twin + '/')) {
        continue;
      }
      checker_.report(code("referer-twin"), value.spot,
                      "https://" + host + "/* is listed, https://" + twin + "/* is not");
    }
  }

  void check_sites(const std::vector<const ConditionView*>& lists) {
    bool with_path = false;
    const auto passes = [&](const std::string& authority) {
      return std::ranges::any_of(lists, [&](const ConditionView* list) {
        return lets_through(*list, "https://" + authority + '/') ||
               lets_through(*list, "http://" + authority + '/') ||
               (with_path && std::ranges::any_of(list->values, [&](const Text& value) {
                  const RefererPattern parts = take_apart(value.value);
                  return parts.authority == authority && !parts.path.empty();
                }));
      });
    };
    const Text& place = lists.front()->key;
    for (const SiteFacts& site : checker_.input.sites) {
      with_path = site.sends_wide_referrer;
      for (const SiteHost& host : site.hosts) {
        if (!is_domain(host.name)) continue;
        const bool plain = passes(host.name);
        if (host.ports.empty() || !plain) {
          const bool other = std::ranges::any_of(host.ports, [&](std::uint16_t port) {
            return passes(host.name + ':' + std::to_string(port));
          });
          if (plain || other) continue;
          checker_.report(
              code("referer-site-missing"), place.spot,
              "no pattern lets pages of the gateway's site " + excerpt(host.name) + " through");
          continue;
        }
        for (const std::uint16_t port : host.ports) {
          const std::string authority = host.name + ':' + std::to_string(port);
          if (passes(authority)) continue;
          checker_.report(code("referer-port"), place.spot,
                          "browsers send https://" + authority +
                              "/, where the gateway listens, and no pattern lets it through");
        }
      }
    }
  }

  const PolicyView& policy_;
  Checker& checker_;
};

}  // namespace

void check_referers(const PolicyView& policy, Checker& checker) {
  Check(policy, checker).run();
}

}  // namespace signgate::policy::lint
