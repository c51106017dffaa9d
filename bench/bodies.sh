#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The gateway's memory while many long pages are rewritten at once. conf/doc/benchmarks.md explains it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")

usage() {
    cat <<'TEXT'
usage: bench/bodies.sh [OPTION ...]
Has clients fetch one long HTML page with links to private media through the gateway, all at once, from an nginx on this machine, and
looks at the gateway's resident memory ten times a second. Every byte of every answer is checked. Prints the memory when idle, the
highest seen, and what passed.

  --bodies N       at once (100)
  --size MIB       of the page (1024); the origin has it once, in a temporary folder (TMPDIR)
  --links N        on each 64 KiB of it (20)
  --gzip           the clients take gzip, and the gateway compresses
  --workers N      of the gateway (1)
  --binary FILE    the signgate to measure (build/release/bin/signgate)
  --help

Exit status: 0 done; 1 an answer was cut or wrong; 2 wrong usage, or something is missing.
TEXT
}

fail() {
    echo "bodies.sh: $2" >&2
    exit "$1"
}

bodies=100 size=1024 links=20 gzip=off workers=1 binary=$root/build/release/bin/signgate
# takes OPTION PATTERN WHAT VALUE: VALUE, if it is of that form, becomes the variable that is called as the option.
takes() {
    [[ ${4-} =~ ^($2)$ ]] || fail 2 "$1 takes $3"
    printf -v "${1#--}" %s "$4"
}
while [ $# -gt 0 ]; do
    case $1 in
        --bodies) takes "$1" '[1-9][0-9]{0,3}' "a number from 1 to 9999" "${2-}" ;;
        --size) takes "$1" '[1-9][0-9]{0,4}' "a number from 1 to 99999" "${2-}" ;;
        --links) takes "$1" '[1-9][0-9]{0,2}' "a number from 1 to 999" "${2-}" ;;
        --workers) takes "$1" '[1-9][0-9]?' "a number from 1 to 99" "${2-}" ;;
        --binary) takes "$1" '.+' "a file" "${2-}" ;;
        --gzip) gzip=on ;;
        --help)
            usage
            exit 0
            ;;
        *) fail 2 "unknown option $1; see --help" ;;
    esac
    [ "$1" = --gzip ] || shift
    shift
done
PATH=$PATH:/usr/sbin
for tool in nginx python3; do
    command -v "$tool" >/dev/null || fail 2 "$tool is missing: bash conf/install-packages.sh conf/packages-test.txt"
done
[ -x "$binary" ] || fail 2 "$binary is missing: cmake --preset release && cmake --build --preset release"
# A descriptor for each connection on each side.
ulimit -n "$(ulimit -Hn)"
exec python3 -B "$here/bodies/measure.py" "$binary" "$bodies" "$size" "$links" "$gzip" "$workers"
