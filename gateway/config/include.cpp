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

// The tables of a file that may have the key, from the outermost in: each is a list in the one
// before. The file that is included stands for the innermost at its level.
constexpr std::array<std::string_view, 2> levels = {"server", "route"};

bool holds_a_table(const Value& value) {
  const auto* list = std::get_if<Array>(&value.content);
  return list != nullptr && std::ranges::any_of(*list, [](const Value& element) {
           return std::holds_alternative<Table>(element.content);
         });
}

// Elements of a list; a single value is a list of one.
Array& as_list(Value& value) {
  if (!std::holds_alternative<Array>(value.content)) {
    Value only{value.place, std::move(value.content)};
    value.content = Array();
    std::get<Array>(value.content).push_back(std::move(only));
  }
  return std::get<Array>(value.content);
}

class Includer {
 public:
  Includer(const std::string& folder, const IncludeFiles& files, Diagnostics& diagnostics)
      : folder_(folder), files_(files), diagnostics_(diagnostics) {}

  std::vector<std::string> run(Value& root) {
    chain_.push_back(normal(diagnostics_.file()));
    expand(std::get<Table>(root.content), 0);
    return std::move(names_);
  }

 private:
  static std::string normal(const std::string& path) {
    return std::filesystem::path(path).lexically_normal().string();
  }

  // Adds to a table of that level, and to those within it, what they include.
  void expand(Table& table, std::size_t level) {
    if (level < levels.size()) {
      const auto inner = std::ranges::find(table, levels[level], &Entry::key);
      auto* list = inner == table.end() ? nullptr : std::get_if<Array>(&inner->value.content);
      for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        if (auto* each = std::get_if<Table>(&(*list)[i].content)) expand(*each, level + 1);
      }
    }
    const auto named = std::ranges::find(table, key, &Entry::key);
    if (named == table.end()) return;
    // What is added to the table may move its entries.
    const Value written = named->value;
    follow(written, table, level);
  }

  void follow(const Value& written, Table& table, std::size_t level) {
    if (std::holds_alternative<std::string>(written.content)) return find(written, table, level);
    const auto* list = std::get_if<Array>(&written.content);
    if (list == nullptr) return refuse_type(written);
    for (const Value& element : *list) {
      if (std::holds_alternative<std::string>(element.content)) {
        find(element, table, level);
      } else {
        refuse_type(element);
      }
    }
  }

  void refuse_type(const Value& value) {
    diagnostics_.error(value.place, "include must be a string or a list of strings, not " +
                                        std::string(type_name(value)));
  }

  void find(const Value& written, Table& table, std::size_t level) {
    const auto& pattern = std::get<std::string>(written.content);
    if (pattern.empty()) {
      diagnostics_.error(written.place,
                         "include is empty: write a file, or a pattern such as "
                         "\"conf.d/*.toml\"");
      return;
    }
    const std::string path = join_path(folder_, pattern);
    if (!is_pattern(pattern)) return include(path, written.place, table, level);
    const auto found = files_.find(path);
    if (!found) {
      diagnostics_.error(written.place,
                         "include: " + in_quotes(path) + ": " + found.error().message);
      return;
    }
    for (const std::string& file : *found)
      include(file, written.place, table, level);
  }

  void include(const std::string& path, Place place, Table& table, std::size_t level) {
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
    auto& added = std::get<Table>(document->content);
    chain_.push_back(normal(path));
    expand(added, level);
    chain_.pop_back();
    for (Entry& entry : added)
      add(std::move(entry), table);
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

  // Lists grow, and tables; a single value stands once (nginx: "directive is duplicate").
  void add(Entry entry, Table& table) {
    if (entry.key == key) return;
    const auto known = std::ranges::find(table, entry.key, &Entry::key);
    if (known == table.end()) {
      table.push_back(std::move(entry));
      return;
    }
    auto* names = std::get_if<Table>(&known->value.content);
    if (names != nullptr && std::holds_alternative<Table>(entry.value.content)) {
      for (Entry& named : std::get<Table>(entry.value.content))
        add_named(entry.key, *names, std::move(named));
    } else if ((std::holds_alternative<Array>(known->value.content) ||
                std::holds_alternative<Array>(entry.value.content)) &&
               holds_a_table(known->value) == holds_a_table(entry.value)) {
      std::ranges::move(as_list(entry.value), std::back_inserter(as_list(known->value)));
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
  return Includer(folder, files, diagnostics).run(root);
}

}  // namespace signgate::config
