#!/bin/sh
# Sets up what sonaxis is measured against, in two virtual environments (TensorFlow and PyTorch do not share one well).
# Usage: bench/peers/setup.sh [FOLDER]     default: build/peers; about 8 GB, network needed
# Environments that exist already are taken instead: PEERS_TF=/path/bin/python PEERS_PT=/path/bin/python bench/peers/run.sh
set -eu
cd "$(dirname "$0")/../.."
folder=${1:-build/peers}
mkdir -p "$folder"

make() { # name, packages
    name=$1
    shift
    [ -x "$folder/$name/bin/python" ] || python3 -m venv "$folder/$name" || {
        echo "setup.sh: python3 cannot make a virtual environment (Debian: apt-get install python3-venv)" >&2
        exit 1
    }
    "$folder/$name/bin/python" -m pip install --quiet "$@" || {
        echo "setup.sh: the packages of $folder/$name could not be fetched. Without a network, point PEERS_TF and" \
            "PEERS_PT at a python that has them; run.sh leaves out every peer it does not find." >&2
        exit 1
    }
    "$folder/$name/bin/python" -m pip freeze >"$folder/$name.txt"
}

make tf tensorflow-cpu==2.21.0 keras==3.15.1 jax==0.10.2 onnx tf2onnx onnxruntime==1.32.0 openvino==2026.4.1 \
    ai-edge-litert==2.3.0 librosa==0.11.0 soundfile scikit-learn
make pt torch==2.15.0 keras==3.15.1 numpy kaldi-native-fbank
echo "peers are in $folder; what was installed: $folder/tf.txt, $folder/pt.txt"
