#!/bin/sh
# study: list, show, compare, export, merge, rm; compare --add-seeds, --until, --shard; kill -9 and on.
. "$(dirname "$0")/check.sh"

run 0 synth bands -o set --labels 2 --groups 2 --takes 3 --rate 8000 --duration 0.4 -q
common="--name {label}_{group}_{take} --folds group --batch 4 --epochs 1 --axes -1,2"
numbers_of() { # without what the clock, the cores and the folder say
    grep -v '_s"\|"schedule"' "$1"
}

run 0 compare set $common -o whole -q
run 0 study list
says "whole"
says "seeds"
mkdir damaged && echo junk >damaged/study.sqlite
run 0 study list
says "whole"
warns "left out: damaged"
rm -r damaged
run 0 study list whole --json
json
says "sonaxis-studies-1"
run 0 study show whole
says "8 runs finished"
says "What decides the runs"
run 0 study show whole --json
json
says "sonaxis-study-1"
run 0 study export whole
says "axis,keras_axis,fold,seed"
[ "$(grep -c '^channels,-1,' "$out")" = 4 ] || fault "export lacks runs"
run 0 study export whole --json -o whole.json
there whole.json
run 1 study show nowhere
warns "holds no study"
run 2 study shw whole
warns "did you mean 'show'"
run 2 study show
run 2 study show whole set
run 2 study merge whole

# two nets on the same recordings, within a study and between two
run 0 compare set $common --epochs 2 -o other -q
run 0 study compare whole other
says "whole: channels - frequency"
says "channels: whole - other"
run 0 study compare whole other --json --seed 2
json
says "p_mcnemar"
grep -q '"only_a_right"' whole/compare.json || fault "compare.json lacks the nets side by side"

# parts, joined
for part in 1 2; do
    run 0 compare set $common --shard $part/2 -o part$part -q
    says "part $part of 2 is finished"
done
gone part1/compare.json
run 0 study show part1
says "No result yet"
run 0 study merge part1 part2 -o joined
says "8 runs joined in joined"
run 0 compare set $common -o joined -q
numbers_of whole/compare.json >a
numbers_of joined/compare.json >b
cmp -s a b || fault "joined parts are not the whole"
run 2 study merge part1 other -o strange
warns "epochs is 1 there and 2 here"
gone strange
run 2 compare set $common --shard 3/2 -o part3
warns "such as 2/5"
run 2 compare set $common --budget 30m -o part3
run 2 compare set $common --until tomorrow -o part3
run 2 compare set $common --until decided --budget soon -o part3
warns "30m or 2h"

# growing
run 0 compare set $common --add-seeds 1 -o joined
says "looked at before with 2"
grep -q '^seeds = 3$' joined/options.txt || fault "options.txt does not say how many seeds there are"
run 0 compare set $common --until decided --most-seeds 3 -o grown
says "of at most 3 seeds"
says "Lan and DeMets"
run 0 compare set $common --until decided --budget 1s -o grown2 -q
run 2 compare set $common --seeds 4 -o grown
warns "up to 3 seeds; 4 are asked for"

# kill -9, some times, at other instants each time, then to the end
i=0
while [ $i -lt 4 ]; do
    "$tool" compare set $common -o killed -q >"$out" 2>"$err" </dev/null &
    child=$!
    sleep 0.0$((i * 2 + 1))
    kill -9 $child 2>/dev/null
    wait $child 2>/dev/null
    i=$((i + 1))
done
run 0 compare set $common -o killed -q
numbers_of killed/compare.json >b
cmp -s a b || fault "a killed comparison ends otherwise"

# two at once, while another is about to write what they write
mkdir both
echo theirs >both/compare.json.part
"$tool" compare set $common -o both -q >"$out" 2>"$err" </dev/null &
child=$!
run 0 compare set $common -o both -q
wait $child || fault "the other of two at once failed"
numbers_of both/compare.json >b
cmp -s a b || fault "two at once end otherwise"
[ "$(cat both/compare.json.part)" = theirs ] || fault "a file that another writes was taken"

# rm says what it would do, does it when told, and leaves the rest alone
echo mine >whole/notes.txt
run 0 study rm whole
says "nothing was removed"
there whole/study.sqlite
run 0 study rm whole --yes
gone whole/study.sqlite whole/models whole/report.html whole/study.lock
there whole/notes.txt
run 0 study rm other --yes
gone other
finish
