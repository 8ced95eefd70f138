#!/bin/sh
# compare: text, JSON, report, options read again, skipped inputs, Ctrl-C and on.
. "$(dirname "$0")/check.sh"

run 0 synth bands -o set --labels 2 --groups 2 --takes 3 --rate 8000 --duration 0.4 -q
common="--name {label}_{group}_{take} --folds group --batch 4 --seeds 2"
run 0 compare set $common --epochs 2 -o first
says "channels"
says "report: first/report.html"
cp "$out" "$out.kept"
says "Why, strongest first:"
says "Next:"
there first/report.html first/compare.json first/options.txt first/frontend.json first/study.sqlite
there first/report.md first/tables/scores.csv first/tables/pairs.tex first/tables/deployment.csv
grep -q '^## What to do next' first/report.md || fault "first/report.md is not whole"
grep -q '</html>' first/report.html || fault "first/report.html is not whole"
! grep -q '<script\|http:\|https:' first/report.html || fault "first/report.html needs more than itself"
grep -qF 'sonaxis compare set --name' first/report.html || fault "the command is not on the page"
grep -q '^epochs = 2$' first/options.txt || fault "options.txt lacks the epochs"

run 0 compare set $common --epochs 2 -o first --json -q
silent err
json
for key in schema verdict axes pairs wall_s skipped keras_axis accuracy_moving p_holm why deployment auroc next; do
    says "\"$key\""
done
run 2 compare set $common --epochs 3 -o first
warns "epochs"
run 2 compare set $common --epochs 2 --exact -o first
warns "exact"
run 0 compare set --config first/options.txt -o second -q
verdict_of() { # without what the clock and the cores say
    grep -v '_s"\|"schedule"' "$1"
}
verdict_of first/compare.json >a
verdict_of second/compare.json >b
cmp -s a b || fault "options.txt does not repeat the comparison"

# The commands that the text ends with work as they stand.
sed -n 's/^      sonaxis explain/explain/p' "$out.kept" >steps
[ -s steps ] || fault "no command to look deeper"
run 0 $(sed 's/--deep/--quick/' steps | tr -d "'")
there first-why/explain.html

run 0 compare set $common --epochs 1 --axes -1,2 -o two --statistics moving --vary norm1
says "frequency"
! grep -q '^time ' "$out" || fault "time was not asked for"

# A value of several lines is written on one, however long it is.
run 0 compare set $common --epochs 1 --axes -1,2 --frontend "$(sed 's/^/                    /' first/frontend.json)" -o lines -q
[ "$(grep -c '^frontend = *{.*}$' lines/options.txt)" = 1 ] || fault "options.txt breaks or cuts the front-end"
run 0 compare set --config lines/options.txt -o lines -q

printf junk >set/bad_speaker01_9.wav
: >set/nobody.wav
run 3 compare set $common --epochs 1 -o skips --json
says "bad_speaker01_9.wav"
json
warns "skipped"
grep -q 'bad_speaker01_9.wav' skips/report.html || fault "the page hides skipped files"
rm set/bad_speaker01_9.wav set/nobody.wav

# Ctrl-C: 130, then the same command continues and ends as if nothing had been
run 0 compare set $common --epochs 40 -o whole -q
"$tool" compare set $common --epochs 40 -o part >"$out" 2>"$err" </dev/null &
child=$!
tries=0
while [ ! -s part/study.sqlite ] && [ $tries -lt 600 ]; do
    sleep 0.05
    tries=$((tries + 1))
done
sleep 0.3
kill -INT $child
wait $child
status=$?
line="compare, interrupted"
if [ $status = 130 ]; then
    warns "stopping and saving"
    warns "the same command continues"
    gone part/report.html
    silent out
    run 0 compare set $common --epochs 40 -o part
elif [ $status = 0 ]; then
    echo "$name: the comparison ended before Ctrl-C could reach it"
else
    fault "$line: status $status, wanted 130"
fi
verdict_of whole/compare.json >a
verdict_of part/compare.json >b
cmp -s a b || fault "an interrupted comparison ends otherwise"

# the second Ctrl-C does not wait
"$tool" compare set $common --epochs 100000 -o never >"$out" 2>"$err" </dev/null &
child=$!
sleep 0.5
kill -INT $child
kill -INT $child
wait $child
status=$?
[ $status = 130 ] || fault "two Ctrl-C: status $status, wanted 130"

# What is proposed runs as it stands, on the same clips.
run 0 compare set $common --epochs 1 --clip random --random-offset 50 -o moved -q
proposed=$(sed -n 's/^ *sonaxis \(align .*\)/\1/p' "$out" | head -1)
case $proposed in
*"--clip random --random-offset 50"*) eval "run 0 $proposed -q" ;;
*) fault "the proposed command has other clips: $proposed" ;;
esac

finish
