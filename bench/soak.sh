#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Many clients for a long time, while the origin is killed and the configuration read anew. conf/doc/benchmarks.md explains it.
set -euo pipefail
root=$(dirname "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)")

usage() {
    cat <<'TEXT'
usage: bench/soak.sh [OPTION ...]
Has many clients ask the gateway all that a client may ask, and leave in the middle of it, while the origin is killed and started
again every 5 s and the configuration read anew every 2 s, every other time with another number of workers (2, 1, 3). Each request
has an id of its own that its answer must echo. Prints what the clients got, and fails when an answer was lost, doubled, mixed up
with another one or otherwise wrong, or when the gateway does not end in good order, which a sanitizer's report is not.

  --seconds N      (600)
  --connections N  at a time, every fourth with TLS (24)
  --seed S         of what the clients do (another one each time; it is printed)
  --binary FILE    the signgate to test (build/asan/bin/signgate if it is there, else build/release/bin/signgate)
  --help

Exit status: 0 all held; 1 something did not; 2 wrong usage, or something is missing.
TEXT
}

fail() {
    echo "soak.sh: $2" >&2
    exit "$1"
}

seconds=600 connections=24 seed='' binary=$root/build/asan/bin/signgate
[ -x "$binary" ] || binary=$root/build/release/bin/signgate
while [ $# -gt 0 ]; do
    case $1 in
        --seconds | --connections)
            [[ ${2-} =~ ^[1-9][0-9]{0,5}$ ]] || fail 2 "$1 takes a number from 1 on"
            printf -v "${1#--}" %s "$2"
            shift
            ;;
        --seed)
            [ -n "${2-}" ] || fail 2 "--seed takes a text"
            seed=$2
            shift
            ;;
        --binary)
            [ -n "${2-}" ] || fail 2 "--binary takes a file"
            binary=$2
            shift
            ;;
        --help)
            usage
            exit 0
            ;;
        *) fail 2 "unknown option $1; see --help" ;;
    esac
    shift
done
for tool in python3 openssl; do
    command -v "$tool" >/dev/null || fail 2 "$tool is missing: bash conf/install-packages.sh conf/packages.txt"
done
[ -x "$binary" ] || fail 2 "$binary is missing: cmake --preset asan && cmake --build --preset asan"
[ "$seconds" -ge 10 ] || fail 2 "--seconds takes 10 or more: the origin is killed every 5 s"
export SIGNGATE_SOAK_SECONDS=$seconds SIGNGATE_SOAK_CONNECTIONS=$connections SIGNGATE_SOAK_SEED=$seed
exec python3 -B "$root/tests/integration/test_soak.py" "$binary"
