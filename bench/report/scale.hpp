// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace signgate::bench::report {

/// Span is a stretch of a drawing, in its units; `to` may be the smaller one, as upwards in SVG.
struct Span {
  double from = 0;
  double to = 1;
};

/// Tick is a place on an axis, in the drawing's units, and what it means.
struct Tick {
  double at = 0;
  std::string label;
};

/// Label writes an axis's value.
using Label = std::function<std::string(double)>;

/// Scale maps values to places on an axis. An immutable value. Axes end at 1e-15 and 1e18 at most.
class Scale {
 public:
  /// linear runs from 0 to the round number at or above `most`; some five ticks at steps of 1, 2
  /// or 5 times a power of ten. To 1 when `most` is not positive.
  [[nodiscard]] static Scale linear(double most, Span span, const Label& label);

  /// logarithmic runs from the 1, 2 or 5 times a power of ten at or below `least` to that at or
  /// above `most`, both positive; otherwise from 1 to 10. Ticks at powers of ten, and at 2 and 5
  /// times them when that gives no more than six.
  [[nodiscard]] static Scale logarithmic(double least, double most, Span span, const Label& label);

  /// steps has one evenly spaced place for each of `values`, which are sorted; a single one is in
  /// the middle. Values between are interpolated.
  [[nodiscard]] static Scale steps(const std::vector<double>& values, Span span,
                                   const Label& label);

  /// nines is the axis of percentiles: each further nine of a share (0.5, 0.9, 0.99, ... 1) takes
  /// the same width; 1, the maximum, stands one beyond `last`, the greatest share below 1 (from
  /// 0.9 on).
  [[nodiscard]] static Scale nines(double last, Span span);

  /// at is the place of `value`; what lies outside is put at the end.
  [[nodiscard]] double at(double value) const;

  [[nodiscard]] const std::vector<Tick>& ticks() const noexcept { return ticks_; }
  [[nodiscard]] Span span() const noexcept { return span_; }

 private:
  Scale(double least, double most, Span span) : least_(least), most_(most), span_(span) {}
  [[nodiscard]] double share_of(double value) const;
  void add_tick(double value, std::string label);

  enum class Kind : unsigned char { linear, logarithmic, steps, nines };

  Kind kind_ = Kind::linear;
  double least_;
  double most_;
  Span span_;
  std::vector<double> values_;  // of steps
  std::vector<Tick> ticks_;
};

}  // namespace signgate::bench::report
