#!/bin/sh
# Does the verdict tell the truth where the truth is known? Makes the planted recordings from many seeds, compares the
# axes on each and counts the verdicts. On "nothing" the labels are random, so a winner there is a false alarm.
# Usage: bench/planted.sh SONAXIS [KIND [SEEDS [compare options ...]]]    e.g. bench/planted.sh build/release/sonaxis nothing 20
set -eu
sonaxis=$1
kind=${2:-nothing}
seeds=${3:-20}
[ $# -ge 3 ] && shift 3 || shift $#
[ $# -gt 0 ] || set -- --seeds 1 --epochs 12 --batch 32
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM

seed=0
while [ "$seed" -lt "$seeds" ]; do
    "$sonaxis" synth "$kind" --seed "$seed" -q -o "$folder/sounds" >"$folder/log"
    "$sonaxis" compare "$folder/sounds/manifest.csv" "$@" --json -q -o "$folder/study" >"$folder/verdict.json"
    # The first "kind" and "axis" of the document are the verdict's; the axes follow in the order compared.
    awk -v seed="$seed" -F'"' '
        $2 == "kind" && kind == "" { kind = $4 }
        $2 == "axis" && kind != "" && axis == "" { axis = $4 }
        $2 == "axes" { listing = 1 }
        listing && $2 == "axis" { name = $4 }
        listing && $2 == "mean" && !(name in mean) { split($3, part, /[:,]/); mean[name] = part[2] + 0 }
        $2 == "pairs" { listing = 0 }
        END { printf "seed %2d  %-10s %-10s channels %.3f  frequency %.3f  time %.3f\n", seed, kind, axis,
                     mean["channels"], mean["frequency"], mean["time"] }' "$folder/verdict.json" | tee -a "$folder/all"
    rm -rf "$folder/sounds" "$folder/study"
    seed=$((seed + 1))
done
awk -v kind="$kind" '{ count[$3 == "winner" ? "winner " $4 : $3]++ }
    END { printf "%s, %d seeds:", kind, NR; for (v in count) printf "  %s %d", v, count[v]; print "" }' "$folder/all"
