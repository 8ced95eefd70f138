#!/bin/sh
# The walk through docs/keras.md, step by step: a Keras script saves its net and its arrays, sonaxis compares the axes, the
# net of the axis that is ahead is trained and goes back to Keras and to ONNX, and all of them are asked for the same clips.
# Usage: bench/keras/walk.sh build/release/sonaxis PYTHON FSDD [FOLDER] [options of compare, --epochs 15 --seeds 1]
# PYTHON has keras, tensorflow, librosa and onnxruntime; FSDD is the folder that holds recordings/. CC compiles speed.c.
# AXIS: the axis to take back, whichever is ahead.
set -eu
tool=$(realpath "$1")
python=$2
fsdd=$(realpath "$3")
folder=${4:-$(mktemp -d)}
[ $# -lt 4 ] || shift
shift 3
[ $# -gt 0 ] || set -- --epochs 15 --seeds 1
here=$(realpath "$(dirname "$0")")
build=$(dirname "$tool")
mkdir -p "$folder"
cd "$folder"
ln -sfn "$fsdd/recordings" recordings

step() { printf '\n$ %s\n' "$*" >&2; } # not into what a command writes
say() { step "$@"; "$@"; }

step python script.py
"$python" "$here/script.py"
say "$tool" model my.keras --order time,frequency
say "$tool" compare X.npy --labels y.npy --groups speakers.npy --model my.keras --order time,frequency "$@" -o out

axis=${AXIS:-$("$python" -c "import json; print(json.load(open('out/compare.json'))['verdict']['keras_axis'])")}
say "$tool" train X.npy --labels y.npy --model my.keras --order time,frequency --axis "$axis" --epochs 15 \
    --statistics recomputed -o best.sxm
for end in keras h5 onnx py; do
    say "$tool" export best.sxm --data X.npy -o "best.$end"
done
say "$tool" predict best.sxm X.npy --scores scores.npy >labels.csv
say "$tool" predict best.keras X.npy --scores again.npy >again.csv
"${CC:-cc}" -O2 -std=c11 "$here/speed.c" -I"$here/../../include" -L"$build" -lsonaxis -Wl,-rpath,"$build" -o speed
step python walk.py . ./speed
"$python" "$here/walk.py" . ./speed
echo
echo "left in $PWD"
