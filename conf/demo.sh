#!/usr/bin/env bash
# usage: conf/demo.sh [--check] [signgate demo's other options]
# Installs what is missing, builds the program, and starts a photo site, the gateway and the edge on this machine.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

"$root/conf/install-packages.sh" "$root/conf/packages.txt"
echo "Building signgate; the first time this takes some minutes."
(
    cd "$root"
    if ! log=$(cmake --preset release 2>&1); then
        echo "$log" >&2
        exit 1
    fi
    cmake --build --preset release --target signgate
)
exec "$root/build/release/bin/signgate" demo "$@"
