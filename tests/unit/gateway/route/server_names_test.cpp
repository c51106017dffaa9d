// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/server_names.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace signgate::route {
namespace {

// What stood in the tables' place: each name is looked at. The number of a name is its place.
std::optional<std::size_t> look_at_each(const std::vector<std::string>& names,
                                        std::string_view host) {
  std::optional<std::size_t> best;
  std::size_t best_length = 0;
  bool best_leading = false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string_view name = names[i];
    const bool both = name.starts_with('.');
    if (name == host && !both) return i;
    const bool leading = both || name.starts_with("*.");
    if (!leading && !name.ends_with(".*")) continue;
    const std::string_view fixed = both      ? name
                                   : leading ? name.substr(1)
                                             : name.substr(0, name.size() - 1);
    const bool hit =
        (both && host == fixed.substr(1)) ||
        (host.size() > fixed.size() && (leading ? host.ends_with(fixed) : host.starts_with(fixed)));
    const bool better = !best || (leading && !best_leading) ||
                        (leading == best_leading && fixed.size() > best_length);
    if (!hit || !better) continue;
    best = i;
    best_length = fixed.size();
    best_leading = leading;
  }
  return best;
}

ServerNames table_of(const std::vector<std::string>& names) {
  ServerNames table;
  for (std::size_t i = 0; i < names.size(); ++i)
    table.add(names[i], i);
  return table;
}

TEST(ServerNames, LookNoFurtherThanANameGoes) {
  const std::vector<std::string> names = {"*.example.com", "www.*", "mail.example.*"};
  const ServerNames table = table_of(names);
  std::string long_host;
  for (int i = 0; i < 4000; ++i)
    long_host += "a.";
  EXPECT_EQ(table.find(long_host + "example.com"), 0U);
  EXPECT_EQ(table.find(long_host + "example.org"), std::nullopt);
  EXPECT_EQ(table.find("www." + long_host + "org"), 1U);
  EXPECT_EQ(table.find("mail.example." + long_host), 2U);
  EXPECT_EQ(table.find("www."), std::nullopt);
  EXPECT_EQ(table.find("."), std::nullopt);
  EXPECT_EQ(table.find(""), std::nullopt);
}

TEST(ServerNames, FindWhatALookAtEachDoes) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto host = [&] {
    std::string text;
    for (std::size_t i = random() % 5; i > 0; --i)
      text.append(random() % 8 == 0 ? "" : random() % 2 == 0 ? "a" : "bc").append(1, '.');
    return text + (random() % 4 == 0 ? "" : "com");
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> names;
    for (std::size_t i = random() % 40; i > 0; --i) {
      std::string name = host();
      const auto kind = random() % 4;
      while (name.starts_with('.'))  // of which the next line makes the form it is to have
        name.erase(0, 1);
      if (kind == 0) name.insert(0, "*.");
      if (kind == 1) name.insert(0, ".");
      if (kind == 2) name += ".*";
      if (name != "." && name != "*." && name != ".*") names.push_back(std::move(name));
    }
    const ServerNames table = table_of(names);
    for (int i = 0; i < 100; ++i) {
      const std::string wanted = host();
      ASSERT_EQ(table.find(wanted), look_at_each(names, wanted)) << wanted << " in round " << round;
    }
  }
}

}  // namespace
}  // namespace signgate::route
