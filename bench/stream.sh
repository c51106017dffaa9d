#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What `signgate sign --url -` makes of a long list of URLs. conf/doc/benchmarks.md explains it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")

usage() {
    cat <<'TEXT'
usage: bench/stream.sh [OPTION ...]
Has `signgate sign --url -` sign a list of distinct URLs, each line checked afterwards, and prints the rate, how busy the
cores were, the ratio to OpenSSL's bare signatures in the same run, and the memory over time.

  --count N     URLs (1000000)
  --type T      of the key: ecdsa-p256 (the default) or rsa2048
  --build DIR   where signgate and signgate-bench are (build/release/bin)
  --help

Exit status: 0 done; 1 a line is wrong; 2 wrong usage, or something is missing.
TEXT
}

fail() {
    echo "stream.sh: $2" >&2
    exit "$1"
}

count=1000000 type=ecdsa-p256 build=$root/build/release/bin
while [ $# -gt 0 ]; do
    case $1 in
        --count)
            [[ ${2-} =~ ^[1-9][0-9]{0,8}$ ]] || fail 2 "$1 takes a number from 1 on"
            count=$2
            shift
            ;;
        --type)
            [[ ${2-} =~ ^(rsa2048|ecdsa-p256)$ ]] || fail 2 "--type takes rsa2048 or ecdsa-p256"
            type=$2
            shift
            ;;
        --build)
            [ -d "${2-}" ] || fail 2 "--build takes a folder"
            build=$2
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
command -v python3 >/dev/null || fail 2 "python3 is missing: bash conf/install-packages.sh conf/packages.txt"
for program in signgate signgate-bench; do
    [ -x "$build/$program" ] || fail 2 "$build/$program is missing: cmake --preset release && cmake --build --preset release"
done
exec python3 -B "$here/stream/measure.py" "$build" "$type" "$count"
