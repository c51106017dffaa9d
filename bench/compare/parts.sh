# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# The parts of compare.sh, which reads this file: each measures all proxies in turns, several rounds, tells of every measurement on
# standard error, and prints its table. What went wrong is a line in $work/errors.

next_round() { # begins with the next proxy
    proxies=("${proxies[@]:1}" "${proxies[0]}")
}

# What wrk has just measured.
tell() { # of what
    awk -v r="$requests" -v c="$cpu" -v rate="$per_second" -v e="$errors" -v what="$1" \
        'BEGIN{printf "%s: %d requests, %.0f a second, %.1f us each, %d errors\n", what, r, rate, c / r, e}' >&2
}

measure_requests() {
    local case log proxy round
    for proxy in "${proxies[@]}"; do
        for case in "${case_list[@]}"; do
            for log in "${log_list[@]}"; do
                [ -n "$(port_of "$proxy" "$log")" ] || continue
                verify "$proxy" "$case" "$log"
                measure "$proxy" "$case" "$log" 1 # warm: connections, caches, signatures
            done
        done
    done
    for round in $(seq "$rounds"); do
        for case in "${case_list[@]}"; do
            for log in "${log_list[@]}"; do
                for proxy in "${proxies[@]}"; do
                    [ -n "$(port_of "$proxy" "$log")" ] || continue
                    measure "$proxy" "$case" "$log" "$seconds"
                    echo "$case $log $proxy $requests $per_second $cpu $errors $percentiles" >>"$work/requests"
                    [ "$errors" = 0 ] || echo "$case: $errors" >>"$work/errors"
                    tell "$round/$rounds $case log $log $proxy"
                done
            done
        done
        next_round
    done
    echo
    echo "| request | access log | proxy | requests | requests/s | CPU us/request (lowest to highest round) | of nginx's | errors |" \
        "p50 ms | p99 ms | p99.9 ms |"
    echo "|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    for case in "${case_list[@]}"; do
        for log in "${log_list[@]}"; do
            for proxy in nginx signgate haproxy; do
                awk -v kind="$case" -v logged="$log" -v proxy="$proxy" -v title="$(title_of "$case")" -f "$here/compare/row.awk" \
                    "$work/requests"
            done
        done
    done
}

# Connections once; sets opened, per_second and cpu (microseconds in all), and adds their times to the file.
open_connections() { # proxy, kind, seconds, file
    local pid before after port figures
    pid=$(pid_of "$1")
    port=$(port_of "$1" "$([ "$2" = plain ] && echo off || echo tls)")
    before=$(ticks "$pid")
    figures=$(on_core "$rest_core" python3 -B "$here/compare/handshakes.py" "$port" "$2" "$3" "$4") || fail 1 "$1: connections, $2"
    after=$(ticks "$pid")
    read -r opened per_second <<<"$figures"
    cpu=$(((after - before) * (1000000 / hertz)))
    [ "$opened" -gt 0 ] || fail 1 "$1 took no connection"
}

measure_handshakes() {
    local kind proxy round
    for round in $(seq "$rounds"); do
        for kind in plain full resumed; do
            for proxy in "${proxies[@]}"; do
                [ "$round" -gt 1 ] || open_connections "$proxy" "$kind" 1 /dev/null
                open_connections "$proxy" "$kind" "$seconds" "$work/times.$kind.$proxy"
                echo "$kind $proxy $opened $cpu $per_second" >>"$work/handshakes"
                awk -v n="$opened" -v c="$cpu" -v rate="$per_second" -v what="$round/$rounds connections $kind $proxy" \
                    'BEGIN{printf "%s: %d, %.0f a second, %.1f us each\n", what, n, rate, c / n}' >&2
            done
        done
        next_round
    done
    echo
    echo "| new connection, with one request of 12 bytes | proxy | connections | handshakes/s |" \
        "CPU us/connection (lowest to highest round) | of nginx's | p50 ms | p99 ms | p99.9 ms |"
    echo "|---|---|---:|---:|---:|---:|---:|---:|---:|"
    for kind in plain full resumed; do
        for proxy in nginx signgate haproxy; do
            measured "$proxy" || continue
            sort -n "$work/times.$kind.$proxy" |
                awk -v kind="$kind" -v proxy="$proxy" -f "$here/compare/handshakes.awk" "$work/handshakes" -
        done
    done
}

# signgate-bench once, its answer in $work/load.json; a failure of single requests is told there.
load() { # proxy, case, options ...
    local url
    url=http://127.0.0.1:$(port_of "$1" off)$(path_of "$2")
    (on_core "$rest_core" "$bench" load "$url" --connections "$connections" --seconds "$seconds" --header "$(header_of "$2")" \
        --json "${@:3}") >"$work/load.json" 2>"$work/load.err" || [ $? = 1 ] || fail 1 "signgate-bench: $(cat "$work/load.err")"
}
told() { # Python's expression over what signgate-bench told
    python3 -c 'import json, sys
told = json.load(open(sys.argv[1]))
wrong = sum(told["errors"].values()) + sum(count for status, count in told["status"].items() if status != "200")
latency = told["latency_ns"]
print(*eval(sys.argv[2]))' "$work/load.json" "$1"
}

measure_latency() {
    local case proxy round asked figures latency_list=()
    for case in "${case_list[@]}"; do
        case $case in small | page64) latency_list+=("$case") ;; esac
    done
    if [ -z "$rate" ] && ! measured nginx; then
        echo "compare.sh: no latencies: --only $only leaves out nginx, whose rate they need; give one with --rate" >&2
        return
    fi
    for case in "${latency_list[@]}"; do
        for proxy in "${proxies[@]}"; do
            verify "$proxy" "$case" off
        done
        asked=$rate
        if [ -z "$asked" ]; then
            load nginx "$case"
            asked=$(told '[int(0.8 * told["answers_per_second"])]')
            echo "$case: nginx reaches $(told '[int(told["answers_per_second"])]') a second, 80 % are $asked" >&2
        fi
        for round in $(seq "$rounds"); do
            for proxy in "${proxies[@]}"; do
                load "$proxy" "$case" --rate "$asked"
                figures=$(told '[latency["p50"], latency["p99"], latency["p99.9"], told["unsent"], wrong]')
                echo "$case $asked $proxy $figures" >>"$work/latency"
                [ "$(told '[wrong]')" = 0 ] || echo "$case: $(cat "$work/load.err")" >>"$work/errors"
                awk -v what="$round/$rounds latency $case $proxy" \
                    '{printf "%s: p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, %d unsent, %d errors\n", what, $1 / 1e6, $2 / 1e6, $3 / 1e6, $4, $5}' \
                    <<<"$figures" >&2
            done
            next_round
        done
    done
    [ ${#latency_list[@]} -gt 0 ] || return 0
    echo
    echo "| request, at a steady rate | a second | proxy | p50 ms | p99 ms | p99.9 ms | p99 of nginx's | unsent | errors |"
    echo "|---|---:|---|---:|---:|---:|---:|---:|---:|"
    for case in "${latency_list[@]}"; do
        awk -v kind="$case" -v title="$(title_of "$case")" -f "$here/compare/latency.awk" "$work/latency"
    done
}

# wrk once, beside so many connections that wait: 12 bytes, the log off.
measure_beside() { # proxy, connections that wait, round
    # Idle connections are closed after 75 s.
    local length=$((seconds < 60 ? seconds : 60))
    [ "$3" -gt 1 ] || measure "$1" small off 1
    measure "$1" small off "$length"
    echo "small $2 $1 $requests $per_second $cpu $errors $percentiles" >>"$work/beside"
    [ "$errors" = 0 ] || echo "beside $2 that wait: $errors" >>"$work/errors"
    tell "$3/$rounds beside $2 that wait $1"
}

measure_idle() {
    local proxy round memory waiting ends holding
    [ "$idle" -gt 0 ] || return 0
    for round in $(seq "$rounds"); do
        for proxy in "${proxies[@]}"; do
            coproc holder { on_core "$rest_core" python3 -B "$here/compare/idle.py" "$proxy" "$(pid_of "$proxy")" \
                "$(port_of "$proxy" off)" "$idle"; }
            # Both names are gone as soon as it has ended.
            ends=("${holder[@]}") holding=$holder_PID
            read -r memory <&"${ends[0]}" || fail 1 "idle connections"
            # Later rounds find memory that earlier ones have left.
            [ "$round" -gt 1 ] || echo "$proxy $memory" >>"$work/memory"
            measure_beside "$proxy" "$idle" "$round"
            echo >&"${ends[1]}" || true
            wait "$holding" || fail 1 "idle connections"
            measure_beside "$proxy" 0 "$round"
        done
        next_round
    done
    echo
    echo "| proxy | memory a connection that waits for its next request, $idle of them |"
    echo "|---|---:|"
    for proxy in nginx signgate haproxy; do
        awk -v proxy="$proxy" '$1 == proxy {print "| " proxy " | " $2 " KiB |"}' "$work/memory"
    done
    echo
    echo "| request | connections that wait | proxy | requests | requests/s | CPU us/request (lowest to highest round) | of nginx's | errors |" \
        "p50 ms | p99 ms | p99.9 ms |"
    echo "|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    for waiting in 0 "$idle"; do
        for proxy in nginx signgate haproxy; do
            awk -v kind=small -v logged="$waiting" -v proxy="$proxy" -v title="$(title_of small)" -f "$here/compare/row.awk" "$work/beside"
        done
    done
}
