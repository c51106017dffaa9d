// SPDX-License-Identifier: Apache-2.0
// usage: fuzz_replay NAME FOLDER: runs the fuzzer's entry point over its corpus once, which is a
// test of every build then.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

#define SIGNGATE_REPLAY(name) \
  extern "C" int replay_##name(const std::uint8_t* data, std::size_t size);
#include "entries.inc"
#undef SIGNGATE_REPLAY

namespace {

struct Entry {
  std::string_view name;
  int (*run)(const std::uint8_t* data, std::size_t size);
};

constexpr Entry entries[] = {
#define SIGNGATE_REPLAY(name) {#name, replay_##name},
#include "entries.inc"
#undef SIGNGATE_REPLAY
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::size_t files = 0;
  for (const Entry& entry : entries) {
    if (entry.name != argv[1]) continue;
    for (const auto& file : std::filesystem::directory_iterator(argv[2])) {
      std::ifstream in(file.path(), std::ios::binary);
      const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
      entry.run(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
      ++files;
    }
  }
  std::printf("%zu inputs replayed\n", files);
  return files == 0 ? 1 : 0;
}
