// SPDX-License-Identifier: Apache-2.0
// The names of variables that a configuration itself defines, wherever in it: they are looked for
// before anything is read, since a value may use what is defined further down.
#include <string>
#include <variant>
#include <vector>

#include "gateway/config/access_values.hpp"
#include "gateway/config/location.hpp"
#include "gateway/config/sections.hpp"
#include "gateway/config/words.hpp"

namespace signgate::config {
namespace {

// Finder collects them; what is wrong in itself is told of where it is read.
class Finder {
 public:
  void visit(const Value& value) {
    if (const auto* array = std::get_if<Array>(&value.content)) {
      for (const Value& element : *array)
        visit(element);
    }
    const auto* table = std::get_if<Table>(&value.content);
    if (table == nullptr) return;
    for (const Entry& entry : *table) {
      if (entry.key == "auth_request_set") {
        each(entry.value, [this](std::string_view text) { add_set(text); });
      } else if (entry.key == "server_name") {
        each(entry.value, [this](std::string_view text) {
          if (text.starts_with('~')) add_captures(text.substr(1), true);
        });
      } else if (entry.key == "location") {
        each(entry.value, [this](std::string_view text) {
          const auto location = parse_location(text);
          if (location && location->is_regex())
            add_captures(location->text, location->kind == LocationKind::regex_caseless);
        });
      } else if (const auto* set = std::get_if<Table>(&entry.value.content);
                 set != nullptr && entry.key == "set") {
        for (const Entry& variable : *set)
          add_set(variable.key);
      } else {
        visit(entry.value);
      }
    }
  }

  [[nodiscard]] std::vector<std::string> take() { return std::move(names_); }

 private:
  template <class Note>
  static void each(const Value& value, Note note) {
    if (const auto* text = std::get_if<std::string>(&value.content)) note(*text);
    const auto* list = std::get_if<Array>(&value.content);
    if (list == nullptr) return;
    for (const Value& element : *list)
      each(element, note);
  }

  void add_set(std::string_view text) {
    const auto words = split_words(text);
    if (!words || words->empty()) return;
    if (auto name = parse_user_variable(words->front().text)) names_.push_back(std::move(*name));
  }

  void add_captures(std::string_view pattern, bool caseless) {
    auto names = capture_names(pattern, caseless);
    if (!names) return;
    for (std::string& name : *names)
      names_.push_back(std::move(name));
  }

  std::vector<std::string> names_;
};

}  // namespace

std::vector<std::string> user_variables(const Value& root) {
  Finder finder;
  finder.visit(root);
  return finder.take();
}

}  // namespace signgate::config
