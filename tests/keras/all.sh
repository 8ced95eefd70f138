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

for program in sonaxis exchange_keras_training_test; do
    if [ ! -x "$build/$program" ]; then
        echo "$build/$program is missing: cmake --preset release && cmake --build --preset release" >&2
        exit 1
    fi
done

folders=
make_models() { # name, models a process, numbers of their first ones, options of make.py: the models of one kind
    name=$1 count=$2 firsts=$3
    shift 3
    mkdir -p "$out/$name"
    folders="$folders $out/$name"
    for first in $firsts; do
        if [ -n "$most" ]; then
            [ "$first" -eq 0 ] || continue
            count=$((most < count ? most : count))
        fi
        if [ ! -e "$out/$name/$first.made" ]; then
            "$python" "$here/make.py" "$out/$name" --first "$first" --count "$count" "$@" 2>"$out/make.log" ||
                { cat "$out/make.log" >&2 && exit 1; }
            [ -n "$most" ] || touch "$out/$name/$first.made"
        fi
    done
}

# A process of its own for a few: TensorFlow keeps memory of every model it has seen.
make_models keras3-2026 21 "0 42 105 147" --seed 2026
make_models keras3-11 12 0 --seed 11
make_models keras3-2029 10 "0 10 20 30 40 50 60 70" --seed 2029
make_models keras3-nested 7 0 --nested --seed 2028
make_models keras2-2026 20 "0 20 40 60 80 100" --legacy --seed 2026
make_models keras2-nested 2 0 --legacy --nested --seed 2028

good=0
echo "== predictions and training"
# shellcheck disable=SC2086 # a list of folders
"$python" "$here/compare.py" "$build/sonaxis" $folders --training "$build/exchange_keras_training_test" || good=1
echo "== exports"
# shellcheck disable=SC2086
"$python" "$here/export.py" "$build/sonaxis" $folders --tools "$tools" \
    --python "keras:torch=${TORCH_PYTHON:-$python}" || good=1
exit $good
