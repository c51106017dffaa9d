// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace signgate::route::browser {

/// Links makes random URL references by the Standard's grammar (section 4.3) and by what people
/// write instead of it.
class Links {
 public:
  explicit Links(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] std::string next();

 private:
  [[nodiscard]] bool one_in(unsigned count) { return random_() % count == 0; }
  template <std::size_t N>
  [[nodiscard]] std::string_view any(const std::string_view (&of)[N]) {
    return of[random_() % N];
  }
  void add_authority(std::string& out);
  void add_path(std::string& out);
  void add_query(std::string& out);
  void disturb(std::string& out);

  std::mt19937_64 random_;
};

}  // namespace signgate::route::browser
