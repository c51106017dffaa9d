#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a request through signgate costs, beside nginx and haproxy in the same run. conf/doc/benchmarks.md explains the figures.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")

usage() {
    cat <<'TEXT'
usage: bench/compare.sh [OPTION ...]
Asks nginx, signgate and haproxy, in turns, for what one nginx origin on this machine has, and prints Markdown tables, each figure
beside nginx's: what requests cost the proxy in CPU time, how many it answers a second and how soon; the same of new connections,
plain, with a whole TLS handshake and with a resumed one; latencies at 80 % of the rate that nginx can reach; and what
connections that wait cost: memory, and requests on others.

  --parts LIST     of requests,handshakes,latency,idle (all of them), comma-separated
  --seconds N      of each measurement (5)
  --rounds N       measurements of each kind (3)
  --connections N  that ask for requests and latencies (64)
  --cases LIST     of small,text,page,page64,scan64,signed,signed-gzip,links64,links128,blob (all of them); latencies are
                   measured of small and page64, if they are among them
  --logs LIST      of off,on (both): the access log; haproxy is measured without one
  --only PROXY     nginx, signgate or haproxy alone
  --rate N         requests a second for the latencies, instead of 80 % of nginx's
  --idle N         connections that wait (4000); 0: not measured
  --binary FILE    the signgate to measure (build/release/bin/signgate); signgate-bench is the one beside it
  --million        instead: at least 1,000,000 requests through signgate (first of --cases, --logs), count the errors
  --no-pin         leave the choice of cores to the kernel
  --help

Exit status: 0 done; 1 a request failed or an answer was wrong; 2 wrong usage, or something is missing.
TEXT
}

fail() {
    echo "compare.sh: $2" >&2
    exit "$1"
}

all_cases=small,text,page,page64,scan64,signed,signed-gzip,links64,links128,blob
all_parts=requests,handshakes,latency,idle
seconds=5 rounds=3 connections=64 rate='' idle=4000 cases=$all_cases logs=off,on parts=$all_parts only='' million='' pin=yes
binary=$root/build/release/bin/signgate
# takes OPTION PATTERN WHAT VALUE: VALUE, if it is of that form, becomes the variable that is called as the option.
takes() {
    [[ ${4-} =~ ^($2)$ ]] || fail 2 "$1 takes $3"
    printf -v "${1#--}" %s "$4"
}
list_of() { echo "(${1//,/|})(,(${1//,/|}))*"; }
while [ $# -gt 0 ]; do
    case $1 in
        --seconds | --rounds | --connections | --rate) takes "$1" '[1-9][0-9]{0,5}' "a number from 1 on" "${2-}" ;;
        --idle) takes "$1" '[0-9]{1,5}' "a number" "${2-}" ;;
        --cases) takes "$1" "$(list_of $all_cases)" $all_cases "${2-}" ;;
        --parts) takes "$1" "$(list_of $all_parts)" $all_parts "${2-}" ;;
        --logs) takes "$1" "$(list_of off,on)" off,on "${2-}" ;;
        --only) takes "$1" 'nginx|signgate|haproxy' "nginx, signgate or haproxy" "${2-}" ;;
        --binary) takes "$1" '.+' "a file" "${2-}" ;;
        --million) million=yes ;;
        --no-pin) pin='' ;;
        --help)
            usage
            exit 0
            ;;
        *) fail 2 "unknown option $1; see --help" ;;
    esac
    case $1 in
        --million | --no-pin) shift ;;
        *) shift 2 ;;
    esac
done
if [ -n "$million" ]; then
    [ -z "$only" ] || [ "$only" = signgate ] || fail 2 "--million measures signgate"
    only=signgate
fi

measured() { [ -z "$only" ] || [ "$only" = "$1" ]; }
wanted() { [[ ,$parts, == *,$1,* ]]; }
PATH=$PATH:/usr/sbin
for tool in nginx wrk curl openssl python3 taskset $(measured haproxy && echo haproxy); do
    command -v "$tool" >/dev/null || fail 2 "$tool is missing: bash conf/install-packages.sh conf/packages-test.txt"
done
! measured signgate || [ -x "$binary" ] || fail 2 "$binary is missing: cmake --preset release && cmake --build --preset release"

bench=$(dirname "$binary")/signgate-bench
! wanted latency || [ -n "$million" ] || [ -x "$bench" ] || fail 2 "$bench is missing: cmake --build --preset release"

# The proxy has a core to itself; origin and wrk share another one.
proxy_core='' rest_core=''
if [ -n "$pin" ] && [ "$(nproc)" -ge 2 ]; then
    mapfile -t cores < <(python3 -c 'import os; print(*sorted(os.sched_getaffinity(0))[:2], sep="\n")')
    rest_core=${cores[0]} proxy_core=${cores[1]}
fi
on_core() {
    local core=$1
    shift
    if [ -n "$core" ]; then exec taskset -c "$core" "$@"; else exec "$@"; fi
}

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

read -r ORIGIN NGINX_QUIET NGINX_LOGGED NGINX_TLS SIGNGATE_QUIET SIGNGATE_LOGGED SIGNGATE_TLS HAPROXY HAPROXY_TLS < <(python3 -c '
import socket
ports = [socket.socket() for _ in range(9)]
for port in ports:
    port.bind(("127.0.0.1", 0))
print(*(port.getsockname()[1] for port in ports))')

fill() { # template, port without a log, port with one, port with TLS
    sed -e "s/@ORIGIN@/$ORIGIN/; s/@QUIET@/$2/; s/@LOGGED@/$3/; s/@TLS@/$4/; s|@WORK@|$work|" "$here/compare/$1" >"$work/$1"
}

wait_for() { # pid, port, name
    for _ in $(seq 200); do
        kill -0 "$1" 2>/dev/null || break
        if (: <"/dev/tcp/127.0.0.1/$2") 2>/dev/null; then return; fi
        sleep 0.05
    done
    cat "$work"/*.error.log "$work"/*.out 2>/dev/null >&2 || true
    fail 2 "$3 did not start"
}

start() { # name, core, command ...
    local name=$1 core=$2
    shift 2
    on_core "$core" "$@" >"$work/$name.out" 2>&1 &
    started=$!
    pids+=("$started")
}

mkdir "$work/temp"
python3 "$here/compare/make_site.py" "$work/site"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/site.key" -out "$work/site.pem" -days 30 \
    -subj /CN=site.test 2>/dev/null || fail 2 "openssl made no certificate"
cat "$work/site.pem" "$work/site.key" >"$work/site.both.pem"
fill origin.conf - - -
start origin "$rest_core" nginx -e "$work/origin.error.log" -p "$work" -c "$work/origin.conf"
wait_for "$started" "$ORIGIN" "the origin"
if measured nginx; then
    fill proxy.conf "$NGINX_QUIET" "$NGINX_LOGGED" "$NGINX_TLS"
    start nginx "$proxy_core" nginx -e "$work/proxy.error.log" -p "$work" -c "$work/proxy.conf"
    nginx_pid=$started
    wait_for "$started" "$NGINX_QUIET" "the nginx proxy"
fi
if measured haproxy; then
    fill haproxy.cfg "$HAPROXY" - "$HAPROXY_TLS"
    start haproxy "$proxy_core" haproxy -db -f "$work/haproxy.cfg"
    haproxy_pid=$started
    wait_for "$started" "$HAPROXY" "haproxy"
fi
if measured signgate; then
    fill signgate.toml "$SIGNGATE_QUIET" "$SIGNGATE_LOGGED" "$SIGNGATE_TLS"
    "$binary" keygen --out-dir "$work/keys" >/dev/null
    start signgate "$proxy_core" "$binary" run -c "$work/signgate.toml"
    signgate_pid=$started
    wait_for "$started" "$SIGNGATE_QUIET" "signgate"
fi

port_of() { # proxy; off or on for the log, or tls
    case $1,$2 in
        nginx,tls) echo "$NGINX_TLS" ;;
        signgate,tls) echo "$SIGNGATE_TLS" ;;
        haproxy,tls) echo "$HAPROXY_TLS" ;;
        nginx,off) echo "$NGINX_QUIET" ;;
        nginx,on) echo "$NGINX_LOGGED" ;;
        signgate,off) echo "$SIGNGATE_QUIET" ;;
        signgate,on) echo "$SIGNGATE_LOGGED" ;;
        haproxy,off) echo "$HAPROXY" ;;
    esac
}
path_of() {
    case $1 in
        small | text) echo "/$1.txt" ;;
        page) echo /page.html ;;
        page64) echo /page64.html ;;
        scan64) echo /signed/page64.html ;;
        signed | signed-gzip) echo /signed/page.html ;;
        links64 | links128) echo "/signed/$1.html" ;;
        blob) echo /blob.bin ;;
    esac
}
pid_of() {
    local name=$1_pid
    echo "${!name}"
}
header_of() { # every browser sends one
    case $1 in
        signed-gzip) echo "Accept-Encoding: gzip" ;;
        *) echo "Accept-Encoding: identity" ;;
    esac
}
title_of() {
    case $1 in
        small) echo "12 bytes" ;;
        text) echo "1 KiB of text" ;;
        page) echo "16 KiB page, passed on" ;;
        page64) echo "64 KiB page, passed on" ;;
        scan64) echo "64 KiB page, scanned, nothing to sign" ;;
        links64) echo "64 KiB page, 20 links" ;;
        links128) echo "128 KiB page, 200 links" ;;
        blob) echo "4 MiB" ;;
        signed) echo "16 KiB page, 20 links" ;;
        signed-gzip) echo "16 KiB page, 20 links, gzip" ;;
    esac
}

# CPU time so far, in clock ticks, of a process and its children (nginx's worker); threads are counted with theirs.
ticks() {
    local pid stat sum=0
    for pid in "$1" $(cat /proc/"$1"/task/*/children); do
        stat=$(<"/proc/$pid/stat")
        # The name, in parentheses, may hold blanks; utime and stime are the 12th and 13th fields after it.
        read -ra fields <<<"${stat##*) }"
        sum=$((sum + fields[11] + fields[12]))
    done
    echo "$sum"
}
hertz=$(getconf CLK_TCK)

# One answer of each kind is looked at before anything is measured.
verify() { # proxy, case, log
    local url
    url=http://127.0.0.1:$(port_of "$1" "$3")$(path_of "$2")
    curl -sS --fail --compressed -H "$(header_of "$2")" -o "$work/answer" "$url" || fail 1 "$1: no answer to $2"
    case $1,$2 in
        signgate,signed* | signgate,links*)
            local signed wanted=20
            [ "$2" != links128 ] || wanted=200
            signed=$(grep -c 'src="https://d111111abcdef8.cloudfront.net/private/[^"]*Signature=' "$work/answer" || true)
            [ "$signed" = "$wanted" ] || fail 1 "signgate: $signed of $wanted links are signed"
            ;;
        *) cmp -s "$work/answer" "$work/site$(path_of "$2")" || fail 1 "$1: the answer to $2 is not the origin's" ;;
    esac
}

# wrk once; sets requests, per_second, errors, cpu (microseconds in all), percentiles (p50, p99 and p99.9 in microseconds).
measure() { # proxy, case, log, seconds
    local pid before after
    pid=$(pid_of "$1")
    before=$(ticks "$pid")
    (on_core "$rest_core" wrk -t1 -c"$connections" -d"$4"s -H "$(header_of "$2")" -s "$here/compare/percentiles.lua" \
        "http://127.0.0.1:$(port_of "$1" "$3")$(path_of "$2")") >"$work/wrk.out" || fail 1 "wrk failed"
    after=$(ticks "$pid")
    requests=$(awk '/ requests in /{print $1}' "$work/wrk.out")
    percentiles=$(sed -n 's/^Percentiles: //p' "$work/wrk.out")
    per_second=$(awk '/^Requests\/sec:/{print $2}' "$work/wrk.out")
    errors=$(awk '/Socket errors:/{gsub(",", ""); n += $4 + $6 + $8 + $10} /Non-2xx or 3xx responses:/{n += $NF}
        END{print n + 0}' "$work/wrk.out")
    cpu=$(((after - before) * (1000000 / hertz)))
    [ "${requests:-0}" -gt 0 ] || fail 1 "$1 answered nothing: $2, log $3"
}

IFS=, read -ra case_list <<<"$cases"
IFS=, read -ra log_list <<<"$logs"

if [ -n "$million" ]; then
    case=${case_list[0]} log=${log_list[0]}
    verify signgate "$case" "$log"
    measure signgate "$case" "$log" 2
    duration=$(awk -v rate="$per_second" 'BEGIN{print int(1100000 / rate) + 5}')
    total=0 failed=0
    while [ "$total" -lt 1000000 ]; do
        measure signgate "$case" "$log" "$duration"
        grep -E 'requests in|Socket errors|Non-2xx' "$work/wrk.out"
        total=$((total + requests)) failed=$((failed + errors))
    done
    verify signgate "$case" "$log"
    echo "$total requests through signgate ($(title_of "$case"), log $log, $connections connections), $failed errors"
    [ "$failed" = 0 ] || fail 1 "$failed errors"
    exit 0
fi

. "$here/compare/parts.sh"
proxies=(nginx signgate haproxy)
[ -z "$only" ] || proxies=("$only")
if [ -n "$proxy_core" ]; then
    pinning="the proxy on core $proxy_core, origin and clients on core $rest_core"
else
    pinning="no core pinned"
fi
versions=$(nginx -v 2>&1 | sed 's/.*: //')
if measured haproxy; then versions+=", haproxy $(haproxy -v | awk 'NR == 1{print $3}')"; fi
echo "One worker each, $seconds s a measurement, $rounds rounds in turns; $pinning; $(nproc) cores, $versions, Linux $(uname -r)"
: >"$work/errors"
for part in ${all_parts//,/ }; do
    ! wanted "$part" || "measure_$part"
done
[ ! -s "$work/errors" ] || fail 1 "there were errors"
