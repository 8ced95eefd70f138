#!/bin/sh
# Everything that must be good before a change goes in: installs what is missing, then builds and tests
#   release  gcc, as shipped, all tests
#   asan     memory and undefined behaviour watched, with assertions
#   tsan     threads watched, in the pool and in what runs on it
#   clang    the second compiler, where there is one, all tests
# Usage: scripts/test.sh [release|asan|tsan|clang ...]     default: all
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh test
jobs=$(nproc 2>/dev/null || echo 2)
started=$(date +%s)
mkdir -p build

build() { # preset, cmake options
    preset=$1
    shift
    echo "== $preset: building"
    if ! cmake --preset "$preset" "$@" >build/"$preset".log 2>&1; then
        cat build/"$preset".log
        echo "test.sh: $preset cannot be configured" >&2
        exit 1
    fi
    cmake --build --preset "$preset" -j "$jobs" >>build/"$preset".log 2>&1 || {
        grep -A 12 -E 'error|FAILED' build/"$preset".log | cut -c1-300 | head -100
        echo "test.sh: $preset does not build; all of it is in build/$preset.log" >&2
        exit 1
    }
}

run_tests() { # preset, ctest options
    preset=$1
    shift
    echo "== $preset: testing"
    ctest --preset "$preset" -j "$jobs" "$@" || {
        echo "test.sh: tests of $preset failed" >&2
        exit 1
    }
}

check() { # preset
    case $1 in
    release)
        build release -DBUILD_TESTING=ON
        run_tests release
        ;;
    asan)
        build asan -DBUILD_TESTING=ON
        # The sources and what another compiler makes for ARM do not change with the options: once is enough.
        run_tests asan -E '^(house/|kernels/qemu)'
        ;;
    tsan)
        build tsan -DBUILD_TESTING=ON
        run_tests tsan
        ;;
    clang)
        if ! command -v clang >/dev/null 2>&1; then
            echo "== clang: not installed, left out"
            return
        fi
        build clang -DBUILD_TESTING=ON
        run_tests clang -E '^(house/|kernels/qemu)'
        ;;
    *)
        echo "test.sh: unknown part \"$1\": release, asan, tsan or clang" >&2
        exit 2
        ;;
    esac
}

[ $# -gt 0 ] || set -- release asan tsan clang
for part in "$@"; do
    check "$part"
done
echo "== all good, in $(($(date +%s) - started)) s"
