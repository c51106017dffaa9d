// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "gateway/net/file_threads.hpp"
#include "gateway/net/stream.hpp"
#include "gateway/proxy/services.hpp"
#include "gateway/proxy/viewer.hpp"

namespace signgate::proxy {

/// load_certificate gives what is in the files: from what `source` keeps, else read on a thread for
/// files, so that no event loop waits for a disk. `source` outlives the call.
[[nodiscard]] net::Awaitable<Result<net::TlsLoaded>> load_certificate(
    Services& services, net::TlsCredentialSource& source, TlsPaths paths);

/// lend_certificates loads what the variables in ssl_certificate say for a client whose hello has
/// been read on `connection`, of the server that it has named or of the default one. A server name
/// that is no host is refused, since values of variables become paths: it could lead out of the
/// folder. Errors of our own side say which file is at fault. All arguments outlive the call.
[[nodiscard]] net::Awaitable<Result<std::vector<net::TlsLoaded>>> lend_certificates(
    Services& services, const Runtime& runtime, const Viewer& viewer, ssl_st* connection);

}  // namespace signgate::proxy
