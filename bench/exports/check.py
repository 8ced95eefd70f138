"""Runs what `sonaxis export` wrote in the tools it was written for, and compares with `sonaxis predict`.

usage: [KERAS_BACKEND=jax] check.py [--sonaxis build/release/sonaxis] [--nets small,kws,dscnn]
Needs onnx, onnxruntime, keras, openvino

For each net and kept axis: ONNX folded and with its normalisations, ONNX with the front-end inside (from samples), Keras
code, and Keras models (.keras, .h5). Prints the largest difference of a probability; fails above 1e-5 (1e-4 from samples, where the tools'
own transforms and single precision take part)."""
import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import wave

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--sonaxis", default="build/release/sonaxis")
parser.add_argument("--nets", default="small,kws,dscnn")
chosen = parser.parse_args()
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
tool = os.path.abspath(chosen.sonaxis)

import keras
import numpy as np
import onnx
import onnxruntime

folder = tempfile.mkdtemp(prefix="sonaxis-exports-")
worst, failures = {}, 0


def run(*words):
    return subprocess.run([tool, *words], cwd=folder, check=True, capture_output=True, text=True).stdout


def samples(path):
    with wave.open(os.path.join(folder, path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768


def note(what, net, axis, got, want, limit):
    global failures
    difference = float(np.abs(got - want).max())
    same = float((got.argmax(1) == want.argmax(1)).mean())
    failures += difference > limit
    worst[what] = max(worst.get(what, 0), difference)
    print(f"{net} {axis} {what}: {difference:.1e}, same label {same:.0%}" + (" TOO MUCH" if difference > limit else ""), flush=True)


def in_onnxruntime(file, x):
    onnx.checker.check_model(onnx.load(file), full_check=True)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: x})[0]


def in_openvino(file, x):
    import openvino

    single = {"INFERENCE_PRECISION_HINT": "f32"}  # else bfloat16 where the machine has it
    return openvino.Core().compile_model(file, "CPU", single)([x])[0]


def in_keras(file, x):
    code = importlib.util.spec_from_file_location("exported", file)
    module = importlib.util.module_from_spec(code)
    code.loader.exec_module(module)
    return keras.ops.convert_to_numpy(module.load()(x))


run("synth", "speech", "-o", "set", "--labels", "5", "--groups", "2", "--takes", "4", "--rate", "8000", "--duration", "0.8", "-q")
for net in chosen.nets.split(","):
    for axis in ("channels", "frequency", "time"):
        model = f"{net}-{axis}.sxm"
        bands = ["--bands", "10"] if net == "dscnn" else []
        run("train", "set/manifest.csv", "-m", net, "--axis", axis, "-e", "3", "-b", "8", "-q", "-o", model, *bands)
        rows = json.loads(run("predict", model, "set", "--json", "-k", "5", "-q"))["predictions"]
        labels = sorted({best["label"] for best in rows[0]["top"]})
        paths = [row["path"] for row in rows]
        want = np.array([[next(b["score"] for b in row["top"] if b["label"] == name) for name in labels] for row in rows])
        run("export", model, "-o", "sound.onnx", "--with-front-end", "-q")
        length = onnx.load(os.path.join(folder, "sound.onnx")).graph.input[0].type.tensor_type.shape.dim[1].dim_value
        sound = np.zeros((len(paths), length), np.float32)
        for i, path in enumerate(paths):
            values = samples(path)[:length]
            sound[i, : len(values)] = values
        heard = in_onnxruntime(os.path.join(folder, "sound.onnx"), sound)
        note("onnxruntime from samples", net, axis, heard, want, 1e-4)
        note("openvino from samples against onnxruntime", net, axis, in_openvino(os.path.join(folder, "sound.onnx"), sound), heard, 1e-4)
        run("export", model, "-o", "net.onnx", "-q")
        shape = [d.dim_value for d in onnx.load(os.path.join(folder, "net.onnx")).graph.input[0].type.tensor_type.shape.dim]
        x = np.random.default_rng(1).normal(-4, 3, [32, *shape[1:]]).astype(np.float32)
        for way in ("fold", "node"):
            run("export", model, "-o", "net.onnx", "--onnx-bn", way, "-q")
            base = in_onnxruntime(os.path.join(folder, "net.onnx"), x)
            note(f"openvino {way} against onnxruntime", net, axis, in_openvino(os.path.join(folder, "net.onnx"), x), base, 1e-5)
        run("export", model, "-o", "net.py", "-q")
        note(f"keras ({os.environ.get('KERAS_BACKEND', 'tensorflow')}) against onnxruntime", net, axis,
             in_keras(os.path.join(folder, "net.py"), x), base, 1e-5)
        for end in ("keras", "h5"):
            run("export", model, "-o", f"net.{end}", "-q")
            loaded = keras.models.load_model(os.path.join(folder, f"net.{end}"), compile=False)
            note(f".{end} in keras ({keras.backend.backend()}) against onnxruntime", net, axis,
                 keras.ops.convert_to_numpy(loaded(x)), base, 1e-5)
print(json.dumps({"largest": worst, "failures": failures}))
subprocess.run(["rm", "-rf", folder], check=False)
sys.exit(1 if failures else 0)
