#!/bin/sh
# explain: a study and a single model; page and JSON; what it cannot look into.
. "$(dirname "$0")/check.sh"

run 0 synth bands -o set --labels 2 --groups 2 --takes 6 --rate 8000 --duration 0.4 -q
run 0 compare set/manifest.csv --folds group --seeds 1 --epochs 2 --batch 8 -o study -q
there study/models/channels-fold0-rep0.sxm study/models/time-fold1-rep0.sxm
run 0 explain study set/manifest.csv -o why
says "What does each axis leave unequal?"
says "alignment"
there why/explain.html why/explain.json
run 0 explain study set/manifest.csv -o again --threads 1 --json
json
sed 's/"wall_s": .*//' why/explain.json >first
sed 's/"wall_s": .*//' again/explain.json >second
cmp -s first second || fault "other threads, other findings"
[ "$(wc -c <why/explain.html)" -lt 3000000 ] || fault "explain.html is larger than 3 MB"

run 0 explain study/models/frequency-fold0-rep0.sxm set/manifest.csv --quick -o one
says "frequency"
run 0 explain study set/manifest.csv --deep --quick --epochs 1 --batch 8 -o deep -q
grep -q 'affine' deep/explain.json || fault "deep/explain.json has no factorial"

run 1 explain nowhere set/manifest.csv -o x
warns "nowhere"
run 1 explain set set/manifest.csv -o x
warns "models"
run 2 explain study set/manifest.csv -o x --nets none
gone x
finish
