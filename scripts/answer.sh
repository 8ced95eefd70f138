#!/bin/sh
# The studies behind docs/answer.md, from nothing: three axes with equally tuned learning rates, on recordings as they are
# and each at a random place in its clip; on the built-in recordings, whose truth is known; and what misalignment costs.
# Usage: scripts/answer.sh [--fsdd FOLDER] [OUT]    default: out/answer; about an hour on two idle cores. Stopped, it goes on.
#   FOLDER: recordings LABEL_SPEAKER_TAKE.wav of the Free Spoken Digit Dataset; without it only the built-in ones are studied.
set -eu
cd "$(dirname "$0")/.."
fsdd=
if [ "${1:-}" = --fsdd ]; then
    fsdd=${2:?the folder of recordings}
    shift 2
fi
out=${1:-out/answer}
sonaxis=${SONAXIS:-build/release/sonaxis}

if [ ! -x "$sonaxis" ]; then
    scripts/setup.sh build
    cmake --preset release -DBUILD_TESTING=OFF >/dev/null
    cmake --build --preset release --target sonaxis_cli >/dev/null
fi
mkdir -p "$out"

study() { # name, data, options: a comparison; its words go to NAME.txt, its report to NAME/
    name=$1 data=$2
    shift 2
    echo "== $name" >&2
    "$sonaxis" compare "$data" --model small --validation 0.1 --tune "$@" --quiet -o "$out/$name" >"$out/$name.txt"
}

misaligned() { # name, data, options: what late recordings cost each axis
    name=$1 data=$2
    shift 2
    echo "== $name" >&2
    "$sonaxis" align "$data" --model small --study "$@" --quiet -o "$out/$name" >"$out/$name.txt"
}

[ -n "$fsdd" ] || echo "answer.sh: no --fsdd FOLDER: the studies of spoken digits are left out" >&2
set -- --name '{label}_{group}_{take}' --folds group --seeds 5
if [ -n "$fsdd" ]; then
    study fsdd "$fsdd" "$@" --duration 1
    study fsdd-random "$fsdd" "$@" --duration 1 --clip random
fi
for kind in speech onsets bands; do
    [ -d "$out/recordings-$kind" ] || "$sonaxis" synth $kind --quiet -o "$out/recordings-$kind" >/dev/null
    study $kind "$out/recordings-$kind/manifest.csv" --folds 4 --seeds 5 --batch 32 --epochs 20
done
if [ -n "$fsdd" ]; then
    misaligned fsdd-align "$fsdd" "$@"
    misaligned fsdd-random-align "$fsdd" "$@" --random-offset 300
fi

for text in "$out"/*.txt; do
    printf '\n## %s\n\n' "$(basename "$text" .txt)"
    cat "$text"
done
