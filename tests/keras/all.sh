#!/bin/sh
# The whole set of random Keras models, from nothing: 305 are made, read and trained by sonaxis and compared with Keras,
# then exported and loaded again in the tools the exports are for.
# Usage: tests/keras/all.sh [--count N] [OUT]    default: out/keras; hours on two cores. Stopped, it goes on making.
#   --count N: at most N models of each kind, for a quick look.
# PYTHON (python3) has keras, tensorflow, tf-keras, jax, onnx, onnxruntime and openvino; TORCH_PYTHON (the same) keras and
# torch. BUILD (build/release) has the built sonaxis and exchange_keras_training_test. TOOLS: those of export.py.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
most=
if [ "${1:-}" = --count ]; then
    most=${2:?how many models of each kind}
    shift 2
fi
out=${1:-out/keras}
build=${BUILD:-build/release}
python=${PYTHON:-python3}
tools=${TOOLS:-keras:tensorflow,onnxruntime,openvino,tf_keras,keras:jax,keras:torch}
chunk=10 # models a process: TensorFlow keeps memory of every model it has seen

for program in sonaxis exchange_keras_training_test; do
    if [ ! -x "$build/$program" ]; then
        echo "$build/$program is missing: cmake --preset release && cmake --build --preset release" >&2
        exit 1
    fi
done

folders=
make_models() { # name, count, options of make.py: the models of one kind
    name=$1 count=$2
    shift 2
    if [ -n "$most" ] && [ "$most" -lt "$count" ]; then
        count=$most
    fi
    mkdir -p "$out/$name"
    folders="$folders $out/$name"
    first=0
    while [ "$first" -lt "$count" ]; do
        n=$((count - first < chunk ? count - first : chunk))
        if [ ! -e "$out/$name/$first-$n.made" ]; then
            "$python" "$here/make.py" "$out/$name" --first "$first" --count "$n" "$@" 2>"$out/make.log" ||
                { cat "$out/make.log" >&2 && exit 1; }
            touch "$out/$name/$first-$n.made"
        fi
        first=$((first + n))
    done
}

make_models keras3 84 --seed 2026
make_models keras3-11 12 --seed 11
make_models keras3-2029 80 --seed 2029
make_models keras3-nested 7 --nested --seed 2028
make_models keras2 120 --legacy --seed 2026
make_models keras2-nested 2 --legacy --nested --seed 2028

good=0
echo "== predictions and training"
# shellcheck disable=SC2086 # a list of folders
"$python" "$here/compare.py" "$build/sonaxis" $folders --training "$build/exchange_keras_training_test" || good=1
echo "== exports"
# shellcheck disable=SC2086
"$python" "$here/export.py" "$build/sonaxis" $folders --tools "$tools" \
    --python "keras:torch=${TORCH_PYTHON:-$python}" || good=1
exit $good
