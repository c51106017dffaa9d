// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/fault.hpp"

namespace signgate {

Error fault_of(const std::exception_ptr& thrown) {
  Error error{ErrorCode::resource, Side::own, Retry::no, "a fault of our own"};
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& known) {
    error.detail.append(": ").append(known.what());
  } catch (...) {
    error.detail += ", of a type that tells nothing";
  }
  return error;
}

}  // namespace signgate
