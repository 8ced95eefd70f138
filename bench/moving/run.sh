#!/bin/sh
# The tables of docs/moving-statistics.md from nothing: FSDD, net small, three axes, 4 speakers held out in turn.
# Usage: bench/moving/run.sh BUILD RECORDINGS [SEEDS, 2] [FOLDER for the runs, kept; else a temporary one]
# A finished part in FOLDER is not run again. About 25 minutes on one core.
set -eu
build=$(cd "${1:?the folder of a build with tests, as build/release}" && pwd)
data=${2:?the folder of the recordings, see docs/fsdd.md}
seeds=${3:-2}
if [ $# -ge 4 ]; then
    work=$4
    mkdir -p "$work"
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
seed=0
while [ $seed -lt "$seeds" ]; do
    for batch in 64 16; do
        part="$work/batch$batch-seed$seed"
        [ -e "$part" ] && continue
        "$build/moving_bench" runs "$data" $batch $seed >"$part.new"
        mv "$part.new" "$part"
    done
    seed=$((seed + 1))
done
cat "$work"/batch*-seed* | "$build/moving_bench" table
