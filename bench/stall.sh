#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What plain requests feel while a hostile page has thousands of cold links signed. conf/doc/benchmarks.md explains it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")

usage() {
    cat <<'TEXT'
usage: bench/stall.sh [OPTION ...]
Asks the gateway for a small plain answer at a steady rate, first alone and then while another client fetches, over and
over, a page with 10,000 links whose signatures nobody has; prints the latencies of the plain requests in both.

  --seconds N   of each measurement (10)
  --rate N      plain requests a second (500)
  --links N     on the hostile page (10000)
  --type T      of the key: rsa2048 (the default) or ecdsa-p256
  --build DIR   where signgate is (build/release/bin)
  --help

Exit status: 0 done; 1 a request failed; 2 wrong usage, or something is missing.
TEXT
}

fail() {
    echo "stall.sh: $2" >&2
    exit "$1"
}

seconds=10 rate=500 links=10000 type=rsa2048 build=$root/build/release/bin
while [ $# -gt 0 ]; do
    case $1 in
        --seconds | --rate | --links)
            [[ ${2-} =~ ^[1-9][0-9]{0,5}$ ]] || fail 2 "$1 takes a number from 1 on"
            printf -v "${1#--}" %s "$2"
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
PATH=$PATH:/usr/sbin
for tool in nginx curl python3; do
    command -v "$tool" >/dev/null || fail 2 "$tool is missing: bash conf/install-packages.sh conf/packages-test.txt"
done
[ -x "$build/signgate" ] || fail 2 "$build/signgate is missing: cmake --preset release && cmake --build --preset release"

work=$(mktemp -d)
pids=()
cleanup() {
    trap - EXIT
    for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "$work"

origin=$(python3 -c '
import socket
port = socket.socket()
port.bind(("127.0.0.1", 0))
print(port.getsockname()[1])')
mkdir "$work/site"
head -c 1024 /dev/zero | tr '\0' x >"$work/site/plain.txt"
for ((i = 0; i < links; i++)); do echo "<img src=\"/media/$i.jpg\">"; done >"$work/site/hostile.html"
cat >"$work/origin.conf" <<TEXT
daemon off;
pid $work/origin.pid;
error_log $work/origin.log;
worker_processes 1;
events { worker_connections 512; }
http {
    access_log off;
    types { text/html html; text/plain txt; }
    client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/fastcgi;
    uwsgi_temp_path $work/uwsgi; scgi_temp_path $work/scgi;
    server { listen 127.0.0.1:$origin; root $work/site; }
}
TEXT
"$build/signgate" keygen --type "$type" --out-dir "$work/keys" >"$work/keygen.log"
# A window of a second: whatever was signed for one fetch is cold again for the next.
cat >"$work/signgate.toml" <<TEXT
[[server]]
listen = ["127.0.0.1:0"]
access_log = "off"
keepalive_requests = 1000000
[[server.route]]
location = "/"
proxy_pass = "http://origin"
sign = ["media"]
[upstream.origin]
server = ["127.0.0.1:$origin"]
keepalive = 64
[key.K1]
private_key = "keys/private_key.pem"
[media.media]
links = ["/media/"]
target = "https://d111111abcdef8.cloudfront.net/"
key = ["K1"]
ttl = "60s"
window = "1s"
TEXT
nginx -p "$work" -c "$work/origin.conf" 2>"$work/nginx.log" &
pids+=($!)
"$build/signgate" run -c "$work/signgate.toml" >"$work/gateway.log" 2>&1 &
pids+=($!)
port=''
for _ in $(seq 100); do
    port=$(sed -n 's/^listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' "$work/gateway.log")
    [ -n "$port" ] && curl -sf -o "$work/first" "http://127.0.0.1:$port/plain.txt" && break
    sleep 0.1
done
cmp -s "$work/first" "$work/site/plain.txt" || fail 1 "the gateway does not answer: $(tail -n 3 "$work/gateway.log")"
curl -sf -o "$work/page" "http://127.0.0.1:$port/hostile.html" || fail 1 "the hostile page is not served"
[ "$(grep -c 'Signature=' "$work/page")" = "$links" ] || fail 1 "not every link of the hostile page was signed"

measure() {
    python3 "$here/stall/steady.py" "$port" /plain.txt "$rate" "$seconds"
}
echo "== plain requests alone"
measure
while :; do
    curl -sf -o "$work/page" "http://127.0.0.1:$port/hostile.html" && echo x >>"$work/fetched"
done &
hostile=$!
pids+=("$hostile")
sleep 1
: >"$work/fetched"
echo "== plain requests, while a page with $links cold links ($type) is fetched over and over"
measure
echo "the hostile page was fetched $(wc -l <"$work/fetched") times meanwhile, each time signed anew"
