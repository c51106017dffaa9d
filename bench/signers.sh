#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# signgate beside the signers that people use today. conf/doc/benchmarks.md explains it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")

usage() {
    cat <<'TEXT'
usage: bench/signers.sh [OPTION ...]
Has signgate, Node's @aws-sdk/cloudfront-signer and botocore's CloudFrontSigner sign the same URLs with the same keys, one
after the other on one thread each, verifies a sample of what each of them made, prints a Markdown table, and writes one
file that `signgate-bench report` draws. A signer that is not there is left out, and named with the reason.

  --types LIST   of keys: rsa2048,ecdsa-p256 (both), comma-separated
  --seconds S    of each round (2)
  --rounds N     that count, after one to warm up (5)
  --links N      different URLs (10000)
  --output FILE  the results (signers.json)
  --install      first install Node, npm and botocore from Debian where they are missing; needs root or sudo
  --node DIR     a folder in which the Node package is installed already; otherwise npm installs it into a folder that
                 is gone afterwards
  --build DIR    where signgate and signgate-bench are (build/release/bin)
  --help

Exit status: 0 done; 1 a signer failed or what it signed is refused; 2 wrong usage, or something is missing.
TEXT
}

fail() {
    echo "signers.sh: $2" >&2
    exit "$1"
}

types=rsa2048,ecdsa-p256 seconds=2 rounds=5 links=10000 output=signers.json install='' node='' build=$root/build/release/bin
while [ $# -gt 0 ]; do
    case $1 in
        --types)
            [[ ,${2-} =~ ^(,(rsa2048|ecdsa-p256))+$ ]] || fail 2 "--types takes rsa2048,ecdsa-p256"
            types=$2
            shift
            ;;
        --seconds)
            [[ ${2-} =~ ^[0-9]{1,4}(\.[0-9]{1,3})?$ && ${2-} =~ [1-9] ]] || fail 2 "--seconds takes a number above 0"
            seconds=$2
            shift
            ;;
        --rounds | --links)
            [[ ${2-} =~ ^[1-9][0-9]{0,5}$ ]] || fail 2 "$1 takes a number from 1 on"
            printf -v "${1#--}" %s "$2"
            shift
            ;;
        --output)
            [ -n "${2-}" ] || fail 2 "--output takes a file"
            output=$2
            shift
            ;;
        --install) install=yes ;;
        --node | --build)
            [ -d "${2-}" ] || fail 2 "$1 takes a folder"
            printf -v "${1#--}" %s "$(cd "$2" && pwd)"
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

# Debian's own Python has Debian's botocore; another one may stand before it in PATH.
botocore_python() {
    local python
    for python in /usr/bin/python3 python3; do
        "$python" -B "$here/signers/botocore_signer.py" --version >/dev/null 2>&1 || continue
        echo "$python"
        return
    done
}
if [ -n "$install" ]; then
    packages=()
    command -v node >/dev/null || packages+=(nodejs)
    command -v npm >/dev/null || packages+=(npm)
    [ -n "$(botocore_python)" ] || packages+=(python3-botocore python3-cryptography)
    bash "$root/conf/install-packages.sh" <(printf '%s\n' "${packages[@]}") >&2 || fail 2 "the packages could not be installed"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Why the Node package cannot be used; nothing when it can.
prepare_node() {
    local source=$here/signers
    command -v node >/dev/null || {
        echo "node is not installed (--install)"
        return
    }
    mkdir "$work/node"
    cp "$source/package.json" "$source/package-lock.json" "$source/node_signer.mjs" "$work/node"
    if [ -n "$node" ]; then
        ln -s "$node/node_modules" "$work/node/node_modules"
    elif ! command -v npm >/dev/null; then
        echo "npm is not installed (--install)"
        return
    else
        # The lock file holds the versions and what their contents have to be.
        npm ci --prefix "$work/node" --cache "$work/npm" --ignore-scripts --no-audit --no-fund --no-update-notifier >&2 || {
            echo "npm could not install it"
            return
        }
    fi
    (cd "$work/node" && node --input-type=module -e 'await import("@aws-sdk/cloudfront-signer")') >&2 ||
        echo "node cannot load it"
}
node_missing=$(prepare_node)

export SIGNGATE_BUILD=$build SIGNGATE_WORK=$work SIGNGATE_NODE_MISSING=$node_missing
SIGNGATE_PYTHON=$(botocore_python)
export SIGNGATE_PYTHON
python3 -B "$here/signers/measure.py" "$types" "$seconds" "$rounds" "$links" "$output"
