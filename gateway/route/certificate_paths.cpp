// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/certificate_paths.hpp"

#include "gateway/config/text_file.hpp"

namespace signgate::route {

TlsPaths CertificatePaths::paths(const VariableValues& values, const std::string& folder) const {
  TlsPaths paths;
  certificate_.append(values, Escape::none, paths.certificate);
  if (paths.certificate.empty()) return paths;
  key_.append(values, Escape::none, paths.key);
  for (std::string* path : {&paths.certificate, &paths.key})
    *path = config::join_path(folder, *path);
  return paths;
}

}  // namespace signgate::route
