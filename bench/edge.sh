#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What an object from the local edge's cache costs, beside nginx with the same file. conf/doc/benchmarks.md explains it.
set -euo pipefail
root=$(dirname "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)")

usage() {
    cat <<'TEXT'
usage: bench/edge.sh [OPTION ...]
Asks the local edge for objects that its cache has, public ones and ones with a signed URL, and nginx for the same files, in turns,
each on a core of its own with one worker; prints requests/s, CPU time per request, and the ratio of the rates.

  --seconds N      of each measurement (5)
  --rounds N       measurements of each kind (3)
  --connections N  that ask (32)
  --size N         of an object, in KiB, 1 to 1024 (16)
  --binary FILE    the signgate to measure (build/release/bin/signgate)
  --help

Exit status: 0 done; 1 a request was not answered with the object; 2 wrong usage, or something is missing.
TEXT
}

fail() {
    echo "edge.sh: $2" >&2
    exit "$1"
}

seconds=5 rounds=3 connections=32 size=16 binary=$root/build/release/bin/signgate
while [ $# -gt 0 ]; do
    case $1 in
        --seconds | --rounds | --connections | --size)
            [[ ${2-} =~ ^[1-9][0-9]{0,3}$ ]] || fail 2 "$1 takes a number from 1 to 9999"
            printf -v "${1#--}" %s "$2"
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
[ "$size" -le 1024 ] || fail 2 "--size takes a number from 1 to 1024: the edge caches no larger objects"
PATH=$PATH:/usr/sbin
for tool in nginx wrk curl python3 taskset; do
    command -v "$tool" >/dev/null || fail 2 "$tool is missing: bash conf/install-packages.sh conf/packages-test.txt"
done
[ -x "$binary" ] || fail 2 "$binary is missing: cmake --preset release && cmake --build --preset release"

mapfile -t cores < <(python3 -c 'import os; c = sorted(os.sched_getaffinity(0)); print(c[0], c[-1], sep="\n")')
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
read -r nginx_port edge_port < <(python3 -c '
import socket
ports = [socket.socket() for _ in range(2)]
for port in ports:
    port.bind(("127.0.0.1", 0))
print(*(port.getsockname()[1] for port in ports))')

mkdir -p "$work/bucket/public" "$work/bucket/private" "$work/temp"
head -c $((size * 1024)) /dev/urandom >"$work/bucket/public/a.jpg"
cp "$work/bucket/public/a.jpg" "$work/bucket/private/a.jpg"
"$binary" keygen --out-dir "$work/keys" >/dev/null
"$binary" policy s3 --bucket edge-bench --distribution-arn arn:aws:cloudfront::123456789012:distribution/EBENCH >"$work/policy.json"
cat >"$work/edge.toml" <<TOML
listen = "127.0.0.1:$edge_port"
[distribution]
id = "EBENCH"
[[distribution.behavior]]
path_pattern = "private/*"
trusted_keys = { KBENCH = "keys/public_key.pem" }
[[distribution.behavior]]
path_pattern = "*"
[bucket]
name = "edge-bench"
root = "bucket"
policy = "policy.json"
TOML
cat >"$work/nginx.conf" <<CONF
daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log warn;
events { worker_connections 1024; }
http {
    access_log off;
    client_body_temp_path temp/body;
    proxy_temp_path temp/proxy;
    fastcgi_temp_path temp/fastcgi;
    uwsgi_temp_path temp/uwsgi;
    scgi_temp_path temp/scgi;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000000;
    open_file_cache max=16;
    server { listen 127.0.0.1:$nginx_port; root bucket; }
}
CONF
taskset -c "${cores[1]}" nginx -e "$work/error.log" -p "$work" -c "$work/nginx.conf" >"$work/nginx.out" 2>&1 &
nginx_pid=$!
taskset -c "${cores[1]}" "$binary" edge -c "$work/edge.toml" >"$work/edge.out" 2>&1 &
edge_pid=$!
pids=("$nginx_pid" "$edge_pid")
base=http://127.0.0.1:$edge_port
signed=$("$binary" sign --url "$base/private/a.jpg" --key-pair-id KBENCH --private-key "file://$work/keys/private_key.pem" \
    --date-less-than "$(($(date +%s) + 86400))")
url_of() {
    case $1 in
        nginx) echo "http://127.0.0.1:$nginx_port/public/a.jpg" ;;
        edge) echo "$base/public/a.jpg" ;;
        signed) echo "$signed" ;;
    esac
}
for kind in nginx edge signed; do
    for _ in $(seq 100); do
        curl -fs "$(url_of "$kind")" -o "$work/got" 2>/dev/null && break
        sleep 0.05
    done
    cmp -s "$work/got" "$work/bucket/public/a.jpg" || { cat "$work"/*.out >&2; fail 1 "$kind does not answer with the object"; }
done

hertz=$(getconf CLK_TCK)
ticks() { # of a process and its children, in clock ticks
    local pid sum=0
    for pid in "$1" $(pgrep -P "$1"); do
        sum=$((sum + $(awk '{print $14 + $15}' "/proc/$pid/stat")))
    done
    echo "$sum"
}
for round in $(seq "$rounds"); do
    for kind in nginx edge signed; do
        pid=$edge_pid
        [ "$kind" != nginx ] || pid=$nginx_pid
        before=$(ticks "$pid")
        taskset -c "${cores[0]}" wrk -t1 -c"$connections" -d"${seconds}s" "$(url_of "$kind")" >"$work/wrk"
        after=$(ticks "$pid")
        ! grep -q "Non-2xx\|Socket errors" "$work/wrk" || { cat "$work/wrk" >&2; fail 1 "$kind: requests failed"; }
        awk -v kind="$kind" -v cpu="$(((after - before) * 1000000 / hertz))" \
            '/requests in/ {n = $1} /Requests\/sec/ {rate = $2} END {printf "%s %d %.0f %.1f\n", kind, n, rate, cpu / n}' "$work/wrk" |
            tee -a "$work/figures" | awk -v r="$round/$rounds" '{print r, $1 ":", $3, "a second,", $4, "us each"}' >&2
    done
done
echo
echo "| object of $size KiB | requests/s, median | of nginx's | CPU us/request, median |"
echo "|---|---:|---:|---:|"
python3 - "$work/figures" <<'PY'
import statistics, sys
rates, costs = {}, {}
for line in open(sys.argv[1]):
    kind, _, rate, cost = line.split()
    rates.setdefault(kind, []).append(float(rate))
    costs.setdefault(kind, []).append(float(cost))
titles = {"nginx": "nginx, a static file", "edge": "edge, from its cache", "signed": "edge, from its cache, by a signed URL"}
for kind, title in titles.items():
    rate = statistics.median(rates[kind])
    print(f"| {title} | {rate:.0f} | {rate / statistics.median(rates['nginx']):.2f} | {statistics.median(costs[kind]):.1f} |")
PY
