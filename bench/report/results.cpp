// SPDX-License-Identifier: Apache-2.0
#include "bench/report/results.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "bench/percentiles.hpp"

namespace signgate::bench::report {
namespace {

using policy::DocumentError;
using policy::excerpt;
using policy::JsonKind;
using policy::JsonMember;
using policy::JsonValue;

constexpr policy::JsonLimits limits{.bytes = most_bytes_of_results, .depth = 16, .values = 1 << 20};
constexpr double most_threads = 1e6;
constexpr double most_number = 1e15;  // 11 days in ns; no rate comes near

/// Fields reads an object's members. The first thing wrong is kept in `error`, which all the
/// objects of a document share; after that what is read means nothing.
class Fields {
 public:
  Fields(const JsonValue& object, std::optional<DocumentError>& error)
      : object_(object), error_(error) {
    if (!object.is(JsonKind::object)) wrong(object, "an object is expected here");
  }

  [[nodiscard]] const JsonValue* find(std::string_view name) const {
    const JsonMember* member = object_.find(name);
    return member == nullptr ? nullptr : &member->value;
  }

  [[nodiscard]] const JsonValue* need(std::string_view name) const {
    const JsonValue* value = find(name);
    if (value == nullptr) wrong(object_, "this object has no \"" + std::string(name) + "\"");
    return value;
  }

  [[nodiscard]] std::string text(std::string_view name) const {
    const JsonValue* value = need(name);
    if (value == nullptr) return {};
    if (!value->is(JsonKind::string)) wrong(*value, quoted(name) + " is a string");
    return value->text;
  }

  [[nodiscard]] std::string text_or(std::string_view name, std::string other) const {
    return find(name) == nullptr ? std::move(other) : text(name);
  }

  /// number is from `least` to most_number.
  [[nodiscard]] double number(std::string_view name, double least = 0) const {
    const JsonValue* value = need(name);
    return value == nullptr ? least : number_of(name, *value, least);
  }

  /// number_of is number for a member that was found already.
  [[nodiscard]] double number_of(std::string_view name, const JsonValue& value,
                                 double least = 0) const {
    const std::optional<double> real = value.real();
    if (real && *real >= least && *real <= most_number) return *real;
    wrong(value, quoted(name) + " is a number from " + std::to_string(int(least)) + " to 1e15");
    return least;
  }

  [[nodiscard]] unsigned count(std::string_view name, double least = 1) const {
    const double value = number(name, least);
    if (value <= most_threads && value == std::floor(value)) return static_cast<unsigned>(value);
    wrong(*find(name), quoted(name) + " is a whole number of at most 1000000");
    return 1;
  }

  [[nodiscard]] Summary summary(std::string_view name) const {
    const JsonValue* value = need(name);
    if (value == nullptr) return {};
    const Fields fields(*value, error_);
    if (error_) return {};
    return {.median = fields.number("median"),
            .min = fields.number("min"),
            .max = fields.number("max"),
            .spread = fields.number("spread")};
  }

  [[nodiscard]] std::optional<Summary> summary_if(std::string_view name) const {
    if (find(name) == nullptr) return std::nullopt;
    return summary(name);
  }

  [[nodiscard]] std::vector<LatencyPoint> latency(std::string_view name) const {
    std::vector<LatencyPoint> points;
    const JsonValue* value = find(name);
    if (value == nullptr) return points;
    const Fields fields(*value, error_);
    if (error_) return points;
    for (const auto& [percentile, share] : json_percentiles) {
      if (fields.find(percentile) != nullptr)
        points.push_back({.share = share, .nanoseconds = fields.number(percentile)});
    }
    return points;
  }

  /// one_of is the value among `choices` whose `name_of` stands there.
  template <class Value, std::size_t Count, class Name>
  [[nodiscard]] Value one_of(std::string_view name, const std::array<Value, Count>& choices,
                             Name name_of) const {
    const std::string written = text(name);
    std::string legal;
    for (const Value choice : choices) {
      if (name_of(choice) == written) return choice;
      legal.append(legal.empty() ? "" : ", ").append(name_of(choice));
    }
    if (!error_)
      wrong(*find(name), quoted(name) + " is one of " + legal + ", not " + excerpt(written));
    return choices.front();
  }

  void wrong(const JsonValue& where, std::string message) const {
    if (!error_) error_ = DocumentError{.position = where.position, .message = std::move(message)};
  }

 private:
  static std::string quoted(std::string_view name) { return excerpt(name); }

  const JsonValue& object_;
  std::optional<DocumentError>& error_;
};

SignFigures sign_figures(const JsonValue& run, std::optional<DocumentError>& error) {
  using signing::HashAlgorithm;
  using signing::KeyType;
  SignFigures figures;
  const Fields fields(run, error);
  if (error) return figures;
  figures.signer = fields.text("signer");
  figures.mode = fields.one_of("mode", all_sign_modes, sign_mode_name);
  figures.key_type = fields.one_of("key_type", std::array{KeyType::rsa2048, KeyType::ecdsa_p256},
                                   signing::key_type_name);
  figures.hash = fields.one_of("hash", std::array{HashAlgorithm::sha1, HashAlgorithm::sha256},
                               signing::hash_name);
  figures.threads = fields.count("threads");
  figures.per_second = fields.summary("per_second");
  figures.per_cpu_second = fields.summary_if("per_cpu_second");
  figures.bare_per_second = fields.summary_if("bare_per_second");
  figures.ratio = fields.summary_if("ratio");
  figures.cpu_ratio = fields.summary_if("cpu_ratio");
  figures.latency = fields.latency("latency_ns");
  return figures;
}

LoadFigures load_figures(const Fields& fields, std::optional<DocumentError>& error) {
  LoadFigures figures;
  figures.url = fields.text("url");
  figures.connections = fields.count("connections");
  figures.threads = fields.count("threads");
  figures.answers_per_second = fields.number("answers_per_second");
  figures.latency = fields.latency("latency_ns");
  if (fields.find("rate") != nullptr) {
    figures.rate = fields.number("rate");
    figures.rate_reached = fields.number("rate_reached");
    figures.unsent = fields.number("unsent");
  }
  if (const JsonValue* errors = fields.need("errors")) {
    const Fields counts(*errors, error);
    for (const JsonMember& member : errors->members)
      figures.errors += counts.number_of(member.name, member.value);
  }
  return figures;
}

void read_skipped(const JsonValue& list, Results& results, std::optional<DocumentError>& error) {
  if (!list.is(JsonKind::array)) {
    if (!error) error = {list.position, "\"skipped\" is an array"};
    return;
  }
  for (const JsonValue& item : list.items) {
    const Fields fields(item, error);
    if (error) return;
    results.skipped.push_back(fields.text("signer") + ": " + fields.text("reason"));
  }
}

void read_machine(const JsonValue& value, Results& results, std::optional<DocumentError>& error) {
  const Fields machine(value, error);
  if (error) return;
  results.cores = machine.count("cores");
  results.machine = machine.text("cpu") + ", " + std::to_string(results.cores) +
                    (results.cores == 1 ? " core" : " cores");
  for (const char* name : {"openssl", "compiler"}) {
    if (const std::string text = machine.text_or(name, ""); !text.empty())
      results.machine += "; " + text;
  }
  results.build = machine.text_or("build", "");
}

std::string file_name(std::string_view path) {
  return std::string(path.substr(path.find_last_of('/') + 1));
}

constexpr std::string_view sign_tool = "signgate-bench sign";
constexpr std::string_view load_tool = "signgate-bench load";

}  // namespace

policy::DocumentResult<Results> read_results(std::string_view text, std::string_view file) {
  const auto document = policy::json_parse(text, limits);
  if (!document) return document.error();
  std::optional<DocumentError> error;
  Results results;
  const Fields fields(*document, error);
  if (error) return *std::move(error);
  const std::string tool = fields.text("tool");
  if (!error && tool != sign_tool && tool != load_tool) {
    fields.wrong(*fields.find("tool"),
                 "\"tool\" is \"signgate-bench sign\" or \"signgate-bench "
                 "load\", not " +
                     excerpt(tool));
  }
  if (fields.number("schema") != 1 && !error) {
    fields.wrong(*fields.find("schema"),
                 "this is written for another version of signgate-bench: "
                 "\"schema\" is 1");
  }
  if (error) return *std::move(error);
  results.name = fields.text_or("label", file_name(file));
  results.version = fields.text("version");
  results.date = fields.text("date");
  if (const JsonValue* machine = fields.find("machine")) read_machine(*machine, results, error);
  if (tool == load_tool) {
    results.loads.push_back(load_figures(fields, error));
  } else if (const JsonValue* runs = fields.need("runs")) {
    if (!runs->is(JsonKind::array)) fields.wrong(*runs, "\"runs\" is an array");
    for (const JsonValue& run : runs->items)
      results.signs.push_back(sign_figures(run, error));
    if (const JsonValue* skipped = fields.find("skipped")) read_skipped(*skipped, results, error);
  }
  if (error) return *std::move(error);
  return results;
}

}  // namespace signgate::bench::report
