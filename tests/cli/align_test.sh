#!/bin/sh
# align: planted shifts are found again, the index rises, and the study says what lag costs.
. "$(dirname "$0")/check.sh"

# Recordings that begin alike, and the same ones begun late at random.
run 0 synth speech -o set --labels 3 --groups 2 --takes 4 --rate 8000 --duration 0.8 -q
run 0 align set/manifest.csv --json
json
cp "$out" alike.json
run 0 align set/manifest.csv --clip random --clip-seed 3 --duration 1.6 --json
cp "$out" late.json
index() { # file: the first "index" that is a number
    sed -n 's/^ *"index": \([0-9.]*\),*$/\1/p' "$1" | head -1
}
awk -v a="$(index alike.json)" -v b="$(index late.json)" 'BEGIN { exit !(a > b + 0.1) }' ||
    fault "index $(index alike.json) as made, $(index late.json) with random offsets"

# Moved to one moment: a manifest that the other commands read, shifts to the sample, and a higher index.
for moment in loudest onset correlation; do
    run 0 align set/manifest.csv --to $moment --wav -o moved-$moment -q
    there moved-$moment/align.html moved-$moment/align.json moved-$moment/manifest.csv moved-$moment/shifts.csv
    [ "$(wc -l <moved-$moment/manifest.csv)" = 25 ] || fault "moved-$moment/manifest.csv has not 25 lines"
    run 0 inspect moved-$moment/manifest.csv
done

# What cannot be done
run 2 align set/manifest.csv --to middle -o x
warns "loudest"
run 2 align set/manifest.csv --to onset
warns "-o"
run 1 align nowhere
gone x

run 0 align set/manifest.csv --study --folds 2 --seeds 1 --epochs 2 --batch 8 --lag 40 --jitter 40 -o study -q
says "index"
there study/align.html study/align.json
grep -q '"lag' study/align.json || fault "study/align.json has no lags"
finish
