#!/bin/sh
# export: every format from every axis, the same bytes twice, and nothing where it cannot be.
. "$(dirname "$0")/check.sh"

run 0 synth bands -o set --labels 2 --groups 2 --takes 4 --rate 8000 --duration 0.4 -q
for axis in channels frequency time; do
    run 0 train set/manifest.csv --axis $axis --epochs 1 --batch 8 -o $axis.sxm -q
    run 0 export $axis.sxm -o $axis.onnx
    says "$axis.onnx"
    run 0 export $axis.sxm -o again.onnx --json
    json
    cmp -s $axis.onnx again.onnx || fault "$axis.onnx is not the same twice"
    run 0 export $axis.sxm -o $axis.py
    there $axis.py $axis.weights.npz
    run 0 export $axis.sxm -o weights-$axis.npz
    run 0 export $axis.sxm -o sound-$axis.onnx --with-front-end --data set/manifest.csv
    there sound-$axis.onnx
done
for end in keras h5; do
    run 0 export frequency.sxm -o net.$end
    run 0 export frequency.sxm -o again.$end
    cmp -s net.$end again.$end || fault "net.$end is not the same twice"
    run 0 model net.$end --order time,frequency
    says "frequency"
    run 0 export net.$end -o back.onnx
done
grep -q 'axis=2' frequency.py || fault "frequency.py does not say axis=2"
run 0 export channels.sxm -o node.onnx --onnx-bn node
cmp -s channels.onnx node.onnx && fault "folded or not, the same file"

run 1 export nowhere.sxm -o x.onnx
run 2 export channels.sxm -o x.bin
warns "onnx"
run 1 export channels.sxm -o x.onnx --tolerance 1e-12
run 1 export channels.sxm -o x.keras --data nowhere
gone x.onnx x.bin x.keras
finish
