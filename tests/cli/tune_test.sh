#!/bin/sh
# compare --tune: what is tried, what is said, killed and on; --moving-momentum.
. "$(dirname "$0")/check.sh"

run 0 synth bands -o set --labels 2 --groups 4 --takes 3 --rate 8000 --duration 0.4 -q
common="--folds group:2 --batch 4 --seeds 1 --axes -1,2"
run 0 compare set $common --epochs 2 -o plain
says "One learning rate for all axes, 0.001; none was tuned"
warns "will not settle"
warns "after 6 steps at momentum 0.99 they still hold"

run 0 compare set $common --epochs 2 --tune -o tuned
says "every axis tried 0.0003, 0.001 and 0.003"
warns "0.2 of each training part is set aside"
there tuned/tuning/channels-fold1-rate0.0003.json tuned/tuning/frequency-fold2-rate0.003.json
grep -q '"validation_accuracy"' tuned/tuning/channels-fold1-rate0.001.json || fault "a trial tells no accuracy"
grep -q 'Were the axes tuned alike' tuned/report.html || fault "the page hides the tuning"
grep -q 'moving statistics trailed' tuned/report.html || fault "the page hides the lag"
run 0 compare set --config tuned/options.txt -o again -q
verdict_of() { # without what the clock, the cores and the name of the folder say
    grep -v '_s"\|"schedule"\|"command"' "$1"
}
verdict_of tuned/compare.json >a
verdict_of again/compare.json >b
cmp -s a b || fault "options.txt does not repeat the tuned comparison"
run 2 compare set $common --epochs 2 -o tuned
warns "tuning is 0.0003 0.001 0.003, judged with recomputed statistics there and none here"

run 0 compare set $common --epochs 1 --tune --tune-rates 0.01,2x --validation 0.3 -o rates
says "every axis tried 0.01 and 0.002"
run 2 compare set $common --epochs 1 --tune --tune-rates 0.01,fast -o no
warns "--tune-rates: '0.01,fast'"
run 2 compare set $common --epochs 1 --tune-momentum 0.9 -o no
warns "needs --tune"
run 2 compare set $common --epochs 1 --tune --tune-momentum 0.9,0.99 -o no
warns "changes no weight"
run 0 compare set $common --epochs 1 --tune --tune-rates 1x --tune-momentum 0.5,0.99 --statistics moving -o momenta
says "with momentum 0.5"

# The momentum of the moving statistics changes what is scored with them, and nothing else.
run 0 compare set $common --epochs 2 --moving-momentum 0.5 -o half -q
for key in accuracy_recomputed accuracy_batch train_accuracy; do
    grep "\"$key\"" plain/compare.json >a
    grep "\"$key\"" half/compare.json >b
    cmp -s a b || fault "--moving-momentum changes $key"
done
grep -q '"momentum": 0.5' half/compare.json || fault "compare.json lacks the momentum"

# Killed again and again, at first while it tunes: it ends as if nothing had been.
more="--epochs 30 --tune"
run 0 compare set $common $more -o whole -q
kills=0
while [ $kills -lt 4 ]; do
    "$tool" compare set $common $more -o killed -q >"$out" 2>"$err" </dev/null &
    child=$!
    tries=0
    before=$(ls killed/tuning 2>/dev/null | grep -c json)
    while kill -0 $child 2>/dev/null && [ "$(ls killed/tuning 2>/dev/null | grep -c json)" = "$before" ] &&
        [ $tries -lt 200 ]; do
        sleep 0.02
        tries=$((tries + 1))
    done
    kill -9 $child 2>/dev/null
    wait $child 2>/dev/null
    kills=$((kills + 1))
done
run 0 compare set $common $more -o killed -q
verdict_of whole/compare.json >a
verdict_of killed/compare.json >b
cmp -s a b || fault "a tuning that was killed ends otherwise"
! ls killed/tuning | grep -q 'checkpoint$' || fault "checkpoints of the tuning stay behind"
finish
