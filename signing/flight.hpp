// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "signing/memo_key.hpp"

namespace signgate::signing {

/// Flight is one signature on its way: whoever asked first makes it, all others wait for it. It is
/// shared by pointer; all members may be called from any thread. SignatureMemo makes and lands
/// them.
class Flight {
 public:
  explicit Flight(const HashedKey& key);
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;

  /// is_for says whether it carries the signature for that key.
  [[nodiscard]] bool is_for(const HashedKey& key) const noexcept;

  /// key is a copy of what it was made with; its views live as long as the flight.
  [[nodiscard]] HashedKey key() const noexcept;

  /// when_landed keeps `resume` and returns true; `resume` is called once, on the thread that
  /// lands the flight, and must not throw. Returns false, and keeps nothing, when it has landed
  /// already.
  [[nodiscard]] bool when_landed(std::function<void()> resume);

  /// signature is the text, or "" where it could not be made. Once the flight has landed.
  [[nodiscard]] const std::string& signature() const noexcept { return signature_; }

 private:
  friend class SignatureMemo;
  void land(std::string_view signature);

  const StoredKey key_;
  std::mutex mutex_;
  bool landed_ = false;
  std::string signature_;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace signgate::signing
