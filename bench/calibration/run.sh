#!/bin/sh
# Does the verdict keep its promises where the truth is known? Prints counts with exact binomial intervals.
#   A/A      one axis under three names: every winner is false
#   planted  the same with a known difference added: found as often as the power printed beforehand says?
#   nothing  labels drawn at random, through the whole tool: every winner is false
# Usage: bench/calibration/run.sh BUILD [DATA SETS, 100] [STUDIES OF NOTHING, 200]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:?the folder of a build with tests, as build/release}" && pwd)
sets=${2:-100} nothings=${3:-200}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SONAXIS_CACHE=off
one_set() { # number
    "$build/sonaxis" synth speech --seed "$1" --labels 4 --groups 8 --takes 3 --rate 8000 --duration 0.4 -q -o "$work/set$1" >/dev/null
    "$build/calibration" runs "$work/set$1/manifest.csv" "$here/net.json" "$work/study$1" >"$work/runs$1"
    rm -rf "$work/set$1" "$work/study$1"
}
one_nothing() { # number
    "$build/sonaxis" synth nothing --seed "$1" --labels 3 --groups 8 --takes 3 --rate 8000 --duration 0.4 -q -o "$work/nothing$1" >/dev/null
    "$build/sonaxis" compare "$work/nothing$1/manifest.csv" --folds group:4 --bands 20 -m "$here/net.json" --seeds 2 \
        --epochs 8 --batch 16 --lr 0.005 -t 1 --json -q -o "$work/none$1" | grep -o '"kind": *"[a-z]*"' | head -1 >>"$work/verdicts"
    rm -rf "$work/nothing$1" "$work/none$1"
}
i=0
while [ $i -lt "$sets" ]; do # two at a time
    one_set $i &
    [ $((i + 1)) -ge "$sets" ] || one_set $((i + 1))
    wait
    i=$((i + 2))
done
i=0
while [ $i -lt "$sets" ]; do
    cat "$work/runs$i"
    i=$((i + 1))
done >"$work/runs"
"$build/calibration" judge <"$work/runs"
i=0
while [ $i -lt "$nothings" ]; do
    one_nothing $i &
    [ $((i + 1)) -ge "$nothings" ] || one_nothing $((i + 1))
    wait
    i=$((i + 2))
done
winners=$(grep -c winner "$work/verdicts" || true)
echo "labels at random, whole tool: false winner $winners of $(wc -l <"$work/verdicts"), $("$build/calibration" interval "$winners" "$nothings"), at most 5 %"
