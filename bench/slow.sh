#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# slowhttptest's attacks, while other clients are served. conf/doc/benchmarks.md explains it.
set -euo pipefail
root=$(dirname "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)")

usage() {
    cat <<'TEXT'
usage: bench/slow.sh [OPTION ...]
Has slowhttptest attack the gateway with slow heads (-H), slow bodies (-B), long lists of ranges (-R) and slow reads (-X), while four
clients ask for a small page. Prints how long each attack's connections lasted, what they were answered, and how the other clients
fared; fails when one of those was not served, or a connection outlives the gateway's timeouts.

  --connections N  that attack (200)
  --timeout N      client_header_timeout, client_body_timeout and send_timeout, in seconds, 1 to 20 (5)
  --binary FILE    the signgate to attack (build/release/bin/signgate)
  --help

Exit status: 0 all held; 1 something did not; 2 wrong usage, or something is missing.
TEXT
}

fail() {
    echo "slow.sh: $2" >&2
    exit "$1"
}

connections=200 timeout=5 binary=$root/build/release/bin/signgate
while [ $# -gt 0 ]; do
    case $1 in
        --connections)
            [[ ${2-} =~ ^[1-9][0-9]{0,3}$ ]] || fail 2 "$1 takes a number from 1 to 9999"
            connections=$2
            ;;
        --timeout)
            [[ ${2-} =~ ^([1-9]|1[0-9]|20)$ ]] || fail 2 "$1 takes a number from 1 to 20"
            timeout=$2
            ;;
        --binary)
            [ -n "${2-}" ] || fail 2 "--binary takes a file"
            binary=$2
            ;;
        --help)
            usage
            exit 0
            ;;
        *) fail 2 "unknown option $1; see --help" ;;
    esac
    shift 2
done
for tool in slowhttptest python3; do
    command -v "$tool" >/dev/null || fail 2 "$tool is missing: bash conf/install-packages.sh conf/packages-test.txt"
done
[ -x "$binary" ] || fail 2 "$binary is missing: cmake --preset release && cmake --build --preset release"
# A descriptor for each connection on each side.
ulimit -n "$(ulimit -Hn)"
export SIGNGATE_SLOW_CONNECTIONS=$connections SIGNGATE_SLOW_TIMEOUT=$timeout
exec python3 -B "$root/tests/integration/test_slow.py" "$binary"
