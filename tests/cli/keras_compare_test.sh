#!/bin/sh
# compare and train with a model that Keras saved: what varies, training as compiled, orders, what is refused.
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/cli/check.sh"
nets=$here/golden/keras_models/compare

# Spectrograms of 12 frames and 8 bands, in folders named after their labels.
run 0 synth bands -o set --labels 3 --groups 2 --takes 4 --rate 8000 --duration 0.4 -q
run 0 features set --name '{label}_{group}_{take}' -o flat --bands 8 --hop-ms 32 --window-ms 32 -q
for file in flat/*.npy; do
    label=$(basename "$file" | sed 's/_.*//')
    mkdir -p "X/$label"
    mv "$file" "X/$label/"
done
run 0 inspect X
says "24"

common="--folds 2 --seeds 1 --epochs 2 --batch 8"
run 2 compare X --model "$nets/net.keras" $common -o none
warns "--order time,frequency"
run 0 compare X --model "$nets/net.keras" --order time,frequency $common -o out
warns "From the file: SGD, learning rate 0.02, momentum 0.9 (Nesterov's), weight decay 0.0001."
warns "batch 8 and 2 epochs"
says "bn1"
says "Not varied: ln (LayerNormalization, axis=-1)"
grep -q 'Your script' out/report.html || fault "the report does not speak of the script"
grep -q 'learning rate 0.02' out/report.html || fault "the report does not say how the net was trained"
grep -q '^lr = 0.02' out/options.txt || fault "options.txt lacks the learning rate of the file"
run 0 compare X --model "$nets/net.keras" --order time,frequency $common -o out --json -q
json
says '"changes"'
says '"learning_rate": 0.02'

# The command line wins over the file.
run 0 compare X --model "$nets/net.keras" --order frequency,time $common --lr 0.05 --optimiser adam -o turned \
    --axes frequency,channels --vary bn1 --from-weights
warns "Asked for instead: optimiser adam."
warns "Asked for instead: learning rate 0.05."
says "frequency      1"
! grep -q '^time' "$out" || fault "time was not asked for"
says "Every axis began with the file's weights in conv1, conv2, bn2, ln, hidden, bn_row and scores"
says "Not varied: bn2 (BatchNormalization, axis=1): it was not chosen."

run 1 compare X --model "$nets/plain.keras" --order time,frequency $common -o none
warns "no normalisation"
run 1 compare X --model "$nets/four.keras" --order time,frequency $common -o none
warns "4 outputs, the data has 3 labels"
run 1 compare X --model "$nets/squares.keras" --order time,frequency $common -o none
warns "mean_squared_error"
run 0 compare X --model "$nets/squares.keras" --order time,frequency $common --loss softmax -o squares -q
run 2 compare X --model "$nets/net.keras" --order upwards $common -o none
warns "--order"
run 2 compare X --model small --from-weights $common -o none
warns "no weights to begin with"
gone none/report.html

run 0 train X --model "$nets/net.keras" --axis 2 --epochs 1 --batch 8 -o best.sxm
run 0 model best.sxm
says "keeps frequency"
run 0 predict best.sxm X
finish
