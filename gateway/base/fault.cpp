// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/fault.hpp"

namespace signgate {

Error fault_of(const std::exception_ptr& thrown) {
  Error error{ErrorCode::fault, Side::own, Retry::no, "a fault of our own"};
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& known) {
    error.detail.append(": ").append(known.what());
  } catch (...) {
    error.detail += ", of a type that tells nothing";
  }
  return error;
}

std::exception_ptr thrown_by(const std::function<void()>& job) noexcept {
  try {
    job();
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

}  // namespace signgate
