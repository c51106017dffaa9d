#!/usr/bin/env bash
# usage: tests/run.sh [--preset NAME] [--with-s3] [CTEST OPTION ...]
# Installs what is missing, builds the preset (release unless told otherwise) and runs every test through ctest.
# --with-s3 also installs Ceph's object store, without which the test against a real S3 store is skipped.
# Further options go to ctest, such as `-R http` for a part. Failures are shown in full; the last line is
# `N passed, M failed, K skipped`. Exit status 0 only if tests ran and none failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

preset=release
packages=(conf/packages.txt conf/packages-test.txt)
while true; do
    case "${1-}" in
    --preset)
        preset=${2:?a name must follow --preset}
        shift 2
        ;;
    --with-s3)
        packages+=(conf/packages-s3.txt)
        shift
        ;;
    --help | -h)
        sed -n '2,/^set/s/^# //p' "${BASH_SOURCE[0]}"
        exit 0
        ;;
    *) break ;;
    esac
done
build=build/$preset
jobs=$(nproc)

bash conf/install-packages.sh "${packages[@]}"

mkdir -p "$build"
echo "Building $build ($jobs at a time)"
if ! cmake --preset "$preset" >"$build/configure.log" 2>&1; then
    cat "$build/configure.log"
    exit 1
fi
cmake --build "$build" --parallel "$jobs" -- --quiet

# A sanitizer's finding ends the test; a report is of use only with the way that led there.
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
export TSAN_OPTIONS="${TSAN_OPTIONS:-second_deadlock_stack=1}"
# Many tests wait more than they work.
exec python3 -B tests/report.py ctest --test-dir "$build" --parallel "$((jobs + jobs / 2))" --no-tests=error "$@" </dev/null
