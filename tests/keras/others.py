"""Models that others made: does sonaxis read them, and does it predict what Keras predicts?

others.py SONAXIS FILE... [--legacy] [--size 68]

Each is loaded by Keras 3 (with --legacy, tf-keras 2), asked for random inputs (an axis of any size gets --size
places), and sonaxis predicts from the same. A file that sonaxis refuses is listed with its reason.
"""

import argparse
import os
import subprocess
import tempfile

os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import numpy as np

arguments = argparse.ArgumentParser()
arguments.add_argument("sonaxis")
arguments.add_argument("files", nargs="+")
arguments.add_argument("--legacy", action="store_true")
arguments.add_argument("--size", type=int, default=68)
wanted = arguments.parse_args()

if wanted.legacy:
    import tf_keras as keras
else:
    import keras


def compare(path, work):
    ran = subprocess.run([wanted.sonaxis, "model", path], capture_output=True, text=True)
    if ran.returncode != 0 and ("Keras" in ran.stderr or "layer" in ran.stderr) and "leaves nothing" not in ran.stderr:
        return "refused: " + ran.stderr.strip().replace(path + ": ", "").replace("sonaxis: error: ", "")
    model = keras.models.load_model(path, compile=False)
    shape = [n or wanted.size for n in model.input_shape[1:]]
    x = np.random.default_rng(7).normal(0, 1, [3] + shape).astype("float32")
    np.save(os.path.join(work, "x.npy"), x)
    ran = subprocess.run([wanted.sonaxis, "predict", path, os.path.join(work, "x.npy"), "--scores",
                          os.path.join(work, "y.npy")], capture_output=True, text=True)
    if ran.returncode != 0:
        return "refused: " + ran.stderr.strip()
    theirs, ours = np.asarray(model(x, training=False)), np.load(os.path.join(work, "y.npy"))
    if ours.size != theirs.size:
        return "BAD: %s, not %s" % (ours.shape, theirs.shape)
    difference = float(np.abs(ours.reshape(theirs.shape) - theirs).max() / max(np.abs(theirs).max(), 1e-30))
    return "%s, %d layers, largest difference %.2g%s" % (shape, len(model.layers), difference,
                                                         "" if difference <= 1e-5 else " BAD")


for name in wanted.files:
    with tempfile.TemporaryDirectory() as folder:
        try:
            print("%s: %s" % (name, compare(name, folder)), flush=True)
        except Exception as problem:  # Keras itself cannot load it
            print("%s: Keras says %s" % (name, str(problem).split("\n")[0][:200]), flush=True)
