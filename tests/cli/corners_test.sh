#!/bin/sh
# Data sets and options at the edge: one label, official parts without validation, arrays, places that cannot be
# written to.
. "$(dirname "$0")/check.sh"

run 0 synth bands -o set --labels 2 --groups 2 --takes 4 --rate 8000 --duration 0.4 -q

# one label
sed 's/^\([^,]*\),[^,]*/\1,same/; 1s/.*/path,label,group/' set/manifest.csv | cut -d, -f1-3 >set/one.csv
run 1 train set/one.csv --epochs 1 -o one.sxm
warns "all 16 recordings have the label 'same'; at least two labels are needed"
gone one.sxm one.sxm.checkpoint

# an output that is a folder is refused before the training, not after it
run 2 train set/manifest.csv --epochs 1 -o set
warns "-o set is a folder"
gone set.checkpoint

# a folder that cannot be made: the real reason, not that it is missing
if [ -d /sys/kernel ]; then
    run 1 features set/manifest.csv --no-pictures -o /sys/kernel/sonaxis
    ! grep -q "No such file" "$err" || fault "$line: the reason is wrong"
fi

# a net that names its axes itself
run 0 model small --spec
sed 's/"\$axis"/"time"/' "$out" >net.json
run 0 train set/manifest.csv --epochs 1 -m net.json --axis frequency -o own.sxm --json
warns "changes nothing"
says '"axis": null'
json

# official parts without validation: a share of the training part is set aside
awk -F, 'NR == 1 { print "path,label,split"; next } { print $1 "," $2 "," (NR % 4 ? "train" : "test") }' \
    set/manifest.csv >set/parts.csv
run 0 train set/parts.csv --epochs 2 --validation 0.25 --patience 1 -o parts.sxm
warns "set aside to validate"
says "for validation"

# a batch larger than the data needs no memory of its size
run 0 train set/manifest.csv --epochs 1 --batch 65536 -o large.sxm -q

SONAXIS_KERNELS=abacus run 0 inspect set/manifest.csv
warns "SONAXIS_KERNELS=abacus cannot be had here"

# arrays: 8 examples of 16 x 16 float32, and labels; a model of arrays cannot label recordings
{
    printf '\223NUMPY\001\000\166\000'
    printf '%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (8, 16, 16), }"
    head -c 8192 /dev/zero | tr '\000' '\100'
} >X.npy
{
    printf '\223NUMPY\001\000\166\000'
    printf '%-117s\n' "{'descr': '|S1', 'fortran_order': False, 'shape': (8,), }"
    printf abababab
} >y.npy
run 0 train X.npy --labels y.npy --epochs 1 -o arrays.sxm
run 0 predict arrays.sxm X.npy
run 0 inspect X.npy --labels y.npy
says "8, of which 8 can be read"
run 0 inspect X.npy --labels y.npy --json
json
run 1 evaluate arrays.sxm set/manifest.csv
warns "trained on arrays"
run 3 predict arrays.sxm X.npy mixed.wav --json
json
cp "$(ls set/*.wav | head -1)" mixed.wav
run 3 predict arrays.sxm X.npy mixed.wav --json
says "trained on arrays"
json

# the same recording twice: compare says so
mkdir -p twice/a twice/b
for i in 1 2 3; do
    cp "$(ls set/*.wav | sed -n "${i}p")" twice/a/$i.wav
    cp "$(ls set/*.wav | tail -n $i | head -1)" twice/b/$i.wav
done
cp twice/a/1.wav twice/a/copy.wav
run 0 compare twice --folds stratified:2 --seeds 1 --epochs 1 -o twice.out
warns "1 recording holds the same samples as another, such as twice/a/copy.wav"

# what was resampled is said; three seconds of two rates
run 0 synth speech -o slow --labels 2 --groups 1 --takes 1 --rate 8000 -q
run 0 synth speech -o fast --labels 2 --groups 1 --takes 1 --rate 16000 -q
mkdir mixed
for wav in slow/*.wav; do cp "$wav" "mixed/slow_$(basename "$wav")"; done
cp fast/*.wav mixed/
run 0 features mixed -o rates --no-pictures
warns "2 of 4 recordings resampled from 8000 Hz to 16000 Hz"
finish
