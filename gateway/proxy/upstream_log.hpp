// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/base/error.hpp"
#include "gateway/route/variables.hpp"

namespace signgate::proxy {

/// UpstreamLog tells the error log what went wrong with an upstream, in the words and order of
/// nginx's ("..., client: ..., server: ..., request: ..., upstream: ..."), with signatures masked.
/// Of each upstream and kind of failure one line a second is written, the others are counted
/// (RareLines): an upstream that is gone must not cost a line a request.
class UpstreamLog {
 public:
  /// failed tells of `error`, which ended the last of `values.tries`. Any thread may call it.
  static void failed(const Error& error, const route::VariableValues& values);
};

}  // namespace signgate::proxy
