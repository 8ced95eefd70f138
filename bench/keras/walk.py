"""Second half of walk.sh: a net that sonaxis trained, asked for the same examples in Keras, in ONNX Runtime and in sonaxis.

usage: walk.py FOLDER SPEED, where FOLDER holds X.npy, y.npy, best.keras, best.h5, best.py, best.onnx and scores.npy (of sonaxis
predict), and SPEED is speed.c, compiled. Prints differences first, then seconds for all of X: in batches, and one at a time."""
import importlib.util
import os
import statistics
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np
import onnxruntime
import tensorflow as tf

folder, speed = sys.argv[1:3]
SHARE = 10  # of the calls for one example each, this share is timed where a call is slow


def path(name):
    return os.path.join(folder, name)


def code_of(name):
    made = importlib.util.spec_from_file_location("best", path(name))
    module = importlib.util.module_from_spec(made)
    made.loader.exec_module(module)
    return module.load()


def session(threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(path("best.onnx"), options, providers=["CPUExecutionProvider"])


X, y = np.load(path("X.npy"))[..., None], np.load(path("y.npy"))
net, cores, one_core = keras.models.load_model(path("best.keras")), session(0), session(1)
name = cores.get_inputs()[0].name
ours = np.load(path("scores.npy"))
others = {"best.keras in Keras": net.predict(X, verbose=0), "best.onnx in ONNX Runtime": cores.run(None, {name: X})[0],
          "best.h5 in Keras": keras.models.load_model(path("best.h5")).predict(X, verbose=0),
          "best.py in Keras": code_of("best.py").predict(X, verbose=0)}
print(f"{len(X)} examples, {np.mean(ours.argmax(1) == y):.1%} right; all of them were trained on")
for who, scores in others.items():
    print(f"{who:28} largest difference {np.abs(scores - ours).max():.1e}, same label {np.mean(scores.argmax(1) == ours.argmax(1)):.1%}")


def seconds(run, repetitions=5):
    run()
    taken = []
    for _ in range(repetitions):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def one_by_one(call, share=1):
    return seconds(lambda: [call(X[i : i + 1]) for i in range(0, len(X), share)], 3) * share


compiled = tf.function(lambda x: net(x, training=False), reduce_retracing=True)
all_, one = map(float, subprocess.run([speed, path("best.sxm"), path("X.npy")], check=True, capture_output=True, text=True).stdout.split())
print(f"\n{'seconds for ' + str(len(X)) + ' examples':28}   in batches   one at a time")
print(f"{'sonaxis':28} {all_:12.3f} {one:15.3f}")
print(f"{'ONNX Runtime':28} {seconds(lambda: [cores.run(None, {name: X[i : i + 64]}) for i in range(0, len(X), 64)]):12.3f}"
      f" {min(one_by_one(lambda x: s.run(None, {name: x})) for s in (cores, one_core)):15.3f}")
print(f"{'Keras, predict()':28} {seconds(lambda: net.predict(X, batch_size=64, verbose=0), 3):12.3f}"
      f" {one_by_one(lambda x: net.predict(x, verbose=0), 5 * SHARE):15.3f}")
print(f"{'Keras, tf.function':28} {seconds(lambda: [compiled(tf.constant(X[i : i + 64])) for i in range(0, len(X), 64)]):12.3f}"
      f" {one_by_one(lambda x: compiled(tf.constant(x)), SHARE):15.3f}")
