#!/usr/bin/env bash
# usage: tests/fuzz/run.sh [--preset NAME] [SECONDS [NAME ...]]
# Builds the fuzzers of a preset (fuzz unless told otherwise; asan has them too, slower ones) and lets each, or those named,
# run for SECONDS (default 15) on its seed corpus, as many at a time as there are cores. What crashed one is left in
# build/PRESET/artifacts and printed with the report. The last line is `N passed, M failed, K skipped`. Exit status 0 only
# if fuzzers ran and none failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

preset=fuzz
if [ "${1-}" = --preset ]; then
    preset=${2:?a name must follow --preset}
    shift 2
fi
seconds=${1:-15}
shift || true
build=$PWD/build/$preset
jobs=$(nproc)

mkdir -p "$build"
if ! cmake --preset "$preset" >"$build/configure.log" 2>&1; then
    cat "$build/configure.log"
    exit 1
fi
cmake --build "$build" --parallel "$jobs" --target fuzzers -- --quiet

export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_stack_use_after_return=1}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
rm -rf "$build/artifacts" "$build/found"
mkdir -p "$build/artifacts" "$build/found"

fuzz_one() {
    local name=$1 max_len=$2 build=$3 seconds=$4 log=$3/found/$1.log
    mkdir -p "$build/found/$name"
    if "$build/fuzz/fuzz_$name" -max_total_time="$seconds" -max_len="$max_len" -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="$build/artifacts/$name-" "$build/found/$name" "tests/fuzz/corpus/$name" >"$log" 2>&1; then
        echo "passed: fuzz_$name: $(sed -n 's/^Done \(.*\) in \(.*\) second.*/\1 in \2 s/p' "$log")"
        return
    fi
    echo "failed: fuzz_$name:"
    grep -v '^#[0-9]*\s*\(NEW\|REDUCE\|pulse\|INITED\|RELOAD\)' "$log" | tail -n 60
    for artifact in "$build/artifacts/$name-"*; do
        [ -e "$artifact" ] || continue
        echo "$artifact, base64:"
        head -c 4096 "$artifact" | base64
    done
}
export -f fuzz_one

results=$build/found/results.txt
while read -r name max_len; do
    [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
    echo "$name $max_len $build $seconds"
done <"$build/fuzz/targets.txt" | sort -u |
    xargs -r -L 1 -P "$jobs" bash -c 'fuzz_one "$@"' fuzz_one | tee "$results"

passed=$(grep -c '^passed: fuzz_' "$results" || true)
failed=$(grep -c '^failed: fuzz_' "$results" || true)
echo "$passed passed, $failed failed, 0 skipped"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
