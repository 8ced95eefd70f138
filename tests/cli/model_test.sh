#!/bin/sh
# model, train, evaluate and predict; an interrupted training continues to the same bytes.
. "$(dirname "$0")/check.sh"

run 0 model
says "small"
says "dscnn"
run 0 model kws --axis frequency --classes 12
says "keeps frequency"
run 0 model small --json
json
run 0 model small --spec
says '$axis'
json
cp "$out" net.json
run 0 model net.json --axis 1 --input 49,20,2
says "keeps time"
run 2 model small --input 1,2
run 2 model small --axis frequenzy
warns "frequency"
run 2 model smal

run 0 synth bands -o set --labels 2 --groups 2 --takes 4 --rate 8000 --duration 0.4 -q
run 0 train set/manifest.csv --axis 2 --epochs 6 --batch 4 --validation 0.25 -o one.sxm --history one.csv
says "one.sxm: 6 epochs"
warns "Epoch 6/6 - "
warns "val_loss"
there one.sxm one.csv
gone one.sxm.checkpoint
head -1 one.csv | grep -q '^epoch,' || fault "one.csv has another first line"
[ "$(wc -l <one.csv)" = 7 ] || fault "one.csv has not 7 lines"
run 0 train set/manifest.csv --axis 2 --epochs 6 --batch 4 --validation 0.25 -o two.sxm --threads 1 -q --json
silent err
json
cmp -s one.sxm two.sxm || fault "other threads, other bytes"
run 0 model one.sxm
says "keeps frequency"
says "bands"

# Ctrl-C: 130, a checkpoint, then the same end as without
long="train set/manifest.csv --axis time --epochs 200 --batch 2"
run 0 $long -o whole.sxm -q
"$tool" $long -o part.sxm >"$out" 2>"$err" </dev/null &
child=$!
tries=0
while [ ! -s part.sxm.checkpoint ] && [ $tries -lt 600 ]; do
    sleep 0.05
    tries=$((tries + 1))
done
kill -INT $child
wait $child
status=$?
line="train, interrupted"
if [ $status = 130 ]; then
    warns "stopping and saving"
    warns "the same command continues"
    there part.sxm.checkpoint
    gone part.sxm
    run 0 $long -o part.sxm
    warns "continuing from part.sxm.checkpoint"
elif [ $status = 0 ]; then
    echo "$name: training ended before Ctrl-C could reach it"
else
    fault "$line: status $status, wanted 130"
fi
cmp -s whole.sxm part.sxm || fault "an interrupted training ends with other bytes"

run 0 evaluate one.sxm set/manifest.csv
says "accuracy"
says "recognised:"
run 0 evaluate one.sxm set/manifest.csv --json
says '"schema": "sonaxis-evaluate-1"'
says '"auroc": '
says '"calibration_error": '
says '"per_label": [{"label": '
json
run 0 evaluate one.sxm set/manifest.csv --recompute
run 0 synth speech -o speech --labels 2 --groups 1 --takes 1 --rate 8000 --duration 0.4 -q
run 1 evaluate one.sxm speech/manifest.csv
warns "is not among the model's"

some=$(ls set/*.wav | head -1)
run 0 predict one.sxm "$some"
says "path,label,score"
[ "$(wc -l <"$out")" = 2 ] || fault "$line: not two lines"
run 0 predict one.sxm set --top-k 2
says "label_2,score_2"
[ "$(wc -l <"$out")" = 17 ] || fault "$line: not 17 lines"
run 0 predict one.sxm "$some" --top-k 99 --json
says '"schema": "sonaxis-predict-1"'
json
printf junk >junk.wav
run 3 predict one.sxm "$some" junk.wav no-such.wav --json
says '"reason"'
json
warns "skipped junk.wav"
run 1 predict one.sxm no-such.wav
silent out
run 1 predict one.sxm junk.wav

# damaged model files are refused
size=$(wc -c <one.sxm)
head -c $((size - 100)) one.sxm >short.sxm
run 1 model short.sxm
warns "short.sxm"
printf 'hello' >tiny.sxm
run 1 predict tiny.sxm "$some"
silent out
run 1 train set/manifest.csv --epochs 1 -o no/such/folder/x.sxm
finish
