#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a signed URL costs here and with the signers that people use today. conf/doc/benchmarks.md explains the figures.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
node_package=@aws-sdk/cloudfront-signer
node_version=3.1166.0

usage() {
    cat <<TEXT
usage: bench/signers.sh [OPTION ...]
Signs the same list of URLs with the same keys by signgate, by Node's $node_package and by botocore, one
thread each, one after the other; holds a sample of what each made to \`signgate verify\`; prints a Markdown table and
writes one file that \`signgate-bench report\` draws.

  --seconds N    of signing in each round (2)
  --rounds N     that count, after one to warm up (5)
  --links N      how many different URLs (1000)
  --types LIST   of keys, of rsa2048,ecdsa-p256 (both), comma-separated
  --output FILE  the results (signers.json)
  --build DIR    where signgate and signgate-bench are (build/release/bin)
  --help

$node_package $node_version comes from npm into a folder that is gone afterwards; it is asked twice, with
the key as text, which it reads anew for every URL, and as an object of Node's. botocore is Debian's python3-botocore with
python3-cryptography, or what python3 has. Who is missing is skipped, and the reason told. botocore has no form of URL for
SHA-256, so it is asked for RSA alone.

Exit status: 0 done; 1 a signer failed, or a URL it made would be refused; 2 wrong usage, or signgate or every other signer
is missing.
TEXT
}

fail() {
    echo "signers.sh: $2" >&2
    exit "$1"
}

seconds=2 rounds=5 links=1000 types=rsa2048,ecdsa-p256 output=signers.json build=$root/build/release/bin
while [ $# -gt 0 ]; do
    case $1 in
        --seconds | --rounds | --links)
            [[ ${2-} =~ ^[1-9][0-9]{0,5}$ ]] || fail 2 "$1 takes a number from 1 on"
            printf -v "${1#--}" %s "$2"
            shift
            ;;
        --types)
            [[ ,${2-} =~ ^(,(rsa2048|ecdsa-p256))+$ ]] || fail 2 "--types takes rsa2048,ecdsa-p256"
            types=$2
            shift
            ;;
        --output)
            [ -n "${2-}" ] || fail 2 "--output takes a file"
            output=$2
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
for binary in signgate signgate-bench; do
    [ -x "$build/$binary" ] || fail 2 "$build/$binary is missing: cmake --preset release && cmake --build --preset release"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

skipped() { echo "signers.sh: skipped $1: $2" >&2; }

# What a program that was not to fail said last, on one line.
last_words() { grep -v '^[[:space:]]*$' "$1" | tail -n 1 | cut -c1-200; }

have_node=''
mkdir "$work/node"
if ! command -v node >/dev/null; then
    skipped "$node_package" "there is no node"
elif ! command -v npm >/dev/null; then
    skipped "$node_package" "there is no npm to install it"
elif ! npm install --prefix "$work/node" --no-audit --no-fund --ignore-scripts --loglevel=error \
    "$node_package@$node_version" >"$work/npm.log" 2>&1; then
    skipped "$node_package" "npm cannot install it: $(last_words "$work/npm.log")"
elif ! (cd "$work/node" && node -e "require('$node_package')") 2>"$work/node.log"; then
    skipped "$node_package" "$(node --version) cannot load it: $(grep -m 1 Error "$work/node.log" | cut -c1-200)"
else
    have_node=yes
fi

# Debian's Python has what apt-get installed, also where another one comes first in PATH.
python=''
for candidate in /usr/bin/python3 python3; do
    if "$candidate" -c 'import botocore.signers, cryptography' 2>"$work/python.log"; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || skipped botocore \
    "$(last_words "$work/python.log"); apt-get install python3-botocore python3-cryptography"
command -v python3 >/dev/null || fail 2 "python3 is missing: bash conf/install-packages.sh conf/packages-test.txt"
[ -n "$have_node$python" ] || fail 2 "there is no other signer to compare with"

"$build/signgate-bench" sign --links "$links" --print-links >"$work/links"
id=K2JCJMDEHXQW5F
expires=1893456001

# A sample of what a signer made during the measurement: all of it has to be let in, each URL once.
check() { # name, measured, key type
    python3 -c 'import json, sys; print(*dict.fromkeys(json.load(open(sys.argv[1]))["samples"]), sep="\n")' \
        "$2" >"$work/samples"
    local url count=0
    while read -r url; do
        "$build/signgate" verify "$url" --public-key "$work/$3/public_key.pem" --key-pair-id "$id" --at 1893456000 \
            >/dev/null 2>"$work/verify.log" || fail 1 "$1: a URL it made is refused: $(last_words "$work/verify.log")"
        count=$((count + 1))
    done <"$work/samples"
    [ "$count" -gt 0 ] || fail 1 "$1 made no URL"
    echo "$1, $3: $count URLs it made are let in" >&2
}

IFS=, read -ra type_list <<<"$types"
for type in "${type_list[@]}"; do
    "$build/signgate" keygen --type "$type" --out-dir "$work/$type" >"$work/keygen.log"
    key=$work/$type/private_key.pem
    # Half of each of its rounds is OpenSSL's alone.
    "$build/signgate-bench" sign --key "$key" --threads 1 --links "$links" --rounds "$rounds" --seconds $((2 * seconds)) \
        --json >"$work/$type.ours" || fail 1 "signgate-bench sign failed"
    measured=()
    if [ -n "$have_node" ]; then
        for form in text object; do
            (cd "$work/node" && node "$here/signers/node_signer.mjs" "$work/links" "$key" "$type" "$id" "$expires" "$rounds" \
                "$seconds" "$form") >"$work/$type.node.$form" || fail 1 "$node_package failed"
            check "$node_package, key as $form" "$work/$type.node.$form" "$type"
            measured+=("$work/$type.node.$form")
        done
    fi
    if [ -n "$python" ] && [ "$type" = rsa2048 ]; then
        "$python" "$here/signers/botocore_signer.py" "$work/links" "$key" "$id" "$expires" "$rounds" "$seconds" \
            >"$work/$type.botocore" || fail 1 "botocore failed"
        check botocore "$work/$type.botocore" "$type"
        measured+=("$work/$type.botocore")
    elif [ -n "$python" ]; then
        skipped "botocore, $type" "it has no form of URL for SHA-256"
    fi
    python3 "$here/signers/add_run.py" "$work/results" "$type" "$links" "$seconds" "$work/$type.ours" "${measured[@]}" \
        >>"$work/rows"
done

cp "$work/results" "$output" || fail 1 "$output cannot be written"
echo "$links URLs, one thread, $rounds rounds of $seconds s after one to warm up; median of the rounds; $(nproc) cores"
echo
echo "| signer | key | digest | URLs/s | +- | URLs/s of CPU time | of signgate's | p50 us | p99 us |"
echo "|---|---|---|---:|---:|---:|---:|---:|---:|"
cat "$work/rows"
echo
echo "$output: draw it with $build/signgate-bench report $output -o signers.html"
