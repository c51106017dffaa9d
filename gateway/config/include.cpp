// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/include.hpp"

#include <glob.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

#include "gateway/base/limits.hpp"
#include "gateway/config/text_file.hpp"

namespace signgate::config {
namespace {

constexpr std::string_view key = "include";

bool is_pattern(std::string_view path) {
  return path.find_first_of("*?[") != std::string_view::npos;
}

bool holds_tables(const Value& value) {
  const auto* list = std::get_if<Array>(&value.content);
  return list != nullptr && std::ranges::all_of(*list, [](const Value& element) {
           return std::holds_alternative<Table>(element.content);
         });
}

// Whether tables of that key have a name each: [key.NAME].
bool has_names(std::string_view name) {
  constexpr std::array<std::string_view, 3> sections = {"upstream", "key", "media"};
  return std::ranges::find(sections, name) != sections.end();
}

class Includer {
 public:
  Includer(Value& root, const std::string& folder, const IncludeFiles& files,
           Diagnostics& diagnostics)
      : root_(std::get<Table>(root.content)),
        folder_(folder),
        files_(files),
        diagnostics_(diagnostics) {}

  std::vector<std::string> run(const Value& root) {
    const Entry* named = root.find(key);
    if (named == nullptr) return {};
    // What is added to the root may move its entries.
    const Value written = named->value;
    chain_.push_back(normal(diagnostics_.file()));
    follow(written);
    return std::move(names_);
  }

 private:
  static std::string normal(const std::string& path) {
    return std::filesystem::path(path).lexically_normal().string();
  }

  void follow(const Value& written) {
    if (std::holds_alternative<std::string>(written.content)) return find(written);
    const auto* list = std::get_if<Array>(&written.content);
    if (list == nullptr) return refuse_type(written);
    for (const Value& element : *list) {
      if (std::holds_alternative<std::string>(element.content)) {
        find(element);
      } else {
        refuse_type(element);
      }
    }
  }

  void refuse_type(const Value& value) {
    diagnostics_.error(value.place, "include must be a string or a list of strings, not " +
                                        std::string(type_name(value)));
  }

  void find(const Value& written) {
    const auto& pattern = std::get<std::string>(written.content);
    if (pattern.empty()) {
      diagnostics_.error(written.place,
                         "include is empty: write a file, or a pattern such as "
                         "\"conf.d/*.toml\"");
      return;
    }
    const std::string path = join_path(folder_, pattern);
    if (!is_pattern(pattern)) return include(path, written.place);
    const auto found = files_.find(path);
    if (!found) {
      diagnostics_.error(written.place,
                         "include: " + in_quotes(path) + ": " + found.error().message);
      return;
    }
    for (const std::string& file : *found)
      include(file, written.place);
  }

  void include(const std::string& path, Place place) {
    if (const auto refusal = refusal_of(path)) {
      diagnostics_.error(place, "include: " + in_quotes(path) + *refusal);
      return;
    }
    auto text = files_.load(path);
    if (!text) {
      diagnostics_.error(place, "include: " + in_quotes(path) + ": " + text.error().message);
      return;
    }
    bytes_ += text->size();
    names_.push_back(path);
    const std::uint16_t number = diagnostics_.add_file(path, std::move(*text));
    auto document = parse_toml(diagnostics_, number);
    if (!document) return;
    const Entry* further = document->find(key);
    const Value nested = further != nullptr ? further->value : Value{};
    const bool has_nested = further != nullptr;
    for (Entry& entry : std::get<Table>(document->content))
      add(std::move(entry));
    if (!has_nested) return;
    chain_.push_back(normal(path));
    follow(nested);
    chain_.pop_back();
  }

  [[nodiscard]] std::optional<std::string> refusal_of(const std::string& path) const {
    if (std::ranges::find(chain_, normal(path)) != chain_.end()) return " includes itself";
    if (chain_.size() > limits::include_depth) {
      return " is one file too many within each other: at most " +
             std::to_string(limits::include_depth) + " are";
    }
    if (names_.size() >= limits::included_files)
      return " is one file too many: at most " + std::to_string(limits::included_files) + " are";
    if (bytes_ > limits::included_bytes) {
      return " is too much: files are included up to " + std::to_string(limits::included_bytes) +
             " bytes in all";
    }
    return std::nullopt;
  }

  void add(Entry entry) {
    if (entry.key == key) return;
    const auto known = std::ranges::find(root_, entry.key, &Entry::key);
    if (known == root_.end()) {
      root_.push_back(std::move(entry));
    } else if (entry.key == "server" && holds_tables(known->value) && holds_tables(entry.value)) {
      auto& list = std::get<Array>(known->value.content);
      std::ranges::move(std::get<Array>(entry.value.content), std::back_inserter(list));
    } else if (auto* table = std::get_if<Table>(&known->value.content);
               table != nullptr && has_names(entry.key) &&
               std::holds_alternative<Table>(entry.value.content)) {
      for (Entry& named : std::get<Table>(entry.value.content))
        add_named(entry.key, *table, std::move(named));
    } else {
      refuse(entry.place, entry.key, known->place);
    }
  }

  void add_named(const std::string& section, Table& table, Entry entry) {
    const auto known = std::ranges::find(table, entry.key, &Entry::key);
    if (known == table.end()) {
      table.push_back(std::move(entry));
    } else {
      refuse(entry.place, section + '.' + entry.key, known->place);
    }
  }

  void refuse(Place place, const std::string& name, Place known) {
    diagnostics_.error(place,
                       in_quotes(name) + " stands already at " + diagnostics_.line_of(known));
  }

  Table& root_;
  const std::string& folder_;
  const IncludeFiles& files_;
  Diagnostics& diagnostics_;
  std::vector<std::string>
      chain_;  // the files that are being read, each included by the one before
  std::vector<std::string> names_;
  std::size_t bytes_ = 0;
};

}  // namespace

IncludeFiles files_on_disk() {
  IncludeFiles files;
  files.find = [](const std::string& pattern) -> Parsed<std::vector<std::string>> {
    glob_t found{};
    const int failed = ::glob(pattern.c_str(), 0, nullptr, &found);
    const std::unique_ptr<glob_t, void (*)(glob_t*)> end(&found, &::globfree);
    if (failed == GLOB_NOMATCH) return std::vector<std::string>{};
    if (failed != 0) return Flaw{"the pattern cannot be followed"};
    return std::vector<std::string>(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  };
  files.load = [](const std::string& path) { return load_text(path); };
  return files;
}

std::vector<std::string> follow_includes(Value& root, const std::string& folder,
                                         const IncludeFiles& files, Diagnostics& diagnostics) {
  return Includer(root, folder, files, diagnostics).run(root);
}

}  // namespace signgate::config
