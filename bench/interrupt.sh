#!/bin/sh
# A study that is killed (kill -9) every few seconds until it comes to its end, against one that nothing disturbs: the
# results must be the same in everything but the time they took.
# Usage: bench/interrupt.sh build/release/sonaxis [SECONDS BETWEEN KILLS, 3] [further options of compare...]
# Its last result: docs/study-file.md.
set -eu
tool=$(realpath "$1")
pause=${2:-3}
[ $# -lt 2 ] || shift
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$tool" synth bands -o set -q >/dev/null
options="set/manifest.csv --folds 2 --seeds 2 --epochs 6 --batch 16 -q"
start=$(date +%s)
"$tool" compare $options "$@" -o calm >calm.txt
calm=$(($(date +%s) - start))
kills=0
start=$(date +%s)
while :; do
    "$tool" compare $options "$@" -o killed >killed.txt &
    child=$!
    (sleep "$pause"; kill -9 $child 2>/dev/null) &
    timer=$!
    if wait $child 2>/dev/null; then
        kill $timer 2>/dev/null || true
        break
    fi
    kills=$((kills + 1))
done
killed=$(($(date +%s) - start))
runs=$(grep -c '"fold":' calm/compare.json)
numbers_of() { # without what the clock and the cores say
    grep -v '_s"\|"schedule"' "$1"
}
numbers_of calm/compare.json >a
numbers_of killed/compare.json >b
if ! cmp a b; then
    echo "interrupt: the results differ"
    exit 1
fi
echo "interrupt: $runs runs, killed $kills times, one every $pause s: the same numbers; $killed s in place of $calm s"
