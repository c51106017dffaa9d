// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/file.hpp"

#include <unistd.h>

namespace signgate::edge {

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace signgate::edge
