#!/bin/sh
# From a clean clone to a verdict: installs what is missing, builds, makes recordings, compares the three axes.
# Results go to out/demo, which is emptied first.
set -eu
cd "$(dirname "$0")/.."
out=out/demo

scripts/setup.sh build

echo "Building sonaxis into build/release ..." >&2
tests=-DBUILD_TESTING=OFF
[ ! -f build/release/CMakeCache.txt ] || tests= # leave a developer's choice alone
mkdir -p build
if ! cmake --preset release $tests >build/demo.log 2>&1 || ! cmake --build --preset release --target sonaxis_cli >>build/demo.log 2>&1; then
    tail -20 build/demo.log >&2
    echo "demo.sh: sonaxis could not be built; all of it is in build/demo.log" >&2
    exit 1
fi
sonaxis=build/release/sonaxis

# Ten made-up speakers say made-up words; a speaker is a group, so that nobody is in training and in test at once.
echo "Making recordings in $out/recordings ..." >&2
rm -rf "$out"
$sonaxis synth speech --groups 10 --takes 10 -o "$out/recordings"

echo "Comparing: which axis shall the normalisation keep?" >&2
$sonaxis compare "$out/recordings" --name '{label}_{group}_{take}' --folds group --model small \
    --seeds 1 --epochs 25 --batch 32 -o "$out"
